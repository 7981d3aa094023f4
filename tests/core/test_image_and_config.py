"""Normalisation of pixels, training constants, devices."""

from __future__ import annotations

import numpy as np
import pytest

from singan_core.applications.animation import animation_config
from singan_core.applications.structural_analogy.presets import pair_preset
from singan_core.applications.super_resolution import sr_config
from singan_core.config import TrainConfig
from singan_core.device import available_devices, describe_device, pick_device
from singan_core.errors import ConfigError, DeviceError, PhotoError
from singan_core.pixels.image import normalise_array, photo_sha256
from singan_core.presets import PRESETS, for_detail, preset


@pytest.mark.parametrize(
    ("array", "rgb", "alpha"),
    [
        (np.full((2, 2), 7, np.uint8), (7, 7, 7), None),
        (np.full((2, 2, 1), 7, np.uint8), (7, 7, 7), None),
        (np.full((2, 2, 2), 7, np.uint8), (7, 7, 7), 7),
        (np.full((2, 2, 4), 7, np.uint8), (7, 7, 7), 7),
        (np.full((2, 2, 3), 65535, np.uint16), (255, 255, 255), None),
        (np.full((2, 2, 3), 257 * 9, np.uint16), (9, 9, 9), None),
        (np.full((2, 2, 3), 0.2, np.float32), (51, 51, 51), None),
        (np.full((2, 2), True), (255, 255, 255), None),
    ],
)
def test_every_common_pixel_type(
    array: np.ndarray, rgb: tuple[int, int, int], alpha: int | None
) -> None:
    raster = normalise_array(array)
    assert raster.rgb.dtype == np.uint8
    assert (raster.rgb == rgb).all()
    if alpha is None:
        assert raster.alpha is None
    else:
        assert raster.alpha is not None
        assert (raster.alpha == alpha).all()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2, 5), np.uint8),
        np.zeros((0, 2, 3), np.uint8),
        np.zeros((2, 2, 3), np.int32),
        np.full((2, 2, 3), np.nan),
        np.zeros(4, np.uint8),
    ],
)
def test_unusable_arrays_are_refused(array: np.ndarray) -> None:
    with pytest.raises(PhotoError):
        normalise_array(array)


def test_hash_depends_on_shape_and_pixels() -> None:
    image = np.zeros((2, 6, 3), np.uint8)
    assert photo_sha256(image) == photo_sha256(image.copy())
    assert photo_sha256(image) != photo_sha256(image.reshape(6, 2, 3))
    assert photo_sha256(image) != photo_sha256(image + np.uint8(1))


def test_config_survives_json() -> None:
    for config in PRESETS.values():
        assert TrainConfig.from_dict(config.to_dict()) == config


def test_paper_preset_is_the_papers_constants() -> None:
    assert preset("paper") == TrainConfig()


@pytest.mark.parametrize(
    "change",
    [
        {"iterations": 0},
        {"max_size_px": 10},
        {"crop_px": 5},
        {"precision": "int8"},
        {"learning_rate": float("nan")},
        {"seed": -1},
    ],
)
def test_constants_out_of_range_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        TrainConfig().changed(**change)


def test_unknown_entries_and_types_are_refused() -> None:
    with pytest.raises(ConfigError, match="unknown entry"):
        TrainConfig.from_dict({"colour": 3})
    with pytest.raises(ConfigError):
        TrainConfig.from_dict({"iterations": "many"})


def test_unknown_preset_names_the_choices() -> None:
    with pytest.raises(ConfigError, match="draft, standard, full, paper"):
        preset("best")


def test_iterations_fall_geometrically() -> None:
    config = TrainConfig(iterations=400, fine_iterations=100)
    assert [config.iterations_at(scale, 3) for scale in range(3)] == [400, 200, 100]
    assert TrainConfig().iterations_at(5, 9) == 2000


def test_cpu_is_always_there() -> None:
    assert available_devices()[-1] == "cpu"
    assert pick_device("cpu").type == "cpu"
    assert "CPU" in describe_device(pick_device("cpu"))


def test_unknown_device_is_refused() -> None:
    with pytest.raises(DeviceError, match="not available"):
        pick_device("quantum")


@pytest.mark.parametrize("name", ["draft", "standard"])
def test_most_rounds_are_for_a_layout_where_there_is_one_to_make_up(name: str) -> None:
    base, size = preset(name), (180, 240)
    rounds = [base.iterations_at(scale, 8) for scale in range(8)]
    assert rounds == sorted(rounds, reverse=True)
    for config in (sr_config(base, size, 4.0), animation_config(base), pair_preset(name)):
        assert config.iterations_at(0, 8) < rounds[0]
        assert config.iterations_at(7, 8) > rounds[-1]
    assert for_detail(base.changed(iterations=5)).iterations == 5
    assert for_detail(preset("full")) == preset("full")
