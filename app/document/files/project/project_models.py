"""Trained pyramids inside a project file: one safetensors entry per scale.

Models of one project often share scales (a draft and the finished model, a fine-tuned one and
its parent): a scale is stored once, and every model refers to the entry it lies in.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.document.errors import DocumentError
from app.document.files.checked_zip import MAX_TEXT_BYTES, CheckedZip, write_entry
from app.document.wording import sentence_of_error, translate
from singan_core.errors import CheckpointError, EngineError

if TYPE_CHECKING:
    from singan_core.model.trained import TrainedPyramid, TrainedScale, TrainState

MODELS_FOLDER = "singan/models"
TRAINING_ENTRY = "singan/training.safetensors"
_MODEL_ID = re.compile("[0-9a-f]{64}")


class DamagedModelError(DocumentError):
    """A stored model or training is missing a part, or a part was altered.

    Attributes:
        intact: the scales below the damaged one, when there are any.
    """

    intact: TrainedPyramid | None = None


def write_models(archive: zipfile.ZipFile, models: Mapping[str, TrainedPyramid]) -> None:
    """Add models to a project, each scale once."""
    written: dict[str, str] = {}
    for model in models.values():
        _write_model(archive, model, written)


def write_training(
    archive: zipfile.ZipFile, state: TrainState, entry: str = TRAINING_ENTRY
) -> None:
    """Add the state from which an unfinished training goes on."""
    from singan_core.model.checkpoint import state_to_bytes

    write_entry(archive, entry, state_to_bytes(state))


def read_model(archive: CheckedZip, model_id: str) -> TrainedPyramid:
    """Read one model and check every tensor against its hash.

    Raises:
        DamagedModelError: a part is missing or was altered; names the scale.
    """
    entry = f"{MODELS_FOLDER}/{model_id}/model.json"
    if not _MODEL_ID.fullmatch(model_id) or entry not in archive.entries:
        raise DamagedModelError(translate("Errors", "A trained model is missing from the project."))
    try:
        model, damage = _read_parts(archive, json.loads(archive.read(entry, MAX_TEXT_BYTES)))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise DamagedModelError(
            translate("Errors", "The description of the model is damaged.")
        ) from error
    except (EngineError, DocumentError) as error:
        raise DamagedModelError(sentence_of_error(error)) from error
    if damage is not None:
        damage.intact = model if model.scale_count else None
        raise damage
    if model.model_id != model_id:
        raise DamagedModelError(
            translate("Errors", "The model is not the one it is named after: it was altered.")
        )
    return model


def state_after(model: TrainedPyramid, photo_shape: tuple[int, int]) -> TrainState:
    """Return the state in which training goes on after the scales of a model.

    Args:
        model: fewer scales than planned.
        photo_shape: (H, W) of the photo it was trained on.
    """
    from singan_core.model.trained import TrainState

    rate = model.config.learning_rate
    return TrainState(model, photo_shape, model.scale_count, 0, 0, rate, {})


def read_training(archive: CheckedZip, entry: str = TRAINING_ENTRY) -> TrainState | None:
    """Read the state of an unfinished training, if there is one.

    Raises:
        DamagedModelError: it is damaged.
    """
    if entry not in archive.entries:
        return None
    from singan_core.model.checkpoint import state_from_bytes

    try:
        return state_from_bytes(archive.read(entry))
    except (DocumentError, CheckpointError) as error:
        sentence = translate("Errors", "The unfinished training cannot be continued: {reason}")
        raise DamagedModelError(sentence.format(reason=_inner(error))) from error


def _write_model(archive: zipfile.ZipFile, model: TrainedPyramid, written: dict[str, str]) -> None:
    from singan_core.model.checkpoint import noise_to_bytes, pyramid_values, scale_to_bytes

    folder = f"{MODELS_FOLDER}/{model.model_id}"
    parts = []
    for number, scale in enumerate(model.scales):
        if scale.sha256 not in written:
            written[scale.sha256] = f"{folder}/scale_{number:02d}.safetensors"
            write_entry(archive, written[scale.sha256], scale_to_bytes(scale))
        parts.append({"entry": written[scale.sha256], "sha256": scale.sha256})
    noise_entry = f"{folder}/rec_noise.safetensors"
    write_entry(archive, noise_entry, noise_to_bytes(model.rec_noise))
    parent = None if model.derivation is None else model.derivation.parent_id
    values = pyramid_values(model) | {"parent": parent, "scales": parts, "rec_noise": noise_entry}
    text = json.dumps(values, indent=1).encode()
    write_entry(archive, f"{folder}/model.json", text, is_packed=True)


def _read_parts(
    archive: CheckedZip, values: Mapping[str, Any]
) -> tuple[TrainedPyramid, DamagedModelError | None]:
    """Return the scales below the first damaged one, and what is wrong with that."""
    from singan_core.model.checkpoint import pyramid_from_parts

    scales: list[TrainedScale] = []
    damage = None
    for number, part in enumerate(values["scales"]):
        try:
            scales.append(_read_scale(archive, number, part))
        except DamagedModelError as error:
            damage = error
            break
    return pyramid_from_parts(values, scales, _read_noise(archive, values["rec_noise"])), damage


def _read_scale(archive: CheckedZip, number: int, part: Mapping[str, Any]) -> TrainedScale:
    from singan_core.model.checkpoint import scale_from_bytes

    entry, sha256 = str(part["entry"]), part["sha256"]
    if entry not in archive.entries:
        raise DamagedModelError(
            translate("Errors", "Scale {number} of the model is missing.").format(number=number)
        )
    try:
        scale = scale_from_bytes(archive.read(entry))
    except (DocumentError, CheckpointError) as error:
        sentence = translate("Errors", "Scale {number} of the model is lost: {reason}")
        reason = _inner(error)
        raise DamagedModelError(sentence.format(number=number, reason=reason)) from error
    if scale.sha256 != sha256:
        raise DamagedModelError(
            translate("Errors", "Scale {number} of the model was altered.").format(number=number)
        )
    return scale


def _read_noise(archive: CheckedZip, entry: object) -> Any:
    from singan_core.model.checkpoint import noise_from_bytes

    try:
        return noise_from_bytes(archive.read(str(entry)))
    except (DocumentError, CheckpointError) as error:
        sentence = translate("Errors", "The fixed noise of the model is lost: {reason}")
        raise DamagedModelError(sentence.format(reason=_inner(error))) from error


def _inner(error: Exception) -> str:
    """The message of an error as the second half of a sentence."""
    message = sentence_of_error(error)
    return message[:1].lower() + message[1:]
