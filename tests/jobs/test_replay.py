"""Every kept result is made again to the pixel, from nothing but what the project file holds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.commands import CropDocument, ScaleDocument
from app.document.document import Document
from app.document.files.project.project_file import ProjectContents, load_project, save_project
from app.document.geometry import Rect
from app.document.pixels import Pixels
from app.document.selection import Selection
from app.jobs.recipe import Application, Recipe
from app.jobs.replay import ReplayError, ReplayInputs, recorded_threads, replay_request
from app.jobs.requests import (
    RenderRequest,
    SampleRequest,
    SuperResolutionRequest,
    TrainRequest,
)
from app.jobs.results import RenderResult
from app.jobs.streams import job_events
from app.session.files import PhotoSource, stored_result
from app.session.render_orders import RenderOrder, render_request
from singan_core.applications.super_resolution import sr_config
from singan_core.config import TrainConfig
from singan_core.events import TrainingDone
from singan_core.model.trained import TrainedPyramid
from singan_core.recently_used import RecentlyUsed
from singan_core.rendering import retouching

HEIGHT, WIDTH = 30, 36
CONFIG = TrainConfig(
    max_size_px=36, scale_count=3, iterations=2, base_channels=4, max_channels=4, min_size_px=14
)
INJECTING = [each for each in Application if each.is_injection]


def picture(seed: int = 0) -> Pixels:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [np.sin(rows / 3 + seed) * 60, np.cos(columns / 4) * 60, (rows + columns) * 1.5]
    grain = np.random.default_rng(seed).normal(0, 6, (HEIGHT, WIDTH, 3))
    pixels: Pixels = np.clip(np.stack(waves, axis=-1) + 120 + grain, 0, 255).astype(np.uint8)
    return pixels


PHOTO = picture()


def edited() -> Pixels:
    pixels = PHOTO.copy()
    pixels[6:15, 8:20] = (200, 40, 90)
    return pixels


def edit_mask() -> Pixels:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[6:15, 8:20] = 255
    return mask


def document_of(pixels: Pixels) -> Document:
    opaque = np.full((HEIGHT, WIDTH, 1), 255, np.uint8)
    return Document.from_photo(np.concatenate([pixels, opaque], axis=2), "Photo")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def trained(config: TrainConfig) -> TrainedPyramid:
    *_, done = job_events(TrainRequest("one", PHOTO, config))
    assert isinstance(done, TrainingDone)
    return done.model


@pytest.fixture(scope="module")
def model() -> TrainedPyramid:
    return trained(CONFIG)


def made(request: RenderRequest | SampleRequest | SuperResolutionRequest) -> list[RenderResult]:
    return [event for event in job_events(request) if isinstance(event, RenderResult)]


def replayed(
    recipe: Recipe, inputs: ReplayInputs, models: dict[str, TrainedPyramid]
) -> RenderResult:
    with recorded_threads(recipe):
        (result,) = made(replay_request(recipe, inputs, models))
    return result


def check_same(result: RenderResult, again: RenderResult) -> None:
    assert np.array_equal(again.generated, result.generated)
    assert np.array_equal(again.mask, result.mask)
    assert np.array_equal(again.image, result.image)
    assert again.recipe == result.recipe
    assert again.detail_size == result.detail_size


def inputs_of(result: RenderResult) -> ReplayInputs:
    return ReplayInputs(PHOTO, result.composite, result.edit_mask)


@settings(max_examples=25)
@given(
    application=st.sampled_from(INJECTING),
    scale=st.integers(1, 2),
    seed=st.integers(0, 2**31 - 1),
    rim=st.tuples(st.integers(0, 3), st.integers(0, 4)) | st.none(),
    colour_match=st.sampled_from((None, 0.0, 0.3, 1.0)),
    words=st.sampled_from(
        (
            {},
            {"fit": "stretch"},
            {"is_confining": True},
            {"mask": None},
            {"mask": None, "mask_tolerance": 30.0},
            {"finest_size": (26, 40)},
            {"detail_scales": 1},
            {"detail_scales": None},
            {"is_matched": True},
            {"is_matched": True, "is_confining": True},
        )
    ),
)
def test_any_injection_is_made_again(
    model: TrainedPyramid,
    application: Application,
    scale: int,
    seed: int,
    rim: tuple[int, int] | None,
    colour_match: float | None,
    words: dict[str, object],
) -> None:
    grow, feather = rim or (None, None)
    request = RenderRequest(
        1, "one", application, model, PHOTO, edited(), edit_mask(), scale, seed, grow, feather
    )
    request = dataclasses.replace(request, colour_match=colour_match, **words)  # type: ignore[arg-type]
    (result,) = made(request)
    recipe = Recipe.from_dict(json.loads(json.dumps(result.recipe.to_dict())))
    check_same(result, replayed(recipe, inputs_of(result), {model.model_id: model}))


def test_every_variation_has_a_recipe_of_its_own(model: TrainedPyramid) -> None:
    request = RenderRequest(
        1, "one", Application.EDIT, model, PHOTO, edited(), edit_mask(), 1, 5, more_seeds=(9, 2)
    )
    results = made(request)
    assert [result.recipe.seed for result in results] == [5, 9, 2]
    for result in results:
        check_same(result, replayed(result.recipe, inputs_of(result), {model.model_id: model}))


def cropped(document: Document) -> None:
    CropDocument(Rect(-6, 4, 50, 22)).apply(document)


def scaled(document: Document) -> None:
    ScaleDocument(53, 41).apply(document)


def selected(document: Document) -> None:
    document.selection = Selection.rectangle(Rect(3, 4, 20, 10), WIDTH, HEIGHT)


@pytest.mark.parametrize("application", INJECTING)
@pytest.mark.parametrize("change", [cropped, scaled, selected])
def test_what_a_document_asked_for_is_made_again_from_the_file(
    model: TrainedPyramid, tmp_path: Path, application: Application, change: object
) -> None:
    document = document_of(edited())
    assert callable(change)
    change(document)
    source = PhotoSource(PHOTO, b"", ".png", "photo")
    order = RenderOrder(application, 1, 7, 2, 3)
    (result,) = made(render_request(order, 1, "one", document, source, model))
    assert (result.recipe.photo_place is None) == (change is selected)
    assert result.recipe.is_confining == (change is selected)
    again, stored = from_file(tmp_path, [result], {model.model_id: model})
    assert np.array_equal(again[0].generated, stored[0].generated)
    check_same(result, again[0])


def forget_patches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be as a program that was just started."""
    for kept in ("_indexed", "_details"):
        monkeypatch.setattr(retouching, kept, RecentlyUsed(24))


@pytest.mark.parametrize("change", [cropped, scaled])
def test_what_was_rendered_before_the_canvas_changed_leaves_no_trace(
    model: TrainedPyramid, monkeypatch: pytest.MonkeyPatch, change: Callable[[Document], None]
) -> None:
    document, source = document_of(edited()), PhotoSource(PHOTO, b"", ".png", "photo")
    order = RenderOrder(Application.EDIT, 1, 7, 2, 3, patch_scales=2)
    forget_patches(monkeypatch)
    made(render_request(order, 1, "one", document, source, model))
    change(document)
    (result,) = made(render_request(order, 2, "one", document, source, model))
    forget_patches(monkeypatch)
    check_same(result, replayed(result.recipe, inputs_of(result), {model.model_id: model}))


def from_file(
    folder: Path, results: list[RenderResult], models: dict[str, TrainedPyramid]
) -> tuple[list[RenderResult], list[RenderResult]]:
    """Save results, read the file, and make each again from what it holds."""
    contents = ProjectContents(document_of(PHOTO), b"", ".png", PHOTO, models)
    contents.results = [stored_result(result) for result in results]
    save_project(folder / "kept.singan", contents)
    read = load_project(folder / "kept.singan")
    made_again = [
        replayed(
            Recipe.from_dict(each.recipe),
            ReplayInputs(read.photo, each.composite, each.edit_mask),
            read.models,
        )
        for each in read.results
    ]
    return made_again, results


def test_samples_and_enlargements_are_made_again_from_the_file(
    model: TrainedPyramid, tmp_path: Path
) -> None:
    finer = trained(sr_config(dataclasses.replace(CONFIG, scale_count=None), (HEIGHT, WIDTH), 1.5))
    results = [
        *made(SampleRequest(1, "one", model, PHOTO, count=2, seed=5)),
        *made(SampleRequest(1, "one", model, PHOTO, seed=5, likeness=0.9)),
        *made(SampleRequest(1, "one", model, PHOTO, seed=5, layouts=9)),
        *made(SampleRequest(1, "one", model, PHOTO, seed=3, start_scale=1, size=(44, 31))),
        *made(SuperResolutionRequest(1, "one", finer, PHOTO, 1.5, fine_noise=0.3, seed=4)),
        *made(SuperResolutionRequest(1, "one", finer, edited(), 1.5, is_document=True)),
    ]
    assert results[-1].composite is not None
    models = {each.model_id: each for each in (model, finer)}
    again, _ = from_file(tmp_path, results, models)
    for result, repeated in zip(results, again, strict=True):
        check_same(result, repeated)
    assert (again[0].image != again[2].image).any()
    assert again[3].recipe.parameters["layouts"] == 9


def test_samples_from_before_there_were_likeness_and_layouts_are_made_again(
    model: TrainedPyramid,
) -> None:
    (result,) = made(SampleRequest(1, "one", model, PHOTO, seed=5, likeness=0.0, layouts=1))
    recipe = dataclasses.replace(result.recipe, parameters={"size": [HEIGHT, WIDTH]})
    check_same(result, replayed(recipe, ReplayInputs(PHOTO), {model.model_id: model}))


def test_a_draft_is_made_again_after_its_training_went_on(
    model: TrainedPyramid, tmp_path: Path
) -> None:
    draft = dataclasses.replace(model, scales=model.scales[:2])
    request = RenderRequest(1, "one", Application.EDIT, draft, PHOTO, edited(), edit_mask(), 1, 3)
    (result,) = made(request)
    other = trained(dataclasses.replace(CONFIG, seed=1))
    models = {each.model_id: each for each in (draft, model, other)}
    again, _ = from_file(tmp_path, [result], models)
    assert again[0].is_draft
    check_same(result, again[0])


def test_what_is_not_there_is_said(model: TrainedPyramid) -> None:
    recipe = Recipe("edit", model.model_id, 1, 3, 0, 1, 1, None, 1, "cpu")
    with pytest.raises(ReplayError, match="model of this result"):
        replay_request(recipe, ReplayInputs(PHOTO), {})
    with pytest.raises(ReplayError, match="edit of this result was not kept"):
        replay_request(recipe, ReplayInputs(PHOTO), {model.model_id: model})
    unknown = dataclasses.replace(recipe, application="mosaic")
    with pytest.raises(ReplayError, match="“mosaic”"):
        replay_request(unknown, ReplayInputs(PHOTO), {model.model_id: model})


def test_another_machine_uses_what_it_has(model: TrainedPyramid) -> None:
    recipe = Recipe("sample", model.model_id, 0, 3, 0, 0, 0, None, 1, "nothing")
    models = {model.model_id: model}
    assert replay_request(recipe, ReplayInputs(PHOTO), models).device == "auto"
    assert replay_request(recipe, ReplayInputs(PHOTO), models, "cpu").device == "cpu"
    on_cpu = dataclasses.replace(recipe, device="cpu")
    assert replay_request(on_cpu, ReplayInputs(PHOTO), models).device == "cpu"


def test_the_recorded_threads_hold_only_meanwhile(model: TrainedPyramid) -> None:
    recipe = Recipe("sample", model.model_id, 0, 3, 0, 0, 0, None, 2, "cpu")
    with recorded_threads(recipe):
        assert torch.get_num_threads() == 2
    assert torch.get_num_threads() == 1
