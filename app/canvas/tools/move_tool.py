"""Move: a drag moves the selected pixels, lifted as a new layer, or the active layer."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.canvas.tools.tool import CanvasTool, Pointer
from app.canvas.viewport import Viewport
from app.document.commands import (
    CopyGroup,
    LiftSelection,
    SelectPatch,
    SetActive,
    TranslateLayer,
    patch_selection,
)
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layer_tree import bounds_of, is_seen, with_members
from app.session import Session
from app.theme import colors
from app.tool_settings import MoveSettings
from app.tool_state import Tool, ToolState

# Until the pointer has moved this far (document pixels) a press is only a click.
_DRAG_PX = 1.0
# Lines are met from this far, device pixels.
_SNAP_PX = 7.0
# Fainter pixels, of 255, are not what the user points at.
_FAINTEST = 16
_NUDGE = "nudge"


def snapped_step(
    step: float, span: tuple[int, int], edges: tuple[int, int], reach_px: float
) -> tuple[int, float | None]:
    """Return whole pixels to move along one axis, and the line that is met, if one is.

    Args:
        step: pixels to move.
        span: where what moves begins and ends.
        edges: where the picture begins and ends; its middle is a line too.
        reach_px: from how far a line is met.
    """
    lines = (*edges, sum(edges) / 2)
    places = (*span, sum(span) / 2)
    ways = [(line - place, line) for line in lines for place in places]
    way, met = min(ways, key=lambda each: abs(each[0] - step))
    return (round(way), met) if abs(way - step) <= reach_px else (round(step), None)


class MoveTool(CanvasTool):
    """Moves in whole pixels; a whole drag is one undo step.

    Inside a selection the selected pixels are cut into a new layer and moved; elsewhere the active
    layer moves, or if so set the topmost one under the pointer. With Ctrl or Alt a copy moves: of
    the selected pixels, else of the layer. Arrow keys move the same without the pointer. What was
    cut or copied stays selected where it is dropped, and is moved on when it is dragged again.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, tool_state: ToolState) -> None:
        super().__init__(tool_state)
        self._session: Session | None = None
        self._start = (0.0, 0.0)
        self._moved = (0, 0)
        self._gesture: object | None = None
        self._is_copy = self._is_patch = False
        self._bounds = Rect(0, 0, 0, 0)
        self._guides: tuple[float | None, float | None] = (None, None)

    def press(self, session: Session, pointer: Pointer) -> None:
        """Remember where the drag starts."""
        if self._settings.picks_layer and not _is_selected(session.document, pointer.x, pointer.y):
            _pick(session, pointer)
        if session.document.active_layer is None:
            return
        copy_keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        self._session, self._gesture = session, None
        self._start, self._moved = (pointer.x, pointer.y), (0, 0)
        self._is_copy = pointer.holds(copy_keys)

    def move(self, pointer: Pointer) -> None:
        """Bring the pixels to the pointer."""
        session = self._session
        if session is None:
            return
        dx, dy = pointer.x - self._start[0], pointer.y - self._start[1]
        if self._gesture is None:
            if max(abs(dx), abs(dy)) < _DRAG_PX:
                return
            if not self._begin(session):
                self._session = None
                return
        self._move_to(session, *self._snapped(session.document, dx, dy, pointer.zoom))

    def release(self, pointer: Pointer) -> None:
        """Leave the pixels where they are."""
        self.move(pointer)
        if self._session is not None:
            self._session.moves.end()
            self._drop(self._session)
        self._session, self._guides = None, (None, None)

    def cancel(self) -> None:
        """Put the pixels back."""
        session, self._session = self._session, None
        self._guides = (None, None)
        if session is not None and self._gesture is not None:
            session.moves.end()
            session.withdraw()

    def nudge(self, session: Session, dx: int, dy: int) -> bool:
        """Move the selected pixels or the layer; one nudge after the other is one step."""
        document = session.document
        layer = document.active_layer
        if layer is None:
            return False
        is_patch = _is_patch(document)
        if not is_patch and document.selection is not None:
            is_patch = session.run(LiftSelection(layer.id, True, _NUDGE))
            if not is_patch:
                return True
        if document.active_id is not None:
            session.run(TranslateLayer(document.active_id, dx, dy, _NUDGE))
            if is_patch:
                session.run(SelectPatch(patch_selection(document, document.active_id), _NUDGE))
        return True

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the lines that are met."""
        if self._session is None:
            return
        area, (x, y) = self._session.document.rect, self._guides
        painter.setPen(QPen(QColor(colors().accent), 1))
        if x is not None:
            painter.drawLine(viewport.to_device(x, area.y), viewport.to_device(x, area.bottom))
        if y is not None:
            painter.drawLine(viewport.to_device(area.x, y), viewport.to_device(area.right, y))

    @property
    def has_overlay(self) -> bool:
        """Whether lines may be met."""
        return self._session is not None and self._settings.snaps

    @property
    def _settings(self) -> MoveSettings:
        return self.tool_state.settings(Tool.MOVE, MoveSettings)

    def _begin(self, session: Session) -> bool:
        """Start the undo step that all moves of the drag join; False when refused."""
        self._gesture = object()
        document, layer = session.document, session.document.active_layer
        assert layer is not None
        is_lifted = self._is_copy or _is_selected(document, *self._start)
        self._is_patch = not layer.is_group and (is_lifted or _is_patch(document))
        if self._is_copy and layer.is_group:
            is_begun = session.run(CopyGroup(layer.id, self._gesture))
        elif is_lifted and (self._is_copy or not _is_patch(document)):
            is_begun = session.run(LiftSelection(layer.id, not self._is_copy, self._gesture))
        else:
            is_begun = session.run(TranslateLayer(layer.id, 0, 0, self._gesture))
            if is_begun and self._is_patch:
                session.run(SelectPatch(None, self._gesture))
        if is_begun and document.active_id is not None:
            self._bounds = bounds_of(with_members(document.layers, document.active_id))
            session.moves.begin(document.active_id)
        return is_begun

    def _drop(self, session: Session) -> None:
        """Leave the pixels where they are: a patch stays selected, and is ready to be healed."""
        layer_id = session.document.active_id
        if self._gesture is not None and self._is_patch and layer_id is not None:
            session.run(SelectPatch(patch_selection(session.document, layer_id), self._gesture))
            session.patch_dropped.emit()
        session.close_step()

    def _snapped(self, document: Document, dx: float, dy: float, zoom: float) -> tuple[int, int]:
        """Whole pixels to move in all, to where an edge or the middle meets a line."""
        if not self._settings.snaps:
            return round(dx), round(dy)
        area, bounds, reach = document.rect, self._bounds, _SNAP_PX / zoom
        step_x, x = snapped_step(dx, (bounds.x, bounds.right), (area.x, area.right), reach)
        step_y, y = snapped_step(dy, (bounds.y, bounds.bottom), (area.y, area.bottom), reach)
        self._guides = (x, y)
        return step_x, step_y

    def _move_to(self, session: Session, dx: int, dy: int) -> None:
        step = (dx - self._moved[0], dy - self._moved[1])
        layer_id = session.document.active_id
        if step != (0, 0) and layer_id is not None:
            self._moved = (dx, dy)
            session.run(TranslateLayer(layer_id, *step, self._gesture))


def _is_selected(document: Document, x: float, y: float) -> bool:
    return document.selection is not None and document.selection.holds(x, y)


def _is_patch(document: Document) -> bool:
    """Whether the active layer is a patch that was moved and is still selected."""
    selection = document.selection
    return selection is not None and selection.patch_id == document.active_id is not None


def _pick(session: Session, pointer: Pointer) -> None:
    """Make the topmost layer that is seen under the pointer the active one."""
    document = session.document
    pixel = Rect(math.floor(pointer.x), math.floor(pointer.y), 1, 1)
    for layer in reversed(document.layers):
        if layer.is_group or not is_seen(document.layers, layer):
            continue
        if layer.masked_pixels(pixel)[..., 3].max() >= _FAINTEST:
            if layer.id != document.active_id:
                session.run(SetActive(layer.id))
            return
