"""The files of a training: its project, and the checkpoint beside it while it runs."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.document.document import Document
from app.document.files.atomic_files import PRIVATE_MODE, write_bytes_atomic
from app.document.files.images.image_files import OpenedImage
from app.document.files.opening import PROJECT_SUFFIX
from app.document.files.project.project_contents import ProjectContents, ProjectFileError
from app.document.files.project.project_file import load_project, save_project
from app.document.files.reading import read_bytes
from app.terminal.errors import CommandError
from app.terminal.output_paths import check_can_write
from singan_core.errors import CheckpointError
from singan_core.model.checkpoint import state_from_bytes, state_to_bytes
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import photo_sha256

CHECKPOINT_SUFFIX = ".checkpoint"


class TrainingProject:
    """A project file that a training fills, and its checkpoint ``P.singan.checkpoint``.

    The project itself is written once, when the training ends or is interrupted; until then
    an old project stays as it was, and a crash leaves the checkpoint.

    Attributes:
        path: the project file.
        checkpoint_path: the state of a running (or killed) training.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoint_path = path.with_name(path.name + CHECKPOINT_SUFFIX)

    def check(self, may_exist: bool) -> None:
        """Raise unless the project can be written in the end.

        Args:
            may_exist: whether the user said what to do with an existing one.

        Raises:
            CommandError: one sentence.
        """
        if self.path.suffix.lower() != PROJECT_SUFFIX:
            raise CommandError(
                f"The name of a project ends in .singan; “{self.path.name}” does not."
            )
        check_can_write(self.path)
        if may_exist:
            return
        if self.path.exists():
            raise CommandError(
                f"“{self.path}” exists already: --resume goes on with it, --force replaces it."
            )
        if self.checkpoint_path.exists():
            raise CommandError(
                f"An interrupted training left “{self.checkpoint_path}”: --resume goes on with it, "
                "--force starts again."
            )

    def contents_for(self, photo: OpenedImage, name: str) -> ProjectContents:
        """Return the existing project of this photo, or a new one if there is none.

        Raises:
            CommandError: the project belongs to another photo.
            DocumentError: the project is damaged.
            EngineError: its stored weights are damaged.
        """
        if not self.path.exists():
            return new_contents(photo, name)
        contents = load_project(self.path)
        if photo_sha256(contents.photo) != photo_sha256(photo.rgb):
            raise CommandError(f"“{self.path}” belongs to another photo.")
        return contents

    def newest_state(
        self, contents: ProjectContents, *, is_pair: bool = False
    ) -> TrainState | None:
        """Return the furthest state of an unfinished training on the project's photo.

        Args:
            contents: of the project.
            is_pair: whether a training of two photos is wanted.

        Raises:
            CommandError: the checkpoint beside the project is damaged, or of another photo.
            DocumentError: it cannot be read.
        """
        paired = None if contents.pair is None else contents.pair.state
        kept = paired if is_pair else contents.train_state
        states = [state for state in (kept, self._checkpoint()) if state]
        if any((state.partner is not None) != is_pair for state in states):
            other = "one picture" if is_pair else "two pictures"
            raise CommandError(f"“{self.checkpoint_path}” belongs to a training of {other}.")
        wanted = photo_sha256(contents.photo)
        if any(state.model.photo_sha256 != wanted for state in states):
            raise CommandError(f"“{self.checkpoint_path}” belongs to another photo.")
        return max(states, key=_progress, default=None)

    def write_checkpoint(self, state: TrainState) -> None:
        """Store the state beside the project, whole or not at all.

        Raises:
            FileWriteError: the disk is full, ...
        """
        write_bytes_atomic(self.checkpoint_path, state_to_bytes(state), mode=PRIVATE_MODE)

    def save(
        self, contents: ProjectContents, model: TrainedPyramid | None, state: TrainState | None
    ) -> None:
        """Write the project with what was trained; its checkpoint is then of no more use.

        Args:
            contents: what else the project holds.
            model: the finished scales; None while there are none.
            state: where an unfinished training goes on.

        Raises:
            DocumentError: the file cannot be written; the old one and the checkpoint stay.
        """
        self.write(trained_contents(contents, model, state))

    def write(self, contents: ProjectContents) -> None:
        """Write the project as it is; its checkpoint is then of no more use.

        Raises:
            DocumentError: as of ``save``.
        """
        save_project(self.path, contents)
        self.forget_checkpoint()

    def forget_checkpoint(self) -> None:
        """Remove the checkpoint of an earlier run, so that it is never mistaken for this one's."""
        with suppress(OSError):
            self.checkpoint_path.unlink(missing_ok=True)

    def _checkpoint(self) -> TrainState | None:
        if not self.checkpoint_path.exists():
            return None
        try:
            return state_from_bytes(read_bytes(self.checkpoint_path, ProjectFileError))
        except CheckpointError as error:
            raise CommandError(
                f"“{self.checkpoint_path}” is damaged: remove it to go on without it."
            ) from error


def _progress(state: TrainState) -> tuple[int, int, int]:
    return state.scale, state.iteration, state.update


def new_contents(photo: OpenedImage, name: str) -> ProjectContents:
    """Return a project that holds the photo alone."""
    rgb: NDArray[np.uint8] = photo.rgb
    return ProjectContents(
        document=Document.from_photo(photo.rgba, "Photo", photo_sha256(rgb)),
        photo_bytes=photo.source_bytes,
        photo_extension=photo.extension,
        photo=rgb,
        models={},
        active_model_id=None,
        train_state=None,
        config=None,
        results=[],
        settings={"photo_name": name},
        photo_exif=photo.exif,
    )


def trained_contents(
    contents: ProjectContents, model: TrainedPyramid | None, state: TrainState | None
) -> ProjectContents:
    """Return the project with a new model; older ones stay where a result refers to them.

    Models of other kinds stay too, as they were trained for the same photo.
    """
    if model is None:
        config = contents.config if state is None else state.model.config
        return dataclasses.replace(contents, train_state=state, config=config)
    kept = {
        model_id: old
        for model_id, old in contents.models.items()
        if old.kind != model.kind or model_id in referred_ids(contents)
    }
    return dataclasses.replace(
        contents,
        models=kept | {model.model_id: model},
        active_model_id=model.model_id,
        train_state=state,
        config=model.config,
    )


def referred_ids(contents: ProjectContents) -> set[str]:
    """Return the ids of all models that results and layers of a project were made with."""
    recipes = [result.recipe for result in contents.results]
    recipes += [layer.recipe for layer in contents.document.layers if layer.recipe]
    named = [recipe.get("model_id") for recipe in recipes]
    for recipe in recipes:
        values = recipe.get("parameters") or {}
        named += [values.get("source_model_id"), values.get("refiner_model_id")]
    return {str(name) for name in named if name}
