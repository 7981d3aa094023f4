"""Finished frames of a film in the making, kept beside its file until that is whole."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

from app.document.errors import DocumentError
from app.document.files.atomic_files import reason_of, write_bytes_atomic
from app.document.files.images.image_files import image_from_bytes
from app.document.files.png_parts import png_bytes
from app.document.files.reading import read_bytes
from app.document.pixels import Pixels
from app.document.wording import translate

if TYPE_CHECKING:
    from singan_core.applications.structural_analogy.video import VideoState

FOLDER_SUFFIX: Final = ".frames"
_MANIFEST, _STATE = "recipe.json", "state.safetensors"
_VERSION: Final = 1
_MAX_MANIFEST_BYTES: Final = 1 << 20


class FilmFolderError(DocumentError):
    """The kept frames of a film cannot be used."""


class FilmFolder:
    """The frames of one film, as PNG files, with its recipe and the state after the last one.

    Attributes:
        path: beside the film, with its name and ``FOLDER_SUFFIX``.
    """

    def __init__(self, film_path: str | os.PathLike[str]) -> None:
        film = Path(film_path)
        self.path = film.with_name(film.name + FOLDER_SUFFIX)

    @property
    def exists(self) -> bool:
        """Whether an interrupted run left something."""
        return self.path.is_dir()

    @property
    def kept_count(self) -> int:
        """How many frames are in it."""
        return len(list(self.path.glob("*.png")))

    def begin(self, recipe: Mapping[str, Any]) -> None:
        """Make the folder anew for a film of a recipe, of plain JSON values.

        Raises:
            FilmFolderError: something else is there, or the folder cannot be made.
        """
        self.remove()
        with self._sentences():
            self.path.mkdir()
        content = {"version": _VERSION, "recipe": dict(recipe)}
        write_bytes_atomic(self.path / _MANIFEST, json.dumps(content, indent=1).encode())

    def resumed(self, recipe: Mapping[str, Any]) -> VideoState | None:
        """Return the state after the last kept frame; None where none was finished.

        Raises:
            FilmFolderError: it is of another recipe, or damaged.
        """
        if self._recipe() != json.loads(json.dumps(dict(recipe))):
            raise FilmFolderError(
                translate(
                    "Errors",
                    "“{name}” holds frames that were made of another clip or with other settings.",
                ).format(name=self.path.name)
            )
        state = self._state()
        frames = 0 if state is None else state.frame_count
        if any(not self._frame_path(index).is_file() for index in range(frames)):
            raise self._damaged()
        return state

    def keep(self, index: int, frame: Pixels, state: VideoState) -> None:
        """Keep a frame, then the state after it; each is written whole or not at all.

        Raises:
            FileWriteError: the disk is full, ...; what was kept before stays.
        """
        from singan_core.applications.structural_analogy.video_state import video_state_to_bytes

        write_bytes_atomic(self._frame_path(index), png_bytes(frame))
        write_bytes_atomic(self.path / _STATE, video_state_to_bytes(state))

    def frames(self, count: int) -> KeptFrames:
        """Return the first frames, each read when it is asked for."""
        return KeptFrames([self._frame_path(index) for index in range(count)])

    def remove(self) -> None:
        """Remove the folder with all it holds.

        Raises:
            FilmFolderError: it is not one of these folders, or cannot be removed.
        """
        if not self.path.is_dir():
            return
        if not (self.path / _MANIFEST).is_file() and any(self.path.iterdir()):
            sentence = translate("Errors", "“{name}” holds other files; choose another name.")
            raise FilmFolderError(sentence.format(name=self.path.name))
        with self._sentences():
            shutil.rmtree(self.path)

    def _frame_path(self, index: int) -> Path:
        return self.path / f"{index:06d}.png"

    def _recipe(self) -> Any:
        path = self.path / _MANIFEST
        try:
            content = json.loads(read_bytes(path, FilmFolderError, _MAX_MANIFEST_BYTES))
        except (ValueError, RecursionError) as error:
            raise self._damaged() from error
        if not isinstance(content, dict) or content.get("version") != _VERSION:
            raise self._damaged()
        return content.get("recipe")

    def _state(self) -> VideoState | None:
        from singan_core.applications.structural_analogy.video_state import video_state_from_bytes
        from singan_core.errors import CheckpointError

        path = self.path / _STATE
        if not path.exists():
            return None
        try:
            return video_state_from_bytes(read_bytes(path, FilmFolderError))
        except CheckpointError as error:
            raise self._damaged() from error

    def _damaged(self) -> FilmFolderError:
        sentence = translate("Errors", "“{name}” is damaged: the film must begin again.")
        return FilmFolderError(sentence.format(name=self.path.name))

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            is_file = error.errno == errno.EEXIST
            sentence = (
                translate("Errors", "“{name}” is in the way: it is a file, but a folder is needed.")
                if is_file
                else translate("Errors", "“{name}” cannot be made: {reason}.")
            )
            raise FilmFolderError(
                sentence.format(name=self.path.name, reason=reason_of(error))
            ) from error


class KeptFrames(Sequence[Pixels]):
    """Frames that are read from their files when they are asked for, one at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> Pixels: ...
    @overload
    def __getitem__(self, index: slice) -> KeptFrames: ...
    def __getitem__(self, index: int | slice) -> Pixels | KeptFrames:
        """Read one frame, (H, W, 3) uint8.

        Raises:
            FilmFolderError: it is missing.
            ImageFileError: it is damaged.
        """
        if isinstance(index, slice):
            return KeptFrames(self._paths[index])
        path = self._paths[index]
        return image_from_bytes(read_bytes(path, FilmFolderError), path.name).rgb
