"""Tools through the widget: mouse and pen in, document out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.canvas_view import CanvasView
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import LayerKind
from app.document.selection import Selection
from app.session import Session
from app.tool_state import Tool
from app.workspace import Workspace

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
RED, BLUE = [255, 0, 0, 255], [0, 0, 255, 255]


@pytest.fixture(autouse=True)
def _hard_red_brush(workspace: Workspace) -> None:
    state = workspace.tool_state
    state.set_color((255, 0, 0))
    state.set_brush(dataclasses.replace(state.brush, size_px=6, hardness=1))
    state.set_eraser(dataclasses.replace(state.eraser, size_px=6, hardness=1))


def mouse(canvas: CanvasView, kind: QEvent.Type, x: float, y: float, keys=NO_KEY) -> None:
    """Send a mouse event at a document point, as Qt would with the left button down."""
    at = QPointF(x + 10, y + 10)
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, keys)
    QApplication.sendEvent(canvas, event)


def drag(canvas: CanvasView, *points: tuple[float, float], keys=NO_KEY) -> None:
    """Press at the first document point, move through all, release at the last."""
    mouse(canvas, QEvent.Type.MouseButtonPress, *points[0], keys)
    for point in points[1:]:
        mouse(canvas, QEvent.Type.MouseMove, *point, keys)
    mouse(canvas, QEvent.Type.MouseButtonRelease, *points[-1], keys)


class Pen:
    """A tablet with a pen; ``eraser`` turns it around."""

    def __init__(self, canvas: CanvasView, eraser: bool = False) -> None:
        kinds = QPointingDevice.PointerType
        self._canvas = canvas
        self._device = QPointingDevice(
            "pen",
            1,
            QInputDevice.DeviceType.Stylus,
            kinds.Eraser if eraser else kinds.Pen,
            QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
            1,
            1,
        )

    def send(self, kind: QEvent.Type, x: float, y: float, pressure: float) -> bool:
        """Send an event at a document point; returns whether it was accepted."""
        at = QPointF(x + 10, y + 10)
        is_move, is_release = kind is QEvent.Type.TabletMove, kind is QEvent.Type.TabletRelease
        none = Qt.MouseButton.NoButton
        event = QTabletEvent(
            kind,
            self._device,
            at,
            self._canvas.mapToGlobal(at),
            pressure,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            NO_KEY,
            none if is_move else LEFT,
            none if is_release else LEFT,
        )
        QApplication.sendEvent(self._canvas, event)
        return event.isAccepted()

    def draw(self, *points: tuple[float, float, float]) -> list[bool]:
        """Draw through (x, y, pressure); returns what was accepted."""
        accepted = [self.send(QEvent.Type.TabletPress, *points[0])]
        accepted += [self.send(QEvent.Type.TabletMove, *point) for point in points[1:]]
        return [*accepted, self.send(QEvent.Type.TabletRelease, *points[-1][:2], 0.0)]


def pixel(session: Session, x: int, y: int) -> list[int]:
    return [int(value) for value in flatten(session.document)[y, x]]


def test_a_drag_paints_one_stroke(canvas: CanvasView, session: Session) -> None:
    before = flatten(session.document)
    drag(canvas, (10, 10), (20, 10), (30, 10))
    assert session.history.labels() == ["Brush stroke"]
    assert [pixel(session, x, 10) for x in (10, 15, 25, 30)] == [RED] * 4
    changed = (flatten(session.document) != before).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (7, 12, 7, 32)


def test_every_dab_is_on_the_screen_before_the_release(
    canvas: CanvasView, session: Session
) -> None:
    mouse(canvas, QEvent.Type.MouseButtonPress, 10, 10)
    assert canvas.is_busy
    for x in range(12, 40, 4):
        mouse(canvas, QEvent.Type.MouseMove, x, 10)
        image = canvas.grab().toImage()
        assert image.pixelColor(x + 10, 20).getRgb() == tuple(RED)
    mouse(canvas, QEvent.Type.MouseButtonRelease, 40, 10)
    assert not canvas.is_busy


def test_shift_joins_strokes_by_a_straight_line(canvas: CanvasView, session: Session) -> None:
    drag(canvas, (5, 5))
    drag(canvas, (45, 35), keys=SHIFT)
    assert pixel(session, 25, 20) == RED
    assert len(session.history.labels()) == 2


@pytest.mark.parametrize("key", [ALT, CTRL])
def test_a_key_makes_the_brush_an_eyedropper(
    canvas: CanvasView, session: Session, workspace: Workspace, key: Qt.KeyboardModifier
) -> None:
    drag(canvas, (30, 20), keys=key)
    assert workspace.tool_state.color == tuple(pixel(session, 30, 20)[:3])
    assert session.history.labels() == []


def test_the_eyedropper_takes_what_is_seen(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    session.edits.add_layer()
    drag(canvas, (30, 20))
    workspace.tool_state.set_color((1, 2, 3))
    workspace.tool_state.set_tool(Tool.EYEDROPPER)
    drag(canvas, (50, 40), (30, 20))
    assert workspace.tool_state.color == (255, 0, 0)
    drag(canvas, (-5, -5))
    assert workspace.tool_state.color == (255, 0, 0)


def test_the_eraser_makes_transparent(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    workspace.tool_state.set_tool(Tool.ERASER)
    drag(canvas, (20, 20), (30, 20))
    assert pixel(session, 25, 20)[3] == 0
    assert session.history.labels() == ["Eraser stroke"]


def test_pen_pressure_widens_the_stroke(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    state = workspace.tool_state
    state.set_brush(dataclasses.replace(state.brush, size_px=16, pressure_size=True))
    accepted = Pen(canvas).draw((10, 24, 0.2), (30, 24, 0.6), (50, 24, 1.0))
    assert accepted == [True] * 4
    red = (flatten(session.document) == RED).all(axis=2)
    widths = [int(red[:, x].sum()) for x in (12, 30, 48)]
    assert widths[0] < widths[1] < widths[2]
    assert len(session.history.labels()) == 1


def test_the_other_end_of_the_pen_erases(canvas: CanvasView, session: Session) -> None:
    Pen(canvas, eraser=True).draw((20, 20, 1.0), (30, 20, 1.0))
    assert pixel(session, 25, 20)[3] == 0


def test_a_hovering_pen_is_left_to_the_mouse(canvas: CanvasView, session: Session) -> None:
    assert not Pen(canvas).send(QEvent.Type.TabletMove, 20, 20, 0.0)
    assert session.history.labels() == []


def test_space_pans_in_the_middle_of_a_stroke(canvas: CanvasView, session: Session) -> None:
    mouse(canvas, QEvent.Type.MouseButtonPress, 10, 10)
    mouse(canvas, QEvent.Type.MouseMove, 20, 10)
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    mouse(canvas, QEvent.Type.MouseMove, 20, 30)
    assert canvas.viewport.top == 30
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    mouse(canvas, QEvent.Type.MouseMove, 30, 30)
    mouse(canvas, QEvent.Type.MouseButtonRelease, 30, 30)
    assert [pixel(session, x, 10) for x in (10, 20, 30)] == [RED] * 3
    assert pixel(session, 20, 25) != RED
    assert len(session.history.labels()) == 1


def test_escape_leaves_no_trace_of_a_stroke(canvas: CanvasView, session: Session) -> None:
    before = flatten(session.document)
    mouse(canvas, QEvent.Type.MouseButtonPress, 10, 10)
    mouse(canvas, QEvent.Type.MouseMove, 30, 10)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    mouse(canvas, QEvent.Type.MouseMove, 30, 30)
    mouse(canvas, QEvent.Type.MouseButtonRelease, 30, 30)
    assert np.array_equal(flatten(session.document), before)
    assert session.history.labels() == []


def test_another_tab_in_mid_stroke_gives_the_stroke_up(
    canvas: CanvasView, session: Session
) -> None:
    before = flatten(session.document)
    mouse(canvas, QEvent.Type.MouseButtonPress, 10, 10)
    canvas.show_session(None)
    assert np.array_equal(flatten(session.document), before)


def test_rectangles_replace_add_subtract_and_intersect(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    workspace.tool_state.set_tool(Tool.RECT_SELECT)
    drag(canvas, (10, 10), (20.4, 20.4))
    expected = np.zeros((48, 64), np.uint8)
    expected[10:20, 10:20] = 255
    assert session.document.selection == Selection(expected)
    drag(canvas, (15, 15), (30, 25), keys=SHIFT)
    expected[15:25, 15:30] = 255
    assert session.document.selection == Selection(expected)
    drag(canvas, (12, 12), (18, 30), keys=ALT)
    expected[12:30, 12:18] = 0
    assert session.document.selection == Selection(expected)
    drag(canvas, (0, 0), (14, 14), keys=SHIFT | ALT)
    expected[14:] = 0
    expected[:, 14:] = 0
    assert session.document.selection == Selection(expected)
    assert len(session.history.labels()) == 4
    drag(canvas, (40, 40))
    assert session.document.selection is None


def test_the_rubber_band_is_seen_while_dragging(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    workspace.tool_state.set_tool(Tool.RECT_SELECT)
    mouse(canvas, QEvent.Type.MouseButtonPress, 10, 10)
    mouse(canvas, QEvent.Type.MouseMove, 40, 30)
    edge = [canvas.grab().toImage().pixelColor(x, 20).getRgb()[:3] for x in range(20, 50)]
    assert set(edge) == {(0, 0, 0), (255, 255, 255)}
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert session.document.selection is None


def test_the_lasso_selects_inside_its_line(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    workspace.tool_state.set_tool(Tool.LASSO)
    drag(canvas, (10, 10), (40, 10), (40, 40), (10, 40))
    selection = session.document.selection
    assert selection is not None
    assert selection.bounds == Rect(10, 10, 30, 30)
    assert selection.mask[25, 25] == 255


def test_strokes_stay_inside_the_selection(canvas: CanvasView, session: Session) -> None:
    session.edits.select(Selection.rectangle(Rect(10, 0, 20, 48), 64, 48))
    drag(canvas, (5, 20), (50, 20))
    red = (flatten(session.document) == RED).all(axis=2)
    columns = np.nonzero(red)[1]
    assert (columns.min(), columns.max()) == (10, 29)


@pytest.fixture
def moving(session: Session, workspace: Workspace) -> Session:
    session.edits.select(Selection.rectangle(Rect(10, 10, 10, 8), 64, 48))
    workspace.tool_state.set_tool(Tool.MOVE)
    return session


def test_moving_a_selection_cuts_it_to_a_layer_in_one_step(
    canvas: CanvasView, moving: Session
) -> None:
    before, steps = flatten(moving.document), moving.history.index
    drag(canvas, (15, 14), (20, 20), (35, 24.4))
    layer = moving.document.active_layer
    assert layer is not None
    assert (layer.kind, layer.rect) == (LayerKind.PATCH, Rect(30, 20, 10, 8))
    after = flatten(moving.document)
    assert np.array_equal(after[20:28, 30:40], before[10:18, 10:20])
    assert not after[10:18, 10:20].any()
    assert moving.history.index == steps + 1
    shown = canvas.grab().toImage()
    assert shown.pixelColor(45, 34).getRgb() == tuple(before[14, 15])
    moving.undo()
    assert np.array_equal(flatten(moving.document), before)
    assert len(moving.document.layers) == 1
    moving.redo()
    assert np.array_equal(flatten(moving.document), after)


def test_with_a_key_the_selection_is_copied(canvas: CanvasView, moving: Session) -> None:
    before = flatten(moving.document)
    drag(canvas, (15, 14), (35, 24), keys=CTRL)
    after = flatten(moving.document)
    assert np.array_equal(after[20:28, 30:40], before[10:18, 10:20])
    assert np.array_equal(after[10:18, 10:20], before[10:18, 10:20])


def test_outside_the_selection_the_layer_moves(canvas: CanvasView, moving: Session) -> None:
    before, steps = flatten(moving.document), moving.history.index
    drag(canvas, (40, 40), (45, 40), (43, 41))
    assert moving.document.layers[0].rect == Rect(3, 1, 64, 48)
    assert np.array_equal(flatten(moving.document)[1:, 3:], before[:-1, :-3])
    assert moving.history.index == steps + 1
    drag(canvas, (40, 40), (39, 40))
    assert moving.history.index == steps + 2


def test_escape_puts_a_moved_selection_back(canvas: CanvasView, moving: Session) -> None:
    before, labels = flatten(moving.document), moving.history.labels()
    mouse(canvas, QEvent.Type.MouseButtonPress, 15, 14)
    mouse(canvas, QEvent.Type.MouseMove, 35, 24)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    mouse(canvas, QEvent.Type.MouseButtonRelease, 35, 24)
    assert np.array_equal(flatten(moving.document), before)
    assert moving.document.selection is not None
    assert moving.history.labels() == labels, "redo does not bring it back"


def test_a_click_with_the_move_tool_changes_nothing(canvas: CanvasView, moving: Session) -> None:
    steps = moving.history.index
    drag(canvas, (15, 14), (15.3, 14.2))
    assert moving.history.index == steps


def test_hand_and_zoom_tools_only_look_around(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    workspace.tool_state.set_tool(Tool.HAND)
    drag(canvas, (20, 20), (25, 28))
    assert (canvas.viewport.left, canvas.viewport.top) == (15, 18)
    workspace.tool_state.set_tool(Tool.ZOOM)
    QTest.mouseClick(canvas, LEFT, NO_KEY, QPoint(40, 40))
    assert canvas.zoom == pytest.approx(2.0)
    QTest.mouseClick(canvas, LEFT, ALT, QPoint(40, 40))
    assert canvas.zoom == pytest.approx(1.0)
    assert session.history.labels() == []
