"""The one command of the benchmarks: every benchmark takes its options, promises are counted."""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import pytest
import torch

from singan_core.model.pyramid import plan_pyramid
from singan_core.pixels.image import to_tensor
from singan_core.presets import preset
from tests.benchmarks import __main__ as together
from tests.benchmarks import fewer_steps
from tests.benchmarks.figures import Figure
from tests.benchmarks.measuring import Report
from tests.benchmarks.scenes import texture
from tests.benchmarks.training_share import ScaleTruth, Share, trained_share, whole_s

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(together.benchmarks())


def options_of(folder: Path, *words: str) -> argparse.Namespace:
    return together.parser().parse_args([*words, "--output", str(folder)])


def written(name: str, folder: Path, *figures: Figure, device: str = "cpu") -> int:
    report = Report(name, torch.device(device), "a machine")
    for figure in figures:
        report.add(figure)
    return report.written(folder)


def kept(what: str = "kept") -> Figure:
    return Figure(what, "here", [1.0], "s", budget=2.0)


def broken(what: str = "broken") -> Figure:
    return Figure(what, "here", [3.0], "s", budget=2.0)


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_takes_the_options_of_the_command_and_needs_no_more(
    name: str, tmp_path: Path
) -> None:
    options = options_of(tmp_path, "--device", "cpu", "--threads", "1", "--rounds", "2")
    words = together.command(name, options)
    assert words[:2] == [sys.executable, "-m"]
    if name in together.PYTEST_FIGURES:
        assert (ROOT / together.PYTEST_FIGURES[name]).is_file()
        return
    module: Any = importlib.import_module(words[2])
    parsed = module.parser().parse_args(words[3:])
    assert (parsed.device, parsed.threads, parsed.rounds) == ("cpu", 1, 2)
    assert name == module.NAME, "its files are looked for under this name"


def test_promises_are_counted_and_told_one_by_one(tmp_path: Path) -> None:
    elsewhere = Figure("on a GPU", "here", [9.0], "s", is_promised_elsewhere=True)
    plain = Figure("no promise", "here", [9.0], "s")
    first = written("first", tmp_path, kept(), broken(), plain)
    second = written("second", tmp_path, kept(), elsewhere)
    codes = {"first": first, "second": second, "third": 1}
    text = together.joined(["first", "second", "third"], codes, tmp_path)
    assert "| first | kept | 1.00 | s | 2 | pass | here |" in text
    assert "| first | broken | 3.00 | s | 2 | **fail** | here |" in text
    assert "| second | on a GPU | 9.00 | s |  | not made for this device | here |" in text
    last = text.splitlines()[-1]
    assert "2 passed, 1 failed, 1 not made for this device (a machine)" in last
    assert last.endswith("Not finished: third.")
    assert (tmp_path / "benchmarks.md").read_text() == text
    assert set(json.loads((tmp_path / "benchmarks.json").read_text())) == {"first", "second"}


def test_what_a_promise_is_judged_by_is_shown(tmp_path: Path) -> None:
    values = [1.0] * 9 + [5.0]
    half = Figure("half of them", "here", values, "s", budget=2.0, share=50)
    code = written("shares", tmp_path, half, Figure("most", "here", values, "s", budget=2.0))
    text = together.joined(["shares"], {"shares": code}, tmp_path)
    assert "| half of them | 1.00 | s | 2 | pass |" in text
    assert "| most | 5.00 | s | 2 | **fail** |" in text


def test_a_figure_is_promised_on_the_devices_it_is_promised_on() -> None:
    report = Report("some", torch.device("cpu"), "a machine")
    for budgets in ({"cpu": 2.0, "cuda": 1.0}, {"cuda": 1.0}, {}):
        report.add_promised(Figure("what", "here", [1.5]), budgets)
    records = [figure.record() for figure in report.figures]
    verdicts = [(each["is_within"], each["is_promised_elsewhere"]) for each in records]
    assert verdicts == [(True, False), (None, True), (None, False)]


@pytest.mark.parametrize(("figure", "code"), [(kept(), 0), (broken(), 1)])
def test_an_exceeded_budget_gives_exit_code_1(
    figure: Figure, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert written("tiling", tmp_path, figure) == code

    def run_like_a_test(name: str, _: argparse.Namespace) -> int:
        written(name, tmp_path, figure)
        return 0

    # one that is written as a test ends well whatever it measured
    monkeypatch.setattr(together, "run", run_like_a_test)
    assert together.main(["tiling", "--output", str(tmp_path)]) == code


def test_what_an_earlier_run_left_is_no_figure_of_a_failed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written("tiling", tmp_path, kept())
    monkeypatch.setattr(
        together, "command", lambda *_: [sys.executable, "-c", "raise SystemExit(3)"]
    )
    assert together.main(["tiling", "--output", str(tmp_path)]) == 1
    assert capsys.readouterr().out.rstrip().endswith("Not finished: tiling.")


def test_a_whole_training_is_told_from_its_counted_parts() -> None:
    config = preset("draft").changed(iterations=100, fine_iterations=100, preview_interval=50)
    truth = ScaleTruth((25, 33), 32, 0.5, 2.0, 1.0, 3.0, 3.0)
    assert whole_s([truth, truth], config) == 2 * (100 * 0.5 + 2 * 2.0 + 1.0 + 3.0)


def test_a_share_tells_every_scale_of_the_plan() -> None:
    photo, config, device = texture(36, 48), preset("draft"), torch.device("cpu")
    ticks = itertools.count()
    share = Share.of(config, device, rounds=4)
    truths = list(trained_share(photo, share, device, lambda: float(next(ticks))))
    assert [truth.size for truth in truths] == list(plan_pyramid(36, 48, config).sizes)
    # every look at the clock is a tick: a round here has two updates of two looks each
    assert [truth.round_s for truth in truths] == [17 / 4] * 2
    assert all(truth.preview_s > 0 and truth.rest_s > 0 for truth in truths)


class SizesOnly(fewer_steps.Judge):
    """Instruments that note the sizes of what they compare."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, ...]] = []

    def load(self, file: Path) -> torch.Tensor:
        return to_tensor(cv2.imread(str(file)))[0] / 2 + 0.5

    def generated(self, photo: torch.Tensor, samples: Sequence[torch.Tensor]) -> dict[str, float]:
        self.sizes = [tuple(picture.shape) for picture in (photo, *samples)]
        return dict.fromkeys(fewer_steps.JUDGED, 0.0)


def test_samples_of_a_reduced_photo_are_judged_at_its_size(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "photo.png"), texture(72, 96))
    config = preset("draft").changed(max_size_px=48, iterations=1, fine_iterations=None)
    judge = SizesOnly()
    fewer_steps.measured(tmp_path / "photo.png", config, tmp_path / "out", judge)
    assert set(judge.sizes) == {(3, 36, 48)}


def test_a_name_that_is_no_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        together.main(["tilling"])
    assert refused.value.code == 2
    assert "no benchmark tilling" in capsys.readouterr().err
