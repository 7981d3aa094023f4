"""The page of structural analogies: two pictures, their training, and where they are exchanged."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.controls.scale_strip import StripWords
from app.document.render_settings import RenderSettings
from app.document.wording import sentence_of_error
from app.panels.generate.application_page import ApplicationPage
from app.panels.generate.clip_box import ClipBox
from app.panels.generate.pair_box import BY_TRIAL, PairBox
from app.panels.generate.pair_plan import PairPlan, planned_pair
from app.panels.generate.scale_box import ScaleBox, ScaleWords
from app.panels.generate.slot_row import SlotRow
from app.panels.generate.translation_box import TranslationBox
from app.panels.generate.translation_strip import TranslationPictures
from app.session.analogy_orders import AnalogyOrder
from app.session.results import RenderStatus
from singan_core.errors import EngineError

if TYPE_CHECKING:
    from app.session import Session
    from singan_core.model.trained import TrainedPyramid
    from singan_core.model.trained_pair import Direction, TrainedPair

Step = Literal["try", "resume", "train", "translate"]


class AnalogyPage(ApplicationPage):
    """Makes a picture with the structure of one photo and the appearance of another.

    Attributes:
        slots: the two pictures.
        pair_box: their training.
        scale_box: the translations of all scales.
        translation_box: how else they are made.
        clip_box: the translation of a clip.

    Signals:
        second_dropped(object): a file's ``Path`` or a ``QImage`` shall be the second picture.
    """

    second_dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 0
        self._problem = ""
        self.slots, self.pair_box = SlotRow(), PairBox()
        self.scale_box = ScaleBox(words=self._scale_words(), first=0)
        self.translation_box, self.clip_box = TranslationBox(), ClipBox()
        self.pictures = TranslationPictures(self.scale_box, self._strip_order)
        self._connect()
        parts = (self.scale_box, self.translation_box, self.clip_box)
        for widget in (self.slots, self.pair_box, *parts):
            self.column.addWidget(widget)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.session is not None:
            self.session.pair.look_for_own_model()
        self.show_model()

    # ---- what the panel asks

    @property
    def button_text(self) -> str:
        return {
            "try": self.tr("Try switch scales"),
            "resume": self.tr("Resume training"),
            "train": self.tr("Train the pair"),
            "translate": self.tr("Translate"),
        }[self.step]

    @property
    def has_seed(self) -> bool:
        pair = self._pair()
        if pair is None or self.step != "translate":
            return False
        settings = self.settings
        is_drawn = settings.analogy_inject is not None or settings.analogy_refine is not None
        # the last scale adds no noise of its own: every seed gives the same picture
        return is_drawn or self.scale_box.value() < pair.scale_count - 1

    @property
    def has_variations(self) -> bool:
        return self.has_seed

    @property
    def work(self) -> RenderStatus:
        second = None if self.session is None else self.session.pair.second
        is_tried = second is not None and second.trials.status.is_busy
        return second.trials.status if second is not None and is_tried else super().work

    def cancel(self) -> None:
        second = None if self.session is None else self.session.pair.second
        if second is not None and second.trials.status.is_busy:
            second.trials.cancel()
        else:
            super().cancel()

    @property
    def step(self) -> Step:
        """What the panel's main button does now."""
        session = self.session
        if session is None or self._pair() is not None:
            return "translate" if session is not None else "train"
        if session.pair.status.can_resume:
            return "resume"
        plan = self._plan()
        is_by_trial = plan is not None and self.settings.switch_scale == BY_TRIAL
        return "try" if is_by_trial and plan is not None and plan.proposed is None else "train"

    def blocker(self) -> str:
        session = self.session
        if session is None:
            return self.tr("Open a photo first.")
        second = session.pair.second
        if second is None:
            return self.tr("Give the second picture: drop a file on the empty slot, or click it.")
        if self._pair() is not None:
            return ""
        if second.trials.status.is_busy:
            return self.tr("Several switch scales are tried; every picture comes as it is ready.")
        if session.pair.status.is_active:
            return self.tr("Two trained scales are enough; they are on their way.")
        return self._problem

    def start(self, seed: int) -> None:
        self.start_variations([seed])

    def start_variations(self, seeds: Sequence[int]) -> None:
        session, step, plan = self.session, self.step, self._plan()
        if session is None:
            return
        if step == "translate":
            first, *more = seeds
            order = dataclasses.replace(
                self._order(), scale=self.scale_box.value(), seed=first, more_seeds=tuple(more)
            )
            session.request_translation(order)
        elif step == "resume":
            session.resume_pair()
        elif plan is not None and step == "try":
            session.try_switch_scales(plan.config, plan.scale_count)
        elif plan is not None:
            session.train_pair(plan.config, session.training_device)

    # ---- showing

    def show_session(self, session: Session | None, settings: RenderSettings) -> None:
        # between two documents no choice of one is taken for the other's
        self.pictures.show_session(None)
        super().show_session(session, settings)
        self.pictures.show_session(session)

    def show_settings(self, settings: RenderSettings) -> None:
        super().show_settings(settings)
        self.scale_box.show_choice(settings.analogy_scale)
        self.show_model()

    def show_seed(self, seed: int) -> None:
        """Use another seed for the pictures of the strip."""
        self._seed = seed
        self.pictures.refresh()

    def show_model(self) -> None:
        settings, session, pair = self.settings, self.session, self._pair()
        self.slots.show_session(
            session,
            is_reversed=settings.is_analogy_reversed,
            is_of_document=settings.is_analogy_of_document,
        )
        self._show_pair_box()
        self._place_pair_box()
        for widget in (self.scale_box, self.translation_box, self.clip_box):
            widget.setVisible(pair is not None)
        self.clip_box.show_clip(None if session is None else session.clip)
        if pair is not None:
            from singan_core.applications.structural_analogy.translation import default_scale

            planned = pair.a.plan.scale_count
            default = default_scale(pair, has_patches=settings.patch_scales != 0)
            self.scale_box.show_scales(planned, pair.scale_count, default)
            self.translation_box.show_settings(settings)
            scale, refiner = self.scale_box.value(), self._refiner()
            refining = None if refiner is None else refiner.scale_count
            self.translation_box.show_scales(settings, scale, pair.scale_count, refining)
        self.pictures.refresh()

    def _place_pair_box(self) -> None:
        """Put what is used above what is left to train; a training under way is seen with it."""
        is_active = self.session is not None and self.session.pair.status.is_active
        self.column.removeWidget(self.pair_box)
        place = self.column.indexOf(self.scale_box)
        if self._pair() is not None:
            place = place + 1 if is_active else self.column.count()
        self.column.insertWidget(place, self.pair_box)

    def _show_pair_box(self) -> None:
        session = self.session
        second = None if session is None else session.pair.second
        self.pair_box.setVisible(second is not None)
        if session is None or second is None:
            return
        plan, pair = self._plan(), self._pair()
        self.pair_box.show_plan(plan.scale_count if plan else 0, plan.default if plan else None)
        self.pair_box.show_choice(self.settings.kind_preset, self.settings.switch_scale)
        trials = second.trials
        is_fitting = plan is not None and trials.scale_count == plan.scale_count
        is_fitting = is_fitting and not session.pair.status.is_active
        used = plan.config.residual_scales if plan else None
        is_a2b = not self.settings.is_analogy_reversed
        is_there = pair is not None
        self.pair_box.show_trials(trials if is_fitting else None, used, is_a2b)
        self.pair_box.show_cost(self._cost_text(plan, pair))
        self.pair_box.show_training(session.pair.status, is_there, self._is_other(plan, pair))

    # ---- what is trained

    def _pair(self) -> TrainedPair | None:
        """Return the pair that can translate."""
        pair = None if self.session is None else self.session.pair.pair
        return pair if pair is not None and pair.is_usable else None

    def _plan(self) -> PairPlan | None:
        """Return the training as chosen; None = there can be none."""
        session, self._problem = self.session, ""
        if session is None:
            return None
        preset = self.pair_box.preset_box.base(session.train_config).preset
        try:
            plan = planned_pair(session, preset)
        except EngineError as error:
            self._problem = sentence_of_error(error)
            return None
        return None if plan is None else plan.with_choice(self.settings.switch_scale)

    def _is_other(self, plan: PairPlan | None, pair: TrainedPair | None) -> bool:
        """Whether the pair was trained with other choices than those made now."""
        session = self.session
        if plan is None or pair is None or session is None or session.pair.second is None:
            return False
        is_clip_other = session.pair.clip != session.pair.second.clip
        return is_clip_other or plan.is_other(pair, self.settings)

    def _cost_text(self, plan: PairPlan | None, pair: TrainedPair | None) -> str:
        # asking for the time begins to measure it: only for someone who looks
        if plan is None or not self.isVisible():
            return ""
        if pair is not None and not self._is_other(plan, pair):
            return "" if pair.is_complete else self.tr("The pair is not trained to the end.")
        return plan.cost_text(self.costs)

    # ---- choices

    def _order(self) -> AnalogyOrder:
        settings, session = self.settings, self.session
        is_own = settings.is_refined_by_own and self._refiner() is not None
        last = -1 if session is None or session.pair.pair is None else self._last_refining(is_own)
        inject, refine = settings.analogy_inject, settings.analogy_refine
        return AnalogyOrder(
            direction="b2a" if settings.is_analogy_reversed else "a2b",
            inject=None if inject is None else min(inject, self.scale_box.value()),
            refine=None if refine is None or last < 1 else min(refine, last),
            patch_scales=settings.patch_scales,
            structure=settings.structure,
            is_document=settings.is_analogy_of_document,
            is_refined_by_own=is_own,
            device="auto" if session is None else session.render_device,
        )

    def clip_order(self) -> AnalogyOrder:
        """Return what a clip is translated with."""
        return dataclasses.replace(self._order(), scale=self.scale_box.value())

    def _stop_clip(self) -> None:
        if self.session is not None:
            self.session.clip.cancel()

    def _strip_order(self) -> AnalogyOrder:
        return dataclasses.replace(
            self._order(), inject=self.settings.analogy_inject, seed=self._seed
        )

    def _last_refining(self, is_own: bool) -> int:
        """Return the finest scale that a result can be injected at once more."""
        model = self._refiner() if is_own else self._pair()
        return 0 if model is None else model.scale_count - 1

    def _refiner(self) -> TrainedPyramid | None:
        """Return the own model of the picture that gives the appearance, where one is at hand."""
        direction: Direction = "b2a" if self.settings.is_analogy_reversed else "a2b"
        return None if self.session is None else self.session.refiner(direction)

    def _connect(self) -> None:
        slots, box = self.slots, self.pair_box
        slots.swapped.connect(self._swap)
        slots.source_chosen.connect(
            lambda is_on: self.choose("is_analogy_of_document", is_analogy_of_document=is_on)
        )
        slots.second.dropped.connect(self.second_dropped)
        box.preset_chosen.connect(lambda name: self.choose("kind_preset", kind_preset=name))
        box.switch_chosen.connect(lambda scale: self.choose("switch_scale", switch_scale=scale))
        box.train_wanted.connect(self._train_again)
        box.resume_wanted.connect(self._resume)
        box.pause_wanted.connect(self._pause)
        box.stop_wanted.connect(self._stop)
        self.scale_box.chosen.connect(
            lambda scale: self.choose("analogy_scale", analogy_scale=scale)
        )
        self.translation_box.chosen.connect(
            lambda field, value: self.choose(field, **{field: value})
        )
        self.clip_box.stop_wanted.connect(self._stop_clip)

    def _swap(self) -> None:
        is_reversed = not self.settings.is_analogy_reversed
        self.choose("is_analogy_reversed", is_analogy_reversed=is_reversed)

    def _train_again(self) -> None:
        plan = self._plan()
        if self.session is not None and plan is not None:
            self.session.train_pair(plan.config, self.session.training_device)

    def _resume(self) -> None:
        if self.session is not None:
            self.session.resume_pair()

    def _pause(self) -> None:
        if self.session is not None and self.session.pair.second is not None:
            self.session.pair.second.training.pause()

    def _stop(self) -> None:
        if self.session is not None:
            self.session.pair.cancel()

    # ---- words

    def _scale_words(self) -> ScaleWords:
        return ScaleWords(
            self.tr("Exchange at scale {scale}"),
            self.tr("Exchange at scale {scale} (default)"),
            self.tr("Finer scales are not trained yet; the results are smaller meanwhile"),
            self.tr("Back to the default scale"),
            StripWords(
                self.tr("Exchange scale"),
                (self.tr("form and look"), self.tr("texture alone")),
                self.tr("Scale {scale}: click to take over the appearance here"),
                self.tr("Scale {scale}, the default: click to take over the appearance here"),
                self.tr("Scale {scale} is not trained yet"),
                self.tr("A first look: its patches are on their way"),
            ),
        )
