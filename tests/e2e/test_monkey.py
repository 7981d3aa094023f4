"""Whatever is pressed, dragged, cut short or typed anywhere in the window, all stays well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.monkey import Monkey, prepare

STEPS = 90


@pytest.fixture
def monkey(tmp_path: Path, request: pytest.FixtureRequest, qapp: object) -> Iterator[Monkey]:
    prepare(tmp_path)
    monkey = Monkey(tmp_path, request.param)
    yield monkey
    monkey.close()


@pytest.mark.logs_expected
@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("monkey", [1, 2, 3], indirect=True)
def test_nothing_breaks_and_all_can_be_undone(monkey: Monkey) -> None:
    try:
        monkey.play(range(STEPS))
        monkey.finish()
    except AssertionError as error:
        raise AssertionError("\n".join([*monkey.log[-20:], str(error)])) from error
