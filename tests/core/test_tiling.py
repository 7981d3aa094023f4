"""Rendering in tiles: the same picture however it is cut, within a limit, and when memory ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.applications.random_samples import sample_steps
from singan_core.applications.super_resolution import super_resolution_steps
from singan_core.errors import ConfigError, OutOfMemoryError
from singan_core.model.networks import FrozenGenerator
from singan_core.model.pyramid import scaled_sizes
from singan_core.pixels.image import ImageArray, to_array, to_tensor
from singan_core.pixels.resize import Size, Window, resize, source_window
from singan_core.pixels.tiles import tiles
from singan_core.rendering import tiling as tiling_module
from singan_core.rendering.edit_windows import EditWindows, InjectedWindows
from singan_core.rendering.finishing import Finishing
from singan_core.rendering.injection import Injection, Rendering, injection_steps, render
from singan_core.rendering.sample import (
    Renderer,
    counter_noise,
    injected,
    last_image,
    walk,
)
from singan_core.rendering.tiling import TiledPicture, TiledWalk, TileStep, Tiling
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
MODEL = random_pyramid(scale_count=5, size=(60, 80))
RENDERER = Renderer.of(MODEL, CPU)
PHOTO = landscape(60, 80)
CASCADE_TOLERANCE, SCALE_TOLERANCE = 1e-4, 1e-5
"""In the [-1, 1] range."""


class SmallTiling(Tiling):
    """Tiles of one side, and blocks of at most so many bytes."""

    def __init__(self, side: int, held_bytes: int = 1 << 40) -> None:
        super().__init__()
        self._wanted, self._held = side, held_bytes

    def side_px(self, channels: int, device: torch.device, whole_px: int = 0) -> int:
        return self._wanted

    def finished_side_px(self) -> int:
        return self._wanted

    def holds(self, byte_count: int) -> bool:
        return byte_count <= self._held


@st.composite
def windows_of(draw: st.DrawFn, size: Size) -> Window:
    top, left = draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))
    bottom, right = draw(st.integers(top + 1, size[0])), draw(st.integers(left + 1, size[1]))
    return Window(top, left, bottom, right)


def returned(steps: Iterator[int]) -> torch.Tensor:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            image: torch.Tensor = end.value
            return image


def start_of(scale: int, sizes: Sequence[Size], photo: ImageArray) -> InjectedWindows | None:
    if scale == 0:
        return None
    return InjectedWindows(EditWindows(photo, CPU), scale, sizes, Window.of(sizes[scale]))


@settings(deadline=None, max_examples=30)
@given(
    data=st.data(),
    height=st.integers(40, 110),
    width=st.integers(40, 110),
    scale=st.integers(0, 4),
    side=st.integers(6, 70),
)
def test_any_window_in_any_tiles_equals_the_whole_walk(
    data: st.DataObject, height: int, width: int, scale: int, side: int
) -> None:
    sizes = scaled_sizes(MODEL.plan, (height, width))
    start = injected(to_tensor(PHOTO), scale, sizes) if scale else None
    noise = counter_noise(RENDERER, 3)
    whole = list(walk(RENDERER, sizes, noise, start_scale=scale, start=start))
    wanted = data.draw(windows_of((height, width)))
    words = {"start_scale": scale, "start": start_of(scale, sizes, PHOTO)}
    cascade = TiledWalk(RENDERER, sizes, 3, SmallTiling(side), **words)
    difference = returned(cascade.steps(wanted)) - wanted.cut(whole[-1].image)
    assert difference.abs().max() <= CASCADE_TOLERANCE


@settings(deadline=None, max_examples=20)
@given(data=st.data(), scale=st.integers(1, 4), side=st.integers(6, 70))
def test_one_scale_in_tiles_equals_it_untiled(data: st.DataObject, scale: int, side: int) -> None:
    sizes = MODEL.plan.sizes
    start = injected(to_tensor(PHOTO), scale, sizes)
    first = next(walk(RENDERER, sizes, counter_noise(RENDERER, 3), start_scale=scale, start=start))
    wanted = data.draw(windows_of(sizes[scale]))
    one = dataclasses.replace(
        RENDERER,
        generators=RENDERER.generators[: scale + 1],
        amplitudes=RENDERER.amplitudes[: scale + 1],
    )
    words = {"start_scale": scale, "start": start_of(scale, sizes, PHOTO)}
    tiled = returned(TiledWalk(one, sizes, 3, SmallTiling(side), **words).steps(wanted))
    assert (tiled - wanted.cut(first.image)).abs().max() <= SCALE_TOLERANCE


@settings(deadline=None, max_examples=25)
@given(
    data=st.data(),
    size=st.tuples(st.integers(11, 90), st.integers(11, 90)),
    out=st.tuples(st.integers(3, 120), st.integers(3, 120)),
    read_px=st.integers(1, 3000),
)
def test_a_window_of_a_picture_is_that_of_the_whole_resize_bit_for_bit(
    data: st.DataObject, size: Size, out: Size, read_px: int
) -> None:
    picture = landscape(*size)
    window = data.draw(windows_of(out))
    expected = window.cut(resize(to_tensor(picture), out)).clamp(-1.0, 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("singan_core.rendering.edit_windows._READ_PX", read_px)
        assert torch.equal(EditWindows(picture, CPU).at(out, window), expected)


@settings(deadline=None, max_examples=20)
@given(
    side=st.integers(7, 50),
    held=st.integers(0, 200_000),
    scale=st.integers(1, 4),
    detail_scales=st.sampled_from((None, 0, 2)),
    size=st.sampled_from(((60, 80), (75, 80), (101, 133))),
    has_mask=st.booleans(),
)
def test_an_edit_in_tiles_and_blocks_is_the_same_picture(
    side: int, held: int, scale: int, detail_scales: int | None, size: Size, has_mask: bool
) -> None:
    composite = landscape(*size, seed=4)
    mask = np.zeros(size, np.uint8)
    mask[20:31, 33:52] = 255
    used = mask if has_mask else None
    injection = Injection(
        MODEL, PHOTO, composite, used, scale, detail_scales=detail_scales, grow_px=3, feather_px=4
    )
    *steps, tiled = injection_steps(injection, CPU, SmallTiling(side, held))
    whole = render(injection, CPU)
    assert isinstance(tiled, Rendering)
    assert np.array_equal(tiled.image[whole.mask == 0], whole.image[whole.mask == 0])
    assert np.abs(tiled.image.astype(int) - whole.image).max() <= 1
    assert np.abs(tiled.generated.astype(int) - whole.generated).max() <= 1
    check_counted(steps)


def check_counted(steps: Sequence[object]) -> None:
    counts = [(step.done, step.total) for step in steps if isinstance(step, TileStep)]
    assert [done for done, _ in counts] == list(range(1, len(steps) + 1))
    assert counts[-1][0] == counts[-1][1]


def test_an_edit_computes_what_its_region_needs_only(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_pyramid(scale_count=6, size=(300, 400))
    photo = landscape(300, 400)
    mask = np.zeros((300, 400), np.uint8)
    mask[100:130, 200:240] = 255
    seen = 0
    original = FrozenGenerator.residual

    def counted(self: FrozenGenerator, padded: torch.Tensor) -> torch.Tensor:
        nonlocal seen
        seen += padded.shape[-2] * padded.shape[-1]
        return original(self, padded)

    monkeypatch.setattr(FrozenGenerator, "residual", counted)
    render(Injection(model, photo, photo, mask, 5, grow_px=2, feather_px=2), CPU)
    assert seen <= (30 + 2 * 12) * (40 + 2 * 12)


def test_a_small_picture_is_one_tile_a_scale_and_a_large_one_is_cut() -> None:
    for size, is_cut in (((60, 80), False), ((3000, 4000), True)):
        sizes = scaled_sizes(MODEL.plan, size)
        work = TiledWalk(RENDERER, sizes, 0, Tiling())
        assert (work.tile_count(Window.of(size)) > len(sizes)) == is_cut


@pytest.mark.parametrize("side", [1, 7, 64, 1000])
def test_tiles_cover_a_window_once(side: int) -> None:
    window = Window(3, 5, 70, 41)
    count = np.zeros((80, 50), int)
    for tile in tiles(window, side):
        assert max(tile.size) <= side
        count[tile.slices] += 1
    assert (count[window.slices] == 1).all()
    assert count.sum() == 67 * 36


def test_tiles_are_of_nearly_one_size() -> None:
    sides = {side for tile in tiles(Window(0, 0, 1025, 769), 256) for side in tile.size}
    assert sides == {205, 192, 193}
    assert tiles(Window(4, 4, 4, 9)) == []


def check_same_but_for_rounding(found: ImageArray, wanted: ImageArray) -> None:
    """Some processors sum convolutions in another order at another size."""
    levels = np.abs(found.astype(int) - wanted)
    assert levels.max() <= 1
    assert (levels > 0).mean() < 1e-3


def failing(monkeypatch: pytest.MonkeyPatch, largest_px: int) -> list[int]:
    """Let networks run out of memory above a size; return the sides of what they were given."""
    given_px: list[int] = []
    original = FrozenGenerator.residual

    def scarce(self: FrozenGenerator, padded: torch.Tensor) -> torch.Tensor:
        side = max(padded.shape[-2:])
        if side > largest_px:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        given_px.append(side)
        return original(self, padded)

    monkeypatch.setattr(FrozenGenerator, "residual", scarce)
    return given_px


def test_out_of_memory_halves_the_tiles_and_the_render_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = random_pyramid(scale_count=4, size=(150, 200))
    photo = landscape(150, 200)
    injection = Injection(model, photo, landscape(150, 200, seed=2), None, 1)
    expected = render(injection, CPU)
    given_px = failing(monkeypatch, 70)
    *steps, rendering = injection_steps(injection, CPU)
    assert isinstance(rendering, Rendering)
    check_same_but_for_rounding(rendering.image, expected.image)
    assert max(given_px) <= 70
    check_counted(steps)


def test_a_block_that_cannot_be_held_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = MODEL.plan.sizes
    original, failures = torch.empty, [2]

    def scarce(*words: object, **options: object) -> torch.Tensor:
        if words[-2:] == (60, 80) and failures[0]:
            failures[0] -= 1
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return original(*words, **options)  # type: ignore[call-overload,no-any-return]

    def sampled() -> ImageArray:
        image = np.zeros((60, 80, 3), np.uint8)
        work = TiledWalk(RENDERER, sizes, 5, Tiling())
        list(
            TiledPicture(work, Finishing.of((60, 80), (60, 80), None), image).steps(
                Window.of((60, 80))
            )
        )
        return image

    expected = sampled()
    monkeypatch.setattr(torch, "empty", scarce)
    check_same_but_for_rounding(sampled(), expected)
    assert failures == [1]


def test_without_any_memory_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, 0)
    with pytest.raises(OutOfMemoryError, match="even for small parts"):
        render(Injection(MODEL, PHOTO, PHOTO, None, 2), CPU)


def test_another_error_is_not_taken_for_missing_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: FrozenGenerator, padded: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(FrozenGenerator, "residual", broken)
    with pytest.raises(RuntimeError, match="shapes differ"):
        render(Injection(MODEL, PHOTO, PHOTO, None, 2), CPU)


def test_super_resolution_goes_on_in_smaller_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_pyramid(scale_count=3, size=(60, 80))
    config = model.config.changed(kind="sr", scale_factor=2.0 ** (1 / 3))
    plan = dataclasses.replace(model.plan, factor=2.0 ** (1 / 3))
    model = dataclasses.replace(model, kind="sr", config=config, plan=plan)

    def enlarged() -> ImageArray:
        *_, image = super_resolution_steps(model, PHOTO, 2.0, device=CPU)
        assert isinstance(image, np.ndarray)
        return image

    expected = enlarged()
    given_px = failing(monkeypatch, 70)
    check_same_but_for_rounding(enlarged(), expected)
    assert max(given_px) <= 70


def test_samples_in_tiles_are_the_same_pictures() -> None:
    sizes = scaled_sizes(MODEL.plan, (90, 130))
    for start_scale in (0, 2):
        words = {"seeds": [4], "start_scale": start_scale, "size": (90, 130), "device": CPU}
        tiling = SmallTiling(31, 100_000)
        *_, image = sample_steps(MODEL, PHOTO, **words, patch_scales=0, layouts=1, tiling=tiling)
        start = injected(to_tensor(PHOTO), start_scale, sizes) if start_scale else None
        noise = counter_noise(RENDERER, 4)
        whole = walk(RENDERER, sizes, noise, start_scale=start_scale, start=start)
        assert isinstance(image, np.ndarray)
        assert np.abs(image.astype(int) - to_array(last_image(whole))).max() <= 1


def test_a_limit_makes_tiles_and_blocks_smaller() -> None:
    wide = 128
    assert Tiling().side_px(wide, CPU) > Tiling(4 << 20).side_px(wide, CPU)
    assert not Tiling(1 << 20).holds(1 << 20)
    assert Tiling().holds(1 << 40)


def test_a_limit_that_is_too_small_is_refused_in_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"0 MB of memory are not enough to render .*\.$"):
        list(injection_steps(Injection(MODEL, PHOTO, PHOTO, None, 2), CPU, Tiling(1000)))
    with pytest.raises(ConfigError, match="takes about 20 MB of memory at once, and only 10"):
        Tiling(10 << 20).require(10 << 20)


def test_a_render_may_be_left_between_two_tiles() -> None:
    steps = injection_steps(Injection(MODEL, PHOTO, PHOTO, None, 2), CPU, SmallTiling(16))
    first = next(steps)
    assert isinstance(first, TileStep)
    assert first.total > 20
    steps.close()


def test_what_is_held_is_the_cone_of_what_is_wanted() -> None:
    sizes = scaled_sizes(MODEL.plan, (3000, 4000))
    work = TiledWalk(RENDERER, sizes, 0, Tiling(), start_scale=2)
    part, whole = Window(1000, 1000, 1200, 1200), Window.of((3000, 4000))
    assert work.held_bytes(part) < 12 * 2 * 300 * 300
    assert work.held_bytes(whole) > 12 * 3000 * 4000
    assert source_window(part, sizes[-2], sizes[-1]).size < (200, 200)
    assert tiling_module.SMALLEST_TILE_PX <= 64
