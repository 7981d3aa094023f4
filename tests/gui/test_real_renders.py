"""Strips and live pictures of the real engine, with a model whose weights mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document.geometry import Rect
from app.document.painting.brush import BrushSettings
from app.jobs.live_stream import LivePicture
from app.jobs.recipe import Application
from app.jobs.requests import JobRequest, LiveRequest, RenderRequest, TrainRequest
from app.jobs.results import LiveReady, RenderResult
from app.jobs.streams import job_events
from app.session import Session
from app.session.render_orders import RenderOrder
from singan_core.config import TrainConfig
from tests.core.pyramids import random_pyramid
from tests.gui.scripted_jobs import Photo, ScriptedJobs, tiny_model

RED = BrushSettings(size_px=12, hardness=1, color=(255, 0, 0))


class RealRenders(ScriptedJobs):
    """Trains by the script, renders by the engine."""

    def __call__(self, request: JobRequest) -> Iterator[Any]:
        if isinstance(request, TrainRequest):
            return super().__call__(request)
        self.requests.append(request)
        return job_events(request)


@pytest.fixture
def jobs() -> ScriptedJobs:
    return RealRenders()


def paint(session: Session, x: float, y: float) -> None:
    assert session.strokes.begin(RED)
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()


@pytest.fixture
def edited(trained: Session) -> Session:
    trained.edits.add_layer()
    paint(trained, 30, 20)
    return trained


def test_the_strip_shows_what_the_engine_makes(edited: Session, qtbot: QtBot) -> None:
    edited.request_strip(RenderOrder(Application.EDIT, device="cpu"))
    qtbot.waitUntil(lambda: set(edited.strip.thumbnails) == {1, 2}, timeout=60_000)
    mask = edited.strip.mask
    assert mask is not None
    for made in edited.strip.thumbnails.values():
        assert made.image.shape == (48, 64, 3)
        outside = mask == 0
        assert (made.image[outside] == edited.photo[outside]).all()
        assert len(np.unique(made.image[mask == 255], axis=0)) > 10


# ---- live


def live_image(session: Session) -> tuple[np.ndarray, np.ndarray]:
    """Return the live picture as RGB, and where it is shown."""
    pixels = session.live.pixels
    assert pixels is not None
    return pixels[..., 2::-1], pixels[..., 3] > 0


def is_live_exact(session: Session) -> bool:
    return session.live.pixels is not None and not session.live.is_busy


@pytest.mark.parametrize("application", [Application.EDIT, Application.HARMONIZE])
@pytest.mark.parametrize("scale", [1, 2])
def test_after_any_strokes_the_live_picture_is_a_fresh_render(
    application: Application, scale: int, edited: Session, qtbot: QtBot
) -> None:
    order = RenderOrder(application, scale, 7, device="cpu")
    edited.request_live(order)
    for place in ((50, 40), (10, 8), (12, 30)):
        paint(edited, *place)
        edited.request_live(order)
        if place[0] == 10:
            qtbot.waitUntil(lambda: is_live_exact(edited), timeout=60_000)
    edited.undo()
    edited.request_live(order)
    qtbot.waitUntil(lambda: is_live_exact(edited), timeout=60_000)
    edited.request_render(application, scale, 7)
    qtbot.waitUntil(lambda: edited.preview is not None, timeout=60_000)
    assert edited.preview is not None
    image, is_shown = live_image(edited)
    assert np.array_equal(is_shown, edited.preview.mask > 0)
    difference = np.abs(image.astype(int) - edited.preview.image)[is_shown]
    # Of two patches equally near, rounding may choose either.
    assert (difference > 1).mean() < 0.1


def test_another_scale_or_seed_gives_another_live_picture(edited: Session, qtbot: QtBot) -> None:
    seen = []
    for scale, seed in ((1, 7), (2, 7), (2, 8)):
        edited.request_live(
            RenderOrder(Application.EDIT, scale, seed, device="cpu", patch_scales=0)
        )
        assert edited.live.is_busy
        qtbot.waitUntil(lambda: is_live_exact(edited), timeout=60_000)
        seen.append(live_image(edited)[0].copy())
    assert not np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[1], seen[2])


def test_a_lost_update_is_made_up_for(photo: Photo) -> None:
    """What was announced to nobody comes with the next update."""
    picture, model = LivePicture(), tiny_model(photo, TrainConfig(preset="draft"))
    shown = np.zeros_like(photo)

    def updates(composite: Photo, mask: Photo) -> list[LiveReady]:
        words = (1, "s", Application.EDIT, model, photo, composite, mask, 1, 0, 1, 1, "cpu")
        request = RenderRequest(*words, patch_scales=0)
        events = job_events(LiveRequest(request, picture))
        return [each for each in events if isinstance(each, LiveReady)]

    composite, mask = photo.copy(), np.zeros(photo.shape[:2], np.uint8)
    for left in (2, 30, 50):
        composite[10:20, left : left + 8], mask[10:20, left : left + 8] = 200, 255
        last = updates(composite, mask)[-1]
        if left != 30:
            picture.seen = last.number
            shown[last.part.slices_in(Rect.of_size(64, 48))] = last.image
    fresh = LivePicture()
    picture = fresh
    whole = updates(composite, mask)[-1]
    assert np.abs(shown.astype(int) - whole.image).max() <= 1


def test_a_coarser_tier_is_replaced_wherever_it_was_shown() -> None:
    """A picture above 256 px is shown small first; nothing of that stays."""
    rows, columns = np.mgrid[0:330, 0:440]
    photo = np.stack([rows // 2, columns // 2, (rows + columns) // 4], axis=2).astype(np.uint8)
    model = random_pyramid(scale_count=5, size=(330, 440), gain=0.5)
    composite, mask = photo.copy(), np.zeros(photo.shape[:2], np.uint8)
    picture, shown = LivePicture(), np.zeros_like(photo)
    for left in (100, 300):
        composite[100:140, left : left + 40], mask[100:140, left : left + 40] = 220, 255
        words = (1, "s", Application.EDIT, model, photo, composite, mask, 3, 0, 3, 3, "cpu")
        request = RenderRequest(*words, patch_scales=0)
        events = list(job_events(LiveRequest(request, picture)))
        made = [each for each in events if isinstance(each, LiveReady)]
        assert [each.is_exact for each in made] == [False, True]
        for each in made:
            picture.seen = each.number
            shown[each.part.slices_in(Rect.of_size(440, 330))] = each.image
    *_, result = job_events(request)
    assert isinstance(result, RenderResult)
    assert np.abs(shown.astype(int) - result.image).max() <= 1


def test_a_stroke_is_shown_without_patches_until_they_are_found(photo: Photo) -> None:
    """Finding patches takes most of the time: what is there before them is shown at once."""
    picture, model = LivePicture(), tiny_model(photo, TrainConfig(preset="draft"))
    composite, mask = photo.copy(), np.zeros(photo.shape[:2], np.uint8)
    composite[10:30, 10:40], mask[10:30, 10:40] = 200, 255
    words = (1, "s", Application.EDIT, model, photo, composite, mask, 1, 0, 1, 1, "cpu")
    made = {}
    for patch_scales in (0, 1):
        request = RenderRequest(*words, patch_scales=patch_scales)
        events = job_events(LiveRequest(request, picture))
        made[patch_scales] = [each for each in events if isinstance(each, LiveReady)]
    (plain,), (quick, whole) = made[0], made[1]
    assert [each.is_exact for each in (plain, quick, whole)] == [True, False, True]
    rows, columns = slice(10, 30), slice(10, 40)
    assert np.abs(quick.image.astype(int) - plain.image)[rows, columns].max() <= 1
    assert not np.array_equal(whole.image[rows, columns], plain.image[rows, columns])


def test_the_model_view_is_the_edit_at_the_size_of_the_scale(edited: Session) -> None:
    coarse = edited.model_view(RenderOrder(Application.EDIT, 1))()
    fine = edited.model_view(RenderOrder(Application.EDIT, 2))()
    assert coarse.shape[0] < fine.shape[0]
    assert coarse[10, 15].tolist() != edited.photo[20, 30].tolist()


def test_there_is_a_model_view_without_an_edit(trained: Session) -> None:
    assert trained.model_view(RenderOrder(Application.HARMONIZE, 1))().shape[2] == 3
