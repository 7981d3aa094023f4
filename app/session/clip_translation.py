"""The translation of a clip by one session: the newest frame, and the job that makes the film."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.jobs.results import FrameReady, VideoWritten
from app.jobs.video_request import VideoRequest
from app.session.followed_job import FollowedJob

if TYPE_CHECKING:
    from app.document.pixels import Pixels
    from app.session.analogy_orders import AnalogyOrder
    from app.session.services import SessionServices
    from singan_core.model.trained import TrainedPyramid
    from singan_core.model.trained_pair import TrainedPair

KeptFrames = Literal["refuse", "resume", "replace"]


class ClipTranslation(FollowedJob):
    """Owns the newest film of a session; its frames are in files, which a cancel leaves.

    Attributes:
        path: of the film that is made, or was made last; None = there is none.
        frame: the newest one, (h, w, 3) uint8 RGB.
        frame_count: frames made so far.
    """

    def __init__(
        self,
        session_id: str,
        services: SessionServices,
        changed: Callable[[], None],
        written: Callable[[str], None],
        notice: Callable[[str], None],
    ) -> None:
        super().__init__(session_id, services, changed, notice)
        self._written = written
        self._number = 0
        self.path: Path | None = None
        self.frame: Pixels | None = None
        self.frame_count = 0

    def start(
        self,
        pair: TrainedPair,
        appearance: Pixels,
        order: AnalogyOrder,
        clip: Path,
        output: Path,
        existing: KeptFrames,
        refiner: TrainedPyramid | None = None,
    ) -> None:
        """Translate a clip; the one on its way is given up.

        Args:
            pair: at least two trained scales.
            appearance: (h, w, 3) uint8 RGB, the photo that gives it.
            order: direction, scales and patches; its seed is not used: the steadiest film has none.
            clip: a video, an animated picture, or a folder of pictures.
            output: of the film; its suffix is the format.
            existing: what happens to frames that an interrupted run kept beside it.
            refiner: as of ``analogy_request``.
        """
        self.cancel()
        self._number += 1
        self.path, self.frame, self.frame_count = output, None, 0
        request = VideoRequest(
            id=self._number,
            session_id=self._session_id,
            pair=pair,
            clip_path=str(clip),
            output_path=str(output),
            direction=order.direction,
            scale=order.scale,
            inject=order.inject,
            refine=order.refine,
            refiner=refiner,
            appearance=appearance,
            patch_scales=order.patch_scales,
            structure=order.structure,
            existing=existing,
            device=order.device,
        )
        self._submit(request)

    def _is_taken(self, event: object) -> bool:
        if isinstance(event, FrameReady):
            self.frame, self.frame_count = event.image, event.index + 1
        elif isinstance(event, VideoWritten):
            self.frame_count = event.frame_count
            self._written(event.path)
        else:
            return False
        return True
