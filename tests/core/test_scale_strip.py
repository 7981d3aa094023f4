"""The scale strip: every thumbnail is the render it stands for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.applications import APPLICATIONS, EDIT, HARMONIZE, PAINT, InjectingApplication
from singan_core.errors import MaskError, ScaleError
from singan_core.pixels.image import to_array, to_tensor
from singan_core.pixels.mask import composite
from singan_core.pixels.resize import Window, resize
from singan_core.rendering.finishing import Finishing
from singan_core.rendering.injection import (
    Injection,
    detail_scale,
    joining_mask,
    model_view,
    prepared_edit,
    render,
    render_sizes,
    renderer_of,
)
from singan_core.rendering.sample import counter_noise, injected, last_image, walk
from singan_core.rendering.scale_strip import (
    StripStep,
    StripThumbnail,
    strip_steps,
    thumbnail_scale,
)
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
SMALL = random_pyramid(scale_count=5, size=(60, 80), gain=0.5)
LARGE = random_pyramid(scale_count=6, size=(300, 400), gain=0.5)
APPLICATION_NAMES = sorted(APPLICATIONS)


def edit_of(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    edited = landscape(height, width, seed=4)
    mask = np.zeros((height, width), np.uint8)
    mask[height // 3 : height // 2, width // 4 : width // 2] = 255
    edited[mask > 0] = 255 - edited[mask > 0]
    return edited, mask


def injection_of(
    application: InjectingApplication, size: tuple[int, int], model: object = SMALL
) -> Injection:
    assert model in (SMALL, LARGE)
    photo = landscape(*(SMALL if model is SMALL else LARGE).plan.sizes[-1])
    return application.injection(
        SMALL if model is SMALL else LARGE,
        photo,
        *edit_of(*size),
        scale=1,
        seed=3,
        patch_scales=0,
    )


def thumbnails_of(injection: Injection) -> dict[int, StripThumbnail]:
    events = strip_steps(injection, CPU)
    return {event.scale: event for event in events if isinstance(event, StripThumbnail)}


def stopped_render(injection: Injection, scale: int, last: int) -> np.ndarray:
    """The render at a scale, one picture at a time, whole, stopped at ``last``."""
    injection = dataclasses.replace(injection, scale=scale)
    sizes, renderer = render_sizes(injection), renderer_of(injection, CPU)
    size = sizes[last]
    edit = to_tensor(prepared_edit(injection))
    image = last_image(
        walk(
            renderer,
            sizes,
            counter_noise(renderer, injection.seed),
            start_scale=scale,
            start=injected(edit, scale, sizes),
            stop_scale=last + 1,
        )
    )
    begins = detail_scale(injection)
    finishing = Finishing.of(size, size, None if begins is None else sizes[min(begins, last)])
    mask = injection.mask
    finished = finishing.finished(
        Window.of(size),
        image,
        Window.of(size),
        lambda wanted, window: window.cut(resize(edit, wanted)).clamp(-1.0, 1.0),
        None if mask is None else lambda window: reduced(mask, size)[window.slices] >= 128.0,
    )
    is_same = injection.photo.shape == injection.composite.shape
    base = injection.photo if is_same else injection.composite
    soft = levels(reduced(joining_mask(injection), size))
    return composite(to_array(resize(to_tensor(base), size)), to_array(finished), soft)


def reduced(mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    smaller = resize(torch.from_numpy(mask)[None, None].float(), size)
    return np.asarray(smaller[0, 0].numpy())


def levels(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def distance(first: np.ndarray, second: np.ndarray) -> int:
    return int(np.abs(first.astype(int) - second).max())


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_thumbnails_of_a_document_as_large_as_the_model_are_its_renders(name: str) -> None:
    injection = injection_of(APPLICATIONS[name], (60, 80))
    thumbnails = thumbnails_of(injection)
    assert list(thumbnails) == [1, 2, 3, 4]
    for scale, thumbnail in thumbnails.items():
        whole = render(dataclasses.replace(injection, scale=scale), CPU).image
        assert thumbnail.window is None
        assert distance(thumbnail.image, whole) <= 1


@pytest.mark.parametrize("size", [(60, 80), (150, 210), (90, 75)])
@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_thumbnails_are_renders_stopped_at_their_size(name: str, size: tuple[int, int]) -> None:
    injection = injection_of(APPLICATIONS[name], size)
    for scale, thumbnail in thumbnails_of(injection).items():
        assert thumbnail.image.shape == (*thumbnail.size, 3)
        assert distance(thumbnail.image, stopped_render(injection, scale, 4)) <= 1


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_large_models_stop_at_the_last_small_scale(name: str) -> None:
    injection = injection_of(APPLICATIONS[name], (300, 400), LARGE)
    last = thumbnail_scale(LARGE.plan.sizes)
    assert last is not None
    assert 1 < last < 5
    thumbnails = thumbnails_of(injection)
    for scale in range(1, last + 1):
        assert thumbnails[scale].image.shape == (*LARGE.plan.sizes[last], 3)
        expected = stopped_render(injection, scale, last)
        assert distance(thumbnails[scale].image, expected) <= 1


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_finer_scales_are_shown_as_a_window_of_the_full_render(name: str) -> None:
    injection = injection_of(APPLICATIONS[name], (300, 400), LARGE)
    thumbnails = thumbnails_of(injection)
    last = thumbnail_scale(LARGE.plan.sizes) or 0
    for scale in range(last + 1, 6):
        thumbnail = thumbnails[scale]
        assert thumbnail.window is not None
        assert thumbnail.window.size == (256, 256)
        assert thumbnail.size == (300, 400)
        whole = render(dataclasses.replace(injection, scale=scale), CPU).image
        assert distance(thumbnail.image, whole[thumbnail.window.slices]) <= 1


def test_window_of_a_larger_document_is_the_window_of_its_stopped_render() -> None:
    injection = injection_of(HARMONIZE, (450, 520), LARGE)
    thumbnail = thumbnails_of(injection)[5]
    assert thumbnail.window is not None
    expected = stopped_render(injection, 5, 5)[thumbnail.window.slices]
    assert distance(thumbnail.image, expected) <= 1


def test_window_lies_around_the_mask_or_what_is_asked_for() -> None:
    injection = injection_of(EDIT, (300, 400), LARGE)
    corner = Window(290, 390, 300, 400)
    *_, last = strip_steps(injection, CPU, focus=corner)
    assert isinstance(last, StripThumbnail)
    assert last.window == Window(44, 144, 300, 400)
    around_mask = thumbnails_of(injection)[5].window
    assert around_mask is not None
    assert around_mask == Window(0, 22, 256, 278)


@settings(deadline=None, max_examples=12)
@given(
    st.integers(30, 160),
    st.integers(30, 160),
    st.sampled_from(APPLICATION_NAMES),
    st.integers(0, 99),
)
def test_thumbnails_of_any_document(height: int, width: int, name: str, seed: int) -> None:
    injection = dataclasses.replace(injection_of(APPLICATIONS[name], (height, width)), seed=seed)
    for scale, thumbnail in thumbnails_of(injection).items():
        if thumbnail.window is None:
            assert distance(thumbnail.image, stopped_render(injection, scale, 4)) <= 1


def test_elongated_documents_whose_smallest_size_is_large_show_windows_only() -> None:
    injection = dataclasses.replace(injection_of(PAINT, (12, 800)), finest_size=(60, 4000))
    assert thumbnail_scale(render_sizes(injection)) is None
    thumbnails = thumbnails_of(injection)
    assert [thumbnail.window is None for thumbnail in thumbnails.values()] == [False] * 4
    assert all(max(thumbnail.image.shape) <= 256 for thumbnail in thumbnails.values())


def test_progress_comes_in_equal_parts_and_thumbnails_as_soon_as_they_are_ready() -> None:
    events = list(strip_steps(injection_of(EDIT, (300, 400), LARGE), CPU))
    steps = [event for event in events if isinstance(event, StripStep)]
    assert [step.done for step in steps] == list(range(1, steps[-1].total + 1))
    first = next(i for i, event in enumerate(events) if isinstance(event, StripThumbnail))
    assert first < len(events) - 3
    assert any(isinstance(event, StripStep) for event in events[first:])


def test_strip_of_a_draft_has_its_finished_scales() -> None:
    draft = random_pyramid(scale_count=5, size=(60, 80), finished=3, gain=0.5)
    injection = dataclasses.replace(injection_of(EDIT, (60, 80)), model=draft)
    thumbnails = thumbnails_of(injection)
    assert list(thumbnails) == [1, 2]
    assert thumbnails[1].size == draft.plan.sizes[2]


def test_strip_is_refused_as_a_render_is() -> None:
    injection = injection_of(EDIT, (60, 80))
    empty = dataclasses.replace(injection, mask=np.zeros((60, 80), np.uint8))
    with pytest.raises(MaskError, match="empty"):
        next(strip_steps(empty, CPU))
    single = random_pyramid(scale_count=5, size=(60, 80), finished=1)
    with pytest.raises(ScaleError, match="two finished scales"):
        next(strip_steps(dataclasses.replace(injection, model=single), CPU))


@pytest.mark.parametrize("scale", [1, 3])
def test_model_view_is_the_edit_reduced_to_the_scale_below(scale: int) -> None:
    injection = dataclasses.replace(injection_of(HARMONIZE, (150, 210)), scale=scale)
    view = model_view(injection)
    sizes = render_sizes(injection)
    assert view.shape == (*sizes[scale], 3)
    expected = injected(to_tensor(prepared_edit(injection)), scale, sizes)
    assert np.array_equal(view, to_array(expected))
