"""The page of super-resolution: how much larger, of what, and what it costs first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QPushButton, QWidget

from app.controls.choice_box import ChoiceBox
from app.controls.labels import sentence_label
from app.controls.number_field import number_field
from app.controls.texts import duration_text, memory_text, size_text
from app.document.files.images.image_files import MAX_MEGAPIXELS
from app.document.render_settings import RenderSettings
from app.panels.generate.kind_page import MEMORY_SHARE, KindPage
from app.session.render_orders import EnlargementOrder
from app.theme import GRID_PX

if TYPE_CHECKING:
    from singan_core.config import TrainConfig
    from singan_core.model.pyramid import PyramidPlan
    from singan_core.model.trained import TrainedPyramid

SMALLEST_FACTOR, LARGEST_FACTOR = 1.1, 8.0
QUICK_FACTORS = (2, 3, 4)


class SuperResolutionPage(KindPage):
    """Makes a photo 1.1 to 8 times larger."""

    kind = "sr"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build_factor()
        self.source = ChoiceBox()
        self.source.addItem(self.tr("Enlarge the photo"), False)
        self.source.addItem(self.tr("Enlarge what the document shows"), True)
        self.source.setAccessibleName(self.tr("What is enlarged"))
        self.source.setToolTip(self.tr("What becomes larger; the model always learns the photo"))
        self.noise = QCheckBox(self.tr("Fine grain"))
        self.noise.setToolTip(
            self.tr("Adds the noise that becomes fine texture; off gives a calmer picture")
        )
        self.size_label = sentence_label("plain")
        self.source.activated.connect(self._take_source)
        self.noise.clicked.connect(self._take_noise)
        for widget in (
            self._factor_row(),
            self.source,
            self.preset_box,
            self.noise,
            self.size_label,
            self.cost_text,
            self.training_box,
        ):
            self.column.addWidget(widget)

    @property
    def button_text(self) -> str:
        return self.tr("Enlarge") if self.config() is None else self.tr("Train and enlarge")

    def show_settings(self, settings: RenderSettings) -> None:
        super().show_settings(settings)
        if self.factor.value() != settings.factor:
            with QSignalBlocker(self.factor):
                self.factor.setValue(settings.factor)
        self.source.setCurrentIndex(int(settings.is_document_enlarged))
        self.noise.setChecked(settings.fine_noise > 0.0)

    def show_model(self) -> None:
        super().show_model()
        text = ""
        if self.session is not None:
            text = f"{size_text(*self._size())} → {size_text(*self._enlarged_size())}"
        self.size_label.setText(text)
        self.size_label.setVisible(bool(text))

    def choices(self) -> tuple[QWidget, ...]:
        return (self.factor_row, self.source, self.preset_box, self.noise)

    def suits(self, model: TrainedPyramid) -> bool:
        from singan_core.applications.super_resolution import suits

        return suits(model, self.settings.factor)

    def config_of(self, base: TrainConfig, size: tuple[int, int]) -> TrainConfig:
        from singan_core.applications.super_resolution import sr_config

        return sr_config(base, size, self.settings.factor)

    def waiting_text(self) -> str:
        return self.tr("The picture is enlarged as soon as the model is trained.")

    def cost_beside(self, plan: PyramidPlan, config: TrainConfig) -> str:
        if self.costs is None:
            return ""
        width, height = self._size()
        cost = self.costs.enlarging(plan, config, (height, width), self.settings.factor)
        if cost.seconds is None:
            return ""
        text = self.tr("Enlarging takes about {time}.")
        return text.format(time=duration_text(max(1.0, cost.seconds)))

    def problem(self) -> str:
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
        from singan_core.training.cost import enlarging_bytes

        needed = enlarging_bytes((height, width), step_ratio(self.settings.factor))
        if needed <= MEMORY_SHARE * self.engine.memory_bytes:
            return ""
        text = self.tr(
            "This takes {memory} of memory, more than there is: choose a smaller factor."
        )
        return text.format(memory=memory_text(needed))

    def start(self, seed: int) -> None:
        if self.session is not None:
            settings = self.settings
            order = EnlargementOrder(
                settings.factor, settings.fine_noise, settings.is_document_enlarged, seed
            )
            self.session.request_enlargement(order, self.config())

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

    def _factor_row(self) -> QWidget:
        self.factor_row = QWidget()
        row = QHBoxLayout(self.factor_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX // 2)
        row.addWidget(self.factor, 2)
        for button in self.quick_buttons:
            row.addWidget(button, 1)
        return self.factor_row

    def _take_quick(self, factor: int, _checked: bool = False) -> None:
        self._take_factor(float(factor))

    def _take_factor(self, factor: float) -> None:
        self.choose("factor", factor=round(factor, 2))

    def _take_source(self) -> None:
        self.choose("is_document_enlarged", is_document_enlarged=bool(self.source.currentData()))

    def _take_noise(self, is_wanted: bool) -> None:
        self.choose("fine_noise", fine_noise=1.0 if is_wanted else 0.0)

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
