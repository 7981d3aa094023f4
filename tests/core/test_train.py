"""Training as an event stream: order, determinism, resuming, cancelling, NaN."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from singan_core.config import TrainConfig
from singan_core.errors import (
    CheckpointError,
    OutOfMemoryError,
    PhotoError,
    TrainingDivergedError,
)
from singan_core.events import (
    CheckpointDue,
    PreviewReady,
    ScaleDone,
    ScaleRestarted,
    ScaleStarted,
    TrainEvent,
    TrainingDone,
    TrainingStarted,
    UpdateDone,
)
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.presets import PRESETS
from singan_core.training.scale_training import ScaleTraining
from singan_core.training.train import CHECKPOINT, train_pyramid
from tests.core.photos import landscape

CPU = torch.device("cpu")
TINY = TrainConfig(
    max_size_px=40,
    base_channels=4,
    max_channels=8,
    iterations=3,
    critic_steps=2,
    generator_steps=2,
    is_authors_scale_count=False,
    preview_interval=2,
)
CROPPED = TINY.changed(
    crop_px=32, crop_count=2, critic_steps=1, generator_steps=1, sample_reuse=2, freeze_norm_at=0.6
)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two busy threads on a loaded machine are slower than one, a hundredfold at this size."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def trained(config: TrainConfig, resume: TrainState | None = None) -> TrainedPyramid:
    events = list(train_pyramid(landscape(), config, CPU, resume))
    assert isinstance(events[-1], TrainingDone)
    return events[-1].model


def state_after(updates: int, config: TrainConfig) -> TrainState:
    stream = train_pyramid(landscape(), config, CPU)
    for event in stream:
        updates -= isinstance(event, UpdateDone)
        if updates == 0:
            break
    reply = stream.send(CHECKPOINT)
    assert isinstance(reply, CheckpointDue)
    stream.close()
    return reply.state


def test_events_come_in_order() -> None:
    events = list(train_pyramid(landscape(), TINY, CPU))
    started = events[0]
    assert isinstance(started, TrainingStarted)
    updates = [event for event in events if isinstance(event, UpdateDone)]
    assert len(updates) == started.updates_total
    assert updates[-1].cost_done == pytest.approx(started.cost_total)
    costs = [update.cost_done for update in updates]
    assert costs == sorted(costs)
    assert [u.network for u in updates[:4]] == ["critic", "critic", "generator", "generator"]
    done = [event for event in events if isinstance(event, ScaleDone)]
    assert [event.scale for event in done] == list(range(started.plan.scale_count))
    assert [event.model.is_usable for event in done] == [index >= 1 for index in range(len(done))]
    assert done[-1].model.is_complete


def test_previews_have_the_size_of_their_scale() -> None:
    events = list(train_pyramid(landscape(), TINY, CPU))
    plan = next(event.plan for event in events if isinstance(event, TrainingStarted))
    previews = [event for event in events if isinstance(event, PreviewReady)]
    assert {event.scale for event in previews} == set(range(plan.scale_count))
    assert all(p.image.shape == (*plan.sizes[p.scale], 3) for p in previews)
    assert all(p.image.dtype == np.uint8 for p in previews)


@pytest.mark.parametrize("config", [TINY, CROPPED], ids=["whole", "crops"])
def test_equal_seeds_give_equal_bits_and_other_seeds_do_not(config: TrainConfig) -> None:
    assert trained(config).model_id == trained(config).model_id
    assert trained(config).model_id != trained(config.changed(seed=1)).model_id


def test_processes_agree_with_two_threads() -> None:
    """The first calls of a process must not take another code path than later ones."""
    program = (
        "import torch; torch.set_num_threads(2)\n"
        "from tests.core.test_train import TINY, trained\n"
        "print(trained(TINY).model_id, trained(TINY).model_id)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert len({word for run in runs for word in run.stdout.split()}) == 1


@pytest.mark.parametrize("config", [TINY, CROPPED], ids=["whole", "crops"])
@pytest.mark.parametrize("updates", [1, 2, 3, 4, 5, 6, 7, 9])
def test_resumed_run_equals_an_uninterrupted_one(config: TrainConfig, updates: int) -> None:
    state = state_after(updates, config)
    assert trained(config, state).model_id == trained(config).model_id


def test_checkpoint_between_scales_and_before_the_first_update() -> None:
    whole = trained(TINY)
    stream = train_pyramid(landscape(), TINY, CPU)
    states: list[TrainState] = []
    for event in stream:
        if isinstance(event, (TrainingStarted, ScaleStarted, ScaleDone)):
            reply = stream.send(CHECKPOINT)
            assert isinstance(reply, CheckpointDue)
            states.append(reply.state)
    assert len(states) > 3
    assert {trained(TINY, state).model_id for state in states} == {whole.model_id}


def test_state_of_a_resumed_run_can_be_taken_at_once() -> None:
    state = state_after(5, TINY)
    stream = train_pyramid(landscape(), TINY, CPU, state)
    next(stream)
    reply = stream.send(CHECKPOINT)
    assert isinstance(reply, CheckpointDue)
    assert trained(TINY, reply.state).model_id == trained(TINY).model_id


def test_checkpoints_come_by_themselves() -> None:
    stream = train_pyramid(landscape(), TINY, CPU, checkpoint_interval_s=0.0)
    events = list(stream)
    updates = sum(isinstance(event, UpdateDone) for event in events)
    assert sum(isinstance(event, CheckpointDue) for event in events) == updates


def test_closing_the_stream_cancels() -> None:
    stream = train_pyramid(landscape(), TINY, CPU)
    next(stream)
    stream.close()
    assert list(stream) == []


def test_state_of_another_photo_is_refused() -> None:
    state = state_after(1, TINY)
    with pytest.raises(CheckpointError, match="another photo"):
        next(train_pyramid(landscape(seed=1), TINY, CPU, state))


def test_state_with_missing_tensors_is_refused() -> None:
    state = state_after(3, TINY)
    kept = {k: v for k, v in state.tensors.items() if k != "critic.last.weight"}
    stream = train_pyramid(landscape(), TINY, CPU, dataclasses.replace(state, tensors=kept))
    with pytest.raises(CheckpointError, match="does not fit"):
        list(stream)


def test_photo_of_one_colour_is_refused() -> None:
    with pytest.raises(PhotoError, match="one single colour"):
        next(train_pyramid(np.full((40, 40, 3), 9, np.uint8), TINY, CPU))


def poison(monkeypatch: pytest.MonkeyPatch, at_scale: int, times: int) -> None:
    """Put a NaN into the generator's weights after its first updates at a scale."""
    original = ScaleTraining.step
    left = [times]

    def step(self: ScaleTraining) -> str:
        name = original(self)
        if self.scale == at_scale and name == "generator" and left[0]:
            left[0] -= 1
            with torch.no_grad():
                self._generator.last.weight.fill_(float("nan"))
        return name

    monkeypatch.setattr(ScaleTraining, "step", step)


def test_nan_restarts_the_scale_with_half_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    poison(monkeypatch, at_scale=1, times=1)
    events = list(train_pyramid(landscape(), TINY, CPU))
    (restart,) = [event for event in events if isinstance(event, ScaleRestarted)]
    assert (restart.scale, restart.learning_rate) == (1, TINY.learning_rate / 2)
    assert isinstance(events[-1], TrainingDone)
    weights = [t for scale in events[-1].model.scales for t in scale.weights.values()]
    assert all(torch.isfinite(tensor).all() for tensor in weights)


def test_second_nan_is_reported_and_finished_scales_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    poison(monkeypatch, at_scale=1, times=100)
    events: list[TrainEvent] = []
    with pytest.raises(TrainingDivergedError, match="scale 1"):
        events.extend(train_pyramid(landscape(), TINY, CPU))
    (done,) = [event for event in events if isinstance(event, ScaleDone)]
    assert done.model.scale_count == 1


def test_restarted_rate_survives_a_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    poison(monkeypatch, at_scale=0, times=100)
    stream = train_pyramid(landscape(), TINY, CPU)
    for event in stream:
        if isinstance(event, ScaleRestarted):
            break
    reply = stream.send(CHECKPOINT)
    assert isinstance(reply, CheckpointDue)
    assert reply.state.learning_rate == TINY.learning_rate / 2
    with pytest.raises(TrainingDivergedError):
        list(train_pyramid(landscape(), TINY, CPU, reply.state))


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("too large"),
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    ],
    ids=["gpu", "python", "cpu"],
)
def test_out_of_memory_names_the_scale(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def step(self: ScaleTraining) -> str:
        raise error

    monkeypatch.setattr(ScaleTraining, "step", step)
    with pytest.raises(OutOfMemoryError, match="scale 0"):
        list(train_pyramid(landscape(), TINY, CPU))


def test_other_errors_are_not_called_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def step(self: ScaleTraining) -> str:
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr(ScaleTraining, "step", step)
    with pytest.raises(RuntimeError, match="shapes"):
        list(train_pyramid(landscape(), TINY, CPU))


def test_training_learns_the_photo() -> None:
    config = TINY.changed(iterations=60, base_channels=16, critic_steps=1, generator_steps=1)
    model = trained(config)
    photo = landscape().astype(np.float64) / 127.5 - 1.0
    assert model.scales[0].rmse < 0.6 * np.sqrt((photo**2).mean())


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_trains(name: str) -> None:
    config = PRESETS[name].changed(
        iterations=1, fine_iterations=None, max_size_px=40, base_channels=4, max_channels=4
    )
    assert trained(config).is_complete
