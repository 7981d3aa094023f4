"""Bad input in the window: one sentence, nothing lost, and the next action works."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt

from app.document.commands import SetSelection
from app.document.compositing import flatten
from app.document.files.project.project_file import save_project
from app.document.selection import Selection
from app.jobs.recipe import Application
from app.session import Session
from app.window import file_actions
from singan_core.config import TrainConfig
from singan_core.presets import PRESETS
from singan_core.training.scale_training import ScaleTraining
from tests.document.project_samples import make_project
from tests.e2e.bad_files import (
    BAD_PICTURES,
    DAMAGED_PROJECTS,
    REFUSED_PROJECTS,
    UNTRAINABLE_SIZES,
    assert_one_sentence,
    bad_picture,
    bad_project,
    fill,
    read_only_disk,
    small_disk,
)
from tests.e2e.studio import CTRL, Pixels, Studio, draw_photo, write_png

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and mounts")
STROKE = ((18, 30), (24, 30), (30, 31))


@pytest.fixture
def opened(studio: Studio, photo_path: Path) -> Session:
    """A painted photo."""
    session = studio.open(photo_path)
    studio.take_brush(5, (230, 20, 30))
    studio.drag(*STROKE)
    return session


@pytest.fixture
def trained(studio: Studio, opened: Session, tiny_draft: TrainConfig) -> Session:
    studio.train()
    studio.wait_trained()
    return opened


@pytest.fixture
def save_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Answer the file dialog from now on."""

    def answer(path: Path) -> None:
        dialog = file_actions.QFileDialog
        monkeypatch.setattr(dialog, "getSaveFileName", lambda *_args, **_kw: (str(path), ""))

    return answer


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("project") / "whole.singan"
    save_project(path, make_project())
    return path


def assert_paintable(studio: Studio) -> None:
    """The next action works: a stroke is painted and taken back."""
    session = studio.session
    before = flatten(session.document)
    studio.drag((10, 10), (20, 12))
    assert (flatten(session.document) != before).any()
    studio.press(Qt.Key.Key_Z, CTRL)
    assert np.array_equal(flatten(session.document), before)


def shown(session: Session) -> Pixels:
    return flatten(session.document)


@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_a_bad_picture_is_not_opened(
    studio: Studio, opened: Session, tmp_path: Path, kind: str
) -> None:
    path, before = bad_picture(kind, tmp_path), shown(opened)
    sentence = studio.notice_after(lambda: studio.window.open_paths([path]))
    assert_one_sentence(sentence)
    assert "bad.png" in sentence
    sentence = studio.notice_after(lambda: studio.window.files.place(path))
    assert_one_sentence(sentence)
    assert studio.workspace.sessions == (opened,)
    assert np.array_equal(shown(opened), before)
    assert_paintable(studio)


@pytest.mark.parametrize("kind", REFUSED_PROJECTS)
def test_what_is_no_project_is_not_opened(
    studio: Studio, opened: Session, project: Path, tmp_path: Path, kind: str
) -> None:
    path = bad_project(kind, project, tmp_path)
    sentence = studio.notice_after(lambda: studio.window.open_paths([path]))
    assert_one_sentence(sentence)
    assert ("pickle" in sentence) == kind.startswith("pickle")
    assert not (tmp_path / "unpickled").exists()
    assert studio.workspace.sessions == (opened,)
    assert_paintable(studio)


@pytest.mark.parametrize("kind", DAMAGED_PROJECTS)
def test_a_project_with_a_damaged_model_opens_without_it(
    studio: Studio, project: Path, tmp_path: Path, kind: str
) -> None:
    session = studio.open(bad_project(kind, project, tmp_path))
    assert studio.notice
    assert_one_sentence(studio.notice)
    assert len(session.document.layers) == 4
    assert session.model is None or not session.model.is_complete
    assert_paintable(studio)


@pytest.mark.parametrize("kind", UNTRAINABLE_SIZES)
def test_a_photo_that_cannot_be_trained_says_why(
    studio: Studio, tmp_path: Path, photo_path: Path, kind: str
) -> None:
    session = studio.open(write_png(tmp_path / "odd.png", draw_photo(*UNTRAINABLE_SIZES[kind])))
    panel = studio.window.training
    assert not panel.train_button.isEnabled()
    assert_one_sentence(panel.reason.text())
    sentence = studio.notice_after(lambda: session.start_training(PRESETS["draft"], "cpu"))
    assert_one_sentence(sentence)
    assert not session.training.is_active
    studio.open(photo_path)
    assert panel.train_button.isEnabled()


def test_saving_where_nothing_can_be_written(
    studio: Studio, opened: Session, tmp_path: Path, save_to: Callable[[Path], None]
) -> None:
    before = shown(opened)
    with read_only_disk(tmp_path / "disk") as disk:
        save_to(disk / "edit.singan")
        sentence = studio.notice_after(lambda: studio.press(Qt.Key.Key_S, CTRL))
        assert "edit.singan" in sentence
        assert_one_sentence(sentence)
        sentence = studio.notice_after(lambda: opened.export(disk / "edit.png"))
        assert_one_sentence(sentence)
        assert os.listdir(disk) == []
    assert opened.is_modified
    assert np.array_equal(shown(opened), before)
    save_to(tmp_path / "edit.singan")
    studio.press(Qt.Key.Key_S, CTRL)
    studio.wait(lambda: not opened.is_modified)
    assert (tmp_path / "edit.singan").exists()


def test_a_full_disk_keeps_the_old_project(
    studio: Studio, opened: Session, tmp_path: Path, save_to: Callable[[Path], None]
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "edit.singan"
        save_to(path)
        studio.press(Qt.Key.Key_S, CTRL)
        studio.wait(lambda: not opened.is_modified)
        old = path.read_bytes()
        fill(disk)
        studio.drag((5, 5), (9, 40))
        sentence = studio.notice_after(lambda: studio.press(Qt.Key.Key_S, CTRL))
        assert "disk is full" in sentence
        assert_one_sentence(sentence)
        assert opened.is_modified
        assert path.read_bytes() == old
        assert sorted(os.listdir(disk)) == ["edit.singan", "filler"]
        (disk / "filler").unlink()
        studio.press(Qt.Key.Key_S, CTRL)
        studio.wait(lambda: not opened.is_modified)
        assert path.read_bytes() != old


def test_an_injection_scale_out_of_range(studio: Studio, trained: Session) -> None:
    for scale in (0, 3, 99, -1):
        sentence = studio.notice_after(partial(trained.request_render, Application.EDIT, scale, 0))
        assert "1 to 2" in sentence
        assert_one_sentence(sentence)
        assert not trained.render_status.is_busy
        studio.window.generate.choose_scale(scale)
        assert studio.scale() in (1, 2)
    assert trained.results == ()
    studio.press(Qt.Key.Key_Return, CTRL)
    studio.wait_rendered(1)


def test_a_mask_of_another_size(studio: Studio, opened: Session) -> None:
    wrong = Selection(np.full((20, 20), 255, np.uint8))
    sentence = studio.notice_after(lambda: opened.run(SetSelection(wrong)))
    assert_one_sentence(sentence)
    assert opened.document.selection is None
    assert_paintable(studio)


def test_nothing_to_render(studio: Studio, trained: Session) -> None:
    studio.press(Qt.Key.Key_Z, CTRL)
    sentence = studio.notice_after(lambda: studio.press(Qt.Key.Key_Return, CTRL))
    assert_one_sentence(sentence)
    assert not trained.render_status.is_busy
    studio.drag(*STROKE)
    studio.press(Qt.Key.Key_Return, CTRL)
    studio.wait_rendered(1)


def poison(monkeypatch: pytest.MonkeyPatch, at_scale: int) -> None:
    """Put a NaN into the generator's weights after each of its updates at a scale."""
    original = ScaleTraining.step

    def step(self: ScaleTraining) -> str:
        name = original(self)
        if self.scale == at_scale and name == "generator":
            with torch.no_grad():
                self._generator.last.weight.fill_(float("nan"))
        return name

    monkeypatch.setattr(ScaleTraining, "step", step)


def test_nan_during_training_keeps_the_finished_scales(
    studio: Studio,
    opened: Session,
    tiny_draft: TrainConfig,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    save_to: Callable[[Path], None],
) -> None:
    with monkeypatch.context() as poisoned:
        poison(poisoned, at_scale=2)
        sentence = studio.notice_after(studio.train)
        studio.wait(lambda: opened.training.state == "failed")
    assert_one_sentence(studio.notice or sentence)
    assert_one_sentence(opened.training.message)
    assert opened.model is not None
    assert opened.model.scale_count == 2
    studio.press(Qt.Key.Key_Return, CTRL)
    studio.wait_rendered(1)
    save_to(tmp_path / "part.singan")
    studio.press(Qt.Key.Key_S, CTRL)
    studio.wait(lambda: not opened.is_modified)
    studio.window.docks.reveal("training")
    studio.click(studio.window.training.resume_button)
    studio.wait_trained()
    assert opened.model.is_complete


def test_training_goes_on_where_no_checkpoint_can_be_written(
    studio: Studio, opened: Session, tiny_draft: TrainConfig, tmp_path: Path
) -> None:
    (tmp_path / "recovery").write_bytes(b"a file, not a folder")
    (tmp_path / "cache").write_bytes(b"a file, not a folder")
    heard: list[str] = []
    opened.notice_raised.connect(heard.append)
    studio.train()
    studio.wait_trained()
    assert opened.model is not None
    assert opened.model.is_complete
    studio.wait(lambda: bool(heard))
    for sentence in heard:
        assert_one_sentence(sentence)
    assert_paintable(studio)


def test_a_wrong_preset_size_is_a_sentence(
    studio: Studio, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRESETS, "draft", TrainConfig(preset="draft", min_size_px=100))
    studio.settle()
    studio.window.training.refresh()
    assert not studio.window.training.train_button.isEnabled()
    assert_one_sentence(studio.window.training.reason.text())
