"""The clip that a document's photo is a frame of: a pair is trained on its frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.document.change import Change
from app.document.commands import Command
from app.document.document import Document
from app.document.files.clips import ClipError, clip_frames, opened_clip
from app.document.pixels import Pixels
from app.document.wording import translate
from app.session.pair import SessionPair


class SetPhotoClip(Command):
    """Train the pair on the frames of another clip, or on the photo alone."""

    label = "Frames of a video"

    def __init__(self, pair: SessionPair, clip: Path | None) -> None:
        """Prepare to have ``clip`` in place of the one there is."""
        self._pair = pair
        self._after, self._before = clip, pair.clip

    def apply(self, document: Document) -> Change:
        """Have the new one."""
        self._pair.use_clip(self._after)
        return Change()

    def revert(self, document: Document) -> Change:
        """Have the one before."""
        self._pair.use_clip(self._before)
        return Change()


def frames_beside(clip: Path, photo: Pixels) -> tuple[Pixels, ...]:
    """Return the frames of a clip that a pair is trained on beside its photo; on any thread.

    Args:
        clip: a video, an animated picture, or a folder of pictures.
        photo: (H, W, 3) uint8; where it is the first frame itself, that one is left out.

    Returns:
        (H, W, 3) uint8 each.

    Raises:
        DocumentError: the clip is missing or damaged, or of another size than the photo.
    """
    # not at the top: this brings in torch, and the window comes first
    from singan_core.applications.structural_analogy.clip_frames import training_indices

    opened = opened_clip(clip)
    if opened.size != photo.shape[:2]:
        raise _other_size(clip, opened.size, (photo.shape[0], photo.shape[1]))
    step = training_indices(opened.frame_count, opened.size).step
    frames = tuple(clip_frames(opened, step=step))
    return frames[1:] if np.array_equal(frames[0], photo) else frames


def _other_size(clip: Path, size: tuple[int, int], photo_size: tuple[int, int]) -> ClipError:
    text = translate(
        "Errors",
        "“{name}” is {width} x {height} px, but the photo is {photo_width} x {photo_height} px: "
        "open one of its frames as the photo.",
    )
    (height, width), (photo_height, photo_width) = size, photo_size
    return ClipError(
        text.format(
            name=clip.name,
            width=width,
            height=height,
            photo_width=photo_width,
            photo_height=photo_height,
        )
    )
