"""Selection tools through the canvas: mouse and keys in, selection out, one step each."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest

from app.canvas.canvas_view import CanvasView
from app.document.commands import AddLayer
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.selection import Selection, SelectionOp
from app.session import Session
from app.tool_settings import BoxKind, SelectionSettings, WandSettings
from app.tool_state import Tool, ToolState
from app.workspace import Workspace
from tests.gui.pointer_events import (
    ALT,
    NO_KEY,
    SHIFT,
    drag,
    hover,
    move,
    press,
    release,
    send_mouse,
)


@pytest.fixture
def tools(workspace: Workspace) -> ToolState:
    return workspace.tool_state


def bounds(session: Session) -> Rect | None:
    selection = session.document.selection
    return None if selection is None else selection.bounds


def use(tools: ToolState, tool: Tool, **settings: object) -> None:
    tools.set_tool(tool)
    changed = dataclasses.replace(tools.settings(tool), **settings)  # type: ignore[arg-type]
    tools.set_settings(tool, changed)


def click(
    canvas: CanvasView, *points: tuple[float, float], keys: Qt.KeyboardModifier = NO_KEY
) -> None:
    for point in points:
        hover(canvas, *point, keys)
        drag(canvas, point, keys=keys)


# ---- rectangle and ellipse


def test_an_ellipse_fills_the_box_of_the_drag(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.ELLIPSE_SELECT)
    drag(canvas, (10, 8), (50, 38))
    assert session.document.selection == Selection.ellipse(Rect(10, 8, 40, 30), 64, 48)
    assert session.history.labels() == ["Select ellipse"]
    session.undo()
    assert session.document.selection is None


def test_keys_pressed_after_the_press_shape_the_box(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.RECT_SELECT)
    press(canvas, 20, 20)
    move(canvas, 30, 26, SHIFT)
    release(canvas, 30, 26, SHIFT)
    assert bounds(session) == Rect(20, 20, 10, 10)
    session.edits.select_none()
    press(canvas, 30, 20)
    move(canvas, 36, 24, ALT)
    release(canvas, 36, 24, ALT)
    assert bounds(session) == Rect(24, 16, 12, 8)
    session.edits.select_none()
    press(canvas, 30, 20)
    release(canvas, 36, 24, ALT | SHIFT)
    assert bounds(session) == Rect(24, 14, 12, 12)


def test_keys_held_at_the_press_say_how_it_joins_and_shape_once_pressed_again(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.RECT_SELECT)
    session.edits.select(Selection.rectangle(Rect(0, 0, 5, 5), 64, 48))
    press(canvas, 20, 20, SHIFT)
    move(canvas, 30, 26, SHIFT)
    assert canvas.is_busy
    move(canvas, 30, 26)
    release(canvas, 30, 26, SHIFT)
    selection = session.document.selection
    assert selection is not None
    assert selection.mask[0, 0] == 255, "added"
    assert selection.bounds == Rect(0, 0, 30, 30), "a square"


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [
        (BoxKind.RATIO, (2, 1), Rect(10, 10, 40, 20)),
        (BoxKind.SIZE, (7, 9), Rect(30, 30, 7, 9)),
    ],
)
def test_the_ratio_or_the_size_can_be_fixed(
    canvas: CanvasView,
    session: Session,
    tools: ToolState,
    kind: BoxKind,
    size: tuple[int, int],
    expected: Rect,
) -> None:
    name = "ratio" if kind is BoxKind.RATIO else "box"
    sides = {f"{name}_width": size[0], f"{name}_height": size[1]}
    use(tools, Tool.RECT_SELECT, box=kind, **sides)
    drag(canvas, (10, 10), (30, 30))
    assert bounds(session) == expected


def test_the_op_of_the_options_holds_without_keys(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.RECT_SELECT, op=SelectionOp.SUBTRACT)
    drag(canvas, (0, 0), (64, 24))
    assert bounds(session) == Rect(0, 24, 64, 24), "taken from everything"
    drag(canvas, (0, 24), (32, 48))
    assert bounds(session) == Rect(32, 24, 32, 24)


def test_the_feather_of_the_options_softens_what_is_drawn(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.RECT_SELECT, feather_px=6.0)
    drag(canvas, (20, 12), (44, 36))
    selection = session.document.selection
    assert selection is not None
    assert 0 < selection.mask[24, 18] < 128 < selection.mask[24, 22] < 255
    assert session.history.labels() == ["Select rectangle"]


# ---- moving the outline


def test_a_drag_inside_the_selection_moves_its_outline_in_one_step(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.LASSO)
    session.edits.select(Selection.rectangle(Rect(10, 10, 20, 20), 64, 48))
    drag(canvas, (15, 15), (5, 5), (-30, 5), (25, 17))
    assert session.document.selection == Selection.rectangle(Rect(20, 12, 20, 20), 64, 48)
    assert session.history.labels() == ["Selection", "Move selection"]
    session.undo()
    assert bounds(session) == Rect(10, 10, 20, 20)


def test_escape_puts_a_moved_outline_back(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.RECT_SELECT)
    session.edits.select(Selection.rectangle(Rect(10, 10, 20, 20), 64, 48))
    press(canvas, 15, 15)
    move(canvas, 35, 25)
    assert bounds(session) == Rect(30, 20, 20, 20)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert bounds(session) == Rect(10, 10, 20, 20)
    assert session.history.labels() == ["Selection"]


def test_a_click_inside_the_selection_drops_it(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.RECT_SELECT)
    session.edits.select_all()
    click(canvas, (20, 20))
    assert session.document.selection is None


def test_arrow_keys_nudge_the_outline_and_a_row_of_them_is_one_step(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.WAND)
    session.edits.select(Selection.rectangle(Rect(10, 10, 20, 20), 64, 48))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(canvas, key)
    QTest.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    assert bounds(session) == Rect(22, 11, 20, 20)
    assert session.history.labels() == ["Selection", "Move selection"]


def test_the_pointer_says_where_the_outline_can_be_taken(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.RECT_SELECT)
    session.edits.select(Selection.rectangle(Rect(10, 10, 20, 20), 64, 48))
    hover(canvas, 15, 15)
    assert canvas.cursor().shape() is Qt.CursorShape.SizeAllCursor
    hover(canvas, 40, 15)
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor
    hover(canvas, 15, 15, SHIFT)
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor


# ---- polygon


def test_a_polygon_is_closed_by_a_click_on_its_start(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.POLYGON_SELECT)
    click(canvas, (5, 5), (50, 5), (50, 40))
    assert canvas.is_pending
    assert session.document.selection is None
    click(canvas, (6, 6))
    assert not canvas.is_pending
    expected = Selection.lasso([(5, 5), (50, 5), (50, 40)], 64, 48)
    assert session.document.selection == expected
    assert session.history.labels() == ["Select polygon"]


def test_enter_and_a_double_click_close_a_polygon(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    expected = Selection.lasso([(5, 5), (50, 5), (50, 40)], 64, 48)
    use(tools, Tool.POLYGON_SELECT)
    click(canvas, (5, 5), (50, 5), (50, 40))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert session.document.selection == expected
    session.edits.select_none()
    click(canvas, (5, 5), (50, 5), (50, 40))
    send_mouse(canvas, QEvent.Type.MouseButtonDblClick, 50, 40)
    release(canvas, 50, 40)
    assert session.document.selection == expected
    assert not canvas.is_pending


def test_backspace_takes_corners_back_and_escape_all(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.POLYGON_SELECT)
    click(canvas, (5, 5), (50, 5), (60, 47))
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    click(canvas, (50, 40))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert session.document.selection == Selection.lasso([(5, 5), (50, 5), (50, 40)], 64, 48)
    session.edits.select_none()
    click(canvas, (5, 5), (50, 5), (50, 40))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_pending
    assert session.document.selection is None


def test_shift_draws_a_polygon_in_eighths_of_a_turn(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.POLYGON_SELECT)
    click(canvas, (10, 10))
    click(canvas, (40, 12), keys=SHIFT)
    click(canvas, (41, 37), keys=SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert session.document.selection == Selection.lasso([(10, 10), (40, 10), (40, 37)], 64, 48)


def test_a_polygon_begun_with_shift_is_added(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.POLYGON_SELECT)
    session.edits.select(Selection.rectangle(Rect(0, 0, 4, 4), 64, 48))
    click(canvas, (10, 10), keys=SHIFT)
    click(canvas, (40, 10), (40, 37))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    selection = session.document.selection
    assert selection is not None
    assert selection.mask[0, 0] == selection.mask[12, 38] == 255


def test_another_tool_finishes_the_polygon(
    canvas: CanvasView, session: Session, tools: ToolState
) -> None:
    use(tools, Tool.POLYGON_SELECT)
    click(canvas, (5, 5), (50, 5), (50, 40))
    tools.set_tool(Tool.BRUSH)
    assert bounds(session) == Rect(5, 5, 45, 35)


def test_the_line_of_a_polygon_follows_the_pointer(canvas: CanvasView, tools: ToolState) -> None:
    use(tools, Tool.POLYGON_SELECT)
    before = canvas.grab().toImage()
    click(canvas, (5, 30))
    hover(canvas, 50, 30)
    image = canvas.grab().toImage()
    row = [image.pixelColor(x, 40).getRgb()[:3] for x in range(25, 55)]
    assert set(row) == {(0, 0, 0), (255, 255, 255)}
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hover(canvas, 5, 5)
    assert canvas.grab().toImage() == before


# ---- magic wand


@pytest.fixture
def spots(session: Session) -> Session:
    """Two red squares, one green, on the topmost layer, which is active."""
    rgba = np.zeros((48, 64, 4), np.uint8)
    rgba[5:15, 5:15] = rgba[5:15, 30:40] = (200, 0, 0, 255)
    rgba[30:40, 5:15] = (0, 200, 0, 255)
    session.run(AddLayer(Layer("spots", Plane.from_rgba(rgba))))
    return session


def test_the_wand_selects_what_is_joined_and_of_the_colour(
    canvas: CanvasView, spots: Session, tools: ToolState
) -> None:
    use(tools, Tool.WAND, tolerance=10, is_antialiased=False)
    click(canvas, (7, 7))
    assert spots.document.selection == Selection.rectangle(Rect(5, 5, 10, 10), 64, 48)
    click(canvas, (7, 33), keys=SHIFT)
    assert bounds(spots) == Rect(5, 5, 10, 35)
    click(canvas, (7, 7), keys=ALT)
    assert bounds(spots) == Rect(5, 30, 10, 10)
    assert spots.history.labels()[1:] == ["Magic wand"] * 3


def test_the_wand_takes_the_colour_everywhere_when_asked(
    canvas: CanvasView, spots: Session, tools: ToolState
) -> None:
    use(tools, Tool.WAND, tolerance=10, is_contiguous=False, is_antialiased=False)
    click(canvas, (7, 7))
    assert bounds(spots) == Rect(5, 5, 35, 10)


def test_the_wand_sees_all_layers_or_only_the_active_one(
    canvas: CanvasView, spots: Session, tools: ToolState
) -> None:
    use(tools, Tool.WAND, tolerance=0, is_antialiased=False, samples_all_layers=False)
    click(canvas, (50, 20))
    selection = spots.document.selection
    assert selection is not None
    assert selection.bounds == Rect(0, 0, 64, 48), "the layer is empty around its spots"
    assert selection.mask[7, 7] == 0
    use(tools, Tool.WAND, samples_all_layers=True, op=SelectionOp.REPLACE)
    spots.edits.select_none()
    click(canvas, (50, 20))
    assert bounds(spots) == Rect(50, 20, 1, 1), "the photo is nowhere alike"


def test_a_click_of_the_wand_inside_the_selection_selects_anew(
    canvas: CanvasView, spots: Session, tools: ToolState
) -> None:
    use(tools, Tool.WAND, tolerance=10, is_antialiased=False)
    spots.edits.select_all()
    click(canvas, (7, 7))
    assert bounds(spots) == Rect(5, 5, 10, 10)


def test_a_click_of_the_wand_beside_the_picture_drops_the_selection(
    canvas: CanvasView, spots: Session, tools: ToolState
) -> None:
    use(tools, Tool.WAND)
    spots.edits.select(Selection.rectangle(Rect(5, 5, 10, 10), 64, 48))
    click(canvas, (-4, 20))
    assert spots.document.selection is None


@pytest.mark.parametrize("tool", [Tool.RECT_SELECT, Tool.WAND])
def test_settings_are_kept_for_each_tool(tools: ToolState, tool: Tool) -> None:
    use(tools, tool, op=SelectionOp.ADD)
    kinds = {Tool.RECT_SELECT: SelectionSettings, Tool.WAND: WandSettings}
    fresh = ToolState()
    fresh.restore(tools.stored())
    assert fresh.settings(tool) == dataclasses.replace(kinds[tool](), op=SelectionOp.ADD)
