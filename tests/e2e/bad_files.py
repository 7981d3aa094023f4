"""Files nobody should trust: pictures that are none, projects that were tampered with."""

from __future__ import annotations

import os
import pickle
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.document.photo_files import png_header
from tests.e2e.studio import draw_photo, write_png

BAD_PICTURES = ("text", "truncated", "empty", "huge", "folder", "missing", "pipe")
UNTRAINABLE_SIZES = {"1x1": (1, 1), "ribbon": (24, 400), "long ribbon": (30, 400)}
DAMAGED_PROJECTS = ("missing tensor", "altered tensor", "cut tensor")
REFUSED_PROJECTS = ("pickle", "pickle as tensor", "text", "cut", "empty", "folder", "missing")


class Harmful:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch '{self.trace}'",)


def bad_picture(kind: str, folder: Path) -> Path:
    path = folder / "bad.png"
    whole = write_png(folder / "whole.png", draw_photo()).read_bytes()
    contents = {
        "text": b"Dear Sir or Madam",
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "huge": png_header(30000, 30000) + bytes(64),
    }
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind in contents:
        path.write_bytes(contents[kind])
    return path


def bad_project(kind: str, whole: Path, folder: Path) -> Path:
    """A copy of a whole project, spoilt; an unpickled one leaves ``folder/unpickled``."""
    path, content = folder / "bad.singan", whole.read_bytes()
    harmful = pickle.dumps(Harmful(folder / "unpickled"))
    changes: dict[str, Callable[[bytes], bytes]] = {
        "missing tensor": lambda _: b"",
        "altered tensor": lambda tensor: tensor[:-1] + bytes([tensor[-1] ^ 0xFF]),
        "cut tensor": lambda tensor: tensor[: len(tensor) // 2],
        "pickle as tensor": lambda _: harmful,
    }
    if kind in changes or kind == "pickle":
        _rewrite(whole, path, changes.get(kind, bytes), harmful if kind == "pickle" else b"")
    elif kind == "folder":
        path.mkdir()
    elif kind != "missing":
        spoilt = {"text": b"Dear Sir or Madam", "cut": content[: len(content) // 2], "empty": b""}
        path.write_bytes(spoilt[kind])
    return path


def _rewrite(whole: Path, path: Path, change: Callable[[bytes], bytes], extra: bytes) -> None:
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry.endswith("scale_01.safetensors"):
                content = change(content)
            if content:
                new.writestr(entry, content)
        if extra:
            new.writestr("singan/extra.pkl", extra)


@contextmanager
def small_disk(folder: Path, size: str = "256k") -> Iterator[Path]:
    """A disk that is soon full; skips where none can be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def read_only_disk(folder: Path) -> Iterator[Path]:
    """A folder that nobody can write into, not even root."""
    with small_disk(folder):
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield folder


def fill(disk: Path) -> None:
    """Leave no room on a small disk."""
    with (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            try:
                filler.write(bytes(4096))
            except OSError:
                return


def assert_one_sentence(text: str) -> None:
    assert text.endswith("."), text
    assert "\n" not in text
    assert "Traceback" not in text
    assert "Error" not in text
