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
        self._named = {
            None: self.tr("Patches of the photo: as usual"),
            0: self.tr("No patches of the photo"),
            1: self.tr("Patches of the photo: fine detail"),
            3: self.tr("Patches of the photo: texture"),
            _EVERYWHERE: self.tr("Patches of the photo: everything"),
        }
        for count, text in self._named.items():
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
        """Show what was chosen; None = the application's own choice.

        A number without a name has an entry for as long as it is chosen.
        """
        shown = None if patch_scales is None else min(patch_scales, _EVERYWHERE)
        for row, count in reversed(list(enumerate(self._counts()))):
            if count not in self._named and count != shown:
                self.removeItem(row)
        if shown is not None and shown not in self._counts():
            row = sum(count is None or count < shown for count in self._counts())
            text = self.tr("Patches of the photo: {count} scales")
            self.insertItem(row, text.format(count=shown), shown)
        self.setCurrentIndex(self._counts().index(shown))

    def _counts(self) -> list[int | None]:
        return [self.itemData(row) for row in range(self.count())]

    def _announce(self) -> None:
        self.chosen.emit(self.currentData())
