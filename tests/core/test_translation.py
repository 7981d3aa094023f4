"""Translation of pictures by a pair, the measure of structure, and the choice of K."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from singan_core.applications.structural_analogy import switch_scale
from singan_core.applications.structural_analogy.pair_training import train_pair
from singan_core.applications.structural_analogy.switch_scale import (
    SwitchScaleChosen,
    SwitchScaleStep,
    SwitchScaleTried,
    switch_scale_events,
)
from singan_core.applications.structural_analogy.translation import (
    Translation,
    default_scale,
    translating,
)
from singan_core.applications.structural_analogy.translation_steps import (
    translated,
    translation_steps,
)
from singan_core.errors import ConfigError, PhotoError, ScaleError
from singan_core.events import TrainingDone
from singan_core.model.checkpoint import (
    pyramid_from_bytes,
    pyramid_to_bytes,
    scale_from_bytes,
    scale_to_bytes,
)
from singan_core.model.networks import TRANSLATION
from singan_core.model.trained import TrainedPyramid
from singan_core.model.trained_pair import TrainedPair
from singan_core.pixels.image import ImageArray, to_array, to_tensor
from singan_core.pixels.patch_distance import PatchDistance
from singan_core.pixels.resize import resize
from singan_core.pixels.structure import edge_correlation
from singan_core.rendering.sample import Renderer, enlarged, last_image, walk
from singan_core.rendering.tiling import TileStep, Tiling
from tests.core.pairs import CPU, TINY, A, B, stripes, trained_pair
from tests.core.photos import landscape


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def pair() -> TrainedPair:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    trained = trained_pair()
    torch.set_num_threads(threads)
    return trained


def test_the_result_has_the_size_of_what_gives_the_structure(pair: TrainedPair) -> None:
    assert translated(Translation(pair, "a2b", A), CPU).shape[:2] == pair.a.plan.sizes[-1]
    assert translated(Translation(pair, "b2a", B), CPU).shape[:2] == pair.b.plan.sizes[-1]
    wide = translated(Translation(pair, "a2b", landscape(20, 60)), CPU)
    assert wide.shape[:2] == (13, 40)
    assert translated(Translation(pair, "a2b", A, size=(50, 62)), CPU).shape == (50, 62, 3)


def test_swapped_pairs_and_directions_agree(pair: TrainedPair) -> None:
    there = translated(Translation(pair, "a2b", A, seed=4), CPU)
    back = translated(Translation(pair.swapped(), "b2a", A, seed=4), CPU)
    assert np.array_equal(there, back)


def test_a_translation_is_what_the_other_generator_makes_of_the_picture(pair: TrainedPair) -> None:
    """ab_n = G_B_n(a_n) + a_n below K and G_B_n(a_n) from K on (section 3.1)."""
    finest = pair.scale_count - 1
    generator = translating(pair.b, finest, CPU).generators[finest]
    given = enlarged(to_tensor(A), pair.a.plan.sizes[finest])
    padded = torch.nn.functional.pad(given, (5, 5, 5, 5))
    made = to_array(generator.residual(padded))
    result = translated(Translation(pair, "a2b", A, scale=finest), CPU)
    assert int(np.abs(made.astype(int) - result.astype(int)).max()) <= 1
    below = translating(pair.b, 0, CPU)
    residual = below.generators[0].residual(padded)
    assert torch.equal(below.generators[0].picture(padded, given), residual + given)


def test_finer_scales_go_on_with_the_noise_of_the_seed(pair: TrainedPair) -> None:
    one, same, other = (
        translated(Translation(pair, "a2b", A, scale=0, seed=seed), CPU) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    finest = [translated(Translation(pair, "a2b", A, scale=2, seed=seed), CPU) for seed in (1, 2)]
    assert np.array_equal(*finest)


def test_injecting_and_refining_change_the_result(pair: TrainedPair) -> None:
    plain = Translation(pair, "a2b", A, scale=2)
    pictures = [
        translated(dataclasses.replace(plain, **changes), CPU)
        for changes in ({}, {"inject": 0}, {"inject": 2}, {"refine": 1}, {"refine": 2})
    ]
    for index, first in enumerate(pictures):
        assert all(not np.array_equal(first, other) for other in pictures[index + 1 :])


def test_refining_goes_through_a_single_model_of_the_photo(pair: TrainedPair) -> None:
    refiner = dataclasses.replace(pair.b, scales=pair.b.scales[:2])
    result = translated(Translation(pair, "a2b", A, refine=1, refiner=refiner), CPU)
    assert result.shape[:2] < pair.a.plan.sizes[-1]
    with pytest.raises(ScaleError, match="refine at 2"):
        translated(Translation(pair, "a2b", A, refine=2, refiner=refiner), CPU)


def test_patches_of_the_photo_make_the_result_like_it(pair: TrainedPair) -> None:
    plain = Translation(pair, "a2b", A)
    patched = dataclasses.replace(plain, appearance=B)
    distance = PatchDistance(to_tensor(B))
    soft, sharp = (distance.of(to_tensor(translated(each, CPU))) for each in (plain, patched))
    assert sharp < soft
    none = dataclasses.replace(patched, patch_scales=0)
    assert np.array_equal(translated(none, CPU), translated(plain, CPU))
    with pytest.raises(PhotoError, match="not the one trained on"):
        translated(dataclasses.replace(plain, appearance=A), CPU)


def test_a_result_has_the_detail_of_a_large_photo() -> None:
    large = stripes(120, 90)
    *_, done = train_pair(A, large, TINY, CPU)
    assert isinstance(done, TrainingDone)
    assert done.partner is not None
    one = Translation(TrainedPair(done.model, done.partner), "a2b", A, appearance=large)
    plain = translated(dataclasses.replace(one, patch_scales=0), CPU)
    made = translated(one, CPU)
    assert made.shape[0] / plain.shape[0] == pytest.approx(3.0, rel=0.1)
    small = translated(dataclasses.replace(one, size=one.sizes[-1]), CPU)
    assert small.shape == plain.shape
    refined = translated(dataclasses.replace(one, refine=1), CPU)
    assert refined.shape == made.shape


@pytest.mark.parametrize("appearance", [None, B])
def test_a_result_does_not_depend_on_how_it_is_cut(
    pair: TrainedPair, appearance: ImageArray | None
) -> None:
    wanted = Translation(
        pair, "a2b", A, scale=0, inject=0, refine=1, size=(90, 108), appearance=appearance
    )
    whole = translated(wanted, CPU)
    events = list(translation_steps(wanted, CPU, Tiling(2_000_000)))
    assert sum(isinstance(event, TileStep) for event in events) > 8
    cut = events[-1]
    assert isinstance(cut, np.ndarray)
    levels = np.abs(whole.astype(int) - cut)
    # of two patches equally near, rounding may choose the other
    most_apart = 0.0 if appearance is None else 0.005
    assert (levels > 1).mean() <= most_apart


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scale": 3}, "translation scale 3 does not exist: 0 to 2"),
        ({"scale": 1, "inject": 2}, "injection scale 2 does not exist: 0 to 1"),
        ({"refine": 0}, "refine at 0 does not exist: 1 to 2"),
    ],
)
def test_scales_that_do_not_exist_are_told(
    pair: TrainedPair, changes: dict[str, int], sentence: str
) -> None:
    with pytest.raises(ScaleError, match=sentence):
        translated(dataclasses.replace(Translation(pair, "a2b", A), **changes), CPU)


def test_what_cannot_be_translated_is_told(pair: TrainedPair) -> None:
    with pytest.raises(PhotoError, match="too small"):
        translated(Translation(pair, "a2b", A[:2]), CPU)
    with pytest.raises(ConfigError, match="sideways"):
        translated(Translation(pair, "sideways", A), CPU)  # type: ignore[arg-type]
    begun = TrainedPair(*(dataclasses.replace(m, scales=m.scales[:1]) for m in (pair.a, pair.b)))
    with pytest.raises(ScaleError, match="two finished scales"):
        translated(Translation(begun, "a2b", A), CPU)


def test_without_patches_the_last_scale_that_adds_translates(pair: TrainedPair) -> None:
    assert default_scale(pair, has_patches=False) == pair.switch_scale - 1
    assert Translation(pair, "a2b", A).used_scale == pair.switch_scale - 1


def test_with_patches_a_coarse_scale_translates_but_none_before_the_injection(
    pair: TrainedPair,
) -> None:
    finest = pair.scale_count - 1
    assert Translation(pair, "a2b", A, appearance=B).used_scale == finest // 2
    assert Translation(pair, "a2b", A, appearance=B, inject=finest).used_scale == finest


def test_a_draft_translates_at_the_scales_it_has(pair: TrainedPair) -> None:
    draft = TrainedPair(*(dataclasses.replace(m, scales=m.scales[:2]) for m in (pair.a, pair.b)))
    assert not draft.is_complete
    assert default_scale(draft, has_patches=True) <= 1
    assert translated(Translation(draft, "a2b", A), CPU).shape[:2] == pair.a.plan.sizes[1]


def test_both_sets_of_statistics_are_kept(pair: TrainedPair) -> None:
    again = pyramid_from_bytes(pyramid_to_bytes(pair.b))
    assert again.model_id == pair.b.model_id
    scale = pair.b.scales[1]
    assert scale_from_bytes(scale_to_bytes(scale)).sha256 == scale.sha256
    name = "blocks.0.norm.running_mean"
    assert not torch.equal(scale.weights[name], scale.weights[TRANSLATION + name])


def test_scales_that_are_not_residual_draw_the_whole_picture(pair: TrainedPair) -> None:
    renderer = Renderer.of(pair.a, CPU)
    padded, base = torch.randn(1, 3, 20, 20), torch.randn(1, 3, 10, 10)
    for scale, is_residual in ((1, True), (2, False)):
        generator = renderer.generators[scale]
        made = generator.picture(padded, base)
        expected = generator.residual(padded)
        assert torch.equal(made, expected + base if is_residual else expected)


def test_noise_of_the_coarsest_scale_has_three_colours(pair: TrainedPair) -> None:
    assert pair.a.rec_noise.shape[1] == 3
    shapes: list[int] = []

    def draw(scale: int, size: tuple[int, int]) -> torch.Tensor:
        shapes.append(renderer.noise_channels(scale))
        return torch.zeros(1, shapes[-1], *size)

    renderer = Renderer.of(pair.a, CPU)
    last_image(walk(renderer, pair.a.plan.sizes, draw))
    assert shapes == [3, 3, 3]


def test_edges_of_equal_pictures_agree_and_those_of_turned_ones_do_not() -> None:
    photo = to_tensor(landscape(70, 90))
    assert edge_correlation(photo, photo) == pytest.approx(1.0)
    assert edge_correlation(-photo, photo) == pytest.approx(1.0)
    assert edge_correlation(resize(photo, (140, 180)), photo) > 0.95
    assert edge_correlation(photo.flip(2), photo) < 0.6
    assert edge_correlation(torch.zeros_like(photo), photo) == 0.0


def test_a_blurred_or_noisy_picture_keeps_most_of_its_edges() -> None:
    photo = to_tensor(landscape(70, 90))
    noisy = photo + 0.05 * torch.randn(photo.shape, generator=torch.Generator().manual_seed(0))
    foreign = edge_correlation(to_tensor(landscape(70, 90, seed=5)), photo)
    assert foreign < edge_correlation(noisy, photo) < 1.0


def test_several_switch_scales_are_tried_and_the_best_score_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(switch_scale, "TRIED_SIZE_PX", 40)
    config = TINY.changed(residual_scales=None, iterations=2)
    events = list(switch_scale_events(A, B, config, CPU))
    tried = [event for event in events if isinstance(event, SwitchScaleTried)]
    assert [each.switch_scale for each in tried] == sorted(
        {each.switch_scale for each in tried}, reverse=True
    )
    assert tried[0].switch_scale == 3
    chosen = events[-1]
    assert chosen == SwitchScaleChosen(max(tried, key=lambda each: each.score).switch_scale)
    steps = [event for event in events if isinstance(event, SwitchScaleStep)]
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done <= steps[-1].total
    for each in tried:
        assert each.a2b.shape[1] == 40
        assert np.isfinite([each.structure, each.distance]).all()


def test_trying_ends_when_it_is_closed() -> None:
    stream = switch_scale_events(A, B, TINY.changed(residual_scales=None), CPU)
    next(stream)
    stream.close()
    assert list(stream) == []


def test_a_model_of_one_photo_holds_no_translations(pair: TrainedPair) -> None:
    single: TrainedPyramid = dataclasses.replace(
        pair.b,
        scales=tuple(
            dataclasses.replace(
                scale,
                weights={k: v for k, v in scale.weights.items() if not k.startswith(TRANSLATION)},
            )
            for scale in pair.b.scales
        ),
    )
    assert single.model_id != pair.b.model_id
    result = translated(Translation(TrainedPair(pair.a, single), "a2b", A), CPU)
    assert result.shape[:2] == pair.a.plan.sizes[-1]
