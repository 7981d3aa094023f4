"""Clone: Alt-click a source, paint with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from app.canvas.canvas_view import CanvasView
from app.document.commands import SetMask
from app.document.compositing import flatten
from app.document.painting.sampling import SampledLayers
from app.document.planes import Plane
from app.session import Session
from app.session.document_session import DocumentSession
from app.tool_settings import CloneSettings
from app.tool_state import Tool, ToolState
from app.workspace import Workspace
from tests.gui.pointer_events import ALT, drag, move, pixel, press, release


@pytest.fixture
def state(workspace: Workspace) -> ToolState:
    state = workspace.tool_state
    state.set_tool(Tool.CLONE)
    state.set_active_settings(
        dataclasses.replace(state.active_settings, size_px=6, hardness=1, opacity=1)
    )
    return state


def set_clone(state: ToolState, **changes: object) -> None:
    for name, value in changes.items():
        state.set_setting(name, value)
    assert isinstance(state.settings(Tool.CLONE), CloneSettings)


def test_without_a_source_it_says_how(
    canvas: CanvasView,
    session: Session,
    state: ToolState,
    notices: Callable[[DocumentSession], list[str]],
) -> None:
    heard = notices(session)
    drag(canvas, (20, 20), (30, 20))
    assert len(heard) == 1
    assert "Alt" in heard[0]
    assert session.history.labels() == []


def test_a_stroke_copies_from_the_source_in_one_step(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    before = flatten(session.document)
    drag(canvas, (10.5, 10.5), keys=ALT)
    assert session.history.labels() == []
    drag(canvas, (40.5, 30.5), (45.5, 30.5))
    assert session.history.labels() == ["Clone stroke"]
    assert pixel(session, 40, 30) == tuple(before[10, 10])
    assert pixel(session, 45, 31) == tuple(before[11, 15])
    session.undo()
    np.testing.assert_array_equal(flatten(session.document), before)


def test_what_is_painted_is_not_copied_again(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    before = flatten(session.document)
    drag(canvas, (10.5, 20.5), keys=ALT)
    drag(canvas, (14.5, 20.5), (30.5, 20.5))
    # 4 px to the right of its source: feeding on itself it would repeat columns 10 to 14
    assert pixel(session, 29, 20) == tuple(before[20, 25])


@pytest.mark.parametrize("is_aligned", [True, False])
def test_a_second_stroke_goes_on_or_starts_again(
    canvas: CanvasView, session: Session, state: ToolState, is_aligned: bool
) -> None:
    set_clone(state, is_aligned=is_aligned)
    before = flatten(session.document)
    drag(canvas, (10.5, 10.5), keys=ALT)
    drag(canvas, (30.5, 30.5))
    drag(canvas, (50.5, 40.5))
    expected = before[20, 30] if is_aligned else before[10, 10]
    assert pixel(session, 50, 40) == tuple(expected)


@pytest.mark.parametrize("layers", SampledLayers)
def test_the_chosen_layers_are_copied(
    canvas: CanvasView, session: Session, state: ToolState, layers: SampledLayers
) -> None:
    photo = flatten(session.document)
    session.edits.add_layer()
    empty = session.document.active_id
    session.edits.paste(np.full((48, 64, 4), [0, 255, 0, 255], np.uint8), 0, 0)
    session.document.active_id = empty
    state.set_tool(Tool.CLONE)
    set_clone(state, layers=layers)
    drag(canvas, (10.5, 10.5), keys=ALT)
    drag(canvas, (40.5, 30.5))
    painted = session.document.layer(str(empty)).plane.read(session.document.rect)[30, 40]
    expected = {
        SampledLayers.CURRENT: (0, 0, 0, 0),
        SampledLayers.BELOW: (*photo[10, 10, 2::-1], 255),
        SampledLayers.ALL: (0, 255, 0, 255),
    }[layers]
    assert tuple(painted) == tuple(expected)


def test_the_source_is_marked_while_painting(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    clean = canvas.grab().toImage()
    drag(canvas, (12.5, 12.5), keys=ALT)
    press(canvas, 40.5, 12.5)
    move(canvas, 44.5, 12.5)
    marked = canvas.grab().toImage()
    # an arm of the cross, left of the point copied
    assert clean.pixelColor(26 - 7, 22) != marked.pixelColor(26 - 7, 22)
    release(canvas, 44.5, 12.5)


def test_escape_takes_the_stroke_back(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    before = flatten(session.document)
    drag(canvas, (10.5, 10.5), keys=ALT)
    press(canvas, 40.5, 30.5)
    move(canvas, 45.5, 30.5)
    canvas.cancel_pending()
    np.testing.assert_array_equal(flatten(session.document), before)
    assert session.history.labels() == []


def test_a_mask_is_copied_from_itself(
    canvas: CanvasView, session: Session, state: ToolState
) -> None:
    layer = session.document.active_layer
    grey = np.full((48, 64), 255, np.uint8)
    grey[5:15, 5:15] = 40
    session.run(SetMask(layer.id, Plane.from_grey(grey)))
    session.strokes.is_on_mask = True
    drag(canvas, (10.5, 10.5), keys=ALT)
    drag(canvas, (40.5, 30.5))
    assert layer.mask.read(session.document.rect)[30, 40] == 40
    assert layer.plane.read(session.document.rect)[30, 40, 3] == 255
