"""Clipboard, selection and layers of a session, asserted on the document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.document.change import Change
from app.document.commands import SetActive, SetLocked, SetVisible, TranslateLayer, TurnDocument
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import LayerKind
from app.document.painting.brush import BrushSettings
from app.document.selection import Selection
from app.panels.layers.model import LayerListModel
from app.session import Session
from app.workspace import Workspace

Notices = Callable[[Session], list[str]]
RED = BrushSettings(size_px=6, hardness=1, color=(255, 0, 0))


@pytest.fixture
def selected(session: Session) -> Session:
    session.edits.select(Selection.rectangle(Rect(8, 6, 20, 10), 64, 48))
    return session


def paint(session: Session, *points: tuple[float, float]) -> None:
    assert session.strokes.begin(RED)
    for x, y in points:
        session.strokes.add(x, y, 1.0)
    session.strokes.finish()


def test_a_stroke_is_one_step_and_undo_is_exact(session: Session) -> None:
    before = flatten(session.document)
    changes: list[Change] = []
    session.document_changed.connect(changes.append)
    paint(session, (10, 10), (30, 10), (30, 30))
    after = flatten(session.document)
    assert session.history.labels() == ["Brush stroke"]
    assert after[20, 30].tolist() == [255, 0, 0, 255]
    assert len(changes) >= 3
    session.undo()
    assert np.array_equal(flatten(session.document), before)
    session.redo()
    assert np.array_equal(flatten(session.document), after)


def test_undo_in_the_middle_of_a_stroke_takes_the_stroke_back(session: Session) -> None:
    before = flatten(session.document)
    session.strokes.begin(RED)
    session.strokes.add(20, 20, 1.0)
    session.undo()
    assert not session.strokes.is_active
    assert np.array_equal(flatten(session.document), before)
    session.strokes.add(40, 40, 1.0)
    assert np.array_equal(flatten(session.document), before)


def test_hidden_and_locked_layers_refuse_strokes_with_a_sentence(
    session: Session, notices: Notices
) -> None:
    heard = notices(session)
    layer_id = session.document.layers[0].id
    session.run(SetLocked(layer_id, True))
    assert not session.strokes.begin(RED)
    session.run(SetLocked(layer_id, False))
    session.run(SetVisible(layer_id, False))
    assert not session.strokes.begin(RED)
    assert len(heard) == 2
    assert all(text.endswith(".") for text in heard)


def test_copy_and_paste_keeps_place_and_pixels(selected: Session) -> None:
    before = flatten(selected.document)
    selected.edits.copy()
    selected.edits.paste_from_clipboard()
    layer = selected.document.active_layer
    assert layer is not None
    assert (layer.kind, layer.rect) == (LayerKind.PATCH, Rect(8, 6, 20, 10))
    assert np.array_equal(layer.plane.to_rgba(), before[6:16, 8:28])
    assert np.array_equal(flatten(selected.document), before)
    assert selected.history.labels()[-1] == "Paste"


def test_the_system_clipboard_holds_the_selected_pixels_as_an_image(selected: Session) -> None:
    selected.edits.copy()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (20, 10)
    expected = flatten(selected.document)[6, 8]
    assert image.pixelColor(0, 0).getRgb() == tuple(expected.tolist())


def test_a_foreign_image_is_pasted_into_the_middle(session: Session) -> None:
    image = QImage(10, 8, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 2, 3))
    QGuiApplication.clipboard().setImage(image)
    session.edits.paste_from_clipboard()
    layer = session.document.active_layer
    assert layer is not None
    assert layer.rect == Rect(27, 20, 10, 8)
    assert layer.plane.to_rgba()[3, 3].tolist() == [1, 2, 3, 255]


def test_pasting_without_an_image_says_so(session: Session, notices: Notices) -> None:
    heard = notices(session)
    session.edits.paste_from_clipboard()
    assert heard == ["The clipboard holds no image. Copy an image or an image file, then paste."]
    assert session.history.labels() == []


def test_cut_leaves_a_hole_in_one_step(selected: Session) -> None:
    steps = selected.history.index
    selected.edits.cut()
    image = flatten(selected.document)
    assert not image[6:16, 8:28].any()
    assert image[5, 8, 3] == image[16, 8, 3] == 255
    assert selected.history.index == steps + 1
    selected.undo()
    assert flatten(selected.document)[..., 3].min() == 255


def test_clear_without_a_selection_clears_the_layer(session: Session) -> None:
    session.edits.clear()
    assert not flatten(session.document).any()


def test_lift_makes_a_layer_of_the_selection(selected: Session) -> None:
    before = flatten(selected.document)
    selected.edits.lift(cut=True)
    document = selected.document
    assert len(document.layers) == 2
    assert document.selection is None
    assert np.array_equal(flatten(document), before)
    assert not document.layers[0].plane.to_rgba()[6:16, 8:28].any()


def test_selecting_everything_nothing_and_the_rest(session: Session) -> None:
    document = session.document
    session.edits.invert_selection()
    assert document.selection is None
    session.edits.select_all()
    assert document.selection is not None
    assert document.selection.bounds == document.rect
    session.edits.invert_selection()
    assert document.selection is None
    session.edits.select(Selection.rectangle(Rect(0, 0, 64, 40), 64, 48))
    session.edits.invert_selection()
    assert document.selection is not None
    assert document.selection.bounds == Rect(0, 40, 64, 8)
    session.edits.select_none()
    assert document.selection is None


def test_layers_are_added_copied_moved_and_removed(session: Session) -> None:
    document, edits = session.document, session.edits
    photo_id = document.layers[0].id
    edits.add_layer()
    edits.add_layer()
    assert [layer.name for layer in document.layers] == ["Photo", "Layer 1", "Layer 2"]
    edits.duplicate_layer()
    assert document.active_layer is not None
    assert document.active_layer.name == "Layer 2 copy"
    edits.move_to_end(is_top=False)
    assert document.index_of(document.active_id or "") == 0
    edits.remove_layer()
    assert photo_id in [layer.id for layer in document.layers]
    session.go_to_history(0)
    assert [layer.id for layer in document.layers] == [photo_id]


def test_the_last_layer_stays_and_the_user_hears_why(session: Session, notices: Notices) -> None:
    heard = notices(session)
    session.edits.remove_layer()
    assert len(session.document.layers) == 1
    assert heard == ["A document needs at least one layer."]


def test_modified_follows_the_history(session: Session) -> None:
    titles: list[bool] = []
    session.title_changed.connect(lambda: titles.append(session.is_modified))
    assert not session.is_modified
    paint(session, (10, 10))
    assert session.is_modified
    session.undo()
    assert not session.is_modified
    assert titles == [True, False]


def test_a_new_layer_holds_no_pixels_until_it_is_painted_on(
    session: Session, workspace: Workspace, tmp_path: Path, qtbot: QtBot, notices: Notices
) -> None:
    heard = notices(session)
    before = flatten(session.document)
    session.edits.add_layer()
    layer = session.document.layers[-1]
    assert layer.rect.is_empty
    session.edits.duplicate_layer()
    session.edits.clear()
    session.run(TranslateLayer(layer.id, 5, 3))
    assert np.array_equal(flatten(session.document), before)
    session.run(SetActive(layer.id))
    paint(session, (1, 1), (60, 40))
    after = flatten(session.document)
    assert after[1, 1].tolist() == after[40, 60].tolist() == [255, 0, 0, 255]
    path = tmp_path / "p.singan"
    with qtbot.waitSignal(session.file_written):
        session.save(path)
    again = workspace.open_path(path).document
    assert [each.rect.is_empty for each in again.layers] == [False, False, True]
    assert np.array_equal(flatten(again), after)
    assert heard == []


def test_an_empty_layer_has_a_thumbnail_of_the_document(session: Session) -> None:
    owner = QWidget()
    model = LayerListModel(owner)
    model.show_session(session)
    session.edits.add_layer()
    image = model.thumbnail(session.document.layers[-1]).toImage()
    opaque = [image.pixelColor(18, y).alpha() > 0 for y in range(image.height())]
    assert sum(opaque) == round(image.height() * 48 / 64)


def test_without_memory_a_step_is_refused_with_one_notice(
    session: Session,
    notices: Callable[[Session], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    heard = notices(session)
    session.geometry.turn_image(1)
    session.undo()
    before = flatten(session.document)
    with monkeypatch.context() as patch:
        patch.setattr(TurnDocument, "apply", fail)
        session.redo()
        session.geometry.turn_image(1)
    assert heard == ["There is not enough memory for this; nothing was changed."] * 2
    np.testing.assert_array_equal(flatten(session.document), before)
    session.redo()
    assert session.document.width == before.shape[0]
