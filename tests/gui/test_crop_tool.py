"""Crop and move through the widget: handles, ratio, keys, and what ends it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.canvas.canvas_view import CanvasView
from app.document.commands import AddLayer, GroupLayers
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.transforming.crop_frame import dragged_frame, fitted_frame, new_frame
from app.session import Session
from app.tool_settings import CropSettings, MoveSettings
from app.tool_state import Tool, ToolState
from app.workspace import Workspace
from tests.gui.pointer_events import ALT, CTRL, SHIFT, drag, move, press, release


@pytest.fixture
def tools(workspace: Workspace) -> ToolState:
    return workspace.tool_state


@pytest.fixture
def canvas(canvas: CanvasView) -> CanvasView:
    """The document large enough for hands."""
    canvas.resize(500, 400)
    canvas.navigation.fit()
    canvas.navigation.set_zoom(6.0)
    return canvas


@pytest.fixture
def cropping(canvas: CanvasView, tools: ToolState) -> CanvasView:
    tools.set_tool(Tool.CROP)
    return canvas


def test_a_drag_and_enter_crop_in_one_step(cropping: CanvasView, session: Session) -> None:
    before = flatten(session.document)
    drag(cropping, (10, 8), (40.2, 27.8))
    assert cropping.is_pending
    assert session.document.rect == Rect(0, 0, 64, 48)
    QTest.keyClick(cropping, Qt.Key.Key_Return)
    assert np.array_equal(flatten(session.document), before[8:28, 10:40])
    assert session.history.labels() == ["Crop"]
    assert session.document.layers[0].rect == Rect(-10, -8, 64, 48), "what is hidden is kept"
    session.undo()
    assert np.array_equal(flatten(session.document), before)


def test_handles_and_the_inside_change_the_frame(cropping: CanvasView, session: Session) -> None:
    drag(cropping, (64, 24), (50, 20))
    drag(cropping, (50, 0), (46, 6))
    drag(cropping, (20, 20), (23, 21))
    QTest.keyClick(cropping, Qt.Key.Key_Right)
    before = flatten(session.document)
    QTest.keyClick(cropping, Qt.Key.Key_Return)
    wanted = before[7:48, 4:50]
    after = flatten(session.document)
    assert after.shape[:2] == (42, 46)
    assert np.array_equal(after[:41], wanted)
    assert not after[41:].any(), "the frame may reach beyond the picture"


def test_a_frame_beyond_the_picture_makes_room(cropping: CanvasView, session: Session) -> None:
    drag(cropping, (64, 48), (70, 56))
    QTest.keyClick(cropping, Qt.Key.Key_Return)
    assert session.document.rect == Rect(0, 0, 70, 56)


def test_escape_and_another_tool_leave_the_picture_alone(
    cropping: CanvasView, session: Session, tools: ToolState
) -> None:
    drag(cropping, (10, 8), (40, 28))
    QTest.keyClick(cropping, Qt.Key.Key_Escape)
    assert not cropping.is_pending
    drag(cropping, (10, 8), (40, 28))
    tools.set_tool(Tool.BRUSH)
    assert session.document.rect == Rect(0, 0, 64, 48)
    assert session.history.labels() == []
    tools.set_tool(Tool.CROP)
    drag(cropping, (10, 8), (40, 28))
    session.undo()
    assert not cropping.is_pending


def test_the_ratio_is_kept_and_pixels_deleted_if_so_set(
    cropping: CanvasView, session: Session, tools: ToolState
) -> None:
    tools.set_settings(Tool.CROP, CropSettings(ratio_width=2, ratio_height=1, deletes_pixels=True))
    assert cropping.is_pending, "the frame is there as soon as the ratio is chosen"
    QTest.keyClick(cropping, Qt.Key.Key_Return)
    assert session.document.rect == Rect(0, 0, 64, 32)
    assert session.document.layers[0].rect == Rect(0, 0, 64, 32)
    drag(cropping, (4, 4), (24, 8))
    QTest.keyClick(cropping, Qt.Key.Key_Return)
    assert session.document.rect == Rect(0, 0, 20, 10)


def test_the_outside_is_dark(cropping: CanvasView, session: Session) -> None:
    light = cropping.grab().toImage()
    drag(cropping, (20, 16), (44, 32))
    dark = cropping.grab().toImage()
    outside = cropping.viewport.to_device(50, 40).toPoint()
    inside = cropping.viewport.to_device(25, 20).toPoint()
    assert dark.pixelColor(outside).lightness() < 0.6 * light.pixelColor(outside).lightness()
    assert dark.pixelColor(inside) == light.pixelColor(inside)


def test_frames_keep_ratio_and_middle() -> None:
    frame = Rect(10, 10, 40, 20)
    assert dragged_frame(frame, (1, 1), (60, 15), 2.0) == Rect(10, 10, 50, 25)
    assert dragged_frame(frame, (1, 0.5), (30, 0), 2.0) == Rect(10, 15, 20, 10)
    assert dragged_frame(frame, (0, 0), (5, 5), None, True) == Rect(5, 5, 50, 30)
    assert dragged_frame(frame, (0, 0), (60, 40)) == Rect(50, 30, 10, 10)
    assert new_frame((20, 20), (10, 5), 1.0, False) == Rect(5, 5, 15, 15)
    assert new_frame((20, 20), (24, 20), None, True) == Rect(16, 20, 8, 1)
    assert fitted_frame(Rect(0, 0, 64, 48), 1.0) == Rect(8, 0, 48, 48)


@pytest.fixture
def patch(session: Session, tools: ToolState) -> Layer:
    rgba = np.full((8, 16, 4), 255, np.uint8)
    layer = Layer("patch", Plane.from_rgba(rgba, 20, 16), LayerKind.PATCH)
    session.run(AddLayer(layer))
    tools.set_tool(Tool.MOVE)
    return layer


def test_arrow_keys_move_the_layer_in_one_step(
    canvas: CanvasView, session: Session, patch: Layer
) -> None:
    steps = session.history.index
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Left)
    QTest.keyClick(canvas, Qt.Key.Key_Down, SHIFT)
    assert patch.rect == Rect(17, 26, 16, 8)
    assert session.history.index == steps + 1
    session.undo()
    assert patch.rect == Rect(20, 16, 16, 8)


def test_arrow_keys_lift_and_move_the_selected_pixels(
    canvas: CanvasView, session: Session, patch: Layer
) -> None:
    session.edits.select(Selection.rectangle(Rect(20, 16, 4, 8), 64, 48))
    steps = session.history.index
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    layer = session.document.active_layer
    assert layer is not None
    assert layer.rect == Rect(20, 14, 4, 8)
    assert session.history.index == steps + 1


def test_a_press_picks_the_layer_under_the_pointer_if_so_set(
    canvas: CanvasView, session: Session, patch: Layer, tools: ToolState
) -> None:
    drag(canvas, (4, 4), (6, 4))
    assert patch.rect.x == 22, "not set: the active layer moves"
    tools.set_settings(Tool.MOVE, MoveSettings(picks_layer=True))
    photo = session.document.layers[0]
    drag(canvas, (4, 4), (6, 4))
    assert (photo.rect.x, patch.rect.x) == (2, 22)
    drag(canvas, (24, 18), (24, 20))
    assert (photo.rect.y, patch.rect.y) == (0, 18)


def test_edges_and_middles_snap_if_so_set(
    canvas: CanvasView, session: Session, patch: Layer, tools: ToolState
) -> None:
    tools.set_settings(Tool.MOVE, dataclasses.replace(MoveSettings(), snaps=True))
    press(canvas, 28, 20)
    move(canvas, 9, 26)
    assert patch.rect == Rect(0, 22, 16, 8)
    move(canvas, 31.4, 24.3)
    assert patch.rect == Rect(24, 20, 16, 8), "its middle is that of the picture"
    release(canvas, 31.4, 24.3)


def test_alt_keeps_the_middle_of_a_new_frame(cropping: CanvasView, session: Session) -> None:
    drag(cropping, (30, 20), (40, 26), keys=ALT)
    QTest.keyClick(cropping, Qt.Key.Key_Return)
    assert session.document.rect == Rect(0, 0, 20, 12)


def test_with_a_key_a_whole_group_is_copied_in_one_step(
    canvas: CanvasView, session: Session, patch: Layer
) -> None:
    session.run(GroupLayers([patch.id], "group"))
    group, steps = session.document.active_layer, session.history.index
    assert group is not None
    assert group.is_group
    drag(canvas, (24, 18), (30, 20), (34, 25), keys=CTRL)
    copies = session.document.layers[3:]
    assert [layer.is_group for layer in copies] == [False, True]
    assert copies[0].rect == Rect(30, 23, 16, 8)
    assert patch.rect == Rect(20, 16, 16, 8)
    assert session.history.index == steps + 1
    session.undo()
    assert len(session.document.layers) == 3
    session.redo()
    assert session.document.layers[3].rect == Rect(30, 23, 16, 8)
