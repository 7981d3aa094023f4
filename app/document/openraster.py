"""OpenRaster 0.0.6 files, as Krita, MyPaint and GIMP read and write them."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.document.atomic_files import write_atomic
from app.document.checked_zip import CheckedZip, write_entry
from app.document.compositing import flatten
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.geometry import Rect
from app.document.image_files import check_size
from app.document.layers import Layer, LayerKind
from app.document.openraster_stack import (
    OpenRasterError,
    Stack,
    StackLayer,
    parse_stack,
    stack_xml,
)
from app.document.pixels import straight_rgba
from app.document.planes import Plane
from app.document.png_parts import PngParts, write_png
from app.document.reading import open_for_reading

Pixels = NDArray[np.uint8]

MIME_TYPE = b"image/openraster"
STACK_ENTRY = "stack.xml"
MERGED_ENTRY = "mergedimage.png"
THUMBNAIL_ENTRY = "Thumbnails/thumbnail.png"
THUMBNAIL_PX = 256
MAX_STACK_BYTES = 8 * 1024**2
_EMPTY_LAYER = np.zeros((1, 1, 4), np.uint8)


def layer_entry(index: int) -> str:
    """Return the name of the image of a layer, 0 = bottom."""
    return f"data/layer{index:04d}.png"


def save_openraster(path: str | os.PathLike[str], document: Document) -> None:
    """Write a document as an OpenRaster file without anything of ours, whole or not at all.

    Raises:
        FileWriteError: the file could not be written.
    """

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            write_openraster(archive, document)

    write_atomic(path, write)


def write_openraster(archive: zipfile.ZipFile, document: Document) -> None:
    """Add all that OpenRaster asks for to an empty archive.

    Masks are applied to the pixels, since OpenRaster has none. An image without layers gets a
    transparent one, since readers need one.

    Args:
        archive: open for writing, still empty: ``mimetype`` must come first.
        document: may be a snapshot, on any thread.
    """
    write_entry(archive, "mimetype", MIME_TYPE)
    stored = document.layers or [Layer("Empty", Plane.from_rgba(_EMPTY_LAYER))]
    shown = [visible_rect(layer) for layer in stored]
    described = [
        _stack_layer(index, layer, rect, layer.id == document.active_id)
        for index, (layer, rect) in enumerate(zip(stored, shown, strict=True))
    ]
    xml = stack_xml(document.width, document.height, described)
    write_entry(archive, STACK_ENTRY, xml, is_packed=True)
    for index, (layer, rect) in enumerate(zip(stored, shown, strict=True)):
        write_png(archive, layer_entry(index), straight_rgba(layer.masked_pixels(rect)))
    merged = flatten(document)
    write_png(archive, MERGED_ENTRY, merged)
    write_png(archive, THUMBNAIL_ENTRY, _thumbnail(merged))


def visible_rect(layer: Layer) -> Rect:
    """Return the smallest rectangle, in document pixels, around all that is not transparent.

    Only these pixels of a layer are stored: beyond them a premultiplied plane holds zeros.
    """
    alpha = np.ascontiguousarray(layer.plane.read()[..., 3])
    if not alpha.size:
        return layer.rect
    x, y, width, height = cv2.boundingRect(alpha)
    return Rect(layer.rect.x + x, layer.rect.y + y, width, height)


def read_openraster(archive: CheckedZip) -> tuple[Document, list[str]]:
    """Read the layers as any program wrote them.

    Groups are flattened, keeping the order of their layers. An opaque bottom layer of the
    document's size is taken for the photo.

    Returns:
        The document, and one sentence for everything that could not be kept.

    Raises:
        OpenRasterError: no layer list, or no layer that can be read.
    """
    stack = read_stack(archive)
    notices: list[str] = []
    layers, active_id, parts = [], None, PngParts(archive)
    for description in stack.layers:
        try:
            layer = _layer(parts, description)
        except DocumentError as error:
            notices.append(left_out(description.name, error))
            continue
        layers.append(layer)
        active_id = layer.id if description.is_active else active_id
    if not layers:
        raise OpenRasterError(f"“{archive.name}” has no layer that can be read.")
    if _covers(layers[0], stack):
        layers[0].kind = LayerKind.PHOTO
    notices += _stack_notices(stack)
    return Document(stack.width, stack.height, layers, active_id), notices


def read_stack(archive: CheckedZip) -> Stack:
    """Read and check the layer list.

    Raises:
        OpenRasterError: missing, damaged, or of a size that is never opened.
    """
    if STACK_ENTRY not in archive.entries:
        raise OpenRasterError(f"“{archive.name}” is not an OpenRaster file or project.")
    stack = parse_stack(archive.read(STACK_ENTRY, MAX_STACK_BYTES), archive.name)
    check_size(archive.name, stack.width, stack.height)
    return stack


def open_flat(path: str | os.PathLike[str]) -> Pixels:
    """Return what an OpenRaster file shows: (H, W, 4) uint8 straight RGBA.

    The merged image that every OpenRaster file holds is used; where it is missing or damaged,
    the layers are composited.

    Raises:
        OpenRasterError: the file cannot be read.
        ImageFileError: its image is too large.
    """
    with open_for_reading(path, OpenRasterError) as file:
        archive = CheckedZip(file, Path(path).name, OpenRasterError)
        stack = read_stack(archive)
        try:
            merged = PngParts(archive).rgba(MERGED_ENTRY)
        except DocumentError:
            return flatten(read_openraster(archive)[0])
        if merged.shape[:2] != (stack.height, stack.width):
            return flatten(read_openraster(archive)[0])
        return merged


def left_out(name: str, error: DocumentError) -> str:
    """Return the notice about a layer that cannot be read."""
    shown = "".join(letter if letter.isprintable() else " " for letter in name)
    return f"The layer “{shown}” was left out: {error}"


def _stack_layer(index: int, layer: Layer, rect: Rect, is_active: bool) -> StackLayer:
    return StackLayer(
        source=layer_entry(index),
        name=layer.name,
        x=rect.x,
        y=rect.y,
        opacity=layer.opacity,
        is_visible=layer.is_visible,
        is_locked=layer.is_locked,
        is_active=is_active,
        blend_mode=layer.blend_mode,
    )


def _layer(parts: PngParts, description: StackLayer) -> Layer:
    rgba = parts.rgba(description.source)
    return Layer(
        name=description.name or "Layer",
        plane=Plane.from_rgba(rgba, description.x, description.y),
        opacity=description.opacity,
        is_visible=description.is_visible,
        is_locked=description.is_locked,
        blend_mode=description.blend_mode,
    )


def _covers(layer: Layer, stack: Stack) -> bool:
    is_full = layer.rect == Rect.of_size(stack.width, stack.height)
    return is_full and bool(layer.plane.read()[..., 3].min() == 255)


def _stack_notices(stack: Stack) -> list[str]:
    notices = []
    if stack.has_groups:
        notices.append("Groups were opened as single layers in the same order.")
    if stack.unknown_modes:
        modes = ", ".join(stack.unknown_modes)
        notices.append(f"Layers of an unknown blend mode ({modes}) are shown as Normal.")
    return notices


def _thumbnail(rgba: Pixels) -> Pixels:
    image = Image.fromarray(rgba)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX, reducing_gap=None)
    return np.asarray(image)
