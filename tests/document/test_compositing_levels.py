from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.change import Change
from app.document.compositing import Compositor
from app.document.compositing.changed_area import ChangedArea
from app.document.compositing.levels import cells_of, level_count, pixels_of
from app.document.compositing.plane_levels import PlaneLevels
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer
from app.document.planes import Plane

SEEDS = st.integers(0, 10**9)
SIZE = Rect(0, 0, 601, 423)


def random_plane(random: np.random.Generator, rect: Rect, channels: int = 4) -> Plane:
    shape = (rect.height, rect.width, 4) if channels == 4 else (rect.height, rect.width)
    pixels = random.integers(0, 256, shape).astype(np.uint8)
    if channels == 4:
        pixels[..., :3] = np.minimum(pixels[..., :3], pixels[..., 3:])
        return Plane.from_pixels(pixels, rect.x, rect.y)
    return Plane.from_grey(pixels, rect.x, rect.y)


def mean_of_cells(pixels: np.ndarray, step: int) -> np.ndarray:
    height, width = pixels.shape[:2]
    edges = ((0, -height % step), (0, -width % step), (0, 0))[: pixels.ndim]
    padded = np.pad(pixels.astype(float), edges, mode="edge")
    rows, columns = padded.shape[0] // step, padded.shape[1] // step
    return padded.reshape(rows, step, columns, step, *pixels.shape[2:]).mean((1, 3))


@pytest.mark.parametrize("channels", [4, 1])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_cell_is_the_mean_of_its_pixels(channels: int, level: int) -> None:
    random = np.random.default_rng(level)
    plane = random_plane(random, Rect(-13, 37, 400, 300), channels)
    shown = PlaneLevels(plane, SIZE).read(level, cells_of(SIZE, level))
    wanted = mean_of_cells(plane.read(SIZE), 2**level)
    assert shown.shape == wanted.shape
    # every halving rounds once
    assert np.abs(shown - wanted).max() <= 0.5 * level + 1e-6


@given(SEEDS)
@settings(deadline=None, max_examples=25)
def test_levels_follow_what_is_painted(seed: int) -> None:
    random = np.random.default_rng(seed)
    plane = random_plane(random, Rect(20, -10, 300, 350))
    levels = PlaneLevels(plane, SIZE)
    for level in (2, 1):
        levels.read(level, cells_of(SIZE, level))
    for _ in range(3):
        rect = Rect(*(int(v) for v in random.integers(0, 300, 2)), 17, 9)
        part = rect.intersected(plane.rect)
        plane.write(rect)[...] = random.integers(0, 256, (part.height, part.width, 1))
        levels.follow(ChangedArea((rect,)), is_shown=False)
    for level in (1, 2):
        cells = cells_of(SIZE, level)
        fresh = PlaneLevels(plane, SIZE).read(level, cells)
        np.testing.assert_array_equal(levels.read(level, cells), fresh)


def test_an_unannounced_change_makes_everything_stale() -> None:
    plane = Plane(SIZE)
    levels = PlaneLevels(plane, SIZE)
    levels.read(1, cells_of(SIZE, 1))
    plane.write()[...] = 9
    levels.follow(ChangedArea(), is_shown=False)
    assert levels.read(1, cells_of(SIZE, 1)).min() == 9


def test_levels_end_at_a_small_picture() -> None:
    assert level_count(Rect.of_size(256, 100)) == 1
    assert level_count(Rect.of_size(4096, 3072)) == 5


@given(st.integers(-50, 50), st.integers(0, 90), st.integers(0, 4))
def test_cells_cover_their_pixels(x: int, width: int, level: int) -> None:
    rect = Rect(x, -x, width, width + 1)
    assert pixels_of(cells_of(rect, level), level).contains(rect)


def tree_document(random: np.random.Generator) -> Document:
    """Ten layers, random modes, with a group in a group, clipped layers and masks."""
    group, inner = Layer.group("group"), Layer.group("inner")
    inner.group_id = group.id
    group.is_pass_through = bool(random.random() < 0.5)
    homes = [None, None, inner.id, inner.id, group.id, group.id, None, None]
    modes = list(BlendMode)
    layers = []
    for index, home in enumerate(homes):
        corner = random.integers(-40, 200, 2)
        rect = Rect(int(corner[0]), int(corner[1]), 350, 260)
        layer = Layer(f"{index}", random_plane(random, rect), group_id=home)
        layers.append(layer)
    for layer in (*layers, group, inner):
        layer.opacity = float(random.choice([1.0, random.random()]))
        layer.blend_mode = modes[int(random.integers(len(modes)))]
        layer.is_visible = bool(random.random() < 0.85)
        layer.is_clipped = bool(random.random() < 0.3)
        if random.random() < 0.3:
            layer.mask = random_plane(random, Rect(30, 30, 200, 200), 1)
    order = [*layers[:4], inner, *layers[4:6], group, *layers[6:]]
    return Document(SIZE.width, SIZE.height, order, order[3].id)


@given(SEEDS)
@settings(deadline=None, max_examples=20)
def test_every_level_follows_every_change(seed: int) -> None:
    random = np.random.default_rng(seed)
    document = tree_document(random)
    compositor = Compositor(document)
    for _ in range(6):
        change = _changed_somehow(document, random)
        compositor.invalidate(change)
        if random.random() < 0.6:
            level = compositor.level(int(random.integers(3)))
            level.refresh(level.rect)
    fresh = Compositor(document)
    for index in range(2):
        shown, wanted = compositor.level(index), fresh.level(index)
        shown.refresh(shown.rect)
        wanted.refresh(wanted.rect)
        difference = np.abs(shown.image.astype(int) - wanted.image).max()
        assert difference <= 1, (index, difference)


def _changed_somehow(document: Document, random: np.random.Generator) -> Change:
    """Change a property of any layer, or paint; only pixels are announced exactly."""
    layer = document.layers[int(random.integers(len(document.layers)))]
    kind = int(random.integers(8))
    if kind == 0:
        layer.opacity = float(random.random())
    elif kind == 1:
        layer.is_visible = not layer.is_visible
    elif kind == 2:
        layer.is_clipped = not layer.is_clipped
    elif kind == 3:
        layer.is_pass_through = not layer.is_pass_through
    elif kind == 4:
        document.active_id = layer.id
        return Change(active=True)
    elif kind == 5 and not layer.is_group and layer.group_id is None:
        document.layers.remove(layer)
        document.layers.append(layer)
    elif kind == 6:
        layer.blend_mode = BlendMode.MULTIPLY
    elif not layer.is_group:
        rect = Rect(*(int(v) for v in random.integers(0, 200, 2)), 23, 31)
        layer.plane.write(rect)[...] = int(random.integers(256))
        return Change(rect)
    return Change(layers=True)


def test_something_else_can_be_shown_for_a_layer() -> None:
    random = np.random.default_rng(4)
    document = tree_document(random)
    document.layers[0].opacity, document.layers[0].is_visible = 1.0, True
    compositor = Compositor(document)
    before = compositor.composite().copy()
    stand_in = Layer("preview", random_plane(random, Rect(0, 0, 90, 80)))
    compositor.substitute(document.layers[0].id, stand_in)
    document.layers[0].plane, own = stand_in.plane, document.layers[0].plane
    document.layers[0].mask, mask = None, document.layers[0].mask
    wanted = Compositor(document).composite()
    document.layers[0].plane, document.layers[0].mask = own, mask
    np.testing.assert_array_equal(compositor.composite(), wanted)
    compositor.substitute(document.layers[0].id, None)
    np.testing.assert_array_equal(compositor.composite(), before)
