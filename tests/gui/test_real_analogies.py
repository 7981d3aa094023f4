"""A tiny pair trained and used through the window, by the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.jobs.recipe import Application
from app.jobs.replay import ReplayInputs, replay_request
from app.jobs.requests import JobRequest, SpeedRequest
from app.jobs.results import RenderResult
from app.jobs.streams import job_events
from app.main_window import MainWindow
from app.session import Session
from tests.core.pairs import TINY, stripes
from tests.gui.picture_panel import panel_for, wait_until
from tests.gui.scripted_jobs import ScriptedJobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


class RealJobs(ScriptedJobs):
    """Measures no speed; everything else is the engine's."""

    def __call__(self, request: JobRequest) -> Iterator[Any]:
        if isinstance(request, SpeedRequest):
            return super().__call__(request)
        self.requests.append(request)
        return job_events(request)


@pytest.fixture
def jobs() -> ScriptedJobs:
    return RealJobs()


def test_a_pair_is_trained_translated_and_made_again(
    session: Session, window: MainWindow, qtbot: QtBot
) -> None:
    panel = panel_for(window, Application.ANALOGY)
    session.set_second_picture(stripes(), "stripes.png")
    session.train_pair(TINY, "cpu")
    wait_until(qtbot, lambda: session.pair.status.state == "done")
    strip = panel.analogy.scale_box.strip
    wait_until(qtbot, lambda: set(strip.cells) == {0, 1, 2})
    panel.analogy.scale_box.choose(0)
    panel.make_variations(4)
    wait_until(qtbot, lambda: len(session.results) == 4)
    first, second = session.results[:2]
    assert first.image.shape == session.photo.shape
    # As dense as the photo that gives the appearance, which is the larger one.
    assert first.detail_size == (33, 44)
    assert not np.array_equal(first.image, second.image)
    assert session.is_preview_on_canvas
    pair = session.pair.pair
    assert pair is not None
    models = {model.model_id: model for model in (pair.a, pair.b)}
    photo_b = session.pair.second
    assert photo_b is not None
    inputs = ReplayInputs(session.photo, first.composite, photo_b=photo_b.photo)
    again = list(job_events(replay_request(first.recipe, inputs, models, "cpu")))[-1]
    assert isinstance(again, RenderResult)
    assert np.array_equal(again.image, first.image)
