"""How strictly a structure leads a translation where nobody says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from singan_core.applications.structural_analogy import leading as leading_module
from singan_core.applications.structural_analogy.leading import TRIED, Leading
from singan_core.applications.structural_analogy.piecing import STRUCTURE
from singan_core.applications.structural_analogy.translation import Translation
from singan_core.applications.structural_analogy.translation_steps import (
    StructureSettled,
    settling_steps,
    translation_steps,
)
from singan_core.model.trained_pair import TrainedPair
from singan_core.pixels.image import ImageArray
from singan_core.rendering.tiling import TileStep, Tiling
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
SIZE = (96, 128)
APPEARANCE = landscape(*SIZE)
MODEL = random_pyramid(scale_count=5, size=SIZE, gain=0.5)
PAIR = TrainedPair(random_pyramid(scale_count=5, size=SIZE, gain=0.5), MODEL)
ROWS, COLUMNS = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
DISC = np.where(np.hypot(ROWS - 48, COLUMNS - 64)[..., None] < 30, 20, 235)
PICTURE: ImageArray = DISC.astype(np.uint8).repeat(3, axis=2)
UNSAID = Translation(PAIR, "a2b", PICTURE, scale=1, appearance=APPEARANCE)


def made(translation: Translation) -> tuple[float | None, ImageArray]:
    """Return the structure that was settled, if it was, and the picture."""
    *before, image = translation_steps(translation, CPU)
    settled = [event.structure for event in before if isinstance(event, StructureSettled)]
    assert len(settled) <= 1
    assert isinstance(image, np.ndarray)
    return (settled[0] if settled else None), image


def follow(monkeypatch: pytest.MonkeyPatch, *correlations: float) -> None:
    """Let edges correlate so: those of the appearance, then those of each result."""
    values = iter(correlations)
    monkeypatch.setattr(leading_module, "edge_correlation", lambda *_: next(values))


def test_edges_that_follow_need_no_stricter_structure(monkeypatch: pytest.MonkeyPatch) -> None:
    follow(monkeypatch, 0.1, 0.4)
    settled, image = made(UNSAID)
    assert settled == STRUCTURE
    usual = dataclasses.replace(UNSAID, structure=STRUCTURE)
    assert made(usual)[0] is None
    assert np.array_equal(made(usual)[1], image)


def test_edges_that_hardly_follow_make_it_stricter(monkeypatch: pytest.MonkeyPatch) -> None:
    follow(monkeypatch, 0.1, 0.15, 0.3)
    settled, image = made(UNSAID)
    assert settled == TRIED[1]
    strict = made(dataclasses.replace(UNSAID, structure=TRIED[1]))[1]
    assert np.array_equal(strict, image)
    assert (strict != made(dataclasses.replace(UNSAID, structure=STRUCTURE))[1]).any()


def test_it_is_never_stricter_than_the_last_that_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    follow(monkeypatch, 0.1, *[0.0] * len(TRIED))
    assert made(UNSAID)[0] == TRIED[-1]


def test_what_was_chosen_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    follow(monkeypatch)
    for structure in (0.0, 0.5, 4.0):
        assert made(dataclasses.replace(UNSAID, structure=structure))[0] is None


def test_without_patches_nothing_is_settled() -> None:
    assert made(dataclasses.replace(UNSAID, patch_scales=0))[0] is None


def test_settling_alone_finds_the_same_by_the_coarser_scales() -> None:
    work, steps = settling_steps(UNSAID, CPU, Tiling()), []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            found = stop.value
            break
    assert found == made(UNSAID)[0]
    assert all(isinstance(step, TileStep) for step in steps)


def test_the_scales_that_tell_end_where_pictures_are_compared() -> None:
    piecing = UNSAID.piecing
    assert piecing is not None
    sides = {1: 40, 2: 55, 3: 70}
    for large, until in ({}, 3), ({2: 64}, 2), ({1: 80, 2: 90}, 1):
        sizes = tuple((sides | large).get(scale, 100) for scale in range(5))
        leading = Leading(piecing, PICTURE, tuple((side, side + 9) for side in sizes), CPU)
        assert leading.settling_scales == range(1, until + 1)
        assert leading.remaining_scales == range(until + 1, 4)
