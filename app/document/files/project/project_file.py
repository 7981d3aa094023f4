"""The project file: a valid OpenRaster 0.0.6 file with everything of ours under ``singan/``."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from app.document.compositing import flatten
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.files.atomic_files import write_atomic
from app.document.files.checked_zip import MAX_TEXT_BYTES, CheckedZip, write_entry
from app.document.files.images.image_files import OpenedImage, image_from_bytes
from app.document.files.openraster.openraster_file import read_openraster, write_openraster
from app.document.files.png_parts import PngParts, png_bytes, write_png
from app.document.files.project.project_contents import (
    ProjectContents,
    ProjectFileError,
    StoredResult,
)
from app.document.files.project.project_layers import read_document, write_document_extras
from app.document.files.project.project_models import (
    DamagedModelError,
    read_model,
    read_training,
    state_after,
    write_models,
    write_training,
)
from app.document.files.project.project_pair import StoredPair, read_pair, write_pair
from app.document.files.reading import open_for_reading
from app.document.layers import LayerKind
from app.document.pixels import Pixels
from app.document.wording import translate
from singan_core.config import TrainConfig
from singan_core.errors import ConfigError

if TYPE_CHECKING:
    from singan_core.model.trained import TrainedPyramid, TrainState

__all__ = ["ProjectContents", "ProjectFileError", "StoredResult", "load_project", "save_project"]


FORMAT_VERSION = 1
PROJECT_ENTRY = "singan/project.json"
_DAMAGED_VALUES = (ValueError, TypeError, LookupError, AttributeError, RecursionError, ConfigError)


def save_project(path: str | os.PathLike[str], contents: ProjectContents) -> None:
    """Write a project, whole or not at all.

    Args:
        path: the target.
        contents: ``contents.snapshot()`` when this runs beside the user's painting.

    Raises:
        FileWriteError: the file could not be written; the old one is untouched.
    """

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            _write(archive, contents)

    write_atomic(path, write)


def load_project(path: str | os.PathLike[str]) -> ProjectContents:
    """Read a project, or an OpenRaster file of another program.

    Damaged models, results, layers or a damaged photo do not keep the rest from opening: each
    is told by a notice, and the document is there.

    Raises:
        ProjectFileError: not a project, holds a pickle, or is of a newer version.
        DocumentError: the file or its layers cannot be read.
    """
    with open_for_reading(path, ProjectFileError) as file:
        archive = CheckedZip(file, Path(path).name, ProjectFileError)
        archive.refuse_pickles()
        values, notices = _project_values(archive)
        document, document_notices = _read_document(archive, values)
        parts = _Parts(archive, values, [*notices, *document_notices])
        return parts.contents(document)


def _write(archive: zipfile.ZipFile, contents: ProjectContents) -> None:
    described = write_openraster(archive, contents.document)
    photo = contents.photo_bytes or png_bytes(contents.photo)
    photo_entry = f"singan/photo{contents.photo_extension if contents.photo_bytes else '.png'}"
    write_entry(archive, photo_entry, photo)
    values = {
        "format": FORMAT_VERSION,
        "document": write_document_extras(archive, contents.document, described),
        "photo": photo_entry,
        "models": list(contents.models),
        "active_model_id": contents.active_model_id,
        "config": None if contents.config is None else contents.config.to_dict(),
        "results": _write_results(archive, contents.results),
        "settings": contents.settings,
    }
    if contents.pair is not None:
        values["pair"] = write_pair(archive, contents.pair)
    if contents.models:
        write_models(archive, contents.models)
    if contents.train_state is not None:
        write_training(archive, contents.train_state)
    text = json.dumps(values, indent=1).encode()
    write_entry(archive, PROJECT_ENTRY, text, is_packed=True)


def _write_results(
    archive: zipfile.ZipFile, results: Sequence[StoredResult]
) -> list[dict[str, Any]]:
    described = []
    for index, result in enumerate(results):
        images = {
            "image": result.image,
            "mask": result.mask,
            "composite": result.composite,
            "edit_mask": result.edit_mask,
        }
        entries = {
            name: f"singan/results/{index:04d}_{name}.png"
            for name, pixels in images.items()
            if pixels is not None
        }
        for name, pixels in images.items():
            if pixels is not None:
                write_png(archive, entries[name], pixels)
        described.append({"recipe": result.recipe, "entries": entries})
    return described


def _project_values(archive: CheckedZip) -> tuple[dict[str, Any], list[str]]:
    """Return the description of the project; empty for a file of another program."""
    if PROJECT_ENTRY not in archive.entries:
        return {}, []
    try:
        values = json.loads(archive.read(PROJECT_ENTRY, MAX_TEXT_BYTES))
        version = int(values["format"])
    except (DocumentError, *_DAMAGED_VALUES):
        return {}, [
            translate(
                "Errors", "The description of the project is damaged; only its layers were opened."
            )
        ]
    if version > FORMAT_VERSION:
        sentence = translate(
            "Errors",
            "“{name}” was saved by a newer version of the program (format {version}, "
            "this one reads up to {known}).",
        )
        raise ProjectFileError(
            sentence.format(name=archive.name, version=version, known=FORMAT_VERSION)
        )
    return values, []


def _read_document(archive: CheckedZip, values: Mapping[str, Any]) -> tuple[Document, list[str]]:
    if not values:
        return read_openraster(archive)
    try:
        return read_document(archive, values["document"])
    except _DAMAGED_VALUES:
        document, notices = read_openraster(archive)
        changed = translate("Errors", "The layers were changed by another program.")
        return document, [changed, *notices]


@dataclass
class _Parts:
    """Reads what a project holds besides its document, and notes what is damaged."""

    archive: CheckedZip
    values: Mapping[str, Any]
    notices: list[str] = field(default_factory=list)
    intact: TrainedPyramid | None = None
    model_problem: str | None = None

    def contents(self, document: Document) -> ProjectContents:
        models, state = self._models(), self._training()
        opened = self._photo()
        pair = self._pair()
        trained = [state.model] if state else [*models.values(), *filter(None, [self.intact])]
        trained += [] if pair is None or pair.pair is None else [pair.pair.a]
        photo = _trained_pixels(opened, document, trained)
        active_id = self.values.get("active_model_id")
        finished = models.get(active_id, self.intact) if active_id else None
        if finished is not None and _is_ahead(finished, state):
            state = state_after(finished, (photo.shape[0], photo.shape[1]))
        return ProjectContents(
            document=document,
            photo_bytes=opened.source_bytes if opened else self._photo_bytes(),
            photo_extension=opened.extension if opened else self._photo_extension(),
            photo=photo,
            models=models,
            active_model_id=active_id if active_id in models else None,
            train_state=state,
            config=self._config(),
            results=self._results(),
            settings=self._settings(),
            photo_exif=opened.exif if opened else None,
            photo_alpha=opened.alpha if opened else None,
            model_problem=self.model_problem,
            pair=pair,
            notices=tuple(self.notices),
        )

    def _models(self) -> dict[str, TrainedPyramid]:
        models = {}
        active_id, model_ids = self.values.get("active_model_id"), self._list("models")
        for model_id in (each for each in model_ids if isinstance(each, str)):
            try:
                models[model_id] = read_model(self.archive, model_id)
            except DamagedModelError as error:
                self.notices.append(str(error))
                if model_id == active_id:
                    self.model_problem = str(error)
                    self._keep_intact(error.intact)
        return models

    def _pair(self) -> StoredPair | None:
        described = self.values.get("pair")
        if not isinstance(described, dict):
            return None
        return read_pair(self.archive, described, self.notices)

    def _keep_intact(self, intact: TrainedPyramid | None) -> None:
        """Let training go on from the scales below a damaged one."""
        self.intact = intact
        if intact is not None:
            sentence = translate(
                "Errors", "The scales below are whole: training can go on from scale {scale}."
            )
            self.notices.append(sentence.format(scale=intact.scale_count))

    def _training(self) -> TrainState | None:
        try:
            return read_training(self.archive)
        except DamagedModelError as error:
            self.notices.append(str(error))
            return None

    def _photo(self) -> OpenedImage | None:
        if not self.values:
            return None
        try:
            entry = str(self.values["photo"])
            return image_from_bytes(self.archive.read(entry), Path(entry).name)
        except (DocumentError, *_DAMAGED_VALUES) as error:
            unnamed = translate("Errors", "it is not named.")
            reason = str(error) if isinstance(error, DocumentError) else unnamed
            sentence = translate("Errors", "The photo was taken from the layers instead: {reason}")
            self.notices.append(sentence.format(reason=reason))
            return None

    def _photo_bytes(self) -> bytes:
        try:
            return self.archive.read(str(self.values.get("photo")))
        except DocumentError:
            return b""

    def _photo_extension(self) -> str:
        return Path(str(self.values.get("photo", ".png"))).suffix or ".png"

    def _config(self) -> TrainConfig | None:
        described = self.values.get("config")
        if described is None:
            return None
        try:
            return TrainConfig.from_dict(described)
        except _DAMAGED_VALUES:
            self.notices.append(
                translate("Errors", "The training settings of the project are damaged.")
            )
            return None

    def _results(self) -> list[StoredResult]:
        results: list[StoredResult] = []
        parts = PngParts(self.archive)
        for number, described in enumerate(self._list("results"), start=1):
            try:
                results.append(_result(parts, described["entries"], described["recipe"]))
            except (DocumentError, *_DAMAGED_VALUES):
                sentence = translate(
                    "Errors", "The kept result {number} is damaged and was left out."
                )
                self.notices.append(sentence.format(number=number))
        return results

    def _settings(self) -> dict[str, Any]:
        settings = self.values.get("settings", {})
        return settings if isinstance(settings, dict) else {}

    def _list(self, name: str) -> list[Any]:
        values = self.values.get(name)
        return values if isinstance(values, list) else []


def _is_ahead(finished: TrainedPyramid, state: TrainState | None) -> bool:
    """Whether an unfinished pyramid holds scales that the newest checkpoint lacks."""
    if finished.is_complete or state is None:
        return not finished.is_complete
    return state.model.config == finished.config and state.scale < finished.scale_count


def _result(parts: PngParts, entries: Mapping[str, str], recipe: Mapping[str, Any]) -> StoredResult:
    return StoredResult(
        image=_rgb(parts.rgba(entries["image"])),
        mask=parts.grey(entries["mask"]),
        recipe=dict(recipe),
        composite=_rgb(parts.rgba(entries["composite"])) if "composite" in entries else None,
        edit_mask=parts.grey(entries["edit_mask"]) if "edit_mask" in entries else None,
    )


def _trained_pixels(
    opened: OpenedImage | None, document: Document, trained: Sequence[TrainedPyramid]
) -> Pixels:
    """The photo as the models were trained on it.

    Decoders of lossy formats differ by a level between versions, and a model belongs to exact
    pixels, which the photo's own layer keeps.
    """
    if opened is None:
        return _photo_of_layers(document)
    if not trained:
        return opened.rgb
    from singan_core.pixels.image import photo_sha256

    if photo_sha256(opened.rgb) != trained[0].photo_sha256:
        of_layers = _photo_of_layers(document)
        if photo_sha256(of_layers) == trained[0].photo_sha256:
            return of_layers
    return opened.rgb


def _photo_of_layers(document: Document) -> Pixels:
    photos = (layer for layer in document.layers if layer.kind is LayerKind.PHOTO)
    layer = next(photos, None)
    shown = flatten(document) if layer is None else layer.plane.to_rgba(document.rect)
    return _rgb(shown)


def _rgb(rgba: Pixels) -> Pixels:
    return np.ascontiguousarray(rgba[..., :3])
