"""A layer that is dragged: the same picture at full detail, and no cell away from it below."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.commands import TranslateLayer
from app.document.compositing import Compositor, flatten
from app.document.compositing.moved_source import MovedSource
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer
from app.document.pixels import premultiplied_bgra
from app.document.planes import Plane

WIDTH, HEIGHT = 301, 203
STEPS = st.lists(st.tuples(st.integers(-90, 90), st.integers(-90, 90)), min_size=1, max_size=4)


def masked_layers(random: np.random.Generator) -> Document:
    """Three noisy layers, the middle one masked, smaller and off the document's grid."""

    def noise(height: int, width: int) -> np.ndarray:
        return random.integers(0, 256, (height, width, 4)).astype(np.uint8)

    low = Layer("Low", Plane.from_rgba(noise(HEIGHT, WIDTH)))
    middle = Layer("Middle", Plane.from_rgba(noise(120, 150), 31, 17), opacity=0.7)
    middle.mask = Plane.from_grey(random.integers(0, 256, (90, 170)).astype(np.uint8), 20, 30)
    top = Layer("Top", Plane.from_rgba(noise(60, 60), 50, 40), blend_mode=BlendMode.MULTIPLY)
    return Document(WIDTH, HEIGHT, [low, middle, top])


def drag(document: Document, compositor: Compositor, steps: list[tuple[int, int]]) -> None:
    layer = document.layers[1]
    compositor.composite()
    compositor.substitute(layer.id, MovedSource(layer))
    for dx, dy in steps:
        compositor.invalidate(TranslateLayer(layer.id, dx, dy).apply(document))


@given(st.integers(0, 10**6), STEPS)
@settings(deadline=None, max_examples=25)
def test_a_dragged_layer_looks_as_it_is(seed: int, steps: list[tuple[int, int]]) -> None:
    document = masked_layers(np.random.default_rng(seed))
    compositor = Compositor(document)
    drag(document, compositor, steps)
    exact = premultiplied_bgra(flatten(document)).astype(int)
    assert np.abs(compositor.composite() - exact).max() <= 1
    compositor.substitute(document.layers[1].id, None)
    assert np.abs(compositor.composite() - exact).max() <= 1


@pytest.mark.parametrize("level", [1, 2, 3])
def test_coarse_cells_are_the_nearest_ones(level: int) -> None:
    document = masked_layers(np.random.default_rng(level))
    layer, step = document.layers[1], 2**level
    compositor = Compositor(document)
    before = MovedSource(layer)
    whole = Rect(0, 0, WIDTH // step, HEIGHT // step)
    shown = before.pixels(level, whole).copy()
    # a little less than half a cell past two cells
    layer.plane.translate(2 * step + step // 2 - 1, 0)
    assert np.array_equal(before.pixels(level, whole)[:, 2:], shown[:, :-2])
    layer.plane.translate(-step // 2 + 1, 0)
    exact = compositor.source(layer).pixels(level, whole)
    assert np.array_equal(before.pixels(level, whole), exact)
