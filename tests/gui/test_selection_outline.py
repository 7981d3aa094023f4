"""Marching ants and the quick mask's red, on the pixels they are drawn to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.canvas.quick_mask_overlay import MaskLevels, draw_quick_mask
from app.canvas.selection_outline import SelectionOutline
from app.canvas.viewport import Viewport
from app.document.planes import Plane
from app.document.selection import Selection

Mask = NDArray[np.uint8]
WIDTH, HEIGHT = 80, 60
VIEWPORTS = st.builds(
    Viewport,
    st.sampled_from([0.5, 1.0, 3.0]),
    st.integers(-30, 50),
    st.integers(-30, 50),
    st.sampled_from([0.0, 90.0, 30.0]),
    st.booleans(),
)


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """(H, W, 4) BGRA."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT, WIDTH, 4)
    return rows.copy()


def blank() -> QImage:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image


def ants(
    mask: Mask, viewport: Viewport, phase: int = 0, outline: SelectionOutline | None = None
) -> NDArray[np.uint8]:
    image = blank()
    with QPainter(image) as painter:
        drawer = outline or SelectionOutline()
        drawer.draw(painter, image.rect(), viewport, Selection(mask), phase)
    return pixels_of(image)


@given(
    hnp.arrays(np.uint8, (20, 30), elements=st.sampled_from([0, 255])),
    st.integers(1, 4),
    st.integers(-9, 9),
    st.integers(-9, 9),
)
def test_ants_walk_on_the_outermost_selected_pixels(
    mask: Mask, zoom: int, left: int, top: int
) -> None:
    drawn = ants(mask, Viewport(zoom, left, top))[..., 3] > 0
    shown = np.zeros((HEIGHT + 2, WIDTH + 2), bool)
    large = np.kron(mask > 0, np.ones((zoom, zoom), bool))
    canvas = np.zeros((300, 300), bool)
    canvas[100 + top : 100 + top + large.shape[0], 100 + left : 100 + left + large.shape[1]] = large
    shown = canvas[99 : 101 + HEIGHT, 99 : 101 + WIDTH]
    surrounded = shown[:-2, 1:-1] & shown[2:, 1:-1] & shown[1:-1, :-2] & shown[1:-1, 2:]
    np.testing.assert_array_equal(drawn, shown[1:-1, 1:-1] & ~surrounded)


@given(VIEWPORTS)
def test_marching_only_exchanges_black_and_white(viewport: Viewport) -> None:
    mask = np.zeros((40, 50), np.uint8)
    mask[5:30, 8:41] = 255
    first, later = ants(mask, viewport, 0), ants(mask, viewport, 4)
    np.testing.assert_array_equal(first[..., 3], later[..., 3])
    is_ant = first[..., 3] > 0
    np.testing.assert_array_equal(255 - first[is_ant, :3], later[is_ant, :3])


@given(VIEWPORTS, st.integers(0, 70), st.integers(0, 50))
def test_parts_drawn_one_by_one_are_the_whole(viewport: Viewport, x: int, y: int) -> None:
    mask = np.zeros((40, 50), np.uint8)
    mask[5:30, 8:41] = 255
    plane = Plane.from_pixels(mask)
    selection, outline = Selection(mask), SelectionOutline()
    whole, parts = blank(), blank()
    pieces = (QRect(0, 0, x, HEIGHT), QRect(x, 0, WIDTH - x, y), QRect(x, y, WIDTH - x, HEIGHT - y))
    for image, rects in ((whole, [whole.rect()]), (parts, pieces)):
        with QPainter(image) as painter:
            for rect in rects:
                draw_quick_mask(
                    painter, rect, viewport, plane.rect, MaskLevels().of(plane, plane.rect)
                )
                outline.draw(painter, rect, viewport, selection, 0)
    difference = np.abs(pixels_of(whole).astype(int) - pixels_of(parts))
    assert difference.max(initial=0) <= 1


def test_the_view_may_be_panned_and_the_selection_exchanged() -> None:
    first = np.zeros((40, 50), np.uint8)
    first[5:30, 8:41] = 255
    second = np.roll(first, 6, axis=0)
    outline = SelectionOutline()
    for mask, viewport in (
        (first, Viewport(1.0, 0, 0)),
        (first, Viewport(1.0, 7, -3)),
        (second, Viewport(1.0, 7, -3)),
        (second, Viewport(0.5, 7, -3)),
    ):
        fresh = ants(mask, viewport)
        np.testing.assert_array_equal(ants(mask, viewport, 0, outline)[..., 3], fresh[..., 3])


def test_a_single_pixel_is_seen_from_far_away() -> None:
    mask = np.zeros((600, 800), np.uint8)
    mask[301, 402] = 255
    assert ants(mask, Viewport(0.1))[..., 3].any()


@pytest.mark.parametrize(("value", "alpha"), [(0, 128), (128, 64), (255, 0)])
def test_the_quick_mask_is_red_where_nothing_is_selected(value: int, alpha: int) -> None:
    plane = Plane.from_pixels(np.full((20, 30), value, np.uint8))
    image = blank()
    with QPainter(image) as painter:
        draw_quick_mask(
            painter,
            image.rect(),
            Viewport(1.0, 10, 5),
            plane.rect,
            MaskLevels().of(plane, plane.rect),
        )
    pixels = pixels_of(image)
    assert abs(int(pixels[15, 25, 3]) - alpha) <= 1
    assert pixels[15, 25, 2] == pixels[15, 25, 3]
    assert not pixels[15, 25, :2].any()
    assert not pixels[2, 25].any(), "nothing beside the document"
    assert not pixels[40, 60].any()
