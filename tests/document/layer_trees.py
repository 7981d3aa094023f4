"""Documents with any tree of layers, for property tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from app.document.document import Document, PhotoTransform
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane
from app.document.render_settings import RenderSettings

WIDTH, HEIGHT = 11, 9
NAMES = st.sampled_from(["a", "b & <c>", "“ü”\x01", ""])


@st.composite
def masks(draw: st.DrawFn) -> Plane | None:
    if draw(st.booleans()):
        return None
    x, y = draw(st.integers(-4, 6)), draw(st.integers(-4, 6))
    seed = draw(st.integers(0, 99))
    grey = np.random.default_rng(seed).integers(0, 256, (5, 7), dtype=np.uint8)
    return Plane.from_grey(grey, x, y, fill=draw(st.sampled_from([0, 90, 255])))


@st.composite
def pixel_layers(draw: st.DrawFn) -> Layer:
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    size = draw(st.integers(0, 8)), draw(st.integers(1, 9)), 4
    pixels = rng.integers(0, 256, size, dtype=np.uint8)
    pixels[: size[0] // 2, :, 3] = draw(st.sampled_from([0, 255]))
    return Layer(
        draw(NAMES),
        Plane.from_rgba(pixels, draw(st.integers(-3, 6)), draw(st.integers(-3, 6))),
        draw(st.sampled_from([LayerKind.PAINT, LayerKind.PATCH])),
        is_alpha_locked=draw(st.booleans()),
    )


@st.composite
def branches(draw: st.DrawFn, depth: int = 0) -> list[Layer]:
    """A layer, or a group right above all that is in it."""
    if depth < 3 and draw(st.integers(0, 3)) == 0:
        top = Layer.group(draw(NAMES))
        top.is_pass_through, top.is_expanded = draw(st.booleans()), draw(st.booleans())
        inside = draw(st.lists(branches(depth + 1), max_size=3))
        for branch in inside:
            branch[-1].group_id = top.id
        members = [layer for branch in inside for layer in branch]
    else:
        top, members = draw(pixel_layers()), []
    top.mask = draw(masks())
    top.opacity = draw(st.sampled_from([0.0, 0.4, 1.0]))
    top.is_visible, top.is_locked = draw(st.integers(0, 4)) > 0, draw(st.booleans())
    top.is_clipped = draw(st.integers(0, 2)) == 0
    top.blend_mode = draw(st.sampled_from(BlendMode))
    return [*members, top]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    layers = [layer for branch in draw(st.lists(branches(), max_size=4)) for layer in branch]
    document = Document(WIDTH, HEIGHT, layers)
    if layers:
        document.active_id = draw(st.sampled_from(layers)).id
    places = (
        st.floats(0.1, 8),
        st.floats(0.1, 8),
        st.floats(-99, 99),
        st.floats(-99, 99),
        st.integers(0, 7),
    )
    document.photo_transform = PhotoTransform(*draw(st.tuples(*places)))
    numbers = [draw(st.none() | st.integers(0, 90)) for _ in range(3)]
    document.render_settings = RenderSettings(draw(st.sampled_from(["edit", "paint"])), *numbers)
    return document
