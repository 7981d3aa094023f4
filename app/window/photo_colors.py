"""Brings the photo's own colours to the colour panel, and shows on the canvas where they lie."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from app.document.palette import PhotoPalette, palette_of

if TYPE_CHECKING:
    from app.canvas.canvas_view import CanvasView
    from app.jobs.background import BackgroundTasks
    from app.panels.color_panel import ColorPanel
    from app.session import Session
    from app.workspace import Workspace

_DARK_LIGHTNESS = 90


class PhotoColors(QObject):
    """Computes a palette once for each open photo.

    Args:
        workspace: the open documents.
        panel: shows the palette of the photo in front.
        canvas: shows where the colour under the pointer lies.
        tasks: computes the palettes.
        notice: gets one sentence when there can be none.
    """

    def __init__(
        self,
        workspace: Workspace,
        panel: ColorPanel,
        canvas: CanvasView,
        tasks: BackgroundTasks,
        notice: Callable[[str], None],
    ) -> None:
        super().__init__(panel)
        self._workspace = workspace
        self._panel = panel
        self._canvas = canvas
        self._tasks = tasks
        self._notice = notice
        self._palettes: WeakKeyDictionary[Session, PhotoPalette] = WeakKeyDictionary()
        workspace.active_changed.connect(self._show_active)
        panel.palette_pointed.connect(self._point_out)
        self._show_active(workspace.active)

    def _show_active(self, session: Session | None) -> None:
        known = None if session is None else self._palettes.get(session)
        self._panel.show_palette(known)
        if session is not None and known is None:
            work = partial(palette_of, session.photo)
            self._tasks.submit(work, partial(self._keep, session), self._notice)

    def _keep(self, session: Session, palette: PhotoPalette) -> None:
        self._palettes[session] = palette
        if session is self._workspace.active:
            self._panel.show_palette(palette)

    def _point_out(self, index: int) -> None:
        session = self._workspace.active
        palette = None if session is None else self._palettes.get(session)
        if palette is None or not 0 <= index < len(palette.colors):
            self._canvas.set_spotlight(None)
            return
        lightness = QColor(*palette.colors[index].rgb).lightness()
        self._canvas.set_spotlight(palette.region(index), is_light=lightness < _DARK_LIGHTNESS)
