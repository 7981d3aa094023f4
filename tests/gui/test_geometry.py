"""The image menu: sizes, turns and flips of a session and its layers, and their dialogs."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas.canvas_view import CanvasView
from app.dialogs.size_dialogs import CanvasSizeDialog, ImageSizeDialog
from app.document.commands import AddLayer
from app.document.compositing import flatten
from app.document.document import PhotoTransform
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.transforming.resampling import Resampling
from app.session import Session
from app.session.geometry import trimmed_rect

WHOLE = Rect(0, 0, 64, 48)


@pytest.mark.parametrize(
    ("anchor", "corner"), [((0, 0), (0, 0)), ((1, 1), (18, 26)), ((2, 2), (36, 52))]
)
def test_the_canvas_grows_around_its_anchor(
    session: Session, anchor: tuple[int, int], corner: tuple[int, int]
) -> None:
    before = flatten(session.document)
    session.geometry.resize_canvas(100, 100, anchor)
    after = flatten(session.document)
    assert after.shape == (100, 100, 4)
    x, y = corner
    assert np.array_equal(after[y : y + 48, x : x + 64], before)
    assert (after[..., 3] > 0).sum() == 64 * 48
    assert session.document.photo_transform == PhotoTransform(dx=x, dy=y)
    assert session.history.labels() == ["Canvas size"]
    session.undo()
    assert np.array_equal(flatten(session.document), before)


def test_the_picture_is_cropped_to_the_selection(canvas: CanvasView, session: Session) -> None:
    before = flatten(session.document)
    session.edits.select(Selection.rectangle(Rect(10, 8, 20, 30), 64, 48))
    session.geometry.crop_to_selection()
    assert np.array_equal(flatten(session.document), before[8:38, 10:30])
    zoomed = canvas.zoom
    session.geometry.flip_image(False)
    assert canvas.zoom == zoomed, "the size did not change: the view stays"
    image = canvas.grab().toImage()
    at = canvas.viewport.to_device(0.5, 0.5).toPoint()
    assert image.pixelColor(at).getRgb() == pytest.approx(before[8, 29].astype(int), abs=4)
    session.go_to_history(0)
    assert np.array_equal(flatten(session.document), before)


def test_trim_cuts_off_what_is_transparent_or_of_one_colour(session: Session, notices) -> None:
    heard = notices(session)
    session.geometry.trim()
    assert len(heard) == 1
    session.geometry.resize_canvas(80, 60, (1, 1))
    session.geometry.trim()
    assert session.document.rect == WHOLE
    framed = np.full((20, 30, 4), 255, np.uint8)
    framed[5:9, 4:28, :3] = 7
    assert trimmed_rect(framed) == Rect(4, 5, 24, 4)


def test_layers_and_selected_pixels_are_turned_and_flipped(session: Session) -> None:
    random = np.random.default_rng(0)
    rgba = random.integers(0, 256, (6, 4, 4)).astype(np.uint8)
    rgba[..., 3] = 255
    layer = Layer("patch", Plane.from_rgba(rgba, 10, 10))
    session.run(AddLayer(layer))
    session.geometry.turn_layer(1)
    assert layer.rect == Rect(9, 11, 6, 4)
    assert np.array_equal(layer.plane.to_rgba(), np.rot90(rgba, -1))
    session.geometry.turn_layer(3)
    session.geometry.flip_layer(False)
    assert layer.rect == Rect(10, 10, 4, 6)
    assert np.array_equal(layer.plane.to_rgba(), rgba[:, ::-1])
    session.edits.select(Selection.rectangle(Rect(10, 10, 4, 2), 64, 48))
    session.geometry.flip_layer(True)
    image = flatten(session.document)[10:16, 10:14]
    assert np.array_equal(image[:2], rgba[:2][::-1, ::-1])
    assert np.array_equal(image[2:], rgba[2:, ::-1])


def test_a_layer_of_an_odd_size_turns_onto_whole_pixels(session: Session) -> None:
    layer = Layer("patch", Plane.from_rgba(np.full((3, 4, 4), 255, np.uint8), 10, 10))
    session.run(AddLayer(layer))
    session.geometry.turn_layer(1)
    assert layer.rect.width == 3
    assert layer.plane.read().min() == 255


def test_the_image_size_keeps_the_ratio_while_linked(qtbot: QtBot) -> None:
    dialog = ImageSizeDialog(None, WHOLE)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.width_field.setValue(32)
    assert dialog.size_px == (32, 24)
    dialog.unit.setCurrentIndex(1)
    dialog.unit.activated.emit(1)
    assert dialog.width_field.value() == 50
    dialog.height_field.setValue(200)
    assert dialog.size_px == (128, 96)
    QTest.mouseClick(dialog.link, Qt.MouseButton.LeftButton)
    dialog.width_field.setValue(50)
    assert dialog.size_px == (32, 96)
    dialog.filter.setCurrentIndex(2)
    assert dialog.resampling is Resampling.NEAREST


def test_impossible_sizes_cannot_be_accepted(qtbot: QtBot) -> None:
    dialog = ImageSizeDialog(None, WHOLE)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.width_field.setValue(90_000)
    assert not dialog.ok.isEnabled()
    assert "too large" in dialog.sentence.text()
    dialog.width_field.setValue(100)
    assert dialog.ok.isEnabled()


def test_the_canvas_size_asks_where_the_picture_stays(qtbot: QtBot) -> None:
    dialog = CanvasSizeDialog(None, WHOLE)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert dialog.anchor == (1, 1)
    QTest.mouseClick(dialog.anchors[2, 0], Qt.MouseButton.LeftButton)
    dialog.width_field.setValue(100)
    assert (dialog.size_px, dialog.anchor) == ((100, 48), (2, 0))


def test_what_is_laid_over_the_photo_turns_with_it(canvas: CanvasView, session: Session) -> None:
    """The left half of the photo is covered: after a turn to the right the upper half is."""
    region = np.zeros((6, 8), np.uint8)
    region[:, 4:] = 255
    session.geometry.turn_image(1)
    before = canvas.grab().toImage()
    canvas.set_spotlight(region)
    after = canvas.grab().toImage()
    top = canvas.viewport.to_device(24, 10).toPoint()
    bottom = canvas.viewport.to_device(24, 54).toPoint()
    assert after.pixelColor(top) != before.pixelColor(top)
    assert after.pixelColor(bottom) == before.pixelColor(bottom)
