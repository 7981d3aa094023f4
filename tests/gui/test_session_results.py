"""Rendering from a session: requests from snapshots, previews, applying, dropping what is old."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document.compositing import flatten
from app.document.geometry import Rect
from app.document.layers import LayerKind
from app.document.painting.brush import BrushSettings
from app.document.pixels import straight_rgba
from app.document.selection import Selection
from app.jobs.recipe import Application
from app.session import Session
from app.session.document_session import DocumentSession
from app.session.results import mask_bounds
from singan_core.config import TrainConfig
from singan_core.errors import MaskError
from tests.gui.scripted_jobs import ScriptedJobs

RED = BrushSettings(size_px=12, hardness=1, color=(255, 0, 0))


def paint(session: Session, x: float, y: float) -> None:
    assert session.strokes.begin(RED)
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()


def shown(session: Session) -> np.ndarray:
    return straight_rgba(session.compositor.composite(session.document.rect))


@pytest.fixture
def edited(trained: Session) -> Session:
    trained.edits.add_layer()
    paint(trained, 30, 20)
    return trained


@pytest.fixture
def previewed(edited: Session, qtbot: QtBot) -> Session:
    edited.request_render(Application.EDIT, 1, 7)
    qtbot.waitUntil(lambda: edited.preview is not None)
    return edited


def test_the_request_holds_the_edit_as_it_was(
    edited: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    as_asked = flatten(edited.document)[..., :3]
    edited.request_render(Application.EDIT, 2, 7, grow_px=3, feather_px=4)
    paint(edited, 50, 40)
    qtbot.waitUntil(lambda: edited.preview is not None)
    request = jobs.renders[0]
    assert np.array_equal(request.composite, as_asked)
    assert request.mask is not None
    assert request.mask[20, 30] == 255
    assert request.mask[40, 50] == 0
    assert (request.scale, request.seed, request.grow_px, request.feather_px) == (2, 7, 3, 4)
    assert request.model is edited.model


def test_the_preview_is_an_overlay_and_no_layer(previewed: Session) -> None:
    document, result = previewed.document, previewed.preview
    assert result is not None
    assert len(document.layers) == 2
    assert shown(previewed)[20, 30, :3].tolist() == [7, 100, 200]
    outside = result.mask == 0
    assert np.array_equal(shown(previewed)[outside], flatten(document)[outside])
    assert flatten(document)[20, 30, :3].tolist() == [255, 0, 0]


def test_comparing_hides_the_preview_and_shows_it_again(previewed: Session) -> None:
    previewed.hide_preview(True)
    assert previewed.is_preview_hidden
    assert np.array_equal(shown(previewed), flatten(previewed.document))
    previewed.hide_preview(False)
    assert shown(previewed)[20, 30, :3].tolist() == [7, 100, 200]


def test_applying_is_one_step_with_mask_and_recipe(previewed: Session) -> None:
    before, steps = flatten(previewed.document), previewed.history.index
    result = previewed.preview
    assert result is not None
    previewed.apply_preview()
    after = flatten(previewed.document)
    layer = previewed.document.layers[-1]
    assert previewed.history.index == steps + 1
    assert previewed.preview is None
    assert (layer.kind, layer.recipe) == (LayerKind.RESULT, result.recipe.to_dict())
    assert layer.mask is not None
    assert np.array_equal(layer.mask.read(previewed.document.rect), result.mask)
    assert np.array_equal(after[result.mask == 0], before[result.mask == 0])
    assert np.array_equal(after[result.mask == 255][:, :3], result.image[result.mask == 255])
    assert np.array_equal(shown(previewed), after)
    previewed.undo()
    assert np.array_equal(flatten(previewed.document), before)


def test_erasing_an_applied_result_brings_the_original_back(previewed: Session) -> None:
    before = flatten(previewed.document)
    previewed.apply_preview()
    layer = previewed.document.layers[-1]
    pixels = layer.plane.to_rgba()
    previewed.strokes.begin(BrushSettings(size_px=80, hardness=1, is_eraser=True))
    previewed.strokes.add(30, 20, 1.0)
    previewed.strokes.finish()
    assert np.array_equal(flatten(previewed.document)[20, 30], before[20, 30])
    assert np.array_equal(layer.plane.to_rgba(), pixels)


def test_the_mask_of_an_applied_result_can_be_painted(previewed: Session) -> None:
    before = flatten(previewed.document)
    previewed.apply_preview()
    after = flatten(previewed.document)
    previewed.strokes.is_on_mask = True
    for color, expected in (((0, 0, 0), before), ((255, 255, 255), after)):
        previewed.strokes.begin(BrushSettings(size_px=80, hardness=1, color=color))
        previewed.strokes.add(30, 20, 1.0)
        previewed.strokes.finish()
        assert np.array_equal(flatten(previewed.document)[20, 30], expected[20, 30])


def test_painting_after_applying_starts_a_layer_above(previewed: Session) -> None:
    previewed.apply_preview()
    paint(previewed, 55, 40)
    assert [layer.kind for layer in previewed.document.layers[-2:]] == [
        LayerKind.RESULT,
        LayerKind.PAINT,
    ]
    assert flatten(previewed.document)[40, 55].tolist() == [255, 0, 0, 255]


def test_results_are_kept_until_discarded(previewed: Session, qtbot: QtBot) -> None:
    first = previewed.preview
    previewed.request_render(Application.HARMONIZE, 1, 8)
    qtbot.waitUntil(lambda: len(previewed.results) == 2)
    assert previewed.preview is previewed.results[1]
    previewed.show_result(first)
    assert shown(previewed)[20, 30, 0] == 7
    previewed.discard_preview()
    assert previewed.preview is None
    assert [result.recipe.seed for result in previewed.results] == [8]
    assert np.array_equal(shown(previewed), flatten(previewed.document))


def test_a_stroke_puts_the_preview_away(previewed: Session) -> None:
    paint(previewed, 30, 20)
    assert previewed.preview is None
    assert len(previewed.results) == 1


def test_a_newer_request_supersedes_an_older_one(
    edited: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_renders_held = True
    edited.request_render(Application.EDIT, 1, 1)
    qtbot.waitUntil(lambda: edited.render_status.total == 2)
    edited.request_render(Application.EDIT, 1, 2)
    jobs.are_renders_held = False
    qtbot.waitUntil(lambda: edited.preview is not None)
    qtbot.waitUntil(lambda: not edited.render_status.is_busy)
    assert [result.recipe.seed for result in edited.results] == [2]


def test_cancelling_drops_what_still_arrives(
    edited: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_renders_held = True
    edited.request_render(Application.EDIT, 1, 1)
    qtbot.waitUntil(lambda: bool(jobs.renders))
    edited.cancel_render()
    assert not edited.render_status.is_busy
    jobs.are_renders_held = False
    qtbot.wait(80)
    assert edited.results == ()
    assert edited.preview is None


def test_a_selection_confines_the_result_of_every_application(
    edited: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    edited.request_render(Application.PAINT, 1, 7)
    qtbot.waitUntil(lambda: edited.preview is not None)
    rect = Rect(3, 4, 20, 10)
    edited.edits.select(Selection.rectangle(rect, 64, 48))
    edited.request_render(Application.PAINT, 1, 8)
    qtbot.waitUntil(lambda: len(edited.results) == 2)
    whole, selected = jobs.renders
    assert not whole.is_confining
    assert selected.is_confining
    assert selected.mask is not None
    assert mask_bounds(selected.mask) == rect


@pytest.mark.parametrize("application", [Application.EDIT, Application.HARMONIZE])
def test_an_unchanged_photo_is_not_rendered_but_told_what_to_do(
    trained: Session,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    notices: Callable[[Session], list[str]],
    application: Application,
) -> None:
    heard = notices(trained)
    trained.request_render(application, 1, 1)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["Nothing was changed yet: paint, paste or select something first."]
    assert jobs.renders == []
    assert not trained.render_status.is_busy


def test_an_unchanged_photo_may_be_painted_to_an_image(trained: Session, qtbot: QtBot) -> None:
    trained.request_render(Application.PAINT, 1, 1)
    qtbot.waitUntil(lambda: trained.preview is not None)


def test_a_failed_render_says_why(
    edited: Session, jobs: ScriptedJobs, qtbot: QtBot, notices: Callable[[Session], list[str]]
) -> None:
    heard = notices(edited)
    jobs.render_error = MaskError("The mask is empty, so there is nothing to render.")
    edited.request_render(Application.EDIT, 1, 1)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["The mask is empty, so there is nothing to render."]
    assert not edited.render_status.is_busy


def test_without_two_scales_there_is_only_a_sentence(
    session: Session, jobs: ScriptedJobs, notices: Callable[[Session], list[str]]
) -> None:
    heard = notices(session)
    session.request_render(Application.EDIT, 1, 1)
    assert heard == ["Train at least two scales before rendering."]
    assert jobs.requests == []


def test_a_draft_renders_while_its_training_goes_on(
    session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 2
    session.start_training(TrainConfig(preset="draft"), "cpu")
    qtbot.waitUntil(lambda: session.model is not None and session.model.is_usable)
    paint(session, 30, 20)
    session.request_render(Application.PAINT, 1, 3)
    qtbot.waitUntil(lambda: session.preview is not None)
    assert session.preview is not None
    assert session.preview.is_draft
    assert session.training.state == "running"


def test_the_result_of_an_unchanged_area_covers_only_its_mask(previewed: Session) -> None:
    result = previewed.preview
    assert result is not None
    previewed.apply_preview()
    rows, columns = np.nonzero(result.mask)
    bounds = Rect.from_edges(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert previewed.document.layers[-1].rect == bounds


def test_a_render_follows_the_canvas_beyond_the_photo(
    edited: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    edited.geometry.resize_canvas(128, 48, (0, 0))
    edited.request_render(Application.EDIT, 1, 7)
    qtbot.waitUntil(lambda: edited.preview is not None)
    request, model = jobs.renders[0], edited.model
    assert model is not None
    height, width = model.plan.sizes[-1]
    assert request.finest_size == (height, 2 * width)
    assert request.photo.shape == request.composite.shape == (48, 128, 3)
    assert request.mask is not None
    assert request.mask[:, 64:].min() == 255
    assert np.array_equal(request.photo[:, :64], edited.photo)


def test_a_result_of_another_size_is_put_away_and_refused(
    previewed: Session, notices: Callable[[DocumentSession], list[str]]
) -> None:
    heard, result = notices(previewed), previewed.preview
    previewed.geometry.crop(Rect(0, 0, 30, 30))
    assert previewed.preview is None
    previewed.show_result(result)
    assert previewed.preview is None
    assert len(heard) == 1
    previewed.undo()
    previewed.show_result(result)
    assert previewed.preview is result


def test_discarding_a_result_is_undone_like_anything(previewed: Session, qtbot: QtBot) -> None:
    previewed.request_render(Application.HARMONIZE, 1, 8)
    qtbot.waitUntil(lambda: len(previewed.results) == 2)
    first, second = previewed.results
    previewed.show_result(first)
    previewed.discard_preview()
    assert previewed.results == (second,)
    assert previewed.history.byte_count > first.generated.nbytes
    previewed.undo()
    assert previewed.results == (first, second)
    assert previewed.preview is first
    previewed.redo()
    assert previewed.results == (second,)
    assert previewed.preview is None
