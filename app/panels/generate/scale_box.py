"""The injection scale of the generate panel: slider, its name, and the way back to the default."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.controls.scale_slider import ScaleSlider

PLACEHOLDER_SCALES = 9


class ScaleBox(QWidget):
    """Shows the application's default until something else is chosen.

    Signals:
        chosen(object): another scale, or None for the default.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice: int | None = None
        self.text = QLabel()
        self.slider = ScaleSlider()
        self.slider.valueChanged.connect(self._take)
        self.default_button = QToolButton()
        self.default_button.setText(self.tr("Default"))
        self.default_button.setToolTip(self.tr("Back to the scale this application starts with"))
        self.default_button.clicked.connect(self._take_default)
        head = QHBoxLayout()
        head.addWidget(self.text, 1)
        head.addWidget(self.default_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(head)
        rows.addWidget(self.slider)

    def value(self) -> int:
        """Return the injection scale."""
        return self.slider.value()

    def choose(self, scale: int) -> None:
        """Take another scale, as far as it is trained."""
        if self.isEnabled():
            self.slider.setValue(scale)

    def show_choice(self, scale: int | None) -> None:
        """Show the scale that was chosen; None = the default."""
        self._choice = scale
        shown = self.slider.default if scale is None else scale
        if shown is not None:
            self._show_value(shown)
        self._show_text()

    def show_scales(self, planned: int, trained: int, default: int) -> None:
        """Show the scales of a usable model; arguments as ``ScaleSlider.show_scales``."""
        was_blocked = self.slider.blockSignals(True)
        self.slider.show_scales(planned, trained, default)
        self.slider.blockSignals(was_blocked)
        self._show_value(default if self._choice is None else self._choice)
        self.setEnabled(True)
        self._show_text()

    def show_none(self) -> None:
        """Show that there is no usable model yet."""
        self.slider.show_scales(PLACEHOLDER_SCALES, 2, None)
        self.setEnabled(False)
        self._show_text()

    def _take(self) -> None:
        self._choice = self.value()
        self._show_text()
        self.chosen.emit(self._choice)

    def _take_default(self) -> None:
        self.show_choice(None)
        self.chosen.emit(None)

    def _show_value(self, scale: int) -> None:
        was_blocked = self.slider.blockSignals(True)
        self.slider.setValue(scale)
        self.slider.blockSignals(was_blocked)

    def _show_text(self) -> None:
        is_default = self.value() == self.slider.default
        text = (
            self.tr("Injection scale {scale}") if self.isEnabled() else self.tr("Injection scale")
        )
        if self.isEnabled() and is_default:
            text = self.tr("Injection scale {scale} (default)")
        self.text.setText(text.format(scale=self.value()))
        self.default_button.setEnabled(not is_default)
