"""Settings of the tools: written down and read again, whatever became of them meanwhile."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.selection import SelectionOp
from app.tool_settings import (
    LIMITS,
    FillSettings,
    GradientSettings,
    SelectionSettings,
    restored_settings,
    setting_of,
    stored_settings,
    with_setting,
)
from app.tool_state import Tool, ToolState, default_settings

DEFAULTS = default_settings()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("tool", Tool)
def test_every_number_has_limits_and_begins_within_them(tool: Tool) -> None:
    stack: list[object] = [DEFAULTS[tool]]
    while stack:
        settings = stack.pop()
        for field in dataclasses.fields(settings):  # type: ignore[arg-type]
            value = getattr(settings, field.name)
            if dataclasses.is_dataclass(value):
                stack.append(value)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                low, high = LIMITS[field.name]
                assert low <= value <= high


def test_settings_survive_being_written_down() -> None:
    state = ToolState()
    state.set_tool(Tool.CLONE)
    state.set_active_size(123.5)
    state.set_setting("is_aligned", False)
    state.set_tool(Tool.LASSO)
    state.set_setting("op", SelectionOp.INTERSECT)
    state.set_brush(dataclasses.replace(state.brush, pressure_size=True, spacing=0.37))
    later = ToolState()
    later.restore(json.loads(json.dumps(state.stored())))
    assert all(later.settings(tool) == state.settings(tool) for tool in Tool)
    assert later.settings(Tool.LASSO, SelectionSettings).op is SelectionOp.INTERSECT


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: None,
        lambda stored: [stored],
        lambda stored: {**stored, "fill": 3},
        lambda stored: {**stored, "fill": {"tolerance": "many", "opacity": float("nan")}},
        lambda stored: {**stored, "fill": {"tolerance": 1e9, "is_contiguous": 0}},
        lambda stored: {**stored, "gradient": {"kind": "square", "opacity": True}},
    ],
)
def test_damaged_values_fall_back(damage: Callable[[dict[str, object]], object]) -> None:
    state = ToolState()
    state.restore(damage(state.stored()))
    assert state.settings(Tool.FILL) == FillSettings()
    assert state.settings(Tool.GRADIENT) == GradientSettings()


@given(st.sampled_from(list(Tool)), st.data())
def test_no_stored_value_whatever_breaks_a_tool(tool: Tool, data: st.DataObject) -> None:
    default = DEFAULTS[tool]
    names = [field.name for field in dataclasses.fields(default)]
    stored = data.draw(st.dictionaries(st.sampled_from(names), JSON)) if names else {}
    restored = restored_settings(default, stored)
    assert type(restored) is type(default)
    assert restored_settings(restored, stored_settings(restored)) == restored


def test_a_change_stays_within_the_limits() -> None:
    settings = with_setting(DEFAULTS[Tool.CLONE], "brush.size_px", 1e6)
    assert setting_of(settings, "brush.size_px") == 2000
    assert with_setting(FillSettings(), "tolerance", -4).tolerance == 0
