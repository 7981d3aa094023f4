from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.geometry import Rect
from app.document.transforming.projection import Projection
from app.document.transforming.transform_box import TransformBox

RECT = Rect(10, 20, 40, 20)
factors = st.floats(0.2, 4) | st.floats(-4, -0.2)
boxes = st.builds(
    lambda x, y, angle, dx, dy: (
        TransformBox(RECT).scaled(x, y, (0.5, 0.5)).rotated(angle).moved(dx, dy)
    ),
    factors,
    factors,
    st.floats(-179, 179),
    st.floats(-50, 50),
    st.floats(-50, 50),
)
handles = st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 0.5, 1.0])).filter(
    lambda handle: handle != (0.5, 0.5)
)


@settings(max_examples=100, deadline=None)
@given(boxes)
def test_the_numbers_of_a_box_make_it_again(box: TransformBox) -> None:
    again = TransformBox(RECT).with_scales(*box.scales).with_angle(box.angle).placed_at(*box.place)
    for corner, wanted in zip(again.corners, box.corners, strict=True):
        assert corner == pytest.approx(wanted, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(boxes, handles, st.floats(-60, 90), st.floats(-60, 90), st.booleans())
def test_a_handle_comes_to_the_pointer_and_its_opposite_stays(
    box: TransformBox, handle: tuple[float, float], x: float, y: float, is_from_center: bool
) -> None:
    dragged = box.dragged(handle, (x, y), keeps_ratio=False, is_from_center=is_from_center)
    u, v = handle
    anchor = (0.5, 0.5) if is_from_center else (1 - u, 1 - v)
    assert dragged.at(*anchor) == pytest.approx(box.at(*anchor), abs=1e-6)
    back = dragged.projection.inverted().map(x, y)
    scale_x, scale_y = (abs(scale) for scale in dragged.scales)
    # a side may not become shorter than a pixel, so it need not reach the pointer then
    if u != 0.5 and scale_x * RECT.width > 1.01:
        assert back[0] == pytest.approx(RECT.x + u * RECT.width, abs=1e-5)
    if v != 0.5 and scale_y * RECT.height > 1.01:
        assert back[1] == pytest.approx(RECT.y + v * RECT.height, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(boxes, st.floats(-60, 90), st.floats(-60, 90))
def test_a_corner_keeps_the_ratio(box: TransformBox, x: float, y: float) -> None:
    dragged = box.dragged((1.0, 0.0), (x, y), keeps_ratio=True, is_from_center=False)
    scale_x, scale_y = dragged.scales
    before_x, before_y = box.scales
    shortest = min(abs(scale_x) * RECT.width, abs(scale_y) * RECT.height)
    if shortest > 1.01:
        assert abs(scale_x / scale_y) == pytest.approx(abs(before_x / before_y), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(boxes, st.booleans())
def test_flipped_twice_it_is_itself(box: TransformBox, is_vertical: bool) -> None:
    twice = box.flipped(is_vertical).flipped(is_vertical)
    assert twice.projection.values == pytest.approx(box.projection.values, abs=1e-6)
    assert box.flipped(is_vertical).center == pytest.approx(box.center, abs=1e-6)


def test_flips_are_told_as_negative_sizes_without_an_angle() -> None:
    box = TransformBox(RECT)
    assert (box.flipped().angle, box.flipped().scales) == (0, (-1, 1))
    assert (box.flipped(True).angle, box.flipped(True).scales) == (0, (1, -1))


def test_a_corner_that_would_fold_the_box_over_stays() -> None:
    box = TransformBox(RECT)
    assert box.with_corner((1.0, 1.0), (60, 50)).at(1, 1) == pytest.approx((60, 50), abs=1e-4)
    assert box.with_corner((1.0, 1.0), (0, 0)) == box


def test_what_is_too_large_is_fitted_into_the_middle() -> None:
    fitted = TransformBox(Rect(-30, 7, 200, 50)).fitted(100, 80)
    assert fitted.projection.bounds(fitted.rect) == Rect(0, 27, 100, 25)
    small = TransformBox(RECT).fitted(100, 80)
    assert small.projection == Projection.translation(20, 10)


def test_points_inside_are_told_from_points_outside() -> None:
    box = TransformBox(RECT).rotated(45)
    assert box.contains(*box.center)
    assert not box.contains(49, 21)
    assert box.flipped().contains(*box.center)
