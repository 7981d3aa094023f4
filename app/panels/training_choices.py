"""What a training is started with: preset, device, size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from app.controls.choice_box import ChoiceBox
from app.controls.value_slider import ValueSlider
from app.theme import GRID_PX
from singan_core.config import TrainConfig
from singan_core.presets import preset

if TYPE_CHECKING:
    from app.engine_facts import EngineFacts

SMALLEST_SIZE_PX, USUAL_SIZE_PX = 64, 1024


class TrainingChoices(QWidget):
    """Two lists and a bar.

    Args:
        preset_name: preset chosen at the start.
        device: device chosen at the start.

    Signals:
        changed(): another preset or size was chosen.
    """

    changed = Signal()

    def __init__(self, preset_name: str, device: str) -> None:
        super().__init__()
        self._wanted_device = device
        self._native_px = 0
        self.preset = ChoiceBox()
        for name, text in self._preset_texts().items():
            self.preset.addItem(text, name)
        self.preset.setCurrentIndex(max(0, self.preset.findData(preset_name)))
        self.preset.setToolTip(self.tr("How thoroughly the pyramid is trained"))
        self.device = ChoiceBox()
        self.device.addItem(self.tr("Automatic"), "auto")
        self.device.setToolTip(self.tr("What computes: a graphics card is many times faster"))
        self.size_px = ValueSlider(
            self.tr("Long side"), SMALLEST_SIZE_PX, USUAL_SIZE_PX, self.tr(" px"), 2.0
        )
        self.size_px.show_value(preset(self.preset.currentData()).max_size_px)
        self.size_px.setToolTip(
            self.tr(
                "Size of the finest scale; up to 256 px twice the size takes about four times "
                "as long, beyond that a few scales more"
            )
        )
        self.native = QPushButton(self.tr("Native"))
        self.native.setToolTip(self.tr("Train up to the photo's own size, for its finest detail"))
        self.native.clicked.connect(self._take_native)
        self.preset.currentIndexChanged.connect(self._take_preset)
        self.size_px.valueChanged.connect(self.changed)
        self._lay_out()

    @property
    def config(self) -> TrainConfig:
        """The constants chosen: the preset at the chosen size."""
        return preset(self.preset.currentData()).changed(max_size_px=self.size_px.value())

    @property
    def device_name(self) -> str:
        """The device chosen."""
        return str(self.device.currentData() or "auto")

    @property
    def sentence(self) -> str:
        """What the chosen preset costs and gives."""
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
        }[self.preset.currentData()]

    def show_config(self, config: TrainConfig) -> None:
        """Show the choices that a training was started with."""
        index = self.preset.findData(config.preset)
        if index >= 0:
            was_blocked = self.preset.blockSignals(True)
            self.preset.setCurrentIndex(index)
            self.preset.blockSignals(was_blocked)
        self.size_px.show_value(config.max_size_px)

    def show_photo_size(self, size: tuple[int, int] | None) -> None:
        """Offer sizes up to that of the photo, (H, W); None = there is none."""
        self._native_px = 0 if size is None else max(size)
        self.size_px.show_high(max(USUAL_SIZE_PX, self._native_px))
        self.native.setEnabled(self._native_px >= SMALLEST_SIZE_PX)

    def show_devices(self, engine: EngineFacts) -> None:
        """Offer the machine's devices; the first choice names the best of them."""
        self.device.clear()
        best = engine.devices[0][1]
        self.device.addItem(self.tr("Automatic: {device}").format(device=best), "auto")
        for name, text in engine.devices:
            self.device.addItem(text, name)
        self.device.setCurrentIndex(max(0, self.device.findData(self._wanted_device)))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID_PX)
        grid.setColumnStretch(1, 1)
        rows = ((self.tr("&Preset"), self.preset), (self.tr("Devi&ce"), self.device))
        for row, (text, choice) in enumerate(rows):
            policy = ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            choice.setSizeAdjustPolicy(policy)
            choice.setMinimumContentsLength(8)
            caption = QLabel(text)
            caption.setBuddy(choice)
            grid.addWidget(caption, row, 0)
            grid.addWidget(choice, row, 1)
        sizes = QHBoxLayout()
        sizes.setSpacing(GRID_PX)
        sizes.addWidget(self.size_px, 1)
        sizes.addWidget(self.native)
        grid.addLayout(sizes, 2, 0, 1, 2)

    def _preset_texts(self) -> dict[str, str]:
        return {
            "draft": self.tr("Draft"),
            "standard": self.tr("Standard"),
            "full": self.tr("Full"),
            "paper": self.tr("Paper"),
        }

    def _take_preset(self) -> None:
        self.size_px.show_value(preset(self.preset.currentData()).max_size_px)
        self.changed.emit()

    def _take_native(self) -> None:
        self.size_px.setValue(self._native_px)
