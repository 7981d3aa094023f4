"""The live picture and the model's-eye view: what the canvas shows while the user paints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.document.compositing import flatten
from app.document.layers import LayerKind
from app.document.painting.brush import BrushSettings
from app.jobs.recipe import Application
from app.main_window import MainWindow
from app.panels.generate.live_box import LiveBox
from app.session import Session
from app.settings import Settings
from tests.gui.keyboard import press_key
from tests.gui.scripted_jobs import ScriptedJobs

Key = Qt.Key
RED = BrushSettings(size_px=14, hardness=1, color=(255, 0, 0))
Color = tuple[int, int, int]


def paint(session: Session, x: float, y: float) -> None:
    assert session.strokes.begin(RED)
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()


def is_exact(session: Session) -> bool:
    live = session.live
    return live.pixels is not None and not live.is_busy and live.stale is None


def shown(window: MainWindow, x: int, y: int) -> Color:
    """Return the colour on the canvas over a document pixel."""
    place = window.canvas.viewport.to_device(x + 0.5, y + 0.5).toPoint()
    pixel = window.canvas.grab().toImage().pixelColor(place)
    return pixel.red(), pixel.green(), pixel.blue()


@pytest.fixture
def box(window: MainWindow) -> LiveBox:
    return window.generate.injection.live_box


@pytest.fixture
def edited(window: MainWindow, trained: Session) -> Session:
    """In the window, with an edit at (30, 20)."""
    window.docks.reveal("generate")
    window.generate.choose_scale(1)
    trained.edits.add_layer()
    paint(trained, 30, 20)
    return trained


@pytest.fixture
def live(edited: Session, box: LiveBox, qtbot: QtBot) -> Session:
    """With the live picture up to date."""
    box.switch.click()
    qtbot.waitUntil(lambda: is_exact(edited))
    return edited


def test_it_is_off_at_first(edited: Session, box: LiveBox, jobs: ScriptedJobs) -> None:
    assert not box.switch.isChecked()
    paint(edited, 50, 40)
    assert not edited.live.is_on
    assert not jobs.live_pictures


def test_a_stroke_is_answered_on_the_canvas_without_a_layer(
    live: Session, window: MainWindow, box: LiveBox, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    layers, outside = len(live.document.layers), shown(window, 2, 2)
    assert shown(window, 30, 20) == (30, 0, 1)
    paint(live, 50, 40)
    assert box.state.text() == "updating …"
    qtbot.waitUntil(lambda: is_exact(live))
    assert shown(window, 50, 40) == (30, 0, 2)
    assert shown(window, 2, 2) == outside
    assert box.state.text() == "up to date"
    assert len(live.document.layers) == layers
    assert not live.results
    assert flatten(live.document)[40, 50, :3].tolist() == [255, 0, 0]
    assert len(jobs.live_pictures) == 2


def test_what_is_painted_shines_through_until_it_is_rendered(
    live: Session, window: MainWindow, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_live_pictures_held = True
    assert live.strokes.begin(RED)
    live.strokes.add(30, 22, 1.0)
    assert live.live.stale is not None
    assert shown(window, 30, 22)[0] > 150
    live.strokes.finish()
    qtbot.waitUntil(lambda: live.live.stale is None)
    assert live.live.is_busy
    assert shown(window, 30, 22) == (30, 0, 2)


def test_a_gesture_that_is_given_up_leaves_the_picture_up_to_date(
    live: Session, window: MainWindow, qtbot: QtBot
) -> None:
    assert live.strokes.begin(RED)
    live.strokes.add(50, 40, 1.0)
    live.strokes.cancel()
    assert live.live.stale is not None
    qtbot.waitUntil(lambda: is_exact(live))


def test_it_follows_scale_seed_application_and_undo(
    live: Session, window: MainWindow, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    window.generate.choose_scale(2)
    qtbot.waitUntil(lambda: is_exact(live) and shown(window, 30, 20)[0] == 60)
    window.generate.seed.field.show_value(77)
    qtbot.waitUntil(lambda: is_exact(live) and shown(window, 30, 20)[1] == 77)
    window.generate.choose_application(Application.HARMONIZE)
    qtbot.waitUntil(lambda: jobs.live_pictures[-1].render.application is Application.HARMONIZE)
    paint(live, 50, 40)
    live.undo()
    qtbot.waitUntil(lambda: is_exact(live))
    assert live.live.pixels is not None
    assert not live.live.pixels[40, 50].any()


def test_without_an_edit_it_says_what_it_waits_for(
    live: Session, box: LiveBox, qtbot: QtBot
) -> None:
    live.undo()
    qtbot.waitUntil(lambda: "Nothing was changed" in box.state.text())
    assert live.live.pixels is None
    paint(live, 50, 40)
    qtbot.waitUntil(lambda: is_exact(live))


@pytest.mark.parametrize("how", ["switch", "escape", "other application", "no panel"])
def test_it_stops_when_told(
    how: str, live: Session, window: MainWindow, box: LiveBox, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_live_pictures_held = True
    paint(live, 50, 40)
    qtbot.waitUntil(lambda: len(jobs.live_pictures) == 2)
    if how == "switch":
        box.switch.click()
    elif how == "escape":
        window.canvas.setFocus()
        qtbot.wait(10)
        press_key(qtbot, window, Key.Key_Escape)
    elif how == "other application":
        window.generate.choose_application(Application.SAMPLE)
    else:
        window.workspace.set_active(None)
    assert not live.live.is_on
    assert live.live.pixels is None
    count = len(jobs.live_pictures)
    paint(live, 10, 10)
    qtbot.wait(250)
    assert len(jobs.live_pictures) == count


def test_a_result_goes_before_the_live_picture(
    live: Session, window: MainWindow, qtbot: QtBot
) -> None:
    live.request_render(Application.EDIT, 1, 99)
    qtbot.waitUntil(lambda: live.preview is not None)
    assert shown(window, 30, 20) == (99, 100, 200)
    window.canvas.setFocus()
    qtbot.wait(10)
    press_key(qtbot, window, Key.Key_Escape)
    assert shown(window, 30, 20) == (30, 0, 1)
    assert live.live.is_on


@pytest.mark.parametrize("how", ["button", "enter"])
def test_applying_renders_in_full_and_is_one_step(
    how: str, live: Session, window: MainWindow, box: LiveBox, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    steps, pictures = live.history.index, len(jobs.live_pictures)
    if how == "button":
        assert box.apply_button.isVisible()
        box.apply_button.click()
    else:
        window.canvas.setFocus()
        qtbot.wait(10)
        press_key(qtbot, window, Key.Key_Return)
    qtbot.waitUntil(lambda: live.history.index == steps + 1)
    (request,) = jobs.renders
    assert (request.scale, request.seed) == (1, 0)
    assert live.document.layers[-1].kind is LayerKind.RESULT
    assert live.preview is None
    assert live.live.pixels is None
    assert live.live.is_on
    qtbot.wait(400)
    assert len(jobs.live_pictures) == pictures, "the layer is what the picture showed"
    live.undo()
    qtbot.waitUntil(lambda: is_exact(live))
    assert flatten(live.document)[20, 30, :3].tolist() == [255, 0, 0]


def test_an_ordinary_render_after_apply_is_not_applied(
    live: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    steps = live.history.index
    jobs.are_renders_held = True
    live.apply_preview()
    live.request_render(Application.EDIT, 2, 5)
    jobs.are_renders_held = False
    qtbot.waitUntil(lambda: live.preview is not None)
    assert live.history.index == steps


def test_it_is_given_up_with_the_document_and_never_shown_over_another(
    live: Session, window: MainWindow, jobs: ScriptedJobs, photo_path: Path, qtbot: QtBot
) -> None:
    jobs.are_live_pictures_held = True
    paint(live, 50, 40)
    qtbot.waitUntil(lambda: len(jobs.live_pictures) == 2)
    other = window.workspace.open_path(photo_path)
    jobs.are_live_pictures_held = False
    qtbot.wait(50)
    assert other.live.pixels is None
    assert live.live.pixels is None
    window.workspace.set_active(live)
    qtbot.waitUntil(lambda: is_exact(live))
    jobs.are_live_pictures_held = True
    paint(live, 10, 10)
    window.workspace.close(live)
    worker = window.workspace.worker
    window.workspace.shutdown()
    assert not worker.is_running


def test_the_switch_is_remembered(
    box: LiveBox, window: MainWindow, show_window: Callable[[], MainWindow], settings: Settings
) -> None:
    box.switch.click()
    assert show_window().generate.injection.live_box.switch.isChecked()


def test_another_size_of_the_picture_starts_it_anew(
    live: Session, window: MainWindow, qtbot: QtBot
) -> None:
    live.geometry.turn_image(1)
    qtbot.waitUntil(lambda: is_exact(live))
    assert live.live.pixels is not None
    assert live.live.pixels.shape[:2] == (64, 48)


# ---- the model's-eye view


def test_the_model_view_covers_the_canvas_and_follows_strokes_and_scale(
    edited: Session, window: MainWindow, box: LiveBox, qtbot: QtBot
) -> None:
    before = shown(window, 36, 20)
    box.eye.click()
    qtbot.waitUntil(lambda: shown(window, 36, 20) != before)
    coarse = shown(window, 36, 20)
    window.generate.choose_scale(2)
    qtbot.waitUntil(lambda: shown(window, 36, 20) != coarse)
    corner = shown(window, 56, 40)
    paint(edited, 56, 40)
    qtbot.waitUntil(lambda: shown(window, 56, 40)[0] > corner[0])
    box.eye.click()
    assert shown(window, 36, 20) == before


def test_the_model_view_needs_a_model_and_goes_with_the_document(
    edited: Session, window: MainWindow, box: LiveBox, photo_path: Path, qtbot: QtBot
) -> None:
    box.eye.click()
    painter = window.canvas._painter
    assert painter is not None
    qtbot.waitUntil(lambda: painter.overlay is not None)
    window.workspace.close(edited)
    assert window.canvas.session is None
    window.workspace.create(64, 48, (9, 9, 9))
    qtbot.wait(100)
    assert shown(window, 30, 20) == (9, 9, 9)


def test_a_view_that_fails_is_none(
    edited: Session, window: MainWindow, box: LiveBox, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def fail(_: object) -> Callable[[], np.ndarray]:
        def work() -> np.ndarray:
            raise MemoryError

        return work

    monkeypatch.setattr(edited, "model_view", fail)
    before = shown(window, 30, 20)
    box.eye.click()
    qtbot.wait(150)
    assert shown(window, 30, 20) == before
