"""Translations as jobs: how strictly patches follow the structure, and what is told on the way."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from app.document.render_settings import LIKENESS, MOST_STRUCTURE, STRUCTURE
from app.jobs.analogy_requests import AnalogyRequest, AnalogyStripRequest
from app.jobs.analogy_streams import translation_of
from app.jobs.recipe import Recipe
from app.jobs.replay import ReplayInputs, replay_request
from app.jobs.results import RenderResult, StepDone, StripReady
from app.jobs.streams import job_events
from singan_core.applications import random_samples
from singan_core.applications.structural_analogy import leading, piecing
from singan_core.model.trained_pair import TrainedPair
from tests.core.pairs import A, B, trained_pair


@pytest.fixture(scope="module")
def pair() -> TrainedPair:
    return trained_pair()


@pytest.fixture
def request_(pair: TrainedPair) -> AnalogyRequest:
    return AnalogyRequest(5, "s", pair, A, scale=0, appearance=B, device="cpu")


def rendered(request: AnalogyRequest) -> RenderResult:
    *_, result = job_events(request)
    assert isinstance(result, RenderResult)
    return result


def strip_of(request: AnalogyStripRequest) -> list[StripReady]:
    return [each for each in job_events(request) if isinstance(each, StripReady)]


def replayed(recipe: Recipe, result: RenderResult, pair: TrainedPair) -> RenderResult:
    models = {model.model_id: model for model in (pair.a, pair.b)}
    inputs = ReplayInputs(A, result.composite, photo_b=B)
    again = replay_request(recipe, inputs, models, "cpu")
    assert isinstance(again, AnalogyRequest)
    return rendered(again)


def test_the_window_offers_what_the_engine_takes(request_: AnalogyRequest) -> None:
    assert (STRUCTURE, MOST_STRUCTURE) == (piecing.STRUCTURE, piecing.MOST_STRUCTURE)
    assert random_samples.LIKENESS == LIKENESS
    assert translation_of(request_).structure is None
    translation_of(dataclasses.replace(request_, structure=MOST_STRUCTURE)).check()


@pytest.mark.parametrize("structure", [0.0, 3.5])
def test_a_result_remembers_how_strictly_the_structure_led(
    request_: AnalogyRequest, pair: TrainedPair, structure: float
) -> None:
    usual = rendered(request_)
    made = rendered(dataclasses.replace(request_, structure=structure))
    assert not np.array_equal(usual.image, made.image)
    assert made.recipe.parameters["structure"] == structure
    stored = Recipe.from_dict(made.recipe.to_dict())
    assert np.array_equal(replayed(stored, made, pair).image, made.image)


def test_a_recipe_from_before_there_was_one_is_followed_with_the_default(
    request_: AnalogyRequest, pair: TrainedPair
) -> None:
    made = rendered(dataclasses.replace(request_, structure=piecing.STRUCTURE))
    values = made.recipe.to_dict()
    del values["parameters"]["structure"]
    again = replayed(Recipe.from_dict(values), made, pair)
    assert np.array_equal(again.image, made.image)
    assert again.recipe.parameters["structure"] == piecing.STRUCTURE


def test_a_result_remembers_how_strict_the_structure_became_by_itself(
    request_: AnalogyRequest, pair: TrainedPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "LEAST_FOLLOWED", 3.0)
    made = rendered(request_)
    assert made.recipe.parameters["structure"] == leading.TRIED[-1]
    monkeypatch.undo()
    assert np.array_equal(replayed(made.recipe, made, pair).image, made.image)


def test_without_patches_nothing_is_led(request_: AnalogyRequest) -> None:
    plain = dataclasses.replace(request_, patch_scales=0)
    one, other = rendered(plain), rendered(dataclasses.replace(plain, structure=4.0))
    assert one.recipe == other.recipe
    assert one.recipe.parameters["structure"] is None
    assert np.array_equal(one.image, other.image)


def test_the_strip_begins_with_the_scale_that_is_used(request_: AnalogyRequest) -> None:
    finest = dataclasses.replace(request_, scale=request_.pair.scale_count - 1)
    events = job_events(AnalogyStripRequest(finest))
    strip = [each for each in events if isinstance(each, StripReady)]
    expected = list(reversed(range(request_.pair.scale_count)))
    assert [each.scale for each in strip if each.is_quick] == expected
    assert [each.scale for each in strip if not each.is_quick] == expected


def test_all_of_the_strip_is_shown_without_patches_before_it_is_made_with_them(
    request_: AnalogyRequest,
) -> None:
    count = request_.pair.scale_count
    strip = strip_of(AnalogyStripRequest(request_))
    assert [each.is_quick for each in strip] == [True] * count + [False] * count
    plain = strip_of(AnalogyStripRequest(dataclasses.replace(request_, patch_scales=0)))
    assert not any(each.is_quick for each in plain)
    for quick, same in zip(strip[:count], plain, strict=True):
        assert quick.scale == same.scale
        assert np.array_equal(quick.image, same.image)


def test_a_thumbnail_is_the_render_at_its_scale(request_: AnalogyRequest) -> None:
    for each in strip_of(AnalogyStripRequest(request_, is_quick_first=False)):
        assert not each.is_quick
        at_scale = dataclasses.replace(request_, scale=each.scale, size=each.size)
        assert np.array_equal(rendered(at_scale).image, each.image)


def test_the_strip_follows_the_structure_as_strictly(request_: AnalogyRequest) -> None:
    def strip(structure: float | None) -> list[StripReady]:
        whole = dataclasses.replace(request_, structure=structure)
        return strip_of(AnalogyStripRequest(whole, is_quick_first=False))

    usual, loose = strip(None)[0], strip(0.0)[0]
    assert not np.array_equal(usual.image, loose.image)


@pytest.mark.parametrize("more", [{}, {"scale": None}, {"inject": 0, "refine": 1}], ids=str)
def test_progress_never_goes_back(request_: AnalogyRequest, more: dict[str, int | None]) -> None:
    request = dataclasses.replace(request_, more_seeds=(8,), **more)  # type: ignore[arg-type]
    steps = [each for each in job_events(request) if isinstance(each, StepDone)]
    shares = [step.done / step.total for step in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
