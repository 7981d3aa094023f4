"""Fill, gradient and shape: mouse in, document out, each one undo step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest

from app.canvas.canvas_view import CanvasView
from app.document.commands import SetMask
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.painting.gradients import GradientKind
from app.document.painting.shapes import ShapeKind
from app.document.planes import Plane
from app.document.selection import Selection
from app.session import Session
from app.session.document_session import DocumentSession
from app.tool_settings import GradientEnds, ShapeStyle
from app.tool_state import Tool, ToolState
from app.workspace import Workspace
from tests.gui.pointer_events import (
    ALT,
    SHIFT,
    drag,
    hover,
    move,
    pixel,
    press,
    release,
    send_mouse,
)

RED, BLUE = (255, 0, 0), (0, 0, 255)
OPAQUE_RED = (*RED, 255)


@pytest.fixture
def state(workspace: Workspace) -> ToolState:
    state = workspace.tool_state
    state.set_color(BLUE)
    state.swap_colors()
    state.set_color(RED)
    return state


def take(state: ToolState, tool: Tool, **settings: object) -> None:
    state.set_tool(tool)
    for name, value in settings.items():
        state.set_setting(name, value)


def shown(session: Session) -> NDArray[np.uint8]:
    return flatten(session.document)


def painted(session: Session, before: NDArray[np.uint8]) -> Rect:
    """The rectangle around all pixels that look different."""
    rows, columns = np.nonzero((shown(session) != before).any(axis=2))
    return Rect.from_edges(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


# ---- fill


def test_fill_takes_what_resembles_the_pixel(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.FILL, tolerance=20, is_antialiased=False)
    before = shown(session).astype(int)
    drag(canvas, (30, 20))
    assert session.history.labels() == ["Fill"]
    is_near = (np.abs(before - before[20, 30]) <= 20).all(axis=2)
    is_red = (shown(session) == OPAQUE_RED).all(axis=2)
    np.testing.assert_array_equal(is_red, is_near)
    session.undo()
    np.testing.assert_array_equal(shown(session), before)


def test_fill_reaches_the_whole_document_on_an_empty_layer(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    session.edits.add_layer()
    take(state, Tool.FILL, samples_all_layers=False)
    drag(canvas, (5, 5))
    assert (shown(session) == OPAQUE_RED).all()
    session.undo()
    assert session.document.active_layer.rect.is_empty


def test_fill_stays_inside_the_selection(
    canvas: CanvasView,
    session: Session,
    state: ToolState,
    notices: Callable[[DocumentSession], list[str]],
) -> None:
    session.edits.select(Selection.rectangle(Rect(10, 10, 20, 20), 64, 48))
    take(state, Tool.FILL, tolerance=255)
    before = shown(session)
    drag(canvas, (15, 15))
    assert painted(session, before) == Rect(10, 10, 20, 20)
    heard = notices(session)
    drag(canvas, (40, 40))
    assert session.history.labels()[-1:] == ["Fill"]
    assert len(heard) == 1


def test_fill_with_foreground_and_background(session: Session, state: ToolState) -> None:
    session.edits.select(Selection.rectangle(Rect(10, 10, 20, 20), 64, 48))
    session.paint.fill_all(state.color)
    assert pixel(session, 15, 15) == OPAQUE_RED
    session.edits.select_none()
    session.paint.fill_all(state.background)
    assert (shown(session) == (*BLUE, 255)).all()


def test_a_fill_outside_the_document_does_nothing(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.FILL)
    drag(canvas, (-5, 5))
    assert session.history.labels() == []


def test_alt_picks_a_colour_instead_of_filling(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.FILL)
    drag(canvas, (30, 20), keys=ALT)
    assert state.color == tuple(shown(session)[20, 30, :3])
    assert session.history.labels() == []


def test_a_locked_layer_is_left_alone(
    canvas: CanvasView,
    session: Session,
    state: ToolState,
    notices: Callable[[DocumentSession], list[str]],
) -> None:
    heard = notices(session)
    session.document.active_layer.is_locked = True
    for tool in (Tool.FILL, Tool.GRADIENT, Tool.SHAPE):
        take(state, tool)
        before = shown(session)
        drag(canvas, (10, 10), (20, 20), (30, 30))
        np.testing.assert_array_equal(shown(session), before)
    assert ["locked" in text for text in heard] == [True] * 3


def test_a_result_is_painted_on_a_new_layer_above(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    session.edits.duplicate_layer()
    layer = session.document.active_layer
    layer.kind = LayerKind.RESULT
    session.run(SetMask(layer.id, Plane(session.document.rect, 1, 255)))
    take(state, Tool.FILL, tolerance=255)
    drag(canvas, (15, 15))
    assert pixel(session, 15, 15) == OPAQUE_RED
    assert session.document.active_layer is not layer


# ---- gradient


def test_a_gradient_runs_from_colour_to_colour(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.GRADIENT)
    before = shown(session)
    drag(canvas, (10, 20), (30, 20), (50, 20))
    assert session.history.labels() == ["Gradient"]
    assert [pixel(session, x, 20) for x in (2, 60)] == [OPAQUE_RED, (*BLUE, 255)]
    red, _, blue, _ = pixel(session, 30, 20)
    assert abs(red - blue) < 10
    session.undo()
    np.testing.assert_array_equal(shown(session), before)


def test_a_gradient_is_shown_before_it_is_painted(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.GRADIENT)
    before = shown(session)
    press(canvas, 10, 20)
    move(canvas, 50, 20)
    canvas.grab()
    assert canvas.grab().toImage().pixelColor(14, 14).getRgb()[:3] == RED
    np.testing.assert_array_equal(shown(session), before)
    canvas.cancel_pending()
    canvas.grab()
    color = canvas.grab().toImage().pixelColor(14, 14).getRgb()[:3]
    assert color == tuple(before[4, 4, :3])
    assert session.history.labels() == []


@pytest.mark.parametrize(("is_reversed", "kept"), [(False, 60), (True, 2)])
def test_a_gradient_into_nothing_keeps_what_is_there(
    canvas: CanvasView, session: Session, state: ToolState, is_reversed: bool, kept: int
) -> None:
    take(state, Tool.GRADIENT, ends=GradientEnds.TRANSPARENT, is_reversed=is_reversed)
    before = shown(session)
    drag(canvas, (10, 20), (50, 20))
    assert pixel(session, kept, 20) == tuple(before[20, kept])
    assert pixel(session, 62 - kept, 20) == OPAQUE_RED


def test_shift_keeps_a_gradient_straight(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.GRADIENT)
    drag(canvas, (10, 20), (50, 24), keys=SHIFT)
    columns = shown(session).astype(int)
    assert np.abs(columns[5] - columns[40]).max() <= 1


def test_a_radial_gradient_is_round(canvas: CanvasView, session: Session, state: ToolState) -> None:
    take(state, Tool.GRADIENT, kind=GradientKind.RADIAL)
    drag(canvas, (30, 24), (50, 24))
    around = [pixel(session, *at) for at in ((40, 24), (20, 24), (30, 34), (30, 14))]
    assert np.ptp(np.array(around), axis=0).max() <= 16
    assert pixel(session, 55, 24) == (*BLUE, 255)


def test_a_click_paints_no_gradient(canvas: CanvasView, session: Session, state: ToolState) -> None:
    take(state, Tool.GRADIENT)
    drag(canvas, (10, 20))
    assert session.history.labels() == []


# ---- shapes


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (Qt.KeyboardModifier.NoModifier, Rect(20, 15, 20, 10)),
        (SHIFT, Rect(20, 15, 20, 20)),
        (ALT, Rect(0, 5, 40, 20)),
        (ALT | SHIFT, Rect(0, 0, 40, 35)),
    ],
)
def test_a_rectangle_is_dragged(
    canvas: CanvasView,
    session: Session,
    state: ToolState,
    keys: Qt.KeyboardModifier,
    expected: Rect,
) -> None:
    take(state, Tool.SHAPE)
    before = shown(session)
    press(canvas, 20, 15)
    move(canvas, 30, 20, keys)
    move(canvas, 40, 25, keys)
    assert painted(session, before) == expected
    release(canvas, 40, 25, keys)
    assert painted(session, before) == expected
    assert session.history.labels() == ["Shape"]
    session.undo()
    np.testing.assert_array_equal(shown(session), before)


def test_a_shape_is_shown_while_it_is_drawn_and_escape_takes_it_back(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.SHAPE, kind=ShapeKind.ELLIPSE)
    before = shown(session)
    press(canvas, 20, 15)
    move(canvas, 40, 35)
    canvas.grab()
    assert canvas.grab().toImage().pixelColor(40, 35).getRgb()[:3] == RED
    canvas.cancel_pending()
    np.testing.assert_array_equal(shown(session), before)
    release(canvas, 40, 35)
    assert session.history.labels() == []


def test_an_outline_leaves_the_inside(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.SHAPE, style=ShapeStyle.OUTLINE, line_px=2)
    before = shown(session)
    drag(canvas, (10, 10), (40, 40))
    assert pixel(session, 10, 25) == OPAQUE_RED
    assert pixel(session, 25, 25) == tuple(before[25, 25])


def click(canvas: CanvasView, x: float, y: float) -> None:
    press(canvas, x, y)
    release(canvas, x, y)


@pytest.mark.parametrize("ending", ["enter", "double click", "first corner", "other tool"])
def test_a_polygon_is_clicked_corner_by_corner(
    canvas: CanvasView, session: Session, state: ToolState, ending: str
) -> None:
    take(state, Tool.SHAPE, kind=ShapeKind.POLYGON)
    for corner in ((10, 5), (50, 5), (30, 40)):
        click(canvas, *corner)
        hover(canvas, corner[0] - 3, corner[1])
    assert session.history.labels() == []
    assert canvas.is_pending
    if ending == "enter":
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    elif ending == "double click":
        send_mouse(canvas, QEvent.Type.MouseButtonDblClick, 30, 40)
    elif ending == "first corner":
        click(canvas, 12, 6)
    else:
        state.set_tool(Tool.BRUSH)
    assert not canvas.is_pending
    assert session.history.labels() == ["Shape"]
    assert pixel(session, 30, 15) == OPAQUE_RED
    assert pixel(session, 12, 30) != OPAQUE_RED


def test_backspace_and_escape_give_corners_up(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.SHAPE, kind=ShapeKind.POLYGON)
    for corner in ((10, 5), (50, 5), (30, 40)):
        click(canvas, *corner)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert session.history.labels() == []
    click(canvas, 10, 5)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_pending


def test_freehand_fills_what_was_drawn_around(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.SHAPE, kind=ShapeKind.FREEHAND)
    drag(canvas, (10, 10), (40, 10), (40, 40), (10, 40))
    assert pixel(session, 25, 25) == OPAQUE_RED
    assert session.history.labels() == ["Shape"]


def test_shapes_paint_the_mask_where_that_is_the_target(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    layer = session.document.active_layer
    session.run(SetMask(layer.id, Plane(session.document.rect, 1, 255)))
    session.strokes.is_on_mask = True
    state.set_color((0, 0, 0))
    for tool in (Tool.SHAPE, Tool.GRADIENT):
        take(state, tool)
        drag(canvas, (10, 10), (40, 40))
        assert pixel(session, 12, 12)[3] < 60
        assert layer.plane.read(session.document.rect)[12, 12, 3] == 255
        session.undo()
        assert pixel(session, 12, 12)[3] == 255


# ---- eyedropper


def test_the_eyedropper_takes_a_mean_where_it_is_told(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.EYEDROPPER, sample_px=5)
    drag(canvas, (30.5, 20.5))
    around = shown(session)[18:23, 28:33, :3].reshape(-1, 3).mean(axis=0)
    assert np.abs(np.array(state.color) - around).max() <= 0.5


def test_the_eyedropper_may_look_at_the_layer_alone(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    session.edits.add_layer()
    take(state, Tool.EYEDROPPER, samples_all_layers=False)
    drag(canvas, (30.5, 20.5))
    assert state.color == RED
    state.set_setting("samples_all_layers", True)
    drag(canvas, (30.5, 20.5))
    assert state.color == pixel(session, 30, 20)[:3]


def test_a_ring_compares_the_colours_and_escape_keeps_the_old_one(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.EYEDROPPER)
    press(canvas, 40.5, 30.5)
    move(canvas, 40.5, 30.5)
    image = canvas.grab().toImage()
    assert image.pixelColor(50, 40 - 36).getRgb()[:3] == pixel(session, 40, 30)[:3]
    assert image.pixelColor(50, 40 + 36).getRgb()[:3] == RED
    canvas.cancel_pending()
    assert state.color == RED


# ---- painting the original back


def test_a_result_is_erased_by_its_mask_and_painted_back(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    photo = shown(session)
    session.edits.duplicate_layer()
    layer = session.document.active_layer
    layer.kind = LayerKind.RESULT
    layer.plane.write()[...] = (0, 255, 0, 255)
    session.run(SetMask(layer.id, Plane(session.document.rect, 1, 255)))
    for tool in (Tool.ERASER, Tool.BRUSH):
        take(state, tool, size_px=10.0, hardness=1.0)
    state.set_tool(Tool.ERASER)
    drag(canvas, (10, 20), (40, 20))
    assert pixel(session, 25, 20) == tuple(photo[20, 25])
    assert layer.plane.read(session.document.rect)[20, 25, 1] == 255

    session.strokes.is_on_mask = True
    state.reset_colors()
    take(state, Tool.BRUSH)
    drag(canvas, (30, 20), (50, 20))
    assert pixel(session, 45, 20) == tuple(photo[20, 45]), "black on the mask hides the result"
    state.swap_colors()
    drag(canvas, (10, 20), (50, 20))
    assert pixel(session, 25, 20) == (0, 255, 0, 255), "white brings it back"
    assert len(session.document.layers) == 2


# ---- the quick mask


@pytest.mark.parametrize("tool", [Tool.FILL, Tool.GRADIENT, Tool.SHAPE, Tool.BRUSH])
def test_every_tool_paints_the_quick_mask(
    canvas: CanvasView, session: Session, state: ToolState, tool: Tool
) -> None:
    before = shown(session)
    session.edits.toggle_quick_mask()
    state.set_color((255, 255, 255))
    take(state, tool)
    if tool is Tool.FILL:
        state.set_setting("samples_all_layers", False)
    drag(canvas, (10, 10), (30, 30))
    canvas.grab()
    session.edits.toggle_quick_mask()
    selection = session.document.selection
    assert selection is not None
    assert selection.mask[12, 12] > 127
    np.testing.assert_array_equal(shown(session), before)
    while session.history.can_undo:
        session.undo()
    assert session.document.selection is None


# ---- groups


def test_a_group_and_what_a_hidden_group_holds_cannot_be_painted_on(
    canvas: CanvasView,
    session: Session,
    state: ToolState,
    notices: Callable[[DocumentSession], list[str]],
) -> None:
    heard = notices(session)
    document, member = session.document, session.document.active_layer
    group = Layer.group("Meadow")
    member.group_id = group.id
    document.layers.append(group)
    document.active_id = group.id
    for tool in (Tool.BRUSH, Tool.FILL, Tool.SHAPE, Tool.GRADIENT):
        take(state, tool)
        drag(canvas, (10, 10), (30, 30))
    assert len(heard) == 4
    assert all("“Meadow” is a group" in text for text in heard)
    group.is_visible, document.active_id = False, member.id
    drag(canvas, (10, 10), (30, 30))
    assert "hidden" in heard[-1]
    assert session.history.labels() == []


# ---- brush


def test_shift_shows_the_straight_line_before_it_is_painted(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    take(state, Tool.BRUSH, size_px=4.0)
    drag(canvas, (10, 10))
    hover(canvas, 50, 40)
    plain = canvas.grab().toImage()
    hover(canvas, 50, 40, SHIFT)
    guided = canvas.grab().toImage()
    assert guided.pixelColor(40, 35) != plain.pixelColor(40, 35)
    hover(canvas, 50, 40)
    assert canvas.grab().toImage() == plain
    assert session.history.labels() == ["Brush stroke"]
