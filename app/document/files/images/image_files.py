"""Opening photos of any common format, in one call."""

from __future__ import annotations

import io
import os
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from app.document.errors import DocumentError
from app.document.files.images.conversions import conversion_notices, depth_note
from app.document.files.images.exif import BROKEN_METADATA, photographic_exif
from app.document.files.images.optional_formats import (
    RAW_SUFFIXES,
    MissingExtraError,
    open_optional,
)
from app.document.files.images.srgb import srgb_pixels
from app.document.files.reading import read_bytes
from app.document.pixels import Pixels
from app.document.wording import translate

MAX_MEGAPIXELS = 100
MAX_IMAGE_BYTES = 2 * 1024**3
_SUFFIXES = {
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "MPO": (".jpg", ".jpeg", ".mpo"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "AVIF": (".avif",),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
    "HEIF": (".heic", ".heif", ".hif"),
    "PSD": (".psd", ".psb"),
}
# Only formats read within this process: Pillow would run other programs for some.
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "DIB", "GIF", "AVIF", "PPM")
_STARTS = (
    b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"RIFF", b"BM", b"GIF8",
    b"8BPS",
)  # fmt: skip
_DECODING_ERRORS = (
    *BROKEN_METADATA,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    ImageCms.PyCMSError,
    MemoryError,
    zlib.error,
    cv2.error,
)
# The size is checked here, for every file and with one sentence; Pillow would warn or raise.
Image.MAX_IMAGE_PIXELS = None


class ImageFileError(DocumentError):
    """A file is not an image that can be opened, or an image cannot be exported."""


class ImageTooLargeError(ImageFileError):
    """The header of an image asks for more pixels than are ever opened."""


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """A photo as it came from its file.

    Attributes:
        rgba: (H, W, 4) uint8 straight RGBA, upright, sRGB.
        has_alpha: whether any pixel is not opaque.
        exif: EXIF for exported files, without orientation, thumbnail and pixel layout; with the
            XMP and the resolution of the file.
        icc: colour profile of the file; the pixels are converted already.
        notices: what the user should know, at most one sentence.
        source_bytes: the untouched file.
        extension: suffix for ``source_bytes``, lower case with its dot.
    """

    rgba: Pixels
    has_alpha: bool
    exif: bytes | None
    icc: bytes | None
    notices: tuple[str, ...]
    source_bytes: bytes
    extension: str

    @property
    def alpha(self) -> Pixels | None:
        """The transparency alone: an (H, W) uint8 copy, or None when every pixel is opaque."""
        return self.rgba[..., 3].copy() if self.has_alpha else None

    @property
    def rgb(self) -> Pixels:
        """The colours alone: an (H, W, 3) uint8 copy."""
        return np.ascontiguousarray(self.rgba[..., :3])


def open_image(path: str | os.PathLike[str]) -> OpenedImage:
    """Open a photo: PNG, JPEG, TIFF, WebP, BMP, GIF, AVIF, PNM, with extras HEIC, raw, PSD.

    Raises:
        ImageFileError: missing, a folder, empty, not permitted, not an image, damaged, or
            more than ``MAX_MEGAPIXELS``.
        MissingExtraError: the format needs an optional extra.
    """
    return image_from_bytes(read_bytes(path, ImageFileError, MAX_IMAGE_BYTES), Path(path).name)


def image_from_bytes(data: bytes, name: str) -> OpenedImage:
    """Open an image from the content of a file called ``name``.

    Raises:
        ImageFileError: as ``open_image``.
        MissingExtraError: as ``open_image``.
    """
    with _one_sentence(data, name):
        image = _identified(data, name)
        check_size(name, *image.size)
        exif, icc = photographic_exif(image), image.info.get("icc_profile")
        is_sequence = image.format != "MPO" and getattr(image, "is_animated", False)
        extension = _extension(image.format, name)
        rgba, notes = srgb_pixels(image, data)
        notes = [*_optional_notes(image, name), *notes]
    if is_sequence:
        notes.append(translate("Errors", "only the first image of several"))
    return OpenedImage(
        rgba, _has_alpha(rgba), exif, icc, tuple(conversion_notices(notes)), data, extension
    )


def is_image_start(data: bytes) -> bool:
    """Whether a file whose first 12 bytes are these is an image, as far as they tell."""
    return data.startswith(_STARTS) or data[4:8] == b"ftyp"


def check_size(name: str, width: int, height: int) -> None:
    """Raise unless an image of that size may be decoded.

    Raises:
        ImageTooLargeError: more than ``MAX_MEGAPIXELS``.
    """
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        sentence = translate(
            "Errors",
            "“{name}” is {width} x {height} px ({megapixels} megapixels); at most "
            "{limit} megapixels can be opened.",
        )
        megapixels = f"{width * height / 1e6:.0f}"
        raise ImageTooLargeError(
            sentence.format(
                name=name,
                width=width,
                height=height,
                megapixels=megapixels,
                limit=MAX_MEGAPIXELS,
            )
        )


def _identified(data: bytes, name: str) -> Image.Image:
    if data.startswith(b"\x89PNG"):
        # told by the first bytes, also where the rest of the file is damaged
        check_size(name, int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    optional = open_optional(data, name, lambda width, height: check_size(name, width, height))
    return optional or Image.open(io.BytesIO(data), formats=_FORMATS)


def _optional_notes(image: Image.Image, name: str) -> list[str]:
    """What the readers of optional formats have converted by themselves."""
    if image.format is None and Path(name).suffix.lower() in RAW_SUFFIXES:
        return [translate("Errors", "camera raw developed to 8 bits per channel")]
    is_deep = image.format == "HEIF" and image.info.get("bit_depth", 8) > 8
    return [depth_note()] if is_deep else []


def _has_alpha(rgba: Pixels) -> bool:
    return bool(rgba[..., 3].min(initial=255) < 255)


def _extension(file_format: str | None, name: str) -> str:
    suffix = Path(name).suffix.lower()
    if file_format is None:
        return suffix if suffix in (*RAW_SUFFIXES, *_SUFFIXES["PSD"]) else ".bin"
    suffixes = _SUFFIXES.get(file_format, (".bin",))
    return suffix if suffix in suffixes else suffixes[0]


@contextmanager
def _one_sentence(data: bytes, name: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ImageFileError, MissingExtraError):
        raise
    except _DECODING_ERRORS as error:
        is_unknown = isinstance(error, UnidentifiedImageError) and not is_image_start(data)
        unknown = translate("Errors", "“{name}” is not an image that can be opened.")
        damaged = translate("Errors", "“{name}” is damaged or cut off.")
        sentence = unknown if is_unknown else damaged
        raise ImageFileError(sentence.format(name=name)) from error
