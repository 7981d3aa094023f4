"""What the handlers of most menus have in common: they are one call on the active session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.session import Session
    from app.workspace import Workspace


class SessionActions:
    """Ground of the handlers of one menu.

    Attributes:
        workspace: the open documents.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def on_session(self, work: Callable[[Session], object]) -> Callable[[], None]:
        """Return a handler that ends what a tool has pending and works on the active session.

        Without an open document it does nothing.
        """

        def handler() -> None:
            session = self.workspace.active
            if session is not None:
                session.finish_gestures()
                work(session)

        return handler
