"""Results of the real program, made again from its project by a terminal command."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.document.geometry import Rect
from app.document.selection import Selection
from app.jobs.recipe import Application
from singan_core.config import TrainConfig
from tests.e2e.studio import Studio, draw_photo

RED = (230, 20, 30)
RESULTS = 7


def make_results(studio: Studio) -> None:
    """Every application, whole, confined, on another canvas, and variations."""
    session, panel = studio.session, studio.window.generate
    studio.take_brush(5, RED)
    studio.drag((18, 30), (24, 30), (30, 31))
    studio.window.docks.reveal("generate")
    for application in (Application.EDIT, Application.HARMONIZE):
        panel.choose_application(application)
        studio.click(panel.render_button)
        studio.wait(lambda: not session.render_status.is_busy)
    session.edits.select(Selection.rectangle(Rect(4, 6, 30, 20), 60, 48))
    panel.choose_application(Application.PAINT)
    studio.click(panel.render_button)
    studio.wait(lambda: not session.render_status.is_busy)
    session.edits.select(None)
    session.geometry.resize_canvas(70, 48, (4, 0))
    panel.choose_application(Application.EDIT)
    panel.variations_button.click()
    studio.wait(lambda: len(session.results) == RESULTS and not session.render_status.is_busy)


def rerender(project: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[int]:
    capsys.readouterr()
    assert main(["rerender", str(project), "-o", str(folder), "--json"]) == 0
    values = json.loads(capsys.readouterr().out.splitlines()[-1])
    return [each["difference"] for each in values["results"]]


def save(studio: Studio, project: Path) -> None:
    with studio.qtbot.waitSignal(studio.session.file_written, timeout=60_000):
        studio.session.save(project)


def test_results_come_out_of_the_project_again_also_after_another_training(
    start_studio: Callable[..., Studio],
    tiny_draft: TrainConfig,
    photo_path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    studio = start_studio()
    session = studio.open(photo_path)
    studio.train()
    studio.wait_trained()
    make_results(studio)
    project = tmp_path / "kept.singan"
    save(studio, project)
    assert rerender(project, tmp_path / "first", capsys) == [0] * RESULTS

    old = session.model
    session.start_training(dataclasses.replace(tiny_draft, seed=5), "cpu")
    studio.wait(lambda: session.model is not old and session.training.state == "done")
    assert session.model is not None
    assert old is not None
    assert session.model.model_id != old.model_id
    save(studio, project)
    assert rerender(project, tmp_path / "second", capsys) == [0] * RESULTS
    assert studio.window.close()

    reopened = start_studio().open(project)
    assert [each.recipe.model_id for each in reopened.results] == [old.model_id] * RESULTS
    assert np.array_equal(reopened.photo, draw_photo())
