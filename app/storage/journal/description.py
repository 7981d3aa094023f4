"""A document and what belongs to it as plain JSON values beside a folder of contents."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.document.compositing import flatten
from app.document.document import Document, PhotoTransform
from app.document.errors import DocumentError
from app.document.files.images.image_files import OpenedImage, image_from_bytes
from app.document.files.project.project_contents import ProjectContents, StoredResult
from app.document.files.project.project_pair import StoredPair
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.pixels import Pixels
from app.document.render_settings import RenderSettings
from app.document.selection import Selection
from app.document.wording import translate
from app.storage.journal.blobs import DamagedBlobError
from app.storage.journal.rasters import RasterReader, RasterWriter
from singan_core.config import TrainConfig
from singan_core.errors import EngineError

if TYPE_CHECKING:
    from singan_core.model.trained import TrainedPyramid, TrainState


FORMAT_VERSION = 1
_DAMAGED_VALUES = (ValueError, TypeError, LookupError, AttributeError, EngineError, DocumentError)
_RESULT_RASTERS = ("image", "mask", "composite", "edit_mask")


class JournalError(DocumentError):
    """Nothing of an unsaved document can be recovered."""


def project_values(contents: ProjectContents, writer: RasterWriter) -> dict[str, Any]:
    """Store everything but models and trainings, and return the description.

    Raises:
        OSError: it cannot be written.
    """
    return {
        "document": _document_values(contents.document, writer),
        "photo": {
            "file": writer.content(contents.photo_bytes),
            "extension": contents.photo_extension,
            "pixels": writer.array(contents.photo),
        },
        "active_model_id": contents.active_model_id,
        "config": None if contents.config is None else contents.config.to_dict(),
        "results": [_result_values(result, writer) for result in contents.results],
        "settings": contents.settings,
    }


def pair_values(pair: StoredPair, writer: RasterWriter) -> dict[str, Any]:
    """Store the second picture of a pair, and return what there is besides models and training.

    Raises:
        OSError: it cannot be written.
    """
    return {
        "pixels": writer.array(pair.photo_b),
        "name": pair.name,
        "models": list(pair.models),
        "a": pair.a_id,
        "b": pair.b_id,
    }


def read_project(values: Mapping[str, Any], reader: RasterReader) -> ProjectContents:
    """Return what is whole of the description; one notice tells what is not.

    Raises:
        JournalError: no layer can be read.
    """
    return _ProjectReader(values, reader).contents()


def _document_values(document: Document, writer: RasterWriter) -> dict[str, Any]:
    # in a snapshot a quick mask has become the selection
    values = _fields_of(document, but=("layers", "selection", "quick_mask"))
    selection = document.selection
    return values | {
        "selection": None if selection is None else writer.array(selection.mask),
        "patch_id": None if selection is None else selection.patch_id,
        "layers": [_layer_values(layer, writer) for layer in document.layers],
    }


def _layer_values(layer: Layer, writer: RasterWriter) -> dict[str, Any]:
    return _fields_of(layer, but=("plane", "mask")) | {
        "plane": writer.plane(layer.plane),
        "mask": None if layer.mask is None else writer.plane(layer.mask),
    }


def _result_values(result: StoredResult, writer: RasterWriter) -> dict[str, Any]:
    rasters = {name: getattr(result, name) for name in _RESULT_RASTERS}
    return {"recipe": result.recipe} | {
        name: None if pixels is None else writer.array(pixels) for name, pixels in rasters.items()
    }


def _fields_of(thing: Document | Layer, but: tuple[str, ...]) -> dict[str, Any]:
    # every field there is, so that one added later is not forgotten here
    names = (field.name for field in dataclasses.fields(thing) if field.name not in but)
    return {name: getattr(thing, name) for name in names}


def _known(kind: type[Document | Layer], values: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: value for name, value in values.items() if name in names}


@dataclasses.dataclass(frozen=True)
class _Part:
    """Notes a part in which anything is damaged; what follows the block is the fallback."""

    name: str
    reader: RasterReader
    damaged: list[str]

    def __enter__(self) -> None:
        self.reader.is_damaged = False

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        is_expected = kind is not None and issubclass(kind, _DAMAGED_VALUES)
        if (is_expected or self.reader.is_damaged) and self.name not in self.damaged:
            self.damaged.append(self.name)
        self.reader.is_damaged = False
        return is_expected


class _ProjectReader:
    """Reads a description part by part and notes which parts are damaged."""

    def __init__(self, values: Mapping[str, Any], reader: RasterReader) -> None:
        self._values = values
        self._reader = reader
        self._damaged: list[str] = []

    def contents(self) -> ProjectContents:
        document = self._document()
        content, opened = self._photo_file()
        models = self._models()
        pair = self._pair(models)
        active_id = self._values.get("active_model_id")
        return ProjectContents(
            document=document,
            photo_bytes=content,
            photo_extension=str(self._values["photo"]["extension"]) if content else ".png",
            photo=self._photo(opened, document),
            models=models,
            active_model_id=active_id if active_id in models else None,
            train_state=self._state(self._values.get("training")),
            pair=pair,
            config=self._config(),
            results=self._results(),
            settings=dict(self._values.get("settings") or {}),
            photo_exif=None if opened is None else opened.exif,
            photo_alpha=None if opened is None else opened.alpha,
            notices=self._notices(),
        )

    def _document(self) -> Document:
        with self._part(translate("Errors", "the description")):
            values = self._values["document"]
            layers = [layer for each in values["layers"] if (layer := self._layer(each))]
            simple = _known(Document, values) | {
                "layers": layers,
                "photo_transform": PhotoTransform(*values["photo_transform"]),
                "render_settings": RenderSettings(*values.get("render_settings", ())),
                "selection": None,
            }
            document = Document(**simple)
            if document.active_layer is None and layers:
                document.active_id = layers[-1].id
            document.selection = self._selection(document)
            if layers:
                return document
        raise JournalError(
            translate("Errors", "The unsaved document is damaged and cannot be recovered.")
        )

    def _layer(self, values: Mapping[str, Any]) -> Layer | None:
        with self._part(translate("Errors", "the layer “{name}”").format(name=values["name"])):
            rasters = {
                "plane": self._reader.plane(values["plane"]),
                "mask": None if values["mask"] is None else self._reader.plane(values["mask"]),
            }
            kinds = {
                "kind": LayerKind(values["kind"]),
                "blend_mode": BlendMode(values["blend_mode"]),
            }
            return Layer(**(_known(Layer, values) | rasters | kinds))
        return None

    def _selection(self, document: Document) -> Selection | None:
        described = self._values["document"]["selection"]
        if described is None:
            return None
        with self._part(translate("Errors", "the selection")):
            mask = self._reader.array(described)
            if mask.shape == (document.height, document.width):
                patch_id = self._values["document"].get("patch_id")
                return Selection(mask, patch_id if isinstance(patch_id, str) else None)
        return None

    def _photo_file(self) -> tuple[bytes, OpenedImage | None]:
        """Return the opened file, whole or empty, and what is in it."""
        content = b""
        with self._part(translate("Errors", "the photo's own file")):
            described = self._values["photo"]
            content = self._reader.content(described["file"])
            if content:
                return content, image_from_bytes(content, f"photo{described['extension']}")
        return content, None

    def _photo(self, opened: OpenedImage | None, document: Document) -> Pixels:
        with self._part(translate("Errors", "the photo")):
            pixels = self._reader.array(self._values["photo"]["pixels"])
            if not self._reader.is_damaged:
                return pixels
        if opened is not None:
            return opened.rgb
        return np.ascontiguousarray(flatten(document)[..., :3])

    def _models(self) -> dict[str, TrainedPyramid]:
        models = {}
        for model_id, described in self._values.get("models", {}).items():
            with self._part(translate("Errors", "a trained model")):
                from singan_core.model.checkpoint import pyramid_from_bytes

                models[model_id] = pyramid_from_bytes(self._reader.content(described))
        return models

    def _pair(self, models: dict[str, TrainedPyramid]) -> StoredPair | None:
        """Return the pair; its models are taken out of those of the document."""
        described = self._values.get("pair")
        if described is None:
            return None
        with self._part(translate("Errors", "the second picture of the pair")):
            own = {each: models.pop(each) for each in described["models"] if each in models}
            state = self._state(described.get("training"))
            pixels = self._reader.array(described["pixels"])
            is_whole = {described["a"], described["b"]} <= set(own)
            a_id, b_id = (described["a"], described["b"]) if is_whole else (None, None)
            if not self._reader.is_damaged:
                return StoredPair(pixels, str(described["name"]), own, a_id, b_id, state)
        return None

    def _state(self, described: Mapping[str, Any] | None) -> TrainState | None:
        if described is None:
            return None
        with self._part(translate("Errors", "the unfinished training")):
            from singan_core.model.checkpoint import state_from_bytes

            return state_from_bytes(self._reader.content(described))
        return None

    def _config(self) -> TrainConfig | None:
        described = self._values.get("config")
        if described is None:
            return None
        with self._part(translate("Errors", "the training settings")):
            return TrainConfig.from_dict(described)
        return None

    def _results(self) -> list[StoredResult]:
        results = []
        for number, described in enumerate(self._values.get("results", ()), start=1):
            with self._part(translate("Errors", "the kept result {number}").format(number=number)):
                results.append(self._result(described))
        return results

    def _result(self, described: Mapping[str, Any]) -> StoredResult:
        image, mask, composite, edit_mask = (
            None if described[name] is None else self._reader.array(described[name])
            for name in _RESULT_RASTERS
        )
        if image is None or mask is None:
            raise DamagedBlobError(translate("Errors", "A kept result has no image."))
        return StoredResult(image, mask, dict(described["recipe"]), composite, edit_mask)

    def _part(self, name: str) -> _Part:
        return _Part(name, self._reader, self._damaged)

    def _notices(self) -> tuple[str, ...]:
        if not self._damaged:
            return ()
        *others, last = self._damaged
        both = translate("Errors", "{parts} and {last}")
        listed = both.format(parts=", ".join(others), last=last) if others else last
        sentence = translate(
            "Errors", "Recovered, but not whole: {parts} could not be read entirely."
        )
        return (sentence.format(parts=listed),)


def text_of(values: Mapping[str, Any]) -> bytes:
    """Return the description as it is stored."""
    return json.dumps(values).encode()


def values_of(path: Path) -> dict[str, Any]:
    """Read a stored description.

    Raises:
        JournalError: it is missing or damaged.
    """
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise JournalError(
            translate("Errors", "The journal of an unsaved document cannot be read.")
        ) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT_VERSION:
        raise JournalError(
            translate("Errors", "The journal of an unsaved document is of another version.")
        )
    return values
