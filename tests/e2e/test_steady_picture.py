"""The picture stays where it is while the user works."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt

from app.canvas.canvas_view import CanvasView
from app.canvas.viewport import Viewport
from tests.e2e.studio import Studio

Place = tuple[QPoint, QSize, Viewport]


def place_of(canvas: CanvasView) -> Place:
    return canvas.mapTo(canvas.window(), canvas.rect().topLeft()), canvas.size(), canvas.viewport


@pytest.mark.parametrize("key", [Qt.Key.Key_M, Qt.Key.Key_V, Qt.Key.Key_I, Qt.Key.Key_E])
def test_another_tool_does_not_move_the_picture(
    studio: Studio, photo_path: Path, key: Qt.Key
) -> None:
    studio.open(photo_path)
    canvas = studio.window.canvas
    before = place_of(canvas)
    studio.press(key)
    assert studio.workspace.tool_state.tool.value != "brush"
    assert place_of(canvas) == before


def test_a_notice_does_not_move_the_picture_under_a_stroke(
    studio: Studio, photo_path: Path
) -> None:
    studio.open(photo_path)
    canvas, messages = studio.window.canvas, studio.window.messages
    before = place_of(canvas)
    middle = canvas.rect().center()
    studio.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    messages.show_notice("Two scales are trained: edits can be rendered from now on. " * 4, "Open")
    QCoreApplication.processEvents()
    assert messages.isVisible()
    assert messages.visibleRegion().boundingRect() == messages.rect(), "it lies over the picture"
    assert messages.width() == canvas.width()
    assert messages.text.height() >= messages.text.heightForWidth(messages.text.width())
    assert place_of(canvas) == before
    studio.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)
    messages.hide()
    QCoreApplication.processEvents()
    assert place_of(canvas) == before
