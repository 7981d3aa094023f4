"""What of a photo's metadata travels on to exported files.

It travels as one block of EXIF, which has a place for XMP and for the resolution too.
"""

from __future__ import annotations

import struct
import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image

from app.document.files.images.xmp import descriptive_xmp

_SUB_DIRECTORIES = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)
# Tags that describe how the pixels of the old file were stored.
_LAYOUT_TAGS = {
    *range(0x00FE, 0x0104), 0x0106, 0x010A, 0x0111, 0x0112, *range(0x0115, 0x011A), 0x011C,
    0x0129, 0x012D, 0x013D, 0x013E, 0x013F, *range(0x0140, 0x0146), 0x014A, *range(0x0152, 0x0155),
    0x015B, *range(0x0200, 0x0202), *range(0x0211, 0x0215), 0x02BC, 0x83BB, 0x8649, 0x8773,
    int(ExifTags.IFD.Interop),
}  # fmt: skip
_RESOLUTION_TAGS = {
    int(tag)
    for tag in (
        ExifTags.Base.XResolution,
        ExifTags.Base.YResolution,
        ExifTags.Base.ResolutionUnit,
    )
}
# Of a raw file's own tags: description, maker, model, software, date, artist, copyright.
_CAMERA_TAGS = {0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x8298}
_XMP_TAG = 0x02BC
_INCHES = 2
_SRGB = 1
_MAX_JPEG_BYTES = 65_000
BROKEN_METADATA = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    RuntimeError,
    ZeroDivisionError,
    struct.error,
)
"""Everything Pillow raises for metadata that does not follow its format."""


@dataclass(frozen=True, slots=True)
class ExportedMetadata:
    """Metadata of an exported image.

    Attributes:
        exif: of an upright image of its size.
        xmp: a packet.
        dpi: pixels per inch, across and down.
    """

    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None


def photographic_exif(image: Image.Image) -> bytes | None:
    """Return the EXIF of an opened image without orientation, thumbnail and pixel layout.

    The thumbnail goes because it would still show what the user painted over. XMP and a
    resolution that the file holds elsewhere are in it.
    """
    try:
        kept = _without_layout(image.getexif())
        _add_resolution(kept, image.info.get("dpi"))
        xmp = descriptive_xmp(image.info.get("xmp") or image.info.get("XML:com.adobe.xmp"))
        if xmp is not None:
            kept[_XMP_TAG] = xmp
        return kept.tobytes() if len(kept) else None
    except BROKEN_METADATA:
        return None


def raw_exif(data: bytes) -> bytes | None:
    """Return the EXIF of a camera raw file for its developed, upright image.

    Args:
        data: the file; most raw formats are TIFF files inside, others give None.
    """
    if not data.startswith((b"II*\0", b"MM\0*")):
        return None
    try:
        tags = Image.Exif()
        tags.load(data)
        kept = _without_layout(tags)
        for tag in set(kept) - _CAMERA_TAGS - set(map(int, _SUB_DIRECTORIES)):
            del kept[tag]
        return kept.tobytes() if len(kept) else None
    except BROKEN_METADATA:
        return None


def metadata_for_export(exif: bytes | None, width: int, height: int) -> ExportedMetadata:
    """Return what of ``photographic_exif`` suits an upright sRGB image.

    Args:
        exif: of the photo it was made from.
        width: pixels of the exported image.
        height: pixels of it.
    """
    if not exif:
        return ExportedMetadata()
    with warnings.catch_warnings(), suppress(*BROKEN_METADATA):
        warnings.simplefilter("ignore")
        tags = Image.Exif()
        tags.load(exif)
        xmp = tags.get(_XMP_TAG)
        kept = _without_layout(tags)
        dpi = _resolution(kept)
        details = kept.get_ifd(ExifTags.IFD.Exif)
        if details:
            details[ExifTags.Base.ExifImageWidth] = width
            details[ExifTags.Base.ExifImageHeight] = height
            # a camera's “not sRGB” would have the converted colours shown as Adobe RGB
            details[ExifTags.Base.ColorSpace] = _SRGB
            details.pop(ExifTags.Base.Gamma, None)
        return ExportedMetadata(_serialised(kept), descriptive_xmp(xmp), dpi)
    return ExportedMetadata()


def _add_resolution(tags: Image.Exif, dpi: Any) -> None:
    if not isinstance(dpi, tuple) or ExifTags.Base.XResolution in tags:
        return
    across, down = (float(value) for value in dpi)
    if all(_is_plausible(value) for value in (across, down)):
        tags[ExifTags.Base.XResolution] = across
        tags[ExifTags.Base.YResolution] = down
        tags[ExifTags.Base.ResolutionUnit] = _INCHES


def _resolution(tags: Image.Exif) -> tuple[float, float] | None:
    """Pixels per inch; EXIF 2.32 counts in inches unless it says centimetres (3)."""
    unit = tags.get(ExifTags.Base.ResolutionUnit, _INCHES)
    factor = {_INCHES: 1.0, 3: 2.54}.get(unit)
    across, down = tags.get(ExifTags.Base.XResolution), tags.get(ExifTags.Base.YResolution)
    if factor is None or across is None or down is None:
        return None
    dpi = float(across) * factor, float(down) * factor
    return dpi if all(map(_is_plausible, dpi)) else None


def _is_plausible(dpi: float) -> bool:
    return 1 <= dpi <= 30_000


def _without_layout(tags: Image.Exif) -> Image.Exif:
    kept = Image.Exif()
    for tag, value in tags.items():
        if tag not in _LAYOUT_TAGS and tag not in _SUB_DIRECTORIES:
            kept[tag] = value
    for directory in _SUB_DIRECTORIES:
        values = dict(tags.get_ifd(directory))
        values.pop(int(ExifTags.IFD.Interop), None)
        if values:
            kept.get_ifd(directory).update(values)
            kept[directory] = kept.get_ifd(directory)
    return kept


def _serialised(tags: Image.Exif) -> bytes | None:
    if set(tags) <= _RESOLUTION_TAGS:
        return None
    data = tags.tobytes()
    if len(data) > _MAX_JPEG_BYTES:
        # of all entries the camera's own is the long one, which other programs do not read
        tags.get_ifd(ExifTags.IFD.Exif).pop(ExifTags.Base.MakerNote, None)
        data = tags.tobytes()
    return data if len(data) <= _MAX_JPEG_BYTES else None
