"""Training beyond the size that is held whole: windows, tiles, memory, resuming."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from singan_core.config import TrainConfig
from singan_core.errors import OutOfMemoryError
from singan_core.events import (
    CheckpointDue,
    CropsReduced,
    PartDone,
    PreviewReady,
    ScaleDone,
    ScaleStarted,
    TrainEvent,
    TrainingDone,
    UpdateDone,
)
from singan_core.model.pyramid import build_pyramid, plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainState
from singan_core.pixels.image import to_tensor
from singan_core.pixels.resize import Window
from singan_core.pixels.tiles import tiles
from singan_core.presets import preset
from singan_core.rendering.sample import (
    Renderer,
    counter_noise,
    enlarged,
    last_image,
    reconstruction_noise,
    walk,
)
from singan_core.rendering.window_sample import sampled_window
from singan_core.training import below as below_module
from singan_core.training import photo_levels, window_batch
from singan_core.training.batch import BatchSource
from singan_core.training.below import measured_below
from singan_core.training.cost import scale_work
from singan_core.training.entry import PLAIN_ENTRY
from singan_core.training.inputs import input_source, returned
from singan_core.training.less_memory import less_memory
from singan_core.training.photo_levels import PhotoLevels, level_window
from singan_core.training.places import EvenPlace, even_places, evening_weights, places
from singan_core.training.scale_training import ScaleTraining
from singan_core.training.train import CHECKPOINT, train_pyramid
from singan_core.training.window_batch import WindowSource
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
PHOTO = landscape(60, 76)
TINY = TrainConfig(
    max_size_px=76,
    scale_count=3,
    base_channels=4,
    max_channels=4,
    iterations=3,
    critic_steps=1,
    generator_steps=1,
    is_authors_scale_count=False,
    preview_interval=2,
    sample_reuse=2,
    freeze_norm_at=0.6,
    crop_px=32,
    crop_count=2,
    whole_size_px=40,
)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two busy threads on a loaded machine are slower than one, a hundredfold at this size."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def few_statistics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("singan_core.training.scale_training.RECALIBRATION_SAMPLES", 4)


def trained(config: TrainConfig = TINY, resume: TrainState | None = None) -> TrainedPyramid:
    event = list(train_pyramid(PHOTO, config, CPU, resume))[-1]
    assert isinstance(event, TrainingDone)
    return event.model


def large_model(finished: int = 3) -> tuple[TrainedPyramid, Renderer]:
    """Return a model whose scales 1 and above are too large to be held whole."""
    model = random_pyramid(finished=finished)
    config = model.config.changed(whole_size_px=40, crop_px=32, crop_count=2, sample_reuse=2)
    model = dataclasses.replace(model, config=config)
    return model, Renderer.of(model, CPU)


def window_source(model: TrainedPyramid, renderer: Renderer) -> WindowSource:
    real = to_tensor(landscape(60, 80))
    source = input_source(model, renderer, real, PLAIN_ENTRY)
    assert isinstance(source, WindowSource)
    return source


# ---- what a window sees is what the whole would have shown it


@settings(deadline=None, max_examples=25)
@given(st.data(), st.integers(1, 4))
def test_sampled_window_equals_the_window_of_the_whole_sample(
    data: st.DataObject, stop: int
) -> None:
    model = random_pyramid()
    renderer, sizes = Renderer.of(model, CPU), model.plan.sizes
    height, width = sizes[stop - 1]
    top, left = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    bottom = data.draw(st.integers(top + 1, height))
    window = Window(top, left, bottom, data.draw(st.integers(left + 1, width)))
    whole = last_image(walk(renderer, sizes, counter_noise(renderer, 5), stop_scale=stop))
    actual = sampled_window(renderer, sizes, 5, window, stop)
    assert torch.allclose(actual, window.cut(whole), atol=1e-5)


def test_reconstruction_in_tiles_equals_the_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(below_module, "tiles", lambda window: tiles(window, 20))
    model, renderer = large_model()
    real = to_tensor(landscape(60, 80))
    below = returned(measured_below(model, renderer, real, PLAIN_ENTRY))
    steps = walk(renderer, model.plan.sizes, reconstruction_noise(renderer, model.rec_noise))
    whole = last_image(steps)
    assert below.picture.dtype == torch.float16
    assert torch.allclose(below.picture.float(), whole, atol=2e-3)
    base = enlarged(whole, model.plan.sizes[-1])
    assert below.rmse == pytest.approx(float((base - real).square().mean().sqrt()), rel=1e-3)


def test_noise_amplitude_is_that_of_the_whole_picture() -> None:
    model, renderer = large_model()
    whole = BatchSource(model, renderer, to_tensor(landscape(60, 80)), PLAIN_ENTRY)
    assert window_source(model, renderer).noise_amplitude == pytest.approx(
        whole.noise_amplitude, rel=1e-3
    )


@pytest.mark.parametrize("size", [(25, 33), (47, 61), (60, 76)])
def test_levels_made_in_parts_equal_the_reduced_photo(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_levels, "_READ_PX", 30)
    levels = PhotoLevels(PHOTO, [size], CPU)
    (expected,) = build_pyramid(to_tensor(PHOTO), [size])
    assert torch.equal(returned(levels.whole(0)), expected)
    compact = returned(levels.compact(0))
    assert compact.element_size() <= 2
    window = Window(3, 4, 20, 25)
    assert torch.allclose(level_window(compact, window), window.cut(expected), atol=5e-4)


def test_level_of_the_photo_itself_is_the_photo() -> None:
    levels = PhotoLevels(PHOTO, [(60, 76)], CPU)
    assert torch.equal(returned(levels.compact(0))[0].permute(1, 2, 0), torch.from_numpy(PHOTO))


def test_photo_that_cannot_be_written_to_is_trained_on() -> None:
    photo = PHOTO.copy()
    photo.flags.writeable = False
    levels, expected = (PhotoLevels(each, [(30, 38)], CPU) for each in (photo, PHOTO))
    assert torch.equal(returned(levels.whole(0)), returned(expected.whole(0)))


@pytest.mark.parametrize("form", ["whole", "compact"])
def test_a_level_reads_little_of_the_photo_at_a_time(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_levels, "_READ_PX", 60)
    read: list[int] = []
    noted = photo_levels.as_float

    def reading(part: torch.Tensor) -> torch.Tensor:
        read.append(max(part.shape[-2:]))
        return noted(part)

    monkeypatch.setattr(photo_levels, "as_float", reading)
    levels = PhotoLevels(landscape(240, 320), [(60, 80)], CPU)
    parts = sum(1 for _ in getattr(levels, form)(0))
    assert parts == len(read) > 20
    assert max(read) <= 60


def test_a_run_can_be_left_while_the_photo_is_reduced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_levels, "_READ_PX", 30)
    stream = train_pyramid(PHOTO, TINY, CPU)
    before = list(itertools.takewhile(lambda event: not isinstance(event, ScaleStarted), stream))
    assert before[1:].count(PartDone(0)) == len(before) - 1 > 3
    stream = train_pyramid(PHOTO, TINY, CPU)
    next(event for event in stream if isinstance(event, PartDone))
    reply = stream.send(CHECKPOINT)
    stream.close()
    assert isinstance(reply, CheckpointDue)
    assert trained(TINY, reply.state).model_id == trained().model_id


def test_crops_are_padded_where_the_picture_ends_only() -> None:
    model, renderer = large_model()
    source = window_source(model, renderer)
    batch = source.batch(0, 0)
    for given_input in (batch.fake, batch.rec):
        assert given_input.padded.shape == (2, 3, 42, 42)
        assert given_input.base.shape == (2, 3, 32, 32)
    inner = batch.rec.padded[..., 5:-5, 5:-5]
    assert torch.equal(inner, batch.rec.base)


def test_noise_beyond_the_picture_is_zero_unless_it_is_drawn_padded() -> None:
    model, renderer = large_model()
    sample = window_source(model, renderer)
    corner = Window(0, 0, 32, 32)
    random = torch.Generator().manual_seed(1)
    drawn = sample._silenced(torch.ones(1, 3, 42, 42), corner.grown(5, (60, 80)), corner)
    assert drawn[..., :5, :].abs().max() == 0
    assert drawn[..., :, :5].abs().max() == 0
    assert drawn[..., 5:, 5:].min() == 1
    assert random is not None


# ---- crops


def test_a_quarter_of_the_crops_is_pushed_to_a_border() -> None:
    room = (900, 1200)
    corners = places(room, 4000, torch.Generator().manual_seed(0))
    touching = [top in (0, room[0]) or left in (0, room[1]) for top, left in corners]
    assert 0.22 < np.mean(touching) < 0.28


def shares_seen(
    windows: list[Window], size: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares of the windows that show each row, and each column."""
    rows, columns = (np.zeros(side) for side in size)
    for window in windows:
        rows[window.top : window.bottom] += 1.0
        columns[window.left : window.right] += 1.0
    return rows / len(windows), columns / len(windows)


def windows_of(places: list[EvenPlace], crop: tuple[int, int]) -> list[Window]:
    corners = (place.corner for place in places)
    return [Window(top, left, top + crop[0], left + crop[1]) for top, left in corners]


def test_even_places_show_the_border_as_often_as_the_middle() -> None:
    size, crop = (300, 400), (64, 48)
    random = torch.Generator().manual_seed(0)
    windows = windows_of(even_places(size, crop, 20_000, random), crop)
    for seen, side in zip(shares_seen(windows, size), crop, strict=True):
        middle = seen[2 * side : -2 * side].mean()
        assert 0.9 * middle < seen.min()
        assert seen.max() < 2.2 * middle, "what is pushed back is not seen too often either"
        assert 0.9 < seen[0] / middle < 1.1
        assert 0.9 < seen[-1] / middle < 1.1


@pytest.mark.parametrize("side", [65, 80, 100, 120, 128, 129, 150, 200, 400])
def test_nothing_is_seen_over_twice_as_often(side: int) -> None:
    random = torch.Generator().manual_seed(side)
    windows = windows_of(even_places((side, 80), (64, 64), 20_000, random), (64, 64))
    for seen in shares_seen(windows, (side, 80)):
        assert seen.max() < 2.2 * seen.min()


@pytest.mark.parametrize("side", [64, 65, 100, 127, 128, 129, 150, 400])
def test_weighed_errors_of_crops_are_those_of_the_whole_in_the_mean(side: int) -> None:
    random = torch.Generator().manual_seed(side)
    windows = windows_of(even_places((side, 64), (64, 64), 20_000, random), (64, 64))
    seen, _ = shares_seen(windows, (side, 64))
    found = evening_weights(side, 64).numpy() * seen * side / 64
    assert np.abs(found - 1.0).max() < 0.15
    assert np.abs(found.mean() - 1.0) < 0.01


def test_batches_of_windows_weigh_the_reconstruction_s_errors() -> None:
    source = window_source(*large_model())
    batches = [source.batch(index, 0) for index in range(200)]
    weights = torch.cat([batch.rec_weight for batch in batches if batch.rec_weight is not None])
    assert weights.shape == (400, 1, *batches[0].rec_real.shape[-2:])
    assert weights.mean().item() == pytest.approx(1.0, abs=0.02)
    assert weights.max() > 1.2 > 0.9 > weights.min()


@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    side=st.integers(1, 100),
    seed=st.integers(0, 1000),
)
def test_even_places_lie_inside_and_tell_their_ends(
    size: tuple[int, int], side: int, seed: int
) -> None:
    crop = min(side, size[0]), min(side, size[1])
    for place in even_places(size, crop, 20, torch.Generator().manual_seed(seed)):
        for start, length, whole, end in zip(place.corner, crop, size, place.ends, strict=True):
            assert 0 <= start <= whole - length
            assert (end is not None) == (start in (0, whole - length))
            if end is not None:
                assert start == end * (whole - length)


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_every_second_even_place_lies_opposite_to_the_one_before(count: int) -> None:
    random = torch.Generator().manual_seed(1)
    for _ in range(50):
        drawn = even_places((300, 200), (64, 48), count, random)
        assert len(drawn) == count
        for first, second in zip(drawn[::2], drawn[1::2], strict=False):
            assert first.corner[0] + second.corner[0] == 300 - 64
            assert first.corner[1] + second.corner[1] == 200 - 48
            assert [None if end is None else 1 - end for end in first.ends] == list(second.ends)


def test_crops_of_samples_show_the_border_as_often_as_the_middle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, renderer = large_model()
    monkeypatch.setattr(
        WindowSource,
        "_walked",
        lambda self, seed, window, ends: window_batch.Region(window, window, torch.zeros(1), ends),
    )
    source = window_source(model, renderer)
    source._size, source._crop, source._region = (300, 400), (32, 32), (64, 64)
    random = torch.Generator().manual_seed(0)
    windows = []
    for index in range(2000):
        for region in source._regions(index):
            crop = region.crop((32, 32), random)
            assert crop.common(region.window) == crop
            windows.append(crop)
    for seen in shares_seen(windows, (300, 400)):
        middle = seen[64:-64].mean()
        assert 0.7 * middle < min(seen[0], seen[-1]) < 1.3 * middle
        assert seen.max() < 2.5 * middle


def test_as_many_windows_are_walked_to_as_the_cost_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[int] = []
    walk_to = WindowSource._walked

    def counted(source: WindowSource, *args: Any) -> window_batch.Region:
        walked.append(source._scale)
        return walk_to(source, *args)

    monkeypatch.setattr(WindowSource, "_walked", counted)
    monkeypatch.setattr("singan_core.training.cost.RECALIBRATION_SAMPLES", 4)
    config = TINY.changed(freeze_norm_at=1.0, iterations=4, preview_interval=4)
    done = list(train_pyramid(PHOTO, config, CPU))[-1]
    assert isinstance(done, TrainingDone)
    for scale in (1, 2):
        samples = scale_work(done.model.plan, config, scale).samples
        assert walked.count(scale) == sum(count for count, _ in samples), scale


def test_several_crops_take_the_place_of_a_picture_too_large() -> None:
    model, renderer = large_model()
    config = model.config.changed(crop_px=None, crop_count=1, whole_size_px=32)
    model = dataclasses.replace(model, config=config)
    batch = window_source(model, renderer).batch(0, 0)
    assert batch.real.shape == batch.rec_real.shape == (2, 3, 32, 32)
    assert batch.fake.padded.shape == batch.rec.padded.shape == (2, 3, 42, 42)
    assert len({image.mean().item() for image in batch.fake.base}) == 2
    size = model.plan.sizes[-1]
    reduced = less_memory(config, 2, size)
    assert reduced is not None
    assert (reduced.crop_at(2, size), reduced.crop_count_at(2, size)) == (32, 1)


def test_a_sample_serves_several_rounds_with_fresh_crops() -> None:
    model, renderer = large_model()
    source = window_source(model, renderer)
    first, second, third = (source._regions(source._sample_index(n, 0)) for n in range(3))
    assert first is second
    assert first is not third
    assert not torch.equal(source.batch(0, 0).fake.padded, source.batch(1, 0).fake.padded)


def test_batches_depend_on_their_round_alone() -> None:
    model, renderer = large_model()
    forwards = [window_source(model, renderer).batch(n, 0) for n in range(3)]
    source = window_source(model, renderer)
    for number in (2, 0, 1):
        batch = source.batch(number, 0)
        assert torch.equal(batch.fake.padded, forwards[number].fake.padded)
        assert torch.equal(batch.real, forwards[number].real)
        assert torch.equal(batch.rec.padded, forwards[number].rec.padded)


# ---- whole runs


@pytest.fixture(scope="module")
def events() -> list[TrainEvent]:
    return list(train_pyramid(PHOTO, TINY, CPU))


def test_every_scale_is_trained_and_large_ones_in_parts(events: list[TrainEvent]) -> None:
    assert [event.scale for event in events if isinstance(event, ScaleDone)] == [0, 1, 2]
    parts = {event.scale for event in events if isinstance(event, PartDone)}
    assert parts == {0, 1, 2}
    at_scale_0 = [event for event in events if event == PartDone(0)]
    assert len(at_scale_0) == 1, "a small photo is reduced to a whole scale in one part"
    previews = {e.scale: e.image.shape for e in events if isinstance(e, PreviewReady)}
    assert max(previews[2]) == TINY.whole_size_px


def test_photos_that_fit_are_not_touched_by_the_limit() -> None:
    config = TINY.changed(max_size_px=40, scale_count=2)
    assert trained(config.changed(whole_size_px=40)).model_id == (
        trained(config.changed(whole_size_px=4000)).model_id
    )


@pytest.mark.parametrize("kind", ["single", "animation"])
def test_equal_seeds_give_equal_bits(kind: str) -> None:
    config = TINY.changed(kind=kind, is_noise_padded=kind == "animation")
    assert trained(config).model_id == trained(config).model_id
    assert trained(config).model_id != trained(config.changed(seed=1)).model_id


@pytest.mark.parametrize("place", [0.35, 0.55, 0.75, 0.9])
@pytest.mark.parametrize("freeze", [0.6, 1.0])
def test_resumed_run_equals_an_uninterrupted_one(place: float, freeze: float) -> None:
    config = TINY.changed(freeze_norm_at=freeze, max_size_px=60)
    whole = list(train_pyramid(PHOTO, config, CPU))
    stream = train_pyramid(PHOTO, config, CPU)
    for _ in range(round(place * len(whole))):
        next(stream)
    reply = stream.send(CHECKPOINT)
    stream.close()
    assert isinstance(reply, CheckpointDue)
    assert isinstance(whole[-1], TrainingDone)
    assert trained(config, reply.state).model_id == whole[-1].model.model_id


def test_presets_train_whole_up_to_256_px_only() -> None:
    for name in ("draft", "standard", "full", "paper"):
        config = preset(name)
        assert not any(config.is_windowed(scale, (192, 256)) for scale in range(9)), name
        assert config.is_windowed(9, (193, 257))
        crops = config.crop_at(9, (3000, 4000)), config.crop_count_at(9, (3000, 4000))
        assert crops == ((256, 2) if config.crop_px is None else (config.crop_px, 1))


def test_largest_photos_can_be_planned() -> None:
    plan = plan_pyramid(5792, 8688, preset("standard").changed(max_size_px=8688))
    assert plan.sizes[-1] == (5792, 8688)
    assert plan.scale_count <= 21
    assert max(plan.channels) == 128


# ---- memory


def test_no_step_computes_more_than_a_tile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest picture that a network of a large scale sees is a tile, however large it is."""
    seen: list[int] = []
    convolve = torch.nn.functional.conv2d

    def noted(image: torch.Tensor, *args: Any, **named: Any) -> torch.Tensor:
        seen.append(image.shape[-1] * image.shape[-2])
        return convolve(image, *args, **named)

    monkeypatch.setattr(torch.nn.functional, "conv2d", noted)
    for module in (below_module, window_batch):
        monkeypatch.setattr(module, "tiles", lambda window: tiles(window, 48))
    config = TINY.changed(max_size_px=100, iterations=1, whole_size_px=40)
    photo = landscape(80, 100)
    assert isinstance(list(train_pyramid(photo, config, CPU))[-1], TrainingDone)
    region = 2 * 32
    assert max(seen) <= (region + 2 * 11) ** 2


class ScarceMemory:
    """Lets updates of a scale fail while their crops are larger than some pixels."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, scale: int, most_px: int) -> None:
        self.failures = 0
        step = ScaleTraining.step

        def failing(training: ScaleTraining) -> str:
            size = training.size
            crop = training.config.crop_at(scale, size) or max(size)
            taken = crop**2 * training.config.crop_count_at(scale, size)
            if training.scale == scale and taken > most_px:
                self.failures += 1
                raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
            return step(training)

        monkeypatch.setattr(ScaleTraining, "step", failing)


def test_out_of_memory_goes_on_with_smaller_crops(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = ScarceMemory(monkeypatch, 2, 32 * 32)
    config = TINY.changed(crop_px=64, whole_size_px=70)
    events = list(train_pyramid(PHOTO, config, CPU))
    told = [event for event in events if isinstance(event, CropsReduced)]
    assert told == [CropsReduced(2, 64, 1), CropsReduced(2, 32, 1)]
    assert memory.failures == 2
    done = events[-1]
    assert isinstance(done, TrainingDone)
    assert done.model.is_complete
    assert done.model.config.crop_px == 32
    updates = [e for e in events if isinstance(e, UpdateDone) and e.scale == 2]
    assert len(updates) == 2 * config.iterations


def test_out_of_memory_of_a_whole_scale_goes_on_with_crops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ScarceMemory(monkeypatch, 2, 40 * 40)
    config = TINY.changed(crop_px=None, crop_count=1, whole_size_px=256)
    events = list(train_pyramid(PHOTO, config, CPU))
    assert CropsReduced(2, 38, 1) in events
    done = events[-1]
    assert isinstance(done, TrainingDone)
    assert done.model.is_complete


def test_reduced_run_can_be_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    ScarceMemory(monkeypatch, 2, 32 * 32)
    stream = train_pyramid(PHOTO, TINY, CPU)
    next(event for event in stream if isinstance(event, CropsReduced))
    reply = stream.send(CHECKPOINT)
    assert isinstance(reply, CheckpointDue)
    done = list(stream)[-1]
    assert isinstance(done, TrainingDone)
    assert trained(TINY, reply.state).model_id == done.model.model_id


def test_out_of_memory_without_a_way_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ScarceMemory(monkeypatch, 2, 0)
    with pytest.raises(OutOfMemoryError, match="scale 2"):
        list(train_pyramid(PHOTO, TINY, CPU))


def test_less_memory_ends() -> None:
    config: TrainConfig | None = TINY.changed(crop_px=512, crop_count=8, whole_size_px=256)
    steps = 0
    while config is not None:
        last, config = config, less_memory(config, 3, (3000, 4000))
        steps += 1
    assert (last.crop_px, last.crop_count) == (32, 1)
    assert steps < 12
    assert less_memory(TINY, 0, (25, 33)) is None
