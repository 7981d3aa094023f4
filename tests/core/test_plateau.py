"""Scales that end early, and averaged weights: from series to whole runs that are resumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.config import TrainConfig
from singan_core.errors import ConfigError
from singan_core.events import (
    CheckpointDue,
    PartDone,
    ScaleDone,
    ScaleShortened,
    TrainEvent,
    TrainingDone,
    TrainingStarted,
    UpdateDone,
)
from singan_core.model.checkpoint import state_from_bytes, state_to_bytes
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.training.plateau import WINDOW, Check, PlateauWatch, plateau
from singan_core.training.train import CHECKPOINT, train_pyramid
from singan_core.training.weight_average import WeightAverage
from tests.core.photos import landscape

CPU = torch.device("cpu")
PLAIN = TrainConfig(
    max_size_px=40,
    scale_count=2,
    base_channels=4,
    max_channels=4,
    iterations=20,
    critic_steps=1,
    generator_steps=1,
    freeze_norm_at=0.8,
    sample_reuse=2,
)
FLAT = PLAIN.changed(plateau_interval=1, plateau_tolerance=1.0)
"""Nothing ever falls by its whole: flat as soon as there are enough checks."""
CROPPED = FLAT.changed(crop_px=32, freeze_norm_at=1.0)
WINDOWED = CROPPED.changed(whole_size_px=32)
AVERAGED = PLAIN.changed(ema_decay=0.9, iterations=5)
CHECKS = 2 * WINDOW


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def checks(values: Sequence[float], falling: Sequence[float] | None = None) -> list[Check]:
    seconds = falling or values
    return [Check(10 * (n + 1), a, b) for n, (a, b) in enumerate(zip(values, seconds, strict=True))]


def events_of(config: TrainConfig, resume: TrainState | None = None) -> list[TrainEvent]:
    return list(train_pyramid(landscape(), config, CPU, resume))


def model_of(events: Sequence[TrainEvent]) -> TrainedPyramid:
    assert isinstance(events[-1], TrainingDone)
    return events[-1].model


def states_at(config: TrainConfig, every: Mapping[type, int]) -> list[TrainState]:
    """Return checkpoints of a run, written and read: at every so-manieth event of some kinds."""
    stream, states, seen = train_pyramid(landscape(), config, CPU), [], Counter[type]()
    for event in stream:
        kind = type(event)
        seen[kind] += 1
        if kind in every and seen[kind] % every[kind] == 0:
            reply = stream.send(CHECKPOINT)
            assert isinstance(reply, CheckpointDue)
            states.append(state_from_bytes(state_to_bytes(reply.state)))
    return states


def test_a_flat_series_is_a_plateau_and_a_falling_one_is_not() -> None:
    assert plateau(checks([0.1] * 20), 0.02) == 10 * CHECKS
    assert plateau(checks([0.1 * 0.97**n for n in range(40)]), 0.02) is None
    assert plateau(checks([0.1] * 20, [0.9**n for n in range(20)]), 0.02) is None
    assert plateau(checks([0.9**n for n in range(20)], [0.1] * 20), 0.02) is None
    assert plateau(checks([0.1] * (CHECKS - 1)), 0.02) is None


def test_a_series_that_levels_off_ends_after_it_did() -> None:
    series = [0.5 * 0.8**n if n < 12 else 0.5 * 0.8**12 for n in range(40)]
    found = plateau(checks(series), 0.02)
    assert found is not None
    assert 12 <= found // 10 <= 12 + CHECKS


@given(st.lists(st.floats(0.001, 1.0), max_size=40))
def test_what_comes_later_does_not_move_a_plateau(values: list[float]) -> None:
    series = checks(values)
    found = [plateau(series[:end], 0.05) for end in range(len(series) + 1)]
    known = [each for each in found if each is not None]
    assert found[len(found) - len(known) :] == known
    assert len(set(known)) <= 1


@settings(max_examples=30)
@given(st.integers(50, 3000), st.floats(0.0, 1.0), st.integers(1, 60))
def test_the_last_part_keeps_its_share_and_begins_at_once(
    planned: int, share: float, interval: int
) -> None:
    watch = PlateauWatch(planned, share, interval, 0.02)
    for iteration in range(planned):
        if watch.is_due(iteration):
            assert iteration % interval == 0 < iteration < share * planned
            watch.add(Check(iteration, 0.1, 0.1))
            if watch.iterations < planned:
                assert iteration <= share * watch.iterations < iteration + 1 + share
    assert watch.iterations <= planned
    again = PlateauWatch(planned, share, interval, 0.02)
    again.restore(watch.state())
    assert (again.iterations, again.is_due(interval)) == (watch.iterations, watch.is_due(interval))


@pytest.mark.parametrize("config", [FLAT, CROPPED, WINDOWED], ids=["whole", "crops", "windows"])
def test_a_run_ends_its_scales_early_and_its_totals_are_right(config: TrainConfig) -> None:
    events = events_of(config)
    assert model_of(events).is_complete
    started = events[0]
    assert isinstance(started, TrainingStarted)
    shortened = [event for event in events if isinstance(event, ScaleShortened)]
    assert [(e.scale, e.iteration, e.iterations) for e in shortened] == [(0, 8, 10), (1, 8, 10)]
    updates = [event for event in events if isinstance(event, UpdateDone)]
    assert len(updates) == 2 * 2 * 10 < started.updates_total == 2 * 2 * 20
    assert {e.iterations for e in updates if e.iteration < 8} == {20}
    assert {e.iterations for e in updates if e.iteration >= 8} == {10}
    costs = [update.cost_done for update in updates]
    assert costs == sorted(costs)
    assert costs[-1] == pytest.approx(started.cost_total)
    assert [event.scale for event in events if isinstance(event, ScaleDone)] == [0, 1]


@pytest.mark.parametrize("config", [FLAT, WINDOWED], ids=["whole", "windows"])
def test_a_resumed_run_ends_early_all_the_same(config: TrainConfig) -> None:
    whole = model_of(events_of(config)).model_id
    states = states_at(config, {UpdateDone: 15, PartDone: 39, ScaleShortened: 1})
    assert len(states) >= 5
    for state in states:
        assert model_of(events_of(config, state)).model_id == whole


def test_checks_that_find_nothing_change_nothing() -> None:
    watched = model_of(events_of(PLAIN.changed(plateau_interval=4)))
    plain = model_of(events_of(PLAIN))
    assert watched.model_id == plain.model_id


def test_the_average_follows_the_weights() -> None:
    network = torch.nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        network.weight.fill_(1.0)
        average = WeightAverage(network, 0.5)
        network.weight.fill_(3.0)
        average.follow()
        assert average.state()["weight"][0, 0] == pytest.approx(1.0 * 0.1 + 3.0 * 0.9)
        for _ in range(60):
            average.follow()
        network.weight.fill_(5.0)
        average.follow()
        average.put()
    assert network.weight[0, 0].item() == pytest.approx(0.5 * 3.0 + 0.5 * 5.0, abs=1e-3)


def test_averaged_weights_are_those_of_the_finished_scale() -> None:
    plain, averaged = (
        model_of(events_of(PLAIN.changed(iterations=5))),
        model_of(events_of(AVERAGED)),
    )
    assert averaged.model_id != plain.model_id
    assert averaged.scales[0].rmse == pytest.approx(plain.scales[0].rmse, rel=0.3)


@pytest.mark.parametrize("freeze_norm_at", [0.6, 1.0])
def test_a_resumed_run_averages_the_same(freeze_norm_at: float) -> None:
    config = AVERAGED.changed(freeze_norm_at=freeze_norm_at)
    whole = model_of(events_of(config)).model_id
    for state in states_at(config, {UpdateDone: 6, ScaleDone: 1}):
        assert model_of(events_of(config, state)).model_id == whole


@pytest.mark.parametrize(
    "changes", [{"plateau_interval": 0}, {"plateau_tolerance": -0.1}, {"ema_decay": 1.5}]
)
def test_values_out_of_range_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(changes))):
        PLAIN.changed(**changes)
