"""Animations through the panel: training, playing, live choices, export, cancelling, closing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.jobs.recipe import Application
from app.jobs.requests import AnimationRequest
from app.main_window import MainWindow
from app.panels.generate import GeneratePanel
from app.session import Session
from app.session.document_session import DocumentSession
from app.session.film import PREVIEW_FRAMES
from tests.gui.picture_panel import panel_for, wait_until
from tests.gui.scripted_jobs import ScriptedJobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def panel(session: Session, window: MainWindow) -> GeneratePanel:
    made = panel_for(window, Application.ANIMATION)
    made.animation.frame_count.setValue(30)
    return made


@pytest.fixture
def filmed(panel: GeneratePanel, session: Session, qtbot: QtBot) -> GeneratePanel:
    panel.render_button.click()
    wait_until(qtbot, lambda: session.film.is_complete)
    return panel


@pytest.fixture
def saved_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Answer the dialog that asks for a name."""

    def answer(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return answer


def requests(jobs: ScriptedJobs) -> list[AnimationRequest]:
    return [each for each in jobs.requests if isinstance(each, AnimationRequest)]


def test_the_cost_is_shown_before_anything_is_trained(
    panel: GeneratePanel, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    wait_until(qtbot, lambda: "about" in panel.animation.cost_text.text())
    assert "30 frames" in panel.animation.cost_text.text()
    assert panel.render_button.text() == "Train and animate"
    assert not panel.animation.player.isVisible()
    assert not jobs.trainings


def test_it_trains_then_plays_frames_while_they_come(
    panel: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    page = panel.animation
    jobs.scales_allowed, jobs.are_renders_held = 1, True
    panel.render_button.click()
    wait_until(qtbot, page.training_box.isVisible)
    assert not page.player.isVisible()
    jobs.scales_allowed = 3
    wait_until(qtbot, lambda: len(session.film.frames) == 2)
    assert page.player.isVisible()
    assert page.player.is_playing
    wait_until(qtbot, lambda: page.player.index == 1)
    assert page.player.count.text() == "2 / 30"
    assert not page.export_button.isEnabled()
    jobs.are_renders_held = False
    wait_until(qtbot, lambda: page.player.index > 2)
    (training,) = jobs.trainings
    assert (training.config.kind, training.config.is_noise_padded) == ("animation", True)


def test_the_player_pauses_scrubs_and_repeats(
    filmed: GeneratePanel, session: Session, qtbot: QtBot
) -> None:
    player = filmed.animation.player
    filmed.animation.speed.setValue(50)
    player.play_button.click()
    assert not player.is_playing
    player.slider.setValue(7)
    assert player.index == 7
    player.repeat_button.setChecked(False)
    player.slider.setValue(28)
    player.play_button.click()
    wait_until(qtbot, lambda: not player.is_playing)
    assert player.index == 29
    player.repeat_button.setChecked(True)
    player.play_button.click()
    wait_until(qtbot, lambda: player.index == 2)


def test_another_choice_is_seen_in_a_few_frames(
    filmed: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    page = filmed.animation
    page.alpha.setValue(70)
    assert not page.export_button.isEnabled()
    wait_until(qtbot, lambda: len(requests(jobs)) == 2)
    preview = requests(jobs)[-1]
    assert (preview.alpha, preview.frame_count) == (0.7, PREVIEW_FRAMES)
    assert preview.seed == requests(jobs)[0].seed
    wait_until(qtbot, lambda: session.film.is_complete)
    assert not page.export_button.isEnabled()
    assert "preview" in page.film_text.text()
    session.undo()
    wait_until(qtbot, lambda: len(requests(jobs)) == 3)
    assert requests(jobs)[-1].alpha == requests(jobs)[0].alpha
    wait_until(qtbot, filmed.render_button.isEnabled)
    filmed.render_button.click()
    wait_until(qtbot, lambda: len(session.film.frames) == 30)
    wait_until(qtbot, page.export_button.isEnabled)


def test_the_speed_needs_no_new_frames(
    filmed: GeneratePanel, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    filmed.animation.speed.setValue(25)
    qtbot.wait(400)
    assert len(requests(jobs)) == 1
    assert "1.2 s" in filmed.animation.film_text.text()


def test_choices_come_back_with_the_document(
    panel: GeneratePanel, session: Session, window: MainWindow, photo_path: Path
) -> None:
    page = panel.animation
    page.beta.setValue(30)
    page.loop.click()
    window.workspace.open_path(photo_path)
    assert (page.beta.value(), page.loop.isChecked()) == (90, False)
    window.workspace.set_active(session)
    assert (page.beta.value(), page.loop.isChecked()) == (30, True)
    assert page.frame_count.value() == 30


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".apng", ".mp4", ".webm"])
def test_it_is_written_in_every_format(
    filmed: GeneratePanel,
    session: Session,
    tmp_path: Path,
    saved_as: Callable[[Path], None],
    qtbot: QtBot,
    suffix: str,
) -> None:
    path = tmp_path / f"film{suffix}"
    saved_as(path)
    with qtbot.waitSignal(session.file_written):
        filmed.animation.export_button.click()
    assert path.stat().st_size > 100
    if suffix in (".gif", ".webp", ".apng"):
        with Image.open(path) as film:
            assert getattr(film, "n_frames", 1) == 30
    assert not session.is_saving


def test_a_name_without_suffix_asks_before_it_replaces(
    filmed: GeneratePanel,
    session: Session,
    tmp_path: Path,
    saved_as: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "film.gif").write_bytes(b"kept")
    saved_as(tmp_path / "film")
    monkeypatch.setattr("app.window.films.ask_replace", lambda *_: False)
    filmed.animation.export_button.click()
    assert not session.is_saving
    assert (tmp_path / "film.gif").read_bytes() == b"kept"


def test_an_unknown_format_is_refused_with_a_sentence(
    filmed: GeneratePanel,
    session: Session,
    tmp_path: Path,
    saved_as: Callable[[Path], None],
    notices: Callable[[DocumentSession], list[str]],
) -> None:
    heard = notices(session)
    saved_as(tmp_path / "film.txt")
    filmed.animation.export_button.click()
    assert "must end in" in heard[0]
    assert not session.is_saving


def test_writing_can_be_stopped_and_keeps_the_old_file(
    filmed: GeneratePanel,
    session: Session,
    window: MainWindow,
    tmp_path: Path,
    saved_as: Callable[[Path], None],
    qtbot: QtBot,
) -> None:
    path = tmp_path / "film.gif"
    path.write_bytes(b"kept")
    saved_as(path)
    filmed.animation.export_button.click()
    assert "Stop" in filmed.animation.export_button.text()
    filmed.animation.export_button.click()
    assert not session.film_export.status.is_busy
    assert filmed.animation.export_button.text() == "Export…"
    heard: list[str] = []
    session.file_written.connect(heard.append)
    session.save(tmp_path / "p.singan")
    wait_until(qtbot, lambda: bool(heard))
    assert heard == [str(tmp_path / "p.singan")]
    assert path.read_bytes() == b"kept"


def test_a_file_on_its_way_is_written_when_the_window_closes(
    filmed: GeneratePanel, window: MainWindow, tmp_path: Path, saved_as: Callable[[Path], None]
) -> None:
    saved_as(tmp_path / "film.gif")
    filmed.animation.export_button.click()
    window.leave()
    with Image.open(tmp_path / "film.gif") as film:
        assert getattr(film, "n_frames", 1) == 30


def test_cancelling_the_training_forgets_the_animation(
    panel: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.scales_allowed = 1
    panel.render_button.click()
    wait_until(qtbot, lambda: session.kinds.status("animation").scale == 1)
    panel.cancel_button.click()
    assert not session.is_waiting_for("animation")
    assert panel.render_button.isEnabled()
    assert session.film.order is None


def test_cancelling_while_frames_are_made_keeps_those_there_are(
    panel: GeneratePanel, session: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.are_renders_held = True
    panel.render_button.click()
    wait_until(qtbot, lambda: len(session.film.frames) == 2)
    panel.cancel_button.click()
    assert not session.film.status.is_busy
    jobs.are_renders_held = False
    assert len(session.film.frames) == 2
    assert not panel.animation.export_button.isEnabled()
    panel.render_button.click()
    wait_until(qtbot, lambda: session.film.is_complete)


@pytest.mark.parametrize("is_training", [True, False])
def test_the_animation_lands_in_the_document_that_asked(
    panel: GeneratePanel,
    session: Session,
    window: MainWindow,
    photo_path: Path,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    is_training: bool,
) -> None:
    jobs.scales_allowed = 1 if is_training else 3
    jobs.are_renders_held = not is_training
    panel.render_button.click()
    if is_training:
        wait_until(qtbot, lambda: session.kinds.status("animation").scale == 1)
    else:
        wait_until(qtbot, lambda: len(session.film.frames) == 2)
    other = window.workspace.open_path(photo_path)
    panel.choose_application(Application.ANIMATION)
    assert not panel.animation.player.isVisible()
    jobs.scales_allowed, jobs.are_renders_held = 3, False
    wait_until(qtbot, lambda: session.film.is_complete)
    assert other.film.frames == ()
    assert not panel.animation.player.isVisible()
    window.workspace.set_active(session)
    assert panel.animation.player.isVisible()


@pytest.mark.parametrize("is_training", [True, False])
def test_the_window_closes_in_each_phase(
    panel: GeneratePanel,
    session: Session,
    window: MainWindow,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    is_training: bool,
) -> None:
    jobs.scales_allowed = 1 if is_training else 3
    jobs.are_renders_held = not is_training
    panel.render_button.click()
    if is_training:
        wait_until(qtbot, lambda: session.kinds.status("animation").scale == 1)
    else:
        wait_until(qtbot, lambda: len(session.film.frames) == 2)
    window.leave()
    assert not window.workspace.worker.is_running


def test_frames_are_what_the_job_made(filmed: GeneratePanel, session: Session) -> None:
    assert [int(frame[0, 0, 0]) for frame in session.film.frames] == list(range(0, 240, 8))
    assert all(frame.dtype == np.uint8 for frame in session.film.frames)
