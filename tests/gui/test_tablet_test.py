"""The tablet test shows what the pen sends."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.tablet_test import TabletTest
from app.document.painting.brush import BrushSettings

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(qtbot: QtBot) -> TabletTest:
    owner = QWidget()
    qtbot.addWidget(owner)
    made = TabletTest(owner, BrushSettings(pressure_minimum=0.2))
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def send(
    dialog: TabletTest, kind: QEvent.Type, x: float, pressure: float, *, is_eraser: bool = False
) -> bool:
    kinds = QPointingDevice.PointerType
    device = QPointingDevice(
        "Great Tablet",
        1,
        QInputDevice.DeviceType.Stylus,
        kinds.Eraser if is_eraser else kinds.Pen,
        QInputDevice.Capability.Pressure,
        1,
        1,
    )
    at = QPointF(x, 100)
    on_screen = dialog.paper.mapToGlobal(at)
    event = QTabletEvent(
        kind, device, at, on_screen, pressure, 30.0, -12.0, 0.0, 0.0, 0.0,
        Qt.KeyboardModifier.NoModifier, LEFT, LEFT,
    )  # fmt: skip
    QApplication.sendEvent(dialog.paper, event)
    return event.isAccepted()


def ink_at(dialog: TabletTest, x: int) -> int:
    """How many pixels of a column of the paper are drawn on."""
    image = dialog.paper.grab().toImage()
    ground = image.pixelColor(x, 20)
    return sum(image.pixelColor(x, y) != ground for y in range(60, 140))


def draw(dialog: TabletTest, pressure: float, **end: bool) -> None:
    assert send(dialog, QEvent.Type.TabletPress, 60, pressure, **end)
    assert send(dialog, QEvent.Type.TabletMove, 200, pressure, **end)
    assert send(dialog, QEvent.Type.TabletRelease, 200, 0.0, **end)


def test_it_shows_what_the_pen_sends(dialog: TabletTest) -> None:
    send(dialog, QEvent.Type.TabletPress, 60, 0.25)
    assert dialog.device.text() == "Great Tablet"
    assert dialog.pointer.text() == "Pen"
    assert dialog.pressure.value() == 250
    assert dialog.pressure_text.text() == "25.0 %"
    assert "30" in dialog.tilt.text()
    assert "-12" in dialog.tilt.text()
    assert dialog.rate.text().startswith("1 ")


def test_lines_are_as_wide_as_the_pressure_and_the_other_end_erases(dialog: TabletTest) -> None:
    draw(dialog, 0.3)
    thin = ink_at(dialog, 120)
    draw(dialog, 1.0)
    assert ink_at(dialog, 120) > thin > 0
    draw(dialog, 1.0, is_eraser=True)
    assert dialog.pointer.text() == "Eraser end"
    assert ink_at(dialog, 120) == 0


def test_a_mouse_is_told_from_a_pen_and_the_paper_is_cleared(dialog: TabletTest) -> None:
    QTest.mousePress(dialog.paper, LEFT, pos=dialog.paper.rect().center())
    QTest.mouseRelease(dialog.paper, LEFT, pos=dialog.paper.rect().center())
    assert dialog.pointer.text() == "Mouse"
    assert "driver" in dialog.sentence.text()
    draw(dialog, 1.0)
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Clear").click()
    assert ink_at(dialog, 90) == 0
