"""The page of random samples: how many, from which scale on, how large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.controls.size_row import SizeRow
from app.controls.texts import memory_text
from app.controls.value_slider import ValueSlider
from app.document.files.images.image_files import MAX_MEGAPIXELS
from app.document.render_settings import LIKENESS, RenderSettings
from app.jobs.recipe import Application
from app.panels.generate.application_page import ApplicationPage
from app.panels.generate.patch_box import PatchBox
from app.session.render_orders import SampleOrder
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.jobs.results import RenderResult

MOST_SAMPLES = 32
MEMORY_SHARE = 0.8
"""Of the machine's memory that samples may take."""


class SamplesPage(ApplicationPage):
    """Random pictures like the photo, of any size.

    Signals:
        grid_wanted(object): the ``RenderResult``s of the newest samples shall become one document.
    """

    grid_wanted = Signal(object)

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
        self.likeness = ValueSlider(self.tr("Likeness"), 0, 100, self.tr(" %"))
        self.likeness.setToolTip(
            self.tr("How much of the photo's layout stays where a new one is made up")
        )
        self.likeness.valueChanged.connect(self._take_likeness)
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(self.count, 1)
        row.addWidget(self.start_scale, 1)
        self.size_row = SizeRow()
        self.size_row.chosen.connect(self._take_size)
        self.size_row.reset_wanted.connect(self._reset_size)
        self.patches = PatchBox()
        self.patches.chosen.connect(self._choose_patches)
        self.grid_button = QPushButton(self.tr("Open grid as document"))
        self.grid_button.setToolTip(self.tr("The newest samples beside each other, in a new tab"))
        self.grid_button.clicked.connect(self._want_grid)
        self.column.addLayout(row)
        self.column.addWidget(self.likeness)
        self.column.addWidget(self.size_row)
        self.column.addWidget(self.patches)
        self.column.addWidget(self.grid_button)

    @property
    def button_text(self) -> str:
        return self.tr("Draw samples")

    def show_settings(self, settings: RenderSettings) -> None:
        super().show_settings(settings)
        self.count.show_value(settings.sample_count)
        self.start_scale.show_value(settings.sample_scale)
        self.likeness.show_value(round(100 * self._likeness()))
        self.likeness.setEnabled(settings.sample_scale == 0)
        self.patches.show_choice(settings.patch_scales)
        self._show_size()

    def show_model(self) -> None:
        model = None if self.session is None else self.session.model
        scale_count = 0 if model is None else model.scale_count
        self.setEnabled(scale_count > 0)
        self.start_scale.setMaximum(max(1, scale_count - 1))
        self._show_size()
        self.show_outcome()

    def show_outcome(self) -> None:
        self.grid_button.setVisible(len(self._newest_samples()) > 1)

    def blocker(self) -> str:
        if self.session is None:
            return self.tr("Open a photo first.")
        model = self.session.model
        if model is None or not model.scale_count:
            if self.session.training.is_active:
                return self.tr("One trained scale is enough; it is on its way.")
            return self.tr("Train the pyramid first (Training panel); one scale is enough.")
        return self._size_problem()

    def start(self, seed: int) -> None:
        if self.session is not None:
            width, height = self._size_px()
            settings = self.settings
            order = SampleOrder(
                seed,
                settings.sample_count,
                settings.sample_scale,
                (height, width),
                settings.patch_scales,
                settings.sample_likeness,
            )
            self.session.request_samples(order)

    def _take_count(self) -> None:
        self.choose("sample_count", sample_count=self.count.value())

    def _take_start_scale(self) -> None:
        self.choose("sample_scale", sample_scale=self.start_scale.value())

    def _take_likeness(self) -> None:
        self.choose("sample_likeness", sample_likeness=self.likeness.value() / 100)

    def _likeness(self) -> float:
        chosen = self.settings.sample_likeness
        return LIKENESS if chosen is None else chosen

    def _choose_patches(self, patch_scales: int | None) -> None:
        self.choose("patch_scales", patch_scales=patch_scales)

    def _take_size(self, width: int, height: int) -> None:
        self.choose("sample_size", sample_width=width, sample_height=height)

    def _reset_size(self) -> None:
        self.choose("sample_size", sample_width=0, sample_height=0)

    def _size_px(self) -> tuple[int, int]:
        """Width and height of the samples: as chosen, else those of the document."""
        settings = self.settings
        if self.session is None or (settings.sample_width and settings.sample_height):
            return settings.sample_width, settings.sample_height
        return self.session.document.width, self.session.document.height

    def _show_size(self) -> None:
        width, height = self._size_px()
        if width and height:
            self.size_row.show_size(width, height, self.settings.sample_width > 0)

    def _size_problem(self) -> str:
        """Why samples of this size cannot be made, if they cannot."""
        width, height = self._size_px()
        if width * height > MAX_MEGAPIXELS * 1_000_000:
            text = self.tr("At most {limit} megapixels can be made: choose a smaller size.")
            return text.format(limit=MAX_MEGAPIXELS)
        if self.engine is None or self.engine.memory_bytes is None:
            return ""
        from singan_core.training.cost import sample_bytes

        needed = sample_bytes((height, width))
        if needed <= MEMORY_SHARE * self.engine.memory_bytes:
            return ""
        text = self.tr("This takes {memory} of memory, more than there is: choose a smaller size.")
        return text.format(memory=memory_text(needed))

    def _newest_samples(self) -> list[RenderResult]:
        """The kept samples of the last click, as far as they have one size."""
        results = () if self.session is None else self.session.results
        samples = [each for each in results if each.recipe.application == Application.SAMPLE.value]
        return [
            each
            for each in samples
            if each.id == samples[-1].id and each.image.shape == samples[-1].image.shape
        ]

    def _want_grid(self) -> None:
        self.grid_wanted.emit(self._newest_samples())
