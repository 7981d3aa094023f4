"""Small pictures with structure, drawn here so that no test needs a file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def landscape(height: int = 48, width: int = 60, seed: int = 0) -> NDArray[np.uint8]:
    """Sky, hills and round trees with grain: (H, W, 3) uint8."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width] / np.array([height, width]).reshape(2, 1, 1)
    picture = np.stack([90 + 80 * rows, 140 + 60 * rows, 220 - 40 * rows], axis=2)
    hills = rows > 0.6 + 0.08 * np.sin(columns * 9.0)
    picture[hills] = (70, 120, 50)
    for _ in range(6):
        y, x = random.uniform(0.45, 0.9), random.uniform(0.05, 0.95)
        picture[(rows - y) ** 2 + (columns - x) ** 2 < 0.005] = (40, 80, 35)
    picture += random.normal(0.0, 6.0, picture.shape)
    return np.asarray(np.clip(np.rint(picture), 0, 255), dtype=np.uint8)
