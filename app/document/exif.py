"""What of a photo's EXIF travels on to exported files."""

from __future__ import annotations

import struct
import warnings
from contextlib import suppress

from PIL import ExifTags, Image

_SUB_DIRECTORIES = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)
# Tags that describe how the pixels of the old file were stored.
_LAYOUT_TAGS = {
    *range(0x00FE, 0x0104), 0x0106, 0x010A, 0x0111, 0x0112, *range(0x0115, 0x011A), 0x011C,
    0x0129, 0x013D, 0x013E, 0x013F, *range(0x0140, 0x0146), 0x014A, *range(0x0152, 0x0155),
    0x015B, *range(0x0200, 0x0202), *range(0x0211, 0x0215), 0x02BC, 0x83BB, 0x8649, 0x8773,
    int(ExifTags.IFD.Interop),
}  # fmt: skip
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


def photographic_exif(image: Image.Image) -> bytes | None:
    """Return the EXIF of an opened image without orientation, thumbnail and pixel layout.

    The thumbnail goes because it would still show what the user painted over.
    """
    try:
        return _serialised(_without_layout(image.getexif()))
    except BROKEN_METADATA:
        return None


def exif_for_export(exif: bytes | None, width: int, height: int) -> bytes | None:
    """Return EXIF for an upright image of ``width`` x ``height`` px; None when not usable."""
    if not exif:
        return None
    with warnings.catch_warnings(), suppress(*BROKEN_METADATA):
        warnings.simplefilter("ignore")
        tags = Image.Exif()
        tags.load(exif)
        kept = _without_layout(tags)
        details = kept.get_ifd(ExifTags.IFD.Exif)
        if details:
            details[ExifTags.Base.ExifImageWidth] = width
            details[ExifTags.Base.ExifImageHeight] = height
        return _serialised(kept)
    return None


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
    if not len(tags):
        return None
    data = tags.tobytes()
    return data if len(data) <= _MAX_JPEG_BYTES else None
