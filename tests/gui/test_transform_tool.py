"""Free transform through the widget: handles, keys, and what ends it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas.canvas_view import CanvasView
from app.document.commands import AddLayer, SetActive, SetLocked, SetVisible
from app.document.compositing import flatten
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.planes import Plane
from app.document.selection import Selection
from app.session import Session
from app.tool_state import Tool
from app.workspace import Workspace
from tests.gui.pointer_events import (
    ALT,
    CTRL,
    NO_KEY,
    SHIFT,
    drag,
    hover,
    move,
    press,
    release,
)

RED = (255, 0, 0, 255)


@pytest.fixture
def patch(session: Session, workspace: Workspace) -> Layer:
    """A red patch of 16 x 8 pixels with its corner at (20, 16), transformed already."""
    rgba = np.zeros((8, 16, 4), np.uint8)
    rgba[...] = RED
    layer = Layer("patch", Plane.from_rgba(rgba, 20, 16), LayerKind.PATCH)
    session.run(AddLayer(layer))
    workspace.tool_state.set_tool(Tool.MOVE)
    return layer


@pytest.fixture
def canvas(canvas: CanvasView) -> CanvasView:
    """The document large enough for hands."""
    canvas.resize(500, 400)
    canvas.navigation.fit()
    canvas.navigation.set_zoom(6.0)
    return canvas


@pytest.fixture
def box(canvas: CanvasView, patch: Layer, workspace: Workspace) -> Layer:
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    assert canvas.is_pending
    return patch


def red_bounds(image: NDArray[np.uint8]) -> Rect:
    rows, columns = np.nonzero((image == np.array(RED, np.uint8)).all(axis=2))
    return Rect.from_edges(
        int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
    )


def shown(session: Session) -> NDArray[np.uint8]:
    """The screen's picture as RGBA."""
    return np.ascontiguousarray(session.compositor.composite()[..., [2, 1, 0, 3]])


def state(document: Document) -> list[object]:
    return [(layer.id, layer.rect, layer.plane.read().tobytes()) for layer in document.layers]


def key(canvas: CanvasView, which: Qt.Key, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    QTest.keyClick(canvas, which, keys)


def test_a_corner_scales_both_sides_alike_unless_shift_is_held(
    canvas: CanvasView, session: Session, box: Layer
) -> None:
    drag(canvas, (36, 24), (52, 32))
    assert red_bounds(shown(session)) == Rect(20, 16, 32, 16)
    assert box.rect == Rect(20, 16, 16, 8), "the document waits for Enter"
    drag(canvas, (52, 32), (44, 40), keys=SHIFT)
    key(canvas, Qt.Key.Key_Return)
    assert box.rect == Rect(20, 16, 24, 24)
    assert red_bounds(flatten(session.document)) == box.rect
    assert session.history.labels()[1:] == ["Transform"]


def test_a_side_scales_one_way_and_alt_keeps_the_middle(
    canvas: CanvasView, session: Session, box: Layer
) -> None:
    drag(canvas, (36, 20), (40, 30))
    assert red_bounds(shown(session)) == Rect(20, 16, 20, 8)
    drag(canvas, (30, 24), (30, 28), keys=ALT)
    key(canvas, Qt.Key.Key_Enter)
    assert box.rect == Rect(20, 12, 20, 16)


def test_dragged_across_itself_the_box_is_mirrored(
    canvas: CanvasView, session: Session, box: Layer
) -> None:
    drag(canvas, (36, 20), (4, 20))
    key(canvas, Qt.Key.Key_Return)
    assert box.rect == Rect(4, 16, 16, 8)


def test_the_inside_moves_and_arrow_keys_nudge(
    canvas: CanvasView, session: Session, box: Layer
) -> None:
    drag(canvas, (24, 18), (30, 25.4))
    key(canvas, Qt.Key.Key_Left)
    key(canvas, Qt.Key.Key_Down, SHIFT)
    key(canvas, Qt.Key.Key_Return)
    assert box.rect == Rect(25, 33, 16, 8)
    assert np.array_equal(box.plane.to_rgba(), np.full((8, 16, 4), RED, np.uint8))


def test_the_outside_turns_in_steps_with_shift(
    canvas: CanvasView, session: Session, box: Layer
) -> None:
    drag(canvas, (48, 20), (40, 32), (29, 36), keys=SHIFT)
    assert session.transforms.box.angle == pytest.approx(90)
    key(canvas, Qt.Key.Key_Return)
    assert box.rect == Rect(24, 12, 8, 16)
    assert red_bounds(flatten(session.document)) == box.rect


def test_ctrl_distorts_a_corner(canvas: CanvasView, session: Session, box: Layer) -> None:
    drag(canvas, (36, 24), (50, 40), keys=CTRL)
    key(canvas, Qt.Key.Key_Return)
    assert box.rect == Rect(20, 16, 30, 24)
    image = flatten(session.document)
    assert tuple(image[34, 44]) == RED
    assert tuple(image[38, 30]) != RED


def test_escape_restores_every_bit_and_the_former_tool(
    canvas: CanvasView, session: Session, box: Layer, workspace: Workspace
) -> None:
    before, labels = state(session.document), session.history.labels()
    picture = shown(session)
    drag(canvas, (36, 24), (50, 40))
    drag(canvas, (60, 10), (55, 40))
    press(canvas, 30, 20)
    move(canvas, 36, 20)
    key(canvas, Qt.Key.Key_Escape)
    release(canvas, 36, 20)
    assert state(session.document) == before
    assert np.array_equal(shown(session), picture)
    assert session.history.labels() == labels
    assert workspace.tool_state.tool is Tool.MOVE
    assert not canvas.is_pending


def test_enter_without_a_change_is_no_step(
    canvas: CanvasView, session: Session, box: Layer, workspace: Workspace
) -> None:
    labels = session.history.labels()
    drag(canvas, (36, 24), (36, 24))
    key(canvas, Qt.Key.Key_Return)
    assert session.history.labels() == labels
    assert workspace.tool_state.tool is Tool.MOVE


def test_another_tool_commits_and_stays_in_hand(
    canvas: CanvasView, session: Session, box: Layer, workspace: Workspace
) -> None:
    drag(canvas, (24, 18), (30, 18))
    workspace.tool_state.set_tool(Tool.LASSO)
    assert box.rect.x == 26
    assert workspace.tool_state.tool is Tool.LASSO


def test_saving_commits_first(
    canvas: CanvasView, session: Session, box: Layer, tmp_path: Path, qtbot: QtBot
) -> None:
    drag(canvas, (24, 18), (30, 18))
    session.save(tmp_path / "it.singan")
    assert box.rect.x == 26
    qtbot.waitUntil(lambda: not session.is_saving)
    assert not session.is_modified


def test_undo_takes_a_pending_transform_back(
    canvas: CanvasView, session: Session, box: Layer
) -> None:
    drag(canvas, (24, 18), (30, 18))
    session.undo()
    assert box.rect.x == 20
    session.redo()
    assert box.rect.x == 26


def test_another_layer_or_document_commits_first(
    canvas: CanvasView, session: Session, box: Layer, workspace: Workspace
) -> None:
    drag(canvas, (24, 18), (30, 18))
    session.run(SetActive(session.document.layers[0].id))
    assert box.rect.x == 26
    assert workspace.tool_state.tool is Tool.MOVE
    session.run(SetActive(box.id))
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    drag(canvas, (30, 18), (32, 18))
    canvas.show_session(None)
    assert box.rect.x == 28


def test_several_drags_resample_the_pixels_once(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    """Scaled down to nothing and back, the photo is what it was."""
    before = flatten(session.document)
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    drag(canvas, (64, 48), (8, 6))
    drag(canvas, (8, 6), (64, 48))
    key(canvas, Qt.Key.Key_Return)
    assert np.array_equal(flatten(session.document), before)
    assert session.history.labels() == []


def test_selected_pixels_are_transformed_on_a_layer_of_their_own(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    before = flatten(session.document)
    session.edits.select(Selection.rectangle(Rect(10, 10, 12, 8), 64, 48))
    steps = session.history.index
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    drag(canvas, (15, 14), (35, 24))
    picture = shown(session)
    assert not picture[10:18, 10:22].any()
    assert np.array_equal(picture[20:28, 30:42], before[10:18, 10:22])
    assert len(session.document.layers) == 1
    key(canvas, Qt.Key.Key_Return)
    assert np.array_equal(flatten(session.document), picture)
    assert session.history.index == steps + 1
    session.undo()
    assert np.array_equal(flatten(session.document), before)
    assert session.document.selection is not None


def test_of_a_group_all_members_are_transformed(
    canvas: CanvasView, session: Session, patch: Layer, workspace: Workspace
) -> None:
    group = Layer.group("group")
    session.run(AddLayer(group))
    patch.group_id = group.id
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    assert session.transforms.box.rect == patch.rect
    drag(canvas, (36, 24), (52, 32))
    assert red_bounds(shown(session)) == Rect(20, 16, 32, 16)
    key(canvas, Qt.Key.Key_Return)
    assert patch.rect == Rect(20, 16, 32, 16)


def test_a_locked_an_empty_and_a_hidden_layer_are_refused_with_a_sentence(
    canvas: CanvasView, session: Session, patch: Layer, workspace: Workspace, notices
) -> None:
    heard = notices(session)
    session.run(SetLocked(patch.id, True))
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    session.edits.add_layer()
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    session.run(SetActive(session.document.layers[0].id))
    session.run(SetVisible(session.document.layers[0].id, False))
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    assert len(heard) == 3
    assert workspace.tool_state.tool is Tool.MOVE
    assert not canvas.is_pending


def test_a_pasted_layer_comes_with_handles_and_fitted_in(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    rgba = np.full((96, 256, 4), RED, np.uint8)
    session.edits.paste(rgba, -96, -24)
    assert workspace.tool_state.tool is Tool.TRANSFORM
    assert red_bounds(shown(session)) == Rect(0, 12, 64, 24)
    key(canvas, Qt.Key.Key_Return)
    layer = session.document.active_layer
    assert layer is not None
    assert layer.rect == Rect(0, 12, 64, 24)
    assert workspace.tool_state.tool is Tool.BRUSH
    session.undo()
    assert layer.rect == Rect(-96, -24, 256, 96)


def test_space_pans_while_a_transform_waits(
    canvas: CanvasView, session: Session, box: Layer
) -> None:
    left = canvas.viewport.left
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, (36, 24), (46, 24))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.viewport.left == left + 60
    assert session.transforms.box.projection.is_identity


def test_the_box_and_its_cursors_are_on_the_screen(
    canvas: CanvasView, session: Session, box: Layer
) -> None:
    hover(canvas, 36, 24)
    assert canvas.cursor().shape() is Qt.CursorShape.SizeFDiagCursor
    hover(canvas, 28, 16)
    assert canvas.cursor().shape() is Qt.CursorShape.SizeVerCursor
    hover(canvas, 24, 20)
    assert canvas.cursor().shape() is Qt.CursorShape.SizeAllCursor
    hover(canvas, 60, 40)
    assert canvas.cursor().shape() is Qt.CursorShape.ArrowCursor
    image = canvas.grab().toImage()
    for x, y in ((20, 16), (36, 16), (36, 24), (28, 24)):
        at = canvas.viewport.to_device(x, y)
        assert image.pixelColor(at.toPoint()).getRgb()[:3] == (255, 255, 255)
