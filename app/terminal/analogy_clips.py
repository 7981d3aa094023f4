"""Picture A of a training of pairs, which may be a clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.document.files.clips import clip_frames, clip_kind, opened_clip
from app.document.files.images.image_files import OpenedImage, image_from_bytes, open_image
from app.document.files.png_parts import png_bytes
from app.document.pixels import Pixels
from app.terminal.console import Console
from singan_core.applications.structural_analogy.clip_frames import training_indices


@dataclass(frozen=True, slots=True)
class OpenedA:
    """Picture A.

    Attributes:
        photo: itself, or the first frame.
        more_frames: of a clip, (H, W, 3) uint8 each.
    """

    photo: OpenedImage
    more_frames: tuple[Pixels, ...] = ()


def open_picture_or_clip(path: str, console: Console) -> OpenedA:
    """Open a picture, or the frames of a clip that are trained on.

    Raises:
        DocumentError: missing, damaged, too large, or frames of several sizes.
    """
    if clip_kind(path) is None:
        return OpenedA(open_image(path))
    clip = opened_clip(path)
    indices = training_indices(clip.frame_count, clip.size)
    first, *others = clip_frames(clip, step=indices.step)
    console.notice(
        f"{clip.path.name}: a clip of {clip.frame_count} frames, of which {len(indices)} are "
        "trained on."
    )
    photo = image_from_bytes(png_bytes(first), f"{Path(path).stem}.png")
    return OpenedA(photo, tuple(others))
