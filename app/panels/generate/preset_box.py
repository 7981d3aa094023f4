"""How thoroughly the model of one application is trained."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.controls.choice_box import ChoiceBox
from singan_core.config import TrainConfig
from singan_core.presets import PRESETS, preset


class PresetBox(ChoiceBox):
    """The presets by name, and one entry for whatever there is.

    Args:
        parent: owner.
        is_short: whether there is little room for each name.

    Signals:
        chosen(str): a preset was chosen; empty = any will do.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, is_short: bool = False) -> None:
        super().__init__(parent)
        long_texts = (
            self.tr("Trained as the photo was"),
            self.tr("Trained as a draft"),
            self.tr("Trained to standard"),
            self.tr("Trained in full"),
        )
        short_texts = (
            self.tr("As the photo was"),
            self.tr("Draft"),
            self.tr("Standard"),
            self.tr("Full"),
        )
        texts = short_texts if is_short else long_texts
        for name, text in zip(("", "draft", "standard", "full"), texts, strict=True):
            self.addItem(text, name)
        self.setAccessibleName(self.tr("Preset"))
        self.setToolTip(self.tr("How thoroughly the model for this is trained"))
        self.activated.connect(self._announce)

    def show_choice(self, name: str) -> None:
        """Show a preset."""
        self.setCurrentIndex(max(0, self.findData(name)))

    def base(self, photo_config: TrainConfig | None) -> TrainConfig:
        """Return the constants to begin with.

        Args:
            photo_config: those of the photo's own model; None = it has none.
        """
        name = str(self.currentData())
        if not name and photo_config is not None:
            name = photo_config.preset
        return preset(name if name in PRESETS else "draft")

    def _announce(self) -> None:
        self.chosen.emit(str(self.currentData()))
