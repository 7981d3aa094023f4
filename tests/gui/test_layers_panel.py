"""The layers panel: the user acts on rows and boxes, the document tells what happened."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.document.commands import SetActive, SetExpanded
from app.document.compositing import flatten
from app.document.layers import BlendMode, Layer
from app.document.painting.brush import BrushSettings
from app.document.planes import Plane
from app.panels.layers.row_parts import BUTTON_PX, INDENT_PX, Part
from app.panels.layers.thumbnails import THUMBNAIL_PX
from app.panels.layers_panel import LayersPanel
from app.session import Session
from app.workspace import Workspace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LEFT = Qt.MouseButton.LeftButton
BLACK = BrushSettings(size_px=20, hardness=1, color=(0, 0, 0))


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace, session: Session) -> LayersPanel:
    """Photo, Layer 1, Layer 2."""
    panel = LayersPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.show()
    session.edits.add_layer()
    session.edits.add_layer()
    return panel


@pytest.fixture
def grouped(panel: LayersPanel, session: Session) -> LayersPanel:
    """Group 1 of Layer 1 and Layer 2, above the photo."""
    session.edits.choose([layer.id for layer in session.document.layers[1:]])
    session.edits.group_layers()
    return panel


def shape(session: Session) -> list[str]:
    """From the bottom; "Group 1/Layer 1" is a member."""
    names = {layer.id: f"{layer.name}/" for layer in session.document.layers}
    return [names.get(layer.group_id or "", "") + layer.name for layer in session.document.layers]


def listed(panel: LayersPanel) -> list[str]:
    return [row.layer.name for row in panel.model.rows]


def row_of(panel: LayersPanel, name: str) -> int:
    return listed(panel).index(name)


def named(session: Session, name: str) -> Layer:
    return next(layer for layer in session.document.layers if layer.name == name)


def click(
    qtbot: QtBot,
    panel: LayersPanel,
    name: str,
    part: Part,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    place = panel.list.part_rect(row_of(panel, name), part).center()
    qtbot.mouseClick(panel.list.viewport(), LEFT, keys, place)


def drag(panel: LayersPanel, names: list[str], row: int, share: float, depth: int = 0) -> None:
    """Drag rows to a place in the row: 0 = its top edge, 1 = its bottom edge."""
    indexes = [panel.model.index(row_of(panel, name)) for name in names]
    mime: QMimeData = panel.model.mimeData(indexes)
    rect = panel.list.visualRect(panel.model.index(min(row, len(panel.model.rows) - 1)))
    y = rect.top() + share * rect.height() + (rect.height() if row == len(listed(panel)) else 0)
    place = QPointF(BUTTON_PX + 16 + depth * INDENT_PX, y)
    target, move = panel.list.viewport(), Qt.DropAction.MoveAction
    none = Qt.KeyboardModifier.NoModifier
    point = place.toPoint()
    for event in (
        QDragEnterEvent(point, move, mime, LEFT, none),
        QDragMoveEvent(point, move, mime, LEFT, none),
    ):
        QApplication.sendEvent(target, event)
    panel.list.grab()  # draws the mark of the place
    QApplication.sendEvent(target, QDropEvent(place, move, mime, LEFT, none))


# ---- rows


def test_layers_are_listed_from_the_top(panel: LayersPanel) -> None:
    assert listed(panel) == ["Layer 2", "Layer 1", "Photo"]
    assert panel.list.currentIndex().row() == 0


def test_clicking_a_row_activates_its_layer(
    panel: LayersPanel, session: Session, qtbot: QtBot
) -> None:
    click(qtbot, panel, "Photo", Part.NAME)
    assert session.document.active_id == session.document.layers[0].id
    assert panel.list.currentIndex().row() == 2


def test_eye_and_locks_are_undoable(panel: LayersPanel, session: Session, qtbot: QtBot) -> None:
    layer, active = session.document.layers[1], session.document.active_id
    for part in (Part.EYE, Part.LOCK, Part.ALPHA_LOCK):
        click(qtbot, panel, "Layer 1", part)
    assert (layer.is_visible, layer.is_locked, layer.is_alpha_locked) == (False, True, True)
    assert session.document.active_id == active
    for _ in range(3):
        session.undo()
    assert (layer.is_visible, layer.is_locked, layer.is_alpha_locked) == (True, False, False)


def test_dragging_over_eyes_is_one_step(panel: LayersPanel, session: Session, qtbot: QtBot) -> None:
    view, steps = panel.list.viewport(), session.history.index
    places = [panel.list.part_rect(row, Part.EYE).center() for row in range(3)]
    qtbot.mousePress(view, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(view, place)
    qtbot.mouseRelease(view, LEFT, pos=places[2])
    assert [layer.is_visible for layer in session.document.layers] == [False] * 3
    assert session.history.index == steps + 1
    session.undo()
    assert [layer.is_visible for layer in session.document.layers] == [True] * 3


def test_alt_click_on_an_eye_shows_a_layer_alone_and_again_as_before(
    grouped: LayersPanel, session: Session, qtbot: QtBot
) -> None:
    named(session, "Photo").is_visible = False
    for expected in ([False, True, False, True], [False, True, True, True]):
        click(qtbot, grouped, "Layer 1", Part.EYE, Qt.KeyboardModifier.AltModifier)
        assert [layer.is_visible for layer in session.document.layers] == expected


def test_renaming_inline(panel: LayersPanel, session: Session, qtbot: QtBot) -> None:
    place = panel.list.part_rect(0, Part.NAME).center()
    qtbot.mouseDClick(panel.list.viewport(), LEFT, pos=place)
    editor = panel.list.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "Sky")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shape(session) == ["Photo", "Layer 1", "Sky"])
    session.undo()
    assert shape(session)[-1] == "Layer 2"


def test_an_empty_name_changes_nothing(panel: LayersPanel, session: Session) -> None:
    steps = session.history.index
    assert not panel.model.setData(panel.model.index(0), "  ")
    assert session.history.index == steps


def test_several_rows_are_worked_on_together(
    panel: LayersPanel, session: Session, qtbot: QtBot
) -> None:
    click(qtbot, panel, "Layer 2", Part.NAME)
    click(qtbot, panel, "Layer 1", Part.NAME, Qt.KeyboardModifier.ControlModifier)
    assert session.document.active_id == named(session, "Layer 1").id
    session.edits.duplicate_layer()
    assert len(session.document.layers) == 5
    session.undo()
    click(qtbot, panel, "Layer 2", Part.NAME, Qt.KeyboardModifier.ShiftModifier)
    session.edits.remove_layer()
    assert shape(session) == ["Photo"]
    session.undo()
    assert shape(session) == ["Photo", "Layer 1", "Layer 2"]


def test_the_panel_follows_the_active_document(
    panel: LayersPanel, workspace: Workspace, session: Session, photo_path: object
) -> None:
    other = workspace.open_path(photo_path)  # type: ignore[arg-type]
    assert panel.model.rowCount() == 1
    session.edits.add_layer()
    assert panel.model.rowCount() == 1
    workspace.close(other)
    assert panel.model.rowCount() == 4
    workspace.close(session)
    assert panel.model.rowCount() == 0
    assert not panel.opacity.isEnabled()
    assert not panel.blend_mode.isEnabled()


# ---- groups


def test_groups_open_and_close(grouped: LayersPanel, session: Session, qtbot: QtBot) -> None:
    assert listed(grouped) == ["Group 1", "Layer 2", "Layer 1", "Photo"]
    session.run(SetActive(named(session, "Layer 1").id))
    click(qtbot, grouped, "Group 1", Part.ARROW)
    assert listed(grouped) == ["Group 1", "Photo"]
    assert session.document.active_id == named(session, "Group 1").id
    qtbot.keyClick(grouped.list, Qt.Key.Key_Right)
    assert listed(grouped) == ["Group 1", "Layer 2", "Layer 1", "Photo"]


def test_the_row_of_a_closed_group_stands_for_the_active_layer_in_it(
    grouped: LayersPanel, session: Session
) -> None:
    member = named(session, "Layer 1")
    session.run(SetExpanded(named(session, "Group 1").id, False))
    session.run(SetActive(member.id))
    assert grouped.list.currentIndex().row() == 0
    session.edits.step_active(-1)
    assert session.document.active_layer is named(session, "Photo")


@pytest.mark.parametrize(
    ("names", "row", "share", "expected"),
    [
        (["Layer 2"], 2, 0.9, ["Layer 2", "Photo", "Layer 1"]),
        (["Photo"], 0, 0.1, ["Layer 1", "Layer 2", "Photo"]),
        (["Layer 2"], 1, 0.9, ["Photo", "Layer 2", "Layer 1"]),
        (["Layer 2", "Layer 1"], 3, 0.5, ["Layer 1", "Layer 2", "Photo"]),
        (["Layer 1"], 1, 0.2, ["Photo", "Layer 1", "Layer 2"]),
        (["Layer 1"], 0, 0.8, ["Photo", "Layer 1", "Layer 2"]),
    ],
)
def test_dragging_rows_reorders(
    panel: LayersPanel,
    session: Session,
    names: list[str],
    row: int,
    share: float,
    expected: list[str],
) -> None:
    steps, before = session.history.index, shape(session)
    drag(panel, names, row, share)
    assert shape(session) == expected
    assert session.history.index == steps + (expected != before)


@pytest.mark.parametrize(
    ("name", "row", "share", "depth", "expected"),
    [
        ("Photo", 0, 0.5, 0, ["Group 1/Layer 1", "Group 1/Layer 2", "Group 1/Photo", "Group 1"]),
        ("Photo", 1, 0.9, 1, ["Group 1/Layer 1", "Group 1/Photo", "Group 1/Layer 2", "Group 1"]),
        ("Photo", 0, 0.1, 0, ["Group 1/Layer 1", "Group 1/Layer 2", "Group 1", "Photo"]),
        ("Layer 2", 2, 0.9, 1, ["Photo", "Group 1/Layer 2", "Group 1/Layer 1", "Group 1"]),
        ("Layer 2", 2, 0.9, 0, ["Photo", "Layer 2", "Group 1/Layer 1", "Group 1"]),
        ("Group 1", 3, 0.9, 0, ["Group 1/Layer 1", "Group 1/Layer 2", "Group 1", "Photo"]),
        ("Group 1", 1, 0.9, 1, ["Photo", "Group 1/Layer 1", "Group 1/Layer 2", "Group 1"]),
    ],
)
def test_dragging_goes_into_and_out_of_groups(
    grouped: LayersPanel,
    session: Session,
    name: str,
    row: int,
    share: float,
    depth: int,
    expected: list[str],
) -> None:
    before = shape(session)
    drag(grouped, [name], row, share, depth)
    assert shape(session) == expected
    if expected != before:
        session.undo()
        assert shape(session) == before


def test_a_closed_group_opens_under_a_waiting_pointer(
    grouped: LayersPanel, session: Session, qtbot: QtBot
) -> None:
    group = named(session, "Group 1")
    session.run(SetExpanded(group.id, False))
    mime = grouped.model.mimeData([grouped.model.index(row_of(grouped, "Photo"))])
    place = grouped.list.visualRect(grouped.model.index(0)).center()
    none, move = Qt.KeyboardModifier.NoModifier, Qt.DropAction.MoveAction
    for kind in (QDragEnterEvent, QDragMoveEvent):
        QApplication.sendEvent(grouped.list.viewport(), kind(place, move, mime, LEFT, none))
    qtbot.waitUntil(lambda: group.is_expanded)
    assert listed(grouped) == ["Group 1", "Layer 2", "Layer 1", "Photo"]


def test_moving_by_keys_goes_through_groups(grouped: LayersPanel, session: Session) -> None:
    session.run(SetActive(named(session, "Photo").id))
    for expected in (
        ["Group 1/Photo", "Group 1/Layer 1", "Group 1/Layer 2", "Group 1"],
        ["Group 1/Layer 1", "Group 1/Photo", "Group 1/Layer 2", "Group 1"],
        ["Group 1/Layer 1", "Group 1/Layer 2", "Group 1/Photo", "Group 1"],
        ["Group 1/Layer 1", "Group 1/Layer 2", "Group 1", "Photo"],
        ["Group 1/Layer 1", "Group 1/Layer 2", "Group 1", "Photo"],
    ):
        session.edits.move_layer(1)
        assert shape(session) == expected
    for _ in range(4):
        session.edits.move_layer(-1)
    assert shape(session) == ["Photo", "Group 1/Layer 1", "Group 1/Layer 2", "Group 1"]


# ---- masks


def test_clicking_a_thumbnail_chooses_what_is_painted_on(
    panel: LayersPanel, session: Session, qtbot: QtBot
) -> None:
    photo = named(session, "Photo")
    session.run(SetActive(photo.id))
    assert session.edits.add_mask()
    pixels, before = photo.plane.to_rgba(), flatten(session.document)
    click(qtbot, panel, "Photo", Part.MASK)
    assert session.strokes.is_on_mask
    on_mask = panel.list.grab().toImage()
    session.strokes.begin(BLACK)
    session.strokes.add(30, 20, 1.0)
    session.strokes.finish()
    assert np.array_equal(photo.plane.to_rgba(), pixels)
    assert flatten(session.document)[20, 30, 3] == 0
    session.undo()
    assert np.array_equal(flatten(session.document), before)
    click(qtbot, panel, "Photo", Part.THUMBNAIL)
    assert not session.strokes.is_on_mask
    assert panel.list.grab().toImage() != on_mask
    session.strokes.begin(BLACK)
    session.strokes.add(30, 20, 1.0)
    session.strokes.finish()
    assert flatten(session.document)[20, 30].tolist() == [0, 0, 0, 255]


def test_ctrl_click_on_a_thumbnail_selects_what_it_shows(
    panel: LayersPanel, session: Session, qtbot: QtBot
) -> None:
    session.run(SetActive(named(session, "Layer 1").id))
    session.strokes.begin(BLACK)
    session.strokes.add(30, 20, 1.0)
    session.strokes.finish()
    alpha = named(session, "Layer 1").plane.to_rgba(session.document.rect)[..., 3]
    ctrl = Qt.KeyboardModifier.ControlModifier
    click(qtbot, panel, "Layer 1", Part.THUMBNAIL, ctrl)
    assert session.document.selection is not None
    assert np.array_equal(session.document.selection.mask, alpha)
    session.run(SetActive(named(session, "Photo").id))
    session.edits.add_mask(is_hiding=True)
    session.edits.select_none()
    click(qtbot, panel, "Photo", Part.MASK, ctrl)
    assert session.document.selection is not None
    assert np.array_equal(session.document.selection.mask, 255 - alpha)
    click(qtbot, panel, "Layer 1", Part.THUMBNAIL, ctrl | Qt.KeyboardModifier.ShiftModifier)
    assert session.document.selection is not None
    assert session.document.selection.mask.min() >= 127
    assert session.document.active_layer is named(session, "Photo")


def test_the_mask_is_a_target_of_its_own_layer_only(panel: LayersPanel, session: Session) -> None:
    session.edits.add_mask()
    session.strokes.is_on_mask = True
    assert session.strokes.is_on_mask
    session.undo()
    assert not session.strokes.is_on_mask
    session.redo()
    session.run(SetActive(named(session, "Photo").id))
    assert not session.strokes.is_on_mask


# ---- blend mode and opacity


def test_wheeling_through_modes_is_one_step_that_shows_each(
    panel: LayersPanel, session: Session
) -> None:
    layer = named(session, "Layer 2")
    layer.plane = Plane.from_rgba(np.full((48, 64, 4), (200, 90, 40, 255), np.uint8))
    steps, seen = session.history.index, []
    place = QPointF(panel.blend_mode.rect().center())
    panel.blend_mode.setFocus()
    for _ in range(4):
        event = QWheelEvent(
            place,
            QPointF(panel.blend_mode.mapToGlobal(place.toPoint())),
            QPoint(0, 0),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(panel.blend_mode, event)
        seen.append(layer.blend_mode)
    assert seen == [
        BlendMode.DARKEN,
        BlendMode.MULTIPLY,
        BlendMode.COLOR_BURN,
        BlendMode.LIGHTEN,
    ]
    assert session.history.index == steps + 1
    session.undo()
    assert layer.blend_mode is BlendMode.NORMAL
    assert panel.blend_mode.currentText() == "Normal"


@pytest.mark.parametrize("is_chosen", [True, False])
def test_modes_pointed_at_in_the_list_are_shown_until_one_is_chosen(
    panel: LayersPanel, session: Session, qtbot: QtBot, is_chosen: bool
) -> None:
    layer, box, steps = named(session, "Layer 2"), panel.blend_mode, session.history.index
    box.setCurrentText("Screen")
    box.showPopup()
    view, seen = box.view(), []
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Down)
        seen.append(layer.blend_mode)
    assert seen == [BlendMode.COLOR_DODGE, BlendMode.PLUS]
    qtbot.keyClick(view, Qt.Key.Key_Return if is_chosen else Qt.Key.Key_Escape)
    expected = BlendMode.PLUS if is_chosen else BlendMode.SCREEN
    qtbot.waitUntil(lambda: layer.blend_mode is expected)
    qtbot.waitUntil(lambda: box.currentText() == ("Add" if is_chosen else "Screen"))
    assert session.history.index == steps + (2 if is_chosen else 1)
    session.go_to_history(steps)
    assert layer.blend_mode is BlendMode.NORMAL


def test_every_mode_has_a_name(panel: LayersPanel) -> None:
    box = panel.blend_mode
    values = {box.itemData(index) for index in range(box.count())} - {None}
    assert values == {mode.value for mode in BlendMode}


def test_groups_can_be_passed_through(grouped: LayersPanel, session: Session) -> None:
    group, box = named(session, "Group 1"), grouped.blend_mode
    assert box.currentText() == "Pass through"
    box.setCurrentText("Multiply")
    assert (group.blend_mode, group.is_pass_through) == (BlendMode.MULTIPLY, False)
    box.setCurrentText("Pass through")
    assert group.is_pass_through
    session.run(SetActive(named(session, "Photo").id))
    assert box.findText("Pass through") == -1


def test_opacity_is_one_undo_step(panel: LayersPanel, session: Session) -> None:
    steps = session.history.index
    for percent in (80, 60, 40):
        panel.opacity.setValue(percent)
    assert session.document.layers[2].opacity == pytest.approx(0.4)
    assert session.history.index == steps + 1
    session.undo()
    assert session.document.layers[2].opacity == 1.0
    assert panel.opacity.value() == 100


# ---- thumbnails


def test_thumbnails_show_the_layer(panel: LayersPanel) -> None:
    rgba = np.zeros((48, 64, 4), np.uint8)
    rgba[:, :32] = (200, 30, 20, 255)
    layer = Layer("Half", Plane.from_rgba(rgba))
    image = panel.model.thumbnail(layer).toImage()
    assert image.size().width() == THUMBNAIL_PX
    left = image.pixelColor(4, THUMBNAIL_PX // 2)
    right = image.pixelColor(THUMBNAIL_PX - 5, THUMBNAIL_PX // 2)
    assert (left.red(), left.green(), left.blue()) == (200, 30, 20)
    assert right.saturation() == 0


def test_mask_thumbnails_show_what_is_hidden(panel: LayersPanel) -> None:
    grey = np.full((48, 64), 255, np.uint8)
    grey[:, 32:] = 0
    layer = Layer("Masked", Plane.from_rgba(np.zeros((48, 64, 4), np.uint8)))
    layer.mask = Plane.from_grey(grey)
    image = panel.model.mask_thumbnail(layer).toImage()
    middle = THUMBNAIL_PX // 2
    assert image.pixelColor(3, middle).lightness() == 255
    assert image.pixelColor(THUMBNAIL_PX - 4, middle).lightness() == 0


def test_the_view_leaves_foreign_drags_alone(panel: LayersPanel) -> None:
    mime = QMimeData()
    mime.setText("not a layer")
    none = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(40, 20), Qt.DropAction.CopyAction, mime, LEFT, none)
    QApplication.sendEvent(panel.list.viewport(), event)
    assert event.type() is QEvent.Type.DragEnter
    assert not event.isAccepted()


def test_asking_twice_for_a_name_goes_on_with_the_first(panel: LayersPanel) -> None:
    panel.rename_active()
    (field,) = panel.list.findChildren(QLineEdit)
    field.setText("half a na")
    # a second request would make Qt warn, which fails the test
    panel.rename_active()
    assert panel.list.findChildren(QLineEdit) == [field]
    assert field.text() == "half a na"
