"""The injection scale: one picture of the result per scale, from new layout to only texture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from app.controls.scale_cell import CellLook, ScaleCell, paint_cell, paint_ends
from app.document.wording import translate

GAP_PX = 4
ENDS_PX = 18
MOST_IN_A_ROW = 4
WIDE_PX = 96
"""Cells at least this wide need no second row."""
WIDEST_PX = 120
LOWEST_PX = 40
HIGHEST_PX = 76


@dataclass(frozen=True, slots=True)
class StripWords:
    """What a strip says.

    Attributes:
        name: of what is chosen.
        ends: names of the first and of the last stop.
        hint: of a stop; ``{scale}`` is its number.
        default_hint: of the marked stop.
        missing_hint: of a stop that cannot be chosen yet.
        quick_hint: what a first look lacks; empty where there are none.
    """

    name: str
    ends: tuple[str, str]
    hint: str
    default_hint: str
    missing_hint: str
    quick_hint: str = ""


def injection_words() -> StripWords:
    """Return what the strip of injection scales says."""
    return StripWords(
        translate("ScaleStrip", "Injection scale"),
        (translate("ScaleStrip", "new layout"), translate("ScaleStrip", "only texture")),
        translate("ScaleStrip", "Scale {scale}: click to inject here (Alt+{scale}, Alt and wheel)"),
        translate(
            "ScaleStrip",
            "Scale {scale}, where this application starts: click to inject here (Alt+{scale}, "
            "Alt and wheel)",
        ),
        translate("ScaleStrip", "Scale {scale} is not trained yet"),
    )


class ScaleStrip(QAbstractSlider):
    """A cell per stop; those of scales not trained yet cannot be chosen.

    ``valueChanged`` announces the stop: as a rule the injection scale, 1 to ``planned - 1``.

    Args:
        parent: owner.
        words: None = those of injection scales.

    Signals:
        hovered(object): the pointer came to rest on a stop that can be chosen; None = on none.
    """

    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None, words: StripWords | None = None) -> None:
        super().__init__(parent)
        self._words = words or injection_words()
        self._first, self._stop_count = 1, 1
        self._default: int | None = None
        self._hovered: int | None = None
        self._aspect = 4 / 3
        self._cells: dict[int, ScaleCell] = {}
        self.setRange(1, 1)
        self.setPageStep(1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self._words.name)

    @property
    def default(self) -> int | None:
        """The marked stop."""
        return self._default

    @property
    def hovered_stop(self) -> int | None:
        """The stop under the pointer, if it can be chosen."""
        return self._hovered

    @property
    def cells(self) -> Mapping[int, ScaleCell]:
        """The pictures shown, by stop."""
        return self._cells

    def show_scales(self, planned: int, trained: int, default: int | None) -> None:
        """Show the stops of a pyramid.

        Args:
            planned: scales of the whole pyramid.
            trained: finished ones; stops below this number can be chosen.
            default: the application's own choice, marked; None = unknown.
        """
        self.show_stops(1, max(1, planned - 1), max(1, min(trained, planned) - 1), default)

    def show_stops(self, first: int, count: int, last_usable: int, default: int | None) -> None:
        """Show any stops.

        Args:
            first: number of the first one.
            count: how many.
            last_usable: number of the last one that can be chosen.
            default: the marked one; None = none is.
        """
        shown = (first, count, default)
        self.setRange(first, max(first, last_usable))
        if shown != (self._first, self._stop_count, self._default):
            self._first, self._stop_count, self._default = shown
            self.updateGeometry()
            self.update()

    def show_cells(self, cells: Mapping[int, ScaleCell]) -> None:
        """Show pictures, by stop."""
        if self._cells != cells:
            self._cells = dict(cells)
            self.update()

    def show_aspect(self, aspect: float) -> None:
        """Give the cells, as far as there is room, the proportions of a document.

        Args:
            aspect: its width in parts of its height.
        """
        if aspect != self._aspect:
            self._aspect = aspect
            self.updateGeometry()
            self.update()

    # ---- places

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-self._stop_count // self._columns(width))
        return round(rows * self._cell_size(width).height() + (rows - 1) * GAP_PX + ENDS_PX)

    def sizeHint(self) -> QSize:
        return QSize(288, self.heightForWidth(max(160, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(160, self.width())))

    def cell_rect(self, stop: int) -> QRectF:
        """Return where a stop's cell lies, in widget coordinates."""
        size = self._cell_size(self.width())
        row, column = divmod(stop - self._first, self._columns(self.width()))
        x, y = column * (size.width() + GAP_PX), row * (size.height() + GAP_PX)
        return QRectF(x, y, size.width(), size.height())

    def stop_at(self, place: QPointF) -> int | None:
        """Return the stop whose cell lies under a point."""
        return next((stop for stop in self._stops() if self.cell_rect(stop).contains(place)), None)

    def _stops(self) -> range:
        return range(self._first, self._first + self._stop_count)

    def _columns(self, width: int) -> int:
        count = self._stop_count
        is_one_row = count <= MOST_IN_A_ROW or count * (WIDE_PX + GAP_PX) - GAP_PX <= width
        return count if is_one_row else -(-count // 2)

    def _cell_size(self, width: int) -> QSize:
        columns = self._columns(width)
        across = min(WIDEST_PX, (width - GAP_PX * (columns - 1)) // columns)
        return QSize(across, min(HIGHEST_PX, max(LOWEST_PX, round(across / self._aspect))))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stop in self._stops():
            paint_cell(painter, self.cell_rect(stop), self._look(stop), self.font())
        bottom = self.cell_rect(self._stops()[-1]).bottom()
        line = QRectF(0, bottom, self._right_edge(), ENDS_PX)
        paint_ends(painter, line, *self._words.ends, self.isEnabled())

    def _right_edge(self) -> float:
        return max(self.cell_rect(stop).right() for stop in self._stops())

    def _look(self, stop: int) -> CellLook:
        is_usable = self.isEnabled() and stop <= self.maximum()
        is_chosen = self.isEnabled() and stop == self.value()
        return CellLook(
            text=str(stop),
            cell=self._cells.get(stop) if is_usable else None,
            is_usable=is_usable,
            is_chosen=is_chosen,
            is_default=is_usable and stop == self._default,
            is_hovered=stop == self._hovered,
            has_focus=is_chosen and self.hasFocus(),
        )

    # ---- events

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            stop = self.stop_at(QPointF(event.pos()))
            text = "" if stop is None else self._hint(stop)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        stop = self.stop_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and self._is_usable(stop):
            assert stop is not None
            self.setValue(stop)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.stop_at(event.position()))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover(self.stop_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange:
            self._hover(None)

    def hideEvent(self, event: QEvent) -> None:
        self._hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # turning the wheel over a panel scrolls it
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        super().sliderChange(change)
        self.update()

    def _is_usable(self, stop: int | None) -> bool:
        return self.isEnabled() and stop is not None and stop <= self.maximum()

    def _hover(self, stop: int | None) -> None:
        stop = stop if self._is_usable(stop) else None
        if stop != self._hovered:
            self._hovered = stop
            self.setCursor(
                Qt.CursorShape.ArrowCursor if stop is None else Qt.CursorShape.PointingHandCursor
            )
            self.update()
            self.hovered.emit(stop)

    def _hint(self, stop: int) -> str:
        words = self._words
        if not self._is_usable(stop):
            return words.missing_hint.format(scale=stop)
        hint = words.default_hint if stop == self._default else words.hint
        cell = self._cells.get(stop)
        if cell is not None and cell.is_quick:
            hint += "\n" + words.quick_hint
        return hint.format(scale=stop)
