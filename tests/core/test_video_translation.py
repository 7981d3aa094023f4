"""Translation of films: steady, resumable to the bit, and no more held than a frame."""

from __future__ import annotations

import dataclasses
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from singan_core.applications.structural_analogy import leading
from singan_core.applications.structural_analogy import video as video_module
from singan_core.applications.structural_analogy.translation import Translation
from singan_core.applications.structural_analogy.translation_steps import translated
from singan_core.applications.structural_analogy.video import (
    VideoStep,
    VideoTranslation,
    video_steps,
)
from singan_core.applications.structural_analogy.video_state import (
    video_state_from_bytes,
    video_state_to_bytes,
)
from singan_core.errors import CheckpointError, OutOfMemoryError, PhotoError, ScaleError
from singan_core.model.trained_pair import TrainedPair
from tests.core.pairs import CPU, TINY, stripes, trained_pair
from tests.core.pans import Frames, moved_difference, pan, reduced

B = stripes(80, 80)
STEP_PX = 4  # 1.6 px of a result: whole ones would leave no difference at all
SCALE = 1


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return pan(STEP_PX)


@pytest.fixture(scope="module")
def pair(one_thread: None, frames: Frames) -> TrainedPair:
    config = TINY.changed(max_size_px=48, scale_count=4, iterations=12)
    return trained_pair((frames[0], B), config)


def film(video: VideoTranslation, frames: Frames, **options: Any) -> Frames:
    steps = video_steps(video, frames, CPU, **options)
    return [step.frame for step in steps if step.frame is not None]


def finished(video: VideoTranslation, frames: Frames, **options: Any) -> list[VideoStep]:
    return [step for step in video_steps(video, frames, CPU, **options) if step.state is not None]


@pytest.mark.parametrize("appearance", [None, B], ids=["plain", "patches"])
def test_on_a_pan_the_result_moves_as_steadily_as_the_film(
    pair: TrainedPair, frames: Frames, appearance: NDArray[np.uint8] | None
) -> None:
    video = VideoTranslation(pair, "a2b", SCALE, appearance=appearance)
    given = moved_difference(reduced(frames, video.of(frames[0]).sizes[-1]), STEP_PX)
    made = film(video, frames)
    assert made[-1].std() > 5.0, "a grey picture is steady too"
    assert moved_difference(made, STEP_PX) <= 1.5 * given
    alone = film(dataclasses.replace(video, kept_share=0.0), frames)
    assert moved_difference(alone, STEP_PX) > 2.0 * given
    stills = [
        translated(dataclasses.replace(video.of(frame), seed=seed), CPU)
        for seed, frame in enumerate(frames)
    ]
    assert moved_difference(stills, STEP_PX) > 3.0 * given


def test_noise_is_equal_in_every_frame(pair: TrainedPair, frames: Frames) -> None:
    video = VideoTranslation(pair, "a2b", SCALE, seed=3, kept_share=0.0)
    still = film(video, [frames[0]] * 3)
    assert (still[0] == still[1]).all()
    assert (still[0] == still[2]).all()
    assert (film(dataclasses.replace(video, seed=4), frames[:1])[0] != still[0]).any()
    assert (film(dataclasses.replace(video, seed=None), frames[:1])[0] != still[0]).any()


def test_a_frame_alone_is_a_translation_but_for_its_border(
    pair: TrainedPair, frames: Frames
) -> None:
    finest = pair.scale_count - 1
    made = film(VideoTranslation(pair, "a2b", finest), frames[:1])[0]
    still = translated(Translation(pair, "a2b", frames[0], finest), CPU)
    assert (made[5:-5, 5:-5] == still[5:-5, 5:-5]).all()
    assert (made != still).any()


def test_what_stands_still_comes_to_rest(pair: TrainedPair, frames: Frames) -> None:
    made = film(VideoTranslation(pair, "a2b", SCALE), [frames[0]] * 4)
    assert all((frame == made[0]).mean() > 0.99 for frame in made)


def test_nothing_of_the_scene_before_a_cut_is_kept(pair: TrainedPair, frames: Frames) -> None:
    video = VideoTranslation(pair, "a2b", SCALE)
    other = np.random.default_rng(0).integers(0, 256, frames[0].shape, np.uint8)
    after_a_cut = film(video, [frames[0], other])[1]
    alone = film(video, [other])[0]
    assert np.abs(after_a_cut.astype(int) - alone).mean() < 1.0


@pytest.mark.parametrize("options", [{}, {"inject": 0, "refine": 2, "seed": 5}, {"appearance": B}])
def test_a_film_goes_on_to_the_same_bits(
    pair: TrainedPair, frames: Frames, options: dict[str, Any]
) -> None:
    video = VideoTranslation(pair, "a2b", SCALE, **options)
    whole = finished(video, frames)
    for kept in range(1, len(frames)):
        state = whole[kept - 1].state
        assert state is not None
        read = video_state_from_bytes(video_state_to_bytes(state))
        rest = finished(video, frames[kept:], state=read)
        assert [step.index for step in rest] == list(range(kept, len(frames)))
        for expected, step in zip(whole[kept:], rest, strict=True):
            assert expected.frame is not None
            assert step.frame is not None
            assert (expected.frame == step.frame).all()


def test_steps_count_the_scales_of_a_frame(pair: TrainedPair, frames: Frames) -> None:
    video = VideoTranslation(pair, "b2a", SCALE, inject=0, refine=2)
    steps = list(video_steps(video, frames[:2], CPU))
    assert {step.total for step in steps} == {2 + 3 + 2}
    for index in (0, 1):
        done = [step.done for step in steps if step.index == index]
        assert done == sorted(done)
        assert done[-1] == steps[0].total
    assert [step.index for step in steps if step.frame is not None] == [0, 1]


def test_a_frame_of_another_size_is_named(pair: TrainedPair, frames: Frames) -> None:
    odd = [*frames[:2], frames[2][:, :-8], frames[3]]
    steps = video_steps(VideoTranslation(pair, "a2b"), odd, CPU)
    with pytest.raises(PhotoError, match=r"Frame 3 is 112 x 96 px, but the first one is 120 x 96"):
        list(steps)
    first = finished(VideoTranslation(pair, "a2b"), frames[:1])[0]
    rest = video_steps(VideoTranslation(pair, "a2b"), odd[2:], CPU, state=first.state)
    with pytest.raises(PhotoError, match=r"Frame 2 is"):
        list(rest)


def test_what_cannot_be_translated_is_refused(pair: TrainedPair, frames: Frames) -> None:
    with pytest.raises(ScaleError, match="translation scale 9"):
        film(VideoTranslation(pair, "a2b", 9), frames)
    assert film(VideoTranslation(pair, "a2b"), []) == []


def test_no_frame_is_held_longer_than_it_takes(pair: TrainedPair, frames: Frames) -> None:
    known: list[weakref.ref[NDArray[np.uint8]]] = []
    most = 0

    def read() -> Iterator[NDArray[np.uint8]]:
        nonlocal most
        for _ in range(8):
            frame = frames[0].copy()
            known.append(weakref.ref(frame))
            gc.collect()
            most = max(most, sum(each() is not None for each in known))
            yield frame
            del frame

    for _ in video_steps(VideoTranslation(pair, "a2b", SCALE), read(), CPU):
        pass
    assert most <= 3


@pytest.mark.parametrize("damage", [b"", b"nothing", "cut", "altered"])
def test_a_damaged_state_is_refused(pair: TrainedPair, frames: Frames, damage: bytes | str) -> None:
    state = finished(VideoTranslation(pair, "a2b", SCALE), frames[:1])[0].state
    assert state is not None
    whole = video_state_to_bytes(state)
    data = damage if isinstance(damage, bytes) else whole[: len(whole) // 2]
    if damage == "altered":
        data = whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:]
    with pytest.raises(CheckpointError):
        video_state_from_bytes(data)


def test_too_little_memory_is_one_sentence(
    pair: TrainedPair, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(video_module.Steadying, "steadied", fail)
    with pytest.raises(OutOfMemoryError, match="ran out of memory for a frame"):
        film(VideoTranslation(pair, "a2b"), frames)


def test_all_frames_are_led_as_strictly_as_the_first_one_needs(
    pair: TrainedPair, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = VideoTranslation(pair, "a2b", SCALE, appearance=B)
    monkeypatch.setattr(leading, "LEAST_FOLLOWED", 3.0)
    strict = finished(dataclasses.replace(video, structure=leading.TRIED[-1]), frames[:3])
    begun = finished(video, frames[:1])
    assert begun[0].state is not None
    assert begun[0].state.structure == leading.TRIED[-1]
    # what the others would need does not count, in another run either
    monkeypatch.setattr(leading, "LEAST_FOLLOWED", -3.0)
    state = video_state_from_bytes(video_state_to_bytes(begun[0].state))
    rest = finished(video, frames[1:3], state=state)
    for one, other in zip(strict, [*begun, *rest], strict=True):
        assert one.frame is not None
        assert other.frame is not None
        assert (one.frame == other.frame).all()
