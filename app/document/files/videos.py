"""Encoding videos with the codecs that OpenCV brings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from app.document.errors import DocumentError
from app.document.files.atomic_files import reason_of, write_atomic
from app.document.pixels import Pixels
from app.document.wording import translate

VIDEO_CODECS: Final = {".mp4": "mp4v", ".webm": "VP90"}
"""Codec per suffix: MPEG-4 part 2 and VP9, which every build of OpenCV brings."""


class VideoError(DocumentError):
    """A video that could not be encoded."""


def even_size(height: int, width: int) -> tuple[int, int]:
    """Return (H, W) of the video for frames of a size.

    Both are even, since the colours of a video have half the resolution: an odd side grows by
    one pixel, which repeats the border.
    """
    return height + height % 2, width + width % 2


def encoded_video(frames: Sequence[Pixels], fps: float, suffix: str) -> bytes:
    """Return a video file of ``even_size``, checked by opening it again.

    Args:
        frames: (H, W, 3) uint8 sRGB, all of one size.
        fps: frames per second.
        suffix: ``.mp4`` or ``.webm``.

    Raises:
        VideoError: the codec is missing, or the temporary folder cannot hold the video.
    """
    with _temporary_video(suffix) as path:
        for _ in _encoding(path, frames, fps):
            pass
        return path.read_bytes()


def writing_video(
    path: str | os.PathLike[str], frames: Sequence[Pixels], fps: float
) -> Iterator[None]:
    """Write what ``encoded_video`` returns, whole or not at all; a frame at a time is held.

    Yields:
        After every frame that was encoded or checked.

    Raises:
        VideoError: as of ``encoded_video``.
        FileWriteError: the file could not be written.
    """
    with _temporary_video(Path(path).suffix.lower()) as encoded:
        yield from _encoding(encoded, frames, fps)
        with open(encoded, "rb") as content:
            write_atomic(path, lambda file: shutil.copyfileobj(content, file))


@contextmanager
def _temporary_video(suffix: str) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder) / f"video{suffix}"
    except OSError as error:
        sentence = translate("Errors", "The video could not be made: {reason}.")
        raise VideoError(sentence.format(reason=reason_of(error))) from error


def _encoding(path: Path, frames: Sequence[Pixels], fps: float) -> Iterator[None]:
    yield from _writing(path, frames, fps)
    if (yield from _counting(path)) != len(frames):
        sentence = translate("Errors", "The video could not be made: is the temporary folder full?")
        raise VideoError(sentence)


def _writing(path: Path, frames: Sequence[Pixels], fps: float) -> Iterator[None]:
    height, width = even_size(*frames[0].shape[:2])
    codec = VIDEO_CODECS[path.suffix]
    with without_codec_remarks():
        writer = cv2.VideoWriter(
            str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), fps, (width, height)
        )
    try:
        if not writer.isOpened():
            sentence = translate(
                "Errors",
                "This installation has no codec for {suffix}; choose .gif, .webp or .apng.",
            )
            raise VideoError(sentence.format(suffix=path.suffix))
        for frame in frames:
            writer.write(_padded_bgr(frame, height, width))
            yield
    finally:
        writer.release()


def _padded_bgr(frame: Pixels, height: int, width: int) -> Pixels:
    margins = (0, height - frame.shape[0], 0, width - frame.shape[1])
    grown = cv2.copyMakeBorder(frame, *margins, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(grown, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _counting(path: Path) -> Generator[None, None, int]:
    """Count by decoding: what the header says is known before the frames are there."""
    video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        count = 0
        while video.grab():
            count += 1
            yield
        return count
    finally:
        video.release()


@contextmanager
def without_codec_remarks() -> Iterator[None]:
    """Within: what codecs write to stderr is dropped, as that VP9 has no number in WebM files."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
