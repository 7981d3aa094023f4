"""The free transform in progress on a session."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from app.document.commands import Command, TransformLayers, TransformSelection, lifted_layer
from app.document.commands.command import unlocked_layer
from app.document.compositing.transform_preview import (
    LiftedPreview,
    PreviewLevels,
    TransformPreview,
)
from app.document.document import Document
from app.document.errors import DocumentError, EmptySelectionError, TransformError
from app.document.geometry import Rect
from app.document.layer_tree import is_seen, with_members
from app.document.layers import Layer
from app.document.pixels import multiplied
from app.document.planes import Plane
from app.document.transforming.resampling import Resampling
from app.document.transforming.transform_box import TransformBox
from app.document.wording import translate
from app.session.document_session import DocumentSession

_NOWHERE = Rect(0, 0, 0, 0)


class SessionTransforms:
    """At most one transform at a time: shown by the compositor, a step when it is committed.

    Until then the document is untouched; so several drags resample the pixels once only.
    """

    def __init__(self, session: DocumentSession) -> None:
        self._session = session
        self._box: TransformBox | None = None
        self._levels: dict[str, PreviewLevels] = {}
        self._left: PreviewLevels | None = None
        self._layer_id = ""
        self._resampling = Resampling.BICUBIC

    @property
    def is_active(self) -> bool:
        """Whether a transform is in progress."""
        return self._box is not None

    @property
    def box(self) -> TransformBox:
        """The box of the transform in progress."""
        assert self._box is not None
        return self._box

    def begin(self, resampling: Resampling = Resampling.BICUBIC) -> bool:
        """Start on the selected pixels of the active layer, else on all of it, or on its group.

        A result that is laid over the canvas is put away: it would hide the transform.

        Returns:
            Whether there is a transform now; a refusal is a notice.
        """
        self._session.finish_gestures()
        layer = self._session.document.active_layer
        try:
            if layer is None:
                raise EmptySelectionError(_nothing())
            self._prepare(layer)
        except DocumentError as error:
            self._stop()
            self._session.notice_raised.emit(str(error))
            return False
        self._resampling = resampling
        self._session.stroke_started.emit()
        self._session.transform_changed.emit()
        return True

    def show(self, box: TransformBox) -> None:
        """Show the pixels in another box."""
        if self._box is not None and box != self._box and box.projection.shows(box.rect):
            self._box = box
            self._show_previews()

    def place(self, box: TransformBox) -> None:
        """Take another box without showing the pixels in it, for a commit that follows."""
        assert self._box is not None
        self._box = box

    def set_resampling(self, resampling: Resampling) -> None:
        """Choose how new pixels are found."""
        if resampling is not self._resampling:
            self._resampling = resampling
            if self._box is not None:
                self._show_previews()

    def commit(self) -> None:
        """Make the transform one undo step; nothing moved makes none."""
        box, layer_id, is_lifted = self._box, self._layer_id, self._left is not None
        resampling = self._resampling
        changed = self._stop()
        if box is None:
            return
        is_done = False
        if not box.projection.is_identity:
            command: Command = (
                TransformSelection(layer_id, box.projection, resampling)
                if is_lifted
                else TransformLayers([layer_id], box.projection, resampling)
            )
            is_done = self._session.run(command)
        if not is_done:
            self._session.shown_changed.emit(changed)
        self._session.transform_changed.emit()

    def cancel(self) -> None:
        """Leave no trace of the transform."""
        if self._box is not None:
            self._session.shown_changed.emit(self._stop())
            self._session.transform_changed.emit()

    def _prepare(self, layer: Layer) -> None:
        """Find what is transformed and how it is shown meanwhile.

        Raises:
            DocumentError: it is locked, or there is nothing.
        """
        document = self._session.document
        if not is_seen(document.layers, layer):
            raise TransformError(
                translate("SessionTransforms", "This layer is hidden; show it to transform it.")
            )
        self._layer_id = layer.id
        if document.selection is not None and not layer.is_group:
            unlocked_layer(document, layer.id)
            lifted = lifted_layer(document, layer.id)
            self._left = PreviewLevels(_without_selected(document, layer), None)
            self._levels = {layer.id: PreviewLevels(lifted.plane, None)}
            bounds = lifted.rect
        else:
            layers = with_members(document.layers, layer.id)
            for each in layers:
                unlocked_layer(document, each.id)
            self._levels = {each.id: PreviewLevels(each.plane, each.mask) for each in layers}
            bounds = _content_bounds(layers)
        if bounds.is_empty:
            raise EmptySelectionError(_nothing())
        self._box = TransformBox(bounds)

    def _show_previews(self) -> None:
        changed = _NOWHERE
        for layer_id, levels in self._levels.items():
            moved = TransformPreview(levels, self.box.projection, self._resampling)
            source = moved if self._left is None else LiftedPreview(self._left, moved)
            changed = changed.united(self._session.compositor.substitute(layer_id, source))
        self._session.shown_changed.emit(changed)
        self._session.transform_changed.emit()

    def _stop(self) -> Rect:
        """Show the document as it is; returns where it looks different now."""
        changed = _NOWHERE
        for layer_id in self._levels:
            changed = changed.united(self._session.compositor.substitute(layer_id, None))
        self._box, self._levels, self._left = None, {}, None
        return changed


def _nothing() -> str:
    return translate("SessionTransforms", "There is nothing to transform on this layer.")


def _content_bounds(layers: Sequence[Layer]) -> Rect:
    """Around all pixels of layers that are not transparent."""
    bounds = _NOWHERE
    for layer in layers:
        if not layer.rect.is_empty:
            alpha = np.ascontiguousarray(layer.plane.read()[..., 3])
            inside = Rect(*(int(value) for value in cv2.boundingRect(alpha)))
            bounds = bounds.united(inside.translated(layer.rect.x, layer.rect.y))
    return bounds


def _without_selected(document: Document, layer: Layer) -> Plane:
    """What is left of a layer, its mask applied, when the selected pixels are lifted."""
    assert document.selection is not None
    pixels = np.array(layer.masked_pixels())
    part = layer.rect.intersected(document.selection.bounds)
    inside = part.slices_in(layer.rect)
    pixels[inside] = multiplied(pixels[inside], 255 - document.selection.read(part))
    return Plane.from_pixels(pixels, layer.rect.x, layer.rect.y)
