"""Several pictures on one, each with its label."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.document.pixels import Pixels

TILE_PX = 360
LABEL_PX = 26
GAP_PX = 8
_BACKGROUND = (40, 40, 40)
_INK = (235, 235, 235)


def contact_sheet(pictures: Sequence[tuple[str, Pixels]], columns: int | None = None) -> Pixels:
    """Return a sheet of labelled pictures in rows.

    Args:
        pictures: label and (H, W, 3) uint8 RGB each; large ones are reduced to ``TILE_PX``.
        columns: None = about as many columns as rows.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    tiles = [(label, _tile(pixels)) for label, pixels in pictures]
    columns = columns or math.ceil(math.sqrt(len(tiles)))
    cell_width = max(tile.width for _, tile in tiles) + GAP_PX
    cell_height = max(tile.height for _, tile in tiles) + LABEL_PX + GAP_PX
    rows = math.ceil(len(tiles) / columns)
    size = (columns * cell_width + GAP_PX, rows * cell_height + GAP_PX)
    sheet = Image.new("RGB", size, _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=LABEL_PX * 0.6)
    for index, (label, tile) in enumerate(tiles):
        x = GAP_PX + index % columns * cell_width
        y = GAP_PX + index // columns * cell_height
        draw.text((x, y), label, fill=_INK, font=font)
        sheet.paste(tile, (x, y + LABEL_PX))
    return np.array(sheet)


def _tile(pixels: Pixels) -> Image.Image:
    image = Image.fromarray(pixels)
    image.thumbnail((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
    return image
