"""The option --finetune: trains on the one edit, then finds that model in the project."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.document.files.project.project_file import load_project
from tests.terminal.terminal_runs import (
    Terminal,
    Trained,
    photo_pixels,
    read_image,
    write_image,
)

BOX = np.s_[8:14, 10:18]


@pytest.fixture
def project(trained: Trained, tmp_path: Path) -> Path:
    return Path(shutil.copy(trained.path, tmp_path / "own.singan"))


@pytest.fixture
def composite(tmp_path: Path) -> Path:
    pixels = photo_pixels()
    pixels[BOX] = (250, 40, 40)
    return write_image(tmp_path / "composite.png", pixels)


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("singan_core.training.derived_training._FINETUNE_ROUNDS", 2)


@pytest.mark.parametrize("command", ["edit", "harmonize"])
def test_first_run_trains_and_the_next_one_finds_the_model(
    terminal: Terminal, project: Path, composite: Path, tmp_path: Path, command: str
) -> None:
    out, plain = tmp_path / "out.png", tmp_path / "plain.png"
    words = (command, project, composite, "--scale", "1", "--json", "-o")
    assert terminal.run(*words, plain).code == 0
    first = terminal.run(*words, out, "--finetune")
    assert first.code == 0
    assert "2 scales" in first.err
    image = read_image(out)
    assert not np.array_equal(image, read_image(plain))
    again = terminal.run(*words, out, "--finetune")
    assert "trained first" not in again.err
    assert np.array_equal(read_image(out), image)
    contents = load_project(project)
    (tuned,) = [model for model in contents.models.values() if model.derivation]
    assert tuned.kind == "finetune"
    assert again.values["recipe"]["model_id"] == tuned.model_id
    assert tuned.model_id != contents.active_model_id


def test_what_cannot_be_tuned_on_is_refused(
    terminal: Terminal, project: Path, composite: Path, tmp_path: Path
) -> None:
    words = (project, composite, "-o", tmp_path / "out.png", "--finetune")
    assert "one injection scale" in terminal.refused("edit", *words, "--scale", "all")
    larger = write_image(tmp_path / "larger.png", photo_pixels(48, 60))
    ran = terminal.run("edit", project, larger, *words[2:])
    assert ran.code == 2
    assert "photo's size only" in ran.sentence
