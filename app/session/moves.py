"""The layers that are dragged on a session, as the screen shows them meanwhile."""

from __future__ import annotations

from app.document.compositing.moved_source import MovedSource
from app.document.layer_tree import with_members
from app.session.document_session import DocumentSession


class SessionMoves:
    """At most one drag at a time; commands move the layers, this only shows them quickly."""

    def __init__(self, session: DocumentSession) -> None:
        self._session = session
        self._layer_ids: list[str] = []

    def begin(self, layer_id: str) -> None:
        """Nothing but the place of a layer or group will change until the end."""
        self.end()
        for layer in with_members(self._session.document.layers, layer_id):
            self._layer_ids.append(layer.id)
            self._session.compositor.substitute(layer.id, MovedSource(layer))

    def end(self) -> None:
        """Show the layers exactly again."""
        layer_ids, self._layer_ids = self._layer_ids, []
        for layer_id in layer_ids:
            changed = self._session.compositor.substitute(layer_id, None)
            self._session.shown_changed.emit(changed)
