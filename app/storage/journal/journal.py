"""The journal of one document: written again and again, read once after a crash."""

from __future__ import annotations

import shutil
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.document.files.atomic_files import (
    PRIVATE_MODE,
    FileWriteError,
    reason_of,
    write_bytes_atomic,
)
from app.document.files.project.project_contents import ProjectContents
from app.document.wording import translate
from app.storage.journal.blobs import BlobFolder, DamagedBlobError
from app.storage.journal.description import (
    FORMAT_VERSION,
    JournalError,
    pair_values,
    project_values,
    read_project,
    text_of,
    values_of,
)
from app.storage.journal.rasters import BandMemory, RasterReader, RasterWriter
from app.storage.journal.thumbnails import thumbnail_png
from app.storage.user_folders import make_private

if TYPE_CHECKING:
    from app.document.files.project.project_pair import StoredPair
    from singan_core.model.trained import TrainState

DESCRIPTION = "journal.json"
_CONTENTS = "contents"


@dataclass(frozen=True)
class JournalContents:
    """What is kept of an unsaved document.

    Attributes:
        project: snapshots of what a project file would hold.
        path: the project file it belongs to; None = never saved.
        title: name of the project or photo.
    """

    project: ProjectContents
    path: Path | None
    title: str


@dataclass(frozen=True)
class FoundJournal:
    """An unsaved document of a program that ended.

    Attributes:
        folder: of the journal.
        title: name of the project or photo.
        path: the project file it belongs to; None = never saved.
        written_at: seconds since 1970.
        layer_count: layers and groups.
        width: pixels.
        height: pixels.
        thumbnail: PNG; empty when it is damaged.
    """

    folder: Path
    title: str
    path: Path | None
    written_at: float
    layer_count: int
    width: int
    height: int
    thumbnail: bytes

    @property
    def is_outdated(self) -> bool:
        """Whether the project file was written after the journal."""
        try:
            return self.path is not None and self.path.stat().st_mtime > self.written_at
        except OSError:
            return False


class Journal:
    """Writes the journal of one document; every method runs on one background thread.

    Attributes:
        folder: of this document alone; made by the first write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blobs = BlobFolder(folder / _CONTENTS)
        self._memory = BandMemory()
        self._models: dict[str, dict[str, Any]] = {}
        self._states: dict[str, tuple[weakref.ref[TrainState], dict[str, Any]]] = {}
        self._durable: set[str] | None = None

    def write(self, contents: JournalContents) -> None:
        """Replace what the journal holds; only what changed since the last write is written.

        Raises:
            FileWriteError: it cannot be written; what it held is still whole.
        """
        writer = RasterWriter(self._blobs, self._memory)
        try:
            make_private(self.folder)
            values = self._values(contents, writer)
            self._blobs.sync()
            write_bytes_atomic(self.folder / DESCRIPTION, text_of(values), mode=PRIVATE_MODE)
        except (OSError, FileWriteError) as error:
            self._take_back()
            cause = error if isinstance(error, OSError) else error.__cause__
            reason = reason_of(cause if isinstance(cause, OSError) else None)
            sentence = translate("Errors", "Unsaved work cannot be kept aside: {reason}.")
            raise FileWriteError(sentence.format(reason=reason)) from error
        self._durable = writer.names
        self._memory.forget_unused()
        self._blobs.keep_only(writer.names)

    def remove(self) -> None:
        """Forget the document: it was saved, or given up on purpose."""
        # the description first: what is left after a crash in between names nothing
        (self.folder / DESCRIPTION).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._durable = None

    def _values(self, contents: JournalContents, writer: RasterWriter) -> dict[str, Any]:
        project = contents.project
        return {
            "format": FORMAT_VERSION,
            "title": contents.title,
            "path": None if contents.path is None else str(contents.path),
            "written_at": time.time(),
            "thumbnail": writer.content(thumbnail_png(project.document)),
            **project_values(project, writer),
            "models": self._model_values(project, writer),
            "training": self._state_values("training", project.train_state, writer),
            "pair": None if project.pair is None else self._pair_values(project.pair, writer),
        }

    def _pair_values(self, pair: StoredPair, writer: RasterWriter) -> dict[str, Any]:
        state = self._state_values("pair", pair.state, writer)
        return pair_values(pair, writer) | {"training": state}

    def _model_values(self, project: ProjectContents, writer: RasterWriter) -> dict[str, Any]:
        models = dict(project.models)
        if project.pair is not None:
            models |= project.pair.models
        for model_id, model in models.items():
            if model_id not in self._models:
                from singan_core.model.checkpoint import pyramid_to_bytes

                self._models[model_id] = writer.content(pyramid_to_bytes(model))
        self._models = {model_id: self._models[model_id] for model_id in models}
        writer.names.update(described["name"] for described in self._models.values())
        return self._models

    def _state_values(
        self, name: str, state: TrainState | None, writer: RasterWriter
    ) -> dict[str, Any] | None:
        if state is None:
            self._states.pop(name, None)
            return None
        known = self._states.get(name)
        if known is None or known[0]() is not state:
            from singan_core.model.checkpoint import state_to_bytes

            known = (weakref.ref(state), writer.content(state_to_bytes(state)))
            self._states[name] = known
        writer.names.add(known[1]["name"])
        return known[1]

    def _take_back(self) -> None:
        """Leave the disk as after the last whole write, which it may have no room beyond."""
        self._memory, self._models, self._states = BandMemory(), {}, {}
        if self._durable is not None:
            self._blobs.keep_only(self._durable)


def read_journal(folder: Path) -> JournalContents:
    """Read what is whole of a journal; the project's notices tell what is not.

    Raises:
        JournalError: nothing can be recovered.
    """
    values = values_of(folder / DESCRIPTION)
    project = read_project(values, RasterReader(BlobFolder(folder / _CONTENTS)))
    return JournalContents(project, _path_of(values), str(values.get("title", "")))


def read_summary(folder: Path) -> FoundJournal:
    """Describe a journal without reading its pixels.

    Raises:
        JournalError: there is no whole description.
    """
    values = values_of(folder / DESCRIPTION)
    try:
        document = values["document"]
        return FoundJournal(
            folder=folder,
            title=str(values["title"]),
            path=_path_of(values),
            written_at=float(values["written_at"]),
            layer_count=len(document["layers"]),
            width=int(document["width"]),
            height=int(document["height"]),
            thumbnail=_thumbnail(folder, values),
        )
    except (TypeError, LookupError, ValueError) as error:
        raise JournalError(
            translate("Errors", "The journal of an unsaved document is damaged.")
        ) from error


def _path_of(values: Mapping[str, Any]) -> Path | None:
    path = values.get("path")
    return None if path is None else Path(str(path))


def _thumbnail(folder: Path, values: Mapping[str, Any]) -> bytes:
    try:
        return RasterReader(BlobFolder(folder / _CONTENTS)).content(values["thumbnail"])
    except DamagedBlobError:
        return b""
