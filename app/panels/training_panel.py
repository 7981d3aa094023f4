"""Training panel: preset, size, device; the pyramid filling from coarse to fine; time left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from app.controls.diversity_meter import DiversityMeter
from app.controls.labels import main_button, sentence_label
from app.controls.pyramid_view import PyramidPicture, PyramidView
from app.controls.texts import duration_text, memory_text
from app.document.wording import sentence_of_error
from app.panels.session_panel import SessionPanel
from app.panels.training_choices import TrainingChoices
from app.panels.training_texts import running_text
from app.theme import GRID_PX
from singan_core.errors import EngineError

if TYPE_CHECKING:
    from app.cost_estimates import CostEstimates
    from app.document.change import Change
    from app.engine_facts import EngineFacts
    from app.session import Session
    from app.session.training_progress import TrainingStatus
    from app.workspace import Workspace
    from singan_core.model.pyramid import PyramidPlan

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
        self._costs: CostEstimates | None = None
        self.choices = TrainingChoices(preset_name, device)
        self.choices.changed.connect(self._show_training)
        self.device = self.choices.device
        self.sentence = sentence_label()
        self._build_progress()
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(self.choices)
        column.addWidget(self.sentence)
        column.addWidget(self.pyramid, 1)
        column.addWidget(self.diversity)
        column.addWidget(self.status)
        column.addWidget(self.progress)
        column.addWidget(self.reason)
        column.addLayout(self._button_row())
        self.follow()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        return [
            (session.training_changed, self._show_training),
            (session.model_changed, self._show_training),
            (session.document_changed, self._take_change),
        ]

    def refresh(self) -> None:
        self._show_size()
        config = None if self.session is None else self.session.train_config
        if config is not None:
            self.choices.show_config(config)
        self._show_training()

    def sizeHint(self) -> QSize:
        return QSize(304, 440)

    def show_engine(self, engine: EngineFacts) -> None:
        """Offer the machine's devices and plan pyramids from now on."""
        self._engine = engine
        self.choices.show_devices(engine)
        self._show_training()

    def show_costs(self, costs: CostEstimates) -> None:
        """Tell what a training takes from now on."""
        self._costs = costs
        costs.changed.connect(self._show_training)
        self._show_training()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_training()

    def train(self) -> None:
        """Start the training as chosen."""
        if self.session is not None and not self.blocker():
            self.session.start_training(self.choices.config, self.choices.device_name)

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

    def _build_progress(self) -> None:
        self.pyramid = PyramidView()
        self.diversity = DiversityMeter()
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

    def _plan(self) -> tuple[PyramidPlan | None, str]:
        """Return the pyramid as chosen, or why there can be none."""
        if self.session is None or self._engine is None:
            return None, ""
        height, width = self._size_to_train(self.session)
        try:
            return self._engine.plan(height, width, self.choices.config), ""
        except EngineError as error:
            return None, sentence_of_error(error)

    def _size_to_train(self, session: Session) -> tuple[int, int]:
        """Return height and width of the photo, or of the picture that is to become one."""
        if session.has_photo:
            height, width = session.photo.shape[:2]
            return height, width
        return session.document.height, session.document.width

    def _take_change(self, change: Change) -> None:
        if change.geometry:
            self._show_size()
            self._show_training()

    def _show_size(self) -> None:
        session = self.session
        self.choices.show_photo_size(None if session is None else self._size_to_train(session))

    def _show_training(self) -> None:
        status = None if self.session is None else self.session.training
        is_active = status is not None and status.is_active
        if is_active and self.session is not None and self.session.train_config is not None:
            self.choices.show_config(self.session.train_config)
        self.choices.setEnabled(self.session is not None and not is_active)
        self.sentence.setText(self.choices.sentence)
        self.sentence.setVisible(not is_active)
        self.diversity.show_score(None if self.session is None else self.session.diversity)
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
        if status.is_active:
            return running_text(status)
        if status.state == "failed":
            return status.message
        if status.can_resume and status.plan is not None:
            count = len(status.plan.sizes)
            text = self.tr(
                "Unfinished: {done} of %n scales trained. Resume goes on there.", "", count
            )
            return text.format(done=status.scale)
        if status.state == "done":
            return self.tr("Trained. Edit the photo, then render in the Generate panel.")
        return self._plan_text()

    def _plan_text(self) -> str:
        plan = self._plan()[0]
        if plan is None:
            return ""
        (low_height, low_width), (height, width) = plan.sizes[0], plan.sizes[-1]
        text = self.tr(
            "%n scales, from {low_width} × {low_height} to {width} × {height} px",
            "",
            len(plan.sizes),
        )
        text = text.format(
            low_width=low_width,
            low_height=low_height,
            width=width,
            height=height,
        )
        text += self._cost_text(plan)
        if self.session is not None and not self.session.has_photo:
            text += "\n" + self.tr(
                "No photo yet: training takes the picture as it is then, and lays it on top."
            )
        return text

    def _cost_text(self, plan: PyramidPlan) -> str:
        # asking for the time begins to measure it: only for someone who looks
        if self._costs is None or not self.isVisible():
            return ""
        cost = self._costs.training(plan, self.choices.config, self.choices.device_name)
        memory = memory_text(cost.byte_count)
        if cost.seconds is None:
            return "\n" + self.tr("{memory} of memory; measuring the speed …").format(memory=memory)
        text = self.tr("About {time}, {memory} of memory")
        return "\n" + text.format(time=duration_text(cost.seconds), memory=memory)
