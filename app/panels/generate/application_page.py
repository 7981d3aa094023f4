"""What the pages of the generate panel have in common: the choices of one kind of application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.document.render_settings import RenderSettings
from app.session.results import RenderStatus
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.cost_estimates import CostEstimates
    from app.engine_facts import EngineFacts
    from app.session import Session


class ApplicationPage(QWidget):
    """Shows and takes the choices of an application; the panel has the buttons.

    Attributes:
        session: the document in front, or None.
        engine: facts of the engine once they are known.
        costs: what trainings take on this machine, where that can be told.
        column: where a page puts its rows.

    Signals:
        chosen(str, object): the user chose something; the field that names the step of the
            history, and the changed ``RenderSettings`` by name.
    """

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self.engine: EngineFacts | None = None
        self.costs: CostEstimates | None = None
        self.settings = RenderSettings()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GRID_PX)

    @property
    def button_text(self) -> str:
        """Text of the panel's main button."""
        return self.tr("Render")

    @property
    def has_seed(self) -> bool:
        """Whether the seed matters."""
        return True

    @property
    def has_variations(self) -> bool:
        """Whether the same can be made with several seeds at once."""
        return False

    @property
    def work(self) -> RenderStatus:
        """How far that is which the page is for."""
        return RenderStatus() if self.session is None else self.session.render_status

    def cancel(self) -> None:
        """Give up what is on its way."""
        if self.session is not None:
            self.session.cancel_render()

    def show_session(self, session: Session | None, settings: RenderSettings) -> None:
        """Show another document, or the same one anew."""
        self.session = session
        self.show_settings(settings)
        self.show_model()

    def show_engine(self, engine: EngineFacts) -> None:
        """Use the engine's own defaults from now on."""
        self.engine = engine
        self.show_model()

    def show_costs(self, costs: CostEstimates) -> None:
        """Tell what trainings take from now on."""
        self.costs = costs
        costs.changed.connect(self.show_model)
        self.show_model()

    def show_outcome(self) -> None:
        """Show what came of it: the results, or the work on its way, are others."""

    def show_settings(self, settings: RenderSettings) -> None:
        """Show what was chosen."""
        self.settings = settings

    def show_model(self) -> None:
        """Show what the models of the document allow."""
        raise NotImplementedError

    def blocker(self) -> str:
        """Return why nothing can be made now, as one sentence; empty when it can."""
        raise NotImplementedError

    def start(self, seed: int) -> None:
        """Make what the page is for; called only while nothing blocks it."""
        raise NotImplementedError

    def start_variations(self, seeds: Sequence[int]) -> None:
        """Make several of them; called only where the page has variations."""
        raise NotImplementedError

    def choose(self, field: str, **changes: Any) -> None:
        """Announce a choice of the user."""
        self.chosen.emit(field, changes)
