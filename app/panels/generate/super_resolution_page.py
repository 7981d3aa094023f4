"""The page of super-resolution: how much larger, of what, and what it costs first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QPushButton, QWidget

from app.controls.choice_box import ChoiceBox
from app.controls.labels import sentence_label
from app.controls.number_field import number_field
from app.controls.texts import duration_text, memory_text, size_text
from app.document.files.images.image_files import MAX_MEGAPIXELS
from app.document.render_settings import RenderSettings
from app.document.wording import sentence_of_error
from app.panels.generate.application_page import ApplicationPage
from app.panels.generate.kind_training_box import KindTrainingBox
from app.panels.generate.preset_box import PresetBox
from app.session.render_orders import EnlargementOrder
from app.session.results import RenderStatus
from app.theme import GRID_PX
from singan_core.errors import EngineError

if TYPE_CHECKING:
    from singan_core.config import TrainConfig
    from singan_core.trained import TrainedPyramid

SMALLEST_FACTOR, LARGEST_FACTOR = 1.1, 8.0
QUICK_FACTORS = (2, 3, 4)
MEMORY_SHARE = 0.8


class SuperResolutionPage(ApplicationPage):
    """Makes a photo 1.1 to 8 times larger, and trains the model for that where it lacks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build_factor()
        self.source = ChoiceBox()
        self.source.addItem(self.tr("Enlarge the photo"), False)
        self.source.addItem(self.tr("Enlarge what the document shows"), True)
        self.source.setToolTip(self.tr("What becomes larger; the model always learns the photo"))
        self.noise = QCheckBox(self.tr("Fine grain"))
        self.noise.setToolTip(
            self.tr("Adds the noise that becomes fine texture; off gives a calmer picture")
        )
        self.preset_box = PresetBox()
        self.size_text, self.cost_text = sentence_label("plain"), sentence_label()
        self.training_box = KindTrainingBox()
        self.source.activated.connect(self._take_source)
        self.noise.clicked.connect(self._take_noise)
        self.preset_box.chosen.connect(self._take_preset)
        self.column.addLayout(self._factor_row())
        for widget in (
            self.source,
            self.preset_box,
            self.noise,
            self.size_text,
            self.cost_text,
            self.training_box,
        ):
            self.column.addWidget(widget)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_model()

    @property
    def button_text(self) -> str:
        return self.tr("Enlarge") if self._config() is None else self.tr("Train and enlarge")

    @property
    def work(self) -> RenderStatus:
        if self.session is not None:
            status = self.session.kinds.status("sr")
            if status.is_active:
                share = status.cost_done / status.cost_total if status.cost_total else 0.0
                return RenderStatus(True, round(1000 * share), 1000)
        return super().work

    def cancel(self) -> None:
        if self.session is not None and self.session.kinds.status("sr").is_active:
            self.session.cancel_kind("sr")
        else:
            super().cancel()

    def show_settings(self, settings: RenderSettings) -> None:
        super().show_settings(settings)
        if self.factor.value() != settings.factor:
            self.factor.blockSignals(True)
            self.factor.setValue(settings.factor)
            self.factor.blockSignals(False)
        self.source.setCurrentIndex(int(settings.is_document_enlarged))
        self.noise.setChecked(settings.fine_noise > 0.0)
        self.preset_box.show_choice(settings.kind_preset)

    def show_model(self) -> None:
        status = None if self.session is None else self.session.kinds.status("sr")
        is_training = status is not None and status.is_active
        self.training_box.show_status(status)
        choices = (self.factor, self.source, self.noise, self.preset_box, *self.quick_buttons)
        for choice in choices:
            choice.setEnabled(self.session is not None and not is_training)
        self.size_text.setText(self._size_text())
        self.cost_text.setText("" if is_training else self._cost_text())
        for text in (self.size_text, self.cost_text):
            text.setVisible(bool(text.text()))

    def blocker(self) -> str:
        if self.session is None:
            return self.tr("Open a photo first.")
        if not self.session.has_photo:
            return self.tr("This document has no photo yet: train it first (Training panel).")
        if self.session.is_waiting_for("sr"):
            return self.tr("The picture is enlarged as soon as the model is trained.")
        return self._problem() or self._size_problem()

    def start(self, seed: int) -> None:
        if self.session is not None:
            settings = self.settings
            order = EnlargementOrder(
                settings.factor, settings.fine_noise, settings.is_document_enlarged, seed
            )
            self.session.request_enlargement(order, self._config())

    def _build_factor(self) -> None:
        self.factor = number_field(QDoubleSpinBox())
        self.factor.setRange(SMALLEST_FACTOR, LARGEST_FACTOR)
        self.factor.setDecimals(2)
        self.factor.setSingleStep(0.1)
        self.factor.setSuffix(self.tr(" ×"))
        self.factor.setKeyboardTracking(False)
        self.factor.setAccessibleName(self.tr("Enlargement"))
        self.factor.setToolTip(self.tr("How many times as wide and as high the picture becomes"))
        self.factor.valueChanged.connect(self._take_factor)
        self.quick_buttons = tuple(self._quick_button(factor) for factor in QUICK_FACTORS)

    def _quick_button(self, factor: int) -> QPushButton:
        button = QPushButton(self.tr("{factor}×").format(factor=factor))
        button.clicked.connect(partial(self._take_quick, factor))
        return button

    def _factor_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID_PX // 2)
        row.addWidget(self.factor, 2)
        for button in self.quick_buttons:
            row.addWidget(button, 1)
        return row

    def _take_quick(self, factor: int, _checked: bool = False) -> None:
        self._take_factor(float(factor))

    def _take_factor(self, factor: float) -> None:
        self.choose("factor", factor=round(factor, 2))

    def _take_source(self) -> None:
        self.choose("is_document_enlarged", is_document_enlarged=bool(self.source.currentData()))

    def _take_noise(self, is_wanted: bool) -> None:
        self.choose("fine_noise", fine_noise=1.0 if is_wanted else 0.0)

    def _take_preset(self, name: str) -> None:
        self.choose("kind_preset", kind_preset=name)

    def _model(self) -> TrainedPyramid | None:
        """The model that will do, if there is one."""
        from singan_core.applications.super_resolution import suits

        model = None if self.session is None else self.session.kinds.model("sr")
        if model is None or not suits(model, self.settings.factor):
            return None
        is_wanted = self.settings.kind_preset in ("", model.config.preset)
        return model if is_wanted else None

    def _config(self) -> TrainConfig | None:
        """What is to be trained first; None = nothing."""
        if self.session is None or self.engine is None or self._model() is not None:
            return None
        from singan_core.applications.super_resolution import sr_config

        height, width = self.session.photo.shape[:2]
        base = self.preset_box.base(self.session.train_config)
        return sr_config(base, (height, width), self.settings.factor)

    def _problem(self) -> str:
        """Why no model can be trained, if none can."""
        config = self._config()
        if self.session is None or self.engine is None or config is None:
            return ""
        height, width = self.session.photo.shape[:2]
        try:
            self.engine.plan(height, width, config)
        except EngineError as error:
            return sentence_of_error(error)
        return ""

    def _size(self) -> tuple[int, int]:
        """Width and height of what is enlarged."""
        assert self.session is not None
        if self.settings.is_document_enlarged:
            return self.session.document.width, self.session.document.height
        height, width = self.session.photo.shape[:2]
        return width, height

    def _enlarged_size(self) -> tuple[int, int]:
        width, height = self._size()
        return round(width * self.settings.factor), round(height * self.settings.factor)

    def _size_problem(self) -> str:
        """Why the result would be too large, if it would."""
        width, height = self._enlarged_size()
        if width * height > MAX_MEGAPIXELS * 1_000_000:
            text = self.tr(
                "{megapixels} megapixels are too many; at most {limit} can be made: choose a "
                "smaller factor."
            )
            megapixels = f"{width * height / 1e6:.0f}"
            return text.format(megapixels=megapixels, limit=MAX_MEGAPIXELS)
        if self.engine is None or self.engine.memory_bytes is None:
            return ""
        from singan_core.applications.super_resolution import step_ratio
        from singan_core.cost import enlarging_bytes

        needed = enlarging_bytes((height, width), step_ratio(self.settings.factor))
        if needed <= MEMORY_SHARE * self.engine.memory_bytes:
            return ""
        text = self.tr(
            "This takes {memory} of memory, more than there is: choose a smaller factor."
        )
        return text.format(memory=memory_text(needed))

    def _size_text(self) -> str:
        if self.session is None:
            return ""
        return f"{size_text(*self._size())} → {size_text(*self._enlarged_size())}"

    def _cost_text(self) -> str:
        # asking for the time begins to measure it: only for someone who looks
        if self.session is None or self.engine is None or not self.isVisible() or self.blocker():
            return ""
        config = self._config()
        if config is None:
            return self.tr("The model for it is trained.") + self._enlarging_text()
        height, width = self.session.photo.shape[:2]
        plan = self.engine.plan(height, width, config)
        text = self.tr("Trains %n scales first", "", plan.scale_count)
        if self.costs is None:
            return text + "."
        cost = self.costs.training(plan, config, "auto")
        memory = memory_text(cost.byte_count)
        if cost.seconds is None:
            return self.tr("{trains}: {memory}; measuring the speed …").format(
                trains=text, memory=memory
            )
        return self.tr("{trains}: about {time}, {memory}.").format(
            trains=text, time=duration_text(cost.seconds), memory=memory
        ) + self._enlarging_text(plan.channels[-1], config)

    def _enlarging_text(
        self, channels: int | None = None, config: TrainConfig | None = None
    ) -> str:
        model = self._model()
        if model is not None:
            channels, config = model.scales[-1].channels, model.config
        if self.costs is None or channels is None or config is None:
            return ""
        width, height = self._size()
        cost = self.costs.enlarging((height, width), self.settings.factor, channels, config)
        if cost.seconds is None:
            return ""
        text = " " + self.tr("Enlarging takes {time} then.")
        return text.format(time=duration_text(max(1.0, cost.seconds)))
