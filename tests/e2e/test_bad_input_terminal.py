"""Bad input on the terminal: exit code 2, one line on stderr, no output left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import main as program
from app.cli import main
from tests.e2e.bad_files import (
    BAD_PICTURES,
    DAMAGED_PROJECTS,
    REFUSED_PROJECTS,
    bad_picture,
    bad_project,
    fill,
    read_only_disk,
    small_disk,
)
from tests.e2e.studio import draw_photo, write_png
from tests.terminal.terminal_runs import TINY, Terminal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and mounts")
RENDERS = ("edit", "harmonize", "paint")
BOX = np.s_[10:20, 15:30]


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished tiny project."""
    folder = tmp_path_factory.mktemp("project")
    photo = write_png(folder / "photo.png", draw_photo())
    path = folder / "whole.singan"
    assert main(["train", str(photo), "-o", str(path), "--no-cache", *TINY]) == 0
    return path


@pytest.fixture
def composite(tmp_path: Path) -> Path:
    pixels = draw_photo()
    pixels[BOX] = (230, 20, 30)
    return write_png(tmp_path / "composite.png", pixels)


@pytest.mark.parametrize("kind", BAD_PICTURES)
@pytest.mark.parametrize("command", RENDERS)
def test_a_bad_composite(
    terminal: Terminal, project: Path, tmp_path: Path, command: str, kind: str
) -> None:
    out = tmp_path / "out.png"
    sentence = terminal.refused(command, project, bad_picture(kind, tmp_path), "-o", out)
    assert "bad.png" in sentence
    assert not out.exists()


@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_a_bad_mask(
    terminal: Terminal, project: Path, composite: Path, tmp_path: Path, kind: str
) -> None:
    out = tmp_path / "out.png"
    mask = bad_picture(kind, tmp_path)
    sentence = terminal.refused("edit", project, composite, "--mask", mask, "-o", out)
    assert "bad.png" in sentence
    assert not out.exists()


@pytest.mark.parametrize("command", RENDERS)
@pytest.mark.parametrize("size", [(1, 1), (3, 3000)])
def test_a_composite_too_small_or_too_narrow_to_render(
    terminal: Terminal, project: Path, tmp_path: Path, command: str, size: tuple[int, int]
) -> None:
    speck = write_png(tmp_path / "speck.png", draw_photo(*size))
    sentence = terminal.refused(command, project, speck, "-o", tmp_path / "out.png")
    assert "too small or too narrow" in sentence
    assert not (tmp_path / "out.png").exists()


def test_a_pipe_is_no_photo(terminal: Terminal, tmp_path: Path) -> None:
    words = ("train", bad_picture("pipe", tmp_path), "-o", tmp_path / "p.singan", "--no-cache")
    assert "not an ordinary file" in terminal.refused(*words)
    assert not (tmp_path / "p.singan").exists()


@pytest.mark.parametrize("command", ["harmonize", "paint"])
@pytest.mark.parametrize("scale", ["0", "3", "-1"])
def test_a_scale_out_of_range(
    terminal: Terminal, project: Path, composite: Path, tmp_path: Path, command: str, scale: str
) -> None:
    out = tmp_path / "out.png"
    terminal.refused(command, project, composite, "--scale", scale, "-o", out)
    assert not out.exists()


def words_for(command: str, project: Path, composite: Path, folder: Path) -> tuple[object, ...]:
    out = {"sample": folder / "samples", "train": project}.get(command, folder / "out.png")
    if command == "train":
        photo = write_png(folder / "composite.png", draw_photo())
        return (command, photo, "-o", out, "--resume", "--no-cache")
    picture = (composite,) if command in RENDERS else ()
    return (command, project, *picture, "-o", out)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        *product(["sample", "paint"], [*DAMAGED_PROJECTS, "pickle", "pickle as tensor", "cut"]),
        *product(["train"], ["pickle", "pickle as tensor", "cut"]),
    ],
)
def test_a_tampered_project(
    terminal: Terminal, project: Path, composite: Path, tmp_path: Path, command: str, kind: str
) -> None:
    spoilt = bad_project(kind, project, tmp_path)
    before = spoilt.read_bytes()
    sentence = terminal.refused(*words_for(command, spoilt, composite, tmp_path))
    expected = {"cut": "cut off", "pickle as tensor": "pickle"}
    assert expected.get(kind, "Scale 1" if "tensor" in kind else kind) in sentence
    assert sorted(os.listdir(tmp_path)) == ["bad.singan", "composite.png"]
    assert spoilt.read_bytes() == before


@pytest.mark.parametrize("kind", REFUSED_PROJECTS)
def test_facts_of_what_is_no_project(
    terminal: Terminal, project: Path, tmp_path: Path, kind: str
) -> None:
    terminal.refused("info", bad_project(kind, project, tmp_path))
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize("command", ["edit", "sample", "train"])
def test_a_read_only_folder(
    terminal: Terminal, project: Path, composite: Path, tmp_path: Path, command: str
) -> None:
    with read_only_disk(tmp_path / "disk") as disk:
        if command == "train":
            terminal.refused(command, composite, "-o", disk / "p.singan", "--no-cache", *TINY)
        else:
            terminal.refused(*words_for(command, project, composite, disk))
        assert os.listdir(disk) == []


@pytest.mark.parametrize("command", ["edit", "sample"])
def test_a_full_disk(
    terminal: Terminal, project: Path, composite: Path, tmp_path: Path, command: str
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        (disk / "out.png").write_bytes(b"old")
        fill(disk)
        assert "disk is full" in terminal.refused(*words_for(command, project, composite, disk))
        assert (disk / "out.png").read_bytes() == b"old"
        left = [path.name for path in disk.rglob("*") if path.is_file()]
        assert sorted(left) == ["filler", "out.png"]


def test_the_shell_sees_one_line_and_code_2(project: Path, tmp_path: Path) -> None:
    spoilt = bad_project("pickle as tensor", project, tmp_path)
    root = Path(program.__file__).parent
    ran = subprocess.run(
        [sys.executable, "main.py", "sample", str(spoilt), "-o", str(tmp_path / "samples")],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert "pickle" in ran.stderr
    assert sorted(os.listdir(tmp_path)) == ["bad.singan"]
