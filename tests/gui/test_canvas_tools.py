"""Tools through the widget: mouse and pen in, document out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest

from app.canvas.canvas_view import CanvasView
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import LayerKind
from app.document.selection import Selection
from app.session import Session
from app.tool_state import Tool
from app.workspace import Workspace
from tests.gui.pointer_events import (
    ALT,
    CTRL,
    LEFT,
    NO_KEY,
    SHIFT,
    Pen,
    drag,
    move,
    pixel,
    press,
    release,
)

RED = (255, 0, 0, 255)


@pytest.fixture(autouse=True)
def _hard_red_brush(workspace: Workspace) -> None:
    state = workspace.tool_state
    state.set_color((255, 0, 0))
    state.set_brush(dataclasses.replace(state.brush, size_px=6, hardness=1))
    state.set_eraser(dataclasses.replace(state.eraser, size_px=6, hardness=1))


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
    press(canvas, 10, 10)
    assert canvas.is_busy
    for x in range(12, 40, 4):
        move(canvas, x, 10)
        image = canvas.grab().toImage()
        assert image.pixelColor(x + 10, 20).getRgb() == RED
    release(canvas, 40, 10)
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
    assert workspace.tool_state.color == pixel(session, 30, 20)[:3]
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
    Pen(canvas, is_eraser=True).draw((20, 20, 1.0), (30, 20, 1.0))
    assert pixel(session, 25, 20)[3] == 0


def test_a_hovering_pen_is_left_to_the_mouse(canvas: CanvasView, session: Session) -> None:
    assert not Pen(canvas).send(QEvent.Type.TabletMove, 20, 20, 0.0)
    assert session.history.labels() == []


def test_space_pans_in_the_middle_of_a_stroke(canvas: CanvasView, session: Session) -> None:
    press(canvas, 10, 10)
    move(canvas, 20, 10)
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    move(canvas, 20, 30)
    assert canvas.viewport.top == 30
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    move(canvas, 30, 10)
    release(canvas, 30, 10)
    assert [pixel(session, x, 10) for x in (10, 20, 30)] == [RED] * 3
    assert pixel(session, 20, 25) != RED
    assert len(session.history.labels()) == 1


def test_escape_leaves_no_trace_of_a_stroke(canvas: CanvasView, session: Session) -> None:
    before = flatten(session.document)
    press(canvas, 10, 10)
    move(canvas, 30, 10)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    move(canvas, 30, 30)
    release(canvas, 30, 30)
    assert np.array_equal(flatten(session.document), before)
    assert session.history.labels() == []


def test_another_tab_in_mid_stroke_gives_the_stroke_up(
    canvas: CanvasView, session: Session
) -> None:
    before = flatten(session.document)
    press(canvas, 10, 10)
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
    press(canvas, 10, 10)
    move(canvas, 40, 30)
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
    press(canvas, 15, 14)
    move(canvas, 35, 24)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    release(canvas, 35, 24)
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
