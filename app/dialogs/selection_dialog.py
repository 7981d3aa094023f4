"""Asks by how many pixels the selection shall change, and shows what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from app.controls.labels import sentence_label
from app.controls.value_slider import ValueSlider
from app.dialogs.dialog_frame import answer_buttons, dialog_column
from app.document.selection import Selection

MOST_PX = 250
# While the slider is dragged the selection is made anew this often at most.
_DELAY_MS = 15


@dataclass(frozen=True, slots=True)
class SelectionChange:
    """One way to change a selection by a number of pixels.

    Attributes:
        name: remembers the last number.
        title: of the dialog.
        sentence: what will happen.
        make: gets the selection, the pixels and whether nothing lies beyond the picture's edges.
        has_edges: whether that last question matters.
        px: the number proposed the first time.
    """

    name: str
    title: str
    sentence: str
    make: Callable[[Selection, int, bool], Selection]
    has_edges: bool = False
    px: int = 5


class SelectionDialog(QDialog):
    """A slider whose effect is seen while it is dragged.

    Args:
        parent: the window.
        selection: what is changed.
        change: how.
        px: the number to start with.

    Signals:
        proposed(object): the ``Selection`` that would be made.
    """

    proposed = Signal(object)

    def __init__(
        self, parent: QWidget, selection: Selection, change: SelectionChange, px: int
    ) -> None:
        super().__init__(parent)
        self._selection = selection
        self._change = change
        self.result_selection = selection
        self.setWindowTitle(change.title)
        self.setMinimumWidth(360)
        self.slider = ValueSlider(self.tr("Pixels"), 1, MOST_PX, self.tr(" px"), 2.0)
        self.slider.show_value(px)
        self.at_edges = QCheckBox(self.tr("Also from the edges of the picture"))
        self.at_edges.setToolTip(
            self.tr("Off: a selection that reaches an edge of the picture stays there")
        )
        self.at_edges.setVisible(change.has_edges)
        self.sentence = sentence_label()
        self._timer = QTimer(self, interval=_DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._propose)
        self.slider.valueChanged.connect(self._timer.start)
        self.at_edges.toggled.connect(self._timer.start)
        column = dialog_column(self)
        column.addWidget(self.sentence)
        column.addWidget(self.slider)
        column.addWidget(self.at_edges)
        box, self.ok = answer_buttons(self)
        column.addWidget(box)
        self.slider.setFocus()
        self._timer.start()

    @property
    def px(self) -> int:
        """The number chosen."""
        return self.slider.value()

    def accept(self) -> None:
        """Make the selection as the slider says now."""
        self._timer.stop()
        self._propose()
        if not self.result_selection.is_empty:
            super().accept()

    def done(self, result: int) -> None:
        """Propose nothing any more."""
        self._timer.stop()
        super().done(result)

    def _propose(self) -> None:
        made = self._change.make(self._selection, self.px, self.at_edges.isChecked())
        self.result_selection = made
        self.ok.setEnabled(not made.is_empty)
        nothing = self.tr("Nothing would stay selected.")
        self.sentence.setText(nothing if made.is_empty else self._change.sentence)
        self.proposed.emit(made)
