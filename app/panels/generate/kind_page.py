"""What the pages have in common that need a model of their own kind, and train it first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.controls.labels import sentence_label
from app.controls.texts import duration_text, memory_text
from app.document.render_settings import RenderSettings
from app.document.wording import sentence_of_error
from app.panels.generate.application_page import ApplicationPage
from app.panels.generate.kind_training_box import KindTrainingBox, training_work
from app.panels.generate.preset_box import PresetBox
from app.session.results import RenderStatus
from singan_core.errors import EngineError

if TYPE_CHECKING:
    from app.session import Session
    from singan_core.config import ModelKind, TrainConfig
    from singan_core.model.pyramid import PyramidPlan
    from singan_core.model.trained import TrainedPyramid

MEMORY_SHARE = 0.8
"""Of the machine's memory that a picture may take."""


class KindPage(ApplicationPage):
    """Says what the model of its kind costs before it is trained, and shows its training.

    Attributes:
        kind: of the model.
        preset_box: how thoroughly it is trained.
        cost_text: what the training takes, or that there is a model.
        training_box: the training under way.
    """

    kind: ClassVar[ModelKind]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset_box, self.training_box = PresetBox(), KindTrainingBox()
        self.cost_text = sentence_label()
        self.preset_box.chosen.connect(self._take_preset)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_model()

    @property
    def has_seed(self) -> bool:
        return not self.is_training

    @property
    def is_training(self) -> bool:
        """Whether the model is being trained."""
        return self.session is not None and self.session.kinds.status(self.kind).is_active

    @property
    def work(self) -> RenderStatus:
        if self.session is None or not self.is_training:
            return self.making
        return training_work(self.session.kinds.status(self.kind))

    @property
    def making(self) -> RenderStatus:
        """How far that is which the model is used for."""
        return super().work

    def cancel(self) -> None:
        if self.session is not None and self.is_training:
            self.session.cancel_kind(self.kind)
        else:
            self.cancel_making()

    def cancel_making(self) -> None:
        """Give up that which the model is used for."""
        super().cancel()

    def show_settings(self, settings: RenderSettings) -> None:
        super().show_settings(settings)
        self.preset_box.show_choice(settings.kind_preset)

    def show_model(self) -> None:
        session = self.session
        self.training_box.show_status(None if session is None else session.kinds.status(self.kind))
        for choice in self.choices():
            choice.setVisible(not self.is_training)
            choice.setEnabled(session is not None)
        self.cost_text.setText("" if self.is_training else self._cost_text())
        self.cost_text.setVisible(bool(self.cost_text.text()))

    def choices(self) -> tuple[QWidget, ...]:
        """Return what makes room for the training while there is one."""
        raise NotImplementedError

    def suits(self, model: TrainedPyramid) -> bool:
        """Whether a model can do what was chosen."""
        raise NotImplementedError

    def config_of(self, base: TrainConfig, size: tuple[int, int]) -> TrainConfig:
        """Return the constants to train a photo of (H, W) with."""
        raise NotImplementedError

    def cost_beside(self, plan: PyramidPlan, config: TrainConfig) -> str:
        """Return what using the model takes, as a sentence; empty where that is not known."""
        raise NotImplementedError

    def waiting_text(self) -> str:
        """Return what happens once the model is trained."""
        raise NotImplementedError

    def problem(self) -> str:
        """Return why what was chosen cannot be made, if it cannot."""
        return ""

    def blocker(self) -> str:
        if self.session is None:
            return self.tr("Open a photo first.")
        if not self.session.has_photo:
            return self.tr("This document has no photo yet: train it first (Training panel).")
        if self.session.is_waiting_for(self.kind):
            return self.waiting_text()
        return self._training_problem(self.session) or self.problem()

    def model(self) -> TrainedPyramid | None:
        """Return the model that will do, if there is one."""
        model = None if self.session is None else self.session.kinds.model(self.kind)
        if model is None or not model.is_complete or not self.suits(model):
            return None
        return model if self.settings.kind_preset in ("", model.config.preset) else None

    def config(self) -> TrainConfig | None:
        """Return what is to be trained first; None = nothing."""
        if self.session is None or self.engine is None or self.model() is not None:
            return None
        height, width = self.session.photo.shape[:2]
        return self.config_of(self.preset_box.base(self.session.train_config), (height, width))

    def _training_problem(self, session: Session) -> str:
        """Why no model can be trained, if none can."""
        config = self.config()
        if self.engine is None or config is None:
            return ""
        height, width = session.photo.shape[:2]
        try:
            self.engine.plan(height, width, config)
        except EngineError as error:
            return sentence_of_error(error)
        return ""

    def _take_preset(self, name: str) -> None:
        self.choose("kind_preset", kind_preset=name)

    def _cost_text(self) -> str:
        # asking for the time begins to measure it: only for someone who looks
        if self.session is None or self.engine is None or not self.isVisible() or self.blocker():
            return ""
        config, model = self.config(), self.model()
        if model is not None:
            beside = self.cost_beside(model.plan, model.config)
            return f"{self.tr('The model for this is trained.')} {beside}".strip()
        if config is None:
            return ""
        height, width = self.session.photo.shape[:2]
        plan = self.engine.plan(height, width, config)
        text = self.tr("Trains %n scales first", "", plan.scale_count)
        if self.costs is None:
            return text + "."
        cost = self.costs.training(plan, config, "auto")
        memory = memory_text(cost.byte_count)
        if cost.seconds is None:
            words = self.tr("{trains}: {memory}; measuring the speed …")
            return words.format(trains=text, memory=memory)
        words = self.tr("{trains}: about {time}, {memory}.")
        words = words.format(trains=text, time=duration_text(cost.seconds), memory=memory)
        return f"{words} {self.cost_beside(plan, config)}".strip()
