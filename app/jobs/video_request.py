"""What the job of a film needs: the frames stay in their files, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from app.jobs.arrays import copied

if TYPE_CHECKING:
    from singan_core.model.trained import TrainedPyramid
    from singan_core.model.trained_pair import Direction, TrainedPair


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """Translate a clip frame by frame into a file.

    Attributes:
        id: number chosen by the caller, handed back with the result.
        clip_path: a video, an animated picture, or a folder of pictures.
        output_path: of the film; its suffix is one of ``animations.ANIMATION_SUFFIXES``.
        scale, inject, refine, refiner, seed, size: see ``VideoTranslation``.
        appearance: (h, w, 3) uint8 RGB, the photo that gives the appearance, as it was trained on;
            copied. None = its patches are not used.
        patch_scales, structure: see ``Translation``; None = its own.
        fps: frames per second, 1 to 60; None = those of the clip.
        is_repeating: begins again at its end, where that is a matter of the format.
        existing: what happens to frames that an interrupted run kept beside the output.
        memory_limit: as of a ``RenderRequest``.
    """

    id: int
    session_id: str
    pair: TrainedPair
    clip_path: str
    output_path: str
    direction: Direction = "a2b"
    scale: int | None = None
    inject: int | None = None
    refine: int | None = None
    refiner: TrainedPyramid | None = None
    seed: int | None = None
    size: tuple[int, int] | None = None
    appearance: NDArray[np.uint8] | None = None
    patch_scales: int | None = None
    structure: float | None = None
    fps: float | None = None
    is_repeating: bool = True
    existing: Literal["refuse", "resume", "replace"] = "refuse"
    device: str = "auto"
    memory_limit: int | None = None

    @property
    def channel(self) -> str:
        """Newer requests of the same channel and session supersede this one."""
        return "video"

    def __post_init__(self) -> None:
        object.__setattr__(self, "appearance", copied(self.appearance))
