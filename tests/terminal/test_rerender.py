"""The command ``rerender``: kept results come out of their recipes again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from app.document.files.project.project_file import load_project, save_project
from app.jobs.recipe import Application
from app.jobs.requests import RenderRequest, SampleRequest
from app.jobs.results import RenderResult
from app.jobs.streams import job_events
from app.session.files import stored_result
from tests.terminal.terminal_runs import Terminal, Trained, read_image


@pytest.fixture
def kept(trained: Trained, tmp_path: Path) -> tuple[Path, list[RenderResult]]:
    """A project that keeps an edit and a sample."""
    contents = load_project(trained.path)
    model, photo = contents.require_model(), contents.photo
    edit, mask = photo.copy(), np.zeros(photo.shape[:2], np.uint8)
    edit[8:16, 10:20], mask[8:16, 10:20] = (200, 30, 60), 255
    requests = (
        RenderRequest(1, "one", Application.EDIT, model, photo, edit, mask, 1, 5),
        SampleRequest(2, "one", model, photo, seed=3, size=(40, 50)),
    )
    results = [
        event
        for request in requests
        for event in job_events(request)
        if isinstance(event, RenderResult)
    ]
    contents.results = [stored_result(result) for result in results]
    path = tmp_path / "kept.singan"
    save_project(path, contents)
    return path, results


def test_every_result_is_made_again_and_compared(
    kept: tuple[Path, list[RenderResult]], terminal: Terminal, tmp_path: Path
) -> None:
    path, results = kept
    ran = terminal.run("rerender", path, "-o", tmp_path / "again", "--json")
    assert ran.code == 0
    assert [each["difference"] for each in ran.values["results"]] == [0, 0]
    for each, result in zip(ran.values["results"], results, strict=True):
        assert np.array_equal(read_image(each["output"]), result.image)
    names = sorted(each.name for each in (tmp_path / "again").iterdir())
    assert names == ["result_001_edit_scale1_seed5.png", "result_002_sample_scale0_seed3.png"]


def test_one_of_them_is_made_again(
    kept: tuple[Path, list[RenderResult]], terminal: Terminal, tmp_path: Path
) -> None:
    path, _ = kept
    ran = terminal.run("rerender", path, "-o", tmp_path / "again", "--result", "2")
    assert ran.code == 0
    assert "1 of 1 results have the same pixels" in ran.out
    assert len(list((tmp_path / "again").iterdir())) == 1
    assert terminal.run("rerender", path, "-o", tmp_path / "again", "--result", "3").code == 2


def test_a_difference_is_told(
    kept: tuple[Path, list[RenderResult]], terminal: Terminal, tmp_path: Path
) -> None:
    path, _ = kept
    contents = load_project(path)
    first = contents.results[0]
    image = first.image.copy()
    image[0, 0] += 7
    contents.results[0] = dataclasses.replace(first, image=image)
    save_project(path, contents)
    ran = terminal.run("rerender", path, "-o", tmp_path / "again", "--json")
    assert [each["difference"] for each in ran.values["results"]] == [7, 0]


def test_a_project_without_results_is_refused(
    trained: Trained, terminal: Terminal, tmp_path: Path
) -> None:
    ran = terminal.run("rerender", trained.path, "-o", tmp_path / "again")
    assert ran.code == 2
    assert "keeps no results" in ran.err
