"""Clone: paints with the picture itself, taken from another place."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.canvas.overlays import draw_cross
from app.canvas.tools.brush_tool import BrushTool
from app.canvas.tools.tool import Pointer
from app.canvas.viewport import Viewport
from app.document.painting.clone_source import CloneOrigin
from app.document.wording import translate
from app.session import Session
from app.tool_settings import CloneSettings
from app.tool_state import Tool, ToolState

# Some window managers keep Alt with a click for themselves.
_SOURCE_KEYS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier


@dataclass(slots=True)
class _Source:
    """Where to take from.

    Attributes:
        x: document column that was clicked with Alt or Ctrl.
        y: document row.
        offset: from the painted place to its source, since the first stroke.
    """

    x: float
    y: float
    offset: tuple[int, int] | None = None


class CloneTool(BrushTool):
    """A click with Alt or Ctrl says where to take from; strokes copy from there.

    They copy what was there when they began. Aligned strokes all keep the distance of the first;
    others start at the source again. A cross marks what the pointer copies.
    """

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._sources: WeakKeyDictionary[Session, _Source] = WeakKeyDictionary()
        self._mark: tuple[float, float] | None = None

    @property
    def has_overlay(self) -> bool:
        """Whether the cross is shown."""
        return self._mark is not None or super().has_overlay

    def press(self, session: Session, pointer: Pointer) -> None:
        """Start a stroke, or with Alt or Ctrl set the source."""
        if pointer.holds(_SOURCE_KEYS):
            self._sources[session] = _Source(pointer.x, pointer.y)
            self._mark = (pointer.x, pointer.y)
        else:
            super().press(session, pointer)

    def move(self, pointer: Pointer) -> None:
        """Copy up to the pointer."""
        super().move(pointer)
        if self._session is not None:
            self._follow(self._session, pointer)

    def hover(self, session: Session, pointer: Pointer) -> None:
        """Show what a press would copy."""
        super().hover(session, pointer)
        self._follow(session, pointer)

    def begin(self, session: Session, pointer: Pointer) -> bool:
        """Start the stroke, unless no source was set."""
        source = self._sources.get(session)
        if source is None:
            session.notice_raised.emit(
                translate("CloneTool", "Hold Alt or Ctrl and click where to copy from, then paint.")
            )
            return False
        settings = self.tool_state.settings(Tool.CLONE, CloneSettings)
        if source.offset is None or not settings.is_aligned:
            start = self._line_start(session, pointer) or (pointer.x, pointer.y)
            source.offset = (round(source.x - start[0]), round(source.y - start[1]))
        origin = CloneOrigin(*source.offset, settings.layers, session.document.active_id)
        return session.strokes.begin(settings.brush, origin)

    def cursor_at(self, pointer: Pointer) -> Qt.CursorShape | None:
        """Return a cross while Alt or Ctrl is held, else the brush's outline."""
        is_setting = pointer.holds(_SOURCE_KEYS)
        return Qt.CursorShape.CrossCursor if is_setting else self.cursor

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the cross over the source."""
        super().paint(painter, viewport)
        if self._mark is not None:
            draw_cross(painter, viewport.to_device(*self._mark))

    def _follow(self, session: Session, pointer: Pointer) -> None:
        source = self._sources.get(session)
        if source is None:
            self._mark = None
            return
        settings = self.tool_state.settings(Tool.CLONE, CloneSettings)
        is_painting = self._session is not None
        if source.offset is not None and (is_painting or settings.is_aligned):
            self._mark = (pointer.x + source.offset[0], pointer.y + source.offset[1])
        else:
            self._mark = (source.x, source.y)
