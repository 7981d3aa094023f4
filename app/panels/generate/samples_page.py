"""The page of random samples: how many, from which scale on, how large."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.controls.value_slider import ValueSlider
from app.document.render_settings import RenderSettings
from app.panels.generate.application_page import ApplicationPage
from app.session.render_orders import SampleOrder
from app.theme import GRID_PX

MOST_SAMPLES = 32


class SamplesPage(ApplicationPage):
    """Random pictures like the photo, of the document's size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = ValueSlider(self.tr("Samples"), 1, MOST_SAMPLES, "", 1.5)
        self.count.setToolTip(self.tr("How many pictures a click makes"))
        self.start_scale = ValueSlider(self.tr("From scale"), 0, 8, "", 1.0)
        self.start_scale.setToolTip(
            self.tr("0 makes up a new layout; higher scales keep the photo's and vary its detail")
        )
        self.count.valueChanged.connect(self._take_count)
        self.start_scale.valueChanged.connect(self._take_start_scale)
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(self.count, 1)
        row.addWidget(self.start_scale, 1)
        self.column.addLayout(row)

    @property
    def button_text(self) -> str:
        return self.tr("Draw samples")

    def show_settings(self, settings: RenderSettings) -> None:
        super().show_settings(settings)
        self.count.show_value(settings.sample_count)
        self.start_scale.show_value(settings.sample_scale)

    def show_model(self) -> None:
        model = None if self.session is None else self.session.model
        scale_count = 0 if model is None else model.scale_count
        self.setEnabled(scale_count > 0)
        self.start_scale.setMaximum(max(1, scale_count - 1))

    def blocker(self) -> str:
        if self.session is None:
            return self.tr("Open a photo first.")
        model = self.session.model
        if model is None or not model.scale_count:
            if self.session.training.is_active:
                return self.tr("One trained scale is enough; it is on its way.")
            return self.tr("Train the pyramid first (Training panel); one scale is enough.")
        return ""

    def start(self, seed: int) -> None:
        if self.session is not None:
            document, settings = self.session.document, self.settings
            size = (document.height, document.width)
            order = SampleOrder(seed, settings.sample_count, settings.sample_scale, size)
            self.session.request_samples(order)

    def _take_count(self) -> None:
        self.choose("sample_count", sample_count=self.count.value())

    def _take_start_scale(self) -> None:
        self.choose("sample_scale", sample_scale=self.start_scale.value())
