"""Commands run in this process, on a tiny photo and a tiny pyramid."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.cli import main

TINY = ["--preset", "draft", "--max-size", "40", "--scales", "3", "--iterations", "2"]


def photo_pixels(height: int = 32, width: int = 40, seed: int = 0) -> NDArray[np.uint8]:
    """A smooth picture with some texture."""
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [np.sin(rows / 3 + seed) * 60, np.cos(columns / 4) * 60, (rows + columns) * 1.5]
    noise = np.random.default_rng(seed).normal(0, 6, (height, width, 3))
    return np.clip(np.stack(waves, axis=-1) + 120 + noise, 0, 255).astype(np.uint8)


def write_image(path: Path, pixels: NDArray[np.uint8]) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def read_image(path: Path | str) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.array(image.convert("RGB"))


@dataclass
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def values(self) -> dict[str, Any]:
        """The machine-readable last line."""
        values: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return values

    @property
    def sentence(self) -> str:
        """The last line on stderr."""
        return self.err.splitlines()[-1]


class Terminal:
    """Runs commands in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *words: object) -> Ran:
        self._capsys.readouterr()
        code = main([str(word) for word in words])
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def refused(self, *words: object) -> str:
        """Run a command that must fail, and return its one sentence."""
        ran = self.run(*words)
        assert ran.code == 2, ran
        assert "Traceback" not in ran.err
        assert ran.err.count("\n") == 1, ran.err
        assert ran.sentence.endswith(".")
        return ran.sentence


@dataclass
class Trained:
    """A finished project and its photo."""

    path: Path
    photo: NDArray[np.uint8]
