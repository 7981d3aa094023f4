"""The page of edit, harmonize and paint to image: injection scale and mask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.document.render_settings import RenderSettings
from app.jobs.recipe import Application
from app.panels.generate.application_page import ApplicationPage
from app.panels.generate.derived_box import (
    DerivedBox,
    derived_training,
    training_cost,
    training_text,
)
from app.panels.generate.kind_training_box import training_work
from app.panels.generate.live_box import LiveBox
from app.panels.generate.live_following import LiveFollowing
from app.panels.generate.mask_box import MaskBox
from app.panels.generate.match_switch import MatchSwitch
from app.panels.generate.patch_box import PatchBox
from app.panels.generate.scale_box import ScaleBox
from app.panels.generate.scale_strip import StripPictures
from app.session.render_orders import RenderOrder
from app.session.results import RenderStatus

if TYPE_CHECKING:
    from app.session import Session
    from singan_core.model.trained import TrainedPyramid


class InjectionPage(ApplicationPage):
    """Where the edit enters the pyramid, and where the result may differ.

    Attributes:
        scale_box: the strip of injection scales.
        mask_box: where the result may differ.
        match: whether the result goes along with its surroundings.
        derived_box: paint colours, and tuning on one edit.
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
        self.match = MatchSwitch()
        self.match.clicked.connect(self._choose_match)
        self.column.addWidget(self.match)
        self.patches = PatchBox()
        self.patches.chosen.connect(self._choose_patches)
        self.column.addWidget(self.patches)
        self.derived_box = DerivedBox()
        self.derived_box.colours_chosen.connect(self._choose_colours)
        self.derived_box.tuning_wanted.connect(self._tune)
        self.column.addWidget(self.derived_box)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_derived()

    @property
    def application(self) -> Application:
        """The injecting application that was chosen last."""
        return self._application

    @property
    def is_quantized(self) -> bool:
        """Whether a paint is to take the photo's own colours."""
        return self.settings.is_quantized and self.application is Application.PAINT

    @property
    def button_text(self) -> str:
        if self.is_quantized and not self._blocker_of_model() and self._model() is None:
            return self.tr("Train and render")
        return super().button_text

    @property
    def work(self) -> RenderStatus:
        making, training = super().work, derived_training(self.session)
        return making if making.is_busy or training is None else training_work(training[1])

    def cancel(self) -> None:
        training = derived_training(self.session)
        if self.session is None or training is None or super().work.is_busy:
            super().cancel()
        else:
            self.session.cancel_kind(training[0])

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
        self._show_derived()
        self._refresh_pictures()

    def show_seed(self, seed: int) -> None:
        """Use another seed for the pictures of the strip."""
        self._seed = seed
        self._refresh_pictures()

    def order(self, scale: int | None = None) -> RenderOrder:
        """Return what is asked for of the engine now.

        Args:
            scale: injection scale; None = the application's own, or of what was trained for one
                scale the one chosen.
        """
        session = self.session
        if self.is_quantized and scale is None:
            scale = self.scale_box.value()
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
            is_quantized=self.is_quantized,
            patch_scales=self.settings.patch_scales,
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
        self._show_derived()
        self._show_mask_defaults()
        self._refresh_pictures()

    def blocker(self) -> str:
        blocker = self._blocker_of_model()
        if blocker or self.session is None:
            return blocker
        training = derived_training(self.session)
        return "" if training is None else training_text(*training)

    def _blocker_of_model(self) -> str:
        """Return why the model cannot make what was chosen, if it cannot."""
        if self.session is None:
            return self.tr("Open a photo first.")
        model = self.session.model
        if model is None or not model.is_usable:
            if self.session.training.is_active:
                return self.tr("Two trained scales are enough; they are on their way.")
            return self.tr("Train the pyramid first (Training panel); two scales are enough.")
        if self.is_quantized and not model.is_complete:
            return self.tr("Matching paint colours takes a finished model: train all scales first.")
        return ""

    def _model(self) -> TrainedPyramid | None:
        """Return the model that renders what was chosen; None while it is not there."""
        return None if self.session is None else self.session.model_of(self.order())

    def _is_model_there(self) -> bool:
        return not self._blocker_of_model() and self._model() is not None

    def start(self, seed: int) -> None:
        self.start_variations([seed])

    @property
    def has_variations(self) -> bool:
        return True

    def start_variations(self, seeds: Sequence[int]) -> None:
        if self.session is not None:
            grow, feather = self.mask_box.choice()
            first, *more = seeds
            scale = self.scale_box.value()
            render = partial(
                self.session.request_render,
                self.application,
                scale,
                first,
                grow,
                feather,
                tuple(more),
                self.settings.is_matched,
                self.is_quantized,
                self.settings.patch_scales,
            )
            if self._model() is None:
                self.session.train_colours(scale, render)
            else:
                render()

    @property
    def is_view_shown(self) -> bool:
        """Whether the canvas is to show the document as the model receives it."""
        is_wanted = self.live_box.eye.isChecked() and not self.isHidden()
        return is_wanted and self._is_model_there()

    def _refresh_pictures(self) -> None:
        self.pictures.refresh()
        self.following.refresh()
        self.view_changed.emit()

    def _live_order(self) -> RenderOrder | None:
        """Return what the live picture is to show; None while there is to be none."""
        is_wanted = self.live_box.switch.isChecked() and not self.isHidden()
        if not is_wanted or not self._is_model_there():
            return None
        return self.order(self.scale_box.value())

    def _choose_scale(self, scale: int | None) -> None:
        self.choose("scale", scale=scale)

    def _choose_match(self, is_matched: bool) -> None:
        self.choose("is_matched", is_matched=is_matched)

    def _choose_patches(self, patch_scales: int | None) -> None:
        self.choose("patch_scales", patch_scales=patch_scales)

    def _show_match(self) -> None:
        self.match.show_choice(self.settings.is_matched, self.application)
        self.match.setEnabled(self.session is not None)
        self.patches.show_choice(self.settings.patch_scales)
        self.patches.setEnabled(self.session is not None)

    def _choose_colours(self, is_quantized: bool) -> None:
        self.choose("is_quantized", is_quantized=is_quantized)

    def _tune(self) -> None:
        if self.session is not None:
            self.session.request_tuned(self.order(self.scale_box.value()))

    def _show_derived(self) -> None:
        is_paint, box = self.application is Application.PAINT, self.derived_box
        box.show_choice(is_paint, self.settings.is_quantized)
        training = derived_training(self.session)
        box.colours.setEnabled(self.session is not None)
        box.tune.setEnabled(training is None and self._is_tunable() and not self.blocker())
        box.show_cost("" if training else self._derived_cost(), is_paint)

    def _is_tunable(self) -> bool:
        model = None if self.session is None else self.session.model
        return model is not None and model.is_complete

    def _derived_cost(self) -> str:
        """Return what training the derived model takes; empty where there is nothing to train."""
        # asking for the time begins to measure it: only for someone who looks
        if self.session is None or self.costs is None or not self.isVisible():
            return ""
        model, is_paint = self.session.model, self.application is Application.PAINT
        is_wanted = self._is_tunable() and (not is_paint or self._is_colour_training_needed())
        if model is None or not is_wanted or self.engine is None:
            return ""
        return training_cost(
            self.costs, model, "quantized" if is_paint else "finetune", self.scale_box.value()
        )

    def _is_colour_training_needed(self) -> bool:
        return self.is_quantized and self._model() is None

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
