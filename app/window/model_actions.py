"""Kept models: whether the same photo needs no second training, and forgetting them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.dialogs.questions import ask_clear_models

if TYPE_CHECKING:
    from app.controls.message_bar import MessageBar
    from app.settings import Settings
    from app.storage.model_cache import ModelCache


class ModelActions(QObject):
    """Handlers around the cache of trained models.

    Args:
        window: parent of the question.
        cache: the kept models.
        settings: remembers the switch.
        messages: says when they are gone.

    Signals:
        changed(): the switch is the other way round now.
    """

    changed = Signal()

    def __init__(
        self, window: QWidget, cache: ModelCache, settings: Settings, messages: MessageBar
    ) -> None:
        super().__init__(window)
        self._window = window
        self._cache = cache
        self._settings = settings
        self._messages = messages

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        return {"edit.keep_models": self.toggle, "edit.clear_models": self.clear}

    def toggle(self) -> None:
        """Keep models from now on, or no longer."""
        self._cache.is_enabled = not self._cache.is_enabled
        self._settings.set_text("models/keep", str(int(self._cache.is_enabled)))
        self.changed.emit()

    def clear(self) -> None:
        """Delete what is kept, after asking."""
        if ask_clear_models(self._window):
            self._cache.clear()
            self._messages.show_notice(self.tr("The kept models are deleted."))
