"""The options bar: controls in, settings of the tool in hand out."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.painting.shapes import ShapeKind
from app.panels.tool_options import ToolOptions
from app.panels.tool_options.brush_row import BrushRow
from app.panels.tool_options.paint_rows import ColoredRow, ShapeRow
from app.panels.tool_options.transform_rows import TransformRow
from app.tool_settings import ShapeSettings
from app.tool_state import Tool
from app.workspace import Workspace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

WINDOW_PX = 1280


@pytest.fixture
def options(qtbot: QtBot, workspace: Workspace) -> ToolOptions:
    bar = ToolOptions(workspace)
    qtbot.addWidget(bar)
    bar.resize(WINDOW_PX, bar.sizeHint().height())
    bar.show()
    return bar


@pytest.fixture
def brush_row(options: ToolOptions) -> BrushRow:
    row = options.row(Tool.BRUSH)
    assert isinstance(row, BrushRow)
    return row


def test_controls_change_the_tool_in_hand(brush_row: BrushRow, workspace: Workspace) -> None:
    state = workspace.tool_state
    eraser = state.eraser
    brush_row.size_slider.setValue(77)
    brush_row.hardness.setValue(30)
    brush_row.opacity.setValue(55)
    brush_row.flow.setValue(20)
    brush_row.pressure_opacity.click()
    brush = state.brush
    assert brush.size_px == 77
    assert (brush.hardness, brush.opacity, brush.flow) == pytest.approx((0.3, 0.55, 0.2))
    assert brush.pressure_opacity
    assert state.eraser == eraser
    state.set_tool(Tool.ERASER)
    assert brush_row.size_slider.value() == round(eraser.size_px)
    brush_row.size_slider.setValue(9)
    assert (state.eraser.size_px, state.brush.size_px) == (9, 77)


def test_showing_a_setting_does_not_round_it(brush_row: BrushRow, workspace: Workspace) -> None:
    state = workspace.tool_state
    state.set_brush(dataclasses.replace(state.brush, size_px=33.4, hardness=0.333))
    brush_row.opacity.setValue(50)
    assert (state.brush.size_px, state.brush.hardness) == (33.4, 0.333)


def test_every_other_tool_says_what_it_does(
    options: ToolOptions, brush_row: BrushRow, workspace: Workspace
) -> None:
    for tool in set(Tool) - {Tool.BRUSH, Tool.ERASER}:
        workspace.tool_state.set_tool(tool)
        assert options.sentence.text().endswith(".")
        assert not brush_row.size_slider.isVisibleTo(options)


@pytest.mark.parametrize("tool", Tool)
def test_nothing_is_clipped_in_a_window_of_1280_pixels(
    options: ToolOptions, workspace: Workspace, tool: Tool
) -> None:
    workspace.tool_state.set_tool(tool)
    QApplication.processEvents()
    row = options.row(tool)
    assert options.width() == WINDOW_PX
    if row is not None:
        shown = [each for each in row.children() if each.isWidgetType() and each.isVisible()]
        assert all(row.rect().contains(each.geometry()) for each in shown)
        least = [min(each.minimumSizeHint().width(), each.maximumWidth()) for each in shown]
        assert all(each.width() >= width for each, width in zip(shown, least, strict=True))


def test_what_has_no_room_waits_in_a_popup(
    qtbot: QtBot, options: ToolOptions, brush_row: BrushRow, workspace: Workspace
) -> None:
    options.resize(500, options.height())
    QApplication.processEvents()
    assert brush_row.more.isVisible()
    assert not brush_row.flow.isVisible()
    assert brush_row.size_slider.isVisible()
    assert brush_row.pressure_size.text() == brush_row.pressure_size.accessibleName() != ""
    QTest.mouseClick(brush_row.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(brush_row.flow.isVisible)
    brush_row.flow.setValue(12)
    assert workspace.tool_state.brush.flow == pytest.approx(0.12)
    brush_row.popup.hide()
    options.resize(2000, options.height())
    QApplication.processEvents()
    assert not brush_row.more.isVisible()
    assert brush_row.flow.isVisible()


def test_every_control_comes_back_after_other_tools_and_widths(
    options: ToolOptions, brush_row: BrushRow, workspace: Workspace
) -> None:
    for width in (WINDOW_PX, 700, WINDOW_PX):
        options.resize(width, options.height())
        for tool in (Tool.BRUSH, Tool.CLONE, Tool.ERASER, Tool.HAND, Tool.BRUSH):
            workspace.tool_state.set_tool(tool)
            QApplication.processEvents()
    assert not brush_row.more.isVisible()
    controls = (brush_row.color, brush_row.flow, brush_row.pressure_button, brush_row.smoothing)
    assert all(control.isVisible() for control in controls)


def test_the_pressure_curve_shows_and_changes_the_response(
    qtbot: QtBot, brush_row: BrushRow, workspace: Workspace
) -> None:
    QTest.mouseClick(brush_row.pressure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(brush_row.pressure_popup.isVisible)
    flat = brush_row.curve.grab().toImage()
    brush_row.minimum.setValue(20)
    brush_row.firmness.setValue(50)
    brush = workspace.tool_state.brush
    assert brush.pressure_minimum == pytest.approx(0.2)
    assert brush.pressure_gamma == pytest.approx(5**0.5)
    assert brush_row.curve.grab().toImage() != flat
    workspace.tool_state.set_brush(dataclasses.replace(brush, pressure_gamma=0.2))
    assert brush_row.firmness.value() == -100
    brush_row.pressure_popup.hide()


def test_a_chosen_button_stays_down(options: ToolOptions, workspace: Workspace) -> None:
    state = workspace.tool_state
    state.set_tool(Tool.SHAPE)
    row = options.row(Tool.SHAPE)
    assert isinstance(row, ShapeRow)
    for _ in range(2):
        row.kinds[ShapeKind.ELLIPSE].click()
        down = [kind for kind, button in row.kinds.items() if button.isChecked()]
        assert down == [ShapeKind.ELLIPSE]
        assert state.settings(Tool.SHAPE, ShapeSettings).kind is ShapeKind.ELLIPSE
    assert row.radius.isHidden()
    assert row.line.isHidden()
    row.style_choice.setCurrentIndex(1)
    row.style_choice.activated.emit(1)
    assert not row.line.isHidden()


def test_the_swatch_asks_for_the_colours_and_leaves_them(
    options: ToolOptions, workspace: Workspace, qtbot: QtBot
) -> None:
    state = workspace.tool_state
    before = state.color
    for tool in (Tool.BRUSH, Tool.FILL, Tool.GRADIENT, Tool.SHAPE, Tool.EYEDROPPER):
        state.set_tool(tool)
        row = options.row(tool)
        assert isinstance(row, BrushRow | ColoredRow)
        with qtbot.waitSignal(options.color_wanted):
            row.color.click()
    assert state.color == before


def test_each_shape_says_how_it_is_drawn(options: ToolOptions, workspace: Workspace) -> None:
    state = workspace.tool_state
    state.set_tool(Tool.SHAPE)
    said = set()
    for kind in ShapeKind:
        state.set_setting("kind", kind)
        said.add(options.sentence.text())
    assert len(said) == len(ShapeKind)


def test_the_fields_of_a_transform_show_their_numbers_whole(
    options: ToolOptions, workspace: Workspace
) -> None:
    workspace.tool_state.set_tool(Tool.TRANSFORM)
    row = options.row(Tool.TRANSFORM)
    assert isinstance(row, TransformRow)
    field = row.x_field
    field.setValue(-1234.5)
    line = field.lineEdit()
    assert line.fontMetrics().horizontalAdvance(line.text()) + 4 < line.width()
