"""The files of one session: its photo, its project, saving and exporting in the background."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.document.files.images.image_export import ExportChoices
from app.document.files.layered_export import export_document
from app.document.files.project.project_file import ProjectContents, StoredResult, save_project
from app.jobs.recipe import Recipe
from app.jobs.results import RenderResult
from app.storage.journal import JournalContents

if TYPE_CHECKING:
    from app.document.document import Document
    from app.document.files.project.project_pair import StoredPair
    from app.session.services import SessionServices
    from app.storage.recovery import RecoveryFolder
    from singan_core.config import TrainConfig
    from singan_core.model.trained import TrainedPyramid, TrainState


@dataclasses.dataclass(frozen=True)
class PhotoSource:
    """The photo as it was opened.

    Attributes:
        rgb: (H, W, 3) uint8, what is trained on.
        alpha: (H, W) uint8 of the opened file; None = opaque.
        is_blank: whether there is no photo yet: the document was made empty.
        source_bytes: the opened file, untouched.
        extension: of that file, with the dot.
        name: shown while the project has no file of its own.
        exif: written into exports.
    """

    rgb: NDArray[np.uint8]
    source_bytes: bytes
    extension: str
    name: str
    exif: bytes | None = None
    alpha: NDArray[np.uint8] | None = None
    is_blank: bool = False


@dataclasses.dataclass(frozen=True)
class SaveOrder:
    """Snapshots of all that a project file holds.

    Attributes:
        models: all that made a result, besides the current one.
        state: checkpoint of an unfinished training, unless the recovery folder has a newer one.
        kept_ids: of those models that are kept although no result refers to them.
        pair: the second picture, with all models that results may refer to.
        pair_recovery_id: name of the checkpoint of its training.
    """

    session_id: str
    document: Document
    source: PhotoSource
    model: TrainedPyramid | None
    models: tuple[TrainedPyramid, ...]
    state: TrainState | None
    config: TrainConfig | None
    results: tuple[RenderResult, ...]
    kept_ids: frozenset[str] = frozenset()
    pair: StoredPair | None = None
    pair_recovery_id: str = ""


def write_project(path: Path, order: SaveOrder, recovery: RecoveryFolder) -> None:
    """Write the project with the newest checkpoint of a training that is not finished.

    Raises:
        DocumentError: when the file cannot be written; an old one stays whole.
    """
    pair, begun = order.pair, None
    if pair is not None:
        begun = recovery.read(order.pair_recovery_id) or pair.state
    state = recovery.read(order.session_id) or order.state
    save_project(path, _contents(order, state, begun))


def unsaved_contents(
    order: SaveOrder, path: Path | None, title: str, recovery: RecoveryFolder
) -> JournalContents:
    """Return what a journal keeps; the checkpoint of a training has a file of its own already."""
    state = None if recovery.holds(order.session_id) else order.state
    pair, begun = order.pair, None
    if pair is not None and not recovery.holds(order.pair_recovery_id):
        begun = pair.state
    return JournalContents(_contents(order, state, begun), path, title)


def _contents(
    order: SaveOrder, state: TrainState | None, pair_state: TrainState | None
) -> ProjectContents:
    referred = _referred_ids(order)
    pair = order.pair
    active_id = None if order.model is None else order.model.model_id
    models = {model.model_id: model for model in order.models}
    if order.model is not None:
        models[order.model.model_id] = order.model
    return ProjectContents(
        document=order.document,
        photo_bytes=order.source.source_bytes,
        photo_extension=order.source.extension,
        photo=order.source.rgb,
        models={key: models[key] for key in models if key in referred or key == active_id},
        active_model_id=active_id,
        train_state=state,
        config=order.config,
        results=[stored_result(each) for each in order.results],
        settings={"photo_name": order.source.name, "is_blank": order.source.is_blank},
        pair=None if pair is None else pair.with_pair(pair.pair, pair_state, referred),
    )


def _referred_ids(order: SaveOrder) -> set[str]:
    """Return the ids of models that stay: kept ones, and those that results and layers name."""
    recipes = [result.recipe.to_dict() for result in order.results]
    recipes += [layer.recipe for layer in order.document.layers if layer.recipe]
    named = {recipe["model_id"] for recipe in recipes}
    others = ("source_model_id", "refiner_model_id")
    choices = [recipe.get("parameters") or {} for recipe in recipes]
    named |= {values[name] for values in choices for name in others if values.get(name)}
    return named | order.kept_ids


def stored_result(result: RenderResult) -> StoredResult:
    """Return the result as the project keeps it: what was generated, and what it was made from."""
    recipe: dict[str, Any] = result.recipe.to_dict()
    recipe |= {"detail_size": list(result.detail_size), "is_draft": result.is_draft}
    recipe |= {"is_starred": result.is_starred}
    return StoredResult(result.generated, result.mask, recipe, result.composite, result.edit_mask)


def restored_result(stored: StoredResult, session_id: str, result_id: int) -> RenderResult:
    """Return a kept result of a project for the session that opened it.

    Kept is what was generated; where the edit was kept too, the two are joined again.

    Raises:
        KeyError: the recipe lacks an entry.
    """
    recipe = stored.recipe
    from singan_core.pixels.mask import composite

    height, width = recipe.get("detail_size", stored.image.shape[:2])
    edit = stored.composite
    if edit is None or edit.shape != stored.image.shape:
        edit = stored.image  # new everywhere: it may be larger than what it was made from
    return RenderResult(
        id=result_id,
        session_id=session_id,
        image=composite(edit, stored.image, stored.mask),
        generated=stored.image,
        mask=stored.mask,
        recipe=Recipe.from_dict(recipe),
        detail_size=(int(height), int(width)),
        is_draft=bool(recipe.get("is_draft", False)),
        composite=stored.composite,
        edit_mask=stored.edit_mask,
        is_starred=bool(recipe.get("is_starred", False)),
    )


@dataclasses.dataclass(frozen=True)
class FileListener:
    """Whom the files tell what happened; each is called on the UI thread."""

    status_changed: Callable[[], None]
    written: Callable[[str], None]
    notice: Callable[[str], None]


class SessionFiles:
    """Writes the files of one session from snapshots.

    Attributes:
        path: the project file, or None.
        is_changed: whether something that is not in the history differs from the file; also
            while a save is being written, so that nobody closes on a promise.
    """

    def __init__(
        self, source: PhotoSource, services: SessionServices, listener: FileListener
    ) -> None:
        self.source = source
        self._services = services
        self._listener = listener
        self._writes = 0
        self._is_model_changed = False
        self._pending_saves = 0
        self.path: Path | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being written."""
        return self._writes > 0

    @property
    def is_changed(self) -> bool:
        """See the class."""
        return self._is_model_changed or self._pending_saves > 0

    @property
    def title(self) -> str:
        """Name of the project or photo."""
        return self.source.name if self.path is None else self.path.name

    def use_photo(self, rgb: NDArray[np.uint8]) -> None:
        """Take a picture of the document, (H, W, 3) uint8 RGB, for its photo."""
        self.source = dataclasses.replace(self.source, rgb=rgb, alpha=None, is_blank=False)

    def mark_changed(self) -> None:
        """Remember that the model or the results differ from the file."""
        self._is_model_changed = True

    def save(self, path: Path, order: SaveOrder) -> None:
        """Write the project."""
        self._is_model_changed = False
        self._pending_saves += 1
        work = partial(write_project, path, order, self._services.recovery)
        self._submit(work, partial(self._saved, path), self._save_failed)

    def export(self, path: Path, document: Document, choices: ExportChoices) -> None:
        """Write a snapshot as a picture, or with its layers, as the suffix says."""
        work = partial(export_document, path, document, self.source.exif, choices)
        self._submit(work, partial(self._written, path), self._failed)

    def _submit(
        self, work: Callable[[], None], done: Callable[[None], None], failed: Callable[[str], None]
    ) -> None:
        self._writes += 1
        self._services.files.submit(work, done, failed)
        self._listener.status_changed()

    def _saved(self, path: Path, nothing: None) -> None:
        self.path = path
        self._pending_saves -= 1
        self._written(path, nothing)

    def _save_failed(self, message: str) -> None:
        self._pending_saves -= 1
        self.mark_changed()
        self._failed(message)

    def _written(self, path: Path, _: None) -> None:
        self._writes -= 1
        self._listener.status_changed()
        self._listener.written(str(path))

    def _failed(self, message: str) -> None:
        self._writes -= 1
        self._listener.status_changed()
        self._listener.notice(message)
