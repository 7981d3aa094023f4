"""What jobs yield: finished pictures, each with what is needed to make it again."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.jobs.recipe import Application, Recipe

if TYPE_CHECKING:
    from singan_core.applications.structural_analogy.switch_scale import (
        SwitchScaleChosen,
        SwitchScaleTried,
    )
    from singan_core.events import TrainEvent
    from singan_core.training.speed import Speed


@dataclass(frozen=True, slots=True, eq=False)
class RenderResult:
    """One rendered image with its recipe; equal to itself only.

    Attributes:
        id: the request's.
        image: uint8 RGB of the composite's size, joined with the photo (or the composite) by
            the mask: a picture to write to a file.
        generated: the same before it was joined: what a layer shows through the mask, so that
            the soft rim is not applied twice and what lies below shows through it.
        mask: (H, W) uint8, the grown and feathered mask that was used.
        detail_size: (H, W) it was rendered at before being enlarged.
        is_draft: finer scales were not trained yet.
        composite: (H, W, 3) uint8 RGB, the edit it was made from; None where there was none.
        edit_mask: (H, W) uint8, the mask of that edit before it was grown; None likewise.
        is_starred: whether the user marked it as worth keeping.
    """

    id: int
    session_id: str
    image: NDArray[np.uint8]
    generated: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    recipe: Recipe
    detail_size: tuple[int, int]
    is_draft: bool
    composite: NDArray[np.uint8] | None = None
    edit_mask: NDArray[np.uint8] | None = None
    is_starred: bool = False

    @property
    def is_of_edit(self) -> bool:
        """Whether it shows an edit of the document, so that it belongs on the canvas."""
        return any(
            each.is_injection for each in Application if each.value == self.recipe.application
        )

    @property
    def byte_count(self) -> int:
        """Bytes of all its pixels."""
        pictures = (self.image, self.generated, self.mask, self.composite, self.edit_mask)
        return sum(picture.nbytes for picture in pictures if picture is not None)


@dataclass(frozen=True, slots=True)
class StepDone:
    """``done`` of the ``total`` steps of a job are done."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FrameReady:
    """One frame of an animation: (H, W, 3) uint8 RGB, ``index`` counted from 0."""

    index: int
    image: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class VideoWritten:
    """A film is finished and in its file.

    Attributes:
        id: the request's.
        path: of the file.
        size: (H, W) of the frames.
        frame_count: of the film.
        fps: frames per second.
        resumed_count: frames that an earlier run had made.
        recipe: all that the frames depend on, as plain JSON values.
    """

    id: int
    session_id: str
    path: str
    size: tuple[int, int]
    frame_count: int
    fps: float
    resumed_count: int
    recipe: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StripStarted:
    """A scale strip is on its way.

    Attributes:
        mask: (H, W) uint8 of the composite's size, where the results will show.
    """

    mask: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class StripReady:
    """One thumbnail of the scale strip.

    Attributes:
        scale: its injection scale.
        image: (h, w, 3) uint8 RGB.
        size: (H, W) of the whole picture at this size.
        part: the pixels of that picture which are shown; None = all of them.
        is_quick: made without what takes the most time; the true one follows.
    """

    scale: int
    image: NDArray[np.uint8]
    size: tuple[int, int]
    part: Rect | None = None
    is_quick: bool = False


@dataclass(frozen=True, slots=True)
class LiveReady:
    """A part of a live picture is another.

    Attributes:
        number: counts them.
        size: (H, W) of the document.
        part: document pixels.
        image: (h, w, 3) uint8 RGB, the picture there.
        is_shown: (h, w) bool, where it differs from the document by intent.
        is_exact: whether it is what a render would make; else a smaller one, enlarged.
    """

    number: int
    size: tuple[int, int]
    part: Rect
    image: NDArray[np.uint8]
    is_shown: NDArray[np.bool_]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class SpeedMeasured:
    """How fast a device trains and renders."""

    speed: Speed


if TYPE_CHECKING:
    Glance = StripStarted | StripReady | LiveReady
    Tried = SwitchScaleTried | SwitchScaleChosen
    Made = RenderResult | FrameReady | VideoWritten | Glance | SpeedMeasured | Tried
    JobEvent = TrainEvent | StepDone | Made
    JobStream = Generator[JobEvent, str | None, None]
