"""The choice of patches: every number is shown as what it is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.panels.generate.patch_box import PatchBox

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
NAMED = [None, 0, 1, 3, 99]


@pytest.fixture
def box(qtbot: QtBot) -> PatchBox:
    made = PatchBox()
    qtbot.addWidget(made)
    return made


def entries(box: PatchBox) -> list[int | None]:
    return [box.itemData(row) for row in range(box.count())]


def test_five_scales_are_shown_as_five_while_they_are_chosen(box: PatchBox) -> None:
    heard: list[int | None] = []
    box.chosen.connect(heard.append)
    assert entries(box) == NAMED
    box.show_choice(5)
    assert box.currentText() == "Patches of the photo: 5 scales"
    assert entries(box) == [None, 0, 1, 3, 5, 99]
    box.show_choice(5)
    assert entries(box) == [None, 0, 1, 3, 5, 99]
    box.show_choice(2)
    assert box.currentText() == "Patches of the photo: 2 scales"
    assert entries(box) == [None, 0, 1, 2, 3, 99]
    box.show_choice(3)
    assert box.currentText() == "Patches of the photo: texture"
    assert entries(box) == NAMED
    assert heard == []


def test_it_can_be_chosen_again_and_left(box: PatchBox) -> None:
    heard: list[int | None] = []
    box.chosen.connect(heard.append)
    box.chosen.connect(box.show_choice)
    box.show_choice(5)
    for count in (5, 0):
        row = box.findData(count)
        box.setCurrentIndex(row)
        box.activated.emit(row)
    assert heard == [5, 0]
    assert (box.currentData(), entries(box)) == (0, NAMED)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.none() | st.integers(0, 120), min_size=1, max_size=8))
def test_any_number_is_shown(box: PatchBox, counts: list[int | None]) -> None:
    for count in counts:
        box.show_choice(count)
        assert box.currentData() == (None if count is None else min(count, 99))
        assert set(entries(box)) == {*NAMED, box.currentData()}
        numbers = [each for each in entries(box) if each is not None]
        assert numbers == sorted(numbers)
