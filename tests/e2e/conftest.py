"""The real program over folders of its own: window, worker thread, engine and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.storage.journal import JournalFolder
from singan_core.config import TrainConfig
from singan_core.presets import PRESETS
from tests.e2e.studio import Studio, draw_photo, write_png

TINY = TrainConfig(
    preset="draft",
    is_authors_scale_count=False,
    base_channels=4,
    max_channels=4,
    iterations=8,
    critic_steps=1,
    generator_steps=1,
    preview_interval=4,
)
"""Three scales of a 60 x 48 px photo, trained in about a second."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny convolutions on several threads mostly wait for each other on a busy machine."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, qapp: object) -> Iterator[None]:
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(tmp_path / "settings"))
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def tiny_draft(monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    """The panel's “Draft” trains the real engine, only smaller and shorter."""
    monkeypatch.setitem(PRESETS, "draft", TINY)
    return TINY


@pytest.fixture
def photo_path(tmp_path: Path) -> Path:
    return write_png(tmp_path / "photo.png", draw_photo())


@pytest.fixture
def start_studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Start the program, as often as wanted, over the same folders or on another machine."""
    started: list[Studio] = []

    def start(machine: Path = tmp_path, journals: JournalFolder | None = None) -> Studio:
        machine.mkdir(exist_ok=True)
        studio = Studio(qtbot, machine, journals)
        started.append(studio)
        return studio

    yield start
    for studio in started:
        studio.discard_and_quit()


@pytest.fixture
def studio(start_studio: Callable[..., Studio]) -> Studio:
    return start_studio()
