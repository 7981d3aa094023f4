"""The command animate: what it makes, where its model comes from, and what it refuses."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

import app.jobs.streams
import app.terminal.animating
import app.terminal.kind_models
from app.document.files.project.project_file import load_project
from app.jobs.requests import TrainRequest
from singan_core import presets
from singan_core.applications.animation import AnimationStep, animation_steps
from singan_core.events import UpdateDone
from tests.terminal.terminal_runs import Ran, Terminal, Trained, photo_pixels, write_image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.jobs.results import JobStream


@pytest.fixture(autouse=True)
def tiny_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft of two rounds, in place of one of minutes."""
    tiny = presets.PRESETS["draft"].changed(
        iterations=2, fine_iterations=None, base_channels=8, scale_count=3
    )
    monkeypatch.setitem(presets.PRESETS, "draft", tiny)


@pytest.fixture
def project(trained: Trained, tmp_path: Path) -> Path:
    path = tmp_path / "p.singan"
    path.write_bytes(trained.path.read_bytes())
    return path


def made(terminal: Terminal, *words: object) -> Ran:
    ran = terminal.run("animate", *words, "--preset", "draft", "--json")
    assert ran.code == 0, ran
    return ran


def frames_of(path: Path) -> list[NDArray[np.uint8]]:
    with Image.open(path) as picture:
        return [np.array(part.convert("RGB")) for part in ImageSequence.Iterator(picture)]


def test_a_photo_becomes_a_film(terminal: Terminal, photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.apng"
    words = ("--frames", "4", "--fps", "20", "--no-cache", "--seed", "3")
    ran = made(terminal, photo, "-o", out, *words)
    frames = frames_of(out)
    assert [frame.shape for frame in frames] == [(32, 40, 3)] * 4
    assert (frames[0] != frames[1]).any()
    with Image.open(out) as picture:
        picture.load()
        assert picture.info["loop"] == 0
    assert ran.values["size"] == [32, 40]
    assert (ran.values["frames"], ran.values["fps"], ran.values["model"]) == (4, 20.0, "training")
    assert ran.values["recipe"]["seed"] == 3
    assert ran.values["recipe"]["parameters"]["frame_count"] == 4
    assert "for animation is trained first: 40 x 32 px, 3 scales" in ran.err
    assert sorted(os.listdir(tmp_path)) == ["out.apng", "photo.png"]


def test_the_cache_keeps_the_model_and_the_options_pick_the_film(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    def film(*words: object) -> tuple[NDArray[np.uint8], str]:
        out = tmp_path / "out.png"
        ran = made(terminal, photo, "-o", out, "--frames", "3", "--start-scale", "1", *words)
        return np.stack(frames_of(out)), ran.values["model"]

    first, origin = film()
    assert origin == "training"
    for words, is_equal in (
        ((), True),
        (("--seed", "0", "--alpha", "0.45", "--beta", "0.9"), True),
        (("--fps", "5"), True),
        (("--seed", "2"), False),
        (("--start-scale", "0"), False),
        (("--alpha", "0.7"), False),
        (("--beta", "0.1"), False),
        (("--loop",), False),
    ):
        again, origin = film(*words)
        assert origin == "cache"
        assert np.array_equal(first, again) == is_equal, words


def test_a_project_keeps_its_model(terminal: Terminal, project: Path, tmp_path: Path) -> None:
    before = load_project(project)
    words = (project, "-o", tmp_path / "out.gif", "--no-cache", "--frames", "2")
    assert made(terminal, *words).values["model"] == "training"
    after = load_project(project)
    assert after.active_model_id == before.active_model_id
    assert {model.kind for model in after.models.values()} == {"single", "animation"}
    ran = terminal.run("animate", *words, "--json")
    assert ran.values["model"] == "project"
    assert ran.values["recipe"]["model_id"] in after.models


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_videos_have_even_sides(terminal: Terminal, tmp_path: Path, suffix: str) -> None:
    photo = write_image(tmp_path / "odd.png", photo_pixels(33, 41))
    out = tmp_path / f"out{suffix}"
    ran = made(terminal, photo, "-o", out, "--frames", "3")
    assert ran.values["size"] == [34, 42]
    assert "41 x 33 px became 42 x 34 px" in ran.err
    video = cv2.VideoCapture(str(out))
    sides = video.get(cv2.CAP_PROP_FRAME_WIDTH), video.get(cv2.CAP_PROP_FRAME_HEIGHT)
    assert sides == (42, 34)


def test_another_size_and_a_single_play(terminal: Terminal, photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.gif"
    words = ("--frames", "2", "--width", "60", "--once")
    assert made(terminal, photo, "-o", out, *words).values["size"] == [48, 60]
    with Image.open(out) as picture:
        assert picture.size == (60, 48)
        assert "loop" not in picture.info


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


def test_an_interrupted_training_goes_on(
    terminal: Terminal, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.apng"
    words = (photo, "-o", out, "--frames", "2", "--no-cache")
    made(terminal, *words)
    whole = out.read_bytes()
    out.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(app.terminal.kind_models, "job_events", interrupting(5))
        stopped = terminal.run("animate", *words, "--preset", "draft")
    assert stopped.code == 130
    assert "the same command goes on there" in stopped.sentence
    assert sorted(os.listdir(tmp_path)) == ["out.apng.checkpoint", "photo.png"]
    assert "goes on from" in made(terminal, *words).err
    assert out.read_bytes() == whole
    assert sorted(os.listdir(tmp_path)) == ["out.apng", "photo.png"]


def test_an_interrupted_film_leaves_nothing(
    terminal: Terminal, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream(*words: object) -> Iterator[AnimationStep]:
        for step in animation_steps(*words):  # type: ignore[arg-type]
            yield step
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(app.terminal.animating, "animation_steps", stream)
    ran = terminal.run("animate", photo, "-o", tmp_path / "out.gif", "--preset", "draft")
    assert (ran.code, ran.sentence) == (130, "Interrupted.")
    assert os.listdir(tmp_path) == ["photo.png"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-o", "out.jpg"), "names no format for animations"),
        (("-o", "out.gif", "--fps", "55"), "1 to 50 frames a second"),
        (("-o", "out.gif", "--fps", "0"), "is not between 1 and 60"),
        (("-o", "out.gif", "--frames", "1"), "is not between 2 and"),
        (("-o", "out.gif", "--alpha", "2"), "is not between 0 and 1"),
        (("-o", "out.gif", "--start-scale", "3"), "the model has scales 0 to 2"),
        (("-o", "out.gif", "--frames", "9000", "--width", "2000"), "too much memory"),
        (("-o", "no/out.gif"), "cannot be written to"),
        (("-o", "photo.png"), "choose another name"),
    ],
)
def test_bad_wishes_are_refused_before_any_training(
    terminal: Terminal,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in terminal.refused("animate", photo, "--preset", "draft", *words)
    assert os.listdir(tmp_path) == ["photo.png"]
