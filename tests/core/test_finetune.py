"""Models that were trained further on one edit: what they share, keep and refuse."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from singan_core.applications import EDIT, HARMONIZE
from singan_core.errors import CheckpointError, PhotoError, ScaleError
from singan_core.events import (
    CheckpointDue,
    PreviewReady,
    ScaleDone,
    TrainEvent,
    TrainingDone,
    TrainingStarted,
    UpdateDone,
)
from singan_core.model.checkpoint import (
    pyramid_from_bytes,
    pyramid_to_bytes,
    state_from_bytes,
    state_to_bytes,
)
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import ImageArray, photo_sha256
from singan_core.presets import draft
from singan_core.rendering.injection import Injection, prepared_edit, render
from singan_core.training.derived_training import (
    finetune_config,
    finetune_derivation,
    train_finetuned,
    train_quantized,
)
from singan_core.training.train import CHECKPOINT
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
PHOTO = landscape(40, 52)
PARENT = random_pyramid(scale_count=4, size=(40, 52), gain=0.3)
SHORT = PARENT.config.changed(
    kind="finetune",
    iterations=2,
    critic_steps=1,
    generator_steps=1,
    freeze_norm_at=0.5,
    preview_interval=1,
)
SCALE = 2


def edited(colour: tuple[int, int, int] = (250, 0, 250)) -> ImageArray:
    picture: ImageArray = PHOTO.copy()
    picture[12:24, 20:34] = colour
    return picture


def injection_of(composite: ImageArray, scale: int = SCALE) -> Injection:
    mask = np.zeros(composite.shape[:2], np.uint8)
    mask[12:24, 20:34] = 255
    return EDIT.injection(PARENT, PHOTO, composite, mask, scale=scale)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def events_of(
    resume: TrainState | None = None, composite: ImageArray | None = None, scale: int = SCALE
) -> list[TrainEvent]:
    injection = injection_of(edited() if composite is None else composite, scale)
    return list(train_finetuned(injection, CPU, resume, config=SHORT))


def model_of(
    resume: TrainState | None = None, composite: ImageArray | None = None
) -> TrainedPyramid:
    done = events_of(resume, composite)[-1]
    assert isinstance(done, TrainingDone)
    return done.model


def states() -> Iterator[TrainState]:
    """Yield the state at every event of a run."""
    stream = train_finetuned(injection_of(edited()), CPU, config=SHORT)
    event: TrainEvent | None = next(stream)
    while event is not None and not isinstance(event, TrainingDone):
        reply = stream.send(CHECKPOINT)
        assert isinstance(reply, CheckpointDue)
        yield reply.state
        event = next(stream, None)


@pytest.fixture(scope="module")
def model() -> TrainedPyramid:
    torch.set_num_threads(1)
    return model_of()


def test_scales_from_the_injection_on_are_new_and_the_others_shared(
    model: TrainedPyramid,
) -> None:
    assert model.kind == model.config.kind == "finetune"
    is_shared = [a.sha256 == b.sha256 for a, b in zip(model.scales, PARENT.scales, strict=True)]
    assert is_shared == [True, True, False, False]
    assert model.derivation == finetune_derivation(injection_of(edited()))
    assert model.derivation is not None
    assert model.derivation.parent_id == PARENT.model_id
    assert model.derivation.composite_sha256 == photo_sha256(edited())


def test_every_model_on_the_way_is_whole() -> None:
    events = events_of()
    started = events[0]
    assert isinstance(started, TrainingStarted)
    updates = [event for event in events if isinstance(event, UpdateDone)]
    assert len(updates) == started.updates_total == 8
    assert updates[-1].cost_done == pytest.approx(started.cost_total)
    done = [event for event in events if isinstance(event, ScaleDone)]
    assert [event.scale for event in done] == [2, 3]
    assert all(event.model.is_complete for event in done)
    assert done[0].model.scales[3].sha256 == PARENT.scales[3].sha256
    assert {e.scale for e in events if isinstance(e, PreviewReady)} == {2, 3}


def test_the_edit_is_what_it_learns_from(model: TrainedPyramid) -> None:
    other = model_of(composite=edited((0, 250, 0)))
    assert [a.sha256 == b.sha256 for a, b in zip(model.scales, other.scales, strict=True)] == [
        True,
        True,
        False,
        False,
    ]
    assert model.model_id == model_of().model_id


def test_prepared_colours_are_what_it_is_tuned_on() -> None:
    """What enters the pyramid counts, with its colours matched."""
    mask = np.full((40, 52), 255, np.uint8)
    plain = HARMONIZE.injection(PARENT, PHOTO, edited(), mask, scale=SCALE, colour_match=0.0)
    moved = dataclasses.replace(plain, colour_match=0.5)
    assert finetune_derivation(plain) != finetune_derivation(moved)
    assert finetune_derivation(moved).composite_sha256 == photo_sha256(prepared_edit(moved))


def test_tuned_model_renders_the_edit_at_its_scale(model: TrainedPyramid) -> None:
    injection = injection_of(edited())
    tuned = dataclasses.replace(injection, model=model)
    assert not np.array_equal(render(tuned, CPU).image, render(injection, CPU).image)
    assert EDIT.injection(model, PHOTO, edited()).scale == SCALE
    with pytest.raises(ScaleError, match="injection scale 2 alone"):
        EDIT.injection(model, PHOTO, edited(), scale=1)


def test_resumed_run_equals_an_uninterrupted_one(model: TrainedPyramid) -> None:
    for state in list(states())[::2]:
        again = state_from_bytes(state_to_bytes(state))
        assert model_of(again).model_id == model.model_id


def test_model_comes_back_from_a_checkpoint(model: TrainedPyramid) -> None:
    again = pyramid_from_bytes(pyramid_to_bytes(model))
    assert (again.model_id, again.derivation) == (model.model_id, model.derivation)


def test_state_of_another_edit_or_training_is_refused() -> None:
    state = next(states())
    with pytest.raises(CheckpointError, match="another edit"):
        events_of(state, edited((0, 250, 0)))
    with pytest.raises(CheckpointError, match="another model or scale"):
        events_of(state, scale=1)
    with pytest.raises(CheckpointError, match="another model or scale"):
        next(train_quantized(PARENT, PHOTO, SCALE, CPU, state))


def test_edit_of_another_size_is_refused() -> None:
    with pytest.raises(PhotoError, match="60 x 40 px but the photo is 52 x 40 px"):
        next(train_finetuned(injection_of(landscape(40, 60)), CPU))


def test_unfinished_model_is_refused() -> None:
    unfinished = dataclasses.replace(PARENT, scales=PARENT.scales[:3])
    injection = dataclasses.replace(injection_of(edited()), model=unfinished)
    with pytest.raises(ScaleError, match="3 of 4 scales"):
        next(train_finetuned(injection, CPU))


def test_closing_the_stream_cancels() -> None:
    stream = train_finetuned(injection_of(edited()), CPU, config=SHORT)
    for _ in range(4):
        next(stream)
    stream.close()
    assert list(stream) == []


def test_own_constants_are_a_short_training_of_the_parents() -> None:
    config = finetune_config(draft())
    assert config.kind == "finetune"
    assert config.iterations_at(0, 8) == config.iterations_at(7, 8) < draft().iterations
    rounds = {"iterations": draft().iterations, "fine_iterations": draft().fine_iterations}
    assert config.changed(kind="single", **rounds) == draft()
