"""What the commands read: a project with its model, a picture, a mask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.document.files.images.image_files import open_image
from app.document.files.opening import is_project_name
from app.document.files.openraster.openraster_file import open_flat
from app.document.files.project.project_file import load_project
from app.document.pixels import Pixels
from app.terminal.console import Console
from singan_core.errors import MaskError
from singan_core.model.trained import TrainedPyramid


@dataclass(frozen=True, slots=True)
class TrainedProject:
    """The parts of a project that rendering needs.

    Attributes:
        photo: (H, W, 3) uint8 RGB.
        model: its active model, possibly a draft.
        models: all that it holds.
    """

    photo: Pixels
    model: TrainedPyramid
    models: tuple[TrainedPyramid, ...]


def read_trained_project(path: str, console: Console) -> TrainedProject:
    """Open a project and its active model.

    Raises:
        DocumentError: it is missing or damaged, or holds no model.
    """
    contents = load_project(Path(path))
    model = contents.require_model()
    for notice in contents.notices:
        console.notice(notice)
    if not model.is_complete:
        console.notice(
            f"Draft: {model.scale_count} of {model.plan.scale_count} scales are trained."
        )
    return TrainedProject(contents.photo, model, tuple(contents.models.values()))


def read_picture(path: str, photo: Pixels, console: Console) -> Pixels:
    """Open an edit; its transparent parts show the photo where the sizes agree, else white.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        DocumentError: the file is missing, damaged or no picture.
    """
    if is_project_name(path):
        rgba = open_flat(Path(path))
    else:
        opened = open_image(path)
        rgba = opened.rgba
        for notice in opened.notices:
            console.notice(notice)
    return _without_alpha(rgba, photo)


def _without_alpha(rgba: Pixels, photo: Pixels) -> Pixels:
    rgb, alpha = rgba[..., :3], rgba[..., 3:]
    if alpha.min() == 255:
        return np.ascontiguousarray(rgb)
    below = photo if photo.shape == rgb.shape else np.full_like(rgb, 255)
    share = alpha.astype(np.float32) / 255.0
    mixed = rgb.astype(np.float32) * share + below.astype(np.float32) * (1.0 - share)
    return np.asarray(np.rint(mixed), dtype=np.uint8)


def read_mask(path: str, size: tuple[int, int]) -> Pixels:
    """Open a mask: white (above half of its brightest value) where the result may change.

    Args:
        path: any picture; its transparency is ignored.
        size: (H, W) it must have, in pixels.

    Returns:
        (H, W) uint8, 0 or 255.

    Raises:
        MaskError: another size, or black everywhere.
        DocumentError: the file is missing, damaged or no picture.
    """
    brightness = open_image(path).rgb.max(axis=2)
    if brightness.shape != size:
        raise MaskError(
            "The mask is {mask_width} x {mask_height} px but the picture is {width} x {height} px.",
            mask_width=brightness.shape[1],
            mask_height=brightness.shape[0],
            width=size[1],
            height=size[0],
        )
    brightest = int(brightness.max())
    if brightest == 0:
        raise MaskError("The mask is black everywhere, so nothing may change.")
    is_white: NDArray[np.bool_] = brightness * 2.0 > brightest
    mask: Pixels = is_white.astype(np.uint8) * np.uint8(255)
    return mask
