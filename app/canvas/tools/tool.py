"""What a tool is: a pointer goes down, moves and comes up over a session."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from app.session import Session
from app.tool_state import ToolState


@dataclass(frozen=True, slots=True)
class Pointer:
    """The pointer over the document.

    Attributes:
        x: document column, with fractions; pixel i spans i to i + 1.
        y: document row, with fractions.
        pressure: 0 to 1; 1 for a mouse.
        modifiers: keys held.
        is_eraser: the eraser end of a pen.
    """

    x: float
    y: float
    pressure: float = 1.0
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    is_eraser: bool = False

    def holds(self, modifier: Qt.KeyboardModifier) -> bool:
        """Whether that key is held."""
        return bool(self.modifiers & modifier)


class CanvasTool:
    """One tool; lives as long as the canvas. ``press`` comes first, ``release`` or ``cancel`` last.

    Attributes:
        tool_state: settings of all tools.
        cursor: shape of the pointer; None = drawn by the canvas as the brush's outline.
    """

    cursor: Qt.CursorShape | None = Qt.CursorShape.CrossCursor

    def __init__(self, tool_state: ToolState) -> None:
        self.tool_state = tool_state

    def press(self, session: Session, pointer: Pointer) -> None:
        """Begin a gesture."""
        raise NotImplementedError

    def move(self, pointer: Pointer) -> None:
        """Go on with the gesture."""

    def release(self, pointer: Pointer) -> None:
        """End the gesture."""

    def cancel(self) -> None:
        """Give the gesture up; the document is as before ``press``."""

    def rubber_band(self) -> QPainterPath | None:
        """Return the line to show while the gesture lasts, in document coordinates."""
        return None
