"""Exported images have the format of their name, their EXIF, an sRGB profile, and are whole."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from app.document.files.atomic_files import FileWriteError
from app.document.files.images.exif import metadata_for_export
from app.document.files.images.image_export import (
    EXPORT_FORMATS,
    ExportChoices,
    can_write_avif,
    export_image,
)
from app.document.files.images.image_files import ImageFileError, image_from_bytes, open_image
from app.document.files.images.srgb import srgb_profile
from tests.document.interchange_scene import cloud


@pytest.fixture
def rgba() -> NDArray[np.uint8]:
    pixels = np.random.default_rng(5).integers(0, 256, (20, 30, 4), dtype=np.uint8)
    pixels[:10, :, 3] = 255
    pixels[10:15, :, 3] = 0
    return pixels


BEST = ExportChoices(quality=100)
WITH_METADATA = [suffix for suffix in EXPORT_FORMATS if suffix != ".bmp"]

needs_avif = pytest.mark.skipif(not can_write_avif(), reason="this Pillow was built without AVIF")
pytestmark = needs_avif


@pytest.mark.parametrize(
    ("suffix", "file_format"), [*EXPORT_FORMATS.items(), (".JPEG", "JPEG"), (".Png", "PNG")]
)
def test_the_suffix_names_the_format(
    tmp_path: Path, rgba: NDArray[np.uint8], file_format: str, suffix: str
) -> None:
    path = tmp_path / f"out{suffix}"
    export_image(path, rgba)
    with Image.open(path) as image:
        assert image.format == file_format
        assert image.size == (30, 20)
        if file_format != "BMP":
            assert image.info["icc_profile"] == srgb_profile()
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_lossless_formats_keep_every_pixel(
    tmp_path: Path, rgba: NDArray[np.uint8], suffix: str
) -> None:
    rgba[..., 3] = np.maximum(rgba[..., 3], 1)
    export_image(tmp_path / f"out{suffix}", rgba, choices=BEST)
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


@pytest.mark.parametrize("suffix", [".jpg", ".bmp"])
def test_transparent_parts_become_white_where_there_is_no_alpha(
    tmp_path: Path, rgba: NDArray[np.uint8], suffix: str
) -> None:
    rgba[..., :3] = 40
    rgba[15:, :, 3] = 128
    export_image(tmp_path / f"out{suffix}", rgba, choices=BEST)
    opened = open_image(tmp_path / f"out{suffix}")
    rgb = opened.rgb.astype(int)
    assert not opened.has_alpha
    assert np.abs(rgb[:8] - 40).max() <= 3
    assert np.abs(rgb[12] - 255).max() <= 10
    assert np.abs(rgb[18:] - (255 - 215 * 128 / 255)).max() <= 4


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".avif"])
def test_quality_decides_the_size_and_the_loss(tmp_path: Path, suffix: str) -> None:
    photo = cloud(2, 64, 64)[..., :3]
    sizes, losses = [], []
    for quality in (30, 95):
        path = tmp_path / f"{quality}{suffix}"
        export_image(path, photo, choices=ExportChoices(quality))
        sizes.append(path.stat().st_size)
        losses.append(np.abs(open_image(path).rgb.astype(int) - photo).mean())
    assert sizes[0] < sizes[1]
    assert losses[0] > losses[1]
    assert losses[1] < 6


@pytest.mark.parametrize("suffix", WITH_METADATA)
def test_profile_and_metadata_stay_away_when_told_so(
    tmp_path: Path, rgba: NDArray[np.uint8], suffix: str
) -> None:
    choices = ExportChoices(has_profile=False, has_metadata=False)
    export_image(tmp_path / f"out{suffix}", rgba, photo_metadata(), choices)
    with Image.open(tmp_path / f"out{suffix}") as image:
        assert image.info.get("icc_profile") is None
        assert image.info.get("xmp") is None
        assert 0x010F not in image.getexif()


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:gc="http://ns.google.com/photos/1.0/camera/">
 <rdf:Description rdf:about="" tiff:Orientation="6" xmp:Rating="4" gc:MotionPhoto="1">
 <dc:creator><rdf:Seq><rdf:li>Ann é</rdf:li></rdf:Seq></dc:creator>
 <xmp:Thumbnails><rdf:Alt><rdf:li>secret</rdf:li></rdf:Alt></xmp:Thumbnails>
 </rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def photo_metadata(**options: object) -> bytes:
    """What an opened JPEG with EXIF, XMP and 300 dpi hands on to its exports."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    buffer = io.BytesIO()
    photo = Image.new("RGB", (8, 8))
    photo.save(buffer, "JPEG", exif=exif, **{"xmp": XMP, "dpi": (300, 300)} | options)  # type: ignore[arg-type]
    kept = image_from_bytes(buffer.getvalue(), "a.jpg").exif
    assert kept is not None
    return kept


@pytest.mark.parametrize("suffix", WITH_METADATA)
def test_xmp_travels_without_what_belongs_to_the_old_file(
    tmp_path: Path, rgba: NDArray[np.uint8], suffix: str
) -> None:
    export_image(tmp_path / f"out{suffix}", rgba, photo_metadata())
    reopened = open_image(tmp_path / f"out{suffix}")
    xmp = metadata_for_export(reopened.exif, 30, 20).xmp
    assert xmp is not None
    assert "Ann é" in xmp.decode()
    assert b'xmp:Rating="4"' in xmp
    for gone in (b"Orientation", b"MotionPhoto", b"secret"):
        assert gone not in xmp
    with Image.open(tmp_path / f"out{suffix}") as image:
        image.load()
        assert image.getexif()[0x010F] == "A camera"
        assert image.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
def test_the_resolution_is_kept(tmp_path: Path, rgba: NDArray[np.uint8], suffix: str) -> None:
    export_image(tmp_path / f"out{suffix}", rgba, photo_metadata())
    with Image.open(tmp_path / f"out{suffix}") as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_damaged_and_endless_xmp_is_left_out() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&a;</x:xmpmeta>'
    for packet in (b"<x", laughs, b"\xff\xfe", b"<a/>", XMP.replace(b"secret", b"y" * 59_000)[:-9]):
        assert metadata_for_export(photo_metadata(xmp=packet), 9, 9).xmp is None


def test_opaque_images_have_no_alpha_channel(tmp_path: Path, rgba: NDArray[np.uint8]) -> None:
    export_image(tmp_path / "out.png", rgba[:10])
    export_image(tmp_path / "rgb.png", rgba[..., :3])
    for name in ("out.png", "rgb.png"):
        with Image.open(tmp_path / name) as image:
            assert image.mode == "RGB"


@pytest.mark.parametrize("suffix", WITH_METADATA)
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


@pytest.mark.parametrize("suffix", WITH_METADATA)
def test_exif_of_adobe_rgb_becomes_that_of_srgb(
    tmp_path: Path, rgba: NDArray[np.uint8], suffix: str
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0xA001: 65_535, 0xA500: 2.2, 0x9003: "2024:05:05 10:00:00"})
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    exif[0x8769], exif[0x012D] = exif.get_ifd(0x8769), tuple(range(768))
    export_image(tmp_path / f"out{suffix}", rgba, exif=exif.tobytes())
    with Image.open(tmp_path / f"out{suffix}") as image:
        details = dict(image.getexif().get_ifd(0x8769))
        assert 0x012D not in image.getexif()
    assert (details[0xA001], details[0x9003]) == (1, "2024:05:05 10:00:00")
    assert {0xA005, 0xA500}.isdisjoint(details)


def test_metadata_too_long_for_a_jpeg_lose_the_makers_note_alone() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: "2024:05:05 10:00:00", 0x927C: bytes(80_000)})
    exif[0x8769] = exif.get_ifd(0x8769)
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x8825] = exif.get_ifd(0x8825)
    kept = Image.Exif()
    kept.load(metadata_for_export(exif.tobytes(), 30, 20).exif)
    assert kept.get_ifd(0x8769)[0x9003] == "2024:05:05 10:00:00"
    assert kept.get_ifd(0x8825)[1] == "N"
    assert 0x927C not in kept.get_ifd(0x8769)


def test_broken_exif_does_not_stop_an_export(tmp_path: Path, rgba: NDArray[np.uint8]) -> None:
    for broken in (b"no exif", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", bytes(70_000)):
        export_image(tmp_path / "out.jpg", rgba, exif=broken)
        assert open_image(tmp_path / "out.jpg").rgba.shape == rgba.shape


@pytest.mark.parametrize("name", ["out.gif", "out", "out.png.exe", ".png"])
def test_other_names_are_refused(tmp_path: Path, rgba: NDArray[np.uint8], name: str) -> None:
    with pytest.raises(ImageFileError, match=r"its name must end in \.png"):
        export_image(tmp_path / name, rgba)
    assert os.listdir(tmp_path) == []


def test_sizes_that_a_format_cannot_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="at most 16383 px"):
        export_image(tmp_path / "out.webp", np.zeros((1, 16384, 3), np.uint8))
    with pytest.raises(ImageFileError, match="at most 32767 px"):
        export_image(tmp_path / "out.bmp", np.zeros((1, 32768, 3), np.uint8))
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
