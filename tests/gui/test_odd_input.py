"""Input that no one would think of: pens that report nonsense, the smallest document."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.canvas.canvas_view import CanvasView
from app.document.compositing import flatten
from app.session import Session
from app.tool_state import Tool
from app.workspace import Workspace
from tests.gui.pointer_events import Pen, drag, move, press, release


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1e300])
def test_a_pen_that_reports_nonsense_paints_on(
    canvas: CanvasView, session: Session, odd: float
) -> None:
    before = flatten(session.document)
    pen = Pen(canvas)
    pen.press(5, 5, 0.5)
    pen.move(20, 20, odd)
    pen.move(odd, 5, 0.5)
    pen.move(5, odd, 0.5)
    pen.move(30, 20, 0.5)
    pen.release(odd, 5)
    assert not canvas.is_busy
    assert session.history.labels() == ["Brush stroke"]
    assert (flatten(session.document) != before).any()
    pen.press(odd, odd, odd)
    pen.release(9, 9)
    assert not canvas.is_busy


def test_a_line_that_selected_nothing_leaves_the_screen(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    workspace.tool_state.set_tool(Tool.LASSO)
    before = canvas.grab().toImage()
    press(canvas, -9, 60)
    move(canvas, 40, 55)
    assert canvas.grab().toImage() != before
    updates: list[object] = []
    canvas.update = lambda *area: updates.append(area)  # type: ignore[method-assign]
    release(canvas, 45, 52)
    assert () in updates
    assert session.document.selection is None
    assert canvas.grab().toImage() == before


def test_a_selection_is_not_carried_out_of_the_picture(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    workspace.tool_state.set_tool(Tool.RECT_SELECT)
    drag(canvas, (5, 5), (9, 9))
    drag(canvas, (7, 7), (-30, 7))
    assert session.document.selection is not None
    assert not session.document.selection.is_empty


@pytest.mark.parametrize("tool", list(Tool))
def test_a_document_of_one_pixel_takes_every_tool(
    qtbot: QtBot, workspace: Workspace, canvas: CanvasView, tool: Tool
) -> None:
    session = workspace.create(1, 1, (20, 90, 200))
    canvas.show_session(session)
    session.edits.select_all()
    workspace.tool_state.set_active_size(2000)
    workspace.tool_state.set_tool(tool)
    canvas.grab()
    drag(canvas, (30, 20), (35, 25), (33, 40))
    canvas.grab()
    canvas.commit_pending()
    session.edits.select_none()
    canvas.grab()
    session.go_to_history(0)
    np.testing.assert_array_equal(flatten(session.document), [[[20, 90, 200, 255]]])
