"""Reading clips, one frame at a time: videos, animated pictures, and folders of pictures."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

import cv2
import numpy as np
from PIL import Image

from app.document.errors import DocumentError
from app.document.files.images.image_files import check_size, open_image
from app.document.files.opening import PHOTO_SUFFIXES
from app.document.files.reading import open_for_reading
from app.document.files.videos import without_codec_remarks
from app.document.pixels import Pixels
from app.document.wording import translate

ClipKind = Literal["folder", "pictures", "video"]
VIDEO_SUFFIXES: Final = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi")
ANIMATED_SUFFIXES: Final = (".gif", ".webp", ".apng", ".png")
FOLDER_FPS: Final = 25.0
"""Of a folder of pictures, which has no speed of its own."""
_PILLOW_FORMATS: Final = ("GIF", "WEBP", "PNG")
_MAX_BYTES: Final = 1 << 40
_HASHED_BYTES: Final = 1 << 22
_LOST_SHARE, _LOST_S = 0.1, 0.25
"""How much shorter than announced a video may be: sound can last longer than its pictures."""


class ClipError(DocumentError):
    """A file or folder that is no clip which can be read."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What is known of a clip after all of it was looked at once.

    Attributes:
        path: of the file or folder.
        kind: how it is read.
        size: (H, W) of the first frame.
        frame_count: at least 1.
        fps: frames per second, on average.
        sha256: of its content (hex).
    """

    path: Path
    kind: ClipKind
    size: tuple[int, int]
    frame_count: int
    fps: float
    sha256: str


def clip_kind(path: str | os.PathLike[str]) -> ClipKind | None:
    """Return how a clip is read; None where it is a single picture, or no file at all."""
    given = Path(path)
    if given.is_dir():
        return "folder"
    suffix = given.suffix.lower()
    if suffix in VIDEO_SUFFIXES:
        return "video"
    if suffix not in ANIMATED_SUFFIXES or not given.is_file():
        return None
    try:
        with Image.open(given, formats=_PILLOW_FORMATS) as picture:
            return "pictures" if getattr(picture, "is_animated", False) else None
    except (OSError, ValueError, SyntaxError):
        return None


def looking(path: str | os.PathLike[str]) -> Generator[None, None, Clip]:
    """Look at all frames of a clip, so that nothing is found missing after hours of work.

    Yields:
        None after every frame and every part of a file.

    Raises:
        ClipError: missing, empty, damaged, cut off, no clip, or frames of several sizes.
        ImageFileError: a picture is damaged or too large.
    """
    given = Path(path)
    kind = clip_kind(given)
    if kind == "folder":
        return (yield from _looking_at_folder(given))
    with open_for_reading(given, ClipError, _MAX_BYTES) as file:
        sha256 = yield from _hashing(file, hashlib.sha256())
    if kind == "pictures":
        size, count, fps = yield from _looking_at_pictures(given)
    elif kind == "video":
        size, count, fps = yield from _looking_at_video(given)
    else:
        raise _no_clip(given)
    return Clip(given, kind, size, count, fps, sha256)


def opened_clip(path: str | os.PathLike[str]) -> Clip:
    """Return what ``looking`` returns.

    Raises:
        ClipError, ImageFileError: as there.
    """
    steps = looking(path)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            clip: Clip = stop.value
            return clip


def clip_frames(clip: Clip, start: int = 0, step: int = 1) -> Iterator[Pixels]:
    """Read a clip frame by frame; no more than one is held.

    Args:
        clip: the one that was looked at.
        start: first frame to return.
        step: 2 returns every other frame.

    Yields:
        (H, W, 3) uint8 sRGB; transparent parts are white.

    Raises:
        ClipError: it changed since, or a frame is damaged or of another size.
        ImageFileError: a picture is damaged or too large.
    """
    wanted = range(start, clip.frame_count, step)
    readers = {"folder": _folder_frames, "pictures": _picture_frames, "video": _video_frames}
    count = 0
    for frame in readers[clip.kind](clip.path, wanted):
        own = frame.shape[0], frame.shape[1]
        if own != clip.size:
            raise _other_size(clip.path, start + count * step + 1, own, clip.size)
        count += 1
        yield frame
    if count < len(wanted):
        raise _cut_off(clip.path, start + count * step, clip.frame_count)


def _looking_at_folder(path: Path) -> Generator[None, None, Clip]:
    digest, names = hashlib.sha256(), _pictures_in(path)
    for name in names:
        with open_for_reading(name, ClipError) as file:
            digest.update(f"|{name.name}|".encode())
            yield from _hashing(file, digest)
    first = open_image(names[0]).rgba
    size = first.shape[0], first.shape[1]
    for number, name in enumerate(names, start=1):
        _check_header(name, number, size)
        yield
    return Clip(path, "folder", size, len(names), FOLDER_FPS, digest.hexdigest())


def _check_header(path: Path, number: int, size: tuple[int, int]) -> None:
    """Refuse another size early, where the head of the file tells it."""
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            is_turned = picture.getexif().get(0x0112, 1) >= 5
    except (OSError, ValueError, SyntaxError, TypeError, Image.DecompressionBombError):
        return
    own = (width, height) if is_turned else (height, width)
    if own != size:
        raise _other_size(path.parent, number, own, size)


def _other_size(path: Path, number: int, own: tuple[int, int], size: tuple[int, int]) -> ClipError:
    sentence = translate(
        "Errors",
        "Frame {number} of “{name}” is {width} x {height} px, but the first one is {first_width} x "
        "{first_height} px: all frames must be of one size.",
    )
    (height, width), (first_height, first_width) = own, size
    return ClipError(
        sentence.format(
            number=number,
            name=path.name,
            width=width,
            height=height,
            first_width=first_width,
            first_height=first_height,
        )
    )


def _pictures_in(folder: Path) -> list[Path]:
    """Return the pictures of a folder, 2 before 10.

    Raises:
        ClipError: there are none, or it cannot be read.
    """
    try:
        files = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        sentence = translate("Errors", "The folder “{name}” cannot be read.")
        raise ClipError(sentence.format(name=folder.name)) from error
    pictures = [path for path in files if path.suffix.lower() in PHOTO_SUFFIXES and path.is_file()]
    if not pictures:
        sentence = translate("Errors", "The folder “{name}” holds no pictures.")
        raise ClipError(sentence.format(name=folder.name))
    return sorted(pictures, key=_natural)


def _natural(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    parts = re.split(r"(\d+)", path.name.casefold())
    keys = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
    return keys, path.name


def _folder_frames(path: Path, wanted: range) -> Iterator[Pixels]:
    names = _pictures_in(path)
    for index in wanted:
        if index < len(names):
            yield _on_white(open_image(names[index]).rgba)


def _looking_at_pictures(path: Path) -> Generator[None, None, tuple[tuple[int, int], int, float]]:
    total_ms, count = 0.0, 0
    with _opened_pictures(path) as picture:
        check_size(path.name, *picture.size)
        size = picture.size[1], picture.size[0]
        frame_count = int(getattr(picture, "n_frames", 1))
        for index in range(frame_count):
            _load(picture, index, path, frame_count)
            total_ms += float(picture.info.get("duration", 0.0) or 0.0)
            count += 1
            yield
    return size, count, (1000.0 * count / total_ms if total_ms > 0.0 else 10.0)


def _picture_frames(path: Path, wanted: range) -> Iterator[Pixels]:
    with _opened_pictures(path) as picture:
        for index in wanted:
            if index < int(getattr(picture, "n_frames", 1)):
                _load(picture, index, path, wanted.stop)
                yield _on_white(np.array(picture.convert("RGBA"), np.uint8))


def _opened_pictures(path: Path) -> Image.Image:
    try:
        return Image.open(path, formats=_PILLOW_FORMATS)
    except (OSError, ValueError, SyntaxError) as error:
        raise _damaged(path) from error


def _load(picture: Image.Image, index: int, path: Path, count: int) -> None:
    try:
        picture.seek(index)
        picture.load()
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise _cut_off(path, index, count) from error


def _looking_at_video(path: Path) -> Generator[None, None, tuple[tuple[int, int], int, float]]:
    video = _opened_video(path)
    try:
        fps = float(video.get(cv2.CAP_PROP_FPS))
        announced_s = float(video.get(cv2.CAP_PROP_FRAME_COUNT)) / fps if fps > 0.0 else 0.0
        size, count, last_s = (0, 0), 0, 0.0
        while _grabbed(video):
            if count == 0:
                size = _checked_size(video, path)
            last_s = max(last_s, float(video.get(cv2.CAP_PROP_POS_MSEC)) / 1000.0)
            count += 1
            yield
    finally:
        video.release()
    if count == 0:
        sentence = translate("Errors", "“{name}” holds no frame that can be read.")
        raise ClipError(sentence.format(name=path.name))
    fps = fps if 0.0 < fps < 1000.0 else FOLDER_FPS
    if max(last_s, (count - 1) / fps) < (1.0 - _LOST_SHARE) * announced_s - _LOST_S:
        raise _cut_off(path, count, round(announced_s * fps))
    return size, count, fps


def _checked_size(video: cv2.VideoCapture, path: Path) -> tuple[int, int]:
    frame = _retrieved(video, path)
    return frame.shape[0], frame.shape[1]


def _video_frames(path: Path, wanted: range) -> Iterator[Pixels]:
    video, index = _opened_video(path), 0
    try:
        while index < wanted.stop and _grabbed(video):
            if index in wanted:
                yield _retrieved(video, path)
            index += 1
    finally:
        video.release()


def _opened_video(path: Path) -> cv2.VideoCapture:
    with without_codec_remarks():
        video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not video.isOpened():
        raise _damaged(path)
    width, height = (
        int(video.get(name)) for name in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    check_size(path.name, width, height)
    return video


def _grabbed(video: cv2.VideoCapture) -> bool:
    with without_codec_remarks():
        return video.grab()


def _retrieved(video: cv2.VideoCapture, path: Path) -> Pixels:
    is_read, frame = video.retrieve()
    if not is_read or frame.ndim != 3:
        raise _damaged(path)
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), np.uint8)


def _on_white(rgba: Pixels) -> Pixels:
    alpha = rgba[..., 3:]
    if alpha.min(initial=255) == 255:
        return np.ascontiguousarray(rgba[..., :3])
    share = alpha.astype(np.float32) / 255.0
    mixed = rgba[..., :3] * share + 255.0 * (1.0 - share)
    return np.asarray(np.rint(mixed), np.uint8)


def _hashing(file: BinaryIO, digest: hashlib._Hash) -> Generator[None, None, str]:
    while part := file.read(_HASHED_BYTES):
        digest.update(part)
        yield
    return digest.hexdigest()


def _no_clip(path: Path) -> ClipError:
    if path.suffix.lower() in ANIMATED_SUFFIXES:
        open_image(path)  # a damaged picture is told of as such
    sentence = translate(
        "Errors",
        "“{name}” is no clip: a video, an animated GIF, WebP or PNG, or a folder of pictures "
        "is wanted.",
    )
    return ClipError(sentence.format(name=path.name))


def _damaged(path: Path) -> ClipError:
    sentence = translate("Errors", "“{name}” is damaged or cut off, or its format is unknown.")
    return ClipError(sentence.format(name=path.name))


def _cut_off(path: Path, count: int, total: int) -> ClipError:
    sentence = translate(
        "Errors", "“{name}” is damaged or cut off: only {count} of {total} frames can be read."
    )
    return ClipError(sentence.format(name=path.name, count=count, total=total))
