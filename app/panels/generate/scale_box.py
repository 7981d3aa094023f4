"""The injection scale of the generate panel: strip, name, and the way back to the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.controls.labels import icon_button, label, sentence_label
from app.controls.scale_cell import ScaleCell
from app.controls.scale_strip import ScaleStrip, StripWords, injection_words

PLACEHOLDER_SCALES = 9


@dataclass(frozen=True, slots=True)
class ScaleWords:
    """What a box of scales says.

    Attributes:
        numbered: above the strip; ``{scale}`` is the number of the one chosen.
        default: likewise, of the default.
        draft: what it means that finer scales are not trained yet.
        back: what the button does that takes the default.
        strip: of the strip itself.
    """

    numbered: str
    default: str
    draft: str
    back: str
    strip: StripWords


class ScaleBox(QWidget):
    """Shows the application's default until something else is chosen.

    Args:
        parent: owner.
        words: None = those of injection scales.
        first: number of the first scale that can be chosen.

    Signals:
        chosen(object): another scale, or None for the default.
        hovered(object): the scale under the pointer, or None.
    """

    chosen = Signal(object)
    hovered = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, words: ScaleWords | None = None, first: int = 1
    ) -> None:
        super().__init__(parent)
        self._words = words or self._injection_words()
        self._first = first
        self._choice: int | None = None
        self.text = QLabel()
        self.draft_badge = label("badge")
        self.draft_badge.setToolTip(self._words.draft)
        self.strip = ScaleStrip(words=self._words.strip)
        self.strip.valueChanged.connect(self._take)
        self.strip.hovered.connect(self.hovered)
        self.hint = sentence_label()
        self.default_button = icon_button("ph.arrow-counter-clockwise", self._words.back)
        self.default_button.clicked.connect(self._take_default)
        self.head = QHBoxLayout()
        self.head.setSpacing(4)
        self.head.addWidget(self.text, 1)
        self.head.addWidget(self.draft_badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self.head.addWidget(self.default_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(self.head)
        rows.addWidget(self.strip)
        rows.addWidget(self.hint)

    def value(self) -> int:
        """Return the injection scale."""
        return self.strip.value()

    def choose(self, scale: int) -> None:
        """Take another scale, as far as it is trained."""
        if self.isEnabled():
            self.strip.setValue(scale)

    def show_choice(self, scale: int | None) -> None:
        """Show the scale that was chosen; None = the default."""
        self._choice = scale
        shown = self.strip.default if scale is None else scale
        if shown is not None:
            self._show_value(shown)
        self._show_text()

    def show_scales(self, planned: int, trained: int, default: int) -> None:
        """Show the scales of a usable model; arguments as ``ScaleStrip.show_scales``."""
        was_blocked = self.strip.blockSignals(True)
        self._show_stops(planned, trained, default)
        self.strip.blockSignals(was_blocked)
        self._show_value(default if self._choice is None else self._choice)
        self.setEnabled(True)
        self.draft_badge.setText(
            self.tr("draft {done}/{count}").format(done=trained, count=planned)
        )
        self.draft_badge.setVisible(trained < planned)
        self._show_text()

    def show_none(self) -> None:
        """Show that there is no usable model yet."""
        self._show_stops(PLACEHOLDER_SCALES, 2, None)
        self.setEnabled(False)
        self.draft_badge.hide()
        self._show_text()

    def show_cells(self, cells: Mapping[int, ScaleCell], hint: str) -> None:
        """Show the pictures there are, by scale, and a sentence about those there are not."""
        self.strip.show_cells(cells)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def _take(self) -> None:
        self._choice = self.value()
        self._show_text()
        self.chosen.emit(self._choice)

    def _take_default(self) -> None:
        self.show_choice(None)
        self.chosen.emit(None)

    def _show_value(self, scale: int) -> None:
        was_blocked = self.strip.blockSignals(True)
        self.strip.setValue(scale)
        self.strip.blockSignals(was_blocked)

    def _show_stops(self, planned: int, trained: int, default: int | None) -> None:
        first = self._first
        last = max(first, min(trained, planned) - 1)
        self.strip.show_stops(first, max(1, planned - first), last, default)

    def _show_text(self) -> None:
        is_default, words = self.value() == self.strip.default, self._words
        text = words.numbered if self.isEnabled() else words.strip.name
        if self.isEnabled() and is_default:
            text = words.default
        self.text.setText(text.format(scale=self.value()))
        self.default_button.setEnabled(not is_default)

    def _injection_words(self) -> ScaleWords:
        return ScaleWords(
            self.tr("Injection scale {scale}"),
            self.tr("Injection scale {scale} (default)"),
            self.tr("Finer scales are not trained yet; the results are enlarged meanwhile"),
            self.tr("Back to the scale this application starts with"),
            injection_words(),
        )
