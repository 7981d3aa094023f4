"""Translation of a film, frame by frame: each resembles the one before as in the film itself.

Every frame goes the way of ``translation``. Noise belongs to places of the picture, not to what
moves through them, so that even equal noise in all frames makes textures swim (on the pan of
``steadying.KEPT_SHARE`` two frames differed 5.8 times as much as the input's, without noise 2.6
times): unless a seed is given there is none, as in the reconstruction of the photo (equation 5 of
SinGAN). With or without it, what one scale hands to the next is steadied.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from singan_core.applications.structural_analogy.clip_frames import check_frame_size
from singan_core.applications.structural_analogy.steadying import (
    KEPT_SHARE,
    Steadying,
    SteadyState,
)
from singan_core.applications.structural_analogy.translation import Translation, translating
from singan_core.model.pyramid import scaled_sizes
from singan_core.model.trained import TrainedPyramid
from singan_core.model.trained_pair import Direction, TrainedPair
from singan_core.pixels.image import ImageArray
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size, Window, source_window
from singan_core.rendering.edit_windows import EditWindows, InjectedWindows
from singan_core.rendering.finishing import Finishing
from singan_core.rendering.sample import Renderer
from singan_core.rendering.tiling import StartSource, TiledPicture, TiledWalk, Tiling
from singan_core.rendering.window_sample import enlarged_window


@dataclass(frozen=True)
class VideoTranslation:
    """How the frames of a film are translated.

    Attributes:
        pair, direction, scale, inject, refine, refiner, size: see ``Translation``.
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
        )


@dataclass(frozen=True)
class VideoState:
    """All that is needed to go on after a frame, to the same bits.

    Attributes:
        frame_count: frames that are done.
        frame_size: (H, W) of the frames of the clip.
        steady: of the last of them.
    """

    frame_count: int
    frame_size: Size
    steady: SteadyState


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
    steadying = Steadying(video.kept_share, None if state is None else state.steady)
    first = 0 if state is None else state.frame_count
    size = None if state is None else state.frame_size
    tiling = tiling or Tiling()
    for index, frame in enumerate(frames, start=first):
        size = size or (frame.shape[0], frame.shape[1])
        check_frame_size(index, frame, size)
        making = _Frame(video, video.of(frame), device, tiling, steadying)
        image, done = None, 0
        steadying.begin(frame)
        for done, image in making.steps():
            if image is None:
                yield VideoStep(index, done, making.total)
        steady = VideoState(index + 1, size, steadying.end())
        yield VideoStep(index, making.total, making.total, image, steady)


_Walked = Generator[tuple[int, ImageArray | None], None, ImageArray]


@dataclass
class _Frame:
    """The making of one frame.

    Attributes:
        done: scales that are done.
    """

    video: VideoTranslation
    translation: Translation
    device: torch.device
    tiling: Tiling
    steadying: Steadying
    done: int = 0

    @property
    def total(self) -> int:
        """Scales that it takes, over all walks."""
        at, count = self.translation.used_scale, len(self.translation.sizes)
        total = count - at
        if self.translation.inject is not None:
            total += at + 1 - self.translation.inject
        if self.translation.refine is not None:
            refiner = self.translation.refiner
            total += (count if refiner is None else refiner.scale_count) - self.translation.refine
        return total

    def steps(self) -> Iterator[tuple[int, ImageArray | None]]:
        """Yield the scales that are done after every tile; the picture with the last."""
        made = self.translation
        made.check()
        source, target = made.pair.ends(made.direction)
        picture, at = made.picture, made.used_scale
        if made.inject is not None:
            sizes = made.sizes[: at + 1]
            seed = derive_seed(made.seed, "inject")
            start = self._entering(picture, sizes[made.inject])
            renderer = self._noisy(Renderer.of(source, self.device))
            picture = yield from self._walked("a", renderer, sizes, made.inject, start, seed)
        renderer = self._noisy(translating(target, at, self.device))
        start = self._entering(picture, made.sizes[at])
        picture = yield from self._walked("b", renderer, made.sizes, at, start, made.seed)
        if made.refine is not None:
            picture = yield from self._refined(picture, made.refine, target)
        yield self.done, picture

    def _entering(self, picture: ImageArray, size: Size) -> StartSource:
        windows = EditWindows(picture, self.device)
        return lambda window: windows.at(size, window)

    def _refined(self, picture: ImageArray, scale: int, target: TrainedPyramid) -> _Walked:
        sizes, refiner = self.translation.sizes, self.translation.refiner
        if refiner is not None:
            target = refiner
            sizes = scaled_sizes(target.plan, sizes[-1])[: target.scale_count]
        edit, whole = EditWindows(picture, self.device), Window.of(sizes[scale])
        start = InjectedWindows(edit, scale, sizes, whole)
        seed = derive_seed(self.translation.seed, "refine")
        renderer = self._noisy(Renderer.of(target, self.device))
        return (yield from self._walked("c", renderer, sizes, scale, start, seed))

    def _noisy(self, renderer: Renderer) -> Renderer:
        if self.video.seed is not None:
            return renderer
        return replace(renderer, amplitudes=(0.0,) * renderer.scale_count)

    def _walked(
        self,
        name: str,
        renderer: Renderer,
        sizes: tuple[Size, ...],
        first: int,
        start: StartSource,
        seed: int,
    ) -> _Walked:
        """Walk scale by scale, each from what the one below made, steadied."""
        last = len(sizes) - 1
        for scale in range(first, last):
            walk = self._one_scale(renderer, sizes, scale, start, seed)
            steps = walk.steps(Window.of(sizes[scale]))
            image = yield from self._counted(steps)
            image = self.steadying.steadied(f"{name}{scale}", image)
            start = _enlarging(image, sizes[scale], sizes[scale + 1])
            self.done += 1
        picture = np.empty((*sizes[last], 3), np.uint8)
        walk = self._one_scale(renderer, sizes, last, start, seed)
        finishing = Finishing.of(sizes[last], sizes[last], None)
        for _ in TiledPicture(walk, finishing, picture).steps(Window.of(sizes[last])):
            yield self.done, None
        self.done += 1
        return picture

    def _one_scale(
        self, renderer: Renderer, sizes: tuple[Size, ...], scale: int, start: StartSource, seed: int
    ) -> TiledWalk:
        until = sizes[: scale + 1]
        return TiledWalk(renderer, until, seed, self.tiling, start_scale=scale, start=start)

    def _counted(
        self, steps: Generator[int, None, torch.Tensor]
    ) -> Generator[tuple[int, None], None, torch.Tensor]:
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                image: torch.Tensor = stop.value
                return image
            yield self.done, None


def _enlarging(image: torch.Tensor, below: Size, size: Size) -> StartSource:
    """Return windows of what a scale made, at the size of the next."""

    def start(window: Window) -> torch.Tensor:
        held = source_window(window, below, size)
        return enlarged_window(held.cut(image), held, below, window, size)

    return start
