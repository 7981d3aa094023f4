"""The picture stays where it is while the user works."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.e2e.studio import Studio


@pytest.mark.parametrize("key", [Qt.Key.Key_M, Qt.Key.Key_V, Qt.Key.Key_I, Qt.Key.Key_E])
def test_another_tool_does_not_move_the_picture(
    studio: Studio, photo_path: Path, key: Qt.Key
) -> None:
    studio.open(photo_path)
    canvas = studio.window.canvas
    before = canvas.mapTo(studio.window, canvas.rect().topLeft()), canvas.size(), canvas.viewport
    studio.press(key)
    assert studio.workspace.tool_state.tool.value != "brush"
    after = canvas.mapTo(studio.window, canvas.rect().topLeft()), canvas.size(), canvas.viewport
    assert after == before
