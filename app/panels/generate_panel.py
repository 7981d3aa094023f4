"""Generate panel: application, injection scale, seed, mask; render, compare, apply."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from app.controls.labels import main_button, sentence_label, set_main
from app.controls.seed_row import SeedRow
from app.document.commands import SetRenderSettings
from app.document.render_settings import RenderSettings
from app.jobs.recipe import Application
from app.jobs.results import RenderResult
from app.panels.mask_box import MaskBox
from app.panels.result_box import ResultBox
from app.panels.scale_box import ScaleBox
from app.panels.session_panel import SessionPanel
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.engine_facts import EngineFacts
    from app.session import Session
    from app.workspace import Workspace
    from singan_core.trained import TrainedPyramid


class GeneratePanel(SessionPanel):
    """Renders the edit of the active session and shows what came of it.

    Signals:
        application_changed(): another application was chosen.
        mask_changed(): the mask is to be shown, or no longer, or with another rim.
    """

    application_changed = Signal()
    mask_changed = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._engine: EngineFacts | None = None
        self._unbound_settings = RenderSettings()
        self._build_choices()
        self._build_outcome()
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX)
        column.addLayout(self._application_row())
        column.addWidget(self.sentence)
        column.addWidget(self.scale_box)
        column.addWidget(self.seed)
        column.addWidget(self.mask_box)
        column.addWidget(self.progress)
        column.addWidget(self.reason)
        column.addLayout(self._render_row())
        column.addWidget(self.results)
        column.addStretch(1)
        self.follow()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        return [
            (session.model_changed, self._show_model),
            (session.training_changed, self._show_render_state),
            (session.results_changed, self._show_outcome),
            (session.preview_changed, self._show_outcome),
            (session.history_changed, self._follow_settings),
        ]

    def refresh(self) -> None:
        self._show_mask_defaults()
        self._show_settings()
        self._show_outcome()

    def sizeHint(self) -> QSize:
        return QSize(304, 440)

    def show_engine(self, engine: EngineFacts) -> None:
        """Show the engine's own defaults from now on."""
        self._engine = engine
        self._show_mask_defaults()

    @property
    def application(self) -> Application:
        """What the edit is for."""
        button = self._applications.checkedButton()
        return Application.EDIT if button is None else Application(button.property("application"))

    def choose_application(self, application: Application) -> None:
        """Take another application, with its default scale."""
        self._choose("application", application=application.value, scale=None)

    def choose_scale(self, scale: int) -> None:
        """Inject at another scale, as far as it is trained."""
        self.scale_box.choose(scale)

    def step_scale(self, step: int) -> None:
        """Inject one scale finer (1) or coarser (-1)."""
        self.scale_box.choose(self.scale_box.value() + step)

    def blocker(self) -> str:
        """Return why nothing can be rendered now, as one sentence; empty when it can."""
        if self.session is None:
            return self.tr("Open a photo first.")
        model = self.session.model
        if model is None or not model.is_usable:
            if self.session.training.is_active:
                return self.tr("Two trained scales are enough; they are on their way.")
            return self.tr("Train the pyramid first (Training panel); two scales are enough.")
        return ""

    def render_edit(self) -> None:
        """Render the edit as the document is now."""
        if self.session is None or self.blocker():
            return
        grow, feather = self.mask_box.choice()
        self.session.request_render(
            self.application, self.scale_box.value(), self.seed.take_seed(), grow, feather
        )

    def cancel(self) -> None:
        """Give up the render on its way."""
        if self.session is not None:
            self.session.cancel_render()

    def apply(self) -> None:
        """Make the result shown a layer."""
        if self.session is not None:
            self.session.apply_preview()

    def discard(self) -> None:
        """Throw the result shown away."""
        if self.session is not None:
            self.session.discard_preview()

    def hide_result(self) -> None:
        """Show the canvas without a result; it stays in the strip."""
        if self.session is not None:
            self.session.show_result(None)

    def step_result(self, step: int) -> None:
        """Show the next (1) or previous (-1) result; past the end comes the canvas alone."""
        if self.session is None or not self.session.results:
            return
        places: list[RenderResult | None] = [*self.session.results, None]
        shown = self.session.preview
        place = next((i for i, r in enumerate(places) if r is shown), len(places) - 1)
        self.session.show_result(places[(place + step) % len(places)])

    def hold_compare(self, is_held: bool) -> None:
        """Show the canvas without the result while held."""
        if self.session is not None and self.session.preview is not None:
            self.session.hide_preview(is_held)

    def _build_choices(self) -> None:
        self.sentence = sentence_label()
        self.scale_box, self.seed, self.mask_box = ScaleBox(), SeedRow(), MaskBox()
        self._shown_settings = RenderSettings()
        self.scale_box.chosen.connect(self._choose_scale)
        self.mask_box.changed.connect(self.mask_changed)
        self.mask_box.chosen.connect(self._choose_rim)

    def _build_outcome(self) -> None:
        self.reason = sentence_label()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("Progress of the render"))
        self.render_button = main_button(self.tr("Render"))
        self.render_button.setToolTip(
            self.tr("Redraw the edit in the photo's textures (Ctrl+Enter)")
        )
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setToolTip(self.tr("Give up this render (Esc)"))
        self.results = ResultBox()
        self.render_button.clicked.connect(self.render_edit)
        self.cancel_button.clicked.connect(self.cancel)
        self.results.picked.connect(self._show_result)
        self.results.compare_held.connect(self.hold_compare)
        self.results.apply_wanted.connect(self.apply)
        self.results.discard_wanted.connect(self.discard)

    def _application_row(self) -> QHBoxLayout:
        self._applications = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(0)
        texts = (self.tr("Edit"), self.tr("Harmonize"), self.tr("Paint to image"))
        places = ("first", "middle", "last")
        injecting = [each for each in Application if each.is_injection]
        for application, text, place in zip(injecting, texts, places, strict=True):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("segment", place)
            button.setProperty("application", application.value)
            button.setToolTip(self._application_sentence(application))
            self._applications.addButton(button)
            row.addWidget(button, 1)
        self._applications.buttons()[0].setChecked(True)
        self._applications.buttonClicked.connect(self._choose_clicked)
        return row

    def _render_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(self.cancel_button, 1)
        row.addWidget(self.render_button, 1)
        return row

    def _application_sentence(self, application: Application) -> str:
        return {
            Application.EDIT: self.tr("Move, copy or erase parts of the photo; seams are redrawn."),
            Application.HARMONIZE: self.tr(
                "Paste an object from elsewhere; it takes on the photo's look."
            ),
            Application.PAINT: self.tr(
                "Paint a rough layout in flat colours; it becomes photo texture."
            ),
        }[application]

    def _choose_clicked(self, button: QAbstractButton) -> None:
        self.choose_application(Application(button.property("application")))

    def _choose_scale(self, scale: int | None) -> None:
        self._choose("scale", scale=scale)

    def _choose_rim(self, grow_px: int, feather_px: int) -> None:
        self._choose("grow_px", grow_px=grow_px, feather_px=feather_px)

    def _choose(self, field: str, **changes: Any) -> None:
        """Choose other settings: a step of the document's history."""
        settings = self._settings()._replace(**changes)
        if settings == self._settings():
            self._show_settings()
        elif self.session is None:
            self._unbound_settings = settings
            self._show_settings()
        else:
            self.session.run(SetRenderSettings(settings, field))

    def _settings(self) -> RenderSettings:
        """Those of the document, or what was chosen before there was one."""
        if self.session is None:
            return self._unbound_settings
        return self.session.document.render_settings

    def _follow_settings(self) -> None:
        if self._settings() != self._shown_settings:
            self._show_settings()

    def _show_settings(self) -> None:
        settings = self._shown_settings = self._settings()
        application = self.application.value
        for button in self._applications.buttons():
            if button.property("application") == settings.application:
                button.setChecked(True)
        self.scale_box.show_choice(settings.scale)
        self.mask_box.show_choice(settings.grow_px, settings.feather_px)
        self._show_model()
        if application != self.application.value:
            self.application_changed.emit()

    def _show_result(self, result: RenderResult) -> None:
        if self.session is not None:
            self.session.show_result(None if result is self.session.preview else result)

    def _show_mask_defaults(self) -> None:
        if self.session is None or self._engine is None:
            return
        document, engine = self.session.document, self._engine
        size = (document.height, document.width)
        self.mask_box.show_defaults(
            max(size), engine.default_grow_px(*size), engine.default_feather_px(*size)
        )

    def _default_scale(self, model: TrainedPyramid) -> int:
        from singan_core.applications import APPLICATIONS

        return int(APPLICATIONS[self.application.value].default_scale(model))

    def _show_model(self) -> None:
        self.sentence.setText(self._application_sentence(self.application))
        model = None if self.session is None else self.session.model
        is_usable = model is not None and model.is_usable
        if model is not None and is_usable:
            default = self._default_scale(model)
            self.scale_box.show_scales(len(model.plan.sizes), model.scale_count, default)
        else:
            self.scale_box.show_none()
        self.seed.setEnabled(is_usable)
        self.mask_box.set_rim_enabled(is_usable)
        self.mask_box.setEnabled(self.session is not None)
        self._show_render_state()

    def _show_render_state(self) -> None:
        blocker = self.blocker()
        is_busy = self.session is not None and self.session.render_status.is_busy
        self.render_button.setEnabled(not blocker)
        self.render_button.setText(self.tr("Render again") if is_busy else self.tr("Render"))
        self.cancel_button.setVisible(is_busy)
        self.progress.setVisible(is_busy)
        self.reason.setText(blocker)
        self.reason.setVisible(bool(blocker))
        if self.session is not None and is_busy:
            status = self.session.render_status
            self.progress.setRange(0, status.total)
            self.progress.setValue(status.done)

    def _show_outcome(self) -> None:
        self._show_render_state()
        session = self.session
        shown = None if session is None else session.preview
        count = 0 if session is None or session.model is None else len(session.model.plan.sizes)
        self.results.show_results(() if session is None else session.results, shown, count)
        set_main(self.render_button, shown is None)
