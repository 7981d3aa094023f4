"""Generate menu: training and rendering through their panels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.panels.generate import GeneratePanel
from app.panels.training_panel import TrainingPanel

if TYPE_CHECKING:
    from app.actions.registry import ActionRegistry

RESULT_MENU = (
    "generate.apply",
    "generate.discard",
    "generate.star",
    "generate.copy_settings",
    "generate.render_again",
    "generate.hide",
    "generate.starred_only",
    "generate.discard_unstarred",
)
"""The context menu of a result."""


class GenerateActions:
    """Handlers that do what the buttons of the two panels do."""

    def __init__(self, training: TrainingPanel, generate: GeneratePanel) -> None:
        self._training = training
        self._generate = generate

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        training, generate = self._training, self._generate
        results = generate.results
        return {
            "generate.train": training.train,
            "generate.pause": training.pause,
            "generate.resume": training.resume,
            "generate.stop": training.cancel,
            "generate.render": generate.render_edit,
            "generate.cancel": generate.cancel,
            "generate.live": generate.injection.live_box.switch.toggle,
            "generate.end_live": generate.injection.live_box.switch.toggle,
            "generate.model_view": generate.injection.live_box.eye.toggle,
            "generate.apply": results.apply,
            "generate.hide": results.put_away,
            "generate.discard": results.discard,
            "generate.star": results.star,
            "generate.copy_settings": results.copy_settings,
            "generate.render_again": results.render_again,
            "generate.starred_only": results.list_starred_only,
            "generate.discard_unstarred": results.discard_unstarred,
            "generate.next": partial(results.step, 1),
            "generate.previous": partial(results.step, -1),
            **{
                f"generate.{application.value}": partial(generate.choose_application, application)
                for application in generate.applications
            },
            **{f"injection.{k}": partial(generate.choose_scale, k) for k in range(1, 10)},
        }

    def show_switches(self, registry: ActionRegistry) -> None:
        """Check what is on."""
        session, results = self._generate.session, self._generate.results
        shown = None if session is None else session.preview
        live_box = self._generate.injection.live_box
        registry.check("generate.live", live_box.switch.isChecked())
        registry.check("generate.model_view", live_box.eye.isChecked())
        registry.check("generate.star", shown is not None and shown.is_starred)
        registry.check("generate.starred_only", results.is_starred_only)
