"""Move, free transform and crop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from app.controls.choice_box import ChoiceBox
from app.controls.labels import icon_button
from app.controls.number_field import number_field
from app.document.transforming.resampling import Resampling
from app.document.transforming.transform_box import TransformBox
from app.panels.tool_options.row import OptionsRow

if TYPE_CHECKING:
    from app.session import Session
    from app.workspace import Workspace

# What a field has room for beside its name and unit, and for its frame and arrows.
_WIDEST_NUMBER = "-8888.8"
_FRAME_PX = 30
_FARTHEST_PX = 1_000_000.0
_MOST_PERCENT = 100_000.0
_LEAST_PERCENT = 0.01


class MoveRow(OptionsRow):
    """Which layer a press takes."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.picks_layer = self.add_check(
            "picks_layer",
            self.tr("Pick layer"),
            self.tr("A press takes the topmost layer under the pointer, not the active one"),
        )
        self.snaps = self.add_check(
            "snaps",
            self.tr("Snap"),
            self.tr("Edges and middles stop at those of the picture"),
        )


class PendingRow(OptionsRow):
    """A row of a tool whose work waits for Enter or Esc."""

    def add_ending(self) -> None:
        """Append the two buttons that end the work."""
        self.apply_button = icon_button("ph.check", self.tr("Apply (Enter)"))
        self.cancel_button = icon_button("ph.x", self.tr("Cancel (Esc)"))
        self.apply_button.clicked.connect(self.tool_state.commit_wanted)
        self.cancel_button.clicked.connect(self.tool_state.cancel_wanted)
        self.add_control(self.apply_button)
        self.add_control(self.cancel_button)


class TransformRow(PendingRow):
    """Place, size and angle of the box as numbers, and how new pixels are found."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        px, percent = self.tr(" px"), self.tr(" %")
        far, most = _FARTHEST_PX, _MOST_PERCENT
        self.x_field = self._add_field("X", self.tr("Left edge"), px, -far, far)
        self.y_field = self._add_field("Y", self.tr("Top edge"), px, -far, far)
        self.width_field = self._add_field(
            self.tr("W"), self.tr("Width; negative is mirrored"), percent, -most, most
        )
        self.keeps_ratio = self.add_switch(
            "keeps_ratio",
            "ph.link",
            self.tr("Keep the ratio of width and height; Shift does the opposite"),
        )
        self.height_field = self._add_field(
            self.tr("H"), self.tr("Height; negative is mirrored"), percent, -most, most
        )
        self.angle_field = self._add_field("∠", self.tr("Angle, clockwise"), "°", -360, 360)
        self.angle_field.setWrapping(True)
        self._connect_fields()
        self.add_ending()
        self._add_turns()
        self.filter = self.add_choice(
            "resampling",
            {
                Resampling.BICUBIC: self.tr("Bicubic"),
                Resampling.BILINEAR: self.tr("Bilinear"),
                Resampling.NEAREST: self.tr("Nearest"),
            },
            self.tr("How new pixels are found between the old ones"),
        )
        workspace.session_opened.connect(self._follow)
        for session in workspace.sessions:
            self._follow(session)

    def refresh(self) -> None:
        """Show the settings and the box."""
        super().refresh()
        self._show_box()

    def _add_field(
        self, name: str, hint: str, unit: str, low: float, high: float
    ) -> QDoubleSpinBox:
        field = number_field(QDoubleSpinBox())
        field.setRange(low, high)
        field.setDecimals(1)
        field.setPrefix(f"{name} ")
        field.setSuffix(unit)
        field.setToolTip(hint)
        field.setAccessibleName(hint)
        field.lineEdit().setAccessibleName(hint)
        widest = f"{field.prefix()}{_WIDEST_NUMBER}{unit}"
        field.setFixedWidth(field.fontMetrics().horizontalAdvance(widest) + _FRAME_PX)
        # while a number is typed its first digits mean nothing yet
        field.setKeyboardTracking(False)
        self.add_control(field)
        return field

    def _connect_fields(self) -> None:
        changes: dict[QDoubleSpinBox, Callable[[TransformBox, float], TransformBox]] = {
            self.x_field: lambda box, value: box.placed_at(value, None),
            self.y_field: lambda box, value: box.placed_at(None, value),
            self.width_field: self._with_width,
            self.height_field: self._with_height,
            self.angle_field: lambda box, value: box.with_angle(value),
        }
        for field, change in changes.items():
            field.valueChanged.connect(lambda value, change=change: self._change(change, value))

    def _add_turns(self) -> None:
        for icon_name, text, change in (
            (
                "ph.arrow-counter-clockwise",
                self.tr("Rotate 90° left"),
                lambda box: _on_pixels(box.rotated(-90)),
            ),
            (
                "ph.arrow-clockwise",
                self.tr("Rotate 90° right"),
                lambda box: _on_pixels(box.rotated(90)),
            ),
            ("ph.arrows-left-right", self.tr("Flip horizontal"), lambda box: box.flipped()),
            ("ph.arrows-down-up", self.tr("Flip vertical"), lambda box: box.flipped(True)),
        ):
            button = icon_button(icon_name, text)
            button.clicked.connect(
                lambda _checked=False, change=change: self._change(lambda box, _: change(box), 0.0)
            )
            self.add_control(button)

    def _with_width(self, box: TransformBox, percent: float) -> TransformBox:
        scale_x, scale_y = box.scales
        wanted = _visible(percent) / 100
        if self.keeps_ratio.isChecked():
            scale_y *= abs(wanted / scale_x)
        return box.with_scales(wanted, scale_y)

    def _with_height(self, box: TransformBox, percent: float) -> TransformBox:
        scale_x, scale_y = box.scales
        wanted = _visible(percent) / 100
        if self.keeps_ratio.isChecked():
            scale_x *= abs(wanted / scale_y)
        return box.with_scales(scale_x, wanted)

    def _change(self, change: Callable[[TransformBox, float], TransformBox], value: float) -> None:
        session = self.workspace.active
        if session is not None and session.transforms.is_active:
            session.transforms.show(change(session.transforms.box, value))

    def _follow(self, session: Session) -> None:
        session.transform_changed.connect(self._show_box)

    def _show_box(self) -> None:
        session = self.workspace.active
        if session is None or not session.transforms.is_active:
            return
        box = session.transforms.box
        x, y = box.place
        scale_x, scale_y = box.scales
        for field, value in (
            (self.x_field, x),
            (self.y_field, y),
            (self.width_field, scale_x * 100),
            (self.height_field, scale_y * 100),
            (self.angle_field, box.angle),
        ):
            with QSignalBlocker(field):
                field.setValue(value)


class CropRow(PendingRow):
    """The ratio of the frame's sides, and what becomes of the pixels outside."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.presets = ChoiceBox()
        for text, ratio in (
            (self.tr("Free"), (0, 0)),
            (self.tr("As the picture"), None),
            ("1 : 1", (1, 1)),
            ("4 : 3", (4, 3)),
            ("3 : 2", (3, 2)),
            ("16 : 9", (16, 9)),
            ("3 : 4", (3, 4)),
            ("2 : 3", (2, 3)),
            ("9 : 16", (9, 16)),
        ):
            self.presets.addItem(text, ratio)
        self.presets.setToolTip(self.tr("Ratio of width to height"))
        self.presets.setAccessibleName(self.presets.toolTip())
        self.presets.activated.connect(self._take_preset)
        self.add_control(self.presets)
        self.ratio_width = self._add_side("ratio_width", self.tr("Width of the ratio; 0 = free"))
        self.swap = icon_button("ph.arrows-left-right", self.tr("Swap width and height"))
        self.swap.clicked.connect(self._swap)
        self.add_control(self.swap)
        self.ratio_height = self._add_side("ratio_height", self.tr("Height of the ratio; 0 = free"))
        self.add_ending()
        self.deletes = self.add_check(
            "deletes_pixels",
            self.tr("Delete cropped pixels"),
            self.tr("Off: layers keep what lies outside, and it can be moved back in"),
        )

    def refresh(self) -> None:
        """Show the settings and their preset."""
        super().refresh()
        ratio = self.read("ratio_width"), self.read("ratio_height")
        ratios = [self.presets.itemData(index) for index in range(self.presets.count())]
        is_free = 0 in ratio
        index = 0 if is_free else next((i for i, each in enumerate(ratios) if each == ratio), -1)
        self.presets.setCurrentIndex(index)

    def _add_side(self, path: str, hint: str) -> QSpinBox:
        field = number_field(QSpinBox())
        field.setRange(0, 10_000)
        field.setSpecialValueText("–")
        field.setToolTip(hint)
        field.setAccessibleName(hint)
        field.lineEdit().setAccessibleName(hint)
        field.setFixedWidth(64)
        field.setKeyboardTracking(False)
        field.valueChanged.connect(lambda value: self.write(path, value))
        self.bind(path, lambda value: _show_number(field, value))
        self.add_control(field)
        return field

    def _take_preset(self) -> None:
        ratio = self.presets.currentData()
        if ratio is None:
            session = self.workspace.active
            document = None if session is None else session.document
            ratio = (0, 0) if document is None else (document.width, document.height)
        self._write_ratio(*ratio)

    def _swap(self) -> None:
        self._write_ratio(self.read("ratio_height"), self.read("ratio_width"))

    def _write_ratio(self, width: int, height: int) -> None:
        self.write("ratio_width", width)
        self.write("ratio_height", height)


def _show_number(field: QSpinBox, value: int) -> None:
    with QSignalBlocker(field):
        field.setValue(value)


def _visible(percent: float) -> float:
    """Per cent that leave something to see."""
    return percent if abs(percent) >= _LEAST_PERCENT else _LEAST_PERCENT


def _on_pixels(box: TransformBox) -> TransformBox:
    """A box on whole pixels that a turn around the middle of an odd size put between them."""
    if box.projection.turn() is not None:
        return box
    x, y = box.place
    moved = box.placed_at(round(x - 0.25), round(y - 0.25))
    return moved if moved.projection.turn() is not None else box
