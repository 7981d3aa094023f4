"""Progress on a terminal and off it, and the contact sheet."""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest

from app.terminal.console import Console, Eta, duration
from app.terminal.contact_sheet import GAP_PX, LABEL_PX, TILE_PX, contact_sheet


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (72, "1 min 12 s"), (7500, "2 h 05 min"), (-3, "0 s")],
)
def test_durations_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_bar_is_drawn_on_a_terminal_and_erased_before_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    console = Console()
    console.bar("scale 0 (of 0 to 1)", 0.5, 72.0)
    console.bar("scale 0 (of 0 to 1)", 0.6, 60.0)
    console.milestone("not shown beside a bar")
    console.notice("Done.")
    err = capsys.readouterr().err
    assert err.count("scale 0 (of 0 to 1)") == 1
    assert "[############------------]  50%  ETA 1 min 12 s" in err
    assert err.endswith("\r\x1b[KDone.\n")


def test_without_a_terminal_there_are_only_milestones(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    console.bar("scale 0 (of 0 to 1)", 0.5, None)
    console.milestone("scale 0 (of 0 to 1): done.")
    assert capsys.readouterr().err == "scale 0 (of 0 to 1): done.\n"


def test_the_eta_follows_the_share_done_in_this_run(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 20.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    eta = Eta()
    assert eta.seconds_left(0.5) is None
    assert eta.seconds_left(0.6) == pytest.approx(40.0)


def test_the_sheet_shows_every_picture_whole_with_a_label_above() -> None:
    red = np.full((40, 60, 3), (255, 0, 0), np.uint8)
    large = np.full((1000, 2000, 3), (0, 0, 255), np.uint8)
    sheet = contact_sheet([("red", red), ("large", large)], columns=2)
    cell = TILE_PX + GAP_PX
    assert sheet.shape == (GAP_PX + LABEL_PX + TILE_PX // 2 + GAP_PX, 2 * cell + GAP_PX, 3)
    top = GAP_PX + LABEL_PX
    assert (sheet[top : top + 40, GAP_PX : GAP_PX + 60] == red).all()
    blue = sheet[top : top + TILE_PX // 2, GAP_PX + cell : GAP_PX + cell + TILE_PX]
    assert (blue == (0, 0, 255)).all()
    assert (sheet[GAP_PX : GAP_PX + LABEL_PX, GAP_PX : GAP_PX + 60] > 150).any()
