"""What the files used last look like, and what is known of their models, read in the background."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from app.document.errors import DocumentError
from app.document.files.images.image_files import OpenedImage
from app.document.files.opening import is_project_name, open_document
from app.document.files.openraster.openraster_file import THUMBNAIL_ENTRY
from app.document.files.project.project_file import PROJECT_ENTRY
from app.document.files.project.project_models import MODELS_FOLDER, TRAINING_ENTRY
from app.document.planes import qimage_of

if TYPE_CHECKING:
    from app.jobs.background import BackgroundTasks
    from app.storage.model_cache import ModelCache
    from app.storage.recovery import RecoveryFolder

# Twice the size on the screen: sharp at 200 % too.
THUMBNAIL_SIZE = QSize(256, 192)
LARGEST_PHOTO_BYTES = 40 * 2**20
_MAX_TEXT_BYTES = 16 * 2**20
_SMOOTH = Qt.TransformationMode.SmoothTransformation
_DAMAGED = (
    OSError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
)


class ModelState(Enum):
    """What a file has of a model."""

    NONE = "none"
    UNFINISHED = "unfinished"
    TRAINED = "trained"


@dataclass(frozen=True)
class FileLook:
    """What there is to show of a file.

    Attributes:
        is_missing: it is not there, at least now.
        thumbnail: 256 x 192 or a null image.
        model: None while not known.
    """

    is_missing: bool = False
    thumbnail: QImage = field(default_factory=QImage)
    model: ModelState | None = None


@dataclass(frozen=True)
class _Stamp:
    """Tells whether a file is still the one looked at."""

    modified_ns: int
    size_bytes: int


class RecentLooks(QObject):
    """Looks at files one after another; nothing of it is written anywhere.

    Args:
        tasks: does the looking.
        cache: kept models of photos.
        recovery: checkpoints of unfinished trainings.

    Signals:
        look_changed(object): more is known of a ``Path``.
    """

    look_changed = Signal(object)

    def __init__(
        self,
        tasks: BackgroundTasks,
        cache: ModelCache,
        recovery: RecoveryFolder,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._cache = cache
        self._recovery = recovery
        self._is_stopped = False
        self._looks: dict[Path, FileLook] = {}
        self._stamps: dict[Path, _Stamp] = {}
        self._hashes: dict[Path, tuple[_Stamp, str]] = {}

    def look_of(self, path: Path) -> FileLook:
        """Return what is known of a file so far."""
        return self._looks.get(path, FileLook())

    def refresh(self, paths: Iterable[Path]) -> None:
        """Look at files anew: the pictures first, which is quick, then the models."""
        paths = tuple(paths)
        for path in paths:
            stamp = _stamp_of(path)
            is_known = stamp is not None and self._stamps.get(path) == stamp
            if stamp is None:
                self._stamps.pop(path, None)
                self._show(path, FileLook(is_missing=True))
            elif not is_known:
                self._stamps[path] = stamp
                self._looks[path] = FileLook()
                self._submit(partial(thumbnail_of, path), partial(self._take_thumbnail, path))
        self._submit(self._recovery.photo_hashes, partial(self._find_models, paths))

    def stop(self) -> None:
        """Ask for nothing more: the thread of the tasks is about to end."""
        self._is_stopped = True

    def _find_models(self, paths: tuple[Path, ...], unfinished: frozenset[str]) -> None:
        for path in paths:
            stamp = self._stamps.get(path)
            if stamp is None:
                continue
            if is_project_name(path):
                self._submit(partial(project_model, path), partial(self._take_model, path))
                continue
            known = self._hashes.get(path)
            if known is not None and known[0] == stamp:
                self._take_hash(path, stamp, unfinished, (known[1], QImage()))
            elif stamp.size_bytes <= LARGEST_PHOTO_BYTES:
                done = partial(self._take_hash, path, stamp, unfinished)
                self._submit(partial(photo_hash, path), done)

    def _take_thumbnail(self, path: Path, image: QImage) -> None:
        self._show(path, replace(self.look_of(path), thumbnail=image))

    def _take_model(self, path: Path, state: ModelState) -> None:
        self._show(path, replace(self.look_of(path), model=state))

    def _take_hash(
        self, path: Path, stamp: _Stamp, unfinished: frozenset[str], found: tuple[str, QImage]
    ) -> None:
        sha256, image = found
        if not sha256:
            return
        self._hashes[path] = (stamp, sha256)
        state = ModelState.UNFINISHED if sha256 in unfinished else ModelState.NONE
        state = ModelState.TRAINED if self._cache.holds(sha256) else state
        look = self.look_of(path)
        thumbnail = image if look.thumbnail.isNull() else look.thumbnail
        self._show(path, replace(look, thumbnail=thumbnail, model=state))

    def _show(self, path: Path, look: FileLook) -> None:
        if self._looks.get(path) != look:
            self._looks[path] = look
            self.look_changed.emit(path)

    def _submit(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        if not self._is_stopped:
            self._tasks.submit(work, done, _stay_silent)


def thumbnail_of(path: Path) -> QImage:
    """Return a small picture of a file, a null image when there is none at hand; any thread."""
    if is_project_name(path):
        return filling(_stored_thumbnail(path))
    reader = QImageReader(str(path))
    size = reader.size()
    if not size.isValid():
        return QImage()
    # JPEG is decoded at a fraction of its cost when it may come out smaller
    wanted = size.scaled(THUMBNAIL_SIZE * 2, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    if wanted.width() < size.width():
        reader.setScaledSize(wanted)
    reader.setAutoTransform(True)
    return filling(reader.read())


def project_model(path: Path) -> ModelState:
    """Return what a project holds of a model, without reading the model; any thread."""
    try:
        with zipfile.ZipFile(path) as archive:
            if TRAINING_ENTRY in archive.namelist():
                return ModelState.UNFINISHED
            model_id = _json(archive, PROJECT_ENTRY).get("active_model_id")
            if not model_id:
                return ModelState.NONE
            model = _json(archive, f"{MODELS_FOLDER}/{model_id}/model.json")
            is_complete = len(model["scales"]) == len(model["plan"]["sizes"])
            return ModelState.TRAINED if is_complete else ModelState.UNFINISHED
    except _DAMAGED:
        return ModelState.NONE


def photo_hash(path: Path) -> tuple[str, QImage]:
    """Return the hash of a photo's training pixels and its thumbnail; any thread.

    Both are empty for a file that cannot be opened.
    """
    from singan_core.pixels.image import photo_sha256

    try:
        opened = open_document(path)
    except DocumentError:
        return "", QImage()
    rgb = opened.rgb if isinstance(opened, OpenedImage) else opened.photo
    return photo_sha256(rgb), filling(qimage_of(rgb, QImage.Format.Format_RGB888))


def filling(image: QImage, size: QSize = THUMBNAIL_SIZE) -> QImage:
    """Return the middle of an image, scaled to fill a size in pixels."""
    if image.isNull():
        return image
    scaled = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, _SMOOTH)
    left, top = (scaled.width() - size.width()) // 2, (scaled.height() - size.height()) // 2
    return scaled.copy(left, top, size.width(), size.height())


def _stored_thumbnail(path: Path) -> QImage:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(THUMBNAIL_ENTRY).file_size > _MAX_TEXT_BYTES:
                return QImage()
            return QImage.fromData(archive.read(THUMBNAIL_ENTRY))
    except _DAMAGED:
        return QImage()


def _json(archive: zipfile.ZipFile, entry: str) -> dict[str, Any]:
    if archive.getinfo(entry).file_size > _MAX_TEXT_BYTES:
        raise ValueError(entry)
    values: dict[str, Any] = json.loads(archive.read(entry))
    return values


def _stamp_of(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return _Stamp(found.st_mtime_ns, found.st_size)


def _stay_silent(_message: str) -> None:
    """A file that cannot be looked at is shown without its look."""
