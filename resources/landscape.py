"""A landscape drawn by numbers: a photo-like picture that belongs to nobody."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH = 200, 300
SEED = 7
Field = NDArray[np.float64]


def landscape() -> NDArray[np.uint8]:
    """Return a valley at dusk: (HEIGHT, WIDTH, 3) uint8 RGB."""
    random = np.random.default_rng(SEED)
    rows = np.linspace(0, 1, HEIGHT)[:, None, None]
    image = (1 - rows) * np.array([96, 138, 190]) + rows * np.array([250, 214, 170])
    clouds = np.clip(_noise(random, (7, 2), 6) - 0.5, 0, 1)[..., None] * (1 - rows) * 2.6
    image = image * (1 - clouds) + np.array([252, 240, 232]) * clouds
    ridges = (
        (0.40, 0.10, (138, 146, 172)),
        (0.50, 0.09, (98, 112, 134)),
        (0.60, 0.06, (62, 84, 84)),
    )
    for base, roughness, color in ridges:
        _add_ridge(image, random, base, roughness, np.array(color, float))
    _add_meadow(image, random)
    for _ in range(60):
        _add_fir(image, random)
    image += random.normal(0, 2.5, image.shape)
    return np.asarray(np.clip(image, 0, 255), np.uint8)


def _noise(random: np.random.Generator, cells: tuple[int, int], octaves: int) -> Field:
    """Return smooth noise of the picture's size, 0 to 1."""
    total, weight = np.zeros((HEIGHT, WIDTH)), 1.0
    for octave in range(octaves):
        size = (cells[0] * 2**octave, cells[1] * 2**octave)
        grid = random.random(size)
        total += weight * cv2.resize(grid, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        weight /= 2
    low, high = total.min(), total.max()
    return np.asarray((total - low) / (high - low))


def _add_ridge(
    image: Field, random: np.random.Generator, base: float, roughness: float, color: Field
) -> None:
    line = _noise(random, (1, 4), 7)[HEIGHT // 2]
    top = (base + roughness * (1 - 2 * line)) * HEIGHT
    depth = np.arange(HEIGHT)[:, None] - top[None, :]
    light = 0.7 + 0.6 * _noise(random, (6, 9), 7)
    haze = np.clip(depth / (0.25 * HEIGHT), 0, 1)[..., None] * 0.35
    shaded = color * light[..., None] * (1 - haze) + np.array([214, 196, 176]) * haze
    cover = np.clip(depth + 0.5, 0, 1)[..., None]
    image[:] = image * (1 - cover) + shaded * cover


def _add_meadow(image: Field, random: np.random.Generator) -> None:
    top = (0.70 + 0.03 * np.sin(np.linspace(0, 5, WIDTH))) * HEIGHT
    depth = np.arange(HEIGHT)[:, None] - top[None, :]
    near = np.clip(depth / (0.3 * HEIGHT), 0, 1)[..., None]
    grass = (1 - near) * np.array([148, 150, 84]) + near * np.array([74, 98, 44])
    blades = _noise(random, (60, 160), 3)[..., None]
    patches = _noise(random, (4, 6), 5)[..., None]
    shaded = grass * (0.45 + 0.75 * blades + 0.35 * patches)
    cover = np.clip(depth + 0.5, 0, 1)[..., None]
    image[:] = image * (1 - cover) + shaded * cover


def _add_fir(image: Field, random: np.random.Generator) -> None:
    foot = int(HEIGHT * random.uniform(0.69, 0.86))
    height = int((foot / HEIGHT - 0.6) * HEIGHT * random.uniform(0.7, 1.1))
    middle = int(random.choice([random.uniform(0, 0.42), random.uniform(0.72, 1)]) * WIDTH)
    green = np.array([34, 58, 42]) * random.uniform(0.8, 1.2)
    for step in range(height):
        half = max(1, int(0.24 * step * (0.75 + 0.25 * (step % 7) / 6)))
        left, right = max(0, middle - half), min(WIDTH, middle + half + 1)
        if right > left:
            light = random.uniform(0.7, 1.3, (right - left, 1))
            image[foot - height + step, left:right] = green * light
