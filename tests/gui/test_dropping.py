"""Dragging pictures over the window: what the zones offer, and what a drop does."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.controls.drop_zones import DropZone
from app.jobs.recipe import Application
from app.main_window import MainWindow
from app.session import Session
from app.tool_state import Tool

COPY = Qt.DropAction.CopyAction
BESIDE = QPoint(2, 2)
LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A picture of 8 x 6 pixels, all red."""
    path = tmp_path / "small.png"
    cv2.imwrite(str(path), np.full((6, 8, 3), (0, 0, 255), np.uint8))
    return path


def files(*paths: Path | str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(p) if isinstance(p, str) else QUrl.fromLocalFile(str(p)) for p in paths])
    return mime


class Drag:
    """A drag over the window; keeps its data, as Qt does not."""

    def __init__(self, window: MainWindow, qtbot: QtBot, mime: QMimeData) -> None:
        self.window, self.qtbot, self.mime = window, qtbot, mime
        entering = QDragEnterEvent(QPoint(300, 300), COPY, mime, LEFT, NO_KEY)
        QApplication.sendEvent(window, entering)
        self.is_taken = entering.isAccepted()
        qtbot.wait(10)

    @property
    def zones(self) -> tuple[DropZone, ...]:
        return self.window.center.zones.zones if self.window.center.zones.isVisible() else ()

    def over(self, zone: DropZone, x: int = 0, y: int = 0) -> QPoint:
        zones = self.window.center.zones
        at = zones.mapTo(self.window, zones.rect_of(zone).center() + QPoint(x, y))
        QApplication.sendEvent(self.window, QDragMoveEvent(at, COPY, self.mime, LEFT, NO_KEY))
        assert zones.zone is zone
        return at

    def drop(self, at: QPoint = BESIDE) -> None:
        event = QDropEvent(QPointF(at), COPY, self.mime, LEFT, NO_KEY)
        QApplication.sendEvent(self.window, event)
        assert not self.window.center.zones.isVisible()
        self.qtbot.wait(10)


def test_without_a_document_files_are_opened(
    window: MainWindow, qtbot: QtBot, photo_path: Path, small: Path
) -> None:
    drag = Drag(window, qtbot, files(photo_path, small))
    assert drag.zones == ()
    drag.drop()
    qtbot.waitUntil(lambda: len(window.workspace.sessions) == 2)


def test_the_zones_open_or_add_a_layer(
    window: MainWindow, session: Session, qtbot: QtBot, small: Path
) -> None:
    drag = Drag(window, qtbot, files(small))
    assert drag.zones == (DropZone.OPEN, DropZone.LAYER, DropZone.PATCH)
    drag.drop(drag.over(DropZone.LAYER))
    qtbot.waitUntil(lambda: len(session.document.layers) == 2)
    placed = session.document.layers[-1].rect
    assert (placed.x, placed.y, placed.width, placed.height) == (28, 21, 8, 6)
    drag = Drag(window, qtbot, files(small))
    drag.drop(drag.over(DropZone.OPEN))
    qtbot.waitUntil(lambda: len(window.workspace.sessions) == 2)


def test_a_patch_lands_under_the_pointer_with_handles_and_is_harmonized(
    window: MainWindow, session: Session, qtbot: QtBot, small: Path
) -> None:
    window.canvas.navigation.mirror()
    drag = Drag(window, qtbot, files(small))
    at = drag.over(DropZone.PATCH, 40, 20)
    before = window.center.zones.grab().toImage()
    drag.over(DropZone.PATCH, -60, 20)
    assert window.center.zones.grab().toImage() != before
    at = drag.over(DropZone.PATCH, 40, 20)
    place = window.canvas.mapFrom(window, QPointF(at))
    x, y = window.canvas.viewport.to_document(place.x(), place.y())
    drag.drop(at)
    qtbot.waitUntil(lambda: len(session.document.layers) == 2)
    rect = session.document.layers[-1].rect
    assert abs(rect.x + 4 - x) <= 1
    assert abs(rect.y + 3 - y) <= 1
    assert window.workspace.tool_state.tool is Tool.TRANSFORM
    assert window.generate.application is Application.HARMONIZE


def test_several_pictures_are_opened_or_become_layers(
    window: MainWindow, session: Session, qtbot: QtBot, small: Path, photo_path: Path
) -> None:
    drag = Drag(window, qtbot, files(small, photo_path))
    assert drag.zones == (DropZone.OPEN, DropZone.LAYER)
    drag.drop(drag.over(DropZone.LAYER))
    qtbot.waitUntil(lambda: len(session.document.layers) == 3)


def test_projects_are_only_opened(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    project = tmp_path / "a.singan"
    with qtbot.waitSignal(session.file_written):
        session.save(project)
    window.workspace.close(session)
    window.workspace.open_path(tmp_path / "photo.png")
    drag = Drag(window, qtbot, files(project))
    assert drag.zones == ()
    drag.drop(QPoint(300, 300))
    qtbot.waitUntil(lambda: len(window.workspace.sessions) == 2)


def test_pixels_without_a_file_become_a_layer(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    image = QImage(8, 6, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    mime = files("https://example.org/a.png")
    mime.setImageData(image)
    drag = Drag(window, qtbot, mime)
    assert drag.zones == (DropZone.LAYER, DropZone.PATCH)
    drag.drop(drag.over(DropZone.LAYER))
    assert len(session.document.layers) == 2
    assert not window.messages.isVisible()


def test_what_cannot_be_dropped_is_said_in_one_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    def told(mime: QMimeData) -> str:
        Drag(window, qtbot, mime).drop()
        qtbot.waitUntil(window.messages.isVisible)
        return window.messages.text.text()

    (tmp_path / "album").mkdir()
    (tmp_path / "notes.txt").write_text("no picture at all")
    assert "“album” is a folder" in told(files(tmp_path / "album"))
    assert "files of this computer" in told(files("https://example.org/a.png"))
    Drag(window, qtbot, files(tmp_path / "notes.txt")).drop()
    qtbot.waitUntil(lambda: "notes.txt" in window.messages.text.text())
    assert window.workspace.sessions == ()


def test_text_is_not_taken_and_leaving_hides_the_zones(
    window: MainWindow, session: Session, qtbot: QtBot, small: Path
) -> None:
    text = QMimeData()
    text.setText("hello")
    assert not Drag(window, qtbot, text).is_taken
    drag = Drag(window, qtbot, files(small))
    assert drag.zones
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert drag.zones == ()


def test_a_moved_file_is_copied_so_that_its_folder_keeps_it(
    window: MainWindow, qtbot: QtBot, small: Path
) -> None:
    """A file manager deletes what a program says it has taken by moving."""
    actions, mime = COPY | Qt.DropAction.MoveAction, files(small)
    entering = QDragEnterEvent(
        QPoint(300, 300), actions, mime, LEFT, Qt.KeyboardModifier.ShiftModifier
    )
    moving = QDragMoveEvent(
        QPoint(310, 300), actions, mime, LEFT, Qt.KeyboardModifier.ShiftModifier
    )
    at = QPointF(310, 300)
    dropping = QDropEvent(at, actions, mime, LEFT, Qt.KeyboardModifier.ShiftModifier)
    for event in (entering, moving, dropping):
        event.setDropAction(Qt.DropAction.MoveAction)
        QApplication.sendEvent(window, event)
        assert event.isAccepted()
        assert event.dropAction() is COPY
    qtbot.waitUntil(lambda: len(window.workspace.sessions) == 1)
