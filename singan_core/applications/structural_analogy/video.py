"""Translation of a film, frame by frame: each resembles the one before as in the film itself.

Every frame goes the way of ``translation``, with three differences. Noise belongs to places of the
picture, not to what moves through them, so that even equal noise in all frames makes textures swim:
unless a seed is given there is none, as in the reconstruction of the photo (equation 5 of SinGAN).
The same is true of zeros beyond the border: a frame goes on mirrored there. And what a scale makes,
which is the input of the next one, is steadied (``steadying``).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import torch

from singan_core.applications.structural_analogy.clip_frames import check_frame_size
from singan_core.applications.structural_analogy.steadying import (
    KEPT_SHARE,
    Steadying,
    SteadyState,
)
from singan_core.applications.structural_analogy.translation import (
    PATCH_SCALES,
    Translation,
    default_scale,
)
from singan_core.applications.structural_analogy.translation_steps import settling_steps
from singan_core.device import is_out_of_memory
from singan_core.errors import OutOfMemoryError
from singan_core.model.pyramid import scaled_sizes
from singan_core.model.trained import TrainedPyramid
from singan_core.model.trained_pair import Direction, TrainedPair
from singan_core.pixels.image import ImageArray, to_array
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size, Window
from singan_core.rendering.edit_windows import EditWindows, InjectedWindows
from singan_core.rendering.sample import Renderer, enlarged
from singan_core.rendering.tiling import StartSource, TiledWalk, Tiling
from singan_core.rendering.window_sample import enlarging


@dataclass(frozen=True)
class VideoTranslation:
    """How the frames of a film are translated.

    Attributes:
        pair, direction, scale, inject, refine, refiner, size: see ``Translation``.
        appearance, patch_scales: likewise.
        structure: likewise; None = what the first frame of the film gets.
        seed: of noise that is equal in every frame; None = no noise.
        kept_share: how much of what a scale makes comes from the frame before, 0 to below 1; 0 =
            every frame is translated alone.
    """

    pair: TrainedPair
    direction: Direction
    scale: int | None = None
    inject: int | None = None
    refine: int | None = None
    refiner: TrainedPyramid | None = None
    size: Size | None = None
    seed: int | None = None
    kept_share: float = KEPT_SHARE
    appearance: ImageArray | None = None
    patch_scales: int = PATCH_SCALES
    structure: float | None = None

    @property
    def used_scale(self) -> int:
        """The scale at which frames are translated."""
        has_patches = self.appearance is not None and self.patch_scales > 0
        default = default_scale(self.pair, has_patches=has_patches, inject=self.inject)
        return default if self.scale is None else self.scale

    def of(self, frame: ImageArray) -> Translation:
        """Return the translation of a single frame, (H, W, 3) uint8."""
        return Translation(
            self.pair,
            self.direction,
            frame,
            self.scale,
            self.inject,
            self.refine,
            self.refiner,
            self.seed or 0,
            self.size,
            self.appearance,
            self.patch_scales,
            self.structure,
        )


@dataclass(frozen=True)
class VideoState:
    """All that is needed to go on after a frame, to the same bits.

    Attributes:
        frame_count: frames that are done.
        frame_size: (H, W) of the frames of the clip.
        steady: of the last of them.
        structure: how strictly it leads in all frames; None = as the ``VideoTranslation`` says.
    """

    frame_count: int
    frame_size: Size
    steady: SteadyState
    structure: float | None = None


@dataclass(frozen=True, slots=True)
class VideoStep:
    """A part of a frame is done.

    Attributes:
        index: of the frame, counted from 0.
        done: scales of the frame that are done.
        total: scales that each frame takes.
        frame: (H, W, 3) uint8, where the step was its last.
        state: to go on from, likewise.
    """

    index: int
    done: int
    total: int
    frame: ImageArray | None = None
    state: VideoState | None = None


def video_steps(
    video: VideoTranslation,
    frames: Iterable[ImageArray],
    device: torch.device,
    tiling: Tiling | None = None,
    state: VideoState | None = None,
) -> Iterator[VideoStep]:
    """Translate a film frame by frame, with a step per tile to cancel at.

    Only the frame at work and what ``VideoState`` holds are kept, however long the film is.

    Args:
        video: how.
        frames: (H, W, 3) uint8, all of one size; those after the state's.
        device: where to compute.
        tiling: how the work is cut; None = by the device alone.
        state: of the last frame that is done; None = the film begins.

    Raises:
        ConfigError, ScaleError, PhotoError: see ``Translation.check``.
        PhotoError: a frame is of another size.
        OutOfMemoryError: there is not enough memory for the smallest tile.
    """
    try:
        yield from _steps(video, frames, device, tiling or Tiling(), state)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemoryError(
            "The device ran out of memory for a frame; close other programs or choose a smaller "
            "size."
        ) from error


def _steps(
    video: VideoTranslation,
    frames: Iterable[ImageArray],
    device: torch.device,
    tiling: Tiling,
    state: VideoState | None,
) -> Iterator[VideoStep]:
    steadying = Steadying(video.kept_share, None if state is None else state.steady)
    done = 0 if state is None else state.frame_count
    size, film = None if state is None else state.frame_size, None
    if state is not None and state.structure is not None:
        video = replace(video, structure=state.structure)
    for index, frame in enumerate(frames, start=done):
        translation = video.of(frame)
        if film is None:
            translation.check()
            video = yield from _settled(video, translation, index, device, tiling)
            translation = video.of(frame)
            film = _Film(video, translation, device, tiling, steadying)
        size = size or (frame.shape[0], frame.shape[1])
        check_frame_size(index, frame, size)
        making, image = _Frame(film, translation), None
        steadying.begin(frame)
        for done, image in making.steps():
            if image is None:
                yield VideoStep(index, done, making.total)
        reached = VideoState(index + 1, size, steadying.end(), video.structure)
        yield VideoStep(index, making.total, making.total, image, reached)


def _settled(
    video: VideoTranslation,
    first: Translation,
    index: int,
    device: torch.device,
    tiling: Tiling,
) -> Generator[VideoStep, None, VideoTranslation]:
    """Return how a film is translated, with a structure as strict as its first frame needs."""
    work = settling_steps(first, device, tiling)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return replace(video, structure=stop.value)
        yield VideoStep(index, 0, 1)


_Walked = Generator[tuple[int, ImageArray | None], None, torch.Tensor]


@dataclass(frozen=True)
class _Film:
    """What all frames share.

    Attributes:
        first: the translation of one of them.
    """

    video: VideoTranslation
    first: Translation
    device: torch.device
    tiling: Tiling
    steadying: Steadying

    @cached_property
    def drawing_anew(self) -> Renderer:
        """The generators of the structure."""
        source, _ = self.first.pair.ends(self.first.direction)
        return self._filming(Renderer.of(source, self.device))

    @cached_property
    def translating(self) -> Renderer:
        """The generators of the appearance, one of which translates."""
        return self._filming(self.first.renderer(self.device))

    @cached_property
    def following(self) -> Renderer:
        """The generators of the appearance that come after scales that are pieced together."""
        return self._filming(self.first.following_renderer(self.device))

    @cached_property
    def refining(self) -> Renderer:
        """The generators that the result is injected into."""
        model = self.refining_model
        renderer = self.first.with_patches(Renderer.of(model, self.device), model)
        return self._filming(renderer)

    @property
    def refining_model(self) -> TrainedPyramid:
        """Theirs."""
        _, target = self.first.pair.ends(self.first.direction)
        return self.first.refiner or target

    def _filming(self, renderer: Renderer) -> Renderer:
        """Zeros beyond the border would mark it in every frame, whatever moves across it."""
        mirrored = renderer.mirrored()
        if self.video.seed is not None:
            return mirrored
        return replace(mirrored, amplitudes=(0.0,) * renderer.scale_count)


@dataclass
class _Frame:
    """The making of one frame.

    Attributes:
        done: scales that are done.
    """

    film: _Film
    translation: Translation
    done: int = 0

    @property
    def total(self) -> int:
        """Scales that it takes, over all walks."""
        at, count = self.translation.used_scale, len(self.translation.sizes)
        total = count - at + (self.translation.piecing is not None)
        if self.translation.inject is not None:
            total += at + 1 - self.translation.inject
        if self.translation.refine is not None:
            refiner = self.translation.refiner
            total += (count if refiner is None else refiner.scale_count) - self.translation.refine
        return total

    def steps(self) -> Iterator[tuple[int, ImageArray | None]]:
        """Yield the scales that are done after every tile; the picture with the last."""
        made, film = self.translation, self.film
        picture, at = made.picture, made.used_scale
        if made.inject is not None:
            sizes = made.sizes[: at + 1]
            seed = derive_seed(made.seed, "inject")
            start = self._entering(picture, sizes[made.inject])
            drawn = yield from self._walked(film.drawing_anew, sizes, made.inject, start, seed)
            picture = to_array(drawn)
        picture = to_array((yield from self._translated(picture)))
        if made.refine is not None:
            picture = to_array((yield from self._refined(picture, made.refine)))
        yield self.done, picture

    def _translated(self, picture: ImageArray) -> _Walked:
        made, film, piecing = self.translation, self.film, self.translation.piecing
        sizes, at = made.sizes, made.used_scale
        start = self._entering(picture, sizes[at])
        if piecing is None:
            return (yield from self._walked(film.translating, sizes, at, start, made.seed))
        first, finer = piecing.scales.start, piecing.scales.stop
        until = sizes[: first + 1]
        image = yield from self._walked(film.translating, until, at, start, made.seed)
        structure = EditWindows(picture, film.device)
        for scale in piecing.scales:
            led = structure.at(sizes[scale], Window.of(sizes[scale]))
            work = piecing.steps(scale, enlarged(image, sizes[scale]), led)
            image = yield from self._steadied(work)
        start = enlarging(image, sizes[finer - 1], sizes[finer])
        return (yield from self._walked(film.following, sizes, finer, start, made.seed))

    def _entering(self, picture: ImageArray, size: Size) -> StartSource:
        windows = EditWindows(picture, self.film.device)
        return lambda window: windows.at(size, window)

    def _refined(self, picture: ImageArray, scale: int) -> _Walked:
        sizes, model = self.translation.sizes, self.film.refining_model
        if self.translation.refiner is not None:
            sizes = scaled_sizes(model.plan, sizes[-1])[: model.scale_count]
        edit, whole = EditWindows(picture, self.film.device), Window.of(sizes[scale])
        start = InjectedWindows(edit, scale, sizes, whole)
        seed = derive_seed(self.translation.seed, "refine")
        return (yield from self._walked(self.film.refining, sizes, scale, start, seed))

    def _walked(
        self,
        renderer: Renderer,
        sizes: tuple[Size, ...],
        first: int,
        start: StartSource,
        seed: int,
    ) -> _Walked:
        """Walk scale by scale, each from what the one below made, steadied."""
        image, tiling = torch.empty(0), self.film.tiling
        for scale, size in enumerate(sizes[first:], start=first):
            if scale > first:
                start = enlarging(image, sizes[scale - 1], size)
            until = sizes[: scale + 1]
            walk = TiledWalk(renderer, until, seed, tiling, start_scale=scale, start=start)
            image = yield from self._steadied(walk.steps(Window.of(size)))
        return image

    def _steadied(self, steps: Generator[int, None, torch.Tensor]) -> _Walked:
        """Do the work of a scale and blend what it made with the frame before."""
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                image = self.film.steadying.steadied(str(self.done), stop.value)
                self.done += 1
                return image
            yield self.done, None
