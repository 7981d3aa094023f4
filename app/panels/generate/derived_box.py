"""The models derived from the document's own: what they are for, what they cost, their training."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.controls.labels import label, sentence_label
from app.controls.texts import duration_text, memory_text
from app.document.wording import translate
from app.panels.training_texts import running_text, time_text
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.cost_estimates import CostEstimates
    from app.session import Session
    from app.session.training_progress import TrainingStatus
    from singan_core.config import ModelKind
    from singan_core.model.trained import TrainedPyramid

KINDS: tuple[ModelKind, ...] = ("quantized", "finetune")


def derived_training(session: Session | None) -> tuple[ModelKind, TrainingStatus] | None:
    """Return which derived model a document is training, and how far it is."""
    if session is None:
        return None
    known = ((kind, session.kinds.status(kind)) for kind in KINDS)
    return next(((kind, status) for kind, status in known if status.is_active), None)


def training_text(kind: ModelKind, status: TrainingStatus) -> str:
    """Return what is trained before the render, and how far that is."""
    if status.state == "queued":
        return running_text(status)
    words = translate("DerivedBox", "Training scale {scale} for paint colours: {time}")
    if kind == "finetune":
        words = translate("DerivedBox", "Tuning scale {scale} on this edit: {time}")
    # all that is left, which says enough of a short training
    time = time_text(dataclasses.replace(status, scale_eta_s=None))
    return words.format(scale=status.scale, time=time)


def training_cost(costs: CostEstimates, parent: TrainedPyramid, kind: ModelKind, scale: int) -> str:
    """Return what a training from a model takes, from an injection scale, as far as known."""
    # not at the top: this brings in torch, and the window comes first
    from singan_core.training.derived_training import finetune_config

    config, scales = parent.config.changed(kind=kind), range(scale, scale + 1)
    if kind == "finetune":
        config, scales = finetune_config(parent.config), range(scale, parent.scale_count)
    cost = costs.training(parent.plan, config, "auto", scales)
    memory = memory_text(cost.byte_count)
    if cost.seconds is None:
        return translate("DerivedBox", "{memory}; measuring …").format(memory=memory)
    text = translate("DerivedBox", "about {time}, {memory}")
    return text.format(time=duration_text(cost.seconds), memory=memory)


class DerivedBox(QWidget):
    """A switch for the colours of paints, or a button that tunes the model on an edit.

    Attributes:
        colours: the switch.
        tune: the button.
        cost: what tuning takes, beside the button.
        text: what training the colours takes.

    Signals:
        colours_chosen(bool): paints take the photo's own colours, or no longer.
        tuning_wanted(): the model is to be tuned on the edit as it is now.
    """

    colours_chosen = Signal(bool)
    tuning_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colours = QCheckBox(self.tr("Match paint colours"))
        self.colours.setToolTip(
            self.tr(
                "Every colour you painted is first replaced by the photo's own that plays its "
                "part, and a model for such flat colours renders it. That model is trained once "
                "for every scale; only the scale it is for has a picture in the strip"
            )
        )
        self.colours.clicked.connect(self.colours_chosen)
        self.tune = QPushButton(self.tr("Tune on this edit"))
        self.tune.setToolTip(
            self.tr(
                "Train a copy of the model on this one edit, then render with it: seams fit "
                "better. The copy is good for this edit only; after another stroke it has to be "
                "trained again. Your model, the strip and the live picture stay as they are"
            )
        )
        self.tune.clicked.connect(self.tuning_wanted)
        self.cost, self.text = label("muted"), sentence_label()
        self.cost.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        row.addWidget(self.tune)
        row.addWidget(self.cost, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(self.colours)
        column.addLayout(row)
        column.addWidget(self.text)

    def show_choice(self, is_paint: bool, is_quantized: bool) -> None:
        """Show what there is to choose."""
        self.colours.setVisible(is_paint)
        self.colours.setChecked(is_quantized)
        self.tune.setVisible(not is_paint)
        self.cost.setVisible(not is_paint)

    def show_cost(self, cost: str, is_paint: bool) -> None:
        """Say what the training takes; empty = nothing is known, or nothing to be trained."""
        self.cost.setText("" if is_paint else cost)
        words = self.tr("Trains this scale first: {cost}")
        self.text.setText(words.format(cost=cost) if is_paint and cost else "")
        self.text.setVisible(bool(self.text.text()))
