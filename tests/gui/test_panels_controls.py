"""The small widgets that panels are made of."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.controls.choice_box import ChoiceBox
from app.controls.message_bar import MessageBar
from app.controls.number_field import number_field
from app.controls.pyramid_view import PyramidPicture, PyramidView
from app.controls.seed_field import SEED_LIMIT, SeedField
from app.controls.texts import duration_text, size_text
from app.controls.value_slider import ValueSlider
from app.settings import RECENT_LIMIT, Settings
from app.theme import ThemeChoice

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slider(qtbot: QtBot) -> ValueSlider:
    made = ValueSlider("Size", 0, 100, " px")
    qtbot.addWidget(made)
    made.resize(201, 28)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_dragging_the_bar(slider: ValueSlider, qtbot: QtBot) -> None:
    settled: list[int] = []
    slider.settled.connect(settled.append)
    qtbot.mousePress(slider, LEFT, pos=QPoint(20, 14))
    assert slider.value() == 10
    qtbot.mouseMove(slider, QPoint(150, 14))
    assert slider.value() == 75
    qtbot.mouseMove(slider, QPoint(500, 14))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(500, 14))
    assert slider.value() == 100
    assert settled == [100]


def test_typing_a_number(slider: ValueSlider, qtbot: QtBot) -> None:
    qtbot.mouseDClick(slider, LEFT, pos=QPoint(100, 14))
    field = slider.findChild(QLineEdit)
    assert field is not None
    assert field.isVisible()
    qtbot.keyClicks(field, "42")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert slider.value() == 42
    assert not field.isVisible()


def test_a_digit_starts_typing_and_arrows_step(slider: ValueSlider, qtbot: QtBot) -> None:
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    slider.show_value(50)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 51
    qtbot.keyClicks(slider, "7")
    field = slider.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "3")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert slider.value() == 73


def test_escape_gives_a_typed_number_up(slider: ValueSlider, qtbot: QtBot) -> None:
    slider.show_value(50)
    qtbot.mouseDClick(slider, LEFT, pos=QPoint(100, 14))
    field = slider.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "42")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert slider.value() == 50
    assert not field.isVisible()


def test_a_wheel_passing_over_a_choice_changes_nothing(qtbot: QtBot) -> None:
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItems(["Normal", "Multiply", "Screen"])
    box.show()
    qtbot.waitExposed(box)
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    box.clearFocus()
    turn_wheel(box, -120)
    assert (box.currentIndex(), box.hasFocus()) == (0, False)
    box.setFocus()
    turn_wheel(box, -120)
    assert box.currentIndex() == 1


def test_a_wheel_passing_over_a_number_changes_nothing(qtbot: QtBot) -> None:
    field = number_field(QSpinBox())
    qtbot.addWidget(field)
    field.setValue(50)
    field.show()
    qtbot.waitExposed(field)
    field.activateWindow()
    qtbot.waitUntil(field.isActiveWindow)
    field.clearFocus()
    turn_wheel(field, 120)
    assert (field.value(), field.hasFocus()) == (50, False)
    field.setFocus()
    turn_wheel(field, 120)
    assert field.value() == 51


def turn_wheel(widget: QWidget, delta: int) -> None:
    at, middle = QPointF(widget.rect().center()), widget.mapToGlobal(widget.rect().center())
    event = QWheelEvent(
        at,
        QPointF(middle),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_a_curved_bar_gives_small_values_room(qtbot: QtBot) -> None:
    slider = ValueSlider("Size", 1, 2000, " px", 3.0)
    qtbot.addWidget(slider)
    slider.resize(201, 28)
    qtbot.mouseClick(slider, LEFT, pos=QPoint(100, 14))
    assert 200 < slider.value() < 300


def test_showing_a_value_announces_nothing(slider: ValueSlider) -> None:
    heard: list[int] = []
    slider.valueChanged.connect(heard.append)
    slider.show_value(33)
    assert (slider.value(), heard) == (33, [])


@pytest.fixture
def tenths(qtbot: QtBot) -> ValueSlider:
    made = ValueSlider("Structure", 0, 40, decimals=1)
    made.setLocale(QLocale.c())
    qtbot.addWidget(made)
    made.resize(201, 28)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.5", 15), ("2,5", 25), ("3", 30), (".7", 7), ("9", 40), ("1.25", 12), (".", 10), ("", 10)],
)
def test_typing_a_number_with_a_point(
    tenths: ValueSlider, qtbot: QtBot, typed: str, value: int
) -> None:
    tenths.show_value(10)
    qtbot.mouseDClick(tenths, LEFT, pos=QPoint(100, 14))
    field = tenths.findChild(QLineEdit)
    assert field is not None
    field.setText("")
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (tenths.value(), field.isVisible()) == (value, False)


def test_a_number_with_a_point_is_typed_as_it_is_shown(tenths: ValueSlider, qtbot: QtBot) -> None:
    tenths.show_value(17)
    qtbot.keyClick(tenths, Qt.Key.Key_Right)
    field = tenths.findChild(QLineEdit)
    assert field is not None
    qtbot.mouseDClick(tenths, LEFT, pos=QPoint(100, 14))
    shown = tenths.value()
    assert field.text() == f"{shown / 10:.1f}"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert tenths.value() == shown


def test_name_and_number_are_never_cut(qtbot: QtBot) -> None:
    slider = ValueSlider("Hardness", 0, 100, " %")
    qtbot.addWidget(slider)
    widest = slider.fontMetrics().horizontalAdvance("Hardness 100 %")
    assert slider.minimumSizeHint().width() > widest + 16


@pytest.fixture
def view(qtbot: QtBot) -> PyramidView:
    made = PyramidView()
    qtbot.addWidget(made)
    made.resize(288, 240)
    return made


def test_frames_grow_and_stay_inside(view: PyramidView) -> None:
    for sizes in ([(25, 33), (60, 80), (186, 250)], [(25, 60)] * 10, [(250, 100)] * 4):
        view.show_picture(PyramidPicture(sizes))
        frames = view.frames()
        widths = [frame.width() for frame in frames]
        assert widths == sorted(widths)
        assert frames[0].left() >= -0.5
        assert frames[-1].right() <= view.width() + 0.5
        assert all(a.right() < b.left() for a, b in pairwise(frames))


def test_the_empty_picture_says_what_comes_only_where_there_is_room(view: PyramidView) -> None:
    def has_text(height: int) -> bool:
        view.resize(288, height)
        view.show_picture(PyramidPicture([(33, 25), (250, 188)]))
        image, top = view.grab().toImage(), int(view.frames()[-1].top()) - 16
        return len({image.pixelColor(144, row).rgb() for row in range(8, top)}) > 1

    assert has_text(480)
    assert not has_text(150)


def test_frames_show_their_samples(view: PyramidView) -> None:
    green = np.full((20, 30, 3), (10, 200, 20), np.uint8)
    view.show_picture(PyramidPicture([(20, 30), (40, 60)], 1, 1, 0.5, {0: green}))
    image = view.grab().toImage()
    middle = view.frames()[0].center().toPoint()
    assert image.pixelColor(middle) == QColor(10, 200, 20)
    assert image.pixelColor(view.frames()[1].center().toPoint()) != QColor(10, 200, 20)


def test_scales_say_how_far_they_are(view: PyramidView) -> None:
    view.show_picture(PyramidPicture([(20, 30), (40, 60), (80, 120)], 1, 1, 0.25))
    assert "trained" in view.text_of(0)
    assert "25 %" in view.text_of(1)
    assert "not trained" in view.text_of(2)
    assert view.scale_at(view.frames()[2].center()) == 2
    assert view.scale_at(QPointF(0, 0)) is None


def test_a_seed_is_a_number(qtbot: QtBot) -> None:
    field = SeedField()
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClicks(field, "12x3")
    assert field.value() == 123
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 124
    field.setText("")
    assert field.value() == 124
    field.show_value(SEED_LIMIT + 5)
    assert field.value() == SEED_LIMIT


def test_a_notice_can_be_acted_on_and_closed(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    done: list[str] = []
    bar.show_notice("First.", "Do it", lambda: done.append("it"))
    assert bar.isVisible()
    bar.button.click()
    assert done == ["it"]
    assert not bar.isVisible()
    bar.show_notice("Second.")
    assert (bar.text.text(), bar.button.isVisible()) == ("Second.", False)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (70, "1 min 10 s"), (120, "2 min"), (7260, "2 h 1 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
    assert size_text(250, 186) == "250 × 186 px"


def test_recent_files_are_few_and_newest_first(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "own.ini")
    paths = [tmp_path / f"{index}.png" for index in range(RECENT_LIMIT + 2)]
    for path in paths:
        path.touch()
        settings.add_recent(path)
    settings.add_recent(paths[5])
    again = Settings(tmp_path / "own.ini")
    settings.write()
    names = [path.name for path in again.recent_files]
    assert names[:2] == ["5.png", "11.png"]
    assert len(names) == RECENT_LIMIT
    again.remove_recent(paths[5].resolve())
    assert [path.name for path in again.recent_files][:2] == ["11.png", "10.png"]


def test_settings_survive_nonsense(tmp_path: Path) -> None:
    (tmp_path / "own.ini").write_text("[window]\ntheme=plaid\n[train]\nsize=many\n")
    settings = Settings(tmp_path / "own.ini")
    assert settings.theme is ThemeChoice.SYSTEM
    assert settings.number("train/size", 7) == 7
    assert settings.blob("window/geometry").isEmpty()
    assert settings.recent_files == ()
