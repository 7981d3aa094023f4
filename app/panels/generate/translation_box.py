"""How a picture of a pair is translated, its scale apart."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.controls.choice_box import ChoiceBox
from app.controls.value_slider import ValueSlider
from app.document.render_settings import MOST_STRUCTURE, STRUCTURE, RenderSettings
from app.panels.generate.patch_box import PatchBox
from app.theme import GRID_PX

_PER_STRUCTURE = 10
"""Steps of the slider for a structure that leads by 1."""


class TranslationBox(QWidget):
    """What happens before and after the appearance is exchanged, and with which patches.

    Attributes:
        inject_box: from which scale on the structure is drawn anew first.
        refine_box: at which scale the result is injected once more.
        own_box: whether into the own model of the picture with the appearance.
        patches: how many scales put in patches of the photo that gives the appearance.
        structure: how strictly those follow the structure.

    Signals:
        chosen(str, object): a field of the ``RenderSettings``, and its new value.
    """

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inject_box, self.refine_box, self.patches = ChoiceBox(), ChoiceBox(), PatchBox()
        self.own_box = QCheckBox(self.tr("Refined by its own model"))
        most = round(MOST_STRUCTURE * _PER_STRUCTURE)
        self.structure = ValueSlider(self.tr("Structure"), 0, most, decimals=1)
        self._explain()
        self._connect()
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        for box in (self.inject_box, self.refine_box):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.addWidget(box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        column.addLayout(row)
        column.addWidget(self.own_box)
        column.addWidget(self.patches)
        column.addWidget(self.structure)

    def show_settings(self, settings: RenderSettings) -> None:
        """Show how patches were chosen."""
        structure = STRUCTURE if settings.structure is None else settings.structure
        self.patches.show_choice(settings.patch_scales)
        self.structure.show_value(round(structure * _PER_STRUCTURE))
        self.structure.setEnabled(settings.patch_scales != 0)

    def show_scales(
        self, settings: RenderSettings, scale: int, count: int, refining: int | None
    ) -> None:
        """Offer the scales of a pair for a translation at one of them.

        Args:
            settings: what was chosen.
            scale: of the translation.
            count: scales of the pair.
            refining: scales of the appearance's own model; None = none is at hand.
        """
        is_own = refining is not None and settings.is_refined_by_own
        self.own_box.setVisible(refining is not None)
        self.own_box.setChecked(is_own)
        self.own_box.setEnabled(settings.analogy_refine is not None)
        as_it_is = self.tr("Structure kept")
        drawn = self.tr("Redrawn from scale {scale}")
        _fill(self.inject_box, as_it_is, drawn, range(scale + 1), settings.analogy_inject)
        plain, refined = self.tr("Not refined"), self.tr("Refined at scale {scale}")
        last = count if refining is None or not is_own else refining
        _fill(self.refine_box, plain, refined, range(1, last), settings.analogy_refine)

    def _connect(self) -> None:
        self.inject_box.activated.connect(
            lambda: self.chosen.emit("analogy_inject", self.inject_box.currentData())
        )
        self.refine_box.activated.connect(
            lambda: self.chosen.emit("analogy_refine", self.refine_box.currentData())
        )
        self.own_box.clicked.connect(lambda is_on: self.chosen.emit("is_refined_by_own", is_on))
        self.patches.chosen.connect(lambda count: self.chosen.emit("patch_scales", count))
        self.structure.valueChanged.connect(
            lambda value: self.chosen.emit("structure", value / _PER_STRUCTURE)
        )

    def _explain(self) -> None:
        self.inject_box.setAccessibleName(self.tr("Structure redrawn"))
        self.inject_box.setToolTip(
            self.tr(
                "The structure can be drawn anew by its own pyramid first: the lower the scale, "
                "the freer the arrangement"
            )
        )
        self.refine_box.setAccessibleName(self.tr("Refinement"))
        self.refine_box.setToolTip(
            self.tr(
                "The result can pass once more through the generators that learned the "
                "appearance: cleaner texture, less of the structure"
            )
        )
        self.own_box.setToolTip(
            self.tr(
                "The picture that gives the appearance has a trained model of its own: refining "
                "with it, once a scale is chosen, gives more faithful texture than with the pair's"
            )
        )
        self.structure.setToolTip(
            self.tr(
                "Higher follows the contours of the one picture more strictly, lower keeps larger "
                "pieces of the other. Untouched, it becomes stricter by itself where contours "
                "would hardly show"
            )
        )


def _fill(box: ChoiceBox, none: str, text: str, scales: range, chosen: int | None) -> None:
    """Offer scales, and none of them; one that is not there any more is the nearest."""
    known = [box.itemData(index) for index in range(1, box.count())]
    if known != list(scales):
        box.clear()
        box.addItem(none, None)
        for scale in scales:
            box.addItem(text.format(scale=scale), scale)
    place = 0
    if chosen is not None and len(scales):
        place = box.findData(min(max(chosen, scales[0]), scales[-1]))
    box.setCurrentIndex(place)
