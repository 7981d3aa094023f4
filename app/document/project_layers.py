"""What OpenRaster cannot say about layers, kept under ``singan/`` in a project."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from app.document.checked_zip import CheckedZip
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.geometry import Rect
from app.document.image_files import check_size
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.openraster import layer_entry, left_out, read_stack, visible_rect
from app.document.openraster_stack import MAX_OFFSET_PX
from app.document.planes import Plane
from app.document.png_parts import PartImageError, PngParts, write_png
from app.document.selection import Selection

SELECTION_ENTRY = "singan/selection.png"


def write_document_extras(archive: zipfile.ZipFile, document: Document) -> dict[str, Any]:
    """Add masks, unmasked pixels and the selection, and return the description of all layers."""
    layers = [_write_layer(archive, index, layer) for index, layer in enumerate(document.layers)]
    if document.selection is not None:
        write_png(archive, SELECTION_ENTRY, document.selection.mask)
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
    parts = PngParts(archive)
    layers: list[Layer] = []
    notices: list[str] = []
    for description in values["layers"]:
        try:
            layers.append(_read_layer(parts, description))
        except DocumentError as error:
            notices.append(left_out(str(description["name"]), error))
    document = Document(stack.width, stack.height, layers, photo_id=values["photo_id"])
    if any(layer.id == values["active_id"] for layer in layers):
        document.active_id = values["active_id"]
    if SELECTION_ENTRY in archive.entries:
        document.selection = _read_selection(parts, document)
    return document, notices


def _write_layer(archive: zipfile.ZipFile, index: int, layer: Layer) -> dict[str, Any]:
    visible = visible_rect(layer)
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
        "visible": list(visible),
        "pixels": layer_entry(index),
        "mask": None,
    }
    if layer.mask is not None:
        mask_entry = f"singan/masks/layer{index:04d}.png"
        description["pixels"] = f"singan/layers/layer{index:04d}.png"
        write_png(archive, description["pixels"], layer.plane.to_rgba(visible))
        write_png(archive, mask_entry, layer.mask.read())
        mask = {"entry": mask_entry, "rect": list(layer.mask.rect), "fill": layer.mask.fill}
        description["mask"] = mask
    return description


def _read_layer(parts: PngParts, description: Mapping[str, Any]) -> Layer:
    return Layer(
        name=str(description["name"]),
        plane=_read_plane(parts, description),
        kind=LayerKind(description["kind"]),
        mask=_read_mask(parts, description["mask"]),
        opacity=float(description["opacity"]),
        is_visible=bool(description["is_visible"]),
        is_locked=bool(description["is_locked"]),
        blend_mode=BlendMode(description["blend_mode"]),
        recipe=description["recipe"],
        id=str(description["id"]),
    )


def _read_plane(parts: PngParts, description: Mapping[str, Any]) -> Plane:
    rect, visible = _rect(description["rect"]), _rect(description["visible"])
    plane = Plane(rect)
    if visible.is_empty:
        return plane
    stored = Plane.from_rgba(parts.rgba(str(description["pixels"])), visible.x, visible.y)
    if stored.rect == rect:
        return stored
    if stored.rect != visible or not rect.contains(visible):
        raise PartImageError("its image has another size than its description says.")
    plane.write(visible)[...] = stored.read()
    return plane


def _read_mask(parts: PngParts, description: Mapping[str, Any] | None) -> Plane | None:
    if description is None:
        return None
    rect, fill = _rect(description["rect"]), int(description["fill"])
    if rect.is_empty:
        return Plane(rect, 1, fill)
    return Plane.from_grey(parts.grey(str(description["entry"])), rect.x, rect.y, fill)


def _read_selection(parts: PngParts, document: Document) -> Selection | None:
    mask = parts.grey(SELECTION_ENTRY)
    return Selection(mask) if mask.shape == (document.height, document.width) else None


def _rect(values: Sequence[Any]) -> Rect:
    x, y, width, height = (int(value) for value in values)
    check_size("a layer", width, height)
    if max(abs(x), abs(y)) > MAX_OFFSET_PX or min(width, height) < 0:
        raise ValueError("a layer lies too far outside")
    return Rect(x, y, width, height)
