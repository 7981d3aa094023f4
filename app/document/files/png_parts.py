"""The PNG images inside a project: quick lossless writing, and reading within a pixel budget."""

from __future__ import annotations

import zipfile

import cv2
import numpy as np

from app.document.errors import DocumentError
from app.document.files.checked_zip import CheckedZip, write_entry
from app.document.files.images.image_files import check_size, image_from_bytes
from app.document.pixels import Pixels
from app.document.wording import translate

MAX_TOTAL_MEGAPIXELS = 2_000
_PNG_START = b"\x89PNG\r\n\x1a\n"
# Run lengths instead of a search for repetitions: twice as fast, and smaller for photos.
_QUICK = (
    cv2.IMWRITE_PNG_COMPRESSION,
    1,
    cv2.IMWRITE_PNG_STRATEGY,
    cv2.IMWRITE_PNG_STRATEGY_RLE,
)


class PartImageError(DocumentError):
    """An image inside a project is damaged or too large."""


def png_bytes(pixels: Pixels) -> bytes:
    """Return a lossless PNG of (H, W) grey, (H, W, 3) RGB or (H, W, 4) straight RGBA uint8.

    An image without pixels becomes a single transparent (or black) one, since PNG has no empty
    images.
    """
    if not pixels.size:
        pixels = np.zeros((1, 1, *pixels.shape[2:]), np.uint8)
    if pixels.ndim == 3:
        swap = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
        pixels = np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), swap), np.uint8)
    is_encoded, content = cv2.imencode(".png", pixels, _QUICK)
    assert is_encoded
    return content.tobytes()


def write_png(archive: zipfile.ZipFile, entry: str, pixels: Pixels) -> None:
    """Add an image to an archive; pixels as for `png_bytes`."""
    write_entry(archive, entry, png_bytes(pixels))


class PngParts:
    """Reads the images of an archive, whose pixels together are limited.

    A PNG of a few kilobytes can hold a hundred megapixels, and an archive thousands of them.

    Attributes:
        conversions: a sentence for every kind of image that was not 8-bit sRGB.
    """

    def __init__(self, archive: CheckedZip, max_megapixels: float = MAX_TOTAL_MEGAPIXELS) -> None:
        self.conversions: set[str] = set()
        self._archive = archive
        self._pixels_left = int(max_megapixels * 1_000_000)

    def rgba(self, entry: str) -> Pixels:
        """Return (H, W, 4) uint8 straight RGBA.

        Raises:
            DocumentError: missing, damaged, not a PNG, or beyond the limit.
        """
        content = self._archive.read(entry)
        if not content.startswith(_PNG_START) or len(content) < 24:
            raise PartImageError(
                translate("Errors", "“{name}” is not a PNG image.").format(name=entry)
            )
        width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        check_size(entry, width, height)
        self._pixels_left -= width * height
        if self._pixels_left < 0:
            sentence = translate("Errors", "“{name}” and the images before it fill the memory.")
            raise PartImageError(sentence.format(name=entry))
        image = image_from_bytes(content, entry)
        self.conversions.update(image.notices)
        return image.rgba

    def grey(self, entry: str) -> Pixels:
        """Return (H, W) uint8.

        Raises:
            DocumentError: as ``rgba``.
        """
        return np.ascontiguousarray(self.rgba(entry)[..., 0])
