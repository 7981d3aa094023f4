"""What the training of a pair would be: its constants, its scales, and what they cost."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.controls.texts import duration_text, memory_text, size_text
from app.document.wording import translate
from app.panels.generate.pair_box import BY_TRIAL

if TYPE_CHECKING:
    from app.cost_estimates import CostEstimates
    from app.document.render_settings import RenderSettings
    from app.session import Session
    from singan_core.config import TrainConfig
    from singan_core.model.pyramid import PyramidPlan
    from singan_core.model.trained_pair import TrainedPair


@dataclasses.dataclass(frozen=True)
class PairPlan:
    """What would be trained now.

    Attributes:
        config: with the switch scale filled in.
        plans: of both pyramids.
        default: the switch scale unless another is chosen.
        proposed: the one that measured best in trials for this training; None = not tried.
    """

    config: TrainConfig
    plans: tuple[PyramidPlan, PyramidPlan]
    default: int
    proposed: int | None = None

    @property
    def scale_count(self) -> int:
        """Scales of both."""
        return self.plans[0].scale_count

    def with_choice(self, switch_scale: int | None) -> PairPlan:
        """Return it with the switch scale that was chosen, as far as there is such a scale."""
        scale = self.proposed if switch_scale == BY_TRIAL else switch_scale
        if scale is None:
            return self
        scale = min(scale, self.scale_count)
        return dataclasses.replace(self, config=self.config.changed(residual_scales=scale))

    def is_other(self, pair: TrainedPair, settings: RenderSettings) -> bool:
        """Whether a pair was trained with other choices than those made now."""
        known = pair.config
        is_preset_other = settings.kind_preset not in ("", known.preset)
        wanted = self.config.residual_scales
        is_switch_other = settings.switch_scale is not None and wanted != known.residual_scales
        return is_preset_other or is_switch_other

    def cost_text(self, costs: CostEstimates | None) -> str:
        """Return what the training takes, as far as that is known."""
        text = QCoreApplication.translate(
            "PairPlan", "Trains %n scales of both", "", self.scale_count
        )
        sizes = " + ".join(size_text(each.sizes[-1][1], each.sizes[-1][0]) for each in self.plans)
        if costs is None:
            return translate("PairPlan", "{trains}, {sizes}.").format(trains=text, sizes=sizes)
        cost = costs.pair_training(self.plans, self.config, "auto")
        time = translate("PairPlan", "measuring the speed …")
        if cost.seconds is not None:
            words = translate("PairPlan", "about {time}")
            time = words.format(time=duration_text(cost.seconds))
        words = translate("PairPlan", "{trains}, {sizes}: {time}, {memory}.")
        memory = memory_text(cost.byte_count)
        return words.format(trains=text, sizes=sizes, time=time, memory=memory)


def planned_pair(session: Session, preset: str) -> PairPlan | None:
    """Return the training of a document's pair, without a choice of the switch scale.

    Args:
        session: the document.
        preset: how thoroughly it is trained.

    Returns:
        None where there is no second picture.

    Raises:
        EngineError: a picture is too small or too elongated.
    """
    # not at the top: this brings in torch, and the window comes first
    from singan_core.applications.structural_analogy.presets import (
        begun_config,
        pair_plans,
        pair_preset,
    )

    second = session.pair.second
    if second is None:
        return None
    height, width = session.photo.shape[:2]
    if not session.has_photo:
        height, width = session.document.height, session.document.width
    config = pair_preset(preset)
    plans = pair_plans((height, width), (second.photo.shape[0], second.photo.shape[1]), config)
    begun = begun_config(config, plans[0].scale_count)
    is_tried = second.trials.scale_count == plans[0].scale_count
    proposed = second.trials.proposed if is_tried else None
    return PairPlan(begun, plans, begun.residual_scales or plans[0].scale_count, proposed)
