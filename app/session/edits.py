"""Clipboard, selection and layer operations on one session, each one undo step."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.document.commands import AddLayer, MoveLayer, RemoveLayer
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.planes import Plane
from app.session.clipboard_edits import ClipboardEdits
from app.session.selection_edits import SelectionEdits

_translate = QCoreApplication.translate


class SessionEdits(ClipboardEdits, SelectionEdits):
    """Edits of one session; every method is at most one undo step."""

    def add_layer(self) -> None:
        """Add an empty layer above the active one."""
        # it grows with what is painted: a plane of the document's size takes long to draw
        layer = Layer(self._new_name(_translate("SessionEdits", "Layer")), Plane(Rect(0, 0, 0, 0)))
        self._session.run(AddLayer(layer))

    def duplicate_layer(self) -> None:
        """Add a copy of the active layer above it."""
        layer = self._session.document.active_layer
        if layer is not None:
            name = _translate("SessionEdits", "{name} copy").format(name=layer.name)
            self._session.run(AddLayer(layer.duplicate(name), label="Duplicate layer"))

    def remove_layer(self) -> None:
        """Remove the active layer."""
        layer = self._session.document.active_layer
        if layer is not None:
            self._session.run(RemoveLayer(layer.id))

    def move_layer(self, steps: int) -> None:
        """Move the active layer up by ``steps`` places (down when negative)."""
        document = self._session.document
        layer = document.active_layer
        if layer is None:
            return
        index = document.index_of(layer.id)
        target = min(len(document.layers) - 1, max(0, index + steps))
        if target != index:
            self._session.run(MoveLayer(layer.id, target))
