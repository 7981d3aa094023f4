"""The second photo of a pair inside a project file, and the models of both."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from app.document.errors import DocumentError
from app.document.files.checked_zip import CheckedZip
from app.document.files.png_parts import PngParts, write_png
from app.document.files.project.project_models import (
    DamagedModelError,
    read_model,
    read_training,
    write_models,
    write_training,
)
from app.document.pixels import Pixels
from app.document.wording import sentence_of_error, translate
from singan_core.errors import CheckpointError

if TYPE_CHECKING:
    from singan_core.model.trained import TrainedPyramid, TrainState
    from singan_core.model.trained_pair import TrainedPair

PHOTO_ENTRY = "singan/pair/photo.png"
TRAINING_ENTRY = "singan/pair/training.safetensors"


@dataclass(frozen=True)
class StoredPair:
    """What was, or is being, trained of the project's photo (A) and a second one (B).

    Attributes:
        photo_b: (h, w, 3) uint8 RGB.
        name: of the file that B came from; for people.
        models: by model id: both of the pair, and older ones that kept results refer to.
        a_id, b_id: of the present pair; None = nothing is trained yet.
        state: where an unfinished training goes on.
    """

    photo_b: Pixels
    name: str = ""
    models: Mapping[str, TrainedPyramid] = field(default_factory=dict)
    a_id: str | None = None
    b_id: str | None = None
    state: TrainState | None = None

    @property
    def pair(self) -> TrainedPair | None:
        """The present pair; None = it is not trained, or damaged."""
        from singan_core.model.trained_pair import TrainedPair

        a, b = self.models.get(self.a_id or ""), self.models.get(self.b_id or "")
        return None if a is None or b is None else TrainedPair(a, b)

    def with_pair(
        self, pair: TrainedPair | None, state: TrainState | None, referred: set[str]
    ) -> StoredPair:
        """Return it with what was trained since.

        Args:
            pair: the present one; None = there is none.
            state: where its training goes on; None = it is done.
            referred: ids of older models that stay, as kept results refer to them.
        """
        kept = {model_id: self.models[model_id] for model_id in self.models if model_id in referred}
        new = {} if pair is None else {pair.a.model_id: pair.a, pair.b.model_id: pair.b}
        a_id = None if pair is None else pair.a.model_id
        b_id = None if pair is None else pair.b.model_id
        return StoredPair(self.photo_b, self.name, kept | new, a_id, b_id, state)


def write_pair(archive: zipfile.ZipFile, stored: StoredPair) -> dict[str, Any]:
    """Add a pair to a project and return its description."""
    write_png(archive, PHOTO_ENTRY, stored.photo_b)
    write_models(archive, stored.models)
    if stored.state is not None:
        write_training(archive, stored.state, TRAINING_ENTRY)
    return {
        "photo": PHOTO_ENTRY,
        "name": stored.name,
        "models": list(stored.models),
        "a": stored.a_id,
        "b": stored.b_id,
    }


def read_pair(
    archive: CheckedZip, described: Mapping[str, Any], notices: list[str]
) -> StoredPair | None:
    """Read the pair of a project; what is damaged is told by a notice.

    Returns:
        None where the second photo is lost, without which the models are of no use.
    """
    try:
        rgba = PngParts(archive).rgba(str(described["photo"]))
    except (DocumentError, ValueError, TypeError, LookupError):
        notices.append(
            translate("Errors", "The second picture of the pair is damaged; the pair was left out.")
        )
        return None
    models = _models(archive, described, notices)
    photo_b = np.ascontiguousarray(rgba[..., :3])
    a_id, b_id = _present_ids(described, models, photo_b, notices)
    state = _state(archive, notices)
    return StoredPair(photo_b, str(described.get("name", "")), models, a_id, b_id, state)


def _present_ids(
    described: Mapping[str, Any],
    models: Mapping[str, TrainedPyramid],
    photo_b: Pixels,
    notices: list[str],
) -> tuple[str | None, str | None]:
    """Return the ids of the present pair where both models are there and belong to B."""
    a, b = models.get(str(described.get("a"))), models.get(str(described.get("b")))
    if a is None or b is None:
        return None, None
    from singan_core.model.trained_pair import TrainedPair
    from singan_core.pixels.image import photo_sha256

    try:
        TrainedPair(a, b).check_belongs()
    except CheckpointError as error:
        notices.append(sentence_of_error(error))
        return None, None
    if photo_sha256(photo_b) != b.photo_sha256:
        notices.append(
            translate("Errors", "The second picture is not the one that the pair was trained on.")
        )
        return None, None
    return a.model_id, b.model_id


def _models(
    archive: CheckedZip, described: Mapping[str, Any], notices: list[str]
) -> dict[str, TrainedPyramid]:
    listed = described.get("models")
    models = {}
    for model_id in listed if isinstance(listed, list) else []:
        try:
            models[str(model_id)] = read_model(archive, str(model_id))
        except DamagedModelError as error:
            sentence = translate("Errors", "A model of the pair is lost: {reason}")
            reason = str(error)
            notices.append(sentence.format(reason=reason[:1].lower() + reason[1:]))
    return models


def _state(archive: CheckedZip, notices: list[str]) -> TrainState | None:
    try:
        return read_training(archive, TRAINING_ENTRY)
    except DamagedModelError as error:
        notices.append(str(error))
        return None
