"""Training panel: preset, size, device; the pyramid filling from coarse to fine; time left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, SignalInstance
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from app.controls.labels import main_button, sentence_label
from app.controls.pyramid_view import PyramidPicture, PyramidView
from app.controls.texts import duration_text
from app.controls.value_slider import ValueSlider
from app.session_panel import SessionPanel
from app.theme import GRID_PX
from singan_core.config import TrainConfig, preset
from singan_core.errors import EngineError

if TYPE_CHECKING:
    from app.engine_facts import EngineFacts
    from app.session import Session
    from app.training_progress import TrainingStatus
    from app.workspace import Workspace
    from singan_core.pyramid import PyramidPlan

PRESET_NAMES = ("draft", "standard", "full", "paper")
SMALLEST_SIZE_PX, LARGEST_SIZE_PX = 64, 1024
PROGRESS_STEPS = 1000


class TrainingPanel(SessionPanel):
    """Starts, pauses, resumes and cancels the training of the active session.

    Args:
        workspace: the open documents.
        preset_name: preset chosen at the start.
        device: device chosen at the start.
    """

    def __init__(
        self, workspace: Workspace, preset_name: str = "draft", device: str = "auto"
    ) -> None:
        super().__init__(workspace)
        self._engine: EngineFacts | None = None
        self._wanted_device = device
        self._build_choices(preset_name)
        self._build_progress()
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX)
        column.addLayout(self._choice_grid())
        column.addWidget(self.sentence)
        column.addWidget(self.pyramid, 1)
        column.addWidget(self.status)
        column.addWidget(self.progress)
        column.addWidget(self.reason)
        column.addLayout(self._button_row())
        self.follow()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        return [
            (session.training_changed, self._show_training),
            (session.model_changed, self._show_training),
        ]

    def refresh(self) -> None:
        config = None if self.session is None else self.session.train_config
        if config is not None:
            self._show_config(config)
        self._show_training()

    def sizeHint(self) -> QSize:
        return QSize(304, 440)

    def show_engine(self, engine: EngineFacts) -> None:
        """Offer the machine's devices and plan pyramids from now on."""
        self._engine = engine
        was_blocked = self.device.blockSignals(True)
        self.device.clear()
        best = engine.devices[0][1]
        self.device.addItem(self.tr("Automatic: {device}").format(device=best), "auto")
        for name, text in engine.devices:
            self.device.addItem(text, name)
        self.device.setCurrentIndex(max(0, self.device.findData(self._wanted_device)))
        self.device.blockSignals(was_blocked)
        self._show_training()

    @property
    def config(self) -> TrainConfig:
        """The constants chosen: the preset at the chosen size."""
        return preset(self.preset.currentData()).changed(max_size_px=self.size_px.value())

    @property
    def device_name(self) -> str:
        """The device chosen."""
        return str(self.device.currentData() or "auto")

    def train(self) -> None:
        """Start the training as chosen."""
        if self.session is not None and not self.blocker():
            self.session.start_training(self.config, self.device_name)

    def pause(self) -> None:
        """Pause the training of the active session."""
        if self.session is not None:
            self.session.pause_training()

    def resume(self) -> None:
        """Go on with the training of the active session."""
        if self.session is not None:
            self.session.resume_training()

    def cancel(self) -> None:
        """Cancel the training of the active session; finished scales stay."""
        if self.session is not None:
            self.session.cancel_training()

    def blocker(self) -> str:
        """Return why training cannot start now, as one sentence; empty when it can."""
        if self.session is None:
            return self.tr("Open a photo to train on it.")
        if self.session.training.is_active:
            return self.tr("A training of this photo is under way.")
        return self._plan()[1]

    def _build_choices(self, preset_name: str) -> None:
        self.preset = QComboBox()
        for name, text in zip(PRESET_NAMES, self._preset_texts(), strict=True):
            self.preset.addItem(text, name)
        self.preset.setCurrentIndex(max(0, self.preset.findData(preset_name)))
        self.preset.setToolTip(self.tr("How thoroughly the pyramid is trained"))
        self.preset.currentIndexChanged.connect(self._choose_preset)
        self.size_px = ValueSlider(
            self.tr("Long side"), SMALLEST_SIZE_PX, LARGEST_SIZE_PX, self.tr(" px"), 1.5
        )
        self.size_px.show_value(preset(self.preset.currentData()).max_size_px)
        self.size_px.setToolTip(
            self.tr("Size of the finest scale; twice the size takes about four times as long")
        )
        self.size_px.valueChanged.connect(self._show_training)
        self.device = QComboBox()
        self.device.addItem(self.tr("Automatic"), "auto")
        self.device.setToolTip(self.tr("What computes: a graphics card is many times faster"))
        for choice in (self.preset, self.device):
            choice.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            choice.setMinimumContentsLength(8)
        self.sentence = sentence_label()

    def _build_progress(self) -> None:
        self.pyramid = PyramidView()
        self.status = sentence_label("plain")
        self.reason = sentence_label()
        self.progress = QProgressBar()
        self.progress.setRange(0, PROGRESS_STEPS)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("Progress of the training"))
        self.train_button = main_button(self.tr("Train"))
        self.pause_button = QPushButton(self.tr("Pause"))
        self.resume_button = QPushButton(self.tr("Resume"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.train_button.setToolTip(
            self.tr("Train a pyramid of small networks on this photo alone")
        )
        self.pause_button.setToolTip(self.tr("Stop computing for now; nothing is lost"))
        self.resume_button.setToolTip(self.tr("Go on where the training stopped"))
        self.cancel_button.setToolTip(self.tr("Stop the training; finished scales stay usable"))
        self.train_button.clicked.connect(self.train)
        self.pause_button.clicked.connect(self.pause)
        self.resume_button.clicked.connect(self.resume)
        self.cancel_button.clicked.connect(self.cancel)

    def _choice_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID_PX)
        grid.setVerticalSpacing(GRID_PX)
        grid.setColumnStretch(1, 1)
        rows = ((self.tr("&Preset"), self.preset), (self.tr("De&vice"), self.device))
        for row, (text, choice) in enumerate(rows):
            caption = QLabel(text)
            caption.setBuddy(choice)
            grid.addWidget(caption, row, 0)
            grid.addWidget(choice, row, 1)
        grid.addWidget(self.size_px, 2, 0, 1, 2)
        return grid

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        for button in (
            self.resume_button,
            self.pause_button,
            self.cancel_button,
            self.train_button,
        ):
            row.addWidget(button, 1)
        return row

    def _preset_texts(self) -> tuple[str, ...]:
        return (self.tr("Draft"), self.tr("Standard"), self.tr("Full"), self.tr("Paper"))

    def _preset_sentence(self, name: str) -> str:
        return {
            "draft": self.tr(
                "Seconds to minutes on a processor; gives up fine texture and some variety."
            ),
            "standard": self.tr(
                "For results to keep: most of the paper's quality in a fraction of its time."
            ),
            "full": self.tr(
                "All rounds and steps of the paper; hours on a processor, for a graphics card."
            ),
            "paper": self.tr("Exactly the paper's constants; the slowest, for comparisons."),
        }.get(name, "")

    def _choose_preset(self) -> None:
        self.size_px.show_value(preset(self.preset.currentData()).max_size_px)
        self._show_training()

    def _show_config(self, config: TrainConfig) -> None:
        index = self.preset.findData(config.preset)
        if index >= 0:
            was_blocked = self.preset.blockSignals(True)
            self.preset.setCurrentIndex(index)
            self.preset.blockSignals(was_blocked)
        self.size_px.show_value(config.max_size_px)

    def _plan(self) -> tuple[PyramidPlan | None, str]:
        """Return the pyramid as chosen, or why there can be none."""
        if self.session is None or self._engine is None:
            return None, ""
        height, width = self.session.photo.shape[:2]
        try:
            return self._engine.plan(height, width, self.config), ""
        except EngineError as error:
            return None, str(error)

    def _show_training(self) -> None:
        status = None if self.session is None else self.session.training
        is_active = status is not None and status.is_active
        if is_active and self.session is not None and self.session.train_config is not None:
            self._show_config(self.session.train_config)
        for choice in (self.preset, self.device, self.size_px):
            choice.setEnabled(self.session is not None and not is_active)
        self.sentence.setText(self._preset_sentence(self.preset.currentData()))
        self.sentence.setVisible(not is_active)
        self._show_buttons(status)
        self._show_pyramid(status)
        self._show_words(status)

    def _show_buttons(self, status: TrainingStatus | None) -> None:
        is_active = status is not None and status.is_active
        is_paused = status is not None and status.state == "paused"
        can_resume = status is not None and (is_paused or (status.can_resume and not is_active))
        blocker = self.blocker()
        self.train_button.setVisible(not is_active)
        self.train_button.setEnabled(not blocker)
        self.resume_button.setVisible(can_resume)
        self.pause_button.setVisible(is_active and not is_paused)
        self.cancel_button.setVisible(is_active)
        self.reason.setText("" if is_active else blocker)
        self.reason.setVisible(bool(self.reason.text()))

    def _show_pyramid(self, status: TrainingStatus | None) -> None:
        plan = self._plan()[0] if status is None or status.plan is None else status.plan
        if status is None or plan is None:
            self.pyramid.show_picture(PyramidPicture())
            return
        share = status.iteration / status.iterations if status.iterations else 0.0
        self.pyramid.show_picture(
            PyramidPicture(
                sizes=plan.sizes,
                done_count=min(self._done_count(status), len(plan.sizes)),
                current=status.scale if status.is_active else None,
                current_share=share,
                previews=status.previews,
            )
        )

    def _done_count(self, status: TrainingStatus) -> int:
        if status.is_active:
            return status.scale
        model = None if self.session is None else self.session.model
        return 0 if model is None or status.plan is None else model.scale_count

    def _show_words(self, status: TrainingStatus | None) -> None:
        text = "" if status is None else self._status_text(status)
        self.status.setText(text)
        self.status.setVisible(bool(text))
        is_shown = status is not None and status.is_active
        self.progress.setVisible(is_shown)
        if status is not None and status.cost_total > 0:
            self.progress.setValue(round(PROGRESS_STEPS * status.cost_done / status.cost_total))
        else:
            self.progress.setValue(0)

    def _status_text(self, status: TrainingStatus) -> str:
        if status.state == "queued":
            return self.tr("Waiting for the training to start …")
        if status.state in ("running", "paused"):
            return self._running_text(status)
        if status.state == "failed":
            return status.message
        if status.can_resume and status.plan is not None:
            text = self.tr("Unfinished: {done} of {count} scales trained. Resume goes on there.")
            return text.format(done=status.scale, count=len(status.plan.sizes))
        if status.state == "done":
            return self.tr("Trained. Edit the photo, then render in the Generate panel.")
        return self._plan_text()

    def _running_text(self, status: TrainingStatus) -> str:
        count = 0 if status.plan is None else len(status.plan.sizes)
        first = self.tr("Scale {scale} · iteration {iteration} of {iterations}").format(
            scale=status.scale, iteration=status.iteration + 1, iterations=status.iterations
        )
        trained = self.tr("{done} of {count} scales trained").format(done=status.scale, count=count)
        return f"{first} · {trained}\n{self._time_text(status)}"

    def _time_text(self, status: TrainingStatus) -> str:
        if status.state == "paused":
            return self.tr("Paused")
        if status.eta_s is None:
            return self.tr("Measuring the speed …")
        if status.scale_eta_s is None:
            return self.tr("{all} left").format(all=duration_text(status.eta_s))
        return self.tr("{all} left, {scale} of it in this scale").format(
            all=duration_text(status.eta_s), scale=duration_text(status.scale_eta_s)
        )

    def _plan_text(self) -> str:
        plan = self._plan()[0]
        if plan is None:
            return ""
        (low_height, low_width), (height, width) = plan.sizes[0], plan.sizes[-1]
        text = self.tr("{count} scales, from {low_width} × {low_height} to {width} × {height} px")
        return text.format(
            count=len(plan.sizes),
            low_width=low_width,
            low_height=low_height,
            width=width,
            height=height,
        )
