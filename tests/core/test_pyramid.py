"""Sizes and widths of the scales, against figures worked out from the paper's supplement."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError, PhotoError
from singan_core.model.pyramid import (
    PyramidPlan,
    build_pyramid,
    finest_size,
    plan_pyramid,
    scaled_sizes,
)

CLOSEST = TrainConfig(is_authors_scale_count=False)


@pytest.mark.parametrize(("width", "height", "count"), [(248, 186, 9), (250, 188, 10)])
def test_authors_scale_count(width: int, height: int, count: int) -> None:
    plan = plan_pyramid(height, width, TrainConfig())
    assert plan.scale_count == count
    assert plan.sizes[-1] == (height, width)
    assert min(plan.sizes[0]) == 25


def test_widest_scale_of_ten_has_128_channels() -> None:
    plan = plan_pyramid(188, 250, TrainConfig())
    assert plan.channels == (32, 32, 32, 32, 64, 64, 64, 64, 128, 128)


def test_closest_factor() -> None:
    plan = plan_pyramid(188, 250, CLOSEST)
    assert plan.scale_count == 8
    assert plan.factor == pytest.approx(4 / 3, abs=0.02)


def test_given_scale_count_overrides() -> None:
    assert plan_pyramid(188, 250, CLOSEST.changed(scale_count=5)).scale_count == 5


def test_large_photo_is_reduced_to_the_wanted_long_side() -> None:
    assert finest_size(3000, 4000, TrainConfig()) == (188, 250)


@given(st.integers(25, 600), st.integers(25, 600), st.booleans())
def test_sizes_grow_and_hold_the_smallest_side(height: int, width: int, authors: bool) -> None:
    config = TrainConfig(is_authors_scale_count=authors)
    try:
        plan = plan_pyramid(height, width, config)
    except PhotoError:
        assert min(finest_size(height, width, config)) < 25
        return
    assert plan.sizes[-1] == finest_size(height, width, config)
    assert min(plan.sizes[0]) >= 25
    for below, above in zip(plan.sizes, plan.sizes[1:], strict=False):
        assert below[0] <= above[0]
        assert below[1] <= above[1]


@pytest.mark.parametrize(("height", "width"), [(1, 1), (24, 300), (300, 24)])
def test_too_small_photo_is_refused(height: int, width: int) -> None:
    with pytest.raises(PhotoError, match="at least 25 px"):
        plan_pyramid(height, width, CLOSEST)


def test_too_elongated_photo_is_refused() -> None:
    with pytest.raises(PhotoError, match="elongated"):
        plan_pyramid(60, 3000, CLOSEST)


def test_smallest_photo_still_has_two_scales() -> None:
    assert plan_pyramid(25, 25, CLOSEST).scale_count >= 2


@given(st.integers(30, 500), st.integers(30, 500))
def test_scaled_sizes_keep_the_ratio_of_every_scale(height: int, width: int) -> None:
    plan = plan_pyramid(188, 250, CLOSEST)
    sizes = scaled_sizes(plan, (height, width))
    assert sizes[-1] == (height, width)
    for (h, w), (trained_h, trained_w) in zip(sizes, plan.sizes, strict=True):
        assert abs(h - height * trained_h / 188) <= 1
        assert abs(w - width * trained_w / 250) <= 1


def test_plan_survives_json() -> None:
    plan = plan_pyramid(188, 250, CLOSEST)
    assert PyramidPlan.from_dict(plan.to_dict()) == plan


@pytest.mark.parametrize(
    "damage", [{"sizes": []}, {"sizes": [[0, 3]]}, {"channels": [32]}, {"factor": "x"}]
)
def test_damaged_plan_is_refused(damage: dict[str, object]) -> None:
    values = plan_pyramid(188, 250, CLOSEST).to_dict() | damage
    with pytest.raises(CheckpointError):
        PyramidPlan.from_dict(values)


def test_pyramid_images_have_the_planned_sizes_and_range() -> None:
    photo = torch.rand(1, 3, 60, 80) * 2 - 1
    images = build_pyramid(photo, [(25, 33), (60, 80)])
    assert [tuple(image.shape[-2:]) for image in images] == [(25, 33), (60, 80)]
    assert torch.equal(images[1], photo)
    assert images[0].abs().max() <= 1.0
