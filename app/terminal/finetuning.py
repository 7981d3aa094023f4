"""The option ``--finetune`` of ``edit`` and ``harmonize``: a model tuned on the one edit."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs.rendering import edit_injection
from app.jobs.requests import RenderRequest
from app.storage.model_cache import ModelCache
from app.terminal.console import Console
from app.terminal.inputs import TrainedProject
from app.terminal.kind_models import ModelNeed, PhotoSource, checkpoint_beside, needed_model
from singan_core.device import pick_device
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.training.derived_training import (
    finetune_config,
    finetune_derivation,
    train_finetuned,
)

if TYPE_CHECKING:
    from app.jobs.results import JobStream


def finetuned_model(
    arguments: Namespace, project: TrainedProject, request: RenderRequest, console: Console
) -> TrainedPyramid:
    """Return the project's model for an edit; trained where it is missing.

    Raises:
        DocumentError, EngineError: one sentence.
        InterruptedRunError: stopped by a signal; the same command goes on with the training.
    """
    path, injection = Path(arguments.project), edit_injection(request)
    derivation = finetune_derivation(injection)

    def is_fitting(model: TrainedPyramid) -> bool:
        return model.kind == "finetune" and model.derivation == derivation

    def training(state: TrainState | None) -> JobStream:
        return train_finetuned(injection, pick_device(arguments.device), state)

    need = ModelNeed(
        purpose="this edit",
        config=finetune_config(project.model.config),
        is_fitting=is_fitting,
        checkpoint_path=checkpoint_beside(path.with_suffix(".finetune")),
        device=arguments.device,
        cache=ModelCache(is_enabled=False),
        training=training,
        first_scale=injection.scale,
    )
    source = PhotoSource(path, project.photo, project.models, is_project=True)
    model, _ = needed_model(source, need, console)
    return model
