"""Rectangle, ellipse, lasso, polygon and magic wand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSpinBox

from app.controls.number_field import number_field
from app.document.selection import SelectionOp
from app.panels.tool_options.row import OptionsRow
from app.tool_settings import LIMITS, BoxKind
from app.tool_state import Tool

if TYPE_CHECKING:
    from app.workspace import Workspace

_FIELD_PX = 84


class SelectionRow(OptionsRow):
    """How what is drawn joins the selection, and how soft its edge is."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.ops = self.add_icon_choice(
            "op",
            {
                SelectionOp.REPLACE: ("select-replace", self.tr("New selection")),
                SelectionOp.ADD: ("select-add", self.tr("Add to the selection (Shift)")),
                SelectionOp.SUBTRACT: (
                    "select-subtract",
                    self.tr("Take from the selection (Alt)"),
                ),
                SelectionOp.INTERSECT: (
                    "select-intersect",
                    self.tr("Keep what both select (Shift+Alt)"),
                ),
            },
        )
        self._add_own()
        self.feather = self.add_slider("feather_px", self.tr("Feather"), self.tr(" px"), curve=2.0)
        self.feather.setToolTip(self.tr("How far the edge fades, inwards and outwards"))
        self.antialiased = self.add_check(
            "is_antialiased", self.tr("Anti-alias"), self.tr("A soft edge of a pixel")
        )

    def _add_own(self) -> None:
        """Append what only this family has."""


class BoxSelectRow(SelectionRow):
    """The same, and which boxes may be drawn."""

    def refresh(self) -> None:
        """Show the settings that matter for the tool and the kind of box."""
        super().refresh()
        kind = self.read("box")
        for fields, shown in ((self.ratio, BoxKind.RATIO), (self.size_fields, BoxKind.SIZE)):
            for field in fields:
                self.show_control(field, kind is shown)
        # whole pixels have no soft edge
        self.show_control(self.antialiased, self.tool_state.tool is Tool.ELLIPSE_SELECT)

    def _add_own(self) -> None:
        self.box = self.add_choice(
            "box",
            {
                BoxKind.FREE: self.tr("Free"),
                BoxKind.RATIO: self.tr("Fixed ratio"),
                BoxKind.SIZE: self.tr("Fixed size"),
            },
            self.tr("What a drag may choose"),
        )
        self.ratio = (
            self._add_field("ratio_width", self.tr("Ratio, width"), ""),
            self._add_field("ratio_height", self.tr("Ratio, height"), ""),
        )
        pixels = self.tr(" px")
        self.size_fields = (
            self._add_field("box_width", self.tr("Width"), pixels),
            self._add_field("box_height", self.tr("Height"), pixels),
        )

    def _add_field(self, path: str, name: str, unit: str) -> QSpinBox:
        field = number_field(QSpinBox())
        field.setRange(1, int(LIMITS[path][1]))
        field.setSuffix(unit)
        field.setFixedWidth(_FIELD_PX)
        field.setToolTip(name)
        field.setAccessibleName(name)
        field.lineEdit().setAccessibleName(name)
        field.setKeyboardTracking(False)
        field.valueChanged.connect(lambda value: self.write(path, value))
        self.bind(path, field.setValue)
        self.add_control(field)
        return field


class WandRow(SelectionRow):
    """The same, and which colours are alike."""

    def _add_own(self) -> None:
        self.tolerance = self.add_slider("tolerance", self.tr("Tolerance"), curve=2.0)
        self.tolerance.setToolTip(self.tr("How far a colour may be from the clicked one"))
        self.contiguous = self.add_check(
            "is_contiguous",
            self.tr("Contiguous"),
            self.tr("Only pixels joined to the clicked one"),
        )
        self.all_layers = self.add_check(
            "samples_all_layers",
            self.tr("All layers"),
            self.tr("Compare what is seen; off: only the active layer"),
        )
