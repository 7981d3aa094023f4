"""Rectangle and ellipse: a drag from corner to corner."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QPainterPath

from app.canvas.tools.selection_tool import SelectionTool
from app.canvas.tools.tool import Pointer
from app.document.geometry import Rect
from app.document.selection import Selection
from app.session import Session
from app.tool_settings import BoxKind, SelectionSettings
from app.tool_state import Tool, ToolState


class BoxSelectTool(SelectionTool):
    """Draws a box of whole pixels.

    Shift makes it a square, Alt draws it from its middle; the ratio of its sides or its size may
    be fixed.
    """

    def __init__(self, tool_state: ToolState, tool: Tool) -> None:
        super().__init__(tool_state, tool)
        self._box: Rect | None = None

    def rubber_band(self) -> QPainterPath | None:
        """Return the outline so far."""
        if self._box is None:
            return None
        path = QPainterPath()
        self._outline(path, QRectF(*self._box))
        return path

    def _begin(self, pointer: Pointer) -> None:
        self._box = self._box_to(pointer)

    def _extend(self, pointer: Pointer) -> None:
        self._box = self._box_to(pointer)

    def _click(self, session: Session, pointer: Pointer) -> None:
        if self._box is not None and self._form.box is BoxKind.SIZE:
            self._finish(session, pointer)
        else:
            super()._click(session, pointer)

    def _finish(self, session: Session, pointer: Pointer) -> None:
        assert self._box is not None
        self._select(session, self._selection(session, self._box), self._label)

    def _drop(self) -> None:
        self._box = None

    @property
    def _form(self) -> SelectionSettings:
        return self.tool_state.settings(self._tool, SelectionSettings)

    def _box_to(self, pointer: Pointer) -> Rect:
        form = self._form
        if form.box is BoxKind.SIZE:
            return Rect(round(pointer.x), round(pointer.y), form.box_width, form.box_height)
        ratio = None
        if self._shapes(pointer, Qt.KeyboardModifier.ShiftModifier):
            ratio = 1.0
        elif form.box is BoxKind.RATIO:
            # 0, which the settings of other tools may hold there, would be no ratio
            ratio = (form.ratio_width or 1) / (form.ratio_height or 1)
        is_centred = self._shapes(pointer, Qt.KeyboardModifier.AltModifier)
        return Rect.dragged(self._start, (pointer.x, pointer.y), ratio, is_centred)

    @property
    def _label(self) -> str:
        """What the history list shows."""
        raise NotImplementedError

    def _outline(self, path: QPainterPath, box: QRectF) -> None:
        raise NotImplementedError

    def _selection(self, session: Session, box: Rect) -> Selection:
        raise NotImplementedError


class RectSelectTool(BoxSelectTool):
    """Selects the whole pixels between two corners."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state, Tool.RECT_SELECT)

    @property
    def _label(self) -> str:
        return QCoreApplication.translate("SelectionTools", "Select rectangle")

    def _outline(self, path: QPainterPath, box: QRectF) -> None:
        path.addRect(box)

    def _selection(self, session: Session, box: Rect) -> Selection:
        return Selection.rectangle(box, session.document.width, session.document.height)


class EllipseSelectTool(BoxSelectTool):
    """Selects the ellipse between two corners."""

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state, Tool.ELLIPSE_SELECT)

    @property
    def _label(self) -> str:
        return QCoreApplication.translate("SelectionTools", "Select ellipse")

    def _outline(self, path: QPainterPath, box: QRectF) -> None:
        path.addEllipse(box)

    def _selection(self, session: Session, box: Rect) -> Selection:
        document, is_soft = session.document, self._form.is_antialiased
        return Selection.ellipse(box, document.width, document.height, is_soft)
