"""Trained pyramids and training states as bytes, and back, bit for bit.

Every value is one safetensors file (``tensor_file``); where it lies is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import torch

from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError, ConfigError
from singan_core.model.derivation import Derivation
from singan_core.model.networks import TRANSLATION, Generator, noise_size
from singan_core.model.pyramid import PyramidPlan
from singan_core.model.tensor_file import tensors_from_bytes, tensors_to_bytes
from singan_core.model.trained import TrainedPyramid, TrainedScale, TrainState

_PARTNER = "partner/"
_SCALE, _NOISE, _PYRAMID, _STATE = "scale", "rec_noise", "pyramid", "train_state"


def scale_to_bytes(scale: TrainedScale) -> bytes:
    """Return one finished scale as a safetensors file."""
    return tensors_to_bytes(_SCALE, scale.weights, _scale_values(scale))


def scale_from_bytes(data: bytes) -> TrainedScale:
    """Return the scale of ``scale_to_bytes``.

    Raises:
        CheckpointError: missing, altered, pickled or misshapen weights.
    """
    weights, values = tensors_from_bytes(_SCALE, data)
    return _scale(values, weights)


def noise_to_bytes(rec_noise: torch.Tensor) -> bytes:
    """Return z*, (1, C, *noise_size), the fixed noise of equation 5, as a safetensors file."""
    return tensors_to_bytes(_NOISE, {"rec_noise": rec_noise}, {})


def noise_from_bytes(data: bytes) -> torch.Tensor:
    """Return z* of ``noise_to_bytes``.

    Raises:
        CheckpointError: missing, altered or pickled.
    """
    return _rec_noise(tensors_from_bytes(_NOISE, data)[0])


def pyramid_values(model: TrainedPyramid) -> dict[str, Any]:
    """Return everything of a model but its tensors, as plain JSON values."""
    return {
        "kind": model.kind,
        "config": model.config.to_dict(),
        "plan": model.plan.to_dict(),
        "photo_sha256": model.photo_sha256,
        "derivation": None if model.derivation is None else model.derivation.to_dict(),
    }


def pyramid_from_parts(
    values: Mapping[str, Any], scales: Iterable[TrainedScale], rec_noise: torch.Tensor
) -> TrainedPyramid:
    """Return the model of ``pyramid_values``, its scales (coarsest first) and its z*.

    Raises:
        CheckpointError: parts are missing or contradict each other.
    """
    try:
        config = TrainConfig.from_dict(values["config"])
        plan = PyramidPlan.from_dict(values["plan"])
        kind, photo_sha256 = values["kind"], str(values["photo_sha256"])
        derived = values.get("derivation")
        derivation = None if derived is None else Derivation.from_dict(derived)
    except (KeyError, TypeError, AttributeError, ValueError, ConfigError) as error:
        raise CheckpointError("The description of the model is damaged.") from error
    if kind != config.kind:
        raise CheckpointError("The parts of the model do not belong together.")
    model = TrainedPyramid(
        config.kind, config, plan, tuple(scales), rec_noise, photo_sha256, derivation
    )
    _check_fits_plan(model)
    return model


def pyramid_to_bytes(model: TrainedPyramid) -> bytes:
    """Return a whole model, finished or not, as one safetensors file."""
    return tensors_to_bytes(_PYRAMID, _pyramid_tensors(model), _whole_values(model))


def pyramid_from_bytes(data: bytes) -> TrainedPyramid:
    """Return the model of ``pyramid_to_bytes``.

    Raises:
        CheckpointError: missing, altered or pickled weights.
    """
    tensors, values = tensors_from_bytes(_PYRAMID, data)
    return _whole_model(values, tensors)


def state_to_bytes(state: TrainState) -> bytes:
    """Return a training state, with the model so far, as one safetensors file."""
    tensors, values = _state_parts(state)
    if state.partner is not None:
        partner_tensors, values["partner"] = _state_parts(state.partner)
        tensors.update({_PARTNER + name: tensor for name, tensor in partner_tensors.items()})
    return tensors_to_bytes(_STATE, tensors, values)


def _state_parts(state: TrainState) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    tensors = _pyramid_tensors(state.model)
    tensors.update({f"training/{name}": tensor for name, tensor in state.tensors.items()})
    return tensors, {
        "model": _whole_values(state.model),
        "photo_shape": list(state.photo_shape),
        "scale": state.scale,
        "iteration": state.iteration,
        "update": state.update,
        "learning_rate": state.learning_rate,
    }


def state_from_bytes(data: bytes) -> TrainState:
    """Return the state of ``state_to_bytes``.

    Raises:
        CheckpointError: missing, altered or pickled.
    """
    tensors, values = tensors_from_bytes(_STATE, data)
    try:
        state = _state(values, tensors)
        if values.get("partner") is None:
            return state
        return replace(state, partner=_state(values["partner"], _below(tensors, _PARTNER)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError("The description of the training state is damaged.") from error


def _state(values: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> TrainState:
    height, width = values["photo_shape"]
    return TrainState(
        model=_whole_model(values["model"], tensors),
        photo_shape=(int(height), int(width)),
        scale=int(values["scale"]),
        iteration=int(values["iteration"]),
        update=int(values["update"]),
        learning_rate=float(values["learning_rate"]),
        tensors=_below(tensors, "training/"),
    )


def _pyramid_tensors(model: TrainedPyramid) -> dict[str, torch.Tensor]:
    tensors = {"rec_noise": model.rec_noise}
    for index, scale in enumerate(model.scales):
        tensors.update({f"scales/{index}/{name}": weight for name, weight in scale.weights.items()})
    return tensors


def _whole_values(model: TrainedPyramid) -> dict[str, Any]:
    return pyramid_values(model) | {"scales": [_scale_values(scale) for scale in model.scales]}


def _whole_model(values: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> TrainedPyramid:
    described = values.get("scales")
    if not isinstance(described, list):
        raise CheckpointError("The description of the model is damaged.")
    scales = [
        _scale(each, _below(tensors, f"scales/{index}/")) for index, each in enumerate(described)
    ]
    return pyramid_from_parts(values, scales, _rec_noise(tensors))


def _scale_values(scale: TrainedScale) -> dict[str, Any]:
    return {
        "size": list(scale.size),
        "channels": scale.channels,
        "noise_amplitude": scale.noise_amplitude,
        "rmse": scale.rmse,
    }


def _scale(values: Mapping[str, Any], weights: Mapping[str, torch.Tensor]) -> TrainedScale:
    try:
        height, width = values["size"]
        scale = TrainedScale(
            size=(int(height), int(width)),
            channels=int(values["channels"]),
            noise_amplitude=float(values["noise_amplitude"]),
            rmse=float(values["rmse"]),
            weights=weights,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CheckpointError("The description of a scale is damaged.") from error
    is_fitting = 1 <= scale.channels <= 4096
    if is_fitting:
        expected = _generator_shapes(scale.channels)
        translating = _shapes(_below(weights, TRANSLATION))
        is_fitting = _shapes(weights) == expected and translating.items() <= expected.items()
    if not is_fitting:
        raise CheckpointError("The stored weights do not have the shapes of a generator.")
    return scale


def _generator_shapes(channels: int) -> dict[str, torch.Size]:
    with torch.device("meta"):
        return _shapes(Generator(channels).state_dict())


def _shapes(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {
        name: weight.shape
        for name, weight in weights.items()
        if not name.endswith("num_batches_tracked") and not name.startswith(TRANSLATION)
    }


def _rec_noise(tensors: Mapping[str, torch.Tensor]) -> torch.Tensor:
    if "rec_noise" not in tensors:
        raise CheckpointError("The fixed noise of the model is missing.")
    return tensors["rec_noise"]


def _check_fits_plan(model: TrainedPyramid) -> None:
    plan = model.plan
    trained = [(scale.size, scale.channels) for scale in model.scales]
    planned = list(zip(plan.sizes, plan.channels, strict=True))
    rec_size = noise_size(plan.sizes[0], model.config.is_noise_padded)
    rec_shape = (1, model.config.noise_channels(0), *rec_size)
    if trained != planned[: len(trained)] or model.rec_noise.shape != rec_shape:
        raise CheckpointError("The parts of the model do not belong together.")


def _below(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
