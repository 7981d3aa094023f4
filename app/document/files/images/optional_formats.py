"""Photo formats whose readers are optional extras of the installation."""

from __future__ import annotations

import importlib
import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from app.document.errors import DocumentError
from app.document.files.images.exif import raw_exif
from app.document.wording import translate

RAW_SUFFIXES = (
    ".3fr", ".arw", ".cr2", ".cr3", ".dng", ".erf", ".iiq", ".mrw", ".nef", ".nrw", ".orf",
    ".pef", ".raf", ".raw", ".rw2", ".srw", ".x3f",
)  # fmt: skip
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_PSD_START = b"8BPS"

SizeCheck = Callable[[int, int], None]


class MissingExtraError(DocumentError):
    """The file needs a reader that is not installed."""


def open_optional(data: bytes, name: str, check_size: SizeCheck) -> Image.Image | None:
    """Open HEIC, camera raw and PSD files.

    Args:
        data: content of the file.
        name: its name, for the suffix of raw files and for messages.
        check_size: called with (width, height) before anything is decoded.

    Returns:
        The image, or None for all other formats.

    Raises:
        MissingExtraError: the extra that reads this format is not installed.
    """
    if _is_heif(data):
        return _open_heif(
            _reader("pillow_heif", "heif", name, translate("Errors", "a HEIC photo")), data
        )
    if data.startswith(_PSD_START):
        return _open_psd(psd_reader(name), data, check_size)
    if Path(name).suffix.lower() in RAW_SUFFIXES:
        return _open_raw(
            _reader("rawpy", "raw", name, translate("Errors", "a camera raw photo")),
            data,
            check_size,
        )
    return None


def psd_reader(name: str) -> Any:
    """Return the library that reads and writes Photoshop documents.

    Args:
        name: of the file that needs it, for the message.

    Raises:
        MissingExtraError: it is not installed, or too old.
    """
    library = _reader("psd_tools", "psd", name, translate("Errors", "a Photoshop document"))
    if not hasattr(library.PSDImage, "create_pixel_layer_from_array"):
        sentence = translate(
            "Errors",
            "“{name}” is a Photoshop document, which needs psd-tools 1.26 or newer (on Python "
            "3.11 or newer).",
        )
        raise MissingExtraError(sentence.format(name=name))
    # what it warns of is told by notices
    logging.getLogger("psd_tools").setLevel(logging.CRITICAL)
    return library


def _is_heif(data: bytes) -> bool:
    if data[4:8] != b"ftyp":
        return False
    box = data[8 : min(int.from_bytes(data[:4], "big"), 128)]
    brands = [box[:4], *(box[at : at + 4] for at in range(8, len(box), 4))]
    return any(brand in _HEIF_BRANDS for brand in brands) and not any(
        brand in _AVIF_BRANDS for brand in brands
    )


def _reader(module: str, extra: str, name: str, described: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        sentence = translate(
            "Errors",
            "“{name}” is {kind}, which needs the optional extra “{extra}” "
            "(pip install singan-studio[{extra}]).",
        )
        raise MissingExtraError(sentence.format(name=name, kind=described, extra=extra)) from error


def _open_heif(reader: Any, data: bytes) -> Image.Image:
    reader.register_heif_opener()
    return Image.open(io.BytesIO(data), formats=["HEIF"])


def _open_psd(reader: Any, data: bytes, check_size: SizeCheck) -> Image.Image:
    check_size(int.from_bytes(data[18:22], "big"), int.from_bytes(data[14:18], "big"))
    document = reader.PSDImage.open(io.BytesIO(data))
    image = document.topil()
    if not isinstance(image, Image.Image):
        raise ValueError("the document has no pixels")
    return image


def _open_raw(reader: Any, data: bytes, check_size: SizeCheck) -> Image.Image:
    try:
        with reader.imread(io.BytesIO(data)) as raw:
            check_size(raw.sizes.width, raw.sizes.height)
            image = Image.fromarray(raw.postprocess(use_camera_wb=True, output_bps=8))
    except reader.LibRawError as error:
        raise ValueError("not a raw photo that can be read") from error
    exif = raw_exif(data)
    if exif is not None:
        image.info["exif"] = exif
    return image
