"""Training with a clip as picture A."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from singan_core.applications.structural_analogy.clip_frames import (
    MOST_FRAMES,
    MOST_PIXELS,
    FrameBatches,
    training_indices,
)
from singan_core.applications.structural_analogy.pair_training import train_pair
from singan_core.errors import CheckpointError, PhotoError
from singan_core.events import CheckpointDue, UpdateDone
from singan_core.model.checkpoint import state_from_bytes, state_to_bytes
from singan_core.model.trained import TrainState
from singan_core.training.batch import Batch, GeneratorInput
from singan_core.training.train import CHECKPOINT
from tests.core.pairs import CPU, TINY, A, B, pair_events, pair_of
from tests.core.photos import landscape

FRAMES = tuple(landscape(40, 48, seed=seed) for seed in (2, 3))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def ids(more_frames: tuple[np.ndarray, ...] = (), resume: TrainState | None = None) -> set[str]:
    pair = pair_of(pair_events(resume=resume, more_frames=more_frames)[-1])
    return {pair.a.model_id, pair.b.model_id}


def state_after(updates: int) -> TrainState:
    stream = train_pair(A, B, TINY, CPU, more_frames=FRAMES)
    done = 0
    for event in stream:
        done += isinstance(event, UpdateDone)
        if done == updates:
            break
    answer = stream.send(CHECKPOINT)
    stream.close()
    assert isinstance(answer, CheckpointDue)
    return state_from_bytes(state_to_bytes(answer.state))


def test_frames_are_learned_from_and_a_clip_of_one_is_a_photo() -> None:
    photo = ids()
    assert ids(()) == photo
    clip = ids(FRAMES)
    assert clip == ids(FRAMES)
    assert not clip & photo
    assert clip != ids(FRAMES[:1])


@pytest.mark.parametrize("updates", [3, 9])
def test_a_clip_is_trained_on_after_an_interruption(updates: int) -> None:
    state = state_after(updates)
    assert ids(FRAMES, state) == ids(FRAMES)
    for others in ((), FRAMES[:1], FRAMES[::-1]):
        with pytest.raises(CheckpointError, match="other frames"):
            ids(others, state)


def test_a_frame_of_another_size_is_named() -> None:
    with pytest.raises(PhotoError, match="Frame 3 is 40 x 40 px, but the first one is 48 x 40 px"):
        pair_events(more_frames=(FRAMES[0], FRAMES[1][:, :40]))


@pytest.mark.parametrize("crop", [(1, (12, 16)), (2, (6, 8))])
def test_every_frame_comes_and_each_draw_always_the_same(crop: tuple[int, tuple[int, int]]) -> None:
    count, size = crop

    class Inputs:
        def batch(self, iteration: int, draw: int) -> Batch:
            real = torch.zeros(count, 3, *size)
            return Batch(real, nothing, nothing, real, torch.zeros(count, 1, 1, 1))

    nothing = GeneratorInput(torch.zeros(0), torch.zeros(0))
    frames = [torch.full((1, 3, 12, 16), value) for value in (0.5, -0.5)]
    batches = FrameBatches(Inputs(), frames, seed=0, scale=1)  # type: ignore[arg-type]
    drawn = [batches.batch(iteration, draw).real for iteration in range(20) for draw in (0, 1)]
    assert {tuple(real.shape) for real in drawn} == {(count, 3, *size)}
    assert {float(real.mean()) for real in drawn} == {0.0, 0.5, -0.5}
    again = [batches.batch(iteration, draw).real for iteration in range(20) for draw in (0, 1)]
    assert all(torch.equal(a, b) for a, b in zip(drawn, again, strict=True))


@pytest.mark.parametrize("size", [(100, 100), (1080, 1920), (20_000, 20_000)])
@pytest.mark.parametrize("count", [1, 2, 33, 5000])
def test_the_frames_to_train_on_are_few_and_spread(count: int, size: tuple[int, int]) -> None:
    indices = training_indices(count, size)
    assert indices[0] == 0
    assert len(indices) <= MOST_FRAMES
    assert len(indices) == 1 or len(indices) * size[0] * size[1] <= MOST_PIXELS
    if size == (100, 100):
        assert indices[-1] >= 0.9 * (count - 1)
