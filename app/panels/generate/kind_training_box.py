"""The training of a model for one application: its pyramid filling, and the time left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.controls.labels import sentence_label
from app.controls.pyramid_view import PyramidView
from app.panels.training_texts import pyramid_picture, running_text
from app.session.results import RenderStatus
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.session.training_progress import TrainingStatus

HEIGHT_PX = 104
_PROGRESS_STEPS = 1000


def training_work(status: TrainingStatus) -> RenderStatus:
    """Return how far a training is, as the progress bar of the panel shows it."""
    share = status.cost_done / status.cost_total if status.cost_total else 0.0
    return RenderStatus(status.is_active, round(_PROGRESS_STEPS * share), _PROGRESS_STEPS)


class KindTrainingBox(QWidget):
    """Visible while such a training is under way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pyramid, self.text = PyramidView(), sentence_label("plain")
        self.pyramid.setFixedHeight(HEIGHT_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(self.pyramid)
        column.addWidget(self.text)
        self.hide()

    def show_status(self, status: TrainingStatus | None) -> None:
        """Show how far it is; hidden while there is none."""
        is_active = status is not None and status.is_active
        self.setVisible(is_active)
        if status is not None and is_active:
            self.pyramid.show_picture(pyramid_picture(status))
            self.text.setText(running_text(status))
