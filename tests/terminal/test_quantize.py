"""The option --quantize: trains one scale of its own once, then finds it in the project."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.document.files.project.project_file import load_project
from tests.terminal.terminal_runs import Terminal, Trained, read_image, write_image


@pytest.fixture
def project(trained: Trained, tmp_path: Path) -> Path:
    return Path(shutil.copy(trained.path, tmp_path / "own.singan"))


@pytest.fixture
def paint(tmp_path: Path) -> Path:
    pixels = np.full((32, 40, 3), (250, 40, 40), np.uint8)
    pixels[16:] = (20, 60, 250)
    return write_image(tmp_path / "paint.png", pixels)


def test_first_run_trains_and_the_next_one_finds_the_model(
    terminal: Terminal, project: Path, paint: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    words = ("paint", project, paint, "-o", out, "--scale", "2", "--quantize", "--json")
    first = terminal.run(*words)
    assert first.code == 0
    assert "scale 2 alone" in first.err
    image = read_image(out)
    again = terminal.run(*words)
    assert "trained first" not in again.err
    assert np.array_equal(read_image(out), image)
    contents = load_project(project)
    (derived,) = [model for model in contents.models.values() if model.derivation]
    assert derived.derivation is not None
    assert derived.kind == "quantized"
    assert derived.derivation.parent_id == contents.active_model_id
    assert again.values["recipe"]["model_id"] == derived.model_id
    assert not list(tmp_path.glob("*.checkpoint"))


def test_other_colours_or_scales_are_models_of_their_own(
    terminal: Terminal, project: Path, paint: Path, tmp_path: Path
) -> None:
    words = ("paint", project, paint, "-o", tmp_path / "out.png", "--quantize")
    for more in ((), ("--colours", "3"), ("--scale", "2")):
        assert terminal.run(*words, *more).code == 0
    derived = [m.derivation for m in load_project(project).models.values() if m.derivation]
    assert {(each.scale, len(each.palette)) for each in derived} == {(1, 6), (1, 3), (2, 6)}


def test_all_scales_at_once_are_refused(
    terminal: Terminal, project: Path, paint: Path, tmp_path: Path
) -> None:
    words = ("paint", project, paint, "-o", tmp_path / "out.png")
    assert "one injection scale" in terminal.refused(*words, "--scale", "all", "--quantize")
    assert "give both" in terminal.refused(*words, "--colours", "4")


def test_plain_paint_keeps_its_colours(
    terminal: Terminal, project: Path, paint: Path, tmp_path: Path
) -> None:
    plain, matched = tmp_path / "plain.png", tmp_path / "matched.png"
    assert terminal.run("paint", project, paint, "-o", matched, "--quantize").code == 0
    assert terminal.run("paint", project, paint, "-o", plain).code == 0
    assert not np.array_equal(read_image(plain), read_image(matched))
