from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.change import Change
from app.document.compositing import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.mips import MipPyramid


def document_of(width: int, height: int) -> Document:
    random = np.random.default_rng(0)
    return Document.from_photo(random.integers(0, 256, (height, width, 4), dtype=np.uint8), "photo")


def test_levels_are_averages_of_the_composite() -> None:
    compositor = Compositor(document_of(1024, 512))
    composite = compositor.composite()
    mips = MipPyramid(compositor)
    assert mips.level_count == 3
    for index, factor in ((0, 1), (1, 2), (2, 4)):
        size = (1024 // factor, 512 // factor)
        exact = cv2.resize(composite.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        assert np.abs(mips.level(index) - exact).max() <= 1


@pytest.mark.parametrize(
    ("zoom", "index"), [(8.0, 0), (1.0, 0), (0.51, 0), (0.5, 1), (0.26, 1), (0.25, 2), (0.01, 2)]
)
def test_a_level_has_a_pixel_for_every_screen_pixel(zoom: float, index: int) -> None:
    mips = MipPyramid(Compositor(document_of(1000, 700)))
    assert mips.index_for(zoom) == index
    assert mips.level_for(zoom).shape[:2] == (-(-700 // 2**index), -(-1000 // 2**index))


@given(
    st.lists(
        st.tuples(st.integers(0, 700), st.integers(0, 500), st.integers(1, 90), st.integers(0, 2)),
        max_size=6,
    )
)
@settings(deadline=None, max_examples=25)
def test_parts_brought_up_to_date_are_as_if_made_anew(
    changes: list[tuple[int, int, int, int]],
) -> None:
    document = document_of(701, 503)
    compositor = Compositor(document)
    mips = MipPyramid(compositor)
    mips.level(2)
    for x, y, side, index in changes:
        rect = Rect(x, y, side, side).intersected(document.rect)
        document.layers[0].plane.write(rect)[...] = side
        compositor.invalidate(Change(rect))
        mips.update(rect)
        seen = Rect(x - 10, y + 5, 60, 60)
        level = mips.level(index, seen)
        fresh = MipPyramid(Compositor(document)).level(index)
        part = seen.intersected(document.rect)
        rows, columns = (
            slice(each.start >> index, -(-each.stop >> index))
            for each in part.slices_in(document.rect)
        )
        if not part.is_empty:
            np.testing.assert_array_equal(level[rows, columns], fresh[rows, columns])
    for index in range(mips.level_count):
        fresh = MipPyramid(Compositor(document)).level(index)
        np.testing.assert_array_equal(mips.level(index), fresh)


def test_a_new_size_is_followed() -> None:
    document = document_of(600, 400)
    compositor = Compositor(document)
    mips = MipPyramid(compositor)
    mips.level(1)
    document.width = 900
    compositor.invalidate(Change(geometry=True))
    mips.update(document.rect)
    assert mips.level(1).shape == (200, 450, 4)


def test_small_documents_have_one_level() -> None:
    mips = MipPyramid(Compositor(document_of(5, 3)))
    assert mips.level_count == 1
    assert mips.level_for(0.1).shape == (3, 5, 4)
