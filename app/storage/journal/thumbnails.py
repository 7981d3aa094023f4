"""A small picture of a document, made of every n-th pixel: quick on any size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.document.compositing import flatten
from app.document.document import Document
from app.document.files.png_parts import png_bytes
from app.document.layers import Layer
from app.document.planes import Plane

THUMBNAIL_PX = 192


def thumbnail_png(document: Document) -> bytes:
    """Return a PNG of at most 192 px a side (less than twice that before it is shown smaller).

    Args:
        document: a snapshot.
    """
    return png_bytes(flatten(sampled_document(document)))


def sampled_document(document: Document) -> Document:
    """Return a document of at most 192 px a side with every n-th pixel of another one."""
    step = -(-max(document.width, document.height) // THUMBNAIL_PX)
    layers = [_sampled_layer(document, layer, step) for layer in document.layers]
    return Document(-(-document.width // step), -(-document.height // step), layers)


def _sampled_layer(document: Document, layer: Layer, step: int) -> Layer:
    mask = None if layer.mask is None else _sampled(document, layer.mask, step)
    return replace(layer, plane=_sampled(document, layer.plane, step), mask=mask)


def _sampled(document: Document, plane: Plane, step: int) -> Plane:
    inside = plane.rect.intersected(document.rect)
    if inside.is_empty:
        return Plane(inside, plane.channels, plane.fill)
    # the first multiples of the step inside the plane, in document coordinates
    x, y = -(-inside.x // step), -(-inside.y // step)
    top, left = y * step - inside.y, x * step - inside.x
    pixels = plane.read(inside)[top::step, left::step]
    return Plane.from_pixels(np.array(pixels), x, y, plane.fill)
