"""Translation of a picture: the structure of one photo of a pair in the appearance of the other.

Symbols of the paper, from A to B: a_t = what A's pyramid makes of the picture up to scale t, ab_t =
G_B_t(a_t) + a_t for t < K and G_B_t(a_t) for t >= K (section 3.1). Deviations: the authors' code
translates at the finest scale alone; here any scale can be chosen, and the finer generators of B
then go on from it as from a scale of B's own, so that larger parts take B's form. Between the two
pyramids the picture is kept in 8 bits, as a rendered result is. With patches of B, most of the
finer scales are pieced together from those instead (``piecing``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch

from singan_core.applications.structural_analogy.piecing import MOST_STRUCTURE, STRUCTURE, Piecing
from singan_core.errors import ConfigError, PhotoError, ScaleError
from singan_core.model.networks import TRANSLATION, FrozenGenerator
from singan_core.model.pyramid import scaled_sizes
from singan_core.model.trained import TrainedPyramid, tensors_below
from singan_core.model.trained_pair import Direction, TrainedPair
from singan_core.pixels.image import ImageArray, photo_sha256
from singan_core.pixels.resize import Size
from singan_core.rendering.retouching import retouched
from singan_core.rendering.sample import Renderer

PATCH_SCALES = 99
"""Unless told otherwise all from the translation on; see ``Translation``."""
_RETOUCHED_SCALES = 3
_COARSE_PX = 32
_SMALLEST_SIDE_PX = 3


@dataclass(frozen=True)
class Translation:
    """One picture and how it is translated.

    Attributes:
        pair: at least two finished scales.
        direction: a2b gives a picture with the structure of A the appearance of B.
        picture: (H, W, 3) uint8 with the structure: A itself, or a frame of a film of it; any size
            and aspect ratio.
        scale: the scale at which it is translated, 0 to ``pair.scale_count - 1``: a coarse one
            takes large parts of the form of B, the finest texture alone; None = ``default_scale``.
        inject: scale at which the picture enters the pyramid that it has the structure of, 0 to
            ``scale``, and is drawn anew above; None = it is translated as it is.
        refine: scale at which the result is injected into the unconditional generators of the
            other photo once more; None = not at all.
        refiner: a single model of that photo to refine with; None = the pair's own.
        seed: of the noise of the finer scales.
        size: (H, W) of the result; None = as the pyramid was trained, of the picture's aspect
            ratio, and where patches of a larger photo are put in, enlarged with its detail.
        appearance: (h, w, 3) uint8, the photo that gives the appearance, for its patches; None =
            they are not used.
        patch_scales: how many of the finest scales, from that of the translation on, put patches
            of that photo in the place of what they made: the finest as in ``retouching``, the
            others as in ``piecing``; 0 = none, as in the paper.
        structure: how strictly those patches follow the structure, 0 to ``MOST_STRUCTURE``; None =
            as usual, and where its contours are hardly followed so, stricter (``leading``).
    """

    pair: TrainedPair
    direction: Direction
    picture: ImageArray
    scale: int | None = None
    inject: int | None = None
    refine: int | None = None
    refiner: TrainedPyramid | None = None
    seed: int = 0
    size: Size | None = None
    appearance: ImageArray | None = None
    patch_scales: int = PATCH_SCALES
    structure: float | None = None

    @property
    def used_scale(self) -> int:
        """The scale at which it is translated."""
        default = default_scale(self.pair, has_patches=self._has_patches, inject=self.inject)
        return default if self.scale is None else self.scale

    def check(self) -> None:
        """Raise unless it can be rendered.

        Raises:
            ConfigError: the direction is unknown, or the structure not within its limits.
            ScaleError: a scale does not exist.
            PhotoError: the picture is too small, or the appearance that of another photo.
        """
        self.pair.check_usable()
        self.pair.ends(self.direction)
        finest = self.pair.scale_count - 1
        _check_scale("The translation scale", self.used_scale, 0, finest)
        if self.inject is not None:
            _check_scale("The injection scale", self.inject, 0, self.used_scale)
        if self.refine is not None:
            count = finest + 1 if self.refiner is None else self.refiner.scale_count
            _check_scale("The scale to refine at", self.refine, 1, count - 1)
        if min(self.picture.shape[:2]) < _SMALLEST_SIDE_PX or min(self.sizes[0]) < 1:
            raise PhotoError("The picture is too small or too narrow to render.")
        if not 0.0 <= (self.structure or 0.0) <= MOST_STRUCTURE:
            raise ConfigError(
                "The structure can be followed with a strictness of 0 to {most:g}.",
                most=MOST_STRUCTURE,
            )
        _, target = self.pair.ends(self.direction)
        if self.appearance is not None and photo_sha256(self.appearance) != target.photo_sha256:
            raise PhotoError("The picture that gives the appearance is not the one trained on.")

    def renderer(self, device: torch.device) -> Renderer:
        """Return the generators that translate it, up to where it is pieced together."""
        _, target = self.pair.ends(self.direction)
        renderer = translating(target, self.used_scale, device)
        return renderer if self.piecing else self.with_patches(renderer, target)

    def following_renderer(self, device: torch.device) -> Renderer:
        """Return the generators that go on from what is pieced together."""
        _, target = self.pair.ends(self.direction)
        return self.with_patches(Renderer.of(target, device), target)

    def with_patches(self, renderer: Renderer, model: TrainedPyramid) -> Renderer:
        """Return generators of the photo that gives the appearance with its patches."""
        if self.appearance is None:
            return renderer
        count = min(self.patch_scales, _RETOUCHED_SCALES)
        return retouched(renderer, model, self.appearance, count, completeness=None)

    @property
    def piecing(self) -> Piecing | None:
        """How the scales after that of the translation are pieced together; None = none are."""
        if self.appearance is None or not self._has_patches:
            return None
        _, target = self.pair.ends(self.direction)
        sizes = self.sizes
        first = max(self.used_scale, len(sizes) - self.patch_scales)
        structure = STRUCTURE if self.structure is None else self.structure
        piecing = Piecing.of(target, self.appearance, first, sizes, structure)
        return piecing if piecing.scales else None

    @property
    def _has_patches(self) -> bool:
        return self.appearance is not None and self.patch_scales > 0

    @property
    def is_native(self) -> bool:
        """Whether the picture gets the detail of a larger photo once it is translated."""
        return self.size is None and self.refine is None

    @property
    def sizes(self) -> tuple[Size, ...]:
        """(H, W) of all finished scales."""
        source, _ = self.pair.ends(self.direction)
        height, width = self.picture.shape[:2]
        ratio = max(source.plan.sizes[-1]) / max(height, width)
        own = max(1, round(height * ratio)), max(1, round(width * ratio))
        return scaled_sizes(source.plan, self.size or own)[: self.pair.scale_count]


def default_scale(pair: TrainedPair, *, has_patches: bool, inject: int | None = None) -> int:
    """Return the translation scale that is used when none is given.

    With patches of the appearance that is one of the coarser half, of about 32 px: contours lead
    the finer ones, and larger parts can take the form of the appearance. Without them it is the
    last one that adds to what the other pyramid made (n = K - 1). It is never coarser than the
    injection.
    """
    if not has_patches:
        return max(min(pair.scale_count, pair.switch_scale) - 1, inject or 0)
    sides = [min(size) for size in pair.a.plan.sizes[: (pair.scale_count + 1) // 2]]
    coarse = min(range(len(sides)), key=lambda scale: abs(math.log(sides[scale] / _COARSE_PX)))
    return max(coarse, inject or 0)


def translating(model: TrainedPyramid, scale: int, device: torch.device) -> Renderer:
    """Return a renderer whose scale translates pictures of the other photo of its pair.

    It adds no noise, as ab_n = G_B_n(a_n) has none, and has the statistics of translations.
    """
    renderer, trained = Renderer.of(model, device), model.scales[scale]
    statistics = tensors_below(trained.weights, TRANSLATION)
    generators, amplitudes = list(renderer.generators), list(renderer.amplitudes)
    is_residual = model.config.is_residual(scale)
    generators[scale] = FrozenGenerator(
        {**trained.weights, **statistics}, device, is_residual=is_residual
    )
    amplitudes[scale] = 0.0
    return replace(renderer, generators=tuple(generators), amplitudes=tuple(amplitudes))


def _check_scale(name: str, scale: int, first: int, last: int) -> None:
    if not first <= scale <= last:
        raise ScaleError(
            "{name} {scale} does not exist: {first} to {last} do.",
            name=name,
            scale=scale,
            first=first,
            last=last,
        )
