"""Patches of the photo put in the place of others: right in every window, and from the photo."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from singan_core.pixels.image import to_tensor
from singan_core.pixels.nearest_patches import MARGIN_PX, NearestPatches
from singan_core.pixels.resize import Window
from tests.core.photos import landscape

SIZE = (60, 80)
WHOLE = Window.of(SIZE)
PHOTO = to_tensor(landscape(*SIZE))
PATCHES = NearestPatches.of(PHOTO, PHOTO)
NOISY = (PHOTO + 0.2 * torch.randn(PHOTO.shape, generator=torch.Generator().manual_seed(1))).clamp(
    -1.0, 1.0
)


def rmse(first: torch.Tensor, second: torch.Tensor) -> float:
    return float((first - second).square().mean().sqrt())


def test_the_photo_is_made_of_its_own_patches() -> None:
    assert torch.allclose(PATCHES.replaced(PHOTO, WHOLE, WHOLE, SIZE), PHOTO, atol=1e-5)


def test_noise_gives_way_to_the_photo() -> None:
    assert rmse(PATCHES.replaced(NOISY, WHOLE, WHOLE, SIZE), PHOTO) < 0.5 * rmse(NOISY, PHOTO)


def test_what_is_as_soft_as_the_looks_becomes_sharp() -> None:
    soft = torch.nn.functional.avg_pool2d(PHOTO, 3, 1, 1, count_include_pad=False)
    made = NearestPatches.of(soft, PHOTO).replaced(soft, WHOLE, WHOLE, SIZE)
    assert rmse(made, PHOTO) < 0.2 * rmse(soft, PHOTO)


def test_colours_that_the_photo_lacks_do_not_come_through() -> None:
    magenta = torch.tensor([1.0, -1.0, 1.0]).reshape(1, 3, 1, 1).expand_as(PHOTO)
    made = PATCHES.replaced(magenta.contiguous(), WHOLE, WHOLE, SIZE)
    for channel in range(3):
        low, high = PHOTO[0, channel].min() - 1e-5, PHOTO[0, channel].max() + 1e-5
        assert low <= made[0, channel].min() <= made[0, channel].max() <= high


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_window_is_a_part_of_the_whole(data: st.DataObject) -> None:
    whole = PATCHES.replaced(NOISY, WHOLE, WHOLE, SIZE)
    top, left = data.draw(st.integers(0, SIZE[0] - 1)), data.draw(st.integers(0, SIZE[1] - 1))
    bottom = data.draw(st.integers(top + 1, SIZE[0]))
    right = data.draw(st.integers(left + 1, SIZE[1]))
    window = Window(top, left, bottom, right)
    read = window.grown(MARGIN_PX, SIZE)
    made = PATCHES.replaced(read.cut(NOISY), read, window, SIZE)
    differs = (made - window.cut(whole)).abs().amax(dim=1) > 1e-5
    # Rounding may choose another of two patches equally near: what one of them puts in.
    assert int(differs.sum()) <= 30


def test_pictures_of_a_batch_do_not_touch_each_other() -> None:
    both = PATCHES.replaced(torch.cat([NOISY, PHOTO]), WHOLE, WHOLE, SIZE)
    assert torch.allclose(both[1:], PHOTO, atol=1e-5)
    assert torch.allclose(both[:1], PATCHES.replaced(NOISY, WHOLE, WHOLE, SIZE), atol=1e-5)


def test_of_a_large_photo_every_other_patch_is_enough() -> None:
    photo = to_tensor(landscape(300, 400))
    patches = NearestPatches.of(photo, photo)
    assert patches.step == 2
    size = (300, 400)
    made = patches.replaced(photo, Window.of(size), Window.of(size), size)
    assert rmse(made, photo) < 0.1


def test_what_a_typical_picture_lacks_is_put_in_more_often() -> None:
    photo = torch.zeros(1, 3, 40, 80)
    photo[..., 40:] = 0.4
    typical = torch.zeros(1, 3, 40, 80)
    between = torch.full((1, 3, 40, 80), 0.18)
    window, size = Window.of((40, 80)), (40, 80)
    plain = NearestPatches.of(photo, photo).replaced(between, window, window, size)
    weighed = NearestPatches.of(photo, photo).completed(typical, 0.5)
    complete = weighed.replaced(between, window, window, size)
    assert float(plain.mean()) < 0.1
    assert float(complete.mean()) > 0.3


def test_a_picture_smaller_than_a_patch_is_replaced_all_the_same() -> None:
    tiny = to_tensor(landscape(60, 80))[..., :4, :5].contiguous()
    window = Window.of((4, 5))
    assert PATCHES.replaced(tiny, window, window, (4, 5)).shape == tiny.shape
