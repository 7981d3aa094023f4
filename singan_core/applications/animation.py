"""Animation (section 4.5 of the paper and its supplement): a short film from one photo.

The noise of the upper scales takes a smooth random walk around the noise z* that reconstructs the
photo; every point of the walk is rendered to a frame.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import torch

from singan_core.applications.noise_path import Draws, free_path, looped_path
from singan_core.config import PAPER_NOISE_WEIGHT, TrainConfig
from singan_core.errors import ConfigError, PhotoError, ScaleError
from singan_core.model.pyramid import scaled_sizes
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray, to_array
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size
from singan_core.presets import for_detail
from singan_core.rendering.injection import SMALLEST_SIDE_PX
from singan_core.rendering.sample import (
    Renderer,
    WalkStep,
    enlarged,
    last_image,
    reconstruction_noise,
    walk,
)

COARSEST_SIDE_PX = 20
SHORTEST_FRAMES, LONGEST_FRAMES = 2, 10_000


@dataclass(frozen=True, slots=True)
class Animation:
    """What to film.

    The paper's example is start scale 2, alpha 0.1 and beta 0.9. In models that are trained as
    here the noise of upper scales adds little (on a photo of lightning a frame differed from the
    next by 0.3 of 255 levels, the authors' kind of film by 3.3), so that everything moves unless
    told otherwise, and is drawn back more strongly to stay near the photo.

    Attributes:
        start_scale: first scale whose noise walks; the scales below keep z*, so that the layout
            stays the photo's. 0 moves most.
        alpha: how strongly the walk is drawn back to z*, 0 to 1 (1 = the still reconstruction).
        beta: how much a step resembles the one before, 0 to 1: smoothness against change.
        frame_count: 2 to 10 000.
        is_loop: the last frame leads back to the first.
        seed: picks the walk.
        size: (H, W) of the frames; None = as the model was trained.

    Raises:
        ConfigError: a value is outside its range.
    """

    start_scale: int = 0
    alpha: float = 0.45
    beta: float = 0.9
    frame_count: int = 100
    is_loop: bool = False
    seed: int = 0
    size: Size | None = None

    def __post_init__(self) -> None:
        for name, share in (("alpha", self.alpha), ("beta", self.beta)):
            if not 0.0 <= share <= 1.0:  # also refuses nan
                raise ConfigError(
                    "{name} must lie between 0 and 1, not {value}.", name=name, value=share
                )
        if not SHORTEST_FRAMES <= self.frame_count <= LONGEST_FRAMES:
            raise ConfigError(
                "An animation has {low} to {high} frames, not {count}.",
                low=SHORTEST_FRAMES,
                high=LONGEST_FRAMES,
                count=self.frame_count,
            )


@dataclass(frozen=True, slots=True)
class AnimationStep:
    """One scale of one frame is done.

    Attributes:
        done: steps done so far, over all frames.
        total: steps of the whole animation.
        frame: (H, W, 3) uint8, where the step was the last one of a frame.
    """

    done: int
    total: int
    frame: ImageArray | None


def animation_config(base: TrainConfig) -> TrainConfig:
    """Return the constants to train a photo for animation.

    From the authors' code: the noise is drawn at padded size, so that the border moves like the
    rest, the coarsest side is 20 px, and the noise has the paper's strength, of which ``alpha``
    and ``beta`` make a calm motion. Steps and widths stay those of ``base``, and its rounds as
    far as they are for detail, see ``presets.for_detail``: the layout is the photo's.

    Args:
        base: a preset, or a changed one.
    """
    return for_detail(base).changed(
        kind="animation",
        is_noise_padded=True,
        min_size_px=COARSEST_SIDE_PX,
        noise_weight=PAPER_NOISE_WEIGHT,
    )


def animation_frames(
    model: TrainedPyramid, animation: Animation, device: torch.device
) -> Iterator[ImageArray]:
    """Film, one (H, W, 3) uint8 frame after the other.

    Args:
        model: a pyramid in which ``animation.start_scale`` is finished.
        animation: what to film.
        device: where to compute.

    Raises:
        ScaleError: the start scale does not exist.
        PhotoError: the size is too small.
    """
    steps = animation_steps(model, animation, device)
    return (step.frame for step in steps if step.frame is not None)


def animation_steps(
    model: TrainedPyramid, animation: Animation, device: torch.device
) -> Iterator[AnimationStep]:
    """Film as ``animation_frames`` does, with a step per scale to pause or cancel at.

    Frame i is a pure function of the model, the animation and i.

    At another size the coarsest scale, and all below the start scale, keep the size they were
    trained at, and their picture is enlarged: z* has one size only.

    Raises:
        ScaleError: the start scale does not exist.
        PhotoError: the size is too small.
    """
    sizes = _sizes(model, animation)
    return _steps(model, animation, sizes, device)


def _sizes(model: TrainedPyramid, animation: Animation) -> tuple[Size, ...]:
    """Check the animation against a model and return (H, W) per scale."""
    finest = model.scale_count - 1
    if not 0 <= animation.start_scale <= finest:
        raise ScaleError(
            "Start scale {scale} does not exist: this model has scales 0 to {finest}.",
            scale=animation.start_scale,
            finest=finest,
        )
    trained = model.plan.sizes
    if animation.size is None:
        return trained
    if min(animation.size) < 1:
        raise PhotoError("The size of the frames is too small for this model.")
    sizes = scaled_sizes(model.plan, animation.size)
    sizes = (trained[0], *sizes[1:])
    if min(sizes[max(1, animation.start_scale)]) < SMALLEST_SIDE_PX:
        raise PhotoError("The size of the frames is too small for this model.")
    return sizes


def _steps(
    model: TrainedPyramid, animation: Animation, sizes: tuple[Size, ...], device: torch.device
) -> Iterator[AnimationStep]:
    yield from _Film.prepared(model, animation, sizes, device).steps()


@dataclass(frozen=True)
class _Film:
    """What all frames of one animation share.

    Attributes:
        start: the part that stays, the input of the start scale; None where that is the coarsest.
        sizes: (H, W) per scale.
    """

    model: TrainedPyramid
    renderer: Renderer
    animation: Animation
    sizes: tuple[Size, ...]
    start: torch.Tensor | None

    @classmethod
    def prepared(
        cls,
        model: TrainedPyramid,
        animation: Animation,
        sizes: tuple[Size, ...],
        device: torch.device,
    ) -> _Film:
        renderer, scale = Renderer.of(model, device), animation.start_scale
        if scale == 0:
            return cls(model, renderer, animation, sizes, None)
        source = reconstruction_noise(renderer, model.rec_noise)
        below = last_image(walk(renderer, model.plan.sizes, source, stop_scale=scale))
        return cls(model, renderer, animation, sizes, enlarged(below, sizes[scale]))

    def steps(self) -> Iterator[AnimationStep]:
        count, is_loop = self.animation.frame_count, self.animation.is_loop
        scales = self.renderer.scale_count - self.animation.start_scale
        total = count * (scales + is_loop)
        shift = (yield from self._seam_search(total)) if is_loop else 0
        done = count * is_loop
        for step in self._frame_steps(self.renderer.scale_count, shift):
            done += 1
            is_frame = step.done == step.total
            yield AnimationStep(done, total, to_array(step.image) if is_frame else None)

    def _seam_search(self, total: int) -> Generator[AnimationStep, None, int]:
        """Return the frame that differs least from the one before it: the loop begins there.

        Where the coarsest scale walks, some changes are twice as large as others; the pictures of
        the first scale that walks tell which.
        """
        changes: list[float] = []
        opening = before = None
        for step in self._frame_steps(self.animation.start_scale + 1, 0):
            if before is None:
                opening = step.image
            else:
                changes.append(_difference(before, step.image))
            before = step.image
            yield AnimationStep(len(changes) + 1, total, None)
        assert opening is not None
        assert before is not None
        changes.insert(0, _difference(before, opening))
        return changes.index(min(changes))

    def _frame_steps(self, stop_scale: int, shift: int) -> Iterator[WalkStep]:
        first = self.animation.start_scale
        paths = {scale: self._path(scale, shift) for scale in range(first, stop_scale)}
        for _ in range(self.animation.frame_count):
            yield from walk(
                self.renderer,
                self.sizes,
                lambda scale, _: next(paths[scale]),
                start_scale=first,
                start=self.start,
                stop_scale=stop_scale,
            )

    def _path(self, scale: int, shift: int) -> Iterator[torch.Tensor]:
        """Return the walk of one scale; z* is zero above the coarsest."""
        film, device = self.animation, self.renderer.device
        size = self.renderer.noise_size(self.sizes[scale])
        draws = _draws(film.seed, scale, size, device)
        z = self.model.rec_noise.to(device) if scale == 0 else torch.zeros(1, 3, *size).to(device)
        if not film.is_loop:
            return free_path(z, draws, film.alpha, film.beta)
        period = film.frame_count
        return looped_path(
            z, lambda number: draws((number + shift) % period), film.alpha, film.beta, period
        )


def _difference(first: torch.Tensor, second: torch.Tensor) -> float:
    return float((first - second).abs().mean())


def _draws(seed: int, scale: int, size: Size, device: torch.device) -> Draws:
    """Return a source of noise that is equal on every device: a new generator for every draw."""
    channels = 1 if scale == 0 else 3

    def draw(number: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(derive_seed(seed, "animation", scale, number))
        return torch.randn(1, channels, *size, generator=generator).to(device)

    return draw
