"""The photo's own palette: its dominant colours, and where in the photo each of them lies."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.pixels import RgbColor

FEWEST, MOST = 5, 16
_LONG_SIDE_PX = 224
_FIRST_COUNT = 32
_ROUNDS = 12
# Variance that rounding alone gives to equal colours.
_NO_SPREAD = 1e-3
# Distances in CIE Lab: below the first two colours are one to the eye, below the second they are
# shades of one.
_SAME_DISTANCE = 4.0
_SHADE_DISTANCE = 14.0
# Colours of a smaller share are kept only when they stand out from all others.
_SMALL_SHARE = 0.004
_STANDS_OUT_DISTANCE = 30.0

Centres = NDArray[np.float32]


@dataclass(frozen=True)
class PaletteColor:
    """One dominant colour.

    Attributes:
        rgb: sRGB, 0 to 255 each.
        share: of the photo's pixels, 0 to 1.
    """

    rgb: RgbColor
    share: float


@dataclass(frozen=True, eq=False)
class PhotoPalette:
    """The dominant colours of a photo, the largest share first.

    Attributes:
        colors: 5 to 16; fewer for a picture that has fewer.
        labels: (h, w) uint8, for every place of the reduced photo the index of its colour.
    """

    colors: tuple[PaletteColor, ...]
    labels: NDArray[np.uint8]

    def region(self, index: int) -> NDArray[np.uint8]:
        """Return where a colour lies: (h, w) uint8 of the reduced photo, 255 = there."""
        return np.where(self.labels == index, 255, 0).astype(np.uint8)


def palette_of(photo: NDArray[np.uint8]) -> PhotoPalette:
    """Return the photo's palette; the same photo always gives the same one.

    k-means in CIE Lab on a reduced copy, started from a median cut, then near colours joined: so
    that the number of colours follows the photo.

    Args:
        photo: (H, W, 3) uint8 sRGB.
    """
    lab = _reduced_lab(photo)
    pixels = lab.reshape(-1, 3)
    labels = _clustered(pixels)
    counts = np.bincount(labels)
    centres = _means(pixels, labels, counts)
    joined = _joined(centres, counts.astype(np.float64))
    labels = joined[labels]
    counts = np.bincount(labels)
    order = np.argsort(-counts, kind="stable")
    rank = np.argsort(order, kind="stable")
    rgb = _to_rgb(_means(pixels, labels, counts)[order])
    colors = tuple(
        PaletteColor((int(r), int(g), int(b)), float(counts[index] / labels.size))
        for (r, g, b), index in zip(rgb, order, strict=True)
    )
    return PhotoPalette(colors, rank[labels].reshape(lab.shape[:2]).astype(np.uint8))


def _reduced_lab(photo: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the photo at most 224 px long as (h, w, 3) float32 Lab, L 0 to 100."""
    height, width = photo.shape[:2]
    scale = min(1.0, _LONG_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(np.float32(small) / np.float32(255), cv2.COLOR_RGB2Lab))


def _clustered(pixels: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the cluster of every pixel, numbered without gaps."""
    start = _median_cut(pixels)
    count = int(start.max()) + 1
    labels = start.astype(np.int32)[:, None].copy()
    criteria = (cv2.TERM_CRITERIA_MAX_ITER | cv2.TERM_CRITERIA_EPS, _ROUNDS, 0.5)
    if count > 1:
        cv2.kmeans(pixels, count, labels, criteria, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    return np.unique(labels[:, 0], return_inverse=True)[1].reshape(-1)


def _median_cut(pixels: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the box of every pixel after splitting the most spread box again and again."""
    boxes = [np.arange(len(pixels))]
    while len(boxes) < _FIRST_COUNT:
        spreads = [np.sum(np.var(pixels[box], axis=0)) * len(box) for box in boxes]
        widest = int(np.argmax(spreads))
        if spreads[widest] <= _NO_SPREAD * len(boxes[widest]):
            break
        box = boxes.pop(widest)
        channel = int(np.argmax(np.var(pixels[box], axis=0)))
        values = pixels[box, channel]
        is_low = values <= np.median(values)
        if is_low.all():  # more than half of them are the largest value
            is_low = values < values.max()
        boxes += [box[is_low], box[~is_low]]
    labels = np.empty(len(pixels), np.int64)
    for index, box in enumerate(boxes):
        labels[box] = index
    return labels


def _means(
    pixels: NDArray[np.float32], labels: NDArray[np.int64], counts: NDArray[np.int64]
) -> Centres:
    sums = [np.bincount(labels, pixels[:, channel], len(counts)) for channel in range(3)]
    return (np.stack(sums, axis=1) / counts[:, None]).astype(np.float32)


def _joined(centres: Centres, counts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the joined cluster of every cluster, numbered without gaps."""
    places: NDArray[np.float64] = centres.astype(np.float64)
    members = [[index] for index in range(len(places))]
    while len(members) > 1:
        first, second = _next_pair(places, counts)
        if first < 0:
            break
        weight = counts[[first, second]]
        places[first] = weight @ places[[first, second]] / weight.sum()
        counts = counts.copy()
        counts[first] = weight.sum()
        members[first] += members.pop(second)
        places, counts = np.delete(places, second, 0), np.delete(counts, second)
    joined = np.empty(sum(map(len, members)), np.int64)
    for index, group in enumerate(members):
        joined[group] = index
    return joined


def _next_pair(centres: NDArray[np.float64], counts: NDArray[np.float64]) -> tuple[int, int]:
    """Return the two clusters to join next, the smaller index first; (-1, -1) when done."""
    distances = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    first, second = divmod(int(np.argmin(distances)), len(centres))
    nearest = distances[first, second]
    if nearest < _SAME_DISTANCE:
        return min(first, second), max(first, second)
    if len(centres) <= FEWEST:
        return -1, -1
    if nearest < _SHADE_DISTANCE or len(centres) > MOST:
        return min(first, second), max(first, second)
    smallest = int(np.argmin(counts))
    neighbour = int(np.argmin(distances[smallest]))
    is_small = counts[smallest] < _SMALL_SHARE * counts.sum()
    if is_small and distances[smallest, neighbour] < _STANDS_OUT_DISTANCE:
        return min(smallest, neighbour), max(smallest, neighbour)
    return -1, -1


def _to_rgb(centres: Centres) -> NDArray[np.uint8]:
    """Return (K, 3) Lab centres as (K, 3) uint8 sRGB."""
    rgb = cv2.cvtColor(centres[None], cv2.COLOR_Lab2RGB)[0]
    return np.asarray(np.clip(np.round(rgb * 255), 0, 255), np.uint8)
