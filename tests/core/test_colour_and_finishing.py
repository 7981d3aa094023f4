"""Colour statistics, and what follows the walk: exact on windows and at any size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.pixels.colour import colour_statistics, matched_colours
from singan_core.pixels.image import to_tensor
from singan_core.pixels.resize import Window, resize
from singan_core.rendering.finishing import Finishing
from tests.core.photos import landscape

MASK = np.zeros((70, 90), np.bool_)
MASK[20:45, 30:70] = True


def test_statistics_of_a_large_picture_are_those_of_its_colours() -> None:
    """Summed in float32, the lightness of eight million pixels came out too high by half."""
    colours = np.array([[[200, 180, 40], [10, 60, 90]]], np.uint8)
    picture = np.broadcast_to(colours, (2000, 2, 3)).repeat(2000, axis=1)
    lab = cv2.cvtColor(colours / np.float32(255.0), cv2.COLOR_RGB2LAB)[0]
    statistics = colour_statistics(picture)
    assert np.allclose(statistics.mean, lab.mean(axis=0), atol=1e-3)
    assert np.allclose(statistics.spread, lab.std(axis=0), atol=1e-3)


def test_matched_colours_have_the_references_mean_and_spread() -> None:
    image, reference = landscape(70, 90, seed=1), 255 - landscape(50, 50, seed=2) // 2
    mask = MASK.astype(np.uint8) * 255
    matched = matched_colours(image, mask, reference, 1.0)
    assert np.array_equal(matched[~MASK], image[~MASK])
    inside = colour_statistics(matched[20:45, 30:70])
    wanted = colour_statistics(reference)
    assert np.allclose(inside.mean, wanted.mean, atol=3.0)
    assert np.allclose(inside.spread, wanted.spread, atol=4.0)


def finished(finishing: Finishing, window: Window, image: torch.Tensor) -> torch.Tensor:
    """A window of the picture, from no more than what the finishing says it reads."""
    read = finishing.reads(window)
    edit = to_tensor(landscape(70, 90, seed=3))
    return finishing.finished(
        window,
        read.cut(image),
        read,
        lambda size, part: part.cut(resize(edit, size).clamp(-1.0, 1.0)),
        lambda part: MASK[part.slices],
    )


FINISHINGS = [
    Finishing.of((70, 90), (35, 45), None),
    Finishing.of((70, 90), (35, 45), (20, 26)),
    Finishing.of((70, 90), (35, 45), (35, 45)),
    Finishing.of((70, 90), (70, 90), (31, 40)),
]
IMAGES = {size: to_tensor(landscape(*size, seed=4)) for size in ((35, 45), (70, 90))}


@settings(deadline=None, max_examples=40)
@given(st.data(), st.sampled_from(FINISHINGS))
def test_windows_are_exact(data: st.DataObject, finishing: Finishing) -> None:
    top, left = data.draw(st.integers(0, 69)), data.draw(st.integers(0, 89))
    bottom, right = data.draw(st.integers(top + 1, 70)), data.draw(st.integers(left + 1, 90))
    window = Window(top, left, bottom, right)
    image = IMAGES[finishing.image_size]
    whole = finished(finishing, Window.of(finishing.size), image)
    assert torch.allclose(finished(finishing, window, image), window.cut(whole), atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(st.data(), st.sampled_from(FINISHINGS))
def test_a_change_never_reaches_beyond_what_is_told(
    data: st.DataObject, finishing: Finishing
) -> None:
    image = IMAGES[finishing.image_size]
    height, width = finishing.image_size
    y, x = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    changed = image.clone()
    changed[..., y, x] *= -1.0
    whole = Window.of(finishing.size)
    before = finished(finishing, whole, image)
    difference = (finished(finishing, whole, changed) - before).abs().amax(dim=(0, 1))
    difference[finishing.reached(Window(y, x, y + 1, x + 1)).slices] = 0.0
    assert float(difference.max()) == 0.0


def test_an_image_is_not_changed_by_being_finished() -> None:
    image = IMAGES[70, 90].clone()
    finished(FINISHINGS[3], Window.of((70, 90)), image)
    assert torch.equal(image, IMAGES[70, 90])


@pytest.mark.parametrize("size", [(70, 90), (35, 45)])
def test_detail_that_begins_at_the_size_itself_is_none(size: tuple[int, int]) -> None:
    assert Finishing.of(size, size, size).detail is None
