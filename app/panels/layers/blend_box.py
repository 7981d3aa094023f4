"""The choice of a layer's blend mode."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.choice_box import ChoiceBox
from app.document.layers import BlendMode, Layer

# As in other editors: what darkens, lightens, adds contrast, compares, and takes part of a colour.
_GROUPS = (
    (BlendMode.NORMAL,),
    (BlendMode.DARKEN, BlendMode.MULTIPLY, BlendMode.COLOR_BURN),
    (BlendMode.LIGHTEN, BlendMode.SCREEN, BlendMode.COLOR_DODGE, BlendMode.PLUS),
    (BlendMode.OVERLAY, BlendMode.SOFT_LIGHT, BlendMode.HARD_LIGHT),
    (BlendMode.DIFFERENCE,),
    (BlendMode.HUE, BlendMode.SATURATION, BlendMode.COLOR, BlendMode.LUMINOSITY),
)


class BlendModeBox(ChoiceBox):
    """Lists the modes in groups; arrow keys go through them.

    Signals:
        mode_picked(object, bool): another mode, and whether it is a group's passing through; while
            the list is open, the one that is pointed at.
        settled(): the user went on to something else.
        list_opened(): modes that are picked from now may be given up.
        list_closed(bool): whether a mode was chosen, else the one before is wanted.
    """

    mode_picked = Signal(object, bool)
    settled = Signal()
    list_opened = Signal()
    list_closed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_pass_through = False
        self._index_before: int | None = None
        self.setAccessibleName(self.tr("Blend mode"))
        self.setToolTip(self.tr("Blend mode of the active layer"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(24)
        self._fill()
        self.currentIndexChanged.connect(self._pick)
        self.highlighted.connect(self._point_at)
        self.view().installEventFilter(self)

    def show_layer(self, layer: Layer | None) -> None:
        """Show a layer's mode without announcing it; not while the list is open."""
        if self._index_before is not None:
            return
        was_blocked = self.blockSignals(True)
        has_pass_through = layer is not None and layer.is_group
        if has_pass_through != self._has_pass_through:
            self._has_pass_through = has_pass_through
            self._fill()
        self.setEnabled(layer is not None)
        is_through = layer is not None and layer.is_group and layer.is_pass_through
        mode = BlendMode.NORMAL if layer is None else layer.blend_mode
        self.setCurrentIndex(self.findData(None if is_through else mode.value))
        self.blockSignals(was_blocked)

    def showPopup(self) -> None:
        self._index_before = self.currentIndex()
        self.list_opened.emit()
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Hide:
            # Qt tells the choice only after this
            QTimer.singleShot(0, self._close_list)
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.settled.emit()

    def _fill(self) -> None:
        self.clear()
        names = self._names()
        if self._has_pass_through:
            self.addItem(self.tr("Pass through"), None)
        for group in _GROUPS:
            if self.count():
                self.insertSeparator(self.count())
            for mode in group:
                self.addItem(names[mode], mode.value)

    def _point_at(self, index: int) -> None:
        if self._index_before is not None:
            self._pick(index)

    def _close_list(self) -> None:
        before, self._index_before = self._index_before, None
        if before is not None:
            self.list_closed.emit(self.currentIndex() != before)

    def _pick(self, index: int) -> None:
        value = self.itemData(index)
        is_through = value is None
        self.mode_picked.emit(BlendMode.NORMAL if is_through else BlendMode(value), is_through)

    def _names(self) -> dict[BlendMode, str]:
        return {
            BlendMode.NORMAL: self.tr("Normal"),
            BlendMode.DARKEN: self.tr("Darken"),
            BlendMode.MULTIPLY: self.tr("Multiply"),
            BlendMode.COLOR_BURN: self.tr("Colour burn"),
            BlendMode.LIGHTEN: self.tr("Lighten"),
            BlendMode.SCREEN: self.tr("Screen"),
            BlendMode.COLOR_DODGE: self.tr("Colour dodge"),
            BlendMode.PLUS: self.tr("Add"),
            BlendMode.OVERLAY: self.tr("Overlay"),
            BlendMode.SOFT_LIGHT: self.tr("Soft light"),
            BlendMode.HARD_LIGHT: self.tr("Hard light"),
            BlendMode.DIFFERENCE: self.tr("Difference"),
            BlendMode.HUE: self.tr("Hue"),
            BlendMode.SATURATION: self.tr("Saturation"),
            BlendMode.COLOR: self.tr("Colour"),
            BlendMode.LUMINOSITY: self.tr("Luminosity"),
        }
