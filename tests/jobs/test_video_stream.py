"""The job of a film: its events, stopping and going on, and what it refuses before it begins."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from app.document.errors import DocumentError
from app.document.files.animations import Playing, write_animation
from app.document.files.film_folder import FilmFolder, FilmFolderError
from app.document.pixels import Pixels
from app.jobs import video_stream
from app.jobs.queue import Priority, priority_of
from app.jobs.results import FrameReady, StepDone, VideoWritten
from app.jobs.streams import job_events
from app.jobs.video_request import VideoRequest
from singan_core.errors import EngineError
from singan_core.model.trained_pair import TrainedPair
from tests.core.pairs import B, trained_pair
from tests.core.pans import pan

COUNT = 5


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def pair(one_thread: None) -> TrainedPair:
    return trained_pair()


@pytest.fixture
def request_(pair: TrainedPair, tmp_path: Path) -> VideoRequest:
    clip = tmp_path / "clip.apng"
    write_animation(clip, pan(4, COUNT), Playing(20.0))
    (tmp_path / "out").mkdir()
    output = tmp_path / "out" / "film.apng"
    return VideoRequest(7, "s", pair, str(clip), str(output), appearance=B)


def frames_of(path: str) -> list[Pixels]:
    with Image.open(path) as picture:
        return [np.array(part.convert("RGB")) for part in ImageSequence.Iterator(picture)]


def stopped_after(request: VideoRequest, frames: int) -> None:
    """Close the stream in the middle of the frame after so many, as a cancel does."""
    stream, done, steps = job_events(request), 0, 0
    for event in stream:
        done += isinstance(event, FrameReady)
        steps += done == frames and isinstance(event, StepDone)
        if steps == 2:
            break
    stream.close()


def test_a_film_is_written_with_its_events(request_: VideoRequest) -> None:
    events = list(job_events(request_))
    written = events[-1]
    assert isinstance(written, VideoWritten)
    assert (written.id, written.frame_count, written.resumed_count) == (7, COUNT, 0)
    assert written.fps == pytest.approx(20.0)
    shown = [event for event in events if isinstance(event, FrameReady)]
    assert [event.index for event in shown] == list(range(COUNT))
    steps = [event for event in events if isinstance(event, StepDone) and event.total]
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total
    frames = frames_of(request_.output_path)
    assert frames[0].shape[:2] == written.size
    assert all((event.image == frame).all() for event, frame in zip(shown, frames, strict=True))
    assert os.listdir(Path(request_.output_path).parent) == ["film.apng"]


@pytest.mark.parametrize("count", [1, COUNT - 1])
def test_stopped_and_resumed_it_is_the_same_film(request_: VideoRequest, count: int) -> None:
    list(job_events(request_))
    whole = frames_of(request_.output_path)
    os.remove(request_.output_path)
    stopped_after(request_, count)
    assert FilmFolder(request_.output_path).kept_count == count
    assert not Path(request_.output_path).exists()
    resumed = dataclasses.replace(request_, existing="resume")
    events = list(job_events(resumed))
    assert isinstance(events[-1], VideoWritten)
    assert events[-1].resumed_count == count
    assert sum(isinstance(event, FrameReady) for event in events) == COUNT - count
    again = frames_of(request_.output_path)
    assert all((a == b).all() for a, b in zip(whole, again, strict=True))
    assert not FilmFolder(request_.output_path).exists


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 3},
        {"scale": 0},
        {"direction": "b2a", "appearance": None},
        {"patch_scales": 1},
        {"structure": 2.0},
    ],
    ids=str,
)
def test_another_recipe_is_not_resumed(request_: VideoRequest, changes: dict[str, Any]) -> None:
    stopped_after(request_, 1)
    other = dataclasses.replace(request_, existing="resume", **changes)
    with pytest.raises(FilmFolderError, match="another clip or with other settings"):
        list(job_events(other))
    assert FilmFolder(request_.output_path).kept_count == 1


def test_without_patches_the_structure_is_not_asked_for(request_: VideoRequest) -> None:
    request = dataclasses.replace(request_, patch_scales=0)
    stopped_after(request, 1)
    other = dataclasses.replace(request, existing="resume", structure=2.0)
    *_, written = job_events(other)
    assert isinstance(written, VideoWritten)
    assert written.resumed_count == 1
    assert written.recipe["structure"] is None


def test_kept_frames_are_not_dropped_unasked(request_: VideoRequest) -> None:
    stopped_after(request_, 1)
    with pytest.raises(DocumentError, match="frames of an interrupted run"):
        list(job_events(request_))
    list(job_events(dataclasses.replace(request_, existing="replace")))
    assert len(frames_of(request_.output_path)) == COUNT


def test_a_clip_is_never_overwritten(request_: VideoRequest, tmp_path: Path) -> None:
    onto = dataclasses.replace(request_, output_path=request_.clip_path)
    with pytest.raises(DocumentError, match="belongs to the clip"):
        list(job_events(onto))
    inside = dataclasses.replace(request_, clip_path=str(tmp_path / "out"))
    with pytest.raises(DocumentError, match="belongs to the clip"):
        list(job_events(inside))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"output_path": "film.avi"}, "names no format"),
        ({"fps": 90.0}, "frames a second"),
        ({"scale": 9}, "translation scale 9"),
        ({"clip_path": "missing.mp4"}, "does not exist"),
    ],
)
def test_nothing_is_begun_that_cannot_end(
    request_: VideoRequest, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises((DocumentError, EngineError), match=sentence):
        list(job_events(dataclasses.replace(request_, **changes)))
    assert os.listdir(Path(request_.output_path).parent) == []


def test_a_film_too_long_for_its_format_is_refused(
    request_: VideoRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_stream, "MAX_PICTURES_BYTES", 1000)
    with pytest.raises(DocumentError, match=r"too many for this format; choose \.mp4"):
        list(job_events(request_))
    output = str(Path(request_.output_path).with_suffix(".mp4"))
    assert isinstance(
        list(job_events(dataclasses.replace(request_, output_path=output)))[-1], VideoWritten
    )


def test_renders_go_before_films_and_films_before_trainings(request_: VideoRequest) -> None:
    assert Priority.RENDER < Priority.STRIP < priority_of(request_) < Priority.TRAINING
