"""The command train: what it writes, what it refuses, and that nothing is lost."""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import app.jobs.streams
import app.terminal.training
import main as program
from app.document.files.images.image_files import open_image
from app.document.files.project.project_file import load_project, save_project
from app.document.layers import Layer
from app.document.planes import Plane
from app.jobs.requests import TrainRequest
from app.settings import Settings
from app.terminal.training_project import new_contents
from singan_core.errors import TrainingDivergedError
from singan_core.events import ScaleDone, UpdateDone
from singan_core.pixels.image import photo_sha256
from tests.terminal.terminal_runs import TINY, Ran, Terminal, photo_pixels, write_image

if TYPE_CHECKING:
    from app.jobs.results import JobStream

ROOT = Path(program.__file__).parent
NO_CACHE = [*TINY, "--no-cache"]


def test_a_trained_project_holds_photo_and_model(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.singan"
    ran = terminal.run("train", photo, "-o", path, *NO_CACHE, "--seed", "7", "--json")
    assert ran.code == 0
    contents = load_project(path)
    model = contents.require_model()
    assert contents.photo_bytes == photo.read_bytes()
    assert (model.is_complete, model.config.seed, contents.train_state) == (True, 7, None)
    assert model.photo_sha256 == photo_sha256(contents.photo)
    assert ran.values["model_id"] == model.model_id
    assert {"status": "done", "source": "training", "scales": 3}.items() <= ran.values.items()
    assert os.listdir(tmp_path) in (["p.singan", "photo.png"], ["photo.png", "p.singan"])
    info = terminal.run("info", path, "--json").values
    assert info["models"][0]["model_id"] == model.model_id


def test_a_photo_is_trained_at_its_own_size(terminal: Terminal, tmp_path: Path) -> None:
    photo = write_image(tmp_path / "wide.png", photo_pixels(28, 264))
    words = ("--preset", "draft", "--scales", "3", "--iterations", "1", "--no-cache", "--json")
    path = tmp_path / "p.singan"
    ran = terminal.run("train", photo, "-o", path, "--max-size", "native", *words)
    assert ran.code == 0, ran.err
    assert load_project(path).require_model().plan.sizes[-1] == (28, 264)


def test_an_existing_project_is_only_touched_when_told_so(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.singan"
    words = ("train", photo, "-o", path, *NO_CACHE, "--json")
    first = terminal.run(*words).values["model_id"]
    before = path.read_bytes()
    assert "--resume" in terminal.refused(*words[:-1])
    assert path.read_bytes() == before
    again = terminal.run(*words, "--resume")
    assert (again.values["source"], again.values["model_id"]) == ("project", first)
    assert "other training settings" in terminal.run(*words, "--resume", "--seed", "1").sentence
    forced = terminal.run(*words, "--force", "--seed", "1")
    assert (forced.code, forced.values["model_id"] == first) == (0, False)


def test_another_photo_is_not_trained_into_a_project(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.singan"
    assert terminal.run("train", photo, "-o", path, *NO_CACHE).code == 0
    other = write_image(tmp_path / "other.png", photo_pixels(seed=1))
    assert "another photo" in terminal.refused("train", other, "-o", path, *NO_CACHE, "--resume")


def test_resume_trains_a_project_of_the_window_and_keeps_its_layers(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.singan"
    contents = new_contents(open_image(photo), "photo.png")
    contents.document.layers.append(
        Layer("Sketch", Plane.from_rgba(np.full((4, 5, 4), 255, np.uint8), 3, 2))
    )
    save_project(path, contents)
    assert terminal.run("train", photo, "-o", path, *NO_CACHE, "--resume").code == 0
    trained = load_project(path)
    assert [layer.name for layer in trained.document.layers] == ["Photo", "Sketch"]
    assert trained.require_model().is_complete


def test_a_damaged_checkpoint_is_refused(terminal: Terminal, photo: Path, tmp_path: Path) -> None:
    checkpoint = tmp_path / "p.singan.checkpoint"
    words = ("train", photo, "-o", tmp_path / "p.singan", *NO_CACHE, "--resume")
    checkpoint.write_bytes(b"hello")
    assert "damaged" in terminal.refused(*words)
    checkpoint.write_bytes(pickle.dumps({"scale": 1}))
    assert "damaged" in terminal.refused(*words)


def test_the_same_photo_and_settings_come_from_the_cache(
    terminal: Terminal, tmp_path: Path
) -> None:
    photo = write_image(tmp_path / "photo.png", photo_pixels(seed=5))
    first = terminal.run("train", photo, "-o", tmp_path / "a.singan", *TINY, "--json").values
    second = terminal.run("train", photo, "-o", tmp_path / "b.singan", *TINY, "--json").values
    assert (first["source"], second["source"]) == ("training", "cache")
    assert first["model_id"] == second["model_id"]
    assert load_project(tmp_path / "b.singan").require_model().is_complete
    uncached = terminal.run("train", photo, "-o", tmp_path / "c.singan", *NO_CACHE, "--json")
    assert (uncached.values["source"], uncached.values["model_id"]) == (
        "training",
        first["model_id"],
    )


def test_the_window_can_forbid_the_cache(terminal: Terminal, tmp_path: Path) -> None:
    photo = write_image(tmp_path / "photo.png", photo_pixels(seed=6))
    settings = Settings()
    settings.set_text("models/keep", "0")
    settings.write()
    try:
        for name in ("a.singan", "b.singan"):
            ran = terminal.run("train", photo, "-o", tmp_path / name, *TINY, "--json")
            assert ran.values["source"] == "training"
    finally:
        settings.set_text("models/keep", "1")
        settings.write()


def test_forcing_forgets_the_checkpoint_of_an_earlier_run(
    terminal: Terminal, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("train", photo, "-o", tmp_path / "p.singan", *NO_CACHE)
    checkpoint = tmp_path / "p.singan.checkpoint"
    checkpoint.write_bytes(b"of another run")
    assert "--force" in terminal.refused(*words)
    monkeypatch.setattr(app.terminal.training, "job_events", interrupting(signal.SIGINT, 1))
    assert terminal.run(*words, "--force").code == 130
    assert not checkpoint.exists()


def interrupting(number: int, after_updates: int) -> Callable[[TrainRequest], JobStream]:
    """The real stream; this process gets the signal after so many updates."""

    def stream(request: TrainRequest) -> JobStream:
        events = app.jobs.streams.job_events(request)
        updates, asked = 0, None
        while True:
            try:
                event = events.send(asked)
            except StopIteration:
                return
            if isinstance(event, UpdateDone):
                updates += 1
                if updates == after_updates:
                    os.kill(os.getpid(), number)
            asked = yield event

    return stream


@pytest.mark.parametrize(
    ("number", "after_updates"), [(signal.SIGINT, 3), (signal.SIGTERM, 9), (signal.SIGINT, 1)]
)
def test_an_interrupted_training_is_saved_and_goes_on_bit_for_bit(
    terminal: Terminal,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    after_updates: int,
) -> None:
    straight, path = tmp_path / "straight.singan", tmp_path / "p.singan"
    words = ("train", photo, *NO_CACHE, "--json")
    expected = terminal.run(*words, "-o", straight).values["model_id"]

    monkeypatch.setattr(app.terminal.training, "job_events", interrupting(number, after_updates))
    stopped = terminal.run(*words, "-o", path)
    assert stopped.code == 130
    assert "--resume" in stopped.sentence
    assert stopped.values["status"] == "interrupted"
    state = load_project(path).train_state
    assert state is not None
    assert state.scale * 4 + state.iteration * 2 + state.update == after_updates
    monkeypatch.undo()

    resumed = terminal.run("train", photo, "-o", path, "--resume", "--no-cache", "--json")
    assert resumed.values["model_id"] == expected
    contents = load_project(path)
    assert contents.train_state is None
    assert list(contents.models) == [expected]


def test_an_interrupted_pyramid_renders_drafts(
    terminal: Terminal, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "p.singan", tmp_path / "out.png"
    monkeypatch.setattr(app.terminal.training, "job_events", interrupting(signal.SIGINT, 9))
    assert terminal.run("train", photo, "-o", path, *NO_CACHE).code == 130
    other = write_image(tmp_path / "other.png", photo_pixels(seed=3))
    ran = terminal.run("paint", path, other, "-o", out, "--json")
    assert ran.values["is_draft"]
    assert "2 of 3" in ran.sentence
    assert "scales 1 to 1" in terminal.run("paint", path, other, "--scale", "2", "-o", out).sentence
    info = terminal.run("info", path, "--json").values
    assert info["training"] == {"scale": 2, "iteration": 0, "preset": "draft"}


def test_scales_are_counted_from_0_in_every_sentence(
    terminal: Terminal, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "p.singan", tmp_path / "out.png"
    monkeypatch.setattr(app.terminal.training, "job_events", interrupting(signal.SIGINT, 9))
    trained = terminal.run("train", photo, "-o", path, *NO_CACHE).err
    assert "scale 0 (of 0 to 2)" in trained
    assert "scale 1 (of 0 to 2)" in trained
    info = terminal.run("info", path).out
    assert "Training can go on at scale 2 (of 0 to 2)" in info
    assert "1 layer." in info
    assert "CPU (1 thread)" in info
    painted = terminal.run("paint", path, photo, "--scale", "1", "-o", out).out
    assert "at scale 1 (of 1 to 1)" in painted


def diverging(request: TrainRequest) -> JobStream:
    """The real stream up to the first finished scale; then it diverges for good."""
    for event in app.jobs.streams.job_events(request):
        yield event
        if isinstance(event, ScaleDone):
            raise TrainingDivergedError("Training of scale 1 became unstable twice.")


def test_finished_scales_are_saved_when_the_training_diverges(
    terminal: Terminal, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.singan"
    monkeypatch.setattr(app.terminal.training, "job_events", diverging)
    ran = terminal.run("train", photo, "-o", path, *NO_CACHE)
    assert ran.code == 2
    assert "unstable twice" in ran.sentence
    contents = load_project(path)
    state = contents.train_state
    assert contents.require_model().scale_count == 1
    assert state is not None, "the next run goes on above the finished scales"
    assert (state.scale, state.iteration, state.update) == (1, 0, 0)
    assert state.tensors == {}, "nothing of the scale that became unstable is kept"


def started(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "main.py", *map(str, words)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def long_words(photo: Path, tmp_path: Path) -> list[object]:
    return [
        "train", photo, "-o", tmp_path / "p.singan", "--preset", "draft", "--max-size", "40",
        "--scales", "4", "--iterations", "100000", "--no-cache", "--json",
        "--checkpoint-seconds", "0.2",
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "seconds"), [((), 30.0), (("--checkpoint-seconds", "7"), 7.0)])
def test_it_is_kept_as_often_as_asked(
    terminal: Terminal,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    seconds: float,
) -> None:
    requests: list[TrainRequest] = []

    def stream(request: TrainRequest) -> JobStream:
        requests.append(request)
        return app.jobs.streams.job_events(request)

    monkeypatch.setattr(app.terminal.training, "job_events", stream)
    ran = terminal.run("train", photo, "-o", tmp_path / "p.singan", *TINY, "--no-cache", *words)
    assert ran.code == 0, ran
    assert [request.checkpoint_interval_s for request in requests] == [seconds]


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def test_ctrl_c_in_a_shell(tmp_path: Path, long_words: list[object]) -> None:
    process = started(*long_words)
    wait_for(tmp_path / "p.singan.checkpoint", process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    ran = Ran(process.returncode, out, err)
    assert ran.code == 130
    assert "Traceback" not in ran.err
    assert json.loads(out)["status"] == "interrupted"
    assert load_project(tmp_path / "p.singan").train_state is not None
    assert not (tmp_path / "p.singan.checkpoint").exists()


def test_a_killed_training_goes_on_from_its_checkpoint(
    terminal: Terminal,
    photo: Path,
    tmp_path: Path,
    long_words: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "p.singan"
    process = started(*long_words)
    wait_for(tmp_path / "p.singan.checkpoint", process)
    process.kill()
    process.communicate(timeout=60)
    assert not path.exists()
    assert "--resume" in terminal.refused("train", photo, "-o", path)
    monkeypatch.setattr(app.terminal.training, "job_events", interrupting(signal.SIGINT, 2))
    ran = terminal.run("train", photo, "-o", path, "--resume", "--no-cache")
    assert ran.code == 130
    state = load_project(path).train_state
    assert state is not None
    assert state.iteration * 2 + state.update > 2
    assert state.model.config.iterations == 100000


def png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + header))


def bad_photo(kind: str, folder: Path) -> Path:
    path = folder / "bad.png"
    whole = write_image(folder / "whole.png", photo_pixels()).read_bytes()
    contents = {
        "text": b"hello",
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "huge": png_header(30000, 30000),
    }
    if kind == "folder":
        path.mkdir()
    elif kind == "1x1":
        write_image(path, photo_pixels(1, 1))
    elif kind == "ribbon":
        write_image(path, photo_pixels(24, 400))
    elif kind in contents:
        path.write_bytes(contents[kind])
    return path


@pytest.mark.parametrize(
    "kind", ["text", "truncated", "empty", "huge", "folder", "1x1", "ribbon", "missing"]
)
def test_a_bad_photo_is_refused(terminal: Terminal, tmp_path: Path, kind: str) -> None:
    path = bad_photo(kind, tmp_path)
    terminal.refused("train", path, "-o", tmp_path / "p.singan", *NO_CACHE)
    assert not (tmp_path / "p.singan").exists()


@pytest.mark.parametrize(
    "output", ["/proc/p.singan", "missing/p.singan", "photo.png/p.singan", "p.ora", "."]
)
def test_a_place_that_cannot_be_written_is_refused_before_training(
    terminal: Terminal, photo: Path, output: str
) -> None:
    terminal.refused("train", photo, "-o", photo.parent / output, *NO_CACHE)


def test_a_full_disk_leaves_the_old_project_whole(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.singan"
    assert terminal.run("train", photo, "-o", path, *NO_CACHE).code == 0
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        ran = terminal.run("train", photo, "-o", path, *NO_CACHE, "--force")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert ran.code == 2
    assert "could not be saved" in ran.sentence
    assert path.read_bytes() == before
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".partial")]
