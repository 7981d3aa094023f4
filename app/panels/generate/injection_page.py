"""The page of edit, harmonize and paint to image: injection scale and mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from app.document.render_settings import RenderSettings
from app.jobs.recipe import Application
from app.panels.generate.application_page import ApplicationPage
from app.panels.generate.live_box import LiveBox
from app.panels.generate.live_following import LiveFollowing
from app.panels.generate.mask_box import MaskBox
from app.panels.generate.scale_box import ScaleBox
from app.panels.generate.scale_strip import StripPictures
from app.session.render_orders import RenderOrder

if TYPE_CHECKING:
    from app.session import Session
    from singan_core.trained import TrainedPyramid


class InjectionPage(ApplicationPage):
    """Where the edit enters the pyramid, and where the result may differ.

    Attributes:
        scale_box: the strip of injection scales.
        mask_box: where the result may differ.
        match: whether the result goes along with its surroundings.
        pictures: keeps the pictures of the strip up to date.
        live_box: switches of the live picture and the model's-eye view.

    Signals:
        mask_changed(): the mask is to be shown, or no longer, or with another rim.
        scale_hovered(object): the pointer came to rest on a scale of the strip; None = on none.
        view_changed(): the model's-eye view is to be shown, or no longer, or at another scale.
    """

    mask_changed = Signal()
    scale_hovered = Signal(object)
    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._application = Application.EDIT
        self._seed = 0
        self.scale_box, self.mask_box = ScaleBox(), MaskBox()
        self.pictures = StripPictures(self.scale_box, self.order)
        self.scale_box.hovered.connect(self.scale_hovered)
        self.scale_box.chosen.connect(self._choose_scale)
        self.mask_box.changed.connect(self.mask_changed)
        self.mask_box.chosen.connect(self._choose_rim)
        self.live_box = LiveBox()
        self.following = LiveFollowing(self.live_box, self._live_order)
        self.live_box.eye.toggled.connect(self.view_changed)
        self.column.addWidget(self.scale_box)
        self.column.addWidget(self.live_box)
        self.column.addWidget(self.mask_box)
        self.column.addWidget(self._match_switch())

    @property
    def application(self) -> Application:
        """The injecting application that was chosen last."""
        return self._application

    def show_session(self, session: Session | None, settings: RenderSettings) -> None:
        # between two documents no choice of one is taken for the other's
        self.pictures.show_session(None)
        self.following.show_session(None)
        super().show_session(session, settings)
        self._show_mask_defaults()
        self.pictures.show_session(session)
        self.following.show_session(session)

    def show_settings(self, settings: RenderSettings) -> None:
        super().show_settings(settings)
        chosen = [each for each in Application if each.value == settings.application]
        self._application = next((each for each in chosen if each.is_injection), self._application)
        self.scale_box.show_choice(settings.scale)
        self.mask_box.show_choice(settings.grow_px, settings.feather_px)
        self._show_match()
        self._refresh_pictures()

    def show_seed(self, seed: int) -> None:
        """Use another seed for the pictures of the strip."""
        self._seed = seed
        self._refresh_pictures()

    def order(self, scale: int | None = None) -> RenderOrder:
        """Return what is asked for of the engine now.

        Args:
            scale: injection scale; None = the application's own.
        """
        session = self.session
        device = "auto" if session is None else session.render_device
        grow, feather = self.mask_box.choice()
        return RenderOrder(
            self.application,
            scale,
            self._seed,
            grow,
            feather,
            device,
            is_matched=self.settings.is_matched,
        )

    def show_model(self) -> None:
        model = None if self.session is None else self.session.model
        is_usable = model is not None and model.is_usable
        if model is not None and is_usable:
            default = self._default_scale(model)
            self.scale_box.show_scales(len(model.plan.sizes), model.scale_count, default)
        else:
            self.scale_box.show_none()
        self.mask_box.set_rim_enabled(is_usable)
        self.mask_box.setEnabled(self.session is not None)
        self._show_match()
        self._show_mask_defaults()
        self._refresh_pictures()

    def blocker(self) -> str:
        if self.session is None:
            return self.tr("Open a photo first.")
        model = self.session.model
        if model is None or not model.is_usable:
            if self.session.training.is_active:
                return self.tr("Two trained scales are enough; they are on their way.")
            return self.tr("Train the pyramid first (Training panel); two scales are enough.")
        return ""

    def start(self, seed: int) -> None:
        self.start_variations([seed])

    @property
    def has_variations(self) -> bool:
        return True

    def start_variations(self, seeds: Sequence[int]) -> None:
        if self.session is not None:
            grow, feather = self.mask_box.choice()
            first, *more = seeds
            self.session.request_render(
                self.application,
                self.scale_box.value(),
                first,
                grow,
                feather,
                tuple(more),
                self.settings.is_matched,
            )

    @property
    def is_view_shown(self) -> bool:
        """Whether the canvas is to show the document as the model receives it."""
        return self.live_box.eye.isChecked() and not self.blocker() and not self.isHidden()

    def _refresh_pictures(self) -> None:
        self.pictures.refresh()
        self.following.refresh()
        self.view_changed.emit()

    def _live_order(self) -> RenderOrder | None:
        """Return what the live picture is to show; None while there is to be none."""
        if not self.live_box.switch.isChecked() or self.blocker() or self.isHidden():
            return None
        return self.order(self.scale_box.value())

    def _choose_scale(self, scale: int | None) -> None:
        self.choose("scale", scale=scale)

    def _match_switch(self) -> QCheckBox:
        self.match = QCheckBox(self.tr("Match colours and grain"))
        self.match.setToolTip(
            self.tr(
                "Colours go on across the border of the mask and smooth parts take on the photo's "
                "grain; when harmonizing, the object's colours move towards the photo's first"
            )
        )
        self.match.clicked.connect(self._choose_match)
        return self.match

    def _choose_match(self, is_matched: bool) -> None:
        self.choose("is_matched", is_matched=is_matched)

    def _show_match(self) -> None:
        chosen = self.settings.is_matched
        is_default = self.engine is not None and self._is_matched_by_default()
        self.match.setChecked(is_default if chosen is None else chosen)
        self.match.setEnabled(self.session is not None)

    def _is_matched_by_default(self) -> bool:
        from singan_core.applications import APPLICATIONS

        return APPLICATIONS[self.application.value].is_matched

    def _choose_rim(self, grow_px: int, feather_px: int) -> None:
        self.choose("grow_px", grow_px=grow_px, feather_px=feather_px)

    def _show_mask_defaults(self) -> None:
        if self.session is None or self.engine is None:
            return
        document, engine = self.session.document, self.engine
        size = (document.height, document.width)
        self.mask_box.show_defaults(
            max(size), engine.default_grow_px(*size), engine.default_feather_px(*size)
        )

    def _default_scale(self, model: TrainedPyramid) -> int:
        from singan_core.applications import APPLICATIONS

        return int(APPLICATIONS[self.application.value].default_scale(model))
