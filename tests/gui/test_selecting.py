"""Selecting, quick mask and clipboard through the window: keys, menus and the mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from app.dialogs.selection_dialog import SelectionChange, SelectionDialog
from app.document.commands import AddLayer
from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.painting.gradients import Gradient, GradientKind
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.selection_changes import feather, grow, shrink
from app.main_window import MainWindow
from app.session import Session
from app.session.document_session import DocumentSession
from app.tool_state import Tool
from tests.gui.pointer_events import CTRL, SHIFT, drag

Change = Callable[[Selection, int], Selection]
BOX = Rect(20, 12, 16, 14)


@pytest.fixture
def window(window: MainWindow, session: Session, qtbot: QtBot) -> MainWindow:
    """The window with a photo, its pixels large."""
    window.canvas.navigation.set_zoom(4.0)
    qtbot.wait(10)
    return window


@pytest.fixture
def boxed(session: Session, window: MainWindow, qtbot: QtBot) -> Session:
    session.edits.select(Selection.rectangle(BOX, 64, 48))
    qtbot.wait(10)
    return session


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *keys: Qt.KeyboardModifier) -> None:
    modifiers = Qt.KeyboardModifier.NoModifier
    for each in keys:
        modifiers |= each
    qtbot.keyClick(window.canvas, key, modifiers)
    qtbot.wait(10)


# ---- the select menu


def test_keys_select_all_none_again_and_the_inverse(
    qtbot: QtBot, window: MainWindow, boxed: Session
) -> None:
    selection = boxed.document.selection
    press(qtbot, window, Qt.Key.Key_I, CTRL, SHIFT)
    assert boxed.document.selection == Selection.rectangle(BOX, 64, 48).inverted()
    boxed.undo()
    press(qtbot, window, Qt.Key.Key_D, CTRL)
    assert boxed.document.selection is None
    assert not window.registry.action("select.grow").isEnabled()
    press(qtbot, window, Qt.Key.Key_D, CTRL, SHIFT)
    assert boxed.document.selection is selection
    press(qtbot, window, Qt.Key.Key_A, CTRL)
    assert boxed.document.selection == Selection.everything(64, 48)
    assert not window.registry.action("select.reselect").isEnabled()


def _change(name: str) -> SelectionChange:
    def grown(selection: Selection, px: int, _: bool) -> Selection:
        return grow(selection, px)

    makers = {"grow": grown, "shrink": shrink}
    return SelectionChange(name, name, "What happens.", makers[name])


def with_dialog(
    monkeypatch: pytest.MonkeyPatch, px: int, is_accepted: bool, at_edges: bool = False
) -> list[SelectionDialog]:
    """Answer the next dialogs as a user would."""
    seen: list[SelectionDialog] = []

    def answer(dialog: SelectionDialog) -> int:
        seen.append(dialog)
        dialog.slider.setValue(px)
        dialog.at_edges.setChecked(at_edges)
        dialog.done(0)
        if is_accepted:
            dialog.accept()
        return dialog.result()

    monkeypatch.setattr(SelectionDialog, "exec", answer)
    return seen


@pytest.mark.parametrize(
    ("name", "change"), [("grow", grow), ("shrink", shrink), ("feather", feather)]
)
def test_a_dialog_changes_the_selection_in_one_step(
    window: MainWindow, boxed: Session, monkeypatch: pytest.MonkeyPatch, name: str, change: Change
) -> None:
    with_dialog(monkeypatch, 4, is_accepted=True)
    before = boxed.document.selection
    window.registry.trigger(f"select.{name}")
    assert boxed.document.selection == change(Selection.rectangle(BOX, 64, 48), 4)
    assert len(boxed.history.labels()) == 2
    boxed.undo()
    assert boxed.document.selection is before


def test_a_refused_dialog_leaves_everything(
    window: MainWindow, boxed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_dialog(monkeypatch, 4, is_accepted=False)
    before = window.canvas.grab().toImage()
    window.registry.trigger("select.smooth")
    assert boxed.document.selection == Selection.rectangle(BOX, 64, 48)
    assert len(boxed.history.labels()) == 1
    assert window.canvas.grab().toImage().size() == before.size()


def test_a_dialog_shows_the_ants_of_what_it_would_make(
    qtbot: QtBot, window: MainWindow, boxed: Session
) -> None:
    dialog = SelectionDialog(window, boxed.document.selection, _change("grow"), 8)
    dialog.proposed.connect(window.canvas.propose_selection)
    at = window.canvas.viewport.to_device(BOX.x - 8, BOX.y + 7)

    def ant_colors() -> set[tuple[int, ...]]:
        image = window.canvas.grab().toImage()
        column = [image.pixelColor(int(at.x()), int(at.y()) + step) for step in range(16)]
        return {color.getRgb()[:3] for color in column}

    assert ant_colors() != {(0, 0, 0), (255, 255, 255)}
    with qtbot.waitSignal(dialog.proposed):
        dialog.slider.setValue(8)
        dialog.slider.valueChanged.emit(8)
    assert ant_colors() == {(0, 0, 0), (255, 255, 255)}
    window.canvas.propose_selection(None)
    assert ant_colors() != {(0, 0, 0), (255, 255, 255)}
    assert boxed.document.selection == Selection.rectangle(BOX, 64, 48)


def test_a_dialog_refuses_what_would_leave_nothing(
    qtbot: QtBot, window: MainWindow, boxed: Session
) -> None:
    dialog = SelectionDialog(window, boxed.document.selection, _change("shrink"), 30)
    with qtbot.waitSignal(dialog.proposed):
        pass
    assert not dialog.ok.isEnabled()
    assert dialog.sentence.text() == "Nothing would stay selected."
    dialog.accept()
    assert dialog.result() == 0


def test_what_a_layer_shows_is_selected(window: MainWindow, session: Session) -> None:
    rgba = np.zeros((48, 64, 4), np.uint8)
    rgba[5:15, 5:15] = (200, 0, 0, 255)
    rgba[20:30, 5:15] = (200, 0, 0, 100)
    mask = np.full((48, 64), 255, np.uint8)
    mask[:, 10:] = 0
    session.run(AddLayer(Layer("spot", Plane.from_rgba(rgba), mask=Plane.from_grey(mask))))
    window.registry.trigger("select.layer")
    selection = session.document.selection
    assert selection is not None
    assert selection.bounds == Rect(5, 5, 5, 25)
    assert (selection.mask[7, 7], selection.mask[25, 7]) == (255, 100)


# ---- quick mask


def test_q_paints_the_selection_and_q_takes_it(
    qtbot: QtBot, window: MainWindow, boxed: Session
) -> None:
    tools = window.workspace.tool_state
    tools.set_color((9, 9, 9))
    before = flatten(boxed.document)
    press(qtbot, window, Qt.Key.Key_Q)
    assert window.status.quick_mask.isVisible()
    assert window.registry.action("select.quick_mask").isChecked()
    assert tools.color == (255, 255, 255)
    tools.set_active_size(4)
    drag(window.canvas, (40, 40), (50, 40))
    window.workspace.tool_state.swap_colors()
    drag(window.canvas, (20, 12), (36, 12))
    press(qtbot, window, Qt.Key.Key_Q)
    selection = boxed.document.selection
    assert selection is not None
    assert selection.mask[40, 45] == 255
    assert selection.mask[12, 28] == 0
    assert selection.mask[18, 28] == 255
    assert not window.status.quick_mask.isVisible()
    assert tools.color == (9, 9, 9)
    assert np.array_equal(flatten(boxed.document), before), "no layer was painted on"
    assert boxed.history.labels()[-4:] == [
        "Quick mask",
        "Brush stroke",
        "Brush stroke",
        "Select from quick mask",
    ]


def test_a_selection_too_faint_for_an_outline_is_told_of(
    session: Session, notices: Callable[[DocumentSession], list[str]]
) -> None:
    heard = notices(session)
    for value, count in ((128, 0), (127, 1)):
        mask = np.zeros((48, 64), np.uint8)
        mask[5:9, 5:9] = value
        session.edits.select(Selection(mask))
        assert len(heard) == count
    session.edits.toggle_quick_mask()
    session.edits.toggle_quick_mask()
    assert len(heard) == 2
    session.edits.select_none()
    assert len(heard) == 2


def test_steps_inside_the_quick_mask_are_undone_one_by_one(
    qtbot: QtBot, window: MainWindow, boxed: Session
) -> None:
    press(qtbot, window, Qt.Key.Key_Q)
    window.workspace.tool_state.set_active_size(4)
    drag(window.canvas, (40, 40), (50, 40))
    drag(window.canvas, (5, 5), (9, 5))
    press(qtbot, window, Qt.Key.Key_Q)
    for _ in range(2):
        press(qtbot, window, Qt.Key.Key_Z, CTRL)
    assert boxed.document.quick_mask is not None
    assert window.status.quick_mask.isVisible()
    press(qtbot, window, Qt.Key.Key_Q)
    selection = boxed.document.selection
    assert selection is not None
    assert selection.mask[40, 45] == 255
    assert selection.mask[5, 7] == 0


def test_the_picture_is_red_where_nothing_is_selected(
    qtbot: QtBot, window: MainWindow, boxed: Session
) -> None:
    def seen(x: float, y: float) -> tuple[int, ...]:
        at = window.canvas.viewport.to_device(x, y)
        return window.canvas.grab().toImage().pixelColor(int(at.x()), int(at.y())).getRgb()[:3]

    inside, outside = seen(28, 20), seen(10.5, 30.5)
    press(qtbot, window, Qt.Key.Key_Q)
    assert seen(28, 20) == inside
    expected = [(outside[0] + 255) / 2, outside[1] / 2, outside[2] / 2]
    np.testing.assert_allclose(seen(10.5, 30.5), expected, atol=2)


def test_delete_blackens_the_quick_mask(qtbot: QtBot, window: MainWindow, boxed: Session) -> None:
    before = flatten(boxed.document)
    press(qtbot, window, Qt.Key.Key_Q)
    boxed.edits.select(Selection.rectangle(Rect(0, 0, 28, 48), 64, 48))
    press(qtbot, window, Qt.Key.Key_Delete)
    press(qtbot, window, Qt.Key.Key_Q)
    assert boxed.document.selection == Selection.rectangle(Rect(28, 12, 8, 14), 64, 48)
    assert np.array_equal(flatten(boxed.document), before)


def test_fill_and_gradient_work_on_the_quick_mask(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    before = flatten(session.document)
    press(qtbot, window, Qt.Key.Key_Q)
    window.workspace.tool_state.set_tool(Tool.GRADIENT)
    drag(window.canvas, (0, 20), (32, 20), (64, 20))
    press(qtbot, window, Qt.Key.Key_Q)
    selection = session.document.selection
    assert selection is not None
    row = selection.mask[20].astype(int)
    assert row[2] > 235
    assert 100 < row[32] < 155
    assert row[61] < 20
    assert np.array_equal(flatten(session.document), before)


def test_a_gradient_on_the_quick_mask_is_seen_while_it_is_drawn(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    press(qtbot, window, Qt.Key.Key_Q)
    window.workspace.tool_state.set_tool(Tool.GRADIENT)
    white, black = (255, 255, 255), (0, 0, 0)
    gradient = Gradient((0, 20), (64, 20), GradientKind.LINEAR, white, black)
    before = window.canvas.grab().toImage()
    session.paint.show_gradient(gradient)
    at = window.canvas.viewport.to_device(3, 24)
    shown = window.canvas.grab().toImage().pixelColor(int(at.x()), int(at.y()))
    assert shown.green() > before.pixelColor(int(at.x()), int(at.y())).green() * 1.7
    session.paint.cancel()
    assert window.canvas.grab().toImage() == before


def test_the_quick_mask_can_be_inverted(qtbot: QtBot, window: MainWindow, boxed: Session) -> None:
    press(qtbot, window, Qt.Key.Key_Q)
    press(qtbot, window, Qt.Key.Key_I, CTRL, SHIFT)
    press(qtbot, window, Qt.Key.Key_Q)
    assert boxed.document.selection == Selection.rectangle(BOX, 64, 48).inverted()
    assert boxed.history.labels()[-2:] == ["Invert quick mask", "Select from quick mask"]


# ---- clipboard


def test_copy_merged_takes_what_all_layers_show(
    qtbot: QtBot, window: MainWindow, boxed: Session
) -> None:
    rgba = np.zeros((48, 64, 4), np.uint8)
    rgba[:20] = (200, 0, 0, 128)
    boxed.run(AddLayer(Layer("veil", Plane.from_rgba(rgba))))
    press(qtbot, window, Qt.Key.Key_C, CTRL, SHIFT)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (BOX.width, BOX.height)
    expected = flatten(boxed.document)
    for x, y in ((0, 0), (15, 13), (4, 9)):
        assert image.pixelColor(x, y).getRgb() == tuple(expected[BOX.y + y, BOX.x + x].tolist())


def test_the_soft_edge_of_the_selection_goes_into_the_copy(session: Session) -> None:
    session.edits.select(feather(Selection.rectangle(BOX, 64, 48), 4))
    session.edits.copy_merged()
    image = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGBA8888)
    assert image.width() > BOX.width
    assert image.pixelColor(0, image.height() // 2).alpha() < 60
    assert image.pixelColor(image.width() // 2, image.height() // 2).alpha() == 255


def test_paste_stays_in_what_is_seen_and_paste_in_place_does_not(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    session.edits.select(Selection.rectangle(Rect(0, 0, 6, 6), 64, 48))
    session.edits.copy()
    window.canvas.navigation.set_zoom(32.0)
    centre = window.canvas.navigation.view_size / 2
    x, y = window.canvas.viewport.to_document(centre.x(), centre.y())
    press(qtbot, window, Qt.Key.Key_V, CTRL)
    layer = session.document.active_layer
    assert layer is not None
    assert layer.rect.contains_point(x, y)
    press(qtbot, window, Qt.Key.Key_V, CTRL, SHIFT)
    layer = session.document.active_layer
    assert layer is not None
    assert layer.rect == Rect(0, 0, 6, 6)


def test_another_programs_image_keeps_its_transparency(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    image = QImage(8, 6, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(200, 100, 50, 128))
    QGuiApplication.clipboard().setImage(image)
    press(qtbot, window, Qt.Key.Key_V, CTRL)
    layer = session.document.active_layer
    assert layer is not None
    np.testing.assert_allclose(layer.plane.to_rgba()[3, 3], (200, 100, 50, 128), atol=2)


def test_files_on_the_clipboard_become_layers(
    qtbot: QtBot, window: MainWindow, session: Session, tmp_path: Path
) -> None:
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    for path in paths:
        path.write_bytes(cv2.imencode(".png", np.full((6, 8, 3), 90, np.uint8))[1].tobytes())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    QGuiApplication.clipboard().setMimeData(data)
    press(qtbot, window, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: len(session.document.layers) == 3)
    assert [layer.rect.width for layer in session.document.layers[1:]] == [8, 8]


def test_text_on_the_clipboard_is_refused_with_a_sentence(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    heard: list[str] = []
    session.notice_raised.connect(heard.append)
    QGuiApplication.clipboard().setText("not a picture")
    press(qtbot, window, Qt.Key.Key_V, CTRL)
    assert heard == ["The clipboard holds text. Copy an image or an image file, then paste."]
    assert len(session.document.layers) == 1


def test_an_image_beyond_all_measure_is_refused(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    session.notice_raised.connect(heard.append)
    monkeypatch.setattr("app.document.files.images.image_files.MAX_MEGAPIXELS", 0)
    image = QImage(8, 6, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 2, 3))
    QGuiApplication.clipboard().setImage(image)
    assert not session.edits.paste_from_clipboard()
    assert "megapixels" in heard[0]


def test_an_image_larger_than_the_document_is_pasted_whole(session: Session) -> None:
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 2, 3))
    QGuiApplication.clipboard().setImage(image)
    assert session.edits.paste_from_clipboard()
    layer = session.document.active_layer
    assert layer is not None
    assert layer.rect == Rect(-68, -26, 200, 100)


def test_a_group_is_copied_as_it_looks(session: Session) -> None:
    group = Layer.group("both")
    rgba = np.zeros((48, 64, 4), np.uint8)
    rgba[5:15, 5:15] = (200, 0, 0, 255)
    session.run(AddLayer(group))
    inner = Layer("inside", Plane.from_rgba(rgba), group_id=group.id)
    session.run(AddLayer(inner, index=1))
    session.document.active_id = group.id
    assert session.edits.copy()
    image = QGuiApplication.clipboard().image()
    assert image.pixelColor(7, 7).getRgb() == (200, 0, 0, 255)
    assert image.pixelColor(30, 30).alpha() == 0


def test_a_group_cannot_be_cleared(session: Session) -> None:
    heard: list[str] = []
    session.notice_raised.connect(heard.append)
    session.run(AddLayer(Layer.group("both")))
    session.edits.clear()
    assert heard == ["Choose a layer; a group has no pixels."]
    assert len(session.history.labels()) == 1
