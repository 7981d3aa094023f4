from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.document.geometry import Rect
from app.document.region import Region

SIDES = st.integers(-20, 20)
RECTS = st.builds(Rect, SIDES, SIDES, st.integers(0, 15), st.integers(0, 15))


def pixels(rect: Rect) -> set[tuple[int, int]]:
    return {(x, y) for x in range(rect.x, rect.right) for y in range(rect.y, rect.bottom)}


@given(RECTS, RECTS)
def test_intersection_is_that_of_the_pixels(first: Rect, second: Rect) -> None:
    assert pixels(first.intersected(second)) == pixels(first) & pixels(second)


@given(RECTS, RECTS)
def test_union_is_the_smallest_around_both(first: Rect, second: Rect) -> None:
    union = first.united(second)
    both = pixels(first) | pixels(second)
    assert both <= pixels(union)
    if both:
        columns, rows = zip(*both, strict=True)
        assert union == Rect.from_edges(min(columns), min(rows), max(columns) + 1, max(rows) + 1)


@given(RECTS, RECTS)
def test_contains_agrees_with_the_pixels(first: Rect, second: Rect) -> None:
    assert first.contains(second) == (pixels(second) <= pixels(first))


@given(RECTS, st.integers(1, 9))
def test_aligned_edges_are_multiples(rect: Rect, step: int) -> None:
    aligned = rect.aligned(step)
    assert pixels(rect) <= pixels(aligned)
    assert aligned.is_empty or all(
        edge % step == 0 for edge in (aligned.x, aligned.y, aligned.right, aligned.bottom)
    )


def test_rectangles_around_real_edges_cover_them() -> None:
    assert Rect.around(-0.5, 1.0, 2.1, 2.0) == Rect(-1, 1, 4, 1)


@given(st.lists(st.tuples(st.sampled_from(["add", "remove"]), RECTS), max_size=8), RECTS)
def test_regions_are_sets_of_pixels(steps: list[tuple[str, Rect]], probe: Rect) -> None:
    region, expected = Region(), set[tuple[int, int]]()
    for action, rect in steps:
        if action == "add":
            region.add(rect)
            expected |= pixels(rect)
        else:
            region.remove(rect)
            expected -= pixels(rect)
    missing = region.missing(probe)
    assert set().union(*map(pixels, missing)) == pixels(probe) - expected
    taken = region.taken(probe)
    assert set().union(*map(pixels, taken)) == pixels(probe) & expected
    assert sum(rect.area for rect in taken) == len(pixels(probe) & expected)
    assert region.taken(probe) == []


def test_scattered_rectangles_are_covered_by_one() -> None:
    region = Region()
    for index in range(40):
        for other in range(40):
            region.cover(Rect(4 * index, 4 * other, 1, 1))
    assert region.missing(Rect(4, 4, 1, 1)) == []
    assert len(region.taken(Rect(0, 0, 200, 200))) <= 256
