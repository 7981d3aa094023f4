"""Commands that change pixels of layers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from app.document.change import Change
from app.document.commands.command import Command, unlocked_layer
from app.document.commands.place_commands import TranslateLayer
from app.document.commands.selection_commands import SelectPatch
from app.document.document import Document
from app.document.errors import EmptySelectionError
from app.document.geometry import Rect
from app.document.layer_tree import place_above_clipped, reach_of
from app.document.layers import Layer, LayerKind
from app.document.pixels import Pixels, multiplied
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.wording import translate


class PixelPatch(NamedTuple):
    """A rectangle of a plane before and after: (h, w, 4) premultiplied BGRA or (h, w) grey."""

    rect: Rect
    before: Pixels
    after: Pixels


class EditPixels(Command):
    """Replace patches of a layer's plane or mask, which may have grown for it."""

    def __init__(
        self,
        layer_id: str,
        patches: Sequence[PixelPatch],
        rect_before: Rect,
        rect_after: Rect,
        *,
        label: str,
        on_mask: bool = False,
        is_shown: bool = False,
        is_painted: bool = False,
    ) -> None:
        """Prepare the edit.

        Args:
            layer_id: the layer.
            patches: document rectangles inside `rect_after`.
            rect_before: the plane's rectangle before the edit.
            rect_after: the plane's rectangle after it.
            label: what the history list shows.
            on_mask: whether the layer's mask is meant.
            is_shown: the plane is already as after, and all of it was announced.
            is_painted: the plane is already as after.
        """
        self.layer_id = layer_id
        self.patches = tuple(patches)
        self.rect_before, self.rect_after = rect_before, rect_after
        self.label = label
        self.on_mask = on_mask
        self._is_shown = is_shown
        self._is_painted = is_painted or is_shown

    @property
    def byte_count(self) -> int:
        """Bytes of all patches, before and after."""
        return sum(patch.before.nbytes + patch.after.nbytes for patch in self.patches)

    @property
    def writes_in_place(self) -> bool:
        """Whether the plane keeps its rectangle: copies would make an undo five times as long."""
        return self._is_painted or self.rect_before == self.rect_after

    def apply(self, document: Document) -> Change:
        """Write the pixels after.

        Raises:
            LayerLockedError: the layer is locked.
        """
        plane = self._plane(unlocked_layer(document, self.layer_id))
        if not self._is_painted:
            plane.resize(self.rect_after)
            places = [plane.write(patch.rect) for patch in self.patches]
            for place, patch in zip(places, self.patches, strict=True):
                place[...] = patch.after
        plane.compact()
        change = replace(self._change(), is_shown=self._is_shown)
        self._is_shown = self._is_painted = False
        return change

    def revert(self, document: Document) -> Change:
        """Write the pixels before."""
        plane = self._plane(document.layer(self.layer_id))
        places = [plane.write(patch.rect) for patch in self.patches]
        for place, patch in zip(places, self.patches, strict=True):
            place[...] = patch.before
        plane.resize(self.rect_before)
        return self._change()

    def _plane(self, layer: Layer) -> Plane:
        plane = layer.mask if self.on_mask else layer.plane
        assert plane is not None
        return plane

    def _change(self) -> Change:
        pixels = Rect(0, 0, 0, 0)
        for patch in self.patches:
            pixels = pixels.united(patch.rect)
        parts = tuple(patch.rect for patch in self.patches)
        return Change(pixels, layers=self.rect_before != self.rect_after, parts=parts)


class ReplacePixels(EditPixels):
    """Replace one rectangle inside a layer's plane."""

    def __init__(
        self, layer_id: str, rect: Rect, before: Pixels, after: Pixels, label: str = "Paint"
    ) -> None:
        """Prepare to write `after`.

        Args:
            layer_id: the layer.
            rect: document rectangle inside the layer's plane.
            before: (h, w, 4) premultiplied BGRA as it is now; copied.
            after: (h, w, 4) premultiplied BGRA as it will be; copied.
            label: what the history list shows.
        """
        patch = PixelPatch(rect, before.copy(), after.copy())
        super().__init__(layer_id, [patch], rect, rect, label=label)

    def apply(self, document: Document) -> Change:
        """Write the pixels after; the plane keeps its rectangle."""
        self.rect_before = self.rect_after = document.layer(self.layer_id).rect
        return super().apply(document)


class ClearPixels(Command):
    """Make a layer's selected pixels transparent."""

    label = "Clear"

    def __init__(self, layer_id: str, selection: Selection | None) -> None:
        """Prepare to clear the layer of that id; without a selection all of it."""
        self.layer_id = layer_id
        self.selection = selection
        self._patch: PixelPatch | None = None

    @property
    def byte_count(self) -> int:
        """Bytes of the cleared rectangle."""
        return self._patch.before.nbytes + self._patch.after.nbytes if self._patch else 0

    def apply(self, document: Document) -> Change:
        """Clear the pixels.

        Raises:
            LayerLockedError: the layer is locked.
        """
        plane = unlocked_layer(document, self.layer_id).plane
        rect = plane.rect
        if self.selection is not None:
            rect = rect.intersected(self.selection.bounds)
        before = plane.read(rect).copy()
        after = _without(before, self.selection, rect)
        self._patch = PixelPatch(rect, before, after)
        plane.write(rect)[...] = after
        return Change(rect)

    def revert(self, document: Document) -> Change:
        """Bring the pixels back."""
        assert self._patch is not None
        document.layer(self.layer_id).plane.write(self._patch.rect)[...] = self._patch.before
        return Change(self._patch.rect)


class LiftSelection(Command):
    """Make a new layer of the selected pixels, cut from their layer or copied.

    Nothing is selected afterwards. `TranslateLayer` commands of the same gesture on the new layer
    join this step, so that the move of a patch is undone at once; so does a `SelectPatch`.

    Attributes:
        new_layer_id: id of the new layer, known after `apply`.
    """

    def __init__(self, layer_id: str, cut: bool = True, gesture: Hashable | None = None) -> None:
        """Prepare to lift what the document's selection holds of the layer of that id."""
        self.layer_id = layer_id
        self.cut = cut
        self.label = "Lift selection" if cut else "Copy selection to layer"
        self.merge_key = None if gesture is None else ("move", gesture)
        self.new_layer_id: str | None = None
        self._layer: Layer | None = None
        self._clear: ClearPixels | None = None
        self._before: tuple[str | None, Selection | None] = (None, None)
        self._selected: Selection | None = None
        self._offset = (0, 0)

    @property
    def byte_count(self) -> int:
        """Bytes of the new layer, of the cut and of the selection."""
        layer_bytes = self._layer.byte_count if self._layer else 0
        layer_bytes += self._selected.byte_count if self._selected else 0
        return layer_bytes + (self._clear.byte_count if self._clear else 0)

    def apply(self, document: Document) -> Change:
        """Lift the pixels.

        Raises:
            EmptySelectionError: nothing is selected, or only transparent pixels.
            LayerLockedError: the layer is locked and would be cut.
        """
        source = unlocked_layer(document, self.layer_id) if self.cut else None
        if self._layer is None:
            self._layer = lifted_layer(document, self.layer_id)
            self.new_layer_id = self._layer.id
        self._before = (document.active_id, document.selection)
        change = Change()
        if source is not None:
            self._clear = ClearPixels(self.layer_id, document.selection)
            change = self._clear.apply(document)
        place = place_above_clipped(document.layers, document.layer(self.layer_id))
        self._layer.group_id = place.group_id
        document.layers.insert(place.index, self._layer)
        document.active_id, document.selection = self._layer.id, self._selected
        self._layer.plane.translate(*self._offset)
        return change.united(self._change(document))

    def revert(self, document: Document) -> Change:
        """Put the pixels back and select as before."""
        assert self._layer is not None
        change = self._change(document)
        dx, dy = self._offset
        self._layer.plane.translate(-dx, -dy)
        del document.layers[document.index_of(self._layer.id)]
        if self._clear is not None:
            change = change.united(self._clear.revert(document))
        document.active_id, document.selection = self._before
        return change

    def absorb(self, later: Command) -> bool:
        """Carry the new layer on to where a later move of the gesture put it."""
        if isinstance(later, SelectPatch):
            self._selected = later.selection
            return True
        if not isinstance(later, TranslateLayer) or later.layer_id != self.new_layer_id:
            return False
        self._offset = (self._offset[0] + later.dx, self._offset[1] + later.dy)
        return True

    def _change(self, document: Document) -> Change:
        assert self._layer is not None
        reach = reach_of(document.layers, self._layer.id)
        return Change(reach, layers=True, selection=True, active=True)


def lifted_layer(document: Document, layer_id: str, name: str | None = None) -> Layer:
    """A new PATCH layer of what the document's selection holds of a layer.

    The layer's mask is applied to the pixels, its opacity and blend mode are kept. Without a
    selection everything the layer shows is lifted.

    Raises:
        EmptySelectionError: there is no visible pixel to lift.
    """
    source = document.layer(layer_id)
    rect, selection = source.rect, document.selection
    if selection is not None:
        rect = rect.intersected(selection.bounds)
    pixels = source.masked_pixels(rect).copy()
    if selection is not None and not rect.is_empty:
        pixels = multiplied(pixels, selection.read(rect))
    bounds = Rect(*cv2.boundingRect(pixels[..., 3])) if pixels.size else Rect(0, 0, 0, 0)
    if bounds.is_empty:
        raise EmptySelectionError(
            translate("Errors", "The selection holds no pixels of this layer.")
        )
    plane = Plane.from_pixels(pixels[bounds.slices_in(Rect(0, 0, rect.width, rect.height))].copy())
    plane.translate(rect.x + bounds.x, rect.y + bounds.y)
    if not name:
        # “Photo patch patch” would say nothing more
        is_patch = source.kind is LayerKind.PATCH
        patch = translate("Names", "{name} patch").format(name=source.name)
        name = source.name if is_patch else patch
    return Layer(
        name,
        plane,
        LayerKind.PATCH,
        opacity=source.opacity,
        is_clipped=source.is_clipped,
        blend_mode=source.blend_mode,
    )


def _without(pixels: Pixels, selection: Selection | None, rect: Rect) -> Pixels:
    if selection is None or rect.is_empty:
        return np.zeros_like(pixels)
    return multiplied(pixels, 255 - selection.read(rect))
