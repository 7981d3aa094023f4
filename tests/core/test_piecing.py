"""Pictures pieced together from one photo, led by the structure of another."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from singan_core.applications.structural_analogy.piecing import Piecing
from singan_core.applications.structural_analogy.translation import Translation
from singan_core.applications.structural_analogy.translation_steps import translation_steps
from singan_core.errors import ConfigError
from singan_core.model.trained_pair import TrainedPair
from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.nearest_patches import NARROW, WIDE, NearestPatches
from singan_core.pixels.structure import GUIDE_CHANNELS, edge_correlation, structure_guide
from singan_core.recently_used import RecentlyUsed
from singan_core.rendering.tiling import TileStep
from tests.core.photos import landscape
from tests.core.pyramids import random_pyramid

CPU = torch.device("cpu")
SIZE = (72, 96)
APPEARANCE = landscape(*SIZE)
MODEL = random_pyramid(scale_count=5, size=SIZE, gain=0.5)
PAIR = TrainedPair(random_pyramid(scale_count=5, size=SIZE, gain=0.5), MODEL)


def discs() -> ImageArray:
    """Dark discs on white."""
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    near = np.hypot((rows - 12) % 24 - 12, (columns - 12) % 32 - 16) < 8
    return np.where(near[..., None], 20, 235).astype(np.uint8).repeat(3, axis=2)


def pieced(structure: float, image: torch.Tensor) -> torch.Tensor:
    """Piece the finest but one scale of ``MODEL`` together, led by the discs."""
    piecing = Piecing(MODEL, APPEARANCE, range(3, 4), structure)
    size = MODEL.plan.sizes[3]
    led = torch.nn.functional.interpolate(to_tensor(discs()), size, mode="area")
    steps = piecing.steps(3, torch.nn.functional.interpolate(image, size, mode="area"), led)
    while True:
        try:
            assert next(steps) == 3
        except StopIteration as stop:
            made: torch.Tensor = stop.value
            return made


def test_a_guide_is_the_same_for_a_negative_but_for_what_is_light() -> None:
    picture = to_tensor(discs())
    guide, negative = structure_guide(picture), structure_guide(-picture)
    assert guide.shape == (*SIZE, GUIDE_CHANNELS)
    both = guide.reshape(*SIZE, 9, 4), negative.reshape(*SIZE, 9, 4)
    assert torch.allclose(both[0][..., :3], both[1][..., :3], atol=1e-5)
    assert torch.allclose(both[0][..., 3], -both[1][..., 3], atol=1e-5)


def test_a_guide_of_a_plain_picture_is_finite() -> None:
    assert torch.isfinite(structure_guide(torch.full((1, 3, 20, 30), 0.3))).all()


def test_the_structure_leads_more_the_more_it_weighs() -> None:
    noise = torch.rand(1, 3, *SIZE, generator=torch.Generator().manual_seed(0)) - 0.5
    led = to_tensor(discs())
    correlations = [edge_correlation(pieced(share, noise), led) for share in (0.0, 4.0)]
    assert correlations[1] > correlations[0] + 0.2


def test_what_is_pieced_together_has_the_colours_of_the_photo() -> None:
    made = pieced(1.0, to_tensor(discs()))
    known = {tuple(pixel // 16) for pixel in APPEARANCE.reshape(-1, 3)}
    levels = made[0].permute(1, 2, 0).add(1.0).mul(127.5).round().reshape(-1, 3).numpy()
    assert np.mean([tuple(pixel // 16) in known for pixel in levels.astype(int)]) > 0.8


def test_wide_votes_are_softer_than_narrow_ones() -> None:
    photo = to_tensor(APPEARANCE)
    noisy = photo + 0.2 * torch.randn(photo.shape, generator=torch.Generator().manual_seed(1))
    patches = NearestPatches.of(photo, photo)
    made = [patches.guided(noisy, None, vote, 3.0) for vote in (NARROW, WIDE)]
    slopes = [float(each.diff(dim=-1).abs().mean()) for each in made]
    assert slopes[0] > slopes[1]


def test_without_patches_or_with_the_finest_scale_nothing_is_pieced_together() -> None:
    whole = Translation(PAIR, "a2b", discs(), scale=1, appearance=APPEARANCE)
    assert whole.piecing is not None
    assert whole.piecing.scales == range(1, 4)
    for other in ({"patch_scales": 0}, {"scale": 4}, {"appearance": None}, {"patch_scales": 1}):
        assert dataclasses.replace(whole, **other).piecing is None  # type: ignore[arg-type]
    assert dataclasses.replace(whole, patch_scales=3).piecing.scales == range(2, 4)  # type: ignore[union-attr]


def test_steps_are_counted_and_the_same_seed_gives_the_same_picture() -> None:
    translation = Translation(
        PAIR, "a2b", discs(), scale=2, seed=4, appearance=APPEARANCE, structure=1.0
    )
    made = []
    for _ in range(2):
        *steps, image = translation_steps(translation, CPU)
        assert all(isinstance(each, TileStep) and each.done <= each.total for each in steps)
        made.append(image)
    assert made[0].shape == (*SIZE, 3)  # type: ignore[union-attr]
    assert np.array_equal(made[0], made[1])  # type: ignore[arg-type]


def test_the_structure_has_limits() -> None:
    with pytest.raises(ConfigError, match="0 to 4"):
        Translation(PAIR, "a2b", discs(), appearance=APPEARANCE, structure=4.5).check()


def test_of_kept_values_the_one_unused_for_longest_goes() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    kept: RecentlyUsed[str] = RecentlyUsed(2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(name, lambda name=name: make(name)) == name  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
