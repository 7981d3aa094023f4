"""The results of the generate panel: strip, badges, compare, discard, apply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.controls.labels import label, set_main
from app.controls.result_strip import ResultStrip
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.jobs.results import RenderResult

SAME_SIZE = 1.05


class ResultBox(QWidget):
    """Shows kept results; hidden while there are none.

    Signals:
        picked(object): a ``RenderResult`` of the strip was clicked.
        apply_wanted(), discard_wanted(): the buttons.
        compare_held(bool): the button is held down or let go.
    """

    picked = Signal(object)
    apply_wanted = Signal()
    discard_wanted = Signal()
    compare_held = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft_badge, self.detail_badge = label("badge"), label("badge")
        self.draft_badge.setToolTip(self.tr("Made before the finer scales were trained"))
        self.detail_badge.setToolTip(
            self.tr("Size it was rendered at, against the document's size")
        )
        self.strip = ResultStrip()
        self.strip.picked.connect(self.picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID_PX // 2, 0, 0)
        column.setSpacing(GRID_PX)
        column.addLayout(self._head())
        # above the strip, so that a low window shows them without scrolling
        column.addLayout(self._buttons())
        column.addWidget(self.strip)

    def show_results(
        self, results: Sequence[RenderResult], shown: RenderResult | None, scale_count: int
    ) -> None:
        """Show results, oldest first.

        Args:
            results: those kept.
            shown: the one over the canvas, or None.
            scale_count: planned scales of the model, for the draft badge.
        """
        self.setVisible(bool(results))
        self.strip.show_results(results, shown)
        for button in (self.compare_button, self.apply_button, self.discard_button):
            button.setEnabled(shown is not None)
        set_main(self.apply_button, shown is not None)
        self.draft_badge.setVisible(shown is not None and shown.is_draft)
        self.detail_badge.setVisible(shown is not None)
        if shown is not None:
            self._show_badges(shown, scale_count)

    def _head(self) -> QHBoxLayout:
        title = label("heading", self.tr("Results"))
        title.setMinimumHeight(self.draft_badge.sizeHint().height() + 4)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(self.draft_badge)
        row.addWidget(self.detail_badge)
        return row

    def _buttons(self) -> QHBoxLayout:
        self.compare_button = QPushButton(self.tr("Before"))
        self.compare_button.setToolTip(self.tr("Hold to see the canvas without the result (\\)"))
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.setToolTip(self.tr("Throw this result away (Del)"))
        self.apply_button = QPushButton(self.tr("Apply"))
        self.apply_button.setToolTip(self.tr("Make the result a layer with its mask (Enter)"))
        self.compare_button.pressed.connect(self._press_compare)
        self.compare_button.released.connect(self._release_compare)
        self.discard_button.clicked.connect(self.discard_wanted)
        self.apply_button.clicked.connect(self.apply_wanted)
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        for button in (self.compare_button, self.discard_button, self.apply_button):
            row.addWidget(button, 1)
        return row

    def _press_compare(self) -> None:
        self.compare_held.emit(True)

    def _release_compare(self) -> None:
        self.compare_held.emit(False)

    def _show_badges(self, shown: RenderResult, scale_count: int) -> None:
        done = shown.recipe.scale_count
        self.draft_badge.setText(
            self.tr("draft {done}/{count}").format(done=done, count=scale_count)
        )
        self.detail_badge.setText(self._detail_text(shown))

    def _detail_text(self, result: RenderResult) -> str:
        times = result.image.shape[0] / max(1, result.detail_size[0])
        if times < SAME_SIZE:
            return self.tr("detail 1:1")
        number = f"{times:.1f}".removesuffix(".0")
        return self.tr("upsampled ×{times}").format(times=number)
