"""Training of two photos together: symmetry, repeatability, resuming, odd pictures."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from singan_core.applications.structural_analogy import coupled_scale
from singan_core.applications.structural_analogy.coupled_scale import PairedScale
from singan_core.applications.structural_analogy.pair_training import train_pair
from singan_core.applications.structural_analogy.presets import (
    begun_config,
    pair_plans,
    pair_preset,
)
from singan_core.applications.structural_analogy.translation import Translation
from singan_core.applications.structural_analogy.translation_steps import translated
from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError, ConfigError, OutOfMemoryError, PhotoError
from singan_core.events import (
    CheckpointDue,
    CropsReduced,
    PreviewReady,
    ScaleDone,
    ScaleRestarted,
    ScaleStarted,
    TrainingStarted,
    UpdateDone,
)
from singan_core.model.checkpoint import state_from_bytes, state_to_bytes
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.model.trained_pair import TrainedPair
from singan_core.pixels.image import to_tensor
from singan_core.presets import PRESETS
from singan_core.rendering.sample import enlarged
from singan_core.training.train import CHECKPOINT, train_pyramid
from tests.core.pairs import CPU, TINY, A, B, pair_events, pair_of, stripes, trained_pair
from tests.core.photos import landscape
from tests.core.test_iteration_paths import RepeatedWork


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def state_after(updates: int, config: TrainConfig = TINY) -> TrainState:
    stream = train_pair(A, B, config, CPU)
    done = 0
    for event in stream:
        done += isinstance(event, UpdateDone)
        if done == updates:
            break
    answer = stream.send(CHECKPOINT)
    stream.close()
    assert isinstance(answer, CheckpointDue)
    return answer.state


def ids(pair: TrainedPair) -> tuple[str, str]:
    return pair.a.model_id, pair.b.model_id


def test_the_events_are_those_of_one_photo_with_both_models() -> None:
    events = pair_events()
    started, done = events[0], events[-1]
    assert isinstance(started, TrainingStarted)
    assert sum(isinstance(event, UpdateDone) for event in events) == started.updates_total
    scales = [event for event in events if isinstance(event, ScaleDone)]
    assert [event.scale for event in scales] == [0, 1, 2]
    for event in scales:
        assert event.partner is not None
        assert event.model.scale_count == event.partner.scale_count == event.scale + 1
    pair = pair_of(done)
    pair.check_belongs()
    assert pair.is_complete
    assert pair.switch_scale == 2
    sizes = [event.size for event in events if isinstance(event, ScaleStarted)]
    assert sizes == list(pair.a.plan.sizes)
    previews = [event for event in events if isinstance(event, PreviewReady)]
    assert previews[-1].image.shape[:2] == pair.a.plan.sizes[-1]


def test_sizes_keep_their_aspects_and_the_scales_are_common() -> None:
    plan_a, plan_b = pair_plans((60, 150), (200, 100), pair_preset("draft"))
    assert plan_a.scale_count == plan_b.scale_count
    assert (plan_a.sizes[-1], plan_b.sizes[-1]) == ((51, 128), (128, 64))
    assert (min(plan_a.sizes[0]), min(plan_b.sizes[0])) == (18, 18)


def test_training_twice_gives_the_same_and_swapped_the_mirrored_models() -> None:
    first = ids(trained_pair())
    assert ids(trained_pair()) == first
    assert ids(trained_pair((B, A))) == first[::-1]


@pytest.mark.parametrize("changes", [{"crop_px": 32, "crop_count": 2}, {"freeze_norm_at": 1.0}])
def test_swapping_mirrors_in_every_way_of_training(changes: dict[str, float]) -> None:
    config = TINY.changed(**changes)
    assert ids(trained_pair((B, A), config)) == ids(trained_pair(config=config))[::-1]


def test_another_seed_gives_other_models() -> None:
    assert ids(trained_pair(config=TINY.changed(seed=1))) != ids(trained_pair())


def test_two_equal_photos_reconstruct_and_translate_into_themselves() -> None:
    config = TINY.changed(
        iterations=50, base_channels=16, max_channels=16, learning_rate=2e-3, sample_reuse=4
    )
    pair = trained_pair((A, A), config)
    size = pair.a.plan.sizes[-1]
    photo = enlarged(to_tensor(A), size)
    for model, direction in ((pair.a, "a2b"), (pair.b, "b2a")):
        assert model.scales[-1].rmse < 0.2
        same = translated(Translation(pair, direction, A, scale=2), CPU)
        assert float((to_tensor(same) - photo).abs().mean()) < 0.2


@pytest.mark.parametrize("updates", [1, 6, 9, 17])
def test_resuming_from_bytes_changes_nothing(updates: int) -> None:
    state = state_from_bytes(state_to_bytes(state_after(updates)))
    assert state.partner is not None
    assert state.partner.scale == state.scale
    assert ids(pair_of(pair_events(resume=state)[-1])) == ids(trained_pair())


@pytest.mark.parametrize("updates", [7, 15])
def test_resuming_crops_after_freezing_changes_nothing(updates: int) -> None:
    config = TINY.changed(crop_px=32, crop_count=2, freeze_norm_at=0.4)
    resumed = pair_events(config=config, resume=state_after(updates, config))[-1]
    assert ids(pair_of(resumed)) == ids(trained_pair(config=config))


def finished_scale(scale: int, cycle_weight: float) -> tuple[str, str]:
    """Go on above a scale with another cycle weight and return the hashes of the next one."""
    state = next(
        event.state
        for event in _checkpoints()
        if (event.state.scale == scale and not event.state.is_mid_scale)
        or event.state.scale > scale
    )
    assert state.partner is not None

    def changed(one: TrainState) -> TrainState:
        config = one.model.config.changed(cycle_weight=cycle_weight)
        return dataclasses.replace(one, model=dataclasses.replace(one.model, config=config))

    resume = dataclasses.replace(changed(state), partner=changed(state.partner))
    for event in train_pair(A, B, TINY, CPU, resume):
        if isinstance(event, ScaleDone):
            assert event.scale == scale
            assert event.partner is not None
            return event.model.scales[-1].sha256, event.partner.scales[-1].sha256
    raise AssertionError


def _checkpoints() -> Iterator[CheckpointDue]:
    stream = train_pair(A, B, TINY, CPU)
    for event in stream:
        if isinstance(event, TrainingStarted | ScaleDone):
            answer = stream.send(CHECKPOINT)
            assert isinstance(answer, CheckpointDue)
            yield answer


def test_the_cycle_loss_counts_at_residual_scales_only() -> None:
    for scale in (0, 1):
        assert finished_scale(scale, 1.0) != finished_scale(scale, 30.0)
    assert finished_scale(2, 1.0) == finished_scale(2, 30.0)


def test_a_single_training_is_no_pair() -> None:
    state = state_after(3)
    with pytest.raises(CheckpointError, match="two pictures"):
        pair_events(resume=dataclasses.replace(state, partner=None))
    with pytest.raises(CheckpointError, match="other pictures"):
        pair_events((A, landscape(40, 48, seed=9)), resume=state)
    with pytest.raises(CheckpointError, match="other pictures"):
        pair_events((B, A), resume=state)


def test_models_of_two_trainings_are_no_pair() -> None:
    pair, other = trained_pair(), trained_pair(config=TINY.changed(seed=1))
    with pytest.raises(CheckpointError, match="do not belong together"):
        TrainedPair(pair.a, other.b).check_belongs()


def test_a_grey_sketch_is_a_picture_like_others() -> None:
    grey = landscape(40, 48).mean(axis=2).astype(np.uint8)
    pair = trained_pair((grey, B))
    assert pair.is_complete


def test_pictures_that_cannot_be_trained_are_told() -> None:
    with pytest.raises(PhotoError, match="30 x 17"):
        pair_events((A, stripes(17, 30)))
    with pytest.raises(PhotoError, match="single colour"):
        pair_events((np.full((40, 40, 3), 7, np.uint8), B))


def test_a_switch_scale_that_does_not_exist_is_told() -> None:
    with pytest.raises(ConfigError, match="between 1 and 3"):
        pair_events(config=TINY.changed(residual_scales=4))
    with pytest.raises(ConfigError, match="between 1 and 3"):
        pair_events(config=TINY.changed(residual_scales=0))
    assert begun_config(pair_preset("draft"), 8).residual_scales == 6


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_one_of_pairs(name: str) -> None:
    config = pair_preset(name)
    assert (config.kind, config.preset, config.min_size_px) == ("pair", name, 18)
    assert config.coarsest_noise_channels == 3
    assert TrainConfig.from_dict(config.to_dict()) == config


def test_the_paper_preset_is_the_authors_schedule() -> None:
    config = pair_preset("paper")
    assert (config.iterations, config.fine_iterations) == (20_000, None)
    assert (config.critic_steps, config.generator_steps) == (1, 1)
    assert (config.critic_learning_rate, config.learning_rate) == (1e-4, 5e-4)
    assert (config.reconstruction_weight, config.cycle_weight) == (1.0, 1.0)
    assert (config.max_size_px, config.min_size_px, config.decay_at) == (220, 18, 1.0)


def test_closing_the_stream_ends_within_an_update() -> None:
    stream = train_pair(A, B, TINY, CPU)
    for event in stream:
        if isinstance(event, UpdateDone):
            break
    stream.close()
    assert list(stream) == []


def test_a_scale_that_diverges_starts_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def step(self: coupled_scale.LeadingScale) -> str:
        name = original(self)
        if self.scale == 1 and self.is_round_start and self.learning_rate == 1e-3:
            partner = self.partner
            assert partner is not None
            with torch.no_grad():
                partner.plain.generator.last.weight.fill_(float("nan"))
        return name

    original = coupled_scale.LeadingScale.step
    monkeypatch.setattr(coupled_scale.LeadingScale, "step", step)
    events = pair_events(config=TINY.changed(learning_rate=1e-3))
    restarts = [event for event in events if isinstance(event, ScaleRestarted)]
    assert [(event.scale, event.learning_rate) for event in restarts] == [(1, 5e-4)]
    assert pair_of(events[-1]).is_complete


def scarce(monkeypatch: pytest.MonkeyPatch, limit_px: int) -> None:
    """Let updates of more pixels than that fail for want of memory."""
    original = PairedScale.due

    def due(self: PairedScale) -> object:
        found = original(self)
        if found.batch.real.shape[-1] * found.batch.real.shape[-2] > limit_px:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
        return found

    monkeypatch.setattr(PairedScale, "due", due)


def test_out_of_memory_goes_on_with_smaller_crops(monkeypatch: pytest.MonkeyPatch) -> None:
    scarce(monkeypatch, 1300)
    events = pair_events(config=TINY.changed(max_size_px=48))
    assert any(isinstance(event, CropsReduced) for event in events)
    pair = pair_of(events[-1])
    assert pair.is_complete
    pair.check_belongs()


def test_out_of_memory_without_a_way_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    scarce(monkeypatch, 3)
    with pytest.raises(OutOfMemoryError, match="scale 0"):
        pair_events()


def test_recorded_updates_of_a_pair_equal_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    config = TINY.changed(iterations=14, scale_count=2, residual_scales=1)
    plain = trained_pair(config=config)
    recorders: list[RepeatedWork] = []

    def recorder_on(device: torch.device) -> RepeatedWork:
        recorders.append(RepeatedWork())
        return recorders[-1]

    monkeypatch.setattr(coupled_scale, "recorder_on", recorder_on)
    recorded = trained_pair(config=config)
    assert all(recorder.recordings >= 2 for recorder in recorders)
    for first, second in ((plain.a, recorded.a), (plain.b, recorded.b)):
        _assert_close(first, second)


def _assert_close(first: TrainedPyramid, second: TrainedPyramid) -> None:
    for one, other in zip(first.scales, second.scales, strict=True):
        for name, weight in one.weights.items():
            assert torch.allclose(weight, other.weights[name], atol=2e-3), (one.size, name)


def test_a_state_of_one_photo_has_no_partner() -> None:
    stream = train_pyramid(A, TINY.changed(kind="single", iterations=1), CPU)
    next(stream)
    answer = stream.send(CHECKPOINT)
    assert isinstance(answer, CheckpointDue)
    assert state_from_bytes(state_to_bytes(answer.state)).partner is None
