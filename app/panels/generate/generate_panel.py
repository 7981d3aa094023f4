"""Generate panel: pick an application, choose, make, compare, apply."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.controls.labels import main_button, sentence_label, set_main
from app.controls.scrolling import scrolled
from app.controls.seed_row import SeedRow
from app.document.commands import SetRenderSettings
from app.document.render_settings import RenderSettings
from app.jobs.recipe import Application
from app.jobs.results import RenderResult
from app.panels.generate.analogy_page import AnalogyPage
from app.panels.generate.animation_page import AnimationPage
from app.panels.generate.application_page import ApplicationPage
from app.panels.generate.application_picker import ApplicationPicker
from app.panels.generate.injection_page import InjectionPage
from app.panels.generate.picture_box import PictureBox
from app.panels.generate.result_box import ResultBox
from app.panels.generate.samples_page import SamplesPage
from app.panels.generate.super_resolution_page import SuperResolutionPage
from app.panels.generate.variations_button import VariationsButton
from app.panels.session_panel import SessionPanel
from app.session.repeating import settings_of
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.cost_estimates import CostEstimates
    from app.engine_facts import EngineFacts
    from app.session import Session
    from app.workspace import Workspace


class GeneratePanel(SessionPanel):
    """Makes pictures with the models of the active session and shows what came of it.

    Attributes:
        injection: the page of edit, harmonize and paint to image.
        samples: the page of random samples.
        super_resolution: the page of larger pictures.
        animation: the page of animations.
        analogy: the page of structural analogies.
        picture_box: shows results that have a size of their own.

    Signals:
        application_changed(): another application was chosen.
        mask_changed(): the mask is to be shown, or no longer, or with another rim.
    """

    application_changed = Signal()
    mask_changed = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._unbound_settings = RenderSettings()
        self._shown_settings = RenderSettings()
        self._build_pages()
        self._build_outcome()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self._body = scrolled(self._choices())
        rows.addWidget(self._body, 1)
        # always in sight, however low the window is
        rows.addWidget(self._foot())
        self.follow()

    def listened(self, session: Session) -> Iterable[tuple[SignalInstance, Callable[..., None]]]:
        return [
            (session.model_changed, self._show_model),
            (session.training_changed, self._show_training),
            (session.results_changed, self._show_outcome),
            (session.film_changed, self._show_film),
            (session.pair_changed, self._show_pair),
            (session.preview_changed, self._show_outcome),
            (session.history_changed, self._follow_settings),
        ]

    def refresh(self) -> None:
        for page in self.pages():
            page.show_session(self.session, self._settings())
        self._show_settings()
        self._show_outcome()

    def sizeHint(self) -> QSize:
        return QSize(304, 440)

    def show_engine(self, engine: EngineFacts) -> None:
        """Show the engine's own defaults from now on."""
        for page in self.pages():
            page.show_engine(engine)

    def show_costs(self, costs: CostEstimates) -> None:
        """Tell what trainings take from now on."""
        for page in self.pages():
            page.show_costs(costs)

    def pages(self) -> tuple[ApplicationPage, ...]:
        """Return every page, each once."""
        return tuple(dict.fromkeys(self._pages.values()))

    @property
    def applications(self) -> tuple[Application, ...]:
        """All that can be chosen."""
        return tuple(self._pages)

    @property
    def page(self) -> ApplicationPage:
        """The page of the application chosen."""
        return self._pages[self.application]

    @property
    def application(self) -> Application:
        """What is to be made."""
        return self.picker.current

    def choose_application(self, application: Application) -> None:
        """Take another application, with its default scale."""
        self._choose(
            "application",
            {
                "application": application.value,
                "scale": None,
                "is_matched": None,
                "patch_scales": None,
            },
        )

    def choose_scale(self, scale: int) -> None:
        """Inject at another scale, as far as it is trained."""
        self.injection.scale_box.choose(scale)

    def step_scale(self, step: int) -> None:
        """Inject one scale finer (1) or coarser (-1)."""
        self.injection.scale_box.choose(self.injection.scale_box.value() + step)

    def blocker(self) -> str:
        """Return why nothing can be made now, as one sentence; empty when it can."""
        return self.page.blocker()

    def render_edit(self) -> None:
        """Make what the application is for, of the document as it is now."""
        if self.session is not None and not self.blocker():
            self.page.start(self.seed.take_seed())

    def cancel(self) -> None:
        """Give up what is on its way."""
        self.page.cancel()

    def make_variations(self, count: int) -> None:
        """Make several results at once, each with the next seed."""
        if self.session is not None and not self.blocker() and self.page.has_variations:
            first = self.seed.take_seed()
            self.page.start_variations([first + step for step in range(count)])

    def _build_pages(self) -> None:
        self.sentence, self.seed = sentence_label(), SeedRow()
        self.injection, self.samples = InjectionPage(), SamplesPage()
        self.super_resolution, self.animation = SuperResolutionPage(), AnimationPage()
        self.analogy = AnalogyPage()
        self.injection.mask_changed.connect(self.mask_changed)
        self.seed.field.value_changed.connect(self.injection.show_seed)
        self.seed.field.value_changed.connect(self.animation.show_seed)
        self.seed.field.value_changed.connect(self.analogy.show_seed)
        self._pages: dict[Application, ApplicationPage] = {
            Application.EDIT: self.injection,
            Application.HARMONIZE: self.injection,
            Application.PAINT: self.injection,
            Application.SAMPLE: self.samples,
            Application.SUPER_RESOLUTION: self.super_resolution,
            Application.ANIMATION: self.animation,
            Application.ANALOGY: self.analogy,
        }
        sentences = {each: self._application_sentence(each) for each in self._pages}
        self.picker = ApplicationPicker(self.applications, sentences)
        self.picker.picked.connect(self.choose_application)
        for page in self.pages():
            page.chosen.connect(self._choose)

    def _build_outcome(self) -> None:
        self.reason = sentence_label()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("Progress of the render"))
        self.render_button = main_button(self.tr("Render"))
        self.render_button.setToolTip(self.tr("Make it, as chosen above (Ctrl+Enter)"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setToolTip(self.tr("Give up this render (Esc)"))
        self.variations_button = VariationsButton()
        self.results, self.picture_box = ResultBox(), PictureBox()
        self.render_button.clicked.connect(self.render_edit)
        self.cancel_button.clicked.connect(self.cancel)
        self.variations_button.wanted.connect(self.make_variations)
        self.results.settings_wanted.connect(self._copy_settings)

    def _choices(self) -> QWidget:
        body = QWidget()
        column = _column(body)
        column.addWidget(self.picker)
        column.addWidget(self.sentence)
        for page in self.pages():
            column.addWidget(page)
        column.addWidget(self.seed)
        column.addWidget(self.picture_box)
        column.addWidget(self.results)
        column.addStretch(1)
        return body

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setObjectName("panelFoot")
        column = _column(foot)
        column.addWidget(self.progress)
        column.addWidget(self.reason)
        column.addWidget(self.results.buttons)
        column.addLayout(self._render_row())
        return foot

    def _render_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(self.cancel_button, 1)
        row.addWidget(self.variations_button)
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
            Application.SAMPLE: self.tr("New pictures of the same kind as the photo, at any size."),
            Application.SUPER_RESOLUTION: self.tr(
                "The photo made larger, with detail learned from it alone."
            ),
            Application.ANIMATION: self.tr("A short film in which the photo's textures move."),
            Application.ANALOGY: self.tr(
                "The structure of one picture in the appearance of another."
            ),
        }[application]

    def _choose(self, field: str, changes: dict[str, Any]) -> None:
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
        if self._settings().application != self._shown_settings.application:
            self._body.verticalScrollBar().setValue(0)
        settings = self._shown_settings = self._settings()
        application = self.application
        self.picker.show_application(settings.application)
        self.sentence.setText(self._application_sentence(self.application))
        for page in self.pages():
            page.show_settings(settings)
            page.setVisible(page is self.page)
        self._show_model()
        if application is not self.application:
            self.application_changed.emit()

    def _copy_settings(self, result: RenderResult) -> None:
        """Choose what a result was made with, its seed for the next render included."""
        self.seed.show_seed(result.recipe.seed)
        settings = settings_of(result.recipe, self._settings())
        self._choose("copied", settings._asdict())

    def _show_model(self) -> None:
        for page in self.pages():
            page.show_model()
        self._show_render_state()

    def _show_training(self) -> None:
        self.page.show_model()
        self._show_render_state()

    def _show_film(self) -> None:
        self.animation.show_outcome()
        self._show_render_state()

    def _show_pair(self) -> None:
        self.analogy.show_model()
        self._show_render_state()

    def _show_render_state(self) -> None:
        blocker, work = self.blocker(), self.page.work
        is_busy = work.is_busy
        self.render_button.setEnabled(not blocker)
        self.render_button.setText(
            self.tr("Start again") if is_busy and not blocker else self.page.button_text
        )
        self.variations_button.setVisible(self.page.has_variations)
        self.variations_button.setEnabled(not blocker)
        self.seed.setVisible(self.page.has_seed)
        self.seed.setEnabled(not blocker)
        self.cancel_button.setVisible(is_busy)
        self.progress.setVisible(is_busy)
        self.reason.setText(blocker)
        self.reason.setVisible(bool(blocker))
        if is_busy:
            self.progress.setRange(0, work.total)
            self.progress.setValue(work.done)

    def _show_outcome(self) -> None:
        self._show_render_state()
        self.page.show_outcome()
        session = self.session
        is_beside = session is not None and not session.is_preview_on_canvas
        self.picture_box.show_result(session.preview if session and is_beside else None)
        self.results.show_session(self.session)
        set_main(self.render_button, self.session is None or self.session.preview is None)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
    column.setSpacing(GRID_PX)
    return column
