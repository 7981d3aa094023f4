"""Exported images have the format of their name, their EXIF, an sRGB profile, and are whole."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from app.document.atomic_files import FileWriteError
from app.document.image_files import ImageFileError, export_image, image_from_bytes, open_image
from app.document.srgb import srgb_profile


@pytest.fixture
def rgba() -> NDArray[np.uint8]:
    pixels = np.random.default_rng(5).integers(0, 256, (20, 30, 4), dtype=np.uint8)
    pixels[:10, :, 3] = 255
    pixels[10:15, :, 3] = 0
    return pixels


FORMATS = [
    ("PNG", ".png"), ("JPEG", ".jpg"), ("JPEG", ".JPEG"), ("WEBP", ".webp"), ("TIFF", ".tif"),
    ("TIFF", ".tiff"),
]  # fmt: skip


@pytest.mark.parametrize(("file_format", "suffix"), FORMATS)
def test_the_suffix_names_the_format(
    tmp_path: Path, rgba: NDArray[np.uint8], file_format: str, suffix: str
) -> None:
    path = tmp_path / f"out{suffix}"
    export_image(path, rgba)
    with Image.open(path) as image:
        assert image.format == file_format
        assert image.info["icc_profile"] == srgb_profile()
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_lossless_formats_keep_every_pixel(
    tmp_path: Path, rgba: NDArray[np.uint8], suffix: str
) -> None:
    rgba[..., 3] = np.maximum(rgba[..., 3], 1)
    export_image(tmp_path / f"out{suffix}", rgba, quality=100)
    opened = open_image(tmp_path / f"out{suffix}")
    assert np.array_equal(opened.rgba, rgba)
    assert opened.notices == ()


@settings(max_examples=25, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4))))
def test_png_is_exact_for_any_pixels(
    tmp_path_factory: pytest.TempPathFactory, pixels: NDArray[np.uint8]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.png"
    export_image(path, pixels)
    assert np.array_equal(open_image(path).rgba, pixels)


def test_jpeg_shows_transparent_parts_on_white(tmp_path: Path, rgba: NDArray[np.uint8]) -> None:
    rgba[..., :3] = 40
    rgba[15:, :, 3] = 128
    export_image(tmp_path / "out.jpg", rgba, quality=100)
    rgb = open_image(tmp_path / "out.jpg").rgb.astype(int)
    assert np.abs(rgb[:8] - 40).max() <= 3
    assert np.abs(rgb[12] - 255).max() <= 10
    assert np.abs(rgb[18:] - (255 - 215 * 128 / 255)).max() <= 4


def test_opaque_images_have_no_alpha_channel(tmp_path: Path, rgba: NDArray[np.uint8]) -> None:
    export_image(tmp_path / "out.png", rgba[:10])
    export_image(tmp_path / "rgb.png", rgba[..., :3])
    for name in ("out.png", "rgb.png"):
        with Image.open(tmp_path / name) as image:
            assert image.mode == "RGB"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_exif_travels_with_orientation_reset_and_the_new_size(
    tmp_path: Path, rgba: NDArray[np.uint8], suffix: str
) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A camera", 8
    exif.get_ifd(0x8769).update({0x829A: 0.01, 0xA002: 4000})
    exif[0x8769] = exif.get_ifd(0x8769)
    export_image(tmp_path / f"out{suffix}", rgba, exif=exif.tobytes())
    with Image.open(tmp_path / f"out{suffix}") as image:
        kept = image.getexif()
        assert kept[0x010F] == "A camera"
        assert kept.get(0x0112, 1) == 1
        assert float(kept.get_ifd(0x8769)[0x829A]) == pytest.approx(0.01)
        assert kept.get_ifd(0x8769)[0xA002] == 30
    reopened = open_image(tmp_path / f"out{suffix}")
    assert reopened.rgba.shape == rgba.shape
    assert reopened.exif is not None


def test_broken_exif_does_not_stop_an_export(tmp_path: Path, rgba: NDArray[np.uint8]) -> None:
    for broken in (b"no exif", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", bytes(70_000)):
        export_image(tmp_path / "out.jpg", rgba, exif=broken)
        assert open_image(tmp_path / "out.jpg").rgba.shape == rgba.shape


@pytest.mark.parametrize("name", ["out.bmp", "out", "out.png.exe", ".png"])
def test_other_names_are_refused(tmp_path: Path, rgba: NDArray[np.uint8], name: str) -> None:
    with pytest.raises(ImageFileError, match=r"its name must end in \.png"):
        export_image(tmp_path / name, rgba)
    assert os.listdir(tmp_path) == []


def test_sizes_that_a_format_cannot_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="at most 16383 px"):
        export_image(tmp_path / "out.webp", np.zeros((1, 16384, 3), np.uint8))
    with pytest.raises(ImageFileError, match="at most 65500 px"):
        export_image(tmp_path / "out.jpg", np.zeros((65501, 1, 3), np.uint8))
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_one_sentence(tmp_path: Path, rgba: NDArray[np.uint8]) -> None:
    with pytest.raises(FileWriteError, match=r"^“a.png” could not be saved: the folder"):
        export_image(tmp_path / "none" / "a.png", rgba)


def test_equal_images_give_equal_files(tmp_path: Path, rgba: NDArray[np.uint8]) -> None:
    export_image(tmp_path / "a.png", rgba)
    srgb_profile.cache_clear()
    export_image(tmp_path / "b.png", rgba)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_an_export_opens_again_without_a_notice(rgba: NDArray[np.uint8], tmp_path: Path) -> None:
    export_image(tmp_path / "a.jpg", rgba)
    assert image_from_bytes((tmp_path / "a.jpg").read_bytes(), "a.jpg").notices == ()
