"""The command sample."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from tests.terminal.terminal_runs import Terminal, Trained, read_image


def test_samples_are_named_by_what_made_them_and_repeat(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    words = ("sample", trained.path, "-n", "2", "--seed", "5", "--json", "-o")
    first = terminal.run(*words, tmp_path / "a")
    assert terminal.run(*words, tmp_path / "b").code == 0
    names = ["sample_40x32_scale0_seed5_01.png", "sample_40x32_scale0_seed5_02.png"]
    assert sorted(os.listdir(tmp_path / "a")) == names
    assert first.values["images"] == [str(tmp_path / "a" / name) for name in names]
    pictures = [(tmp_path / folder / name).read_bytes() for folder in "ab" for name in names]
    assert pictures[:2] == pictures[2:]
    assert pictures[0] != pictures[1]


def test_samples_of_another_size(terminal: Terminal, trained: Trained, tmp_path: Path) -> None:
    words = ("sample", trained.path, "-o", tmp_path, "-n", "1", "--json", "--width", "80")
    for more, shape in (((), (64, 80, 3)), (("--height", "40"), (40, 80, 3))):
        (path,) = terminal.run(*words, *more).values["images"]
        assert read_image(path).shape == shape


def test_a_late_start_keeps_the_layout_of_the_photo(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    words = ("sample", trained.path, "-o", tmp_path, "-n", "1", "--start-scale", "2")
    assert terminal.run(*words).code == 0
    assert os.listdir(tmp_path) == ["sample_40x32_scale2_seed0_01.png"]


def test_samples_are_as_like_the_photo_as_asked_for(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    words = ("sample", trained.path, "-n", "1", "--json")
    pictures = [
        read_image(terminal.run(*words, "-o", tmp_path / like, *more).values["images"][0])
        for like, more in (
            ("usual", ()),
            ("new", ("--likeness", "0")),
            ("old", ("--likeness", "1")),
        )
    ]
    assert (pictures[0] != pictures[1]).any()
    assert (pictures[0] != pictures[2]).any()


def test_of_as_many_layouts_as_asked_for_one_is_worked_out(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    words = ("sample", trained.path, "-n", "6", "--json")
    usual, four, first = (
        [
            read_image(path)
            for path in terminal.run(*words, "-o", tmp_path / name, *more).values["images"]
        ]
        for name, more in (("usual", ()), ("four", ("--layouts", "4")), ("one", ("--layouts", "1")))
    )
    assert np.array_equal(usual, four)
    assert not np.array_equal(usual, first)
    assert "1" in terminal.refused("sample", trained.path, "-o", tmp_path, "--layouts", "0")


def test_bad_wishes_are_refused_and_leave_no_folder(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    terminal.refused("sample", trained.path, "-o", out, "--start-scale", "3")
    terminal.refused("sample", trained.path, "-o", out, "--width", "20000", "--height", "20000")
    assert not out.exists()
    out.write_text("a file")
    assert "folder" in terminal.refused("sample", trained.path, "-o", out)


def test_a_memory_limit_changes_no_pixel_and_a_small_one_is_refused(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    words = ("sample", trained.path, "-n", "1", "--width", "90", "-o")
    name = "sample_90x72_scale0_seed0_01.png"
    assert terminal.run(*words, tmp_path / "a").code == 0
    assert terminal.run(*words, tmp_path / "b", "--memory-limit", "64G").code == 0
    pictures = [(tmp_path / folder / name).read_bytes() for folder in "ab"]
    assert pictures[0] == pictures[1]
    assert "is too small" in terminal.refused(*words, tmp_path / "c", "--memory-limit", "1M")
    assert "memory" in terminal.refused(*words, tmp_path / "c", "--memory-limit", "4X")
