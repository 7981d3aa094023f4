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
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from singan_core.applications.structural_analogy.piecing import (
    LAST_ROUNDS,
    MOST_STRUCTURE,
    STRUCTURE,
    Piecing,
)
from singan_core.errors import ConfigError, PhotoError, ScaleError
from singan_core.model.networks import TRANSLATION, FrozenGenerator
from singan_core.model.pyramid import scaled_sizes
from singan_core.model.trained import TrainedPyramid, tensors_below
from singan_core.model.trained_pair import Direction, TrainedPair
from singan_core.pixels.image import ImageArray, photo_sha256, to_array, to_tensor
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size, Window
from singan_core.rendering.edit_windows import EditWindows, InjectedWindows
from singan_core.rendering.finishing import Finishing
from singan_core.rendering.retouching import (
    photo_dense_size,
    photo_detail,
    retouchable_count,
    retouched,
)
from singan_core.rendering.sample import Renderer, enlarged
from singan_core.rendering.tiling import StartSource, TiledPicture, TiledWalk, TileStep, Tiling
from singan_core.rendering.window_sample import enlarging

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
        structure: how strictly those patches follow the structure, 0 to ``MOST_STRUCTURE``.
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
    structure: float = STRUCTURE

    @property
    def used_scale(self) -> int:
        """The scale at which it is translated."""
        default = default_scale(self.pair, has_patches=self._has_patches, inject=self.inject)
        return default if self.scale is None else self.scale

    def check(self) -> None:
        """Raise unless it can be rendered.

        Raises:
            ConfigError: the direction is unknown.
            ScaleError: a scale does not exist.
            PhotoError: the picture is too small, or the appearance that of another photo.
            ConfigError: the structure is not within its limits.
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
        if not 0.0 <= self.structure <= MOST_STRUCTURE:
            raise ConfigError("The structure is followed 0 to {most} times.", most=MOST_STRUCTURE)
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
        if not self._has_patches or self.appearance is None:
            return None
        _, target = self.pair.ends(self.direction)
        sizes = self.sizes
        first = max(self.used_scale, len(sizes) - self.patch_scales)
        piecing = Piecing.of(target, self.appearance, first, sizes, self.structure)
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

    With patches of the appearance that is a coarse one, of about 32 px: contours lead the finer
    ones, and larger parts can take the form of the appearance. Without them it is the last one
    that adds to what the other pyramid made (n = K - 1). It is never coarser than the injection.
    """
    if not has_patches:
        return max(min(pair.scale_count, pair.switch_scale) - 1, inject or 0)
    sides = [min(size) for size in pair.a.plan.sizes[: pair.scale_count]]
    coarse = min(range(len(sides)), key=lambda scale: abs(math.log(sides[scale] / _COARSE_PX)))
    return max(coarse, inject or 0)


def translation_steps(
    translation: Translation, device: torch.device, tiling: Tiling | None = None
) -> Iterator[TileStep | ImageArray]:
    """Translate a picture, with a step per tile to cancel at.

    Args:
        translation: the picture and its scales.
        device: where to compute.
        tiling: how the work is cut; None = by the device alone.

    Yields:
        ``TileStep``s of every part of the work, then (H, W, 3) uint8.

    Raises:
        ConfigError, ScaleError, PhotoError: see ``Translation.check``.
        OutOfMemoryError: there is not enough memory for the smallest tile.
    """
    translation.check()
    tiling = tiling or Tiling()
    source, _ = translation.pair.ends(translation.direction)
    picture = translation.picture
    if translation.inject is not None:
        picture = yield from _drawn_anew(translation, Renderer.of(source, device), tiling)
    if (piecing := translation.piecing) is None:
        words = translation.sizes, translation.used_scale, picture, translation.seed, tiling
        is_native = translation.is_native
        picture = yield from _walked(translation.renderer(device), *words, is_native=is_native)
    else:
        picture = yield from _pieced(translation, piecing, picture, device, tiling)
    if translation.refine is not None:
        picture = yield from _refined(translation, picture, device, tiling)
    yield picture


def translated(translation: Translation, device: torch.device) -> ImageArray:
    """Return the (H, W, 3) uint8 of ``translation_steps``."""
    for event in translation_steps(translation, device):
        if not isinstance(event, TileStep):
            return event
    raise AssertionError("a translation ends with its picture")


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


def _drawn_anew(
    translation: Translation, renderer: Renderer, tiling: Tiling
) -> Generator[TileStep, None, ImageArray]:
    """Return what the picture's own pyramid makes of it from the injection scale on (a_t)."""
    assert translation.inject is not None
    sizes = translation.sizes[: translation.used_scale + 1]
    seed = derive_seed(translation.seed, "inject")
    return (
        yield from _walked(renderer, sizes, translation.inject, translation.picture, seed, tiling)
    )


def _walked(
    renderer: Renderer,
    sizes: tuple[Size, ...],
    first: int,
    picture: ImageArray,
    seed: int,
    tiling: Tiling,
    *,
    is_native: bool = False,
) -> Generator[TileStep, None, ImageArray]:
    """Walk from a scale that a picture enters, reduced to it, to the last of the sizes."""
    entering = EditWindows(picture, renderer.device)

    def start(window: Window) -> torch.Tensor:
        return entering.at(sizes[first], window)

    words = renderer, sizes, first, start, seed, tiling
    return (yield from _made(*words, is_native=is_native))


def _pieced(
    translation: Translation,
    piecing: Piecing,
    picture: ImageArray,
    device: torch.device,
    tiling: Tiling,
) -> Generator[TileStep, None, ImageArray]:
    """Translate, piece the scales after that together, and let the finest ones follow."""
    sizes, finer = translation.sizes, piecing.scales.stop
    walk = _translating_walk(translation, piecing.scales.start, picture, device, tiling)
    total = walk.tile_count(Window.of(walk.size)) + piecing.step_count
    image = yield from _told(_coarse_steps(walk, piecing, picture, sizes, device), total)
    renderer = translation.following_renderer(device)
    start = enlarging(image, sizes[finer - 1], sizes[finer])
    words = renderer, sizes, finer, start, translation.seed, tiling
    made = yield from _made(*words, is_native=translation.is_native)
    return (yield from _searched_again(piecing, made, sizes, device))


def _searched_again(
    piecing: Piecing, made: ImageArray, sizes: tuple[Size, ...], device: torch.device
) -> Generator[TileStep, None, ImageArray]:
    """Let the patches of a picture fit each other, where it is not too large for that."""
    own, shape = piecing.model.plan.sizes[len(sizes) - 1], piecing.appearance.shape
    if made.shape[:2] != sizes[-1]:
        own = shape[0], shape[1]
    if retouchable_count([(made.shape[0], made.shape[1]), own]) < 2:
        return made
    steps = piecing.last_steps(to_tensor(made, device), own)
    return to_array((yield from _told(steps, LAST_ROUNDS)))


def _translating_walk(
    translation: Translation, last: int, picture: ImageArray, device: torch.device, tiling: Tiling
) -> TiledWalk:
    """Return the walk from the scale of the translation to a later one."""
    sizes, first = translation.sizes[: last + 1], translation.used_scale
    entering = EditWindows(picture, device)

    def start(window: Window) -> torch.Tensor:
        return entering.at(sizes[first], window)

    renderer, seed = translation.renderer(device), translation.seed
    return TiledWalk(renderer, sizes, seed, tiling, start_scale=first, start=start)


@torch.inference_mode()
def _coarse_steps(
    walk: TiledWalk,
    piecing: Piecing,
    picture: ImageArray,
    sizes: tuple[Size, ...],
    device: torch.device,
) -> Generator[int, None, torch.Tensor]:
    structure = EditWindows(picture, device)
    image = yield from walk.steps(Window.of(walk.size))
    for scale in piecing.scales:
        whole = Window.of(sizes[scale])
        led = structure.at(sizes[scale], whole)
        image = yield from piecing.steps(scale, enlarged(image, sizes[scale]), led)
    return image


def _told(
    work: Generator[int, None, torch.Tensor], total: int
) -> Generator[TileStep, None, torch.Tensor]:
    """Turn the scales that are worked on into steps."""
    done = 0
    while True:
        try:
            scale = next(work)
        except StopIteration as stop:
            image: torch.Tensor = stop.value
            return image
        done += 1
        yield TileStep(scale, done, max(done, total))


def _refined(
    translation: Translation, picture: ImageArray, device: torch.device, tiling: Tiling
) -> Generator[TileStep, None, ImageArray]:
    """Inject the result into the generators of the photo that gives the appearance."""
    assert translation.refine is not None
    _, target = translation.pair.ends(translation.direction)
    sizes = translation.sizes
    if translation.refiner is not None:
        target = translation.refiner
        sizes = scaled_sizes(target.plan, sizes[-1])[: target.scale_count]
    start = InjectedWindows(
        EditWindows(picture, device),
        translation.refine,
        sizes,
        Window.of(sizes[translation.refine]),
    )
    seed = derive_seed(translation.seed, "refine")
    renderer = translation.with_patches(Renderer.of(target, device), target)
    words = renderer, sizes, translation.refine, start, seed, tiling
    return (yield from _made(*words, is_native=translation.size is None))


def _made(
    renderer: Renderer,
    sizes: tuple[Size, ...],
    first: int,
    start: StartSource,
    seed: int,
    tiling: Tiling,
    *,
    is_native: bool,
) -> Generator[TileStep, None, ImageArray]:
    size = photo_dense_size(renderer, sizes[-1]) if is_native else sizes[-1]
    image = np.empty((*size, 3), np.uint8)
    walk = TiledWalk(renderer, sizes, seed, tiling, start_scale=first, start=start)
    detail = photo_detail(renderer, size, sizes[-1])
    finishing = Finishing.of(size, sizes[-1], None, detail)
    yield from TiledPicture(walk, finishing, image).steps(Window.of(size))
    return image


def _check_scale(name: str, scale: int, first: int, last: int) -> None:
    if not first <= scale <= last:
        raise ScaleError(
            "{name} {scale} does not exist: {first} to {last} do.",
            name=name,
            scale=scale,
            first=first,
            last=last,
        )
