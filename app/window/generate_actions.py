"""Generate menu: training and rendering through their panels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.panels.generate import GeneratePanel
from app.panels.training_panel import TrainingPanel


class GenerateActions:
    """Handlers that do what the buttons of the two panels do."""

    def __init__(self, training: TrainingPanel, generate: GeneratePanel) -> None:
        self._training = training
        self._generate = generate

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return every handler by action id."""
        training, generate = self._training, self._generate
        return {
            "generate.train": training.train,
            "generate.pause": training.pause,
            "generate.resume": training.resume,
            "generate.stop": training.cancel,
            "generate.render": generate.render_edit,
            "generate.cancel": generate.cancel,
            "generate.apply": generate.apply,
            "generate.hide": generate.hide_result,
            "generate.discard": generate.discard,
            "generate.next": partial(generate.step_result, 1),
            "generate.previous": partial(generate.step_result, -1),
            **{
                f"generate.{application.value}": partial(generate.choose_application, application)
                for application in generate.applications
            },
            **{f"injection.{k}": partial(generate.choose_scale, k) for k in range(1, 10)},
        }
