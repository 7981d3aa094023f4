"""The canvas: what it draws, exact to the pixel, and how it is looked around on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas.canvas_view import CanvasView
from app.canvas.viewport import MAX_ZOOM, Viewport
from app.document.commands import SetOpacity
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.painting.brush import BrushSettings
from app.document.selection import Selection
from app.session import Session
from app.tool_state import Tool
from app.workspace import Workspace
from tests.gui.scripted_jobs import Photo

BLUE = BrushSettings(size_px=10, hardness=0.4, color=(0, 0, 255))
NO_KEY = Qt.KeyboardModifier.NoModifier


def grabbed(canvas: CanvasView) -> np.ndarray:
    """(H, W, 3) RGB of what the canvas shows, in device pixels."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8)
    rows = flat.reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def drawn(canvas: CanvasView) -> np.ndarray:
    """The document as the canvas shows it at 100 %, (48, 64, 3) RGB."""
    return grabbed(canvas)[10:58, 10:74]


def wheel(canvas: CanvasView, x: float, y: float, steps: int, keys=NO_KEY) -> QWheelEvent:
    event = QWheelEvent(
        QPointF(x, y),
        canvas.mapToGlobal(QPointF(x, y)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)
    return event


def paint(session: Session, *points: tuple[float, float]) -> None:
    session.strokes.begin(BLUE)
    for x, y in points:
        session.strokes.add(x, y, 1.0)
    session.strokes.finish()


@given(st.floats(0.05, 30), st.integers(-500, 500), st.floats(0.05, 30), st.integers(0, 800))
def test_zooming_keeps_the_point_under_the_pointer(
    zoom: float, left: int, wanted: float, x: int
) -> None:
    before = Viewport(zoom, left, -left)
    after = before.zoomed(wanted, x, x)
    assert after.zoom == pytest.approx(wanted)
    shown = after.to_device(*before.to_document(x, x))
    assert (abs(shown.x() - x), abs(shown.y() - x)) <= (0.51, 0.51)


def test_zoom_steps_meet_whole_octaves_and_stay_in_bounds() -> None:
    viewport = Viewport(0.83)
    assert viewport.stepped(1) == pytest.approx(1.0)
    assert viewport.stepped(-1) == pytest.approx(2**-0.5)
    assert Viewport(1.0).stepped(-2) == pytest.approx(0.5)
    assert Viewport(1.0).zoomed(1e6, 0, 0).zoom == MAX_ZOOM


def test_at_100_percent_every_pixel_is_the_documents(canvas: CanvasView, photo: Photo) -> None:
    assert canvas.zoom == 1.0
    assert np.array_equal(drawn(canvas), photo)


def test_from_200_percent_pixels_are_squares(canvas: CanvasView, photo: Photo) -> None:
    canvas.navigation.set_zoom(3.0)
    view = canvas.viewport
    image = grabbed(canvas)
    for x, y in ((25, 20), (33, 24), (40, 30)):
        left, top = 3 * x + view.left, 3 * y + view.top
        block = image[top : top + 3, left : left + 3]
        assert (block == photo[y, x]).all()


def test_zoomed_out_the_average_is_shown(canvas: CanvasView, photo: Photo) -> None:
    canvas.navigation.set_zoom(0.5)
    view = canvas.viewport
    image = grabbed(canvas)[view.top : view.top + 24, view.left : view.left + 32].astype(int)
    halved = photo.astype(float).reshape(24, 2, 32, 2, 3).mean((1, 3))
    assert np.abs(image - halved).max() <= 2


@pytest.mark.parametrize("zoom", [0.37, 0.5, 0.71, 1.0, 1.41, 2.0, 2.83, 5.0])
def test_a_stroke_repaints_exactly_what_a_full_repaint_shows(
    canvas: CanvasView, session: Session, zoom: float
) -> None:
    canvas.navigation.set_zoom(zoom)
    shown = QImage(canvas.size(), QImage.Format.Format_RGB32)
    canvas.render(shown)
    repainted: list[QRect] = []
    session.document_changed.connect(lambda change: repainted.append(change.pixels))
    # paints through the window's backing store, in pieces
    paint(session, (20.3, 20.2), (40.8, 30.1))
    QApplication.processEvents()
    screen = canvas.screen()
    assert screen is not None
    pieces = screen.grabWindow(canvas.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)
    whole = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert repainted
    assert pieces == whole
    assert whole != shown


def test_transparent_places_show_a_checkerboard(canvas: CanvasView, session: Session) -> None:
    session.edits.clear()
    image = drawn(canvas)
    assert {tuple(each) for each in image.reshape(-1, 3)} == {(204, 204, 204), (255, 255, 255)}
    assert (image[:8, :8] == image[0, 0]).all()


def test_changes_of_layers_are_seen_at_once(canvas: CanvasView, session: Session) -> None:
    session.edits.add_layer()
    paint(session, (10, 10), (50, 40))
    assert session.document.active_id is not None
    session.run(SetOpacity(session.document.active_id, 0.5))
    assert np.array_equal(drawn(canvas), flatten(session.document)[..., :3])
    session.undo()
    session.undo()
    session.undo()
    assert np.array_equal(drawn(canvas), flatten(session.document)[..., :3])


def test_the_wheel_zooms_at_the_pointer(canvas: CanvasView) -> None:
    zooms: list[float] = []
    canvas.navigation.zoom_changed.connect(zooms.append)
    before = canvas.viewport.to_document(30, 40)
    wheel(canvas, 30, 40, 2)
    assert canvas.zoom == pytest.approx(2.0)
    assert canvas.viewport.to_document(30, 40) == pytest.approx(before)
    wheel(canvas, 30, 40, -2)
    assert zooms == pytest.approx([2.0, 1.0])


def test_ctrl_and_wheel_change_the_brush_and_alt_is_left_to_others(
    canvas: CanvasView, workspace: Workspace
) -> None:
    state = workspace.tool_state
    state.set_active_size(10)
    wheel(canvas, 30, 40, 1, Qt.KeyboardModifier.ControlModifier)
    assert state.brush.size_px > 10
    assert canvas.zoom == 1.0
    event = wheel(canvas, 30, 40, 1, Qt.KeyboardModifier.AltModifier)
    assert not event.isAccepted()
    assert canvas.zoom == 1.0


def test_fit_follows_the_size_of_the_view_until_the_user_zooms(canvas: CanvasView) -> None:
    canvas.navigation.fit()
    canvas.resize(200, 160)
    fitted = canvas.zoom
    assert fitted == pytest.approx((200 - 32) / 64)
    canvas.navigation.set_zoom(1.0)
    canvas.resize(300, 300)
    assert canvas.zoom == 1.0


def test_the_middle_button_and_space_pan(canvas: CanvasView) -> None:
    before = canvas.viewport
    for button, holds_space in (
        (Qt.MouseButton.MiddleButton, False),
        (Qt.MouseButton.LeftButton, True),
    ):
        if holds_space:
            QTest.keyPress(canvas, Qt.Key.Key_Space)
        QTest.mousePress(canvas, button, NO_KEY, QPoint(40, 40))
        QTest.mouseMove(canvas, QPoint(45, 38))
        QTest.mouseRelease(canvas, button, NO_KEY, QPoint(45, 38))
        QTest.mouseMove(canvas, QPoint(60, 60))
        if holds_space:
            QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert (canvas.viewport.left, canvas.viewport.top) == (before.left + 10, before.top - 4)
    assert canvas.session is not None
    assert canvas.session.history.labels() == []


def test_each_document_keeps_its_place(
    canvas: CanvasView, session: Session, workspace: Workspace, photo_path, photo: Photo
) -> None:
    place = canvas.viewport
    other = workspace.open_path(photo_path)
    canvas.show_session(other)
    canvas.navigation.set_zoom(4.0)
    canvas.show_session(session)
    assert canvas.viewport == place
    assert np.array_equal(drawn(canvas), photo)
    canvas.show_session(None)
    assert len({tuple(each) for each in grabbed(canvas).reshape(-1, 3)}) == 1


def test_changes_of_a_hidden_document_are_seen_when_it_is_shown_again(
    canvas: CanvasView, session: Session, workspace: Workspace, photo_path
) -> None:
    canvas.show_session(workspace.open_path(photo_path))
    paint(session, (20, 20))
    canvas.show_session(session)
    assert np.array_equal(drawn(canvas), flatten(session.document)[..., :3])


def test_ants_march_around_the_selection(
    canvas: CanvasView, session: Session, photo: Photo
) -> None:
    session.edits.select(Selection.rectangle(Rect(10, 10, 30, 20), 64, 48))
    first = drawn(canvas)
    edge = first[10, 10:40]
    assert {tuple(each) for each in edge} == {(0, 0, 0), (255, 255, 255)}
    assert np.array_equal(first[12:28, 12:38], photo[12:28, 12:38])
    QTest.qWait(300)
    assert not np.array_equal(drawn(canvas), first)
    session.edits.select_none()
    assert np.array_equal(drawn(canvas), photo)


def test_a_preview_hides_the_ants_and_backslash_compares(
    canvas: CanvasView, session: Session, trained: Session, qtbot: QtBot, photo: Photo
) -> None:
    session.edits.select(Selection.rectangle(Rect(10, 10, 30, 20), 64, 48))
    session.request_render("edit", 1, 200)
    qtbot.waitUntil(lambda: session.preview is not None)
    assert (drawn(canvas)[10:30, 10:40] == (200, 100, 200)).all()
    QTest.keyPress(canvas, Qt.Key.Key_Backslash)
    assert np.array_equal(drawn(canvas)[12:28, 12:38], photo[12:28, 12:38])
    repeated = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Backslash, NO_KEY, "\\", True)
    QApplication.sendEvent(canvas, repeated)
    assert session.is_preview_hidden
    QTest.keyRelease(canvas, Qt.Key.Key_Backslash)
    assert (drawn(canvas)[10:30, 10:40] == (200, 100, 200)).all()


def test_the_brush_outline_follows_the_pointer(
    canvas: CanvasView, workspace: Workspace, photo: Photo
) -> None:
    workspace.tool_state.set_active_size(20)
    QTest.mouseMove(canvas, QPoint(40, 30))
    assert canvas.cursor().shape() == Qt.CursorShape.BlankCursor
    image = drawn(canvas)
    assert not np.array_equal(image[20, 19:22], photo[20, 19:22])
    assert np.array_equal(image[18:23, 26:34], photo[18:23, 26:34])
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert np.array_equal(drawn(canvas), photo)
    workspace.tool_state.set_tool(Tool.RECT_SELECT)
    assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor


def test_the_pointer_is_reported_in_document_pixels(canvas: CanvasView) -> None:
    places: list[object] = []
    canvas.cursor_moved.connect(places.append)
    QTest.mouseMove(canvas, QPoint(15, 12))
    QTest.mouseMove(canvas, QPoint(5, 12))
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert places == [(5, 2), (-5, 2), None]


def test_a_mask_is_tinted_over_the_picture(canvas: CanvasView, photo: Photo) -> None:
    mask = np.zeros((48, 64), np.uint8)
    mask[10:20, 30:40] = 255
    canvas.set_mask_tint(mask)
    image = drawn(canvas)
    assert np.array_equal(image[mask == 0], photo[mask == 0])
    assert (image[mask > 0][:, 0].astype(int) > photo[mask > 0][:, 0]).all()
    canvas.set_mask_tint(None)
    assert np.array_equal(drawn(canvas), photo)
