"""Writing animations: the suffix of the name is the format, and nothing else."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from app.document.errors import DocumentError
from app.document.files.atomic_files import write_bytes_atomic
from app.document.files.videos import VIDEO_CODECS, encoded_video, writing_video
from app.document.pixels import Pixels
from app.document.wording import translate

LOWEST_FPS, HIGHEST_FPS = 1.0, 60.0
MAX_GIF_FPS = 50.0
"""Viewers slow down what is faster: GIF counts hundredths of a second."""
_GIF_MAX_SIDE_PX, _WEBP_MAX_SIDE_PX = 65_535, 16_383
_PALETTE_COLOURS = 255  # one entry is left for the pixels that stay as they were
_PALETTE_SAMPLE = 2**16
_ORDERED_DITHER_LEVELS = 12.0
_WEBP_QUALITY = 90
_REFUSED = (OSError, ValueError, RuntimeError, OverflowError)


class AnimationFileError(DocumentError):
    """An animation that cannot be written as asked for."""


@dataclass(frozen=True, slots=True)
class Playing:
    """How an animation is played.

    Attributes:
        fps: frames per second, 1 to 60.
        is_repeating: begins again at its end; formats for video leave that to the player.
    """

    fps: float = 10.0
    is_repeating: bool = True


def check_animation_name(path: str | os.PathLike[str], fps: float) -> None:
    """Raise unless an animation can be written under that name, before it is computed.

    Raises:
        AnimationFileError: another suffix, or a speed that the format does not have.
    """
    name, suffix = Path(path).name, Path(path).suffix.lower()
    if suffix not in ANIMATION_SUFFIXES:
        sentence = translate(
            "Errors", "“{name}” names no format for animations: its name must end in {suffixes}."
        )
        suffixes = ", ".join(ANIMATION_SUFFIXES)
        raise AnimationFileError(sentence.format(name=name, suffixes=suffixes))
    highest = MAX_GIF_FPS if suffix == ".gif" else HIGHEST_FPS
    if not LOWEST_FPS <= fps <= highest:  # also refuses nan
        sentence = translate(
            "Errors", "“{name}” can show {low:g} to {high:g} frames a second, not {fps:g}."
        )
        raise AnimationFileError(sentence.format(name=name, low=LOWEST_FPS, high=highest, fps=fps))


def write_animation(
    path: str | os.PathLike[str], frames: Sequence[Pixels], playing: Playing
) -> None:
    """Write an animation in the format that the path's suffix names, whole or not at all.

    A frame that equals the one before lengthens it in GIF, WebP and APNG. Videos have even sides:
    an odd one grows by a pixel, which repeats the border.

    Args:
        path: its suffix is one of ``ANIMATION_SUFFIXES``.
        frames: at least two of (H, W, 3) uint8 sRGB, all of one size.
        playing: speed and repetition.

    Raises:
        AnimationFileError: another suffix, or frames that the format cannot hold.
        FileWriteError: the file could not be written.
    """
    write_bytes_atomic(path, encoded_animation(path, frames, playing))


def writing_animation(
    path: str | os.PathLike[str], frames: Sequence[Pixels], playing: Playing
) -> Iterator[None]:
    """Write an animation as ``write_animation`` does, a video in steps and frame by frame.

    Args:
        path: as there.
        frames: as there; those of a video are asked for one after the other.
        playing: as there.

    Yields:
        After every part of the work.

    Raises:
        AnimationFileError, VideoError, FileWriteError: as there.
    """
    check_animation_name(path, playing.fps)
    if Path(path).suffix.lower() in VIDEO_CODECS:
        yield from writing_video(path, frames, playing.fps)
    else:
        write_animation(path, frames, playing)
        yield


def encoded_animation(
    path: str | os.PathLike[str], frames: Sequence[Pixels], playing: Playing
) -> bytes:
    """Return the content of an animation file, whose suffix names the format.

    Args:
        path: not touched.
        frames: as for ``write_animation``.
        playing: likewise.

    Raises:
        AnimationFileError: another suffix, or frames that the format cannot hold.
    """
    check_animation_name(path, playing.fps)
    name, suffix = Path(path).name, Path(path).suffix.lower()
    try:
        return ANIMATION_SUFFIXES[suffix](frames, playing)
    except _REFUSED as error:
        sentence = translate("Errors", "“{name}” cannot be written: this format refuses it.")
        raise AnimationFileError(sentence.format(name=name)) from error


def _durations_ms(count: int, fps: float, tick_ms: int) -> list[int]:
    """Return how long each frame is shown, in whole ticks that add up to the length."""
    ends = [tick_ms * round(1000.0 * frame / fps / tick_ms) for frame in range(count + 1)]
    return [end - start for start, end in pairwise(ends)]


def _encoded_gif(frames: Sequence[Pixels], playing: Playing) -> bytes:
    _check_side(frames, _GIF_MAX_SIDE_PX)
    palette = _shared_palette(frames)
    pictures = [_with_palette(frame, palette) for frame in frames]
    repetition = {"loop": 0} if playing.is_repeating else {}
    colours = bytes(palette.getpalette() or [])
    return _saved(pictures, "GIF", playing, 10, palette=colours, optimize=False, **repetition)


def _shared_palette(frames: Sequence[Pixels]) -> Image.Image:
    """Return a picture with the one palette of all frames, so that no colour flickers."""
    pixels = sum(frame.shape[0] * frame.shape[1] for frame in frames)
    step = max(1, pixels // _PALETTE_SAMPLE)
    sample = np.concatenate([frame.reshape(-1, 3)[::step].copy() for frame in frames])
    picture = Image.fromarray(np.ascontiguousarray(sample[None]))
    return picture.quantize(_PALETTE_COLOURS, Image.Quantize.MEDIANCUT, kmeans=3)


def _with_palette(frame: Pixels, palette: Image.Image) -> Image.Image:
    """Reduce a frame to the palette with a pattern that stays in place: noise would flicker."""
    height, width = frame.shape[:2]
    tiles = (-(-height // 4), -(-width // 4))
    pattern = np.tile(_BAYER, tiles)[:height, :width, None] * _ORDERED_DITHER_LEVELS
    dithered = np.clip(np.rint(frame + pattern), 0, 255).astype(np.uint8)
    return Image.fromarray(dithered).quantize(palette=palette, dither=Image.Dither.NONE)


_BAYER = (
    np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) - 7.5
) / 16.0


def _encoded_webp(frames: Sequence[Pixels], playing: Playing) -> bytes:
    _check_side(frames, _WEBP_MAX_SIDE_PX)
    pictures = [Image.fromarray(frame) for frame in frames]
    times = 0 if playing.is_repeating else 1
    return _saved(pictures, "WEBP", playing, 1, loop=times, quality=_WEBP_QUALITY)


def _encoded_apng(frames: Sequence[Pixels], playing: Playing) -> bytes:
    pictures = [Image.fromarray(frame) for frame in frames]
    return _saved(pictures, "PNG", playing, 1, loop=0 if playing.is_repeating else 1)


def _saved(
    pictures: list[Image.Image], file_format: str, playing: Playing, tick_ms: int, **options: Any
) -> bytes:
    durations = _durations_ms(len(pictures), playing.fps, tick_ms)
    file = io.BytesIO()
    first, *others = pictures
    first.save(
        file, file_format, save_all=True, append_images=others, duration=durations, **options
    )
    return file.getvalue()


def _encoded_mp4(frames: Sequence[Pixels], playing: Playing) -> bytes:
    return encoded_video(frames, playing.fps, ".mp4")


def _encoded_webm(frames: Sequence[Pixels], playing: Playing) -> bytes:
    return encoded_video(frames, playing.fps, ".webm")


def _check_side(frames: Sequence[Pixels], limit: int) -> None:
    if max(frames[0].shape[:2]) > limit:
        sentence = translate("Errors", "Frames of this format have at most {limit} px a side.")
        raise AnimationFileError(sentence.format(limit=limit))


ANIMATION_SUFFIXES: dict[str, Callable[[Sequence[Pixels], Playing], bytes]] = {
    ".gif": _encoded_gif,
    ".webp": _encoded_webp,
    ".apng": _encoded_apng,
    ".png": _encoded_apng,
    ".mp4": _encoded_mp4,
    ".webm": _encoded_webm,
}
"""What writes a suffix."""
