"""Which notices reach the message bar, and in whose name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.controls.message_bar import MessageBar
    from app.session import Session
    from app.workspace import Workspace


class Notices(QObject):
    """Collects what the documents have to say.

    Args:
        workspace: the open documents.
        messages: shows the newest notice.
        generate: the panel that becomes useful once two scales are trained.
        reveal_generate: brings it to the front.
    """

    def __init__(
        self,
        workspace: Workspace,
        messages: MessageBar,
        generate: QWidget,
        reveal_generate: Callable[[], object],
    ) -> None:
        super().__init__(messages)
        self._workspace = workspace
        self._messages = messages
        self._generate = generate
        self._reveal_generate = reveal_generate
        self._announced: Session | None = None
        self._said: tuple[Session, str] | None = None
        workspace.active_changed.connect(self._name_speaker)
        workspace.notice_raised.connect(messages.show_notice)
        workspace.session_opened.connect(self._follow)
        for session in workspace.sessions:
            self._follow(session)

    def _follow(self, session: Session) -> None:
        session.notice_raised.connect(self._show)
        session.model_changed.connect(self._note_usable)
        session.training_changed.connect(self._note_training)
        session.memory_exhausted.connect(self._offer_processor)

    def _show(self, text: str) -> None:
        active = self._workspace.active
        self._said = None
        for session in self._workspace.sessions:
            if session is self.sender() and session is not active:
                text = f"{session.title}: {text}"
            elif session is self.sender():
                self._said = (session, text)
        self._messages.show_notice(text)

    def _name_speaker(self, active: Session | None) -> None:
        """Say whose a notice is once another document is in front; of a closed one it goes."""
        if self._said is not None and self._said[0] is not active:
            session, text = self._said
            self._said = None
            if session in self._workspace.sessions:
                self._messages.reword(text, f"{session.title}: {text}")
            else:
                self._messages.withdraw(text)

    def _note_usable(self) -> None:
        session = self._workspace.active
        if session is None or session is not self.sender() or session.model is None:
            return
        is_in_front = not self._generate.visibleRegion().isEmpty()
        if session.model.scale_count == 2 and not is_in_front:
            self._announced = session
            self._messages.show_notice(
                self._usable_text(), self.tr("Open Generate"), self._reveal_generate
            )

    def _offer_processor(self) -> None:
        session = self._workspace.active
        if session is not None and session is self.sender() and is_on_graphics_card(session):
            self._messages.show_notice(
                self.tr(
                    "The graphics card has too little memory for this training. "
                    "The processor is slower, but can do it."
                ),
                self.tr("Train on the processor"),
                session.train_on_processor,
            )

    def _note_training(self) -> None:
        session = self._announced
        if session is not None and session is self.sender() and not session.training.is_active:
            self._withdraw_usable()

    def note_generate_shown(self, is_shown: bool) -> None:
        """Follow the Generate panel to the front: who sees it need not be told of it."""
        if is_shown:
            self._withdraw_usable()

    def _withdraw_usable(self) -> None:
        self._announced = None
        self._messages.withdraw(self._usable_text())

    def _usable_text(self) -> str:
        return self.tr("Two scales are trained: edits can be rendered from now on.")


def is_on_graphics_card(session: Session) -> bool:
    """Whether the last training of a session ran on anything but the processor."""
    # not at the top: it brings in torch, and the window comes first
    from singan_core.device import pick_device

    return pick_device(session.training_device).type != "cpu"
