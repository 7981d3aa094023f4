"""Animations as files: every format opens again as what was written."""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence

from app.document.errors import DocumentError
from app.document.files import videos
from app.document.files.animations import (
    ANIMATION_SUFFIXES,
    AnimationFileError,
    Playing,
    check_animation_name,
    write_animation,
)
from app.document.files.atomic_files import FileWriteError
from app.document.files.videos import VIDEO_CODECS, VideoError
from app.document.pixels import Pixels

PICTURE_SUFFIXES = sorted(set(ANIMATION_SUFFIXES) - set(VIDEO_CODECS))
FORMATS = {".gif": "GIF", ".webp": "WEBP", ".apng": "PNG", ".png": "PNG"}

PLAYING = Playing()


def film(count: int = 7, height: int = 40, width: int = 56) -> list[Pixels]:
    """A bright disc that moves over a coloured slope."""
    rows, columns = np.mgrid[0:height, 0:width]
    frames: list[Pixels] = []
    for number in range(count):
        frame = np.stack([rows * 4, columns * 3, 160 - rows * 2], axis=2).astype(np.float64)
        disc = (rows - height / 2) ** 2 + (columns - 8 - 5 * number) ** 2 < 36
        frame[disc] = (240, 200, 40)
        frames.append(np.clip(frame, 0, 255).astype(np.uint8))
    return frames


def opened_frames(path: Path) -> list[Pixels]:
    if path.suffix not in VIDEO_CODECS:
        with Image.open(path) as picture:
            return [np.array(part.convert("RGB")) for part in ImageSequence.Iterator(picture)]
    video = cv2.VideoCapture(str(path))
    frames: list[Pixels] = []
    while True:
        is_read, frame = video.read()
        if not is_read:
            return frames
        frames.append(np.asarray(frame[..., ::-1], dtype=np.uint8))


def written(path: Path, frames: list[Pixels], playing: Playing = PLAYING) -> list[Pixels]:
    write_animation(path, frames, playing)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    return opened_frames(path)


@pytest.mark.parametrize("suffix", ANIMATION_SUFFIXES)
def test_frames_come_back(tmp_path: Path, suffix: str) -> None:
    frames = film()
    again = written(tmp_path / f"film{suffix}", frames)
    assert len(again) == len(frames)
    largest = {".png": 0.0, ".apng": 0.0, ".webp": 6.0}.get(suffix, 8.0)
    for frame, found in zip(frames, again, strict=True):
        assert found.shape == frame.shape
        assert np.abs(found.astype(float) - frame).mean() <= largest


@pytest.mark.parametrize("suffix", PICTURE_SUFFIXES)
@pytest.mark.parametrize("is_repeating", [True, False])
@pytest.mark.parametrize("fps", [10.0, 12.5, 30.0])
def test_pictures_keep_speed_and_repetition(
    tmp_path: Path, suffix: str, is_repeating: bool, fps: float
) -> None:
    path = tmp_path / f"film{suffix}"
    written(path, film(), Playing(fps, is_repeating))
    with Image.open(path) as picture:
        assert picture.format == FORMATS[suffix]
        durations = []
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            durations.append(picture.info["duration"])
        loop = picture.info.get("loop", 1)
    assert sum(durations) == pytest.approx(7000.0 / fps, abs=5.0)
    assert max(durations) - min(durations) <= 10
    assert loop == (0 if is_repeating else 1)


@pytest.mark.parametrize("suffix", VIDEO_CODECS)
@pytest.mark.parametrize("fps", [10.0, 12.5, 30.0])
def test_videos_keep_their_speed(tmp_path: Path, suffix: str, fps: float) -> None:
    path = tmp_path / f"film{suffix}"
    written(path, film(), Playing(fps))
    video = cv2.VideoCapture(str(path))
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(fps, rel=0.01)


def test_videos_are_what_their_names_say(tmp_path: Path) -> None:
    for suffix in VIDEO_CODECS:
        write_animation(tmp_path / f"film{suffix}", film(), PLAYING)
    assert (tmp_path / "film.mp4").read_bytes()[4:8] == b"ftyp"
    webm = (tmp_path / "film.webm").read_bytes()
    assert webm[:4] == b"\x1a\x45\xdf\xa3"
    assert b"V_VP9" in webm
    assert b"webm" in webm[:64]


@pytest.mark.parametrize("suffix", VIDEO_CODECS)
@pytest.mark.parametrize("size", [(41, 57), (40, 57), (41, 56)])
def test_odd_sides_of_a_video_grow_by_one(
    tmp_path: Path, suffix: str, size: tuple[int, int]
) -> None:
    frames = film(4, *size)
    for frame, found in zip(frames, written(tmp_path / f"f{suffix}", frames), strict=True):
        assert found.shape == (*videos.even_size(*size), 3)
        assert np.abs(found[: size[0], : size[1]].astype(float) - frame).mean() < 8.0
        assert np.abs(found[-1].astype(float) - found[-2]).mean() < 12.0


@pytest.mark.parametrize("suffix", PICTURE_SUFFIXES)
def test_odd_sides_of_pictures_stay(tmp_path: Path, suffix: str) -> None:
    assert written(tmp_path / f"f{suffix}", film(3, 41, 57))[0].shape == (41, 57, 3)


def test_all_frames_of_a_gif_share_one_palette(tmp_path: Path) -> None:
    path = tmp_path / "film.gif"
    write_animation(path, film(), PLAYING)
    content = path.read_bytes()
    assert content[10] & 0x80, "a global palette"
    descriptors = re.findall(rb"\x21\xf9\x04.{4}\x00\x2c.{8}(.)", content, re.DOTALL)
    assert len(descriptors) == 7
    assert not any(flags[0] & 0x80 for flags in descriptors), "no local palette"


def test_what_stands_still_does_not_flicker_in_a_gif(tmp_path: Path) -> None:
    frames = film()
    again = written(tmp_path / "film.gif", frames)
    is_still = (np.stack(frames) == frames[0]).all(axis=(0, 3))
    shown = np.stack(again)
    assert is_still.mean() > 0.3
    assert (shown == shown[0]).all(axis=(0, 3))[is_still].all()


@pytest.mark.parametrize("suffix", PICTURE_SUFFIXES)
def test_a_frame_that_is_repeated_lengthens_the_one_before(tmp_path: Path, suffix: str) -> None:
    frames = film(4)
    path = tmp_path / f"film{suffix}"
    written(path, [frames[0], frames[0], *frames[1:]])
    total = 0
    with Image.open(path) as picture:
        for part in ImageSequence.Iterator(picture):
            part.load()
            total += part.info["duration"]
    assert total == 500


def test_a_film_that_stands_still_is_written(tmp_path: Path) -> None:
    for suffix in ANIMATION_SUFFIXES:
        path = tmp_path / f"still{suffix}"
        write_animation(path, [film()[0]] * 3, PLAYING)
        assert opened_frames(path)[0].shape == (40, 56, 3)


@pytest.mark.parametrize("name", ["film.jpg", "film.avi", "film", ".gif.txt"])
def test_other_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AnimationFileError, match="names no format"):
        write_animation(tmp_path / name, film(), PLAYING)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "fps"),
    [("a.gif", 51.0), ("a.webp", 61.0), ("a.mp4", 0.5), ("a.png", float("nan")), ("a.gif", -1.0)],
)
def test_speeds_that_a_format_does_not_have_are_refused(name: str, fps: float) -> None:
    with pytest.raises(AnimationFileError, match="frames a second"):
        check_animation_name(name, fps)


def test_a_missing_codec_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VIDEO_CODECS, ".mp4", "zzzz")
    with pytest.raises(VideoError, match=r"no codec for \.mp4; choose \.gif"):
        write_animation(tmp_path / "film.mp4", film(), PLAYING)
    assert not list(tmp_path.iterdir())


def test_a_video_that_lost_frames_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def three(path: Path) -> Generator[None, None, int]:
        yield
        return 3

    monkeypatch.setattr(videos, "_counting", three)
    with pytest.raises(VideoError, match="temporary folder full"):
        write_animation(tmp_path / "film.webm", film(), PLAYING)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ANIMATION_SUFFIXES)
def test_an_old_file_stays_where_the_new_one_fails(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "missing" / f"film{suffix}"
    with pytest.raises(FileWriteError):
        write_animation(path, film(3), PLAYING)
    old = tmp_path / f"film{suffix}"
    old.write_bytes(b"old")
    with pytest.raises((DocumentError, ValueError)):
        write_animation(old, [np.zeros((0, 8, 3), np.uint8)] * 2, PLAYING)
    assert old.read_bytes() == b"old"


def test_opencv_keeps_its_remarks_to_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_animation(tmp_path / "film.webm", film(3), PLAYING)
    os.write(2, b"still there")
    assert capfd.readouterr().err == "still there"


def test_frames_too_large_for_webp_are_refused(tmp_path: Path) -> None:
    wide = [np.zeros((2, 16_384, 3), np.uint8)] * 2
    with pytest.raises(AnimationFileError, match="at most 16383 px"):
        write_animation(tmp_path / "film.webp", wide, PLAYING)
