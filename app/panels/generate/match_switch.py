"""The switch that lets a result go along with its surroundings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from app.jobs.recipe import Application


class MatchSwitch(QCheckBox):
    """Off, on, or half: what an application does of its own accord when it harmonizes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Match colours and grain"))
        self.setToolTip(
            self.tr(
                "Colours go on across the border of the mask and smooth parts take on the photo's "
                "grain. Half checked: only the colours of a pasted object move towards the "
                "photo's, before it is rendered"
            )
        )

    def show_choice(self, is_matched: bool | None, application: Application) -> None:
        """Show what was chosen; None = the application's own choice."""
        state = Qt.CheckState.Checked if is_matched else Qt.CheckState.Unchecked
        if is_matched is None and application is Application.HARMONIZE:
            state = Qt.CheckState.PartiallyChecked
        self.setCheckState(state)

    def nextCheckState(self) -> None:
        """Let a click choose between all and nothing."""
        is_on = self.checkState() is not Qt.CheckState.Unchecked
        self.setCheckState(Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked)
