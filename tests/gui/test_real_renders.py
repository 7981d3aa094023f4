"""Strips and live pictures of the real engine, with a model whose weights mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document.painting.brush import BrushSettings
from app.jobs.recipe import Application
from app.jobs.requests import JobRequest, TrainRequest
from app.jobs.streams import job_events
from app.session import Session
from app.session.render_orders import RenderOrder
from tests.gui.scripted_jobs import ScriptedJobs

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
