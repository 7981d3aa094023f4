"""Keys over the canvas: they end or nudge pending work, or do something while they are held."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.canvas.navigation import Navigation
from app.canvas.pointer_input import PointerInput

_FAR_NUDGE_PX = 10
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PENDING_KEYS = (*_ENTER_KEYS, Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CanvasKeys:
    """Hands keys to the tool in hand, to the view and to the preview."""

    def __init__(self, pointer_input: PointerInput, navigation: Navigation) -> None:
        self._input = pointer_input
        self._navigation = navigation

    def is_ending(self, event: QKeyEvent) -> bool:
        """Whether a key ends what is in progress here, and no shortcut is meant."""
        is_busy = self._input.is_pending or self._input.gesture is not None
        is_plain = not event.modifiers() & ~_KEYPAD
        return is_busy and is_plain and event.key() in _PENDING_KEYS

    def press(self, event: QKeyEvent) -> bool:
        """A key went down; returns whether it meant something here."""
        if event.key() in _ENTER_KEYS and not event.modifiers() & ~_KEYPAD:
            return self._input.commit()
        if event.key() == Qt.Key.Key_Escape:
            return self._input.cancel()
        if event.key() == Qt.Key.Key_Backspace:
            return self._input.take_back()
        if event.key() in _ARROWS and not event.modifiers() & ~(_KEYPAD | _SHIFT):
            dx, dy = _ARROWS[Qt.Key(event.key())]
            step = _FAR_NUDGE_PX if event.modifiers() & _SHIFT else 1
            return self._input.nudge(dx * step, dy * step)
        return self._hold(event, True)

    def release(self, event: QKeyEvent) -> bool:
        """A key came up; returns whether it meant something here."""
        return self._hold(event, False)

    def let_go(self) -> None:
        """No key is held any more, as far as the canvas hears."""
        self._input.hold_space(False)
        self._input.hold_turn(False)
        self._hide_preview(False)

    def _hold(self, event: QKeyEvent, is_held: bool) -> bool:
        """Follow a key that works while it is held; returns whether it is one."""
        if event.key() in (Qt.Key.Key_Alt, Qt.Key.Key_Control):
            self._input.modifiers = event.modifiers()
            return False
        works = {
            Qt.Key.Key_Space: self._input.hold_space,
            Qt.Key.Key_R: self._input.hold_turn,
            Qt.Key.Key_Backslash: self._hide_preview,
        }
        work = next((work for key, work in works.items() if key == event.key()), None)
        if work is not None and not event.isAutoRepeat():
            work(is_held)
        return work is not None

    def _hide_preview(self, is_hidden: bool) -> None:
        if self._navigation.session is not None:
            self._navigation.session.hide_preview(is_hidden)
