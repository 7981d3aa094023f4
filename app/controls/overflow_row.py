"""Controls in one line; those that find no room wait in a popup."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.controls.labels import icon_button
from app.theme import GRID_PX

_MORE_PX = 28


def show_below(popup: QWidget, button: QWidget) -> None:
    """Show a popup under a button, moved to the left where the screen ends."""
    popup.adjustSize()
    corner = button.mapToGlobal(QPoint(0, button.height() + 4))
    room = button.screen().availableGeometry()
    x = min(corner.x(), room.right() - popup.width() - 4)
    popup.move(max(room.left() + 4, x), corner.y())
    popup.show()


class Popup(QFrame):
    """A frame that closes when anything else is clicked; holds controls one below the other.

    Attributes:
        column: their layout.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        self.column.setSpacing(GRID_PX)


class OverflowRow(QWidget):
    """A line of controls, the most important first.

    Attributes:
        more: the button that opens the popup; hidden while everything has room.
        popup: holds what has no room.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._controls: list[QWidget] = []
        self._unwanted: set[QWidget] = set()
        # of controls that look different in the popup
        self._line_widths: dict[QWidget, int] = {}
        self._placed: tuple[list[QWidget], list[QWidget]] = ([], [])
        self._is_sharing = False
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(GRID_PX)
        self.more = icon_button("ph.dots-three-outline-vertical", self.tr("More settings"))
        self.more.setFixedWidth(_MORE_PX)
        self.popup = Popup(self)
        self.more.clicked.connect(lambda: show_below(self.popup, self.more))
        self.more.hide()
        self._line.addWidget(self.more)
        self._line.addStretch()

    def add_control(self, control: QWidget) -> None:
        """Append a control."""
        self._controls.append(control)
        self._share()

    def show_control(self, control: QWidget, is_wanted: bool) -> None:
        """Show a control, wherever it is, or leave it out."""
        if is_wanted != (control in self._unwanted):
            return
        if is_wanted:
            self._unwanted.remove(control)
        else:
            self._unwanted.add(control)
        self._share()

    def sizeHint(self) -> QSize:
        """Room for all controls in the line."""
        wanted = self._wanted()
        height = max((each.sizeHint().height() for each in self._controls), default=_MORE_PX)
        return QSize(self._width_of(wanted), height)

    def minimumSizeHint(self) -> QSize:
        """Room for the button alone."""
        return QSize(_MORE_PX, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _wanted(self) -> list[QWidget]:
        return [control for control in self._controls if control not in self._unwanted]

    def _width_of(self, controls: list[QWidget]) -> int:
        widths = [self._line_widths.get(each, _width_of(each)) for each in controls]
        return sum(widths) + GRID_PX * max(0, len(widths) - 1)

    def _share(self) -> None:
        """Put as many controls as fit into the line, the others into the popup."""
        self.updateGeometry()
        if self._is_sharing:
            return
        self._is_sharing = True
        # placing may resize the row, and then other controls fit
        while (places := self._places()) != self._placed:
            self._placed = places
            self._place(*places)
        self._is_sharing = False

    def _places(self) -> tuple[list[QWidget], list[QWidget]]:
        """Which controls belong into the line, and which into the popup."""
        wanted, count = self._wanted(), 0
        if self._width_of(wanted) <= self.width():
            count = len(wanted)
        else:
            room = self.width() - _MORE_PX - GRID_PX
            while count < len(wanted) and self._width_of(wanted[: count + 1]) <= room:
                count += 1
        return wanted[:count], wanted[count:]

    def _place(self, in_line: list[QWidget], in_popup: list[QWidget]) -> None:
        for control in self._unwanted:
            control.hide()
        for index, control in enumerate(in_line):
            self._line_widths.pop(control, None)
            if isinstance(control, QToolButton):
                control.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            self._line.insertWidget(index, control)
            control.show()
        for control in in_popup:
            if isinstance(control, QToolButton):
                self._spell_out(control)
            self.popup.column.addWidget(control)
            control.show()
        self.more.setVisible(bool(in_popup))
        if self.popup.isVisible():
            self.popup.adjustSize()

    def _spell_out(self, button: QToolButton) -> None:
        """Have a button say what it does: in the popup there is room for that."""
        self._line_widths.setdefault(button, _width_of(button))
        button.setText(button.accessibleName())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


def _width_of(control: QWidget) -> int:
    width = max(control.minimumWidth(), control.sizeHint().width())
    return min(width, control.maximumWidth())
