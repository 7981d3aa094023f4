"""The kept frames of a film: whole, of one recipe, and removed only where they are ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.document.errors import DocumentError
from app.document.files.film_folder import FilmFolder, FilmFolderError
from app.document.pixels import Pixels
from singan_core.applications.structural_analogy.steadying import SteadyState
from singan_core.applications.structural_analogy.video import VideoState

RECIPE = {"scale": 3, "size": None, "seed": 1, "list": [1, 2]}


def state_after(count: int) -> VideoState:
    pictures = {"0": np.full((3, 4, 5), 0.25, np.float16)}
    return VideoState(count, (8, 9), SteadyState(np.full((8, 9, 3), count, np.uint8), pictures))


def frame(number: int) -> Pixels:
    return np.full((8, 9, 3), number, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> FilmFolder:
    made = FilmFolder(tmp_path / "film.mp4")
    made.begin(RECIPE)
    for index in range(3):
        made.keep(index, frame(index), state_after(index + 1))
    return made


def test_a_film_goes_on_where_it_stopped(folder: FilmFolder, tmp_path: Path) -> None:
    again = FilmFolder(tmp_path / "film.mp4")
    assert again.path.name == "film.mp4.frames"
    assert again.exists
    assert again.kept_count == 3
    state = again.resumed(RECIPE)
    assert state is not None
    assert state.frame_count == 3
    assert state.frame_size == (8, 9)
    assert (state.steady.frame == 3).all()
    assert (state.steady.pictures["0"] == np.float16(0.25)).all()
    frames = again.frames(3)
    assert [int(each[0, 0, 0]) for each in frames] == [0, 1, 2]
    assert len(frames[1:]) == 2
    again.remove()
    assert list(tmp_path.iterdir()) == []


def test_another_recipe_is_refused(folder: FilmFolder) -> None:
    with pytest.raises(FilmFolderError, match="another clip or with other settings"):
        folder.resumed(RECIPE | {"seed": 2})
    assert folder.resumed(dict(reversed(RECIPE.items()))) is not None


def test_nothing_finished_begins_at_the_first_frame(tmp_path: Path) -> None:
    made = FilmFolder(tmp_path / "film.mp4")
    made.begin(RECIPE)
    assert made.resumed(RECIPE) is None
    made.begin(RECIPE)


@pytest.mark.parametrize("name", ["recipe.json", "state.safetensors", "000001.png"])
def test_damage_is_one_sentence(folder: FilmFolder, name: str) -> None:
    path = folder.path / name
    path.write_bytes(path.read_bytes()[:20])

    def read() -> None:
        folder.resumed(RECIPE)
        list(folder.frames(3))

    with pytest.raises(DocumentError, match=r"\.$"):
        read()
    path.unlink()
    if name != "state.safetensors":
        with pytest.raises(DocumentError, match=r"\.$"):
            folder.resumed(RECIPE)


def test_other_files_are_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4.frames"
    path.mkdir()
    (path / "mine.txt").write_text("mine")
    with pytest.raises(FilmFolderError, match="holds other files"):
        FilmFolder(tmp_path / "film.mp4").begin(RECIPE)
    assert (path / "mine.txt").read_text() == "mine"


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "film.mp4.frames").write_text("mine")
    with pytest.raises(DocumentError, match=r"film\.mp4\.frames"):
        FilmFolder(tmp_path / "film.mp4").begin(RECIPE)
    with pytest.raises(DocumentError, match=r"film\.mp4\.frames"):
        FilmFolder(tmp_path / "missing" / "film.mp4").begin(RECIPE)
