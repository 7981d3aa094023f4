"""The command ``analogy video``, and training on a clip."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence

import app.document.files.film_folder
import app.terminal.analogy_video
from app.cli import main
from app.document.files.animations import Playing, write_animation
from app.document.files.project.project_file import load_project
from app.document.pixels import Pixels
from app.jobs.results import FrameReady
from app.jobs.streams import job_events
from app.jobs.video_request import VideoRequest
from tests.core.pans import pan
from tests.terminal.terminal_runs import TINY, Terminal, photo_pixels, write_image

if TYPE_CHECKING:
    from app.jobs.results import JobStream

COUNT = 4


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paired")
    photo = write_image(folder / "photo.png", photo_pixels())
    second = write_image(folder / "second.png", photo_pixels(36, 30, seed=4))
    path = folder / "pair.singan"
    assert main(["analogy", "train", str(photo), str(second), "-o", str(path), *TINY]) == 0
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.gif"
    write_animation(path, pan(5, COUNT), Playing(20.0))
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "film.apng"


def words(paired: Path, clip: Path, out: Path, *options: object) -> tuple[object, ...]:
    return ("analogy", "video", paired, clip, "-o", out, *options)


def frames_of(path: Path) -> list[Pixels]:
    with Image.open(path) as picture:
        return [np.array(part.convert("RGB")) for part in ImageSequence.Iterator(picture)]


def same(first: list[Pixels], second: list[Pixels]) -> bool:
    return len(first) == len(second) and all(
        np.array_equal(a, b) for a, b in zip(first, second, strict=True)
    )


def test_a_clip_becomes_a_film(terminal: Terminal, paired: Path, clip: Path, out: Path) -> None:
    ran = terminal.run(*words(paired, clip, out, "--json"))
    assert ran.code == 0, ran
    values = ran.values
    assert (values["analogy"], values["status"]) == ("video", "done")
    assert (values["frames"], values["frames_resumed"], values["fps"]) == (COUNT, 0, 20.0)
    frames = frames_of(out)
    assert len(frames) == COUNT
    assert values["size"] == list(frames[0].shape[:2])
    assert values["recipe"]["direction"] == "a2b"
    assert os.listdir(out.parent) == ["film.apng"]


def test_the_options_pick_the_film(terminal: Terminal, paired: Path, clip: Path, out: Path) -> None:
    def made(*options: object) -> list[Pixels]:
        assert terminal.run(*words(paired, clip, out, *options)).code == 0
        return frames_of(out)

    first = made()
    assert same(first, made("--fps", "5"))
    for options in (
        ("--direction", "b2a"),
        ("--scale", "2"),
        ("--inject", "0"),
        ("--refine", "1"),
        ("--patch-scales", "0"),
        ("--structure", "0"),
        ("--seed", "2", "--patch-scales", "0"),
    ):
        assert not same(first, made(*options)), options


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_videos_and_folders_are_read_and_written(
    terminal: Terminal, paired: Path, tmp_path: Path, suffix: str
) -> None:
    folder = tmp_path / "frames"
    folder.mkdir()
    for number, frame in enumerate(pan(5, COUNT)):
        write_image(folder / f"{number}.png", frame)
    film = tmp_path / f"film{suffix}"
    assert terminal.run(*words(paired, folder, film, "--json")).values["fps"] == 25.0
    again = terminal.run(*words(paired, film, tmp_path / f"again{suffix}", "--json"))
    assert again.values["frames"] == COUNT
    video = cv2.VideoCapture(str(tmp_path / f"again{suffix}"))
    assert [video.read()[0] for _ in range(COUNT + 1)] == [True] * COUNT + [False]
    video.release()


def interrupting(number: int, after_frames: int) -> Callable[[VideoRequest], JobStream]:
    """Send this process a signal after so many frames."""

    def stream(request: VideoRequest) -> JobStream:
        done = 0
        for event in job_events(request):
            done += isinstance(event, FrameReady)
            if isinstance(event, FrameReady) and done == after_frames:
                os.kill(os.getpid(), number)
            yield event

    return stream


@pytest.mark.parametrize(("number", "frames"), [(signal.SIGINT, 1), (signal.SIGTERM, 3)])
def test_an_interrupted_film_goes_on(
    terminal: Terminal,
    paired: Path,
    clip: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    frames: int,
) -> None:
    assert terminal.run(*words(paired, clip, out)).code == 0
    whole = frames_of(out)
    out.unlink()
    monkeypatch.setattr(app.terminal.analogy_video, "job_events", interrupting(number, frames))
    stopped = terminal.run(*words(paired, clip, out, "--json"))
    assert stopped.code == 130
    assert "--resume" in stopped.sentence
    assert (stopped.values["status"], stopped.values["frames_done"]) == ("interrupted", frames)
    assert not out.exists()
    monkeypatch.undo()
    refused = terminal.refused(*words(paired, clip, out))
    assert "--resume goes on" in refused
    assert "other settings" in terminal.refused(
        *words(paired, clip, out, "--resume", "--scale", "2")
    )
    resumed = terminal.run(*words(paired, clip, out, "--resume", "--json"))
    assert resumed.values["frames_resumed"] == frames
    assert same(frames_of(out), whole)
    assert os.listdir(out.parent) == ["film.apng"]


@pytest.mark.parametrize("writes", [2, 4, 5])
def test_a_killed_film_goes_on(
    terminal: Terminal,
    paired: Path,
    clip: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    writes: int,
) -> None:
    """Whatever was being written: the recipe is the first file, then frame, state, frame, ..."""
    assert terminal.run(*words(paired, clip, out)).code == 0
    whole = frames_of(out)
    out.unlink()
    write, done = app.document.files.film_folder.write_bytes_atomic, 0

    def killed(*arguments: Any) -> None:
        nonlocal done
        done += 1
        if done > writes:
            raise SystemExit
        write(*arguments)

    monkeypatch.setattr(app.document.files.film_folder, "write_bytes_atomic", killed)
    with pytest.raises(SystemExit):
        main([str(word) for word in words(paired, clip, out)])
    monkeypatch.undo()
    resumed = terminal.run(*words(paired, clip, out, "--resume", "--json"))
    assert resumed.values["frames_resumed"] == (writes - 1) // 2
    assert same(frames_of(out), whole)


def test_a_clip_is_trained_on(terminal: Terminal, clip: Path, tmp_path: Path) -> None:
    second = write_image(tmp_path / "second.png", photo_pixels(36, 30, seed=4))
    path = tmp_path / "pair.singan"
    train = ("analogy", "train", clip, second, "-o", path, *TINY, "--json")
    ran = terminal.run(*train)
    assert ran.values["frames"] == COUNT
    assert f"a clip of {COUNT} frames" in ran.err
    contents = load_project(path)
    assert np.array_equal(contents.photo, frames_of(clip)[0])
    assert contents.pair is not None
    still = write_image(tmp_path / "still.png", frames_of(clip)[0])
    other = tmp_path / "other.singan"
    alone = terminal.run("analogy", "train", still, second, "-o", other, *TINY, "--json")
    assert alone.values["model_id"] != ran.values["model_id"]


@pytest.fixture
def odd_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "odd"
    folder.mkdir()
    for number, frame in enumerate(pan(5, 3)):
        write_image(folder / f"{number}.png", frame[:, : -8 if number == 2 else None])
    return folder


def test_wrong_clips_are_one_sentence(
    terminal: Terminal, paired: Path, clip: Path, odd_folder: Path, out: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.gif"
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    for path, sentence in (
        (cut, "damaged or cut off"),
        (odd_folder, "Frame 3 of “odd” is 112 x 96 px"),
        (tmp_path / "missing.mp4", "does not exist"),
        (paired, "is no clip"),
    ):
        assert sentence in terminal.refused(*words(paired, path, out))
    second = write_image(tmp_path / "second.png", photo_pixels(36, 30, seed=4))
    train = ("analogy", "train", odd_folder, second, "-o", tmp_path / "p.singan")
    assert "all frames must be of one size" in terminal.refused(*train)
    assert "names no format" in terminal.refused(*words(paired, clip, tmp_path / "film.avi"))
    assert os.listdir(out.parent) == []
