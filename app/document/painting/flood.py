"""Pixels of nearly the same colour: what the magic wand selects and the fill tool fills."""

from __future__ import annotations

import cv2
import numpy as np

from app.document.geometry import Rect
from app.document.painting.painting import strips_of
from app.document.pixels import Pixels

# Marks what the flood has reached; neither 0 nor 255, the values of the ground it flows over.
_REACHED = 128
_NEIGHBOURS = np.ones((3, 3), np.uint8)


def similar_pixels(
    pixels: Pixels,
    x: int,
    y: int,
    tolerance: int,
    is_contiguous: bool = True,
    is_antialiased: bool = False,
) -> Pixels:
    """Find the pixels whose colour is near that of one pixel.

    Args:
        pixels: (H, W, 4) uint8; premultiplied, so that all transparent pixels are alike; the order
            of the channels does not matter.
        x: column of the pixel; outside the image nothing is similar.
        y: row of the pixel.
        tolerance: 0..255, the largest difference in any channel.
        is_contiguous: only what a path of similar pixels, edge to edge, joins with the pixel.
        is_antialiased: pixels beside the found ones count as far as they are a mix of the colour
            and of the strangest colour beside them; a hard edge stays hard.

    Returns:
        (H, W) uint8, 255 = similar; values between only when antialiased.
    """
    height, width = pixels.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        return np.zeros((height, width), np.uint8)
    color = pixels[y, x].astype(np.int16)
    lower = np.clip(color - tolerance, 0, 255)
    upper = np.clip(color + tolerance, 0, 255)
    mask: Pixels = np.asarray(cv2.inRange(pixels, lower, upper), np.uint8)
    if is_contiguous:
        cv2.floodFill(mask, None, (x, y), _REACHED)
        mask = np.asarray(cv2.inRange(mask, np.array(_REACHED), np.array(_REACHED)), np.uint8)
    if is_antialiased:
        _soften(mask, pixels, pixels[y, x])
    return mask


def _soften(mask: Pixels, pixels: Pixels, color: Pixels) -> None:
    """Write the share of `color` into the pixels that touch the mask."""
    image = Rect.of_size(mask.shape[1], mask.shape[0])
    bounds = Rect(*(int(value) for value in cv2.boundingRect(mask)))
    # one more pixel than the rim, for the colours beside it
    area = bounds.grown(2).intersected(image)
    hard = mask.copy()
    for strip in strips_of(area):
        around = strip.grown(1).intersected(area)
        inside = hard[around.slices_in(image)]
        rim: Pixels = np.asarray(cv2.dilate(inside, _NEIGHBOURS), np.uint8) ^ inside
        if not rim.any():
            continue
        strangeness = _largest_difference(pixels[around.slices_in(image)], color)
        strangest = cv2.dilate(strangeness, _NEIGHBOURS)
        share: Pixels = np.asarray(255 - cv2.divide(strangeness, strangest, scale=255), np.uint8)
        mask[strip.slices_in(image)] |= (rim & share)[strip.slices_in(around)]


def _largest_difference(pixels: Pixels, color: Pixels) -> Pixels:
    """(H, W) uint8: the greatest difference to `color` in any channel."""
    differences = cv2.absdiff(np.ascontiguousarray(pixels), color.astype(np.float64))
    greatest, *others = cv2.split(differences)
    for channel in others:
        cv2.max(greatest, channel, greatest)
    return np.asarray(greatest, np.uint8)
