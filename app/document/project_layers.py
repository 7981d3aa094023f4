"""What OpenRaster cannot say about layers, kept under ``singan/`` in a project."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import Any

from app.document.checked_zip import CheckedZip, write_entry
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.openraster import layer_entry, png_of, read_png, read_stack
from app.document.pixels import straight_rgba
from app.document.planes import Plane
from app.document.selection import Selection

SELECTION_ENTRY = "singan/selection.png"


def write_document_extras(archive: zipfile.ZipFile, document: Document) -> dict[str, Any]:
    """Add masks, unmasked pixels and the selection, and return the description of all layers."""
    layers = [_write_layer(archive, index, layer) for index, layer in enumerate(document.layers)]
    if document.selection is not None:
        write_entry(archive, SELECTION_ENTRY, png_of(document.selection.mask))
    return {
        "photo_id": document.photo_id,
        "active_id": document.active_id,
        "layers": layers,
    }


def read_document(archive: CheckedZip, values: Mapping[str, Any]) -> tuple[Document, list[str]]:
    """Read the document that ``write_document_extras`` describes.

    Returns:
        The document, and one sentence for every layer that is damaged.

    Raises:
        DocumentError: no layer can be read.
        ValueError, TypeError, LookupError: the description is damaged, or the layer list was
            changed by another program.
    """
    stack = read_stack(archive)
    if len(stack.layers) != max(1, len(values["layers"])):
        raise ValueError("the layers were changed by another program")
    layers: list[Layer] = []
    notices: list[str] = []
    for description in values["layers"]:
        try:
            layers.append(_read_layer(archive, description))
        except DocumentError as error:
            notices.append(f"The layer “{description['name']}” was left out: {error}")
    document = Document(stack.width, stack.height, layers, photo_id=values["photo_id"])
    if any(layer.id == values["active_id"] for layer in layers):
        document.active_id = values["active_id"]
    document.selection = _read_selection(archive, document)
    return document, notices


def _write_layer(archive: zipfile.ZipFile, index: int, layer: Layer) -> dict[str, Any]:
    description: dict[str, Any] = {
        "id": layer.id,
        "name": layer.name,
        "kind": layer.kind.value,
        "opacity": layer.opacity,
        "is_visible": layer.is_visible,
        "is_locked": layer.is_locked,
        "blend_mode": layer.blend_mode.value,
        "recipe": layer.recipe,
        "rect": list(layer.rect),
        "pixels": layer_entry(index),
        "mask": None,
    }
    if layer.mask is not None:
        mask_entry = f"singan/masks/layer{index:04d}.png"
        description["pixels"] = f"singan/layers/layer{index:04d}.png"
        write_entry(archive, description["pixels"], png_of(straight_rgba(layer.plane.read())))
        write_entry(archive, mask_entry, png_of(layer.mask.read()))
        mask = {"entry": mask_entry, "rect": list(layer.mask.rect), "fill": layer.mask.fill}
        description["mask"] = mask
    return description


def _read_layer(archive: CheckedZip, description: Mapping[str, Any]) -> Layer:
    rect = Rect(*(int(value) for value in description["rect"]))
    return Layer(
        name=str(description["name"]),
        plane=_read_plane(archive, str(description["pixels"]), rect),
        kind=LayerKind(description["kind"]),
        mask=_read_mask(archive, description["mask"]),
        opacity=float(description["opacity"]),
        is_visible=bool(description["is_visible"]),
        is_locked=bool(description["is_locked"]),
        blend_mode=BlendMode(description["blend_mode"]),
        recipe=description["recipe"],
        id=str(description["id"]),
    )


def _read_plane(archive: CheckedZip, entry: str, rect: Rect) -> Plane:
    if rect.is_empty:
        return Plane(rect)
    return Plane.from_rgba(read_png(archive, entry), rect.x, rect.y)


def _read_mask(archive: CheckedZip, description: Mapping[str, Any] | None) -> Plane | None:
    if description is None:
        return None
    rect = Rect(*(int(value) for value in description["rect"]))
    fill = int(description["fill"])
    if rect.is_empty:
        return Plane(rect, 1, fill)
    grey = read_png(archive, str(description["entry"]))[..., 0]
    return Plane.from_grey(grey, rect.x, rect.y, fill)


def _read_selection(archive: CheckedZip, document: Document) -> Selection | None:
    if SELECTION_ENTRY not in archive.entries:
        return None
    mask = read_png(archive, SELECTION_ENTRY)[..., 0]
    return Selection(mask) if mask.shape == (document.height, document.width) else None
