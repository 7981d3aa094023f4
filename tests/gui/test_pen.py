"""A pen on a tablet: pressure, its eraser end, hovering, and strokes that are interrupted."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas_view import CanvasView
from app.document.compositing import flatten
from app.session import Session
from app.tool_state import Tool, ToolState
from app.workspace import Workspace
from tests.gui.pointer_events import Pen, drag, move, pixel, press, release

RED = (255, 0, 0, 255)


@pytest.fixture
def state(workspace: Workspace) -> ToolState:
    state = workspace.tool_state
    state.set_color((255, 0, 0))
    plain = dataclasses.replace(state.brush, size_px=12, hardness=1)
    state.set_brush(plain)
    state.set_eraser(dataclasses.replace(plain, is_eraser=True))
    return state


def red_rows(session: Session, x: int) -> int:
    return int((flatten(session.document)[:, x, :3] == (255, 0, 0)).all(axis=1).sum())


def test_pressure_changes_size_down_to_its_minimum(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    state.set_brush(dataclasses.replace(state.brush, pressure_size=True, pressure_minimum=0.5))
    pen = Pen(canvas)
    for x, pressure in ((10, 1.0), (30, 0.5), (50, 0.0)):
        assert pen.press(x + 0.5, 24.5, pressure)
        assert pen.release(x + 0.5, 24.5)
    widths = [red_rows(session, x) for x in (10, 30, 50)]
    assert widths == pytest.approx([12, 9, 6], abs=1.5)
    assert widths[0] > widths[1] > widths[2]


def test_pressure_changes_opacity_by_its_curve(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    session.edits.add_layer()
    state.set_brush(dataclasses.replace(state.brush, pressure_opacity=True, pressure_gamma=2.0))
    pen = Pen(canvas)
    pen.press(30.5, 24.5, 0.5)
    pen.release(30.5, 24.5)
    plane = session.document.active_layer.plane
    assert plane.read(session.document.rect)[24, 30, 3] == pytest.approx(255 * 0.25, abs=1)


@pytest.mark.parametrize("tool", [Tool.BRUSH, Tool.CLONE, Tool.LASSO, Tool.HAND])
def test_the_eraser_end_erases_whatever_tool_is_chosen(
    canvas: CanvasView, session: Session, state: ToolState, tool: Tool
) -> None:
    state.set_tool(tool)
    pen = Pen(canvas, is_eraser=True)
    assert pen.press(20, 20, 1.0)
    assert pen.move(40, 20, 1.0)
    assert pen.release(40, 20)
    assert session.history.labels() == ["Eraser stroke"]
    assert pixel(session, 30, 20)[3] == 0
    assert state.tool is tool


def test_a_stroke_takes_every_event_so_that_no_mouse_repeats_it(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    pen = Pen(canvas)
    assert not pen.move(5, 5, 0.0), "hovering goes on to the mouse, which draws the outline"
    assert pen.press(10, 10, 0.5)
    assert pen.move(20, 10, 0.6)
    assert pen.release(20, 10)
    assert session.history.labels() == ["Brush stroke"]


def test_a_mouse_that_repeats_the_pen_all_the_same_is_not_heard(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    session.edits.add_layer()
    state.set_brush(dataclasses.replace(state.brush, pressure_opacity=True))
    pen = Pen(canvas)
    pen.press(10, 24.5, 0.5)
    press(canvas, 10, 24.5)
    move(canvas, 50, 24.5)
    release(canvas, 50, 24.5)
    pen.move(20, 24.5, 0.5)
    pen.release(20, 24.5)
    alpha = session.document.active_layer.plane.read(session.document.rect)[24, :, 3]
    assert alpha.max() <= 129
    assert alpha[45] == 0
    assert session.history.labels()[-1] == "Brush stroke"
    drag(canvas, (45, 24.5))
    assert pixel(session, 45, 24) == RED


def test_a_stroke_ends_with_the_focus_of_the_window(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    pen = Pen(canvas)
    pen.press(10, 10, 1.0)
    pen.move(20, 10, 1.0)
    leaving = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason)
    QApplication.sendEvent(canvas, leaving)
    assert not canvas.is_busy
    assert session.history.labels() == ["Brush stroke"]
    painted = flatten(session.document)
    pen.move(50, 40, 1.0)
    pen.release(50, 40)
    np.testing.assert_array_equal(flatten(session.document), painted)
    session.undo()
    assert pixel(session, 15, 10) != RED


def test_a_lost_release_does_not_block_the_next_stroke(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    pen = Pen(canvas)
    pen.press(10, 10, 1.0)
    pen.press(40, 40, 1.0)
    pen.release(40, 40)
    assert session.history.labels() == ["Brush stroke"] * 2
    assert pixel(session, 40, 40) == RED
    assert pixel(session, 25, 25) != RED
