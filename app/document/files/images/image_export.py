"""Exporting images: the suffix of the name is the format, and nothing else."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, features
from PIL.PngImagePlugin import PngInfo

from app.document.files.atomic_files import write_bytes_atomic
from app.document.files.images.exif import BROKEN_METADATA, ExportedMetadata, metadata_for_export
from app.document.files.images.image_files import ImageFileError
from app.document.files.images.srgb import srgb_profile
from app.document.pixels import Pixels
from app.document.wording import translate

EXPORT_FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".avif": "AVIF",
}
OPAQUE_FORMATS = ("JPEG", "BMP")
_MAX_SIDE_PX = {"JPEG": 65_500, "WEBP": 16_383, "AVIF": 65_535, "BMP": 32_767}
_XMP_TIFF_TAG = 0x02BC
_REFUSED = (OSError, ValueError, RuntimeError, MemoryError, OverflowError)


@dataclass(frozen=True, slots=True)
class ExportChoices:
    """How an image is written.

    Attributes:
        quality: 1 to 100 for JPEG, WebP and AVIF; 100 makes WebP lossless.
        has_profile: embed the colour profile sRGB, where the format holds one.
        has_metadata: keep the photo's EXIF, XMP and resolution, where the format holds them.
    """

    quality: int = 95
    has_profile: bool = True
    has_metadata: bool = True


DEFAULT_CHOICES = ExportChoices()


def can_write_avif() -> bool:
    """Whether this build of Pillow writes AVIF."""
    return bool(features.check("avif"))


def export_image(
    path: str | os.PathLike[str],
    pixels: Pixels,
    exif: bytes | None = None,
    choices: ExportChoices = DEFAULT_CHOICES,
) -> None:
    """Write an image in the format that the path's suffix names, whole or not at all.

    JPEG and BMP get transparent parts on white.

    Args:
        path: its suffix is one of ``EXPORT_FORMATS``.
        pixels: (H, W, 4) straight RGBA or (H, W, 3) RGB, uint8 sRGB.
        exif: as in ``OpenedImage.exif``.
        choices: quality, and what is embedded.

    Raises:
        ImageFileError: another suffix, or an image that the format cannot hold.
        FileWriteError: the file could not be written.
    """
    name = Path(path).name
    file_format = EXPORT_FORMATS.get(Path(path).suffix.lower())
    if file_format is None:
        sentence = translate(
            "Errors",
            "“{name}” cannot be exported: its name must end in .png, .jpg, .tif, .webp, .bmp or "
            ".avif.",
        )
        raise ImageFileError(sentence.format(name=name))
    if file_format == "AVIF" and not can_write_avif():
        sentence = translate("Errors", "“{name}” cannot be exported: this installation lacks AVIF.")
        raise ImageFileError(sentence.format(name=name))
    height, width = pixels.shape[:2]
    limit = _MAX_SIDE_PX.get(file_format, max(height, width))
    if max(height, width) > limit:
        sentence = translate(
            "Errors", "“{name}” cannot be exported: its format holds at most {limit} px."
        )
        raise ImageFileError(sentence.format(name=name, limit=limit))
    metadata = ExportedMetadata()
    if choices.has_metadata:
        metadata = metadata_for_export(exif, width, height)
    try:
        content = _encoded(pixels, file_format, metadata, choices)
    except _REFUSED as error:
        sentence = translate("Errors", "“{name}” cannot be exported: {format} refuses it.")
        raise ImageFileError(sentence.format(name=name, format=file_format)) from error
    write_bytes_atomic(path, content)


def _encoded(
    pixels: Pixels, file_format: str, metadata: ExportedMetadata, choices: ExportChoices
) -> bytes:
    image = _for_format(np.ascontiguousarray(pixels), file_format)
    options = _options(file_format, choices.quality)
    if choices.has_profile and file_format != "BMP":
        options["icc_profile"] = srgb_profile()
    if metadata.dpi is not None and file_format not in ("WEBP", "AVIF"):
        options["dpi"] = metadata.dpi
    with suppress(*BROKEN_METADATA):
        return _saved(image, file_format, options | _described(file_format, metadata))
    return _saved(image, file_format, options)


def _options(file_format: str, quality: int) -> dict[str, Any]:
    options: dict[str, dict[str, Any]] = {
        "PNG": {"compress_level": 6},
        "JPEG": {"quality": quality, "subsampling": 0},
        "WEBP": {"quality": quality, "lossless": quality >= 100},
        "TIFF": {"compression": "tiff_adobe_deflate"},
        "BMP": {},
        # a photo of 12 megapixels took 7 s instead of 80, for a twentieth more bytes
        "AVIF": {"quality": quality, "subsampling": "4:4:4", "speed": 9},
    }
    return options[file_format]


def _described(file_format: str, metadata: ExportedMetadata) -> dict[str, Any]:
    """What tells Pillow to write EXIF and XMP."""
    if file_format == "BMP":
        return {}
    if file_format == "TIFF":
        return _described_tiff(metadata)
    options: dict[str, Any] = {}
    if metadata.exif is not None:
        options["exif"] = metadata.exif
    if metadata.xmp is not None and file_format == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", metadata.xmp.decode())
    elif metadata.xmp is not None:
        options["xmp"] = metadata.xmp
    return options


def _described_tiff(metadata: ExportedMetadata) -> dict[str, Any]:
    """EXIF and XMP are tags of a TIFF like all others."""
    if metadata.exif is None and metadata.xmp is None:
        return {}
    tags = Image.Exif()
    if metadata.exif is not None:
        tags.load(metadata.exif)
    if metadata.xmp is not None:
        tags[_XMP_TIFF_TAG] = metadata.xmp
    # Pillow hands compressed TIFFs to libtiff, which cannot store EXIF directories
    return {"exif": tags.tobytes(), "compression": None}


def _saved(image: Image.Image, file_format: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def _for_format(pixels: Pixels, file_format: str) -> Image.Image:
    image = Image.fromarray(pixels)
    if image.mode != "RGBA":
        return image
    if pixels[..., 3].min(initial=255) == 255:
        return image.convert("RGB")
    if file_format not in OPAQUE_FORMATS:
        return image
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A"))
    return flat
