"""Which application the generate panel works for: a grid of buttons, one pressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QToolButton, QWidget

from app.jobs.recipe import Application
from app.theme import icon

COLUMN_COUNT = 3
_ICONS = {
    Application.EDIT: "ph.arrows-out-cardinal",
    Application.HARMONIZE: "ph.circles-three-plus",
    Application.PAINT: "ph.paint-brush-broad",
    Application.SAMPLE: "ph.shuffle",
    Application.SUPER_RESOLUTION: "ph.arrows-out",
    Application.ANIMATION: "ph.film-strip",
    Application.ANALOGY: "ph.intersect",
}


class ApplicationPicker(QWidget):
    """One button per application.

    Signals:
        picked(object): an ``Application`` was clicked.
    """

    picked = Signal(object)

    def __init__(
        self,
        applications: Sequence[Application],
        sentences: Mapping[Application, str],
        parent: QWidget | None = None,
    ) -> None:
        """Offer applications.

        Args:
            applications: in their order.
            sentences: what each is for, as tooltip.
            parent: owner.
        """
        super().__init__(parent)
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        texts = self._texts()
        for place, application in enumerate(applications):
            button = QToolButton()
            button.setText(texts[application])
            button.setIcon(icon(_ICONS[application]))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(
                button.sizePolicy().Policy.Expanding, button.sizePolicy().verticalPolicy()
            )
            button.setCheckable(True)
            button.setProperty("application", application.value)
            button.setToolTip(sentences[application])
            self._group.addButton(button)
            is_alone = place == len(applications) - 1 and place % COLUMN_COUNT == 0
            across = COLUMN_COUNT if is_alone else 1
            grid.addWidget(button, place // COLUMN_COUNT, place % COLUMN_COUNT, 1, across)
        self._group.buttons()[0].setChecked(True)
        self._group.buttonClicked.connect(self._announce)

    @property
    def current(self) -> Application:
        """The one pressed."""
        button = self._group.checkedButton()
        assert button is not None, "one is always pressed"
        return Application(button.property("application"))

    def buttons(self) -> list[QAbstractButton]:
        """Return the buttons, in the order of the applications."""
        return self._group.buttons()

    def show_application(self, application: str) -> None:
        """Press the button of an application, if it is offered."""
        for button in self._group.buttons():
            if button.property("application") == application:
                button.setChecked(True)

    def _announce(self, button: QAbstractButton) -> None:
        self.picked.emit(Application(button.property("application")))

    def _texts(self) -> dict[Application, str]:
        return {
            Application.EDIT: self.tr("Edit"),
            Application.HARMONIZE: self.tr("Harmonize"),
            Application.PAINT: self.tr("Paint"),
            Application.SAMPLE: self.tr("Samples"),
            Application.SUPER_RESOLUTION: self.tr("Enlarge"),
            Application.ANIMATION: self.tr("Animate"),
            Application.ANALOGY: self.tr("Structural analogy"),
        }
