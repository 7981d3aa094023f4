"""A training continued from stored bytes ends exactly as one that was never interrupted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from singan_core.config import TrainConfig
from singan_core.events import CheckpointDue, TrainEvent, TrainingDone, UpdateDone
from singan_core.model.checkpoint import state_from_bytes, state_to_bytes
from singan_core.model.trained import TrainState
from singan_core.training.train import CHECKPOINT, train_pyramid

PHOTO = np.random.default_rng(0).integers(0, 256, (27, 30, 3), dtype=np.uint8)
CONFIG = TrainConfig(
    base_channels=4, max_channels=4, iterations=3, scale_count=2, max_size_px=30, seed=3
)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def events_from(resume: TrainState | None) -> list[TrainEvent]:
    return list(train_pyramid(PHOTO, CONFIG, torch.device("cpu"), resume))


def state_after(updates: int) -> TrainState:
    stream = train_pyramid(PHOTO, CONFIG, torch.device("cpu"))
    done = 0
    for event in stream:
        done += isinstance(event, UpdateDone)
        if done == updates:
            break
    answer = stream.send(CHECKPOINT)
    stream.close()
    assert isinstance(answer, CheckpointDue)
    return answer.state


@pytest.mark.parametrize("updates", [1, 7, 18, 23])
def test_resuming_from_bytes_changes_nothing(updates: int) -> None:
    whole = events_from(None)[-1]
    continued = events_from(state_from_bytes(state_to_bytes(state_after(updates))))[-1]
    assert isinstance(whole, TrainingDone)
    assert isinstance(continued, TrainingDone)
    assert continued.model.model_id == whole.model.model_id
