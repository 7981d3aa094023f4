"""Photo A as a clip: its critic, and the translations in training, see all frames in turn.

The first frame stays what the reconstruction must equal (z* leads to one picture) and what the
sizes of the scales are planned for; the samples of A become like any frame.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import torch

from singan_core.errors import CheckpointError, PhotoError
from singan_core.model.trained import TrainState
from singan_core.pixels.image import ImageArray, photo_sha256
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size, Window
from singan_core.training.batch import Batch, GeneratorInput, InputSource
from singan_core.training.drawing import drawing
from singan_core.training.photo_levels import PhotoLevels, as_float, level_window
from singan_core.training.places import places

MOST_FRAMES: Final = 32
MOST_PIXELS: Final = 64_000_000
"""Of all frames that a training holds, in 8 bits."""
_MARK: Final = "clip.sha256"


def training_indices(frame_count: int, size: Size) -> range:
    """Return which frames of a clip are trained on: some, spread over all of it.

    Args:
        frame_count: of the clip, at least 1.
        size: (H, W) of its frames.
    """
    most = max(1, min(MOST_FRAMES, MOST_PIXELS // (size[0] * size[1])))
    step = -(-frame_count // most)
    return range(0, frame_count, step)


def check_frame_size(index: int, frame: ImageArray, size: Size) -> None:
    """Raise unless a frame, counted from 0, has (H, W).

    Raises:
        PhotoError: it has not.
    """
    if (frame.shape[0], frame.shape[1]) != size:
        raise PhotoError(
            "Frame {number} is {width} x {height} px, but the first one is {first_width} x "
            "{first_height} px: all frames must be of one size.",
            number=index + 1,
            width=frame.shape[1],
            height=frame.shape[0],
            first_width=size[1],
            first_height=size[0],
        )


@dataclass(frozen=True)
class ClipFrames:
    """The frames of a clip after the first, which is photo A itself.

    Attributes:
        levels: of each.
        sha256: of all their pixels, in their order.
    """

    levels: tuple[PhotoLevels, ...]
    sha256: bytes

    @classmethod
    def of(
        cls,
        first: ImageArray,
        others: Sequence[ImageArray],
        sizes: Sequence[Size],
        device: torch.device,
    ) -> ClipFrames:
        """Prepare them.

        Args:
            first: (H, W, 3) uint8, photo A.
            others: likewise, of the same size; none = A is no clip.
            sizes: (H, W) per scale.
            device: where to compute.

        Raises:
            PhotoError: a frame is of another size.
        """
        for index, frame in enumerate(others, start=1):
            check_frame_size(index, frame, (first.shape[0], first.shape[1]))
        digest = hashlib.sha256("|".join(photo_sha256(frame) for frame in others).encode())
        levels = tuple(PhotoLevels(frame, sizes, device) for frame in others)
        return cls(levels, digest.digest())

    @property
    def mark(self) -> dict[str, torch.Tensor]:
        """What a state keeps of them, to know them again; nothing where there are none."""
        return {_MARK: torch.tensor(list(self.sha256), dtype=torch.uint8)} if self.levels else {}

    def check_resumed(self, state: TrainState) -> None:
        """Raise unless a state is of a training on these frames, as far as it tells.

        Raises:
            CheckpointError: it is not.
        """
        known, own = state.tensors.get(_MARK), self.mark.get(_MARK)
        is_begun = bool(state.tensors)
        is_same = known is own is None or (
            known is not None and own is not None and torch.equal(known, own)
        )
        if is_begun and not is_same:
            raise CheckpointError("The training to continue belongs to other frames.")

    def at(self, scale: int) -> Generator[None, None, tuple[torch.Tensor, ...]]:
        """Make all of them at a scale, see ``PhotoLevels.compact``; None after every part."""
        made = []
        for levels in self.levels:
            made.append((yield from levels.compact(scale)))
        return tuple(made)


class FrameBatches:
    """The inputs of a scale, whose real picture is one frame of the clip or another.

    Which one is a function of (seed, scale, round, draw).

    Args:
        inputs: of the first frame.
        frames: (1, 3, H, W) of the others, as of ``ClipFrames.at``.
        seed: of the training.
        scale: in training.
    """

    def __init__(
        self, inputs: InputSource, frames: Sequence[torch.Tensor], seed: int, scale: int
    ) -> None:
        self._inputs = inputs
        self._frames = frames
        self._parts = (seed, scale, "frame")

    @property
    def base_rmse(self) -> float:
        """As of the first frame."""
        return self._inputs.base_rmse

    @property
    def noise_amplitude(self) -> float:
        """As of the first frame."""
        return self._inputs.noise_amplitude

    @property
    def reconstruction(self) -> torch.Tensor | None:
        """As of the first frame."""
        return self._inputs.reconstruction

    def batch(self, iteration: int, draw: int) -> Batch:
        """Return the batch of one critic step with the real picture of its frame."""
        batch = self._inputs.batch(iteration, draw)
        index = derive_seed(*self._parts, iteration, draw) % (len(self._frames) + 1)
        if index == 0:
            return batch
        frame = self._frames[index - 1]
        if batch.real.shape == frame.shape:
            return replace(batch, real=as_float(frame))
        return replace(batch, real=self._crops(frame, batch.real.shape, (iteration, draw)))

    def sample(self, index: int) -> GeneratorInput:
        """As of the first frame."""
        return self._inputs.sample(index)

    def statistics(self, count: int) -> Iterator[GeneratorInput | None]:
        """As of the first frame."""
        return self._inputs.statistics(count)

    def reconstructing(self, weights: Mapping[str, torch.Tensor]) -> Generator[None, None, float]:
        """As of the first frame."""
        return self._inputs.reconstructing(weights)

    def frame(self, number: int) -> torch.Tensor | None:
        """Return one frame after the other, (1, 3, H, W) float32; None = the first one."""
        index = number % (len(self._frames) + 1)
        return None if index == 0 else as_float(self._frames[index - 1])

    def _crops(
        self, frame: torch.Tensor, shape: torch.Size, drawn: tuple[int, int]
    ) -> torch.Tensor:
        """Cut (B, 3, h, w) from a frame."""
        count, _, height, width = shape
        room = int(frame.shape[-2]) - height, int(frame.shape[-1]) - width
        generator = drawing(torch.device("cpu"), *self._parts, *drawn)
        windows = [
            Window(top, left, top + height, left + width)
            for top, left in places(room, count, generator)
        ]
        return torch.cat([level_window(frame, window) for window in windows])
