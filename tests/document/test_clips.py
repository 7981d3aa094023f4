"""Reading clips: every kind gives its frames one by one, and what is wrong is one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.document.errors import DocumentError
from app.document.files import clips
from app.document.files.animations import Playing, write_animation
from app.document.files.clips import ClipError, clip_frames, clip_kind, opened_clip
from app.document.files.images.image_files import ImageFileError, ImageTooLargeError
from app.document.pixels import Pixels

LOSSLESS = (".gif", ".apng", ".png")
VIDEOS = (".mp4", ".webm")


def film(count: int = 7, height: int = 40, width: int = 56) -> list[Pixels]:
    """Frames of one colour each."""
    return [np.full((height, width, 3), (20 * n, 90, 200 - 20 * n), np.uint8) for n in range(count)]


def folder_of(path: Path, frames: list[Pixels]) -> Path:
    path.mkdir()
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(path / f"frame{number}.png")
    return path


@pytest.mark.parametrize("suffix", [*LOSSLESS, ".webp", *VIDEOS])
def test_a_file_gives_its_frames_in_order(tmp_path: Path, suffix: str) -> None:
    frames = film()
    path = tmp_path / f"film{suffix}"
    write_animation(path, frames, Playing(12.5))
    clip = opened_clip(path)
    assert (clip.size, clip.frame_count) == ((40, 56), 7)
    assert clip.fps == pytest.approx(12.5)
    read = list(clip_frames(clip))
    limit = 0 if suffix in LOSSLESS[1:] else 12
    for expected, frame in zip(frames, read, strict=True):
        assert np.abs(expected.astype(int) - frame).max() <= limit
    for start, step in ((0, 1), (3, 1), (2, 3), (7, 1)):
        part = list(clip_frames(clip, start, step))
        assert len(part) == len(read[start::step])
        assert all((a == b).all() for a, b in zip(part, read[start::step], strict=True))


def test_a_folder_is_read_in_the_order_of_numbers(tmp_path: Path) -> None:
    frames = film(12)
    path = folder_of(tmp_path / "frames", frames)
    (path / ".hidden.png").write_bytes(b"no picture")
    (path / "notes.txt").write_text("no picture")
    (path / "more").mkdir()
    clip = opened_clip(path)
    assert (clip.kind, clip.frame_count, clip.fps) == ("folder", 12, clips.FOLDER_FPS)
    assert all((a == b).all() for a, b in zip(clip_frames(clip), frames, strict=True))
    Image.fromarray(frames[0]).save(path / "frame3.png")
    assert opened_clip(path).sha256 != clip.sha256


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[:4, :, 3] = 255
    (tmp_path / "frames").mkdir()
    Image.fromarray(rgba).save(tmp_path / "frames" / "1.png")
    frame = next(clip_frames(opened_clip(tmp_path / "frames")))
    assert (frame[:4] == 0).all()
    assert (frame[4:] == 255).all()


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp", *VIDEOS])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5])
def test_a_file_that_is_cut_off_is_one_sentence(
    tmp_path: Path, suffix: str, share: float, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"film{suffix}"
    noise = np.random.default_rng(0).integers(0, 256, (20, 40, 56, 3), np.uint8)
    write_animation(path, list(noise), Playing(10.0))
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    capfd.readouterr()
    with pytest.raises(DocumentError, match=rf"film{suffix}.*\.$"):
        opened_clip(path)
    assert capfd.readouterr().err == "", "codecs do not speak to the user"


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    still = tmp_path / "still.png"
    Image.fromarray(film(1)[0]).save(still)
    assert clip_kind(still) is None
    with pytest.raises(ClipError, match=r"“still\.png” is no clip"):
        opened_clip(still)
    with pytest.raises(ClipError, match="does not exist"):
        opened_clip(tmp_path / "missing.mp4")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ClipError, match="“empty” holds no pictures"):
        opened_clip(tmp_path / "empty")
    text = tmp_path / "text.mp4"
    text.write_text("a story")
    with pytest.raises(ClipError, match=r"“text\.mp4” is damaged"):
        opened_clip(text)


def test_frames_of_several_sizes_are_refused(tmp_path: Path) -> None:
    path = folder_of(tmp_path / "frames", [*film(3), *film(1, 30, 56), *film(1)])
    expected = r"Frame 4 of “frames” is 56 x 30 px, but the first one is 56 x 40 px"
    (path / "frame3.png").rename(path / "frame03.png")
    with pytest.raises(ClipError, match=expected):
        opened_clip(path)


def test_a_clip_that_changed_since_is_refused(tmp_path: Path) -> None:
    path = folder_of(tmp_path / "frames", film(3))
    clip = opened_clip(path)
    Image.fromarray(film(1, 20, 20)[0]).save(path / "frame1.png")
    with pytest.raises(ClipError, match="Frame 2 of"):
        list(clip_frames(clip))
    (path / "frame1.png").unlink()
    with pytest.raises(ClipError, match="only 2 of 3 frames"):
        list(clip_frames(clip))
    (path / "frame2.png").write_bytes(b"damaged")
    with pytest.raises(ImageFileError, match=r"frame2\.png"):
        list(clip_frames(clip))


def test_huge_frames_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.document.files.images.image_files.MAX_MEGAPIXELS", 0.001)
    for suffix in (".gif", ".mp4"):
        path = tmp_path / f"film{suffix}"
        write_animation(path, film(2), Playing())
        with pytest.raises(ImageTooLargeError, match="56 x 40 px"):
            opened_clip(path)
    with pytest.raises(ImageTooLargeError):
        opened_clip(folder_of(tmp_path / "frames", film(2)))
