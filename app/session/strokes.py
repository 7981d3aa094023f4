"""The brush stroke in progress on a session."""

from __future__ import annotations

from app.document.change import Change
from app.document.errors import DocumentError
from app.document.layer_tree import is_seen
from app.document.layers import Layer, LayerKind
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.clone_source import CloneOrigin, CloneSource
from app.document.painting.painting import PaintTarget, layer_target
from app.document.wording import translate
from app.session.document_session import DocumentSession
from app.session.edits import SessionEdits


class SessionStrokes:
    """At most one stroke at a time; anything else that changes the document ends it first."""

    def __init__(self, session: DocumentSession, edits: SessionEdits) -> None:
        self._session = session
        self._edits = edits
        self._stroke: Stroke | None = None
        self._mask_owner: str | None = None

    @property
    def is_on_mask(self) -> bool:
        """Whether the active layer's mask is painted on instead of its pixels."""
        layer = self._session.document.active_layer
        return layer is not None and layer.id == self._mask_owner and layer.mask is not None

    @is_on_mask.setter
    def is_on_mask(self, is_on_mask: bool) -> None:
        self.finish()
        self._mask_owner = self._session.document.active_id if is_on_mask else None
        self._session.announce(Change(active=True))

    @property
    def is_active(self) -> bool:
        """Whether a stroke is in progress."""
        return self._stroke is not None

    def target(self, is_eraser: bool = False) -> PaintTarget | None:
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
            return self._surface(quick_mask.id, True)
        if layer is None or not is_seen(session.document.layers, layer):
            session.notice_raised.emit(_unpaintable(layer))
            return None
        session.stroke_started.emit()
        is_result = layer.kind is LayerKind.RESULT and layer.mask is not None
        if is_result and not is_eraser and not self.is_on_mask:
            self._edits.add_layer()
            layer, is_result = session.document.active_layer, False
            assert layer is not None
        return self._surface(layer.id, layer.mask is not None and (is_result or self.is_on_mask))

    def begin(self, settings: BrushSettings, clone: CloneOrigin | None = None) -> bool:
        """Start a stroke on the `target`; a refusal becomes a notice.

        Args:
            settings: of the brush.
            clone: where pixels are copied from, instead of painting the colour.

        Returns:
            Whether there is a stroke now.
        """
        self.finish()
        session = self._session
        target = self.target(settings.is_eraser)
        if target is None:
            return False
        try:
            source = None if clone is None else CloneSource(session.document, target, clone)
            self._stroke = Stroke(target, settings, source)
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

    def _surface(self, layer_id: str, on_mask: bool) -> PaintTarget | None:
        try:
            return layer_target(self._session.document, layer_id, on_mask)
        except DocumentError as error:
            self._session.notice_raised.emit(str(error))
            return None


def _unpaintable(layer: Layer | None) -> str:
    if layer is None:
        return translate("SessionStrokes", "Choose a layer to paint on.")
    if layer.is_visible:
        return translate("SessionStrokes", "The group of this layer is hidden; show it to paint.")
    return translate("SessionStrokes", "This layer is hidden; show it to paint on it.")
