"""How fast a device trains one pyramid and renders with it: seconds of all that is repeated.

The terms are measured by ``probe.measure_speed``; how often each is done is counted by
``cost.scale_work``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from singan_core.config import TrainConfig
from singan_core.model.networks import PADDING_PX
from singan_core.model.pyramid import PyramidPlan
from singan_core.pixels.resize import Size
from singan_core.training.cost import scale_work

_READ_PX = 2 * PADDING_PX + 4
"""How much more a window reads of the scale below: a generator's margin and bicubic taps."""


class ScaleSpeed(NamedTuple):
    """Seconds at one scale.

    Attributes:
        round_s: of all updates of a round, without gradient penalties and coarser samples.
        penalty_s: of what a gradient penalty adds to an update.
        picture_s: of a pixel that its generator makes while it is trained.
        pass_s: of a pixel that its frozen generator makes, enlarging and noise included.
    """

    round_s: float
    penalty_s: float
    picture_s: float
    pass_s: float


class Speed(NamedTuple):
    """Seconds at every scale of one plan, on one device.

    Attributes:
        scales: coarsest first.
        enlarge_s: of one resize, per pixel of what it makes.
    """

    scales: tuple[ScaleSpeed, ...]
    enlarge_s: float

    def scale_s(
        self, plan: PyramidPlan, config: TrainConfig, scale: int, first_scale: int = 0
    ) -> float:
        """Return the seconds of one scale; samples of coarser ones begin at ``first_scale``."""
        work, speed = scale_work(plan, config, scale), self.scales[scale]
        samples_s = sum(
            count * self.sample_s(plan, scale, size, first_scale) for count, size in work.samples
        )
        updates_s = work.rounds * speed.round_s + work.penalties * speed.penalty_s
        pictures_s = work.trained_px * speed.picture_s + work.frozen_px * speed.pass_s
        return updates_s + samples_s + pictures_s

    def training_s(
        self, plan: PyramidPlan, config: TrainConfig, scales: range | None = None
    ) -> float:
        """Return the seconds of a training; None = of all scales.

        Tuning on an edit draws no samples: what enters at its first scale is given.
        """
        scales = scales or range(plan.scale_count)
        first = scales.start if config.kind == "finetune" else 0
        return sum(self.scale_s(plan, config, scale, first) for scale in scales)

    def sample_s(self, plan: PyramidPlan, scale: int, size: Size, first_scale: int = 0) -> float:
        """Return the seconds of a window of a random sample, as it enters a scale.

        Args:
            plan: of the model.
            scale: that it enters.
            size: (H, W) of the window; at every coarser scale its cone is computed.
            first_scale: where the sample begins.
        """
        seconds = size[0] * size[1] * self.enlarge_s if scale > first_scale else 0.0
        for below in reversed(range(first_scale, scale)):
            size = _read_below(size, plan.sizes[below], plan.sizes[below + 1])
            seconds += self.rendering_s(below, size[0] * size[1])
        return seconds

    def rendering_s(self, scale: int, pixels: int) -> float:
        """Return the seconds that the frozen generator of a scale takes for a number of pixels."""
        return self.scales[scale].pass_s * pixels

    def walk_s(self, plan: PyramidPlan, sizes: Sequence[Size] | None = None) -> float:
        """Return the seconds of one whole random picture; None = at the trained sizes."""
        pixels = (height * width for height, width in sizes or plan.sizes)
        return sum(self.rendering_s(scale, count) for scale, count in enumerate(pixels))

    def slowed(self, ratio: float) -> Speed:
        """Return the speed of a device that takes so many times as long."""
        scales = tuple(ScaleSpeed(*(ratio * value for value in scale)) for scale in self.scales)
        return Speed(scales, ratio * self.enlarge_s)

    def to_list(self) -> list[Any]:
        """Return plain JSON values, the inverse of ``from_list``."""
        return [self.enlarge_s, *(list(scale) for scale in self.scales)]

    @classmethod
    def from_list(cls, values: object) -> Speed | None:
        """Rebuild a speed from ``to_list``; None where that is no speed."""
        if not isinstance(values, list) or len(values) < 2 or not _is_time(values[0]):
            return None
        if not all(_is_scale(scale) for scale in values[1:]):
            return None
        scales = tuple(ScaleSpeed(*map(float, scale)) for scale in values[1:])
        return cls(scales, float(values[0]))


def speed_key(plan: PyramidPlan, config: TrainConfig) -> str:
    """Return what the trainings have in common whose rounds take the same time."""
    finest = plan.scale_count - 1, plan.sizes[-1]
    crops = f"{config.crop_count_at(*finest)}x{config.crop_px}"
    steps = f"{config.critic_steps}+{config.generator_steps}"
    ends = ["x".join(map(str, size)) for size in (plan.sizes[0], plan.sizes[-1])]
    widths = "-".join(map(str, plan.channels))
    parts = [*ends, widths, steps, crops, config.precision]
    if config.is_windowed(*finest):
        parts.append(f"windows {config.whole_size_px}")
    if config.is_noise_padded:
        parts.append("padded")
    return " ".join(parts)


def _read_below(size: Size, below: Size, here: Size) -> Size:
    """Return the size of the window that a window reads of the scale below."""
    height, width = (
        min(whole, math.ceil(side * whole / larger) + _READ_PX)
        for side, whole, larger in zip(size, below, here, strict=True)
    )
    return height, width


def _is_time(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value) and value >= 0


def _is_scale(values: object) -> bool:
    if not isinstance(values, list) or len(values) != len(ScaleSpeed._fields):
        return False
    return all(_is_time(value) for value in values)
