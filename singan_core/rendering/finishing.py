"""What follows the walk: the rendered picture at its final size, with its detail, in its mask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.pixels.detail import DetailStage
from singan_core.pixels.photo_detail import PhotoDetail
from singan_core.pixels.resize import Size, Window, reached_window, resize, source_window

EditSource = Callable[[Size, Window], torch.Tensor]
"""((H, W), window) -> (1, 3, h, w) float32 in [-1, 1]: a window of the edit at a size."""
MaskSource = Callable[[Window], NDArray[np.bool_]]
"""window -> (h, w) bool: where the edit was pasted, at the size of the picture."""


@dataclass(frozen=True, slots=True)
class Finishing:
    """How a rendered image becomes the picture; exact on every window of it.

    Attributes:
        size: (H, W) of the picture.
        image_size: (H, W) the walk ended at.
        detail: the exchange of detail; None = there is none.
        photo_detail: what a photo larger than the walk's end adds; None = nothing.
    """

    size: Size
    image_size: Size
    detail: DetailStage | None
    photo_detail: PhotoDetail | None = None

    @classmethod
    def of(
        cls,
        size: Size,
        image_size: Size,
        detail_size: Size | None,
        photo_detail: PhotoDetail | None = None,
    ) -> Finishing:
        """Return the finishing whose detail begins at a size, where that takes anything away."""
        takes_nothing = detail_size is None or detail_size == size == image_size
        detail = None if detail_size is None or takes_nothing else DetailStage(size, detail_size)
        return cls(size, image_size, detail, photo_detail)

    def reads(self, window: Window) -> Window:
        """Return the pixels of the rendered image that a window of the picture needs."""
        read = source_window(window, self.image_size, self.size)
        if self.photo_detail is not None:
            read = read.united(self.photo_detail.reads(window, self.size, self.image_size))
        if self.detail is None:
            return read
        below = self.detail.below
        return read.united(source_window(self.detail.reads(window), self.image_size, below))

    def reached(self, window: Window) -> Window:
        """Return the pixels of the picture that a change of the rendered image can touch."""
        reached = reached_window(window, self.image_size, self.size)
        if self.photo_detail is not None:
            found = self.photo_detail.reached(window, self.size, self.image_size)
            reached = reached.united(found)
        if self.detail is None:
            return reached
        below = reached_window(window, self.image_size, self.detail.below)
        return reached.united(self.detail.reached(below))

    def reached_by_edit(self, window: Window, edit_size: Size) -> Window:
        """Return what a change of the edit, which is of (H, W), touches; the walk aside."""
        if self.detail is None:
            return Window(0, 0, 0, 0)
        own = reached_window(window, edit_size, self.size)
        below = reached_window(window, edit_size, self.detail.below)
        return own.united(self.detail.reached(below))

    @torch.inference_mode()
    def finished(
        self,
        window: Window,
        image: torch.Tensor,
        image_window: Window,
        edit_at: EditSource | None,
        inside_at: MaskSource | None,
    ) -> torch.Tensor:
        """Return a window of the picture.

        Args:
            window: the part that is wanted.
            image: (1, 3, h, w) float32 in [-1, 1], the rendered image.
            image_window: where it lies; holds at least ``reads(window)``.
            edit_at: the edit, for its detail; None = there is no exchange of detail.
            inside_at: the mask; None = the whole picture is the edit.

        Returns:
            (1, 3, *window.size) float32 in [-1, 1].
        """
        whole = self._resized(image, image_window, self.size, window)
        if self.photo_detail is not None:
            ends = self.size, image, image_window, self.image_size
            whole += self.photo_detail.added(window, *ends)
        if self.detail is not None and edit_at is not None:
            read = self.detail.reads(window)
            below = self.detail.below
            result = self._resized(image, image_window, below, read).clamp_(-1.0, 1.0)
            inside = inside_at(self.detail.reads_mask(window)) if inside_at else None
            whole += self.detail.added(
                window,
                result - edit_at(below, read),
                edit_at(self.size, window) - whole,
                inside,
            )
        return whole.clamp_(-1.0, 1.0)

    def _resized(
        self, image: torch.Tensor, image_window: Window, size: Size, window: Window
    ) -> torch.Tensor:
        resized = resize(
            image, size, in_size=self.image_size, in_window=image_window, out_window=window
        )
        # A resize to the same size is a view: what is added here must not reach the image.
        return resized.clone() if size == self.image_size else resized
