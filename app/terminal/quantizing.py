"""The option ``--quantize`` of the command ``paint``: a model of its own, for paint colours."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from app.storage.model_cache import ModelCache
from app.terminal.console import Console
from app.terminal.inputs import TrainedProject
from app.terminal.kind_models import ModelNeed, PhotoSource, checkpoint_beside, needed_model
from singan_core.device import pick_device
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.palette import DEFAULT_COLOURS
from singan_core.training.derived_training import train_quantized

if TYPE_CHECKING:
    from app.jobs.results import JobStream


def quantized_model(
    arguments: Namespace, project: TrainedProject, scale: int, console: Console
) -> TrainedPyramid:
    """Return the project's model for paints at an injection scale; trained where it is missing.

    Raises:
        DocumentError, EngineError: one sentence.
        InterruptedRunError: stopped by a signal; the same command goes on with the training.
    """
    parent, path = project.model, Path(arguments.project)
    colour_count = arguments.colours or DEFAULT_COLOURS

    def is_fitting(model: TrainedPyramid) -> bool:
        derivation = model.derivation
        return (
            model.kind == "quantized"
            and derivation is not None
            and (derivation.parent_id, derivation.scale) == (parent.model_id, scale)
            and len(derivation.palette) == colour_count
        )

    def training(state: TrainState | None) -> JobStream:
        device = pick_device(arguments.device)
        return train_quantized(
            parent, project.photo, scale, device, state, colour_count=colour_count
        )

    need = ModelNeed(
        purpose="matching paint colours",
        config=parent.config.changed(kind="quantized"),
        is_fitting=is_fitting,
        checkpoint_path=checkpoint_beside(path.with_suffix(".quantized")),
        device=arguments.device,
        cache=ModelCache(is_enabled=False),
        training=training,
        scale=scale,
    )
    source = PhotoSource(path, project.photo, project.models, is_project=True)
    model, _ = needed_model(source, need, console)
    return model
