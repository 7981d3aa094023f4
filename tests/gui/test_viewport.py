"""Zoom, turn and mirror: one map between document and screen, exact where pixels meet pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from app.canvas.canvas_view import CanvasView
from app.canvas.document_painter import DocumentPainter
from app.canvas.viewport import FIT_MARGIN_PX, Viewport
from app.document.change import Change
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.painting.brush import BrushSettings
from app.session import Session
from app.workspace import Workspace

viewports = st.builds(
    Viewport,
    st.floats(0.05, 30),
    st.integers(-500, 500),
    st.integers(-500, 500),
    st.floats(0, 359.9) | st.sampled_from([0.0, 90.0, 180.0, 270.0]),
    st.booleans(),
)
places = st.floats(-900, 900)


@given(viewports, places, places)
def test_there_and_back(viewport: Viewport, x: float, y: float) -> None:
    there = viewport.to_device(x, y)
    assert viewport.to_document(there.x(), there.y()) == pytest.approx((x, y), abs=1e-6)
    mapped = viewport.transform().map(QPointF(x, y))
    assert (mapped.x(), mapped.y()) == pytest.approx((there.x(), there.y()), abs=1e-6)


@given(viewports, st.floats(0.05, 30), st.floats(-720, 720), st.integers(0, 800))
def test_what_lies_under_the_pointer_stays_there(
    before: Viewport, zoom: float, angle: float, x: int
) -> None:
    place = before.to_document(x, x)
    for after in (before.zoomed(zoom, x, x), before.turned(angle, x, x), before.mirrored(x, x)):
        shown = after.to_device(*place)
        assert (abs(shown.x() - x), abs(shown.y() - x)) <= (0.51, 0.51)
        assert 0 <= after.angle < 360


@given(viewports)
def test_bounds_hold_all_corners(viewport: Viewport) -> None:
    rect = Rect(3, 5, 40, 20)
    bounds = viewport.device_rect(rect).adjusted(-1e-6, -1e-6, 1e-6, 1e-6)
    corners = [(x, y) for x in (rect.x, rect.right) for y in (rect.y, rect.bottom)]
    assert all(bounds.contains(viewport.to_device(x, y)) for x, y in corners)
    assert viewport.covered(bounds.toAlignedRect()).contains(rect)


@given(viewports, st.integers(0, 300), st.integers(0, 300))
def test_mirroring_is_what_a_mirror_shows(viewport: Viewport, x: int, y: int) -> None:
    middle = 150
    before, after = viewport.to_document(x, y), viewport.mirrored(middle, middle)
    shown = after.to_device(*before)
    assert shown.x() == pytest.approx(2 * middle - x, abs=0.51)
    assert shown.y() == pytest.approx(y, abs=0.51)


@pytest.mark.parametrize("is_mirrored", [False, True])
@pytest.mark.parametrize("angle", [0.0, 90.0, 180.0, 270.0])
def test_at_100_percent_pixels_lie_on_pixels(angle: float, is_mirrored: bool) -> None:
    viewport = Viewport(1.0, 17, 5, angle, is_mirrored)
    pixel = viewport.device_rect(Rect(4, 9, 1, 1))
    assert pixel == pixel.toAlignedRect()
    assert viewport.covered(pixel.toAlignedRect()) == Rect(4, 9, 1, 1)


def test_fitting_takes_the_turn_into_account() -> None:
    upright = Viewport().fitted(200, 100, 432, 432)
    turned = Viewport(angle=90.0).fitted(200, 100, 432, 232)
    assert upright.zoom == pytest.approx(2.0)
    assert turned.zoom == pytest.approx(1.0)
    bounds = turned.device_rect(Rect(0, 0, 200, 100))
    assert bounds.toAlignedRect() == QRect(166, FIT_MARGIN_PX, 100, 200)


def test_zooming_to_a_part_puts_it_in_the_middle(canvas: CanvasView) -> None:
    canvas.navigation.turn_to(90.0)
    canvas.navigation.show_rect(Rect(40, 8, 10, 20))
    shown = canvas.viewport.device_rect(Rect(40, 8, 10, 20))
    assert canvas.zoom == pytest.approx(min((100 - 32) / 20, (80 - 32) / 10))
    assert shown.center().x() == pytest.approx(50, abs=1)
    assert shown.center().y() == pytest.approx(40, abs=1)


def test_each_document_keeps_its_turn(
    canvas: CanvasView, session: Session, workspace: Workspace, photo_path
) -> None:
    heard: list[float] = []
    canvas.navigation.fit()
    canvas.navigation.turned.connect(lambda: heard.append(canvas.viewport.angle))
    canvas.navigation.turn_by(-15.0)
    canvas.navigation.mirror()
    assert heard == [345.0, 15.0]
    canvas.show_session(workspace.open_path(photo_path))
    assert (canvas.viewport.angle, canvas.viewport.is_mirrored) == (0.0, False)
    canvas.show_session(session)
    assert (canvas.viewport.angle, canvas.viewport.is_mirrored) == (15.0, True)


def test_turning_follows_the_hand(canvas: CanvasView) -> None:
    canvas.navigation.turn_with(QPointF(90, 40), QPointF(50, 70))
    assert canvas.viewport.angle == pytest.approx(90.0)


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_a_drag_turns_the_picture_and_paints_nothing(
    canvas: CanvasView, session: Session, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    QTest.keyPress(canvas, key, modifier)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, modifier, QPoint(90, 40))
    QTest.mouseMove(canvas, QPoint(50, 70))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, modifier, QPoint(50, 70))
    QTest.keyRelease(canvas, key, modifier)
    QTest.mouseMove(canvas, QPoint(10, 40))
    assert canvas.viewport.angle == pytest.approx(90.0)
    assert session.history.labels() == []


def test_the_brush_paints_where_the_pointer_is_in_a_turned_view(
    canvas: CanvasView, session: Session, workspace: Workspace
) -> None:
    workspace.tool_state.set_active_size(4)
    canvas.navigation.mirror()
    canvas.navigation.turn_by(30.0)
    at = canvas.viewport.to_device(20, 30).toPoint()
    before = flatten(session.document)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    rows, columns = np.nonzero((flatten(session.document) != before).any(axis=2))
    assert rows.size
    assert abs(columns - 20).max() <= 4
    assert abs(rows - 30).max() <= 4


@pytest.mark.parametrize("zoom", [0.5, 1.0, 1.41, 3.0])
@pytest.mark.parametrize("angle", [90.0, 217.0])
def test_a_stroke_in_a_turned_view_repaints_what_a_full_repaint_shows(
    canvas: CanvasView, session: Session, zoom: float, angle: float
) -> None:
    canvas.navigation.set_zoom(zoom)
    canvas.navigation.mirror()
    canvas.navigation.turn_to(angle)
    QTest.qWait(100)
    session.strokes.begin(BrushSettings(size_px=10, hardness=0.4, color=(0, 0, 255)))
    session.strokes.add(20.3, 20.2, 1.0)
    session.strokes.add(40.8, 30.1, 1.0)
    session.strokes.finish()
    QTest.qWait(100)
    screen = canvas.screen()
    assert screen is not None
    pieces = screen.grabWindow(canvas.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)
    whole = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert pieces == whole


@pytest.mark.parametrize("angle", [15.0, 33.0, 77.0])
def test_no_speck_of_the_ground_shows_along_a_turned_edge(session: Session, angle: float) -> None:
    session.document.layers[0].plane.write()[...] = (0, 0, 200, 255)
    session.announce(Change(session.document.rect))
    image = QImage(900, 900, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        viewport = Viewport(3.3, 450, 100, angle)
        DocumentPainter(session).paint(painter, image.rect(), viewport)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(900, 900, 4)
    assert pixels[..., 2].max() == 200
    assert pixels[..., 0].max() == 0
