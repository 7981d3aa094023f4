"""One critic and one generator step, the fast way and the plain way, give equal gradients.

The plain way is autograd over the layers as they are written, with torch's own BatchNorm and its
double backward; the fast ways are the engine's on a CPU, and recorded on tensors that stay.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from singan_core.config import TrainConfig
from singan_core.model.networks import Critic, Generator, PatchNetwork
from singan_core.model.pyramid import PyramidPlan, build_pyramid, plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import photo_sha256, to_tensor
from singan_core.rendering.sample import Renderer
from singan_core.training import batch
from singan_core.training.batch import Batch
from singan_core.training.captured import WARM_UPS, CapturedUpdates, Work
from singan_core.training.scale_training import ScaleTraining
from singan_core.training.updates import PlainUpdates, Updates
from tests.core.photos import landscape

CPU = torch.device("cpu")
CONFIG = TrainConfig(
    max_size_px=40,
    base_channels=6,
    max_channels=8,
    channel_doubling_scales=1,
    scale_count=2,
    iterations=101,
    critic_steps=1,
    generator_steps=1,
)
WINDOWED = CONFIG.changed(whole_size_px=32)
TOLERANCE = 1e-4
"""Relative; float32, with TF32 off."""
NUDGES = 8
on_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


class RepeatedWork:
    """A recorder without a GPU: what it records is done again from the start."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.warmed = self.recordings = self.repeated = 0

    def warm(self, work: Work) -> None:
        self.warmed += 1
        work()

    def recorded(self, work: Work) -> Work:
        if self.fails:
            raise RuntimeError("operation not permitted when stream is capturing")
        self.recordings += 1

        def repeat() -> None:
            self.repeated += 1
            work()

        return repeat

    def keep_pace(self) -> None:
        pass


@pytest.fixture(autouse=True)
def one_thread_and_no_tf32() -> Iterator[None]:
    threads, is_allowed = torch.get_num_threads(), torch.backends.cudnn.allow_tf32
    torch.set_num_threads(1)
    torch.backends.cudnn.allow_tf32 = False
    yield
    torch.set_num_threads(threads)
    torch.backends.cudnn.allow_tf32 = is_allowed


def begun(scale: int, device: torch.device, config: TrainConfig = CONFIG) -> ScaleTraining:
    """Return the training of a scale; the one below it has been trained for two rounds."""
    photo = landscape()
    plan = plan_pyramid(photo.shape[0], photo.shape[1], config)
    pyramid = build_pyramid(to_tensor(photo, device), plan.sizes)
    rec_noise = torch.randn(1, 1, *plan.sizes[0], generator=torch.Generator().manual_seed(0))
    model = TrainedPyramid("single", config, plan, (), rec_noise, photo_sha256(photo))
    if scale == 1:
        below = ScaleTraining(model, Renderer.of(model, device), pyramid[0], None)
        for _ in range(4):
            below.step()
        model = dataclasses.replace(model, scales=(below.finished(),))
    return ScaleTraining(model, Renderer.of(model, device), pyramid[scale], None)


def after_rounds(scale: int, rounds: int, device: torch.device = CPU) -> ScaleTraining:
    training = begun(scale, device)
    while training.iteration < rounds:
        training.step()
    return training


def plain_map(network: PatchNetwork, image: torch.Tensor) -> torch.Tensor:
    for block in network.blocks:
        assert isinstance(block, nn.ModuleDict)
        norm, convolution = block["norm"], block["conv"]
        assert isinstance(norm, nn.BatchNorm2d)
        image = functional.batch_norm(
            convolution(image), None, None, norm.weight, norm.bias, True, 0.0, norm.eps
        )
        image = functional.leaky_relu(image, 0.2)
    found: torch.Tensor = network.last(image)
    return found


def plain_losses(
    networks: Mapping[str, PatchNetwork], inputs: Batch, config: TrainConfig
) -> dict[str, torch.Tensor]:
    """Return both networks' losses as the paper writes them (equations 4 and 5)."""
    generator, critic = networks["generator"], networks["critic"]
    fake = torch.tanh(plain_map(generator, inputs.fake.padded)) + inputs.fake.base
    mixed = inputs.epsilon * inputs.real + (1 - inputs.epsilon) * fake.detach()
    mixed.requires_grad_()
    (slope,) = torch.autograd.grad(plain_map(critic, mixed).sum(), mixed, create_graph=True)
    penalty = ((slope.norm(2, dim=1) - 1) ** 2).mean()
    rec = torch.tanh(plain_map(generator, inputs.rec.padded)) + inputs.rec.base
    critic_loss = plain_map(critic, fake.detach()).mean() - plain_map(critic, inputs.real).mean()
    generator_loss = -plain_map(critic, fake).mean()
    weight = 1.0 if inputs.rec_weight is None else inputs.rec_weight
    rec_loss = (weight * (rec - inputs.rec_real) ** 2).mean()
    return {
        "critic": critic_loss + config.penalty_weight * penalty,
        "generator": generator_loss + config.reconstruction_weight * rec_loss,
    }


def flat_gradients(network: PatchNetwork) -> torch.Tensor:
    return torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None])


def check_one_step_of_each(training: ScaleTraining) -> None:
    """Compare in single precision, where rounding may turn an activation at its kink.

    It turns with the one or the other set of biases then, never with all of them.
    """
    networks: dict[str, PatchNetwork] = {
        "generator": training._generator,
        "critic": training._critic,
    }
    inputs = training._batches.batch(training.iteration, 0)
    apart = []
    for _ in nudged(networks, NUDGES):
        apart.append(largest_error(training._updates, networks, inputs, training.config))
        if apart[-1] < TOLERANCE:
            return
    raise AssertionError(f"losses or gradients lie apart by {apart}")


def nudged(networks: Mapping[str, PatchNetwork], count: int) -> Iterator[None]:
    """Leave networks as they are, then shift their activations by a thousandth, again and again."""
    generator = torch.Generator().manual_seed(0)
    yield
    for _ in range(count):
        for name, parameter in itertools.chain(*(n.named_parameters() for n in networks.values())):
            if name.endswith("norm.bias"):
                drawn = 1e-3 * torch.randn(parameter.shape, generator=generator)
                parameter.data.add_(drawn.to(parameter.device))
        yield


def largest_error(
    updates: Updates,
    networks: Mapping[str, PatchNetwork],
    inputs: Batch,
    config: TrainConfig,
) -> float:
    """Return how far losses and gradients lie apart at most, as a share.

    At a step size of 0, so that both steps meet the same two networks. A loss is the small
    difference of larger means: it counts as at least 0.01.
    """
    plain = copy.deepcopy(dict(networks))
    expected = plain_losses(plain, inputs, config)
    for name, network in plain.items():
        torch.autograd.backward(expected[name], inputs=list(network.parameters()))
    updates.update_critic(inputs, 0.0, config.penalty_weight, is_last=True)
    updates.update_generator(inputs, 0.0)
    losses = dict(updates.losses)
    losses["generator"] += config.reconstruction_weight * losses.pop("reconstruction")
    errors = []
    for name, loss in losses.items():
        told = float(expected[name].detach())
        errors.append(abs(float(loss) - told) / max(abs(told), 0.01))
        found, wanted = flat_gradients(networks[name]), flat_gradients(plain[name])
        errors.append(float((found - wanted).norm() / wanted.norm()))
    return max(errors)


def doubled(value: Any) -> Any:
    """Return a batch in double precision."""
    if value is None:
        return None
    if isinstance(value, torch.Tensor):
        return value.double()
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return dataclasses.replace(value, **{name: doubled(part) for name, part in fields.items()})


@pytest.mark.parametrize("scale", [0, 1])
@pytest.mark.parametrize("rounds", [0, 10, 100])
def test_losses_and_gradients_equal_the_plain_way(scale: int, rounds: int) -> None:
    check_one_step_of_each(after_rounds(scale, rounds))


@pytest.mark.parametrize("scale", [0, 1])
@pytest.mark.parametrize("rounds", [0, 10, 100])
def test_both_ways_are_the_same_but_for_rounding(scale: int, rounds: int) -> None:
    """In double precision: after 100 rounds in single, 5e-6 of rounding turns an activation."""
    training = after_rounds(scale, rounds)
    networks: dict[str, PatchNetwork] = {
        "generator": copy.deepcopy(training._generator).double(),
        "critic": copy.deepcopy(training._critic).double(),
    }
    inputs = doubled(training._batches.batch(rounds, 0))
    generator, critic = networks["generator"], networks["critic"]
    assert isinstance(generator, Generator)
    assert isinstance(critic, Critic)
    updates = PlainUpdates(training.config, generator, critic, 0.0, is_bfloat16=False)
    assert largest_error(updates, networks, inputs, training.config) < 1e-6


@on_cuda
@pytest.mark.parametrize("scale", [0, 1])
@pytest.mark.parametrize("rounds", [0, 10, 100])
def test_on_a_gpu_losses_and_gradients_equal_the_plain_way(scale: int, rounds: int) -> None:
    training = after_rounds(scale, rounds, torch.device("cuda:0"))
    training._updates = training.plain
    check_one_step_of_each(training)


def recorded(training: ScaleTraining, recorder: RepeatedWork) -> ScaleTraining:
    training._updates = CapturedUpdates(training.plain, recorder)
    return training


def steps(training: ScaleTraining, count: int) -> dict[str, torch.Tensor]:
    for _ in range(count):
        training.step()
    return training.state()


def check_equal_states(found: dict[str, torch.Tensor], plain: dict[str, torch.Tensor]) -> None:
    """Compare weights and Adam's state; running statistics are counted anew in the end."""
    assert found.keys() == plain.keys()
    for name, tensor in plain.items():
        if not name.endswith(("running_mean", "running_var", "num_batches_tracked")):
            assert torch.equal(found[name], tensor), name


def test_losses_and_gradients_of_windows_equal_the_plain_way() -> None:
    training = begun(1, CPU, WINDOWED)
    weight = training._batches.batch(0, 0).rec_weight
    assert weight is not None
    assert weight.std() > 0.1
    check_one_step_of_each(training)


@pytest.mark.parametrize(
    "changes",
    [{}, {"crop_px": 32, "crop_count": 2, "penalty_interval": 2}, {"whole_size_px": 32}],
)
def test_recorded_updates_on_tensors_that_stay_equal_plain_ones(changes: dict[str, int]) -> None:
    config = CONFIG.changed(**changes)
    recorder = RepeatedWork()
    found = steps(recorded(begun(1, CPU, config), recorder), 14)
    check_equal_states(found, steps(begun(1, CPU, config), 14))
    kinds = 3 if config.penalty_interval > 1 else 2
    assert recorder.recordings == kinds
    assert recorder.warmed == kinds * WARM_UPS
    assert recorder.warmed + recorder.repeated == 14


def test_where_recording_fails_training_goes_on_plainly() -> None:
    recorder = RepeatedWork(fails=True)
    found = steps(recorded(begun(1, CPU), recorder), 12)
    check_equal_states(found, steps(begun(1, CPU), 12))
    assert recorder.warmed <= 2 * WARM_UPS


def test_a_restored_state_and_frozen_statistics_are_recorded_anew() -> None:
    config = CONFIG.changed(iterations=12, freeze_norm_at=0.5)
    first, again, recorder = begun(0, CPU, config), begun(0, CPU, config), RepeatedWork()
    tensors = steps(first, 9)
    steps(recorded(again, recorder), 6)
    assert recorder.recordings == 2
    model = TrainedPyramid("single", config, PyramidPlan((), 1.0, ()), (), torch.zeros(1), "")
    state = TrainState(model, (48, 60), 0, first.iteration, first.update, 5e-4, tensors)
    again.restore(state)
    check_equal_states(steps(again, 12), steps(first, 12))
    assert recorder.recordings == 4


def test_what_never_changes_is_copied_once() -> None:
    training = begun(1, CPU)
    updates = CapturedUpdates(training.plain, RepeatedWork())
    first, second = (training._batches.batch(round_, 0) for round_ in range(2))
    placed = updates.captures.placed((first,))[0]
    placed.real.zero_()
    again = updates.captures.placed((second,))[0]
    assert again.real is placed.real
    assert not again.real.any()
    assert torch.equal(again.fake.base, second.fake.base)
    assert torch.equal(again.fake.padded, second.fake.padded)


def test_samples_walked_to_together_depend_on_their_index_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch, "samples_at_once", lambda device, *, is_plain: 3)
    source = begun(1, CPU)._batches
    bases = [source.sample(index).base.clone() for index in range(5)]
    assert {tuple(base.shape) for base in bases} == {(1, 3, 32, 40)}
    assert torch.equal(source.sample(1).base, bases[1])
    assert len({float(base.sum()) for base in bases}) == 5


@on_cuda
def test_on_a_gpu_replayed_graphs_equal_plain_updates() -> None:
    device = torch.device("cuda:0")
    plain = begun(1, device)
    plain._updates = plain.plain
    fast = begun(1, device)
    assert isinstance(fast._updates, CapturedUpdates)
    steps(plain, 8)
    steps(fast, 8)
    assert fast._updates.captures.recorded_count == 2
    for name, loss in plain._updates.losses.items():
        assert float(fast._updates.losses[name]) == pytest.approx(float(loss), rel=0.02, abs=1e-3)
