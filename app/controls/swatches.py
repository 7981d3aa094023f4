"""Patches of colour that can be clicked: single ones, and strips of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from app.document.pixels import RgbColor
from app.theme import colors

SWATCH_PX = 20
GAP_PX = 3
STRIP_PX = 16
WIDEST_PX, NARROWEST_PX = 24, 6


class Swatch(QAbstractButton):
    """One patch of colour; a click is an ordinary ``clicked``.

    Signals:
        pointed(bool): the pointer or the focus came to it, or left it.
        removal_wanted(): the user asked to take it away.
    """

    pointed = Signal(bool)
    removal_wanted = Signal()

    def __init__(
        self, side_px: int = SWATCH_PX, parent: QWidget | None = None, *, can_remove: bool = False
    ) -> None:
        super().__init__(parent)
        self._side_px = side_px
        self._can_remove = can_remove
        self._color: RgbColor = (0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def color(self) -> RgbColor:
        """sRGB, 0 to 255 each."""
        return self._color

    def show_color(self, color: RgbColor, name: str) -> None:
        """Show a colour; ``name`` says in the tooltip what it is."""
        self._color = color
        text = f"{name} {QColor(*color).name()}"
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side_px, self._side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_marked = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(QColor(colors().accent if is_marked else colors().line), 1))
        painter.setBrush(QColor(*self._color))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(False)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.pointed.emit(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.pointed.emit(False)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._can_remove and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_wanted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._can_remove:
            super().contextMenuEvent(event)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Remove")).triggered.connect(self.removal_wanted)
        menu.exec(event.globalPos())


class SwatchStrip(QWidget):
    """Rows of swatches that share the width; shows the colours it is given.

    Args:
        columns: most swatches in a row.
        name: what the colours are, for tooltips.
        can_remove: whether a colour can be taken away (its menu, or Del).

    Signals:
        picked(object): an ``(r, g, b)`` was clicked.
        pointed(int): the pointer or the focus is on the colour of that index; -1 = on none.
        removal_wanted(int): the user asked to take the colour of that index away.
    """

    picked = Signal(object)
    pointed = Signal(int)
    removal_wanted = Signal(int)

    def __init__(
        self,
        columns: int,
        name: str,
        parent: QWidget | None = None,
        *,
        can_remove: bool = False,
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._name = name
        self._can_remove = can_remove
        self._count = 0
        self.swatches: list[Swatch] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_colors([])

    @property
    def shown(self) -> list[RgbColor]:
        """The colours shown, from the left."""
        return [swatch.color for swatch in self.swatches if not swatch.isHidden()]

    def show_colors(self, shown: Sequence[RgbColor], details: Sequence[str] = ()) -> None:
        """Show colours from the left.

        Args:
            shown: sRGB.
            details: said after each colour's name in its tooltip.
        """
        while len(self.swatches) < len(shown):
            self._add_swatch()
        for index, swatch in enumerate(self.swatches):
            swatch.setVisible(index < len(shown))
            if index < len(shown):
                swatch.show_color(shown[index], self._name)
                if details:
                    swatch.setToolTip(f"{swatch.accessibleName()}\n{details[index]}")
        rows = max(1, -(-len(shown) // self._columns))
        self._count = len(shown)
        self.setFixedHeight(rows * (STRIP_PX + GAP_PX) - GAP_PX)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        in_a_row = max(1, min(self._count, self._columns))
        room = (self.width() + GAP_PX) // in_a_row - GAP_PX
        width = min(WIDEST_PX, max(NARROWEST_PX, room))
        for index, swatch in enumerate(self.swatches):
            row, column = divmod(index, self._columns)
            left, top = column * (width + GAP_PX), row * (STRIP_PX + GAP_PX)
            swatch.setGeometry(left, top, width, STRIP_PX)

    def _add_swatch(self) -> None:
        swatch = Swatch(parent=self, can_remove=self._can_remove)
        index = len(self.swatches)
        swatch.clicked.connect(lambda: self.picked.emit(swatch.color))
        swatch.pointed.connect(lambda is_on: self.pointed.emit(index if is_on else -1))
        swatch.removal_wanted.connect(lambda: self.removal_wanted.emit(index))
        self.swatches.append(swatch)
