"""Finished models by photo and settings, so that the same photo is never trained twice."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.files.atomic_files import (
    FORGOTTEN_AFTER_S,
    PARTIAL_SUFFIX,
    PRIVATE_MODE,
    FileWriteError,
    write_bytes_atomic,
)
from app.document.wording import translate
from app.storage.user_folders import cache_folder, make_private
from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError

if TYPE_CHECKING:
    from singan_core.model.trained import TrainedPyramid

DEFAULT_LIMIT_BYTES = 1024**3
_SUFFIX = ".safetensors"


class ModelCache:
    """A folder of models, one file each; any number of programs may use it at once.

    Entries are named after the SHA-256 of the training pixels and of the settings, written
    whole or not at all, readable by their owner only, and removed when damaged.

    Attributes:
        folder: where the entries lie; made when the first one is stored.
        limit_bytes: beyond it, the entries that were not used for longest are removed.
        is_enabled: off = nothing is found and nothing is stored, so that private photos do
            not outlive their project; what was stored before stays until ``clear``.
    """

    def __init__(
        self,
        folder: Path | None = None,
        limit_bytes: int = DEFAULT_LIMIT_BYTES,
        *,
        is_enabled: bool = True,
    ) -> None:
        """Use a folder; None = the user's own cache folder."""
        self.folder = cache_folder() / "models" if folder is None else folder
        self.limit_bytes = limit_bytes
        self.is_enabled = is_enabled

    @property
    def size_bytes(self) -> int:
        """Bytes of all entries."""
        return sum(size for _, size, _ in self._entries())

    def find(self, photo_sha256: str, config: TrainConfig) -> TrainedPyramid | None:
        """Return the model of exactly these pixels and settings.

        Args:
            photo_sha256: ``image.photo_sha256`` of the training pixels.
            config: every constant of the training.
        """
        if not self.is_enabled:
            return None
        model = self._read(self._path(photo_sha256, config))
        return model if model is not None and model.config == config else None

    def find_newest(self, photo_sha256: str) -> TrainedPyramid | None:
        """Return the model of these pixels that was used last, whatever its settings.

        For projects that another program has saved, which drops the models in them.
        """
        if not self.is_enabled:
            return None
        paths = [path for path, _, _ in self._entries() if path.name.startswith(photo_sha256)]
        models = (self._read(path) for path in reversed(paths))
        return next((model for model in models if model is not None), None)

    def holds(self, photo_sha256: str) -> bool:
        """Whether there is a model of these pixels, without reading it."""
        if not self.is_enabled:
            return False
        return any(path.name.startswith(photo_sha256) for path, _, _ in self._entries())

    def store(self, model: TrainedPyramid) -> None:
        """Keep a finished model; not drafts, derived models and those above the limit.

        The settings of a derived model do not tell which model it was derived from.

        Raises:
            FileWriteError: the folder cannot be written.
        """
        from singan_core.model.checkpoint import pyramid_to_bytes

        if not self.is_enabled or not model.is_complete or model.derivation is not None:
            return
        content = pyramid_to_bytes(model)
        if len(content) > self.limit_bytes:
            return
        try:
            make_private(self.folder)
        except OSError as error:
            raise FileWriteError(
                translate("Errors", "The folder of the model cache cannot be made.")
            ) from error
        path = self._path(model.photo_sha256, model.config)
        write_bytes_atomic(path, content, mode=PRIVATE_MODE)
        self._evict(path)

    def clear(self) -> None:
        """Remove every entry."""
        for path, _, _ in self._entries():
            _remove(path)
        self._remove_forgotten(0.0)

    def _path(self, photo_sha256: str, config: TrainConfig) -> Path:
        text = json.dumps(config.to_dict(), sort_keys=True)
        settings = hashlib.sha256(text.encode()).hexdigest()
        return self.folder / f"{photo_sha256}-{settings}{_SUFFIX}"

    def _read(self, path: Path) -> TrainedPyramid | None:
        from singan_core.model.checkpoint import pyramid_from_bytes

        try:
            model = pyramid_from_bytes(path.read_bytes())
        except OSError:
            return None
        except CheckpointError:
            _remove(path)
            return None
        if self._path(model.photo_sha256, model.config) != path:
            _remove(path)
            return None
        with suppress(OSError):
            os.utime(path)  # "used last" is the time of the file
        return model

    def _entries(self) -> list[tuple[Path, int, float]]:
        """Path, bytes and time of use of every entry, longest unused first."""
        entries = []
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):  # another program may remove it meanwhile
                found = path.stat()
                entries.append((path, found.st_size, found.st_mtime))
        return sorted(entries, key=lambda entry: entry[2])

    def _evict(self, kept: Path) -> None:
        entries = self._entries()
        total = sum(size for _, size, _ in entries)
        for path, size, _ in entries:
            if total > self.limit_bytes and path != kept:
                _remove(path)
                total -= size
        self._remove_forgotten(FORGOTTEN_AFTER_S)

    def _remove_forgotten(self, age_s: float) -> None:
        """Remove what programs that were killed left half written."""
        for path in self.folder.glob(f".*{PARTIAL_SUFFIX}"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime >= age_s:
                    path.unlink()


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
