"""Checkpoints of running trainings, which survive the end of the program, however it comes."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from app.document.files.atomic_files import PRIVATE_MODE, FileWriteError, write_bytes_atomic
from app.document.wording import translate
from app.storage.program_lock import ProgramLock, lock_folder
from app.storage.user_folders import make_private, state_folder
from singan_core.errors import CheckpointError

if TYPE_CHECKING:
    from singan_core.config import ModelKind, TrainConfig
    from singan_core.model.trained import TrainedPyramid, TrainState

_SUFFIX = ".safetensors"
_KEPT_FOR_S = 60 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class AbandonedTraining:
    """A training of a program that ended before the training did.

    Attributes:
        path: its checkpoint.
        photo_sha256: hash of the training pixels.
        scale: scale in training, 0 = coarsest.
        scale_count: planned scales.
        kind: of the model in training.
        written_at: seconds since 1970.
    """

    path: Path
    photo_sha256: str
    scale: int
    scale_count: int
    kind: ModelKind
    written_at: float


class RecoveryFolder:
    """One checkpoint per session, each written whole or not at all.

    Every running program has its own folder inside, locked as long as the program lives; the
    system releases the lock also when the program is killed. All methods may be called on any
    thread.

    Attributes:
        folder: holds a folder per running or ended program.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Use a folder; None = the user's own."""
        self.folder = state_folder() / "recovery" if folder is None else folder
        self._own = self.folder / uuid.uuid4().hex
        self._lock: ProgramLock | None = None
        # a thread that looks into the folder of an ended program locks it for the others
        self._guard = RLock()

    def write_state(self, session_id: str, state: TrainState) -> None:
        """Replace the checkpoint of a session.

        Raises:
            FileWriteError: the folder cannot be written; the last checkpoint stays.
        """
        from singan_core.model.checkpoint import state_to_bytes

        self._claim()
        write_bytes_atomic(self._path(session_id), state_to_bytes(state), mode=PRIVATE_MODE)

    def read(self, session_id: str) -> TrainState | None:
        """Return the checkpoint of a session; None when there is none that can be read."""
        return _read(self._path(session_id))

    def holds(self, session_id: str) -> bool:
        """Whether there is a checkpoint of a session."""
        return self._path(session_id).is_file()

    def remove(self, session_id: str) -> None:
        """Forget the checkpoint of a session."""
        _remove(self._path(session_id))

    def abandoned(self) -> tuple[AbandonedTraining, ...]:
        """List the trainings of programs that no longer run, newest first.

        Checkpoints that are damaged or older than 60 days are removed.
        """
        with self._guard:
            found = [training for path in self._abandoned_paths() if (training := _described(path))]
        return tuple(sorted(found, key=lambda training: training.written_at, reverse=True))

    def photo_hashes(self) -> frozenset[str]:
        """Return the hashes of all photos whose training can be gone on with.

        Of programs that ended, and of this one.
        """
        states = (_read(path) for path in self._own.glob(f"*{_SUFFIX}"))
        own = {state.model.photo_sha256 for state in states if state is not None}
        return frozenset(own | {training.photo_sha256 for training in self.abandoned()})

    def find_abandoned(self, photo_sha256: str) -> AbandonedTraining | None:
        """Return the newest abandoned training of a photo for injection (kind "single")."""
        matching = (each for each in self.abandoned() if each.photo_sha256 == photo_sha256)
        return next((each for each in matching if each.kind == "single"), None)

    def find_unfinished(
        self,
        photo_sha256: str,
        config: TrainConfig,
        is_fitting: Callable[[TrainedPyramid], bool] | None = None,
    ) -> TrainState | None:
        """Return the state of a training of exactly this photo and these settings.

        Of this program or of one that ended; a training that runs now is among them.

        Args:
            photo_sha256: hash of the training pixels.
            config: the settings.
            is_fitting: whether the model in training is the one that is meant; None = it is.
        """
        own = sorted(self._own.glob(f"*{_SUFFIX}"))
        others = [each.path for each in self.abandoned() if each.photo_sha256 == photo_sha256]
        states = (_read(path) for path in (*own, *others))
        fitting = (
            state
            for state in states
            if state is not None
            and state.model.photo_sha256 == photo_sha256
            and state.model.config == config
            and (is_fitting is None or is_fitting(state.model))
        )
        return next(fitting, None)

    def find_pair(self, photo_sha256: str, partner_sha256: str) -> TrainState | None:
        """Return the newest state of an unfinished training of exactly these two photos.

        Of this program or of one that ended.

        Args:
            photo_sha256: hash of the first photo's pixels.
            partner_sha256: of the second one's.
        """
        own = sorted(self._own.glob(f"*{_SUFFIX}"), key=_written_at, reverse=True)
        others = [each.path for each in self.abandoned() if each.kind == "pair"]
        states = (_read(path) for path in (*own, *others))
        fitting = (
            state
            for state in states
            if state is not None
            and state.partner is not None
            and state.model.photo_sha256 == photo_sha256
            and state.partner.model.photo_sha256 == partner_sha256
        )
        return next(fitting, None)

    def adopt(self, abandoned: AbandonedTraining, session_id: str) -> None:
        """Make an abandoned checkpoint that of a session of this program.

        Raises:
            FileWriteError: the folder cannot be written.
        """
        self._claim()
        try:
            abandoned.path.replace(self._path(session_id))
        except OSError as error:
            raise FileWriteError(
                translate("Errors", "The interrupted training could not be taken over.")
            ) from error

    def discard(self, abandoned: AbandonedTraining) -> None:
        """Forget an abandoned training."""
        _remove(abandoned.path)

    def _path(self, session_id: str) -> Path:
        return self._own / f"{session_id}{_SUFFIX}"

    def _claim(self) -> None:
        """Make and lock the folder of this program, once."""
        with self._guard:
            if self._lock is not None:
                return
            try:
                make_private(self.folder)
                make_private(self._own)
            except OSError as error:
                raise FileWriteError(
                    translate("Errors", "The recovery folder cannot be made.")
                ) from error
            self._lock = lock_folder(self._own)

    def _abandoned_paths(self) -> Iterator[Path]:
        for folder in sorted(self.folder.glob("*/")):
            lock = lock_folder(folder) if folder != self._own else None
            if lock is None:
                continue
            paths = sorted(folder.glob(f"*{_SUFFIX}"))
            yield from paths
            lock.unlock()
            with suppress(OSError):
                folder.rmdir()  # succeeds once nothing is left in it


def _written_at(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _described(path: Path) -> AbandonedTraining | None:
    try:
        written_at = path.stat().st_mtime
    except OSError:
        return None
    state = None if time.time() - written_at > _KEPT_FOR_S else _read(path)
    if state is None:
        _remove(path)
        return None
    model = state.model
    scale_count = model.plan.scale_count
    return AbandonedTraining(
        path, model.photo_sha256, state.scale, scale_count, model.kind, written_at
    )


def _read(path: Path) -> TrainState | None:
    from singan_core.model.checkpoint import state_from_bytes

    try:
        return state_from_bytes(path.read_bytes())
    except (OSError, CheckpointError):
        return None


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
