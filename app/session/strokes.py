"""The brush stroke in progress on a session."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from app.document.brush import BrushSettings, Stroke
from app.document.change import Change
from app.document.errors import DocumentError
from app.document.layers import LayerKind
from app.document.painting import layer_target
from app.session.document_session import DocumentSession
from app.session.edits import SessionEdits


class PaintedLayer(NamedTuple):
    """What is painted on.

    Attributes:
        layer_id: a layer of the document, or its quick mask.
        on_mask: the layer's mask is meant, in greys.
    """

    layer_id: str
    on_mask: bool


class SessionStrokes:
    """At most one stroke at a time; anything else that changes the document ends it first.

    Attributes:
        is_on_mask: paint on the active layer's mask, where it has one.
    """

    def __init__(self, session: DocumentSession, edits: SessionEdits) -> None:
        self._session = session
        self._edits = edits
        self._stroke: Stroke | None = None
        self.is_on_mask = False

    @property
    def is_active(self) -> bool:
        """Whether a stroke is in progress."""
        return self._stroke is not None

    def target(self, is_eraser: bool = False) -> PaintedLayer | None:
        """Return what is painted on from now: for strokes, fills, gradients and shapes.

        That is the quick mask while there is one, else the active layer or its mask. A result that
        is laid over the canvas is put away: it would hide what is painted. On a layer made of a
        result the eraser works on the mask, so that the original comes back, and anything else
        starts a new layer above: the mask would hide what it paints.

        Returns:
            None, after a notice, when there is nothing to paint on.
        """
        session = self._session
        quick_mask, layer = session.document.quick_mask, session.document.active_layer
        if quick_mask is not None:
            session.stroke_started.emit()
            return PaintedLayer(quick_mask.id, on_mask=True)
        if layer is None or not layer.is_visible:
            session.notice_raised.emit(_unpaintable(layer is None))
            return None
        session.stroke_started.emit()
        is_result = layer.kind is LayerKind.RESULT and layer.mask is not None
        if is_result and not is_eraser and not self.is_on_mask:
            self._edits.add_layer()
            layer, is_result = session.document.active_layer, False
            assert layer is not None
        return PaintedLayer(layer.id, layer.mask is not None and (is_result or self.is_on_mask))

    def begin(self, settings: BrushSettings) -> bool:
        """Start a stroke on the `target`; a refusal becomes a notice.

        Returns:
            Whether there is a stroke now.
        """
        self.finish()
        session = self._session
        target = self.target(settings.is_eraser)
        if target is None:
            return False
        try:
            surface = layer_target(session.document, target.layer_id, target.on_mask)
            self._stroke = Stroke(surface, settings)
        except DocumentError as error:
            session.notice_raised.emit(str(error))
        return self.is_active

    def add(self, x: float, y: float, pressure: float) -> None:
        """Paint up to a point in document coordinates."""
        if self._stroke is not None:
            changed = self._stroke.add(x, y, pressure)
            if not changed.is_empty:
                self._session.announce(Change(pixels=changed))

    def finish(self) -> None:
        """Make the stroke one undo step."""
        stroke, self._stroke = self._stroke, None
        command = None if stroke is None else stroke.finish()
        if command is not None:
            self._session.run(command)

    def cancel(self) -> None:
        """Leave no trace of the stroke."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self._session.announce(Change(pixels=stroke.cancel()))


def _unpaintable(is_missing: bool) -> str:
    translate = QCoreApplication.translate
    if is_missing:
        return translate("SessionStrokes", "Choose a layer to paint on.")
    return translate("SessionStrokes", "This layer is hidden; show it to paint on it.")
