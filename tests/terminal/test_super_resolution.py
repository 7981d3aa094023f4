"""The command superres: what it makes, where its model comes from, and what it refuses."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import app.jobs.streams
import app.terminal.kind_models
from app.document.files.project.project_file import load_project, save_project
from app.document.layers import Layer
from app.document.planes import Plane
from app.jobs.requests import TrainRequest
from singan_core import presets
from singan_core.events import UpdateDone
from tests.terminal.terminal_runs import Ran, Terminal, Trained, photo_pixels, read_image

if TYPE_CHECKING:
    from app.jobs.results import JobStream


@pytest.fixture(autouse=True)
def tiny_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft of two rounds, in place of one of minutes."""
    tiny = presets.PRESETS["draft"].changed(iterations=2, fine_iterations=None)
    monkeypatch.setitem(presets.PRESETS, "draft", tiny)


@pytest.fixture
def project(trained: Trained, tmp_path: Path) -> Path:
    path = tmp_path / "p.singan"
    path.write_bytes(trained.path.read_bytes())
    return path


def made(terminal: Terminal, *words: object) -> Ran:
    ran = terminal.run("superres", *words, "--preset", "draft", "--json")
    assert ran.code == 0, ran
    return ran


@pytest.mark.parametrize(("factor", "size"), [("4", (128, 160)), ("1.3", (42, 52))])
def test_a_photo_grows_exactly(
    terminal: Terminal, photo: Path, tmp_path: Path, factor: str, size: tuple[int, int]
) -> None:
    out = tmp_path / "out.png"
    ran = made(terminal, photo, "-o", out, "--factor", factor, "--no-cache")
    assert read_image(out).shape == (*size, 3)
    assert ran.values["size"] == list(size)
    assert ran.values["model"] == "training"
    assert "40 x 32 px" in ran.err
    assert sorted(os.listdir(tmp_path)) == ["out.png", "photo.png"]


def test_the_cache_keeps_the_model_and_the_seed_picks_the_grain(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    def pixels(*words: object) -> tuple[np.ndarray, str]:
        out = tmp_path / "out.png"
        ran = made(terminal, photo, "-o", out, "--factor", "2", *words)
        return read_image(out), ran.values["model"]

    first, origin = pixels("--seed", "1")
    assert origin == "training"
    for words, is_equal in (
        (("--seed", "1"), True),
        (("--seed", "2"), False),
        (("--seed", "1", "--noise", "0"), False),
    ):
        again, origin = pixels(*words)
        assert origin == "cache"
        assert np.array_equal(first, again) == is_equal


def test_a_project_keeps_its_models_side_by_side(
    terminal: Terminal, project: Path, tmp_path: Path
) -> None:
    before = load_project(project)
    words = (project, "-o", tmp_path / "out.png", "--no-cache", "--factor")
    assert made(terminal, *words, "4").values["model"] == "training"
    after = load_project(project)
    assert after.active_model_id == before.active_model_id
    kinds = {model.kind for model in after.models.values()}
    assert (len(after.models), kinds) == (2, {"single", "sr"})
    ran = made(terminal, *words, "3")  # its steps are nearly those of 4
    assert (ran.values["model"], len(load_project(project).models)) == ("project", 2)
    assert ran.values["recipe"]["model_id"] in after.models
    assert made(terminal, *words, "1.1").values["model"] == "training"
    assert load_project(project).require_model().kind == "single"


def test_what_a_project_shows_grows_too(terminal: Terminal, project: Path, tmp_path: Path) -> None:
    contents = load_project(project)
    white = np.full((*contents.photo.shape[:2], 4), 255, np.uint8)
    contents.document.layers.append(Layer("White", Plane.from_rgba(white, 0, 0)))
    save_project(project, contents)
    pictures = []
    for words in ((), ("--document",)):
        out = tmp_path / f"out{len(words)}.png"
        made(terminal, project, "-o", out, "--factor", "2", *words)
        pictures.append(read_image(out).astype(int))
    assert pictures[0].shape == pictures[1].shape
    assert pictures[1].mean() > pictures[0].mean() + 50


def interrupting(after_updates: int) -> Callable[[TrainRequest], JobStream]:
    """The real stream; this process gets SIGINT after so many updates."""

    def stream(request: TrainRequest) -> JobStream:
        inner = app.jobs.streams.job_events(request)
        sent, updates = None, 0
        while True:
            try:
                event = inner.send(sent)
            except StopIteration:
                return
            updates += isinstance(event, UpdateDone)
            if isinstance(event, UpdateDone) and updates == after_updates:
                signal.raise_signal(signal.SIGINT)
            sent = yield event

    return stream


@pytest.mark.parametrize("after_updates", [1, 5])
def test_an_interrupted_training_goes_on_bit_for_bit(
    terminal: Terminal,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after_updates: int,
) -> None:
    whole, out = tmp_path / "whole.png", tmp_path / "out.png"
    made(terminal, photo, "-o", whole, "--factor", "2", "--no-cache")
    words = ("superres", photo, "-o", out, "--factor", "2", "--preset", "draft", "--no-cache")
    with monkeypatch.context() as patch:
        patch.setattr(app.terminal.kind_models, "job_events", interrupting(after_updates))
        stopped = terminal.run(*words, "--json")
    assert stopped.code == 130
    checkpoint = Path(stopped.values["checkpoint"])
    assert checkpoint.exists()
    assert not out.exists()
    ran = terminal.run(*words)
    assert ran.code == 0
    assert "goes on" in ran.err
    assert not checkpoint.exists()
    assert np.array_equal(read_image(out), read_image(whole))


def test_a_foreign_checkpoint_is_not_continued(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "out.png.checkpoint").write_bytes(b"something else")
    ran = made(terminal, photo, "-o", tmp_path / "out.png", "--factor", "2", "--no-cache")
    assert "goes on" not in ran.err


def test_wrong_wishes_are_refused_before_anything_is_trained(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    for words in (
        (photo, "-o", out, "--factor", "9"),
        (photo, "-o", out, "--factor", "1"),
        (photo, "-o", out, "--noise", "-1"),
        (photo, "-o", tmp_path / "out.xyz"),
        (photo, "-o", tmp_path / "none" / "out.png"),
        (photo, "-o", photo),
        (photo, "-o", out, "--document"),
        (photo, "-o", out, "--device", "cuda:99"),
        (tmp_path / "missing.png", "-o", out),
    ):
        terminal.refused("superres", *words)
    assert np.array_equal(read_image(photo), photo_pixels())
    assert os.listdir(tmp_path) == ["photo.png"]
