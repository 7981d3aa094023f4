"""What all edits of a session share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.document.commands import EditPixels, PixelPatch
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.wording import translate
from app.session.document_session import DocumentSession


def mask_edit(layer: Layer, rect: Rect, after: NDArray[np.uint8], label: str) -> EditPixels:
    """Return the command that gives a part of a layer's mask, (h, w) uint8, other values."""
    assert layer.mask is not None
    patch = PixelPatch(rect, layer.mask.read(rect).copy(), after)
    whole = layer.mask.rect
    return EditPixels(layer.id, [patch], whole, whole, label=label, on_mask=True)


class EditPart:
    """Edits of one session; every method is at most one undo step, a refusal is a notice."""

    def __init__(self, session: DocumentSession) -> None:
        self._session = session

    def _active_layer(self) -> Layer | None:
        layer = self._session.document.active_layer
        if layer is None:
            self._notice(translate("SessionEdits", "There is no active layer."))
        return layer

    def _new_name(self, kind: str) -> str:
        names = {layer.name for layer in self._session.document.layers}
        number = 1
        while f"{kind} {number}" in names:
            number += 1
        return f"{kind} {number}"

    def _notice(self, text: str) -> None:
        self._session.notice_raised.emit(text)
