"""Tints on the canvas where a result may differ from the photo, while the user wants to see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer

from app.document.masking.edit_mask import edit_of

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView
    from app.document.change import Change
    from app.document.document import Document
    from app.jobs.background import BackgroundTasks
    from app.panels.generate import GeneratePanel
    from app.session import Session
    from app.workspace import Workspace

Mask = NDArray[np.uint8]
DELAY_MS = 200


def tint_mask(
    document: Document, photo: Mask, photo_alpha: Mask | None, grow_px: int, feather_px: int
) -> Mask:
    """Return the mask a render would use: (H, W) uint8; runs on any thread.

    Raises:
        DocumentError: photo and document differ in size.
    """
    from singan_core.pixels.mask import soft_mask

    return soft_mask(edit_of(document, photo, photo_alpha).mask, grow_px, feather_px)


class MaskTint(QObject):
    """Keeps the tint up to date with the document and the panel.

    Args:
        workspace: the open documents.
        panel: its switch and its grow and feather.
        canvas: shows the tint.
        tasks: computes the mask.
        notice: gets one sentence when there can be no mask.
    """

    def __init__(
        self,
        workspace: Workspace,
        panel: GeneratePanel,
        canvas: CanvasView,
        tasks: BackgroundTasks,
        notice: Callable[[str], None],
    ) -> None:
        super().__init__(canvas)
        self._workspace = workspace
        self._mask_box = panel.injection.mask_box
        self._canvas = canvas
        self._tasks = tasks
        self._notice = notice
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._compute)
        panel.mask_changed.connect(self._timer.start)
        workspace.active_changed.connect(self._timer.start)
        workspace.session_opened.connect(self._follow)

    def _follow(self, session: Session) -> None:
        session.document_changed.connect(self._take_change)
        session.preview_changed.connect(self._timer.start)

    def _take_change(self, change: Change) -> None:
        if self._mask_box.is_shown and (change.pixels is not None or change.selection):
            self._timer.start()

    def _compute(self) -> None:
        session = self._workspace.active
        if session is None:
            return
        if not self._mask_box.is_shown or session.is_preview_on_canvas:
            self._canvas.set_mask_tint(None)
            return
        document = session.document.snapshot()
        grow, feather = self._mask_box.grow.value(), self._mask_box.feather.value()
        alpha = session.photo_alpha
        work = partial(tint_mask, document, session.photo, alpha, grow, feather)
        self._tasks.submit(work, partial(self._show, session), self._notice)

    def _show(self, session: Session, mask: Mask) -> None:
        is_wanted = self._mask_box.is_shown and not session.is_preview_on_canvas
        if is_wanted and session is self._workspace.active:
            self._canvas.set_mask_tint(mask)
