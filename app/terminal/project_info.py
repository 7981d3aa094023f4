"""The command ``info``."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from app.document.files.project.project_contents import ProjectContents
from app.document.files.project.project_file import load_project
from app.document.files.project.project_pair import StoredPair
from app.terminal.console import Console
from singan_core.device import describe_device, pick_device
from singan_core.model.trained import TrainedPyramid, TrainState

_NOT_ACTIVE = {"sr": "super-resolution", "animation": "animation"}


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Describe a project.

    Returns:
        Lines for people, and values for programs.

    Raises:
        DocumentError, EngineError: the project is missing or damaged; one sentence.
    """
    contents = load_project(Path(arguments.project))
    device = pick_device(arguments.device)
    values = {
        "project": arguments.project,
        "photo": {
            "name": contents.settings.get("photo_name"),
            "size": list(contents.photo.shape[:2]),
        },
        "layers": [layer.name for layer in contents.document.layers],
        "models": [
            _model_values(model, is_active=model_id == contents.active_model_id)
            for model_id, model in contents.models.items()
        ],
        "training": _state_values(contents.train_state),
        "pair": None if contents.pair is None else _pair_values(contents.pair),
        "results": [result.recipe for result in contents.results],
        "notices": list(contents.notices),
        "device": str(device),
    }
    return [*_lines(contents), f"Device here: {describe_device(device)}."], values


def _model_values(model: TrainedPyramid, is_active: bool) -> dict[str, Any]:
    return {
        "model_id": model.model_id,
        "kind": model.kind,
        "is_active": is_active,
        "is_complete": model.is_complete,
        "config": model.config.to_dict(),
        "scales": [
            {
                "size": list(scale.size),
                "channels": scale.channels,
                "noise_amplitude": scale.noise_amplitude,
                "rmse": scale.rmse,
            }
            for scale in model.scales
        ],
        "scales_planned": model.plan.scale_count,
    }


def _pair_values(stored: StoredPair) -> dict[str, Any]:
    pair = stored.pair
    return {
        "name": stored.name,
        "size": list(stored.photo_b.shape[:2]),
        "model_id": None if pair is None else pair.model_id,
        "switch_scale": None if pair is None else pair.switch_scale,
        "models": [
            _model_values(model, is_active=model_id in (stored.a_id, stored.b_id))
            for model_id, model in stored.models.items()
        ],
        "training": _state_values(stored.state),
    }


def _state_values(state: TrainState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {"scale": state.scale, "iteration": state.iteration, "preset": state.model.config.preset}


def _lines(contents: ProjectContents) -> list[str]:
    height, width = contents.photo.shape[:2]
    name = contents.settings.get("photo_name", "photo")
    lines = [f"Photo: {name}, {width} x {height} px; {_counted_layers(contents)}."]
    for model_id, model in contents.models.items():
        lines += _model_lines(model, is_active=model_id == contents.active_model_id)
    if not contents.models:
        lines.append("Model: none yet.")
    if (state := contents.train_state) is not None:
        lines.append(
            f"Training can go on at scale {state.scale} (of 0 to "
            f"{state.model.plan.scale_count - 1}), round {state.iteration}."
        )
    if contents.pair is not None:
        lines.append(_pair_line(contents.pair))
    lines.append(f"Results kept: {len(contents.results)}.")
    return [*lines, *contents.notices]


def _pair_line(stored: StoredPair) -> str:
    height, width = stored.photo_b.shape[:2]
    line, pair = f"Pair with {stored.name}, {width} x {height} px", stored.pair
    if pair is None:
        return f"{line}: not trained yet."
    config, planned = pair.config, pair.a.plan.scale_count
    return (
        f"{line}: preset {config.preset}, seed {config.seed}, switch scale {pair.switch_scale}, "
        f"{pair.scale_count} of {planned} scales trained."
    )


def _counted_layers(contents: ProjectContents) -> str:
    count = len(contents.document.layers)
    return "1 layer" if count == 1 else f"{count} layers"


def _model_lines(model: TrainedPyramid, is_active: bool) -> list[str]:
    kept = "" if is_active else f" ({_NOT_ACTIVE.get(model.kind, 'kept for older results')})"
    lines = [
        f"Model {model.model_id[:12]}{kept}: preset {model.config.preset}, seed "
        f"{model.config.seed}, {model.scale_count} of {model.plan.scale_count} scales trained."
    ]
    for index, scale in enumerate(model.scales):
        height, width = scale.size
        lines.append(
            f"  scale {index}: {width} x {height} px, {scale.channels} channels, "
            f"noise {scale.noise_amplitude:.4f}, reconstruction error {scale.rmse:.4f}"
        )
    return lines
