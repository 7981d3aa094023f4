"""OpenRaster 0.0.6 files, as Krita, MyPaint and GIMP read and write them."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from app.document.compositing import flatten
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.files.atomic_files import write_atomic
from app.document.files.checked_zip import CheckedZip, write_entry
from app.document.files.images.image_files import check_size
from app.document.files.openraster.openraster_entries import OpenRasterEntries
from app.document.files.openraster.openraster_layers import LayersOfStack
from app.document.files.openraster.openraster_stack import OpenRasterError, Stack, parse_stack
from app.document.files.png_parts import PngParts, write_png
from app.document.files.reading import open_for_reading
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.pixels import Pixels
from app.document.wording import translate

MIME_TYPE = b"image/openraster"
STACK_ENTRY = "stack.xml"
MERGED_ENTRY = "mergedimage.png"
THUMBNAIL_ENTRY = "Thumbnails/thumbnail.png"
THUMBNAIL_PX = 256
MAX_STACK_BYTES = 8 * 1024**2


def save_openraster(path: str | os.PathLike[str], document: Document) -> None:
    """Write a document as an OpenRaster file without anything of ours, whole or not at all.

    Raises:
        FileWriteError: the file could not be written.
    """

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            write_openraster(archive, document)

    write_atomic(path, write)


def write_openraster(archive: zipfile.ZipFile, document: Document) -> OpenRasterEntries:
    """Add all that OpenRaster asks for to an empty archive.

    Args:
        archive: open for writing, still empty: ``mimetype`` must come first.
        document: may be a snapshot, on any thread.

    Returns:
        What was written.
    """
    write_entry(archive, "mimetype", MIME_TYPE)
    described = OpenRasterEntries(document)
    write_entry(archive, STACK_ENTRY, described.xml, is_packed=True)
    for entry, image in described.images.items():
        write_png(archive, entry, image())
    merged = flatten(document)
    write_png(archive, MERGED_ENTRY, merged)
    write_png(archive, THUMBNAIL_ENTRY, _thumbnail(merged))
    return described


def read_openraster(archive: CheckedZip) -> tuple[Document, list[str]]:
    """Read the layers and groups as any program wrote them.

    An opaque bottom layer of the document's size is taken for the photo.

    Returns:
        The document, and one sentence for everything that could not be kept.

    Raises:
        OpenRasterError: no layer list, or no layer that can be read.
    """
    stack = read_stack(archive)
    reader = LayersOfStack(PngParts(archive))
    reader.read(stack.entries)
    layers = reader.layers
    if all(layer.is_group for layer in layers):
        raise OpenRasterError(
            translate("Errors", "“{name}” has no layer that can be read.").format(name=archive.name)
        )
    if layers[0].group_id is None and _covers(layers[0], stack):
        layers[0].kind = LayerKind.PHOTO
    notices = reader.notices
    if stack.is_linear:
        notices.append(
            translate(
                "Errors",
                "MyPaint mixed the colours of this file in linear light, so soft edges and "
                "blended layers look different here.",
            )
        )
    return Document(stack.width, stack.height, layers, reader.active_id), notices


def read_stack(archive: CheckedZip) -> Stack:
    """Read and check the layer list.

    Raises:
        OpenRasterError: missing, damaged, or of a size that is never opened.
    """
    if STACK_ENTRY not in archive.entries:
        raise OpenRasterError(
            translate("Errors", "“{name}” is not an OpenRaster file or project.").format(
                name=archive.name
            )
        )
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


def _covers(layer: Layer, stack: Stack) -> bool:
    is_full = layer.rect == Rect.of_size(stack.width, stack.height)
    return is_full and bool(layer.plane.read()[..., 3].min() == 255)


def _thumbnail(rgba: Pixels) -> Pixels:
    image = Image.fromarray(rgba)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX, reducing_gap=None)
    return np.asarray(image)
