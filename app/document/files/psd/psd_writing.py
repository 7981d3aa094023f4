"""Photoshop documents with pixel layers and groups, through the optional extra “psd”."""

from __future__ import annotations

import copy
import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from app.document.compositing import flatten
from app.document.document import Document
from app.document.files.atomic_files import write_atomic
from app.document.files.images.image_files import ImageFileError
from app.document.files.images.optional_formats import psd_reader
from app.document.files.images.srgb import srgb_profile
from app.document.files.openraster.openraster_entries import visible_rect
from app.document.files.psd.psd_reading import (
    LOCKS_ALL,
    LOCKS_TRANSPARENCY,
    PASS_THROUGH,
    PSD_MODES,
)
from app.document.layer_tree import LayerNode, layer_tree
from app.document.layers import BlendMode, Layer
from app.document.pixels import Pixels
from app.document.planes import Plane
from app.document.wording import translate

MAX_SIDE_PX = 30_000
MAX_NAME_LENGTH = 255
_ICC_PROFILE = 1039


def save_psd(path: str | os.PathLike[str], document: Document, *, has_profile: bool = True) -> None:
    """Write a document as a Photoshop file, whole or not at all.

    Kept are names, pixels, masks, opacity (in 255 steps), visibility, locks, blend modes, groups
    and clipping. A clipped group, which Photoshop does not know, becomes one layer.

    Args:
        path: ends in .psd.
        document: may be a snapshot, on any thread.
        has_profile: embed the colour profile sRGB.

    Raises:
        MissingExtraError: the extra is not installed.
        ImageFileError: the document is too large for the format.
        FileWriteError: the file could not be written.
    """
    name = Path(path).name
    library = psd_reader(name)
    if max(document.width, document.height) > MAX_SIDE_PX:
        sentence = translate(
            "Errors", "“{name}” cannot be exported: its format holds at most {limit} px."
        )
        raise ImageFileError(sentence.format(name=name, limit=MAX_SIDE_PX))
    image = _with_own_preview(library).frompil(Image.fromarray(_on_white(flatten(document))))
    _write_nodes(image, layer_tree(document.layers), document)
    image.extend([])  # takes what `_separate_ends` changed into the file's records
    if has_profile:
        resources = library.psd.image_resources
        profile = resources.ImageResource(key=_ICC_PROFILE, data=srgb_profile())
        image.image_resources[_ICC_PROFILE] = profile

    def write(file: BinaryIO) -> None:
        image.save(file)

    write_atomic(path, write)


def _with_own_preview(library: Any) -> Any:
    """The image class, whose files keep the picture they were begun with.

    Its own way to composite the layers needs further libraries, and is not ours.
    """

    def is_updated(self: Any) -> bool:
        return False

    return type("PSDImage", (library.PSDImage,), {"is_updated": is_updated})


def _write_nodes(parent: Any, nodes: Sequence[LayerNode], document: Document) -> None:
    for node in nodes:
        layer = node.layer
        if layer.is_group and not layer.is_clipped:
            written = parent.create_group(name="Group", open_folder=layer.is_expanded)
            _separate_ends(written)
            _write_nodes(written, node.members, document)
            mode = PASS_THROUGH if layer.is_pass_through else PSD_MODES[layer.blend_mode]
        else:
            layer = _merged(node, document) if layer.is_group else layer
            written, mode = _write_pixels(parent, layer), PSD_MODES[layer.blend_mode]
            written.clipping = layer.is_clipped
        written.name = layer.name[:MAX_NAME_LENGTH]
        # the library takes its own kind of mode or the four letters
        written.blend_mode = mode
        written.opacity = round(layer.opacity * 255)
        written.visible = layer.is_visible
        _write_locks(written, layer)
        _write_mask(written, layer, document)


def _separate_ends(group: Any) -> None:
    """Let the two records around a group's members have channels of their own.

    The library (1.26) makes them share one list, so that a mask of one would be announced by one
    and written for both.
    """
    group._bounding_channels = copy.deepcopy(group._bounding_channels)


def _write_pixels(parent: Any, layer: Layer) -> Any:
    rect = visible_rect(layer)
    pixels = layer.plane.to_rgba(rect)
    if not pixels.size:
        pixels = np.zeros((1, 1, 4), np.uint8)
    return parent.create_pixel_layer_from_array(pixels, top=rect.y, left=rect.x)


def _write_locks(written: Any, layer: Layer) -> None:
    locks = LOCKS_ALL if layer.is_locked else 0
    locks |= LOCKS_TRANSPARENCY if layer.is_alpha_locked else 0
    if locks:
        # the first call (1.26) makes the place for locks, the second fills it
        written.lock(locks)
        written.lock(locks)


def _write_mask(written: Any, layer: Layer, document: Document) -> None:
    if layer.mask is None:
        return
    rect = layer.mask.rect
    if layer.mask.fill or rect.is_empty:
        # written masks hide what lies beyond them
        rect = rect.united(document.rect).united(layer.rect)
    written.create_mask(Image.fromarray(np.array(layer.mask.read(rect))), rect.y, rect.x)


def _merged(node: LayerNode, document: Document) -> Layer:
    """A group as one layer of the same place in the stack; its mask stays a mask."""
    alone = dataclasses.replace(
        node.layer,
        opacity=1.0,
        mask=None,
        is_visible=True,
        is_clipped=False,
        is_pass_through=False,
        blend_mode=BlendMode.NORMAL,
        group_id=None,
    )
    members = [*list(node.walk())[:-1], alone]
    shown = flatten(Document(document.width, document.height, members))
    return Layer(
        node.layer.name,
        Plane.from_rgba(shown),
        mask=node.layer.mask,
        opacity=node.layer.opacity,
        is_visible=node.layer.is_visible,
        is_locked=node.layer.is_locked,
        is_clipped=node.layer.is_clipped,
        blend_mode=node.layer.blend_mode,
    )


def _on_white(rgba: Pixels) -> Pixels:
    alpha = rgba[..., 3:].astype(np.uint16)
    mixed = rgba[..., :3] * alpha + 255 * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)
