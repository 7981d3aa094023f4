"""How much of a result is made of the photo's own patches."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.controls.choice_box import ChoiceBox

_EVERYWHERE = 99
"""More scales than any pyramid has."""


class PatchBox(ChoiceBox):
    """What the application does by itself, and how many scales put in patches of the photo.

    Signals:
        chosen(object): an int, of how many of the finest scales; None = the application's own.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for count, text in (
            (None, self.tr("Patches of the photo: as usual")),
            (0, self.tr("No patches of the photo")),
            (1, self.tr("Patches of the photo: fine detail")),
            (3, self.tr("Patches of the photo: texture")),
            (_EVERYWHERE, self.tr("Patches of the photo: everything")),
        ):
            self.addItem(text, count)
        self.setAccessibleName(self.tr("Patches of the photo"))
        self.setToolTip(
            self.tr(
                "What the scales made gives way to the photo's most similar patches: crisp and "
                "true to the photo, but what the photo does not have is lost"
            )
        )
        self.activated.connect(self._announce)

    def show_choice(self, patch_scales: int | None) -> None:
        """Show what was chosen; None = the application's own choice."""
        counts = [self.itemData(row) for row in range(self.count())]
        if patch_scales in counts:
            self.setCurrentIndex(counts.index(patch_scales))
            return
        known = [row for row, count in enumerate(counts) if count is not None]
        self.setCurrentIndex(max(row for row in known if counts[row] <= (patch_scales or 0)))

    def _announce(self) -> None:
        self.chosen.emit(self.currentData())
