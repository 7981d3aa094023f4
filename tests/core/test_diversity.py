"""The diversity score tells samples that vary from samples that repeat the photo."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from singan_core.events import TrainingDone
from singan_core.model.trained import TrainedPyramid
from singan_core.presets import preset
from singan_core.rendering.diversity import layout_diversity, layout_scale_count
from singan_core.training.train import train_pyramid

CPU = torch.device("cpu")


def photo() -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:60, 0:80]
    waves = 128 + 100 * np.sin(rows / 7) * np.cos(columns / 9)
    return np.stack([waves, waves * 0.7, 255 - waves], axis=2).astype(np.uint8)


@pytest.fixture(scope="module")
def model() -> TrainedPyramid:
    config = preset("draft").changed(iterations=12, fine_iterations=8, max_size_px=80)
    *_, last = train_pyramid(photo(), config, CPU)
    assert isinstance(last, TrainingDone)
    return last.model


def test_the_score_is_repeatable_and_grows_with_the_noise(model: TrainedPyramid) -> None:
    score = layout_diversity(model, photo(), CPU)
    assert score == layout_diversity(model, photo(), CPU)
    assert 0.0 < score < 3.0


def test_a_pyramid_without_noise_repeats_itself(model: TrainedPyramid) -> None:
    silent = dataclasses.replace(
        model,
        scales=tuple(dataclasses.replace(each, noise_amplitude=0.0) for each in model.scales),
    )
    assert layout_diversity(silent, photo(), CPU) == pytest.approx(0.0, abs=1e-6)


def test_a_draft_is_scored_by_what_is_there(model: TrainedPyramid) -> None:
    draft = dataclasses.replace(model, scales=model.scales[:1])
    assert layout_diversity(draft, photo(), CPU) > 0.0
    assert 1 < layout_scale_count(model) < model.plan.scale_count
