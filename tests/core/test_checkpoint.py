"""Models and training states come back bit for bit; anything else is refused."""

from __future__ import annotations

import io
import json
import pickle
import struct

import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError
from singan_core.model.checkpoint import (
    noise_from_bytes,
    noise_to_bytes,
    pyramid_from_bytes,
    pyramid_from_parts,
    pyramid_to_bytes,
    pyramid_values,
    scale_from_bytes,
    scale_to_bytes,
    state_from_bytes,
    state_to_bytes,
)
from singan_core.model.networks import Generator
from singan_core.model.pickle_check import is_pickle
from singan_core.model.pyramid import plan_pyramid
from singan_core.model.tensor_file import tensors_from_bytes, tensors_to_bytes
from singan_core.model.trained import TrainedPyramid, TrainedScale, TrainState


def make_model() -> TrainedPyramid:
    config = TrainConfig(base_channels=4, max_channels=4, iterations=1, seed=2**53 + 1)
    plan = plan_pyramid(30, 44, config)
    weights = {
        name: torch.randn(tensor.shape)
        for name, tensor in Generator(4).state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    scales = tuple(
        TrainedScale(size, 4, 0.1 + number / 3, float("nan") if number else 0.2, weights)
        for number, size in enumerate(plan.sizes)
    )
    return TrainedPyramid(
        "single", config, plan, scales, torch.randn(1, 1, *plan.sizes[0]), "the photo's hash"
    )


def make_state() -> TrainState:
    shared = torch.randn(4, 5)
    tensors = {
        "generator.a": shared,
        "critic.a": shared[1:],
        "adam.generator.0.step": torch.tensor(3.0),
        "counter": torch.tensor(2**62, dtype=torch.int64),
        "half": torch.randn(3).to(torch.bfloat16),
        "transposed": torch.randn(2, 3).t(),
        "empty": torch.empty(0, 4),
        "strange": torch.tensor([float("nan"), float("inf"), -0.0, 1e-45]),
    }
    return TrainState(make_model(), (30, 44), 1, 7, 4, 5e-4 / 3, tensors)


def bits(tensor: torch.Tensor) -> bytes:
    return bytes(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())


def assert_equal_tensors(first: torch.Tensor, second: torch.Tensor) -> None:
    assert first.dtype == second.dtype
    assert first.shape == second.shape
    assert bits(first) == bits(second)


def test_a_scale_comes_back() -> None:
    scale = make_model().scales[1]
    loaded = scale_from_bytes(scale_to_bytes(scale))
    assert loaded.sha256 == scale.sha256
    assert (loaded.size, loaded.channels) == (scale.size, scale.channels)
    assert repr((loaded.noise_amplitude, loaded.rmse)) == repr((scale.noise_amplitude, scale.rmse))
    for name, weight in scale.weights.items():
        assert_equal_tensors(loaded.weights[name], weight)


def test_a_pyramid_comes_back_whole_and_in_parts() -> None:
    model = make_model()
    whole = pyramid_from_bytes(pyramid_to_bytes(model))
    scales = [scale_from_bytes(scale_to_bytes(scale)) for scale in model.scales]
    noise = noise_from_bytes(noise_to_bytes(model.rec_noise))
    values = json.loads(json.dumps(pyramid_values(model)))
    parts = pyramid_from_parts(values, scales, noise)
    for loaded in (whole, parts):
        assert loaded.model_id == model.model_id
        assert (loaded.config, loaded.plan) == (model.config, model.plan)
        assert loaded.photo_sha256 == model.photo_sha256


def test_a_training_state_comes_back_bit_for_bit() -> None:
    state = make_state()
    loaded = state_from_bytes(state_to_bytes(state))
    assert loaded.model.model_id == state.model.model_id
    assert (loaded.scale, loaded.iteration, loaded.update) == (1, 7, 4)
    assert loaded.learning_rate == state.learning_rate
    assert loaded.photo_shape == (30, 44)
    assert loaded.tensors.keys() == state.tensors.keys()
    for name, tensor in state.tensors.items():
        assert_equal_tensors(loaded.tensors[name], tensor)
        loaded.tensors[name].zero_()  # owned memory, which training goes on writing to


def test_equal_values_give_equal_bytes() -> None:
    state = make_state()
    assert state_to_bytes(state) == state_to_bytes(state_from_bytes(state_to_bytes(state)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    content = bytearray(tensors_to_bytes("kind", {"a": torch.arange(6.0)}, {"b": [1, "c"]}))
    place = data.draw(st.integers(0, len(content) - 1))
    changed = data.draw(st.integers(1, 255))
    content[place] ^= changed
    # a changed byte in the padding or spelling of the header may leave the values as they were
    try:
        tensors, header = tensors_from_bytes("kind", bytes(content))
    except CheckpointError:
        return
    assert header == {"b": [1, "c"]}
    assert torch.equal(tensors["a"], torch.arange(6.0))


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.9999])
def test_a_cut_file_is_refused(share: float) -> None:
    content = state_to_bytes(make_state())
    with pytest.raises(CheckpointError, match=r"damaged|cut off"):
        state_from_bytes(content[: int(len(content) * share)])


def test_a_pickle_is_refused_and_never_run() -> None:
    class Harmful:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return exec, ("raise SystemExit('a pickle was run')",)

    archive = io.BytesIO()
    torch.save({"weights": torch.zeros(2)}, archive)
    legacy = io.BytesIO()
    torch.save({"w": torch.zeros(2)}, legacy, _use_new_zipfile_serialization=False)
    pickles = [pickle.dumps(Harmful(), protocol) for protocol in range(2, 6)]
    for content in [*pickles, archive.getvalue(), legacy.getvalue()]:
        assert is_pickle(content)
        with pytest.raises(CheckpointError, match="pickle"):
            scale_from_bytes(content)
    with pytest.raises(CheckpointError):
        scale_from_bytes(pickle.dumps(Harmful(), 0))


def test_safetensors_that_begin_like_a_pickle_are_not_taken_for_one() -> None:
    for header_bytes in (0x0280, 0x0380, 0x0480, 0x0580):
        plain = {"a": torch.zeros(1)}
        size = len(safetensors.torch.save(plain, {"pad": ""})) - 4 - 8
        content = safetensors.torch.save(plain, {"pad": "x" * (header_bytes - size)})
        assert content[:2] == struct.pack("<H", header_bytes)
        assert not is_pickle(content)


def test_another_kind_and_a_newer_version_are_refused() -> None:
    scale = scale_to_bytes(make_model().scales[0])
    with pytest.raises(CheckpointError, match="another kind"):
        pyramid_from_bytes(scale)
    described = {"kind": "scale", "version": 2, "header": "{}", "sha256": ""}
    newer = safetensors.torch.save({}, {"singan": json.dumps(described)})
    with pytest.raises(CheckpointError, match="newer version"):
        scale_from_bytes(newer)
    with pytest.raises(CheckpointError, match="not from this program"):
        scale_from_bytes(safetensors.torch.save({"a": torch.zeros(1)}))


def test_misshapen_weights_are_refused() -> None:
    scale = make_model().scales[0]
    header = {"size": [25, 37], "channels": 4, "noise_amplitude": 1.0, "rmse": 0.1}
    without_last = {name: w for name, w in scale.weights.items() if name != "last.bias"}
    for weights, changed in (
        (without_last, {}),
        (scale.weights, {"channels": 5}),
        (scale.weights, {"channels": 10**9}),
        (scale.weights, {"size": [1]}),
        ({**scale.weights, "extra": torch.zeros(1)}, {}),
    ):
        with pytest.raises(CheckpointError):
            scale_from_bytes(tensors_to_bytes("scale", weights, header | changed))


def test_parts_that_do_not_belong_together_are_refused() -> None:
    model = make_model()
    values = pyramid_values(model)
    for changed, scales, noise in (
        ({}, model.scales[1:], model.rec_noise),
        ({}, model.scales, torch.zeros(1, 1, 2, 2)),
        ({}, (*model.scales, model.scales[0]), model.rec_noise),
        ({"kind": "pair"}, model.scales, model.rec_noise),
        ({"config": {"seed": "x" * 9, "unknown": 1}}, model.scales, model.rec_noise),
        ({"plan": {}}, model.scales, model.rec_noise),
        ({"plan": None}, model.scales, model.rec_noise),
    ):
        with pytest.raises(CheckpointError):
            pyramid_from_parts(values | changed, scales, noise)
