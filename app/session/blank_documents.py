"""Documents that begin without a photo file, and the picture that a training learns from."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.compositing import flatten
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.pixels import RgbColor
from app.document.planes import Plane
from app.document.wording import translate
from app.session.files import PhotoSource

_WHITE = (255, 255, 255)


class PlainPictureError(DocumentError):
    """A training was asked for of a picture that has nothing to learn from."""


def blank_document(width: int, height: int, color: RgbColor | None) -> Document:
    """Return a document with one layer to paint on.

    Args:
        width: pixels.
        height: pixels.
        color: of the layer, sRGB; None = transparent.
    """
    if color is None:
        # it grows with what is painted
        name = translate("BlankDocuments", "Layer {number}").format(number=1)
        return Document(width, height, [Layer(name, Plane(Rect(0, 0, 0, 0)))])
    red, green, blue = color
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[...] = (blue, green, red, 255)
    name = translate("BlankDocuments", "Background")
    layer = Layer(name, Plane.from_pixels(pixels), LayerKind.PHOTO)
    return Document(width, height, [layer])


def blank_source(width: int, height: int, color: RgbColor | None, name: str) -> PhotoSource:
    """Return what stands in for the photo of a new document until it is trained on."""
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[...] = _WHITE if color is None else color
    alpha = np.zeros((height, width), np.uint8) if color is None else None
    return PhotoSource(rgb, b"", ".png", name, alpha=alpha, is_blank=True)


def picture_of(document: Document) -> NDArray[np.uint8]:
    """Return what a document shows, on white, as the photo of a training.

    Args:
        document: a snapshot; this takes a moment on large ones.

    Returns:
        (H, W, 4) uint8 opaque RGBA.

    Raises:
        PlainPictureError: every pixel has the same colour.
    """
    white = Layer("", Plane.from_rgba(np.full((document.height, document.width, 4), 255, np.uint8)))
    shown = Document(document.width, document.height, [white, *document.layers])
    picture = flatten(shown)
    if (picture == picture[0, 0]).all():
        raise PlainPictureError(
            translate(
                "BlankDocuments",
                "This picture is one plain colour: paint or paste something first.",
            )
        )
    return picture


def document_of(rgb: NDArray[np.uint8]) -> Document:
    """Return a document that shows a picture, (H, W, 3) uint8 RGB, as its photo."""
    rgba = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA), np.uint8)
    return Document.from_photo(rgba, translate("BlankDocuments", "Photo"))


def picture_layer(picture: NDArray[np.uint8]) -> Layer:
    """Return (H, W, 4) uint8 RGBA as the photo's layer: what lies below is part of it now."""
    return Layer(translate("BlankDocuments", "Photo"), Plane.from_rgba(picture), LayerKind.PHOTO)
