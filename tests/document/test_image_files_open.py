"""Photos of every common format open upright, in 8-bit sRGB, with one notice of what changed."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from app.document.files.images import optional_formats
from app.document.files.images.image_files import ImageFileError, image_from_bytes, open_image
from app.document.files.images.optional_formats import MissingExtraError
from tests.document.interchange_scene import cloud
from tests.document.photo_files import deep_png, deep_tiff, encoded, png_chunk, raw_dng

HEIGHT, WIDTH = 24, 31


@pytest.fixture
def rgb() -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


@pytest.fixture
def deep() -> NDArray[np.uint16]:
    return np.random.default_rng(8).integers(0, 65536, (HEIGHT, WIDTH, 4), dtype=np.uint16)


def rounded(deep: NDArray[np.uint16]) -> NDArray[np.uint8]:
    return np.rint(deep / 257.0).astype(np.uint8)


@pytest.mark.parametrize(
    ("file_format", "suffix"), [("PNG", ".png"), ("BMP", ".bmp"), ("TIFF", ".tif"), ("PPM", ".ppm")]
)
def test_lossless_formats_open_exactly(
    tmp_path: Path, rgb: NDArray[np.uint8], file_format: str, suffix: str
) -> None:
    path = tmp_path / f"photo{suffix}"
    path.write_bytes(encoded(Image.fromarray(rgb), file_format))
    opened = open_image(path)
    assert np.array_equal(opened.rgb, rgb)
    assert opened.rgba.dtype == np.uint8
    assert not opened.has_alpha
    assert opened.notices == ()
    assert opened.source_bytes == path.read_bytes()
    assert opened.extension == suffix


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "AVIF"])
def test_lossy_formats_open_close_to_the_photo(file_format: str) -> None:
    ramp = np.linspace(0, 255, 64, dtype=np.uint8)
    photo = np.stack([np.tile(ramp, (48, 1)), np.full((48, 64), 90, np.uint8)] * 2, -1)[..., :3]
    data = encoded(Image.fromarray(photo), file_format, quality=95)
    opened = image_from_bytes(data, "photo")
    assert np.abs(opened.rgb.astype(int) - photo).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_once(rgb: NDArray[np.uint8], orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(rgb)
    image.info["exif"] = exif.tobytes()
    upright = np.asarray(ImageOps.exif_transpose(image))
    for file_format in ("PNG", "TIFF"):
        opened = image_from_bytes(encoded(image, file_format, exif=exif), "photo")
        assert np.array_equal(opened.rgb, upright), file_format


@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_png_is_rounded_not_cut(deep: NDArray[np.uint16], channels: int) -> None:
    opened = image_from_bytes(deep_png(deep[..., :channels]), "deep.png")
    assert np.array_equal(opened.rgba[..., :channels], rounded(deep[..., :channels]))
    assert opened.notices == ("Converted on opening: more than 8 bits per channel to 8.",)


@pytest.mark.parametrize("channels", [1, 2])
def test_16_bit_grey_png_is_rounded(deep: NDArray[np.uint16], channels: int) -> None:
    opened = image_from_bytes(deep_png(deep[..., :channels]), "deep.png")
    expected = rounded(deep)
    assert np.array_equal(opened.rgba[..., 1], expected[..., 0])
    if channels == 2:
        assert np.array_equal(opened.rgba[..., 3], expected[..., 1])


def test_16_bit_png_with_a_transparent_colour(deep: NDArray[np.uint16]) -> None:
    chunk = png_chunk(b"tRNS", deep[0, 0, :3].astype(">u2").tobytes())
    opened = image_from_bytes(deep_png(deep[..., :3], chunk), "deep.png")
    assert np.array_equal(opened.rgb, rounded(deep[..., :3]))
    assert opened.rgba[0, 0, 3] == 0
    assert (opened.rgba[..., 3] == 0).sum() == 1


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_tiff_is_rounded_and_upright(
    deep: NDArray[np.uint16], orientation: int, channels: int
) -> None:
    pixels = deep[..., :channels]
    opened = image_from_bytes(deep_tiff(pixels, orientation), "deep.tif")
    turns = {1: 0, 3: 2, 6: 3, 8: 1}[orientation]
    assert np.array_equal(opened.rgba[..., :channels], rounded(np.rot90(pixels, turns)))


def test_float_tiff_opens_as_grey() -> None:
    values = np.linspace(0, 1, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    opened = image_from_bytes(encoded(Image.fromarray(values), "TIFF"), "float.tif")
    assert np.array_equal(opened.rgba[..., 0], np.rint(values * 255).astype(np.uint8))


def test_grey_alpha_and_palette_modes(rgb: NDArray[np.uint8]) -> None:
    grey = Image.fromarray(rgb[..., 0])
    alpha = Image.fromarray(rgb[..., 1])
    with_alpha = Image.merge("LA", (grey, alpha))
    opened = image_from_bytes(encoded(with_alpha, "PNG"), "la.png")
    assert np.array_equal(opened.rgba[..., 2], rgb[..., 0])
    assert np.array_equal(opened.rgba[..., 3], rgb[..., 1])
    assert opened.has_alpha
    assert opened.notices == ("Converted on opening: greyscale to RGB.",)
    palette = Image.fromarray(rgb).quantize(16)
    opened = image_from_bytes(encoded(palette, "PNG", transparency=3), "p.png")
    assert np.array_equal(opened.rgba[..., 3] == 0, np.asarray(palette) == 3)
    assert np.array_equal(opened.rgb, np.asarray(palette.convert("RGB")))
    opened = image_from_bytes(encoded(grey.convert("1"), "PNG"), "bw.png")
    assert set(np.unique(opened.rgb)) == {0, 255}
    assert "black and white" in opened.notices[0]


def test_a_transparent_colour_becomes_alpha(rgb: NDArray[np.uint8]) -> None:
    data = encoded(Image.fromarray(rgb), "PNG", transparency=tuple(int(v) for v in rgb[2, 3]))
    assert image_from_bytes(data, "a.png").rgba[2, 3, 3] == 0


def test_cmyk_jpeg_becomes_rgb() -> None:
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    opened = image_from_bytes(encoded(red, "JPEG", quality=100), "red.jpg")
    assert opened.rgb[8, 8, 0] > 200
    assert opened.rgb[8, 8, 1:].max() < 60
    assert opened.notices == ("Converted on opening: CMYK to RGB.",)


def test_a_colour_profile_is_converted_and_srgb_stays_exact(rgb: NDArray[np.uint8]) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    opened = image_from_bytes(encoded(Image.fromarray(rgb), "PNG", icc_profile=srgb), "a.png")
    assert np.array_equal(opened.rgb, rgb)
    assert opened.icc == srgb
    assert opened.notices == ()
    broken = encoded(Image.fromarray(rgb), "PNG", icc_profile=b"no profile at all")
    opened = image_from_bytes(broken, "a.png")
    assert np.array_equal(opened.rgb, rgb)
    assert "damaged colour profile" in opened.notices[0]


def test_a_wide_gamut_profile_moves_colours(rgb: NDArray[np.uint8]) -> None:
    wide = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # swap the tags of the red and the green primary: every colour must change
    red, green = wide.index(b"rXYZ", 128), wide.index(b"gXYZ", 128)
    wide[red : red + 4], wide[green : green + 4] = b"gXYZ", b"rXYZ"
    data = encoded(Image.fromarray(rgb), "PNG", icc_profile=bytes(wide))
    opened = image_from_bytes(data, "a.png")
    assert np.abs(opened.rgb.astype(int) - rgb[..., [1, 0, 2]]).max() <= 2
    assert "to sRGB" in opened.notices[0]


def test_a_grey_profile_and_a_wrong_profile(rgb: NDArray[np.uint8]) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    opened = image_from_bytes(
        encoded(Image.fromarray(rgb), "PNG", icc_profile=lab), "another model.png"
    )
    assert np.array_equal(opened.rgb, rgb)
    assert "another colour model" in opened.notices[0]


def test_only_the_first_frame_opens_and_is_said(rgb: NDArray[np.uint8]) -> None:
    frames = [Image.fromarray(rgb), Image.fromarray(255 - rgb)]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    opened = image_from_bytes(data, "moving.webp")
    assert np.array_equal(opened.rgb, rgb)
    assert opened.notices == ("Converted on opening: only the first image of several.",)


def test_exif_is_kept_without_orientation_and_thumbnail(rgb: NDArray[np.uint8]) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A camera", 6
    exif.get_ifd(0x8769)[0x829A] = 0.01
    exif[0x8769] = exif.get_ifd(0x8769)
    for file_format in ("JPEG", "TIFF", "PNG"):
        opened = image_from_bytes(encoded(Image.fromarray(rgb), file_format, exif=exif), "a")
        kept = Image.Exif()
        assert opened.exif is not None
        kept.load(opened.exif)
        assert kept[0x010F] == "A camera"
        assert float(kept.get_ifd(0x8769)[0x829A]) == pytest.approx(0.01)
        assert 0x0112 not in kept
        assert 273 not in kept


def test_the_extension_follows_the_content(rgb: NDArray[np.uint8]) -> None:
    data = encoded(Image.fromarray(rgb), "JPEG")
    assert image_from_bytes(data, "holiday.JPEG").extension == ".jpeg"
    assert image_from_bytes(data, "holiday.png").extension == ".jpg"
    assert image_from_bytes(data, "../../etc/passwd").extension == ".jpg"


def test_one_pixel_opens(tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    Image.new("RGB", (1, 1), (1, 2, 3)).save(path)
    assert open_image(path).rgba.tolist() == [[[1, 2, 3, 255]]]


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)
PSD = b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\x10\0\0\0\x10\0\x08\0\3" + bytes(64)


@pytest.mark.parametrize(
    ("name", "data", "extra"),
    [("a.heic", HEIC, "heif"), ("a.psd", PSD, "psd"), ("a.nef", b"MM\0*" + bytes(64), "raw")],
)
def test_a_format_of_an_extra_names_it(
    name: str, data: bytes, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(module: str) -> object:
        raise ImportError(module)

    monkeypatch.setattr(optional_formats.importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match=rf"“{name}”.*extra “{extra}”"):
        image_from_bytes(data, name)


@pytest.mark.parametrize("orientation", [1, 6])
def test_heic_opens_upright_with_its_metadata(orientation: int) -> None:
    library = pytest.importorskip("pillow_heif", reason="the extra “heif” is not installed")
    rgb = cloud(1, 48, 32)[..., :3]
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A camera", orientation
    buffer = io.BytesIO()
    library.from_pillow(Image.fromarray(rgb)).save(buffer, quality=-1, exif=exif.tobytes())
    opened = image_from_bytes(buffer.getvalue(), "a.heic")
    assert (opened.extension, opened.notices) == (".heic", ())
    expected = np.rot90(rgb, 3) if orientation == 6 else rgb
    assert opened.rgb.shape == expected.shape
    assert np.abs(opened.rgb.astype(int) - expected).mean() < 12
    kept = Image.Exif()
    assert opened.exif is not None
    kept.load(opened.exif)
    assert kept[0x010F] == "A camera"
    with pytest.raises(ImageFileError, match="damaged or cut off"):
        image_from_bytes(buffer.getvalue()[:300], "a.heic")


@pytest.mark.parametrize("orientation", [1, 6])
def test_camera_raw_is_developed_upright(orientation: int) -> None:
    pytest.importorskip("rawpy", reason="the extra “raw” is not installed")
    ramp = np.tile(np.linspace(2000, 60_000, 96, dtype=np.uint16), (64, 1))
    data = raw_dng(ramp, orientation)
    opened = image_from_bytes(data, "a.dng")
    assert opened.rgb.shape == ((96, 64, 3) if orientation == 6 else (64, 96, 3))
    along = opened.rgb[:, 32, 1] if orientation == 6 else opened.rgb[32, :, 1]
    assert (np.diff(along.astype(int)) >= 0).all()
    assert along[-1] - along[0] > 150
    assert opened.notices == ("Converted on opening: camera raw developed to 8 bits per channel.",)
    assert opened.exif is not None
    kept = Image.Exif()
    kept.load(opened.exif)
    assert (kept[0x010F], 0x0112 in kept) == ("A camera", False)
    with pytest.raises(ImageFileError, match="damaged or cut off"):
        image_from_bytes(data[: len(data) // 2], "a.dng")


def test_pixels_are_writable_and_own_their_memory(rgb: NDArray[np.uint8]) -> None:
    opened = image_from_bytes(encoded(Image.fromarray(rgb), "PNG"), "a.png")
    opened.rgba[0, 0] = 0
    reopened = Image.open(io.BytesIO(opened.source_bytes))
    assert np.array_equal(np.asarray(reopened), rgb)
