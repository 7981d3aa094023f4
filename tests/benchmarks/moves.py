"""Five scripted moves: an object cut from a photo, put elsewhere, and what its hole became."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.files.images.image_files import open_image
from app.document.masking.prefill import prefill_hole
from app.document.pixels import Pixels

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A lasso around an object and where it goes, as shares of the photo's width and height.

    Attributes:
        id: name of the case.
        train: the photo, below the data folder.
        outline: corners of the lasso, (x, y).
        shift: from the old place to the new one, (x, y).
    """

    id: str
    train: str
    outline: Points
    shift: tuple[float, float]


# fmt: off
MOVES = (
    Move("move_tower", "images/stone.png", (
        (0.922, 0.44), (0.922, 0.36), (0.928, 0.28), (0.94, 0.22), (0.965, 0.19), (1.0, 0.18),
        (1.0, 0.44),
    ), (-0.86, 0.12)),
    Move("move_cow", "images/cows.png", (
        (0.07, 0.82), (0.065, 0.77), (0.09, 0.74), (0.10, 0.71), (0.145, 0.685), (0.178, 0.69),
        (0.18, 0.77), (0.225, 0.77), (0.225, 0.80), (0.13, 0.82),
    ), (0.12, -0.155)),
    Move("move_bush", "images/seascape.png", (
        (0.632, 0.745), (0.655, 0.665), (0.735, 0.665), (0.80, 0.70), (0.885, 0.705),
        (0.92, 0.73), (0.905, 0.78), (0.83, 0.785), (0.825, 0.865), (0.79, 0.885),
        (0.765, 0.85), (0.745, 0.80), (0.70, 0.775),
    ), (-0.38, 0.05)),
    Move("move_bird", "images/birds.png", (
        (0.14, 0.52), (0.19, 0.54), (0.26, 0.52), (0.27, 0.545), (0.235, 0.57), (0.25, 0.635),
        (0.22, 0.63), (0.19, 0.61), (0.14, 0.60),
    ), (0.41, -0.29)),
    Move("move_balloon", "images/balloons.png", (
        (0.14, 0.31), (0.165, 0.275), (0.215, 0.275), (0.24, 0.32), (0.225, 0.37), (0.20, 0.41),
        (0.195, 0.445), (0.175, 0.445), (0.175, 0.41), (0.15, 0.37),
    ), (0.62, 0.07)),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class MoveFiles:
    """Where the files of a move are: the composite, its mask, and its hole alone."""

    composite: Path
    mask: Path
    hole: Path


def write_move(move: Move, photo_path: Path, folder: Path) -> MoveFiles:
    """Write the composite of a move, prefilled as the window does, its mask and its hole."""
    photo = open_image(photo_path).rgb
    height, width = photo.shape[:2]
    right, down = round(move.shift[0] * width), round(move.shift[1] * height)
    hole = _lasso(move.outline, (height, width))
    place = _lasso(move.outline, (height, width), (right, down))
    moved = np.roll(photo, (down, right), axis=(0, 1))
    composite = np.where(place[..., None] > 0, moved, photo)
    missing = np.where(place > 0, np.uint8(0), hole)
    composite = prefill_hole(composite, missing, place)
    files = MoveFiles(*(folder / f"{move.id}_{part}.png" for part in ("edit", "mask", "hole")))
    folder.mkdir(parents=True, exist_ok=True)
    _write(files.composite, composite)
    _write(files.mask, np.maximum(hole, place))
    _write(files.hole, missing)
    return files


def hole_correlation(photo_path: Path, result_path: Path, hole_path: Path) -> float:
    """Return Pearson's r between the brightness of the object that left and its filled hole."""
    hole = open_image(hole_path).rgb[..., 0] > 0
    before, after = (_brightness(open_image(path).rgb)[hole] for path in (photo_path, result_path))
    return float(np.corrcoef(before, after)[0, 1])


def _lasso(outline: Points, size: tuple[int, int], shift: tuple[int, int] = (0, 0)) -> Pixels:
    height, width = size
    corners = np.rint(np.array(outline) * (width, height)).astype(np.int32) + shift
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [corners.astype(np.int32)], 255)
    return mask


def _brightness(rgb: Pixels) -> NDArray[np.float64]:
    weights = np.array([0.299, 0.587, 0.114])
    return np.asarray(rgb.astype(np.float64) @ weights)


def _write(path: Path, pixels: Pixels) -> None:
    is_color = pixels.ndim == 3
    stored = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if is_color else pixels
    if not cv2.imwrite(str(path), stored):
        raise OSError(f"{path} cannot be written")
