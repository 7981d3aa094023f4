from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.errors import TransformError
from app.document.geometry import Rect
from app.document.planes import Plane
from app.document.transforming.projection import Projection
from app.document.transforming.resampling import Resampling, transformed

SMOOTH = [Resampling.BICUBIC, Resampling.BILINEAR]
SIDE = 24


def plane_of(
    seed: int, width: int, height: int, x: int = 0, y: int = 0, channels: int = 4
) -> Plane:
    random = np.random.default_rng(seed)
    if channels == 1:
        return Plane.from_grey(random.integers(0, 256, (height, width)).astype(np.uint8), x, y)
    rgba = random.integers(0, 256, (height, width, 4)).astype(np.uint8)
    return Plane.from_rgba(rgba, x, y)


def opaque(width: int, height: int, x: int = 0, y: int = 0) -> Plane:
    return Plane.from_rgba(np.full((height, width, 4), [200, 100, 50, 255], np.uint8), x, y)


def ramp(width: int, height: int) -> Plane:
    """Opaque, with channels that follow the middle of the column and of the row."""
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    channels = np.stack([columns, rows, columns * 0], axis=2) * 2
    rgba = np.concatenate([channels, np.full((height, width, 1), 255)], axis=2)
    return Plane.from_rgba(rgba.astype(np.uint8))


def equal(first: Plane, second: Plane) -> bool:
    return first.rect == second.rect and np.array_equal(first.read(), second.read())


planes = st.builds(
    plane_of,
    st.integers(0, 99),
    st.integers(1, SIDE),
    st.integers(1, SIDE),
    st.integers(-9, 9),
    st.integers(-9, 9),
    st.sampled_from([1, 4]),
)
places = st.tuples(st.integers(-9, 9), st.integers(-9, 9))


@settings(max_examples=60, deadline=None)
@given(planes, places, st.sampled_from(list(Resampling)))
def test_whole_pixels_are_moved_bit_for_bit(
    plane: Plane, place: tuple[int, int], resampling: Resampling
) -> None:
    moved = transformed(plane, Projection.translation(*place), resampling)
    assert moved.rect == plane.rect.translated(*place)
    np.testing.assert_array_equal(moved.read(), plane.read())


@settings(max_examples=60, deadline=None)
@given(planes, places)
def test_four_right_angles_and_two_mirrors_are_nothing(
    plane: Plane, around: tuple[int, int]
) -> None:
    turned = mirrored = plane
    for _ in range(4):
        turned = transformed(turned, Projection.rotation(90, around))
    for _ in range(2):
        mirrored = transformed(mirrored, Projection.scaling(-1, 1, around))
    assert equal(turned, plane)
    assert equal(mirrored, plane)
    once = transformed(plane, Projection.rotation(90))
    assert once.rect == Rect(-plane.rect.bottom, plane.rect.x, *plane.rect[:1:-1])
    np.testing.assert_array_equal(once.read(), np.rot90(plane.read(), -1))


@settings(max_examples=40, deadline=None)
@given(planes, st.floats(0.3, 3), st.floats(0.3, 3), st.floats(-170, 170))
def test_colours_never_exceed_their_alpha(
    plane: Plane, scale_x: float, scale_y: float, degrees: float
) -> None:
    projection = Projection.scaling(scale_x, scale_y).then(Projection.rotation(degrees))
    result = transformed(plane, projection)
    assert result.rect == projection.bounds(plane.rect)
    if plane.channels == 4:
        pixels = result.read()
        assert (pixels[..., :3] <= pixels[..., 3:]).all()


@pytest.mark.parametrize("resampling", list(Resampling))
@pytest.mark.parametrize("scales", [(2, 3), (0.5, 0.25), (-2, 0.5), (1.5, -1)])
def test_an_opaque_picture_that_ends_on_whole_pixels_stays_opaque(
    resampling: Resampling, scales: tuple[float, float]
) -> None:
    result = transformed(opaque(16, 8, 4, -2), Projection.scaling(*scales, (4, 2)), resampling)
    assert result.rect.area == 16 * 8 * abs(scales[0] * scales[1])
    np.testing.assert_array_equal(result.read() - np.array([50, 100, 200, 255], np.uint8), 0)


def test_edges_between_pixels_get_their_exact_coverage() -> None:
    pixels = transformed(opaque(4, 4), Projection.translation(0.25, 0)).read()
    np.testing.assert_array_equal(pixels[1, :, 3], [191, 255, 255, 255, 64])
    mask = Plane.from_grey(np.zeros((4, 4), np.uint8), fill=255)
    shown = transformed(mask, Projection.translation(0.25, 0)).read()
    np.testing.assert_array_equal(shown[1], [64, 0, 0, 0, 191])


@pytest.mark.parametrize("resampling", SMOOTH)
@pytest.mark.parametrize("degrees", [0.0, 30.0, -101.5])
@pytest.mark.parametrize("scale", [0.4, 1.0, 1.7])
def test_points_arrive_where_they_are_mapped(
    resampling: Resampling, degrees: float, scale: float
) -> None:
    """A straight ramp stays straight under every filter, so its values tell the place."""
    projection = (
        Projection.scaling(scale, scale)
        .then(Projection.rotation(degrees, (30, 30)))
        .then(Projection.translation(3.3, -1.7))
    )
    result = transformed(ramp(100, 80), projection, resampling)
    back = projection.inverted()
    inner = Rect(12, 12, 76, 56)
    errors = []
    for y in range(result.rect.y, result.rect.bottom, 5):
        for x in range(result.rect.x, result.rect.right, 5):
            from_x, from_y = back.map(x + 0.5, y + 0.5)
            if inner.contains_point(from_x, from_y):
                _, green, red, alpha = result.read(Rect(x, y, 1, 1))[0, 0]
                assert alpha == 255
                errors += [red / 2 - from_x, green / 2 - from_y]
    assert len(errors) > 50
    assert np.abs(errors).max() < 0.6
    assert abs(np.mean(errors)) < 0.26, "more than rounding to whole values"


def test_perspective_brings_corners_where_they_were_dragged() -> None:
    corners = [(0.0, 0.0), (40.0, 0.0), (40.0, 30.0), (0.0, 30.0)]
    targets = [(5.0, 5.0), (60.0, 0.0), (50.0, 44.0), (0.0, 30.0)]
    projection = Projection.between(corners, targets)
    assert projection is not None
    assert not projection.is_affine
    result = transformed(opaque(40, 30), projection)
    assert result.rect == Rect(0, 0, 60, 44)
    assert result.read(Rect(30, 20, 1, 1))[0, 0].tolist() == [50, 100, 200, 255]
    assert result.read(Rect(0, 0, 2, 2)).max() == 0


def test_fine_stripes_shrink_to_their_mean() -> None:
    stripes = np.zeros((256, 256, 4), np.uint8)
    stripes[:, ::2] = 255
    stripes[..., 3] = 255
    for degrees in (0.0, 10.0):
        shrink = Projection.scaling(0.1, 0.1).then(Projection.rotation(degrees))
        pixels = transformed(Plane.from_rgba(stripes), shrink).read(Rect(3, 8, 12, 12))
        assert abs(pixels[..., :3].astype(int) - 127).max() < 6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.integers(1, 5), st.sampled_from([1, 4]))
def test_enlarged_by_nearest_and_back_is_nothing(seed: int, factor: int, channels: int) -> None:
    plane = plane_of(seed, 7, 5, 2, 3, channels)
    large = transformed(plane, Projection.scaling(factor, factor), Resampling.NEAREST)
    back = transformed(large, Projection.scaling(1 / factor, 1 / factor), Resampling.NEAREST)
    assert equal(back, plane)


def test_nearest_takes_no_new_colours_when_it_turns() -> None:
    plane = plane_of(3, 20, 20)
    turned = transformed(plane, Projection.rotation(33), Resampling.NEAREST).read()
    known = {tuple(pixel) for pixel in plane.read().reshape(-1, 4).tolist()} | {(0, 0, 0, 0)}
    assert {tuple(pixel) for pixel in turned.reshape(-1, 4).tolist()} <= known


def test_only_what_is_asked_for_is_kept() -> None:
    whole = transformed(ramp(50, 40), Projection.scaling(3.3, 3.3))
    part = transformed(ramp(50, 40), Projection.scaling(3.3, 3.3), within=Rect(20, 10, 60, 500))
    assert part.rect == Rect(20, 10, 60, 122)
    difference: NDArray[np.int64] = part.read().astype(int) - whole.read(part.rect)
    assert abs(difference).max() <= 1


def test_what_would_vanish_or_be_endless_is_refused() -> None:
    with pytest.raises(TransformError):
        transformed(opaque(4, 4), Projection.scaling(0, 1))
    with pytest.raises(TransformError):
        transformed(opaque(4, 4), Projection.scaling(1e6, 1))
    assert transformed(Plane(Rect(2, 2, 0, 0)), Projection.scaling(3, 3)).rect.is_empty
