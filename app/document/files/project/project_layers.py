"""What OpenRaster cannot say about layers, kept under ``singan/`` in a project."""

from __future__ import annotations

import hashlib
import math
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from app.document.document import Document, PhotoTransform
from app.document.errors import DocumentError
from app.document.files.checked_zip import CheckedZip
from app.document.files.images.image_files import check_size
from app.document.files.openraster.openraster_entries import (
    OpenRasterEntries,
    layer_entry,
    visible_rect,
)
from app.document.files.openraster.openraster_file import MAX_STACK_BYTES, STACK_ENTRY, read_stack
from app.document.files.openraster.openraster_layers import left_out
from app.document.files.openraster.openraster_stack import MAX_OFFSET_PX, Stack
from app.document.files.png_parts import PartImageError, PngParts, write_png
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane
from app.document.render_settings import RenderSettings
from app.document.selection import Selection
from app.document.wording import translate

SELECTION_ENTRY = "singan/selection.png"


def write_document_extras(
    archive: zipfile.ZipFile, document: Document, described: OpenRasterEntries
) -> dict[str, Any]:
    """Add masks, pixels as they are and the selection, and return the description of all layers.

    Args:
        archive: open for writing; the document's OpenRaster part is in it.
        document: may be a snapshot, on any thread.
        described: that part.
    """
    layers = [
        _write_layer(archive, index, layer, described)
        for index, layer in enumerate(document.layers)
    ]
    if document.selection is not None:
        write_png(archive, SELECTION_ENTRY, document.selection.mask)
    return {
        "photo_id": document.photo_id,
        "photo_transform": list(document.photo_transform),
        "render_settings": document.render_settings._asdict(),
        "active_id": document.active_id,
        "patch_id": None if document.selection is None else document.selection.patch_id,
        "stack_sha256": hashlib.sha256(described.xml).hexdigest(),
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
    _check_unchanged(archive, stack, values)
    parts = PngParts(archive)
    layers: list[Layer] = []
    notices: list[str] = []
    for description in values["layers"]:
        try:
            layers.append(_read_layer(parts, description))
        except DocumentError as error:
            notices.append(left_out(str(description["name"]), error))
            if description["kind"] == LayerKind.GROUP.value:
                # only its mask is damaged; without it the members would fall apart
                layers.append(_read_layer(parts, {**description, "mask": None}))
    if len({layer.id for layer in layers}) < len(layers):
        raise ValueError("two layers have one id")
    document = Document(stack.width, stack.height, layers, photo_id=values["photo_id"])
    document.photo_transform = _photo_transform(values.get("photo_transform", PhotoTransform()))
    document.render_settings = RenderSettings.from_values(values.get("render_settings", {}))
    if any(layer.id == values["active_id"] for layer in layers):
        document.active_id = values["active_id"]
    if SELECTION_ENTRY in archive.entries:
        document.selection = _read_selection(parts, document, values.get("patch_id"))
    return document, notices


def _check_unchanged(archive: CheckedZip, stack: Stack, values: Mapping[str, Any]) -> None:
    """Raise ValueError when another program wrote the layer list after us."""
    known = values.get("stack_sha256")
    if known is None:
        is_unchanged = stack.layer_count == max(1, len(values["layers"]))
    else:
        xml = archive.read(STACK_ENTRY, MAX_STACK_BYTES)
        is_unchanged = hashlib.sha256(xml).hexdigest() == known
    if not is_unchanged:
        raise ValueError("the layers were changed by another program")


def _write_layer(
    archive: zipfile.ZipFile, index: int, layer: Layer, described: OpenRasterEntries
) -> dict[str, Any]:
    visible, entry = visible_rect(layer), layer_entry(index)
    if entry not in described.untouched and not layer.is_group:
        entry = f"singan/layers/layer{index:04d}.png"
        write_png(archive, entry, layer.plane.to_rgba(visible))
    description: dict[str, Any] = {
        "id": layer.id,
        "name": layer.name,
        "kind": layer.kind.value,
        "opacity": layer.opacity,
        "is_visible": layer.is_visible,
        "is_locked": layer.is_locked,
        "is_alpha_locked": layer.is_alpha_locked,
        "is_clipped": layer.is_clipped,
        "group_id": layer.group_id,
        "is_pass_through": layer.is_pass_through,
        "is_expanded": layer.is_expanded,
        "blend_mode": layer.blend_mode.value,
        "recipe": layer.recipe,
        "rect": list(layer.rect),
        "visible": list(visible),
        "pixels": entry,
        "mask": None,
    }
    if layer.mask is not None:
        mask_entry = f"singan/masks/layer{index:04d}.png"
        write_png(archive, mask_entry, layer.mask.read())
        mask = {"entry": mask_entry, "rect": list(layer.mask.rect), "fill": layer.mask.fill}
        description["mask"] = mask
    return description


def _read_layer(parts: PngParts, description: Mapping[str, Any]) -> Layer:
    group_id = description.get("group_id")
    return Layer(
        name=str(description["name"]),
        plane=_read_plane(parts, description),
        kind=LayerKind(description["kind"]),
        mask=_read_mask(parts, description["mask"]),
        opacity=float(description["opacity"]),
        is_visible=bool(description["is_visible"]),
        is_locked=bool(description["is_locked"]),
        is_alpha_locked=bool(description.get("is_alpha_locked", False)),
        is_clipped=bool(description.get("is_clipped", False)),
        group_id=None if group_id is None else str(group_id),
        is_pass_through=bool(description.get("is_pass_through", False)),
        is_expanded=bool(description.get("is_expanded", True)),
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
        raise PartImageError(
            translate("Errors", "its image has another size than its description says.")
        )
    plane.write(visible)[...] = stored.read()
    return plane


def _read_mask(parts: PngParts, description: Mapping[str, Any] | None) -> Plane | None:
    if description is None:
        return None
    rect, fill = _rect(description["rect"]), int(description["fill"])
    if rect.is_empty:
        return Plane(rect, 1, fill)
    return Plane.from_grey(parts.grey(str(description["entry"])), rect.x, rect.y, fill)


def _read_selection(parts: PngParts, document: Document, patch_id: object) -> Selection | None:
    mask = parts.grey(SELECTION_ENTRY)
    patch = patch_id if isinstance(patch_id, str) else None
    return Selection(mask, patch) if mask.shape == (document.height, document.width) else None


def _photo_transform(values: Sequence[Any]) -> PhotoTransform:
    scale_x, scale_y, dx, dy = (float(value) for value in values[:4])
    orientation = int(values[4]) if len(values) > 4 else 0
    transform = PhotoTransform(scale_x, scale_y, dx, dy, orientation)
    is_plausible = all(map(math.isfinite, transform)) and orientation in range(8)
    if not is_plausible or min(scale_x, scale_y) <= 0:
        raise ValueError("the photo has no place")
    return transform


def _rect(values: Sequence[Any]) -> Rect:
    x, y, width, height = (int(value) for value in values)
    check_size(translate("Errors", "a layer"), width, height)
    if max(abs(x), abs(y)) > MAX_OFFSET_PX or min(width, height) < 0:
        raise ValueError("a layer lies too far outside")
    return Rect(x, y, width, height)
