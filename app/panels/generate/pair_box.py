"""The training of a pair: how thoroughly, from which scale on, and how far it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.controls.choice_box import ChoiceBox
from app.controls.labels import label, sentence_label
from app.controls.scale_cell import ScaleCell
from app.controls.scale_strip import ScaleStrip, StripWords
from app.controls.scrolling import bring_into_view
from app.document.geometry import Rect
from app.panels.generate.kind_training_box import KindTrainingBox
from app.panels.generate.preset_box import PresetBox
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.session.switch_trials import SwitchTrials
    from app.session.training_progress import TrainingStatus

BY_TRIAL = 0
"""Stands for the switch scale that is found by trying."""
MOST_PLAIN = 3
"""At most so many of the finest scales are tried without residual."""


class PairBox(QWidget):
    """What a pair is trained with, its training under way, and the trials of switch scales.

    Attributes:
        preset_box: how thoroughly it is trained.
        switch_box: the first scale that is not residual.
        trials: what came of every switch scale that was tried.
        training_box: the training under way.

    Signals:
        preset_chosen(str): a preset; empty = any will do.
        switch_chosen(object): a switch scale, ``BY_TRIAL``, or None for the default.
        train_wanted(), resume_wanted(), pause_wanted(), stop_wanted(): of the training.
    """

    preset_chosen = Signal(str)
    switch_chosen = Signal(object)
    train_wanted = Signal()
    resume_wanted = Signal()
    pause_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale_count = 0
        self._default: int | None = None
        self.preset_box, self.training_box = PresetBox(is_short=True), KindTrainingBox()
        self.preset_box.chosen.connect(self.preset_chosen)
        self.switch_box = ChoiceBox()
        self.switch_box.setAccessibleName(self.tr("Switch scale"))
        self.switch_box.setToolTip(
            self.tr(
                "The first scale that makes its picture anew instead of adding to the one before. "
                "Lower: more of the other picture's look. Higher: more of the structure"
            )
        )
        self.switch_box.activated.connect(self._take_switch)
        self.cost_text = sentence_label()
        self._build_trials()
        self._build_buttons()
        self._lay_out()

    # ---- showing

    def show_choice(self, preset: str, switch_scale: int | None) -> None:
        """Show what was chosen."""
        self.preset_box.show_choice(preset)
        self.switch_box.setCurrentIndex(max(0, self.switch_box.findData(switch_scale)))

    def show_plan(self, scale_count: int, default: int | None) -> None:
        """Offer the switch scales of a training.

        Args:
            scale_count: of the training; 0 = it cannot be planned.
            default: its switch scale unless another is chosen.
        """
        if (scale_count, default) == (self._scale_count, self._default):
            return
        self._scale_count, self._default = scale_count, default
        with QSignalBlocker(self.switch_box):
            self.switch_box.clear()
            text = self.tr("Switch scale")
            if default is not None:
                text = self.tr("Switch at scale {scale}").format(scale=default)
            self.switch_box.addItem(text, None)
            self.switch_box.addItem(self.tr("Find by trying"), BY_TRIAL)
            for scale in range(1, scale_count + 1):
                words = self.tr("Switch at scale {scale}")
                if scale == scale_count:
                    words = self.tr("No switch ({scale})")
                if scale != default:
                    self.switch_box.addItem(words.format(scale=scale), scale)

    def show_trials(self, trials: SwitchTrials | None, chosen: int | None, is_a2b: bool) -> None:
        """Show what came of the trials there are for this training.

        Args:
            trials: None = none are for this training.
            chosen: the switch scale that is used.
            is_a2b: which of both translations is shown.
        """
        is_shown = trials is not None and bool(trials.tried or trials.status.is_busy)
        if is_shown and self.trial_area.isHidden():
            QTimer.singleShot(0, self, partial(bring_into_view, self.trial_area))
        self.trial_area.setVisible(is_shown)
        if trials is None or not is_shown:
            return
        first = max(1, self._scale_count - MOST_PLAIN)
        count = self._scale_count - first + 1
        pictures = {k: each.a2b if is_a2b else each.b2a for k, each in trials.tried.items()}
        with QSignalBlocker(self.trials):
            self.trials.show_stops(first, count, self._scale_count, trials.proposed)
            self.trials.setValue(chosen if chosen is not None else first)
        aspects = [image.shape[1] / image.shape[0] for image in pictures.values()]
        self.trials.show_aspect(aspects[0] if aspects else 4 / 3)
        self.trials.show_cells({k: _cell(self.trials.cells.get(k), pictures[k]) for k in pictures})

    def show_training(self, status: TrainingStatus, is_pair_there: bool, is_other: bool) -> None:
        """Show how far the training is, and what can be done with it.

        Args:
            status: of the training.
            is_pair_there: whether the pair can translate.
            is_other: whether the pair there is was trained with other choices.
        """
        is_active = status.is_active
        if is_active and self.stop_button.isHidden():
            QTimer.singleShot(0, self, partial(bring_into_view, self.stop_button))
        self.training_box.show_status(status)
        self.choices.setVisible(not is_active)
        is_paused = status.state == "paused"
        self.pause_button.setVisible(is_active and not is_paused)
        self.stop_button.setVisible(is_active)
        can_go_on = is_paused or (status.can_resume and not is_active)
        self.resume_button.setVisible(can_go_on and (is_paused or is_pair_there))
        self.again_button.setVisible(not is_active and is_pair_there and is_other)
        self.cost_text.setVisible(not is_active and bool(self.cost_text.text()))

    def show_cost(self, text: str) -> None:
        """Say what the training takes; empty = there is nothing to say."""
        self.cost_text.setText(text)

    # ---- building

    def _build_trials(self) -> None:
        words = StripWords(
            self.tr("Tried switch scales"),
            (self.tr("more of the look"), self.tr("more of the structure")),
            self.tr("Switch at scale {scale}: click to train with it"),
            self.tr("Switch at scale {scale}, which measured best: click to train with it"),
            self.tr("Scale {scale} is not tried yet"),
        )
        self.trials = ScaleStrip(words=words)
        self.trials.valueChanged.connect(self.switch_chosen.emit)
        self.trial_area = QWidget()
        column = QVBoxLayout(self.trial_area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.trial_text = sentence_label("plain")
        self.trial_text.setText(self.tr("Short trials: choose the one that looks best"))
        column.addWidget(self.trial_text)
        column.addWidget(self.trials)
        self.trial_area.hide()

    def _build_buttons(self) -> None:
        self.pause_button = QPushButton(self.tr("Pause"))
        self.resume_button = QPushButton(self.tr("Resume training"))
        self.stop_button = QPushButton(self.tr("Stop training"))
        self.again_button = QPushButton(self.tr("Train again"))
        self.pause_button.setToolTip(self.tr("Stop computing for now; nothing is lost"))
        self.resume_button.setToolTip(self.tr("Go on where the training stopped"))
        self.stop_button.setToolTip(self.tr("Stop the training; finished scales stay usable"))
        self.again_button.setToolTip(
            self.tr("Train the pair with these choices, in place of what there is")
        )
        self.pause_button.clicked.connect(self.pause_wanted)
        self.resume_button.clicked.connect(self.resume_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.again_button.clicked.connect(self.train_wanted)

    def _lay_out(self) -> None:
        self.choices = QWidget()
        below = QVBoxLayout(self.choices)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(GRID_PX // 2)
        below.addWidget(label("muted", self.tr("Training of the pair")))
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        below.addLayout(row)
        for box in (self.preset_box, self.switch_box):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row.addWidget(self.preset_box, 1)
        row.addWidget(self.switch_box, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID_PX)
        for button in (
            self.resume_button,
            self.again_button,
            self.pause_button,
            self.stop_button,
        ):
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        column.addWidget(self.choices)
        column.addWidget(self.trial_area)
        column.addWidget(self.cost_text)
        column.addWidget(self.training_box)
        column.addLayout(buttons)

    def _take_switch(self) -> None:
        self.switch_chosen.emit(self.switch_box.currentData())


def _cell(known: ScaleCell | None, image: NDArray[np.uint8]) -> ScaleCell:
    """Return the cell of a picture, the one before where it shows the same."""
    if known is not None and known.image is image:
        return known
    focus = Rect.of_size(image.shape[1], image.shape[0])
    return ScaleCell(image, focus, is_part=False, is_stale=False)
