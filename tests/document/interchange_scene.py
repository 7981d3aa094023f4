"""A small document with all that OpenRaster and PSD can say, to be shown by other editors."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.document import Document
from app.document.layers import BlendMode, Layer
from app.document.planes import Plane

WIDTH, HEIGHT = 48, 20
# others composite "plus" as an ordinary blend mode, which differs where a channel overflows
MODES = [mode for mode in BlendMode if mode is not BlendMode.PLUS]


def cloud(seed: int, width: int, height: int, alpha: int | None = None) -> NDArray[np.uint8]:
    """Smooth colours, (height, width, 4) RGBA; smooth transparency too unless alpha is given."""
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 5, 4), dtype=np.uint8)
    image = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
    image[..., 3] = image[..., 3] if alpha is None else alpha
    return image


def painted(name: str, seed: int, *rect: int, **properties: object) -> Layer:
    """A layer of smooth colours at x, y, width, height."""
    x, y, width, height = rect
    plane = Plane.from_rgba(cloud(seed, width, height), x, y)
    return Layer(name, plane, **properties)  # type: ignore[arg-type]


def scene(has_modes: bool = True) -> Document:
    """Modes in a row above, if wanted; groups, clipping and masks below."""
    back = Layer("Back", Plane.from_rgba(cloud(1, WIDTH, HEIGHT, 255)))
    modes = [
        painted(mode.name.title(), 10 + index, 3 * index + 1, 1, 3, 7, blend_mode=mode)
        for index, mode in enumerate(MODES)
        if has_modes
    ]
    multiplied = Layer.group("Multiplied")
    multiplied.blend_mode, multiplied.opacity = BlendMode.MULTIPLY, 0.8
    ramp = np.tile(np.linspace(255, 0, 15).astype(np.uint8), (HEIGHT, 1))
    multiplied.mask = Plane.from_grey(ramp, 0, 0, fill=0)
    outside = painted("Outside", 40, -5, 7, 20, 20, group_id=multiplied.id)
    screened = painted(
        "Screened", 41, 1, 10, 10, 5, group_id=multiplied.id, blend_mode=BlendMode.SCREEN
    )
    base = painted("Base", 42, 17, 9, 10, 9, opacity=0.9, blend_mode=BlendMode.HARD_LIGHT)
    clipped = painted("Clipped", 43, 15, 11, 20, 10, is_clipped=True, opacity=0.7)
    through = Layer.group("Through")
    through.is_pass_through = True
    burnt = painted("Burnt", 44, 31, 9, 8, 9, group_id=through.id, blend_mode=BlendMode.COLOR_BURN)
    hidden = painted("Hidden", 45, 0, 0, WIDTH, HEIGHT, is_visible=False, is_locked=True)
    masked = painted("Masked", 46, 40, 9, 7, 9, opacity=0.6)
    masked.mask = Plane.from_grey(np.full((4, 7), 99, np.uint8), 40, 9, fill=255)
    layers = [back, *modes, outside, screened, multiplied, base, clipped]
    return Document(WIDTH, HEIGHT, [*layers, burnt, through, hidden, masked])
