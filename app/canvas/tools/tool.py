"""What a tool is: a pointer goes down, moves and comes up over a session."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPainterPath

from app.canvas.viewport import Viewport
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
        zoom: device pixels per document pixel, for distances that the hand feels.
    """

    x: float
    y: float
    pressure: float = 1.0
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    is_eraser: bool = False
    zoom: float = 1.0

    def holds(self, modifier: Qt.KeyboardModifier) -> bool:
        """Whether that key is held."""
        return bool(self.modifiers & modifier)


class CanvasTool:
    """One tool; lives as long as the canvas.

    A drag is ``press``, ``move`` ..., ``release`` or ``cancel``. A tool whose work lasts longer
    than a drag (a polygon, a transform box) is pending in between: it hears ``hover`` and
    ``double_click``, Enter calls ``commit``, Esc ``cancel``, and taking another tool, another
    document or another command in hand calls ``leave``, which commits.

    Attributes:
        tool_state: settings of all tools.
        cursor: shape of the pointer; None = drawn by the canvas as the brush's outline.
    """

    cursor: Qt.CursorShape | None = Qt.CursorShape.CrossCursor

    def __init__(self, tool_state: ToolState) -> None:
        self.tool_state = tool_state

    @property
    def is_pending(self) -> bool:
        """Whether work waits for ``commit`` or ``cancel`` between two drags."""
        return False

    @property
    def has_overlay(self) -> bool:
        """Whether ``paint`` draws anything, so that the canvas is drawn anew with the pointer."""
        return type(self).paint is not CanvasTool.paint

    def take(self, session: Session) -> None:
        """The tool was taken in hand over a document."""

    def follow_settings(self) -> None:
        """A setting of a tool changed while this one is in hand."""

    def press(self, session: Session, pointer: Pointer) -> None:
        """Begin a gesture."""
        raise NotImplementedError

    def move(self, pointer: Pointer) -> None:
        """Go on with the gesture."""

    def release(self, pointer: Pointer) -> None:
        """End the gesture."""

    def hover(self, session: Session, pointer: Pointer) -> None:
        """The pointer moved without a button."""

    def double_click(self, session: Session, pointer: Pointer) -> None:
        """The button went down a second time at the same place, after a whole click.

        A tool that is not pending hears ``press`` instead.
        """

    def commit(self) -> None:
        """Make pending work one undo step."""

    def leave(self) -> None:
        """Something else is done now: pending work becomes a step, or is given up."""
        self.commit()

    def cancel(self) -> None:
        """Give the gesture and pending work up; the document is as before."""

    def take_back(self) -> bool:
        """Forget the last part of pending work (Backspace); returns whether the tool does that."""
        return False

    def nudge(self, session: Session, dx: int, dy: int) -> bool:
        """Move by document pixels with the arrow keys; returns whether the tool does that."""
        return False

    def cursor_at(self, pointer: Pointer) -> Qt.CursorShape | None:
        """Return the shape of the pointer at a place (a handle, an edge)."""
        return self.cursor

    def rubber_band(self) -> QPainterPath | None:
        """Return the line to show while the gesture lasts, in document coordinates."""
        return None

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw handles and previews over the document, in device pixels."""
