"""The options bar of the selection tools."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.document.selection import SelectionOp
from app.panels.tool_options import ToolOptions
from app.panels.tool_options.selection_rows import BoxSelectRow, SelectionRow, WandRow
from app.tool_settings import BoxKind, SelectionSettings, WandSettings
from app.tool_state import Tool
from app.workspace import Workspace

# popups of the options bar on a screen without windows
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TOOLS = (Tool.RECT_SELECT, Tool.ELLIPSE_SELECT, Tool.LASSO, Tool.POLYGON_SELECT, Tool.WAND)


@pytest.fixture
def options(qtbot: QtBot, workspace: Workspace) -> ToolOptions:
    bar = ToolOptions(workspace)
    qtbot.addWidget(bar)
    bar.resize(1280, bar.sizeHint().height())
    bar.show()
    return bar


def row_of(options: ToolOptions, workspace: Workspace, tool: Tool) -> SelectionRow:
    workspace.tool_state.set_tool(tool)
    row = options.row(tool)
    assert isinstance(row, SelectionRow)
    return row


@pytest.mark.parametrize("tool", TOOLS)
def test_every_selection_tool_has_its_own_op_and_feather(
    options: ToolOptions, workspace: Workspace, tool: Tool
) -> None:
    row = row_of(options, workspace, tool)
    row.ops[SelectionOp.SUBTRACT].click()
    row.feather.setValue(12)
    settings = workspace.tool_state.settings(tool)
    assert isinstance(settings, SelectionSettings | WandSettings)
    assert (settings.op, settings.feather_px) == (SelectionOp.SUBTRACT, 12)
    assert [op for op, button in row.ops.items() if button.isChecked()] == [SelectionOp.SUBTRACT]
    for other in set(TOOLS) - {tool}:
        row_of(options, workspace, other)
        assert workspace.tool_state.settings(other).op is SelectionOp.REPLACE
    assert row_of(options, workspace, tool).ops[SelectionOp.SUBTRACT].isChecked()


def test_the_fields_of_a_fixed_box_show_up_when_they_matter(
    options: ToolOptions, workspace: Workspace
) -> None:
    row = row_of(options, workspace, Tool.RECT_SELECT)
    assert isinstance(row, BoxSelectRow)
    assert not row.ratio[0].isVisible()
    assert not row.antialiased.isVisible(), "whole pixels have no soft edge"
    row.box.setCurrentIndex(1)
    row.box.activated.emit(1)
    assert row.ratio[0].isVisible()
    row.ratio[0].setValue(16)
    row.ratio[1].setValue(9)
    row.box.setCurrentIndex(2)
    row.box.activated.emit(2)
    assert not row.ratio[0].isVisible()
    row.size_fields[1].setValue(300)
    settings = workspace.tool_state.settings(Tool.RECT_SELECT, SelectionSettings)
    assert settings.box is BoxKind.SIZE
    assert (settings.ratio_width, settings.ratio_height) == (16, 9)
    assert (settings.box_width, settings.box_height) == (256, 300)
    other = workspace.tool_state.settings(Tool.ELLIPSE_SELECT, SelectionSettings)
    assert other == SelectionSettings()
    assert row_of(options, workspace, Tool.ELLIPSE_SELECT).antialiased.isVisible()


def test_the_wand_has_its_tolerance(options: ToolOptions, workspace: Workspace) -> None:
    row = row_of(options, workspace, Tool.WAND)
    assert isinstance(row, WandRow)
    row.tolerance.setValue(77)
    row.contiguous.click()
    row.all_layers.click()
    settings = workspace.tool_state.settings(Tool.WAND, WandSettings)
    assert settings.tolerance == 77
    assert not settings.is_contiguous
    assert not settings.samples_all_layers
