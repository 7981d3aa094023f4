"""The page of animations: how it moves, played in the panel, and written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QWidget

from app.controls.film_player import FilmPlayer
from app.controls.labels import sentence_label
from app.controls.texts import duration_text, memory_text, size_text
from app.controls.value_slider import ValueSlider
from app.document.render_settings import RenderSettings
from app.panels.generate.kind_page import MEMORY_SHARE, KindPage
from app.session.film import FilmOrder
from app.theme import GRID_PX

if TYPE_CHECKING:
    from app.session import Session
    from app.session.results import RenderStatus
    from singan_core.config import TrainConfig
    from singan_core.model.pyramid import PyramidPlan
    from singan_core.model.trained import TrainedPyramid

FEWEST_FRAMES, MOST_FRAMES = 2, 1000
SLOWEST_FPS, FASTEST_FPS = 1, 50
PREVIEW_DELAY_MS = 250


class AnimationPage(KindPage):
    """Makes a photo move; another choice is seen at once, in a few frames.

    Signals:
        export_wanted(): the animation shall become a file.
    """

    kind = "animation"
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 0
        self._previewed: tuple[Session, FilmOrder] | None = None
        self._preview_timer = QTimer(self, interval=PREVIEW_DELAY_MS, singleShot=True)
        self._preview_timer.timeout.connect(self._preview)
        self._build_choices()
        self.player = FilmPlayer()
        self.film_text = sentence_label()
        self.export_button = QPushButton(self.tr("Export…"))
        self.export_button.clicked.connect(self._export_or_stop)
        export_row = QHBoxLayout()
        export_row.setSpacing(GRID_PX)
        export_row.addWidget(self.film_text, 1)
        export_row.addWidget(self.export_button)
        # above the choices, so that both are seen in a low window
        self.column.addWidget(self.player)
        self.column.addLayout(export_row)
        for widget in (self.parameters, self.preset_box, self.cost_text, self.training_box):
            self.column.addWidget(widget)

    @property
    def button_text(self) -> str:
        return self.tr("Animate") if self.config() is None else self.tr("Train and animate")

    @property
    def making(self) -> RenderStatus:
        return super().making if self.session is None else self.session.film.status

    def cancel_making(self) -> None:
        if self.session is not None:
            self.session.film.cancel()

    def show_session(self, session: Session | None, settings: RenderSettings) -> None:
        self._preview_timer.stop()
        super().show_session(session, settings)
        self.show_outcome()

    def show_settings(self, settings: RenderSettings) -> None:
        super().show_settings(settings)
        self.start_scale.show_value(settings.animation_scale)
        self.alpha.show_value(round(100 * settings.alpha))
        self.beta.show_value(round(100 * settings.beta))
        self.frame_count.show_value(settings.frame_count)
        self.speed.show_value(settings.frames_per_second)
        self.loop.setChecked(settings.is_loop)
        self.player.set_speed(settings.frames_per_second)
        self._show_film_text()
        self._note_other_motion()

    def show_seed(self, seed: int) -> None:
        """Show how it moves with another seed."""
        self._seed = seed
        self._note_other_motion()

    def show_model(self) -> None:
        super().show_model()
        model = self.model()
        count = 9 if model is None else model.scale_count
        self.start_scale.setMaximum(max(1, count - 1))
        self.show_outcome()

    def show_outcome(self) -> None:
        session = self.session
        film = None if session is None else session.film
        is_shown = film is not None and film.order is not None and not self.is_training
        self.player.setVisible(is_shown)
        self.export_button.setVisible(is_shown)
        if film is not None and film.order is not None and is_shown:
            self.player.show_frames(film.frames, film.order.frame_count)
            self._show_export()
        self._show_film_text()

    def choices(self) -> tuple[QWidget, ...]:
        return (self.parameters, self.preset_box)

    def suits(self, model: TrainedPyramid) -> bool:
        return model.kind == self.kind

    def config_of(self, base: TrainConfig, size: tuple[int, int]) -> TrainConfig:
        from singan_core.applications.animation import animation_config

        return animation_config(base)

    def waiting_text(self) -> str:
        return self.tr("The animation is made as soon as the model is trained.")

    def cost_beside(self, plan: PyramidPlan, config: TrainConfig) -> str:
        if self.costs is None:
            return ""
        count = self.settings.frame_count
        cost = self.costs.filming(plan, config, count)
        if cost.seconds is None:
            return ""
        text = self.tr("%n frames take about {time}.", "", count)
        return text.format(time=duration_text(max(1.0, cost.seconds)))

    def problem(self) -> str:
        model = self.model()
        if model is None or self.engine is None or self.engine.memory_bytes is None:
            return ""
        height, width = model.plan.sizes[-1]
        needed = 3 * height * width * self.settings.frame_count
        if needed <= MEMORY_SHARE * self.engine.memory_bytes:
            return ""
        text = self.tr("The frames take {memory}, more than there is: choose fewer.")
        return text.format(memory=memory_text(needed))

    def start(self, seed: int) -> None:
        if self.session is not None:
            self._preview_timer.stop()
            self._seed = seed
            order = self._order()
            self._previewed = (self.session, order)
            self.session.request_film(order, self.config())

    def export_blocker(self) -> str:
        """Return why the animation cannot be written now, as one sentence."""
        if self.session is None or not self.session.film.is_complete:
            return self.tr("Its frames are still being made.")
        if self.session.film.order != self._order():
            return self.tr("This is a preview: make the animation first.")
        return ""

    def _export_or_stop(self) -> None:
        if self.session is not None and self.session.film_export.status.is_busy:
            self.session.film_export.cancel()
        else:
            self.export_wanted.emit()

    def _show_export(self) -> None:
        assert self.session is not None
        status = self.session.film_export.status
        if status.is_busy:
            percent = round(100 * status.done / max(1, status.total))
            text = self.tr("Stop writing ({percent} %)").format(percent=percent)
        else:
            text = self.tr("Export…")
        blocker = "" if status.is_busy else self.export_blocker()
        self.export_button.setText(text)
        self.export_button.setEnabled(not blocker)
        self.export_button.setToolTip(
            blocker or self.tr("Write it as GIF, WebP, APNG, MP4 or WebM")
        )

    def _build_choices(self) -> None:
        percent = self.tr(" %")
        self.start_scale = ValueSlider(self.tr("From scale"), 0, 8)
        self.start_scale.setToolTip(self.tr("0 moves everything; higher scales only the detail"))
        self.frame_count = ValueSlider(self.tr("Frames"), FEWEST_FRAMES, MOST_FRAMES, "", 2.0)
        self.alpha = ValueSlider(self.tr("Steadiness"), 0, 100, percent)
        self.alpha.setToolTip(self.tr("How strongly it is drawn back to the photo (alpha)"))
        self.beta = ValueSlider(self.tr("Smoothness"), 0, 100, percent)
        self.beta.setToolTip(self.tr("How much a step resembles the one before (beta)"))
        self.speed = ValueSlider(self.tr("Speed"), SLOWEST_FPS, FASTEST_FPS, self.tr(" fps"))
        self.speed.setToolTip(self.tr("Frames per second"))
        self.loop = QCheckBox(self.tr("Seamless loop"))
        self.loop.setToolTip(self.tr("Its end leads back to its beginning"))
        self.start_scale.valueChanged.connect(
            lambda value: self.choose("animation_scale", animation_scale=value)
        )
        self.frame_count.valueChanged.connect(
            lambda value: self.choose("frame_count", frame_count=value)
        )
        self.alpha.valueChanged.connect(lambda value: self.choose("alpha", alpha=value / 100))
        self.beta.valueChanged.connect(lambda value: self.choose("beta", beta=value / 100))
        self.speed.valueChanged.connect(
            lambda value: self.choose("frames_per_second", frames_per_second=value)
        )
        self.loop.clicked.connect(lambda is_on: self.choose("is_loop", is_loop=bool(is_on)))
        self._lay_out()

    def _lay_out(self) -> None:
        self.parameters = QWidget()
        grid = QGridLayout(self.parameters)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID_PX)
        widgets = (
            self.alpha,
            self.beta,
            self.start_scale,
            self.frame_count,
            self.speed,
            self.loop,
        )
        for place, widget in enumerate(widgets):
            grid.addWidget(widget, place // 2, place % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def _order(self) -> FilmOrder:
        settings = self.settings
        return FilmOrder(
            settings.animation_scale,
            settings.alpha,
            settings.beta,
            settings.frame_count,
            settings.is_loop,
            self._seed,
        )

    def _note_other_motion(self) -> None:
        """Make a preview soon if what was chosen moves in another way than what is shown."""
        if self.session is None or not self.isVisible() or self.session.film.order is None:
            return
        if self._previewed != (self.session, self._order()):
            self._preview_timer.start()

    def _preview(self) -> None:
        model = self.model()
        if self.session is None or model is None or self.blocker():
            return
        order = self._order()
        self._previewed = (self.session, order)
        self.session.film.start(model, order.shortened())

    def _show_film_text(self) -> None:
        film = None if self.session is None else self.session.film
        text = ""
        if film is not None and film.frames and self.player.isVisibleTo(self):
            height, width = film.frames[0].shape[:2]
            order = film.order
            assert order is not None
            seconds = order.frame_count / self.settings.frames_per_second
            text = self.tr("{size}, {seconds} s").format(
                size=size_text(width, height), seconds=f"{seconds:.1f}"
            )
            if film.is_complete and order != self._order():
                text += " · " + self.tr("preview")
        self.film_text.setText(text)
        self.film_text.setVisible(bool(text))
