"""Steady pictures in a film: what a scale hands to the finer one resembles the frame before.

Translated alone, two frames that differ by little come out with textures that differ by more. So
the picture that a scale makes is blended with that of the frame before, moved along with the motion
in the film, and the finer scales build on what hardly changes; not in the paper. Where the
frame is not the moved one before (a cut, what was hidden before), nothing is blended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.pixels.image import ImageArray
from singan_core.pixels.resize import Size

KEPT_SHARE: Final = 0.95
"""How much of a picture comes from the frame before. On a pan (16 frames, moved by 5 px of 300, a
pair at 128 px) the moved difference of two frames was 2.5 times the input's with 0, 0.6 times with
0.8, 0.5 times with 0.95; with patches of the photo 10.9, 1.2 and 0.6 times. More is also sharper
than 0.8, since less is averaged (RMS of the Laplacian with patches 26, 21 and 22)."""
_ALIKE: Final = 0.1
"""Difference of two frames, as a share of white, at which e^-1 of the blending is left."""
_FLOW_SIDE_PX: Final = (32, 320)
"""Shortest short side, and longest long side, at which the motion is measured."""
_Floats = NDArray[np.float32]


@dataclass(frozen=True)
class SteadyState:
    """What the next frame needs of the one before.

    Attributes:
        frame: (h, w, 3) uint8, it at the size that motion is measured at.
        pictures: by name, (3, h, w) float16 in [-1, 1]: what the scales made of it.
    """

    frame: ImageArray
    pictures: Mapping[str, NDArray[np.float16]]


@dataclass
class Steadying:
    """Blends the pictures of one frame after the other.

    Attributes:
        share: how much comes from the frame before where both are alike, 0 to below 1.
        before: of the frame before; None = there is none.
    """

    share: float = KEPT_SHARE
    before: SteadyState | None = None
    _frame: ImageArray | None = field(default=None, init=False)
    _motion: _Motion | None = field(default=None, init=False)
    _pictures: dict[str, NDArray[np.float16]] = field(default_factory=dict, init=False)

    def begin(self, frame: ImageArray) -> None:
        """Measure how a frame, (H, W, 3) uint8, moved since the one before."""
        self._frame, self._pictures = _reduced(frame), {}
        self._motion = None
        if self.before is not None and self.before.frame.shape == self._frame.shape:
            self._motion = _Motion.between(self.before.frame, self._frame)

    def steadied(self, name: str, image: torch.Tensor) -> torch.Tensor:
        """Blend (1, 3, h, w) float32 with the picture of that name of the frame before.

        What is known of that one has the exactness of half floats, so that a state is small.
        """
        known = None if self.before is None else self.before.pictures.get(name)
        planes = image[0].cpu().numpy()
        if self._motion is not None and known is not None and known.shape == planes.shape:
            planes = self._motion.blended(known.astype(np.float32), planes, self.share)
        self._pictures[name] = planes.astype(np.float16)
        return torch.from_numpy(planes)[None].to(image.device)

    def end(self) -> SteadyState:
        """Go on to the next frame; return what it needs of this one."""
        assert self._frame is not None, "a frame was begun"
        self.before = SteadyState(self._frame, self._pictures)
        return self.before


@dataclass(frozen=True)
class _Motion:
    """From which place of the frame before every pixel came, and how much it is the same.

    Attributes:
        flow: (h, w, 2) float32, x and y in px to the place in the frame before.
        likeness: (h, w) float32, 0 to 1.
    """

    flow: _Floats
    likeness: _Floats

    @classmethod
    def between(cls, before: ImageArray, frame: ImageArray) -> _Motion:
        """Measure it by dense inverse search (Kroeger et al. 2016, OpenCV's)."""
        search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        grey = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (frame, before)]
        flow = np.asarray(search.calc(grey[0], grey[1], None), np.float32)  # type: ignore[call-overload]
        moved, is_inside = _moved(before.astype(np.float32), flow)
        difference = np.abs(moved - frame).mean(axis=2) / np.float32(255.0)
        difference = cv2.blur(difference, (3, 3))
        likeness = np.exp(-np.square(difference / np.float32(_ALIKE))) * is_inside
        return cls(flow, likeness.astype(np.float32))

    def blended(self, before: _Floats, planes: _Floats, share: float) -> _Floats:
        """Return (3, h, w) of a frame, with a share of the moved picture before."""
        size = planes.shape[1], planes.shape[2]
        moved, is_inside = _moved(np.ascontiguousarray(before.transpose(1, 2, 0)), self._at(size))
        weight = np.float32(share) * _resized(self.likeness, size) * is_inside
        blended: _Floats = planes + weight * (moved.transpose(2, 0, 1) - planes)
        return np.clip(blended, -1.0, 1.0)

    def _at(self, size: Size) -> _Floats:
        """Return the flow of a picture of (H, W)."""
        height, width = self.flow.shape[:2]
        ratio = np.array([size[1] / width, size[0] / height], np.float32)
        return _resized(self.flow, size) * ratio


def _moved(picture: _Floats, flow: _Floats) -> tuple[_Floats, NDArray[np.bool_]]:
    """Return a picture (h, w, 3) moved by a flow, and where that came from inside of it."""
    height, width = flow.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = columns + flow[..., 0], rows + flow[..., 1]
    moved = cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    is_inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return np.asarray(moved, np.float32), is_inside


def _reduced(frame: ImageArray) -> ImageArray:
    """Return a frame at the size that motion is measured at: small, but not too small for it."""
    shortest, longest = _FLOW_SIDE_PX
    height, width = frame.shape[:2]
    ratio = max(min(1.0, longest / max(height, width)), shortest / min(height, width))
    size = max(1, round(height * ratio)), max(1, round(width * ratio))
    return np.asarray(_resized(frame, size), np.uint8)


def _resized(array: NDArray[np.float32] | ImageArray, size: Size) -> _Floats:
    """Return an array of (h, w, ...) at (H, W), averaged where it shrinks."""
    if array.shape[:2] == size:
        return np.asarray(array)
    is_smaller = size[0] <= array.shape[0] and size[1] <= array.shape[1]
    way = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(array, (size[1], size[0]), interpolation=way))
