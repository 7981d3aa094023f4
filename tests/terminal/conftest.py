"""A tiny photo, a project trained on it, and a way to run commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import main
from tests.terminal.terminal_runs import TINY, Terminal, Trained, photo_pixels, write_image


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny convolutions on several threads mostly wait for each other on a busy machine."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_image(tmp_path / "photo.png", photo_pixels())


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    photo = write_image(folder / "photo.png", photo_pixels())
    path = folder / "photo.singan"
    assert main(["train", str(photo), "-o", str(path), "--no-cache", *TINY]) == 0
    return Trained(path, photo_pixels())
