"""What a training would take, told by a probe of about a second, without training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.terminal.console import duration
from singan_core.applications.structural_analogy.pair_cost import (
    pair_scale_s,
    pair_training_bytes,
)
from singan_core.applications.structural_analogy.presets import begun_config, pair_plans
from singan_core.config import TrainConfig
from singan_core.device import describe_device, pick_device
from singan_core.model.pyramid import PyramidPlan, plan_pyramid
from singan_core.pixels.resize import Size
from singan_core.training.cost import training_bytes
from singan_core.training.probe import measure_speed
from singan_core.training.speed import Speed

if TYPE_CHECKING:
    import torch


def measured(plan: PyramidPlan, config: TrainConfig, device: torch.device) -> Speed:
    """Return the speed of a device, measured in about a second."""
    speed = None
    for each in measure_speed(plan, config, device):
        speed = each
    assert speed is not None, "a measurement ends with its result"
    return speed


def estimate(
    height: int, width: int, config: TrainConfig, device_name: str
) -> tuple[list[str], dict[str, Any]]:
    """Measure the device and tell size, time and memory of a training, scale by scale.

    Args:
        height: of the photo, in px.
        width: of the photo, in px.
        config: of the training.
        device_name: where it would run.

    Returns:
        Lines for people, and values for programs.

    Raises:
        EngineError: there is no such device, or the photo cannot carry a pyramid.
    """
    device = pick_device(device_name)
    plan = plan_pyramid(height, width, config)
    speed = measured(plan, config, device)
    seconds = [speed.scale_s(plan, config, scale) for scale in range(plan.scale_count)]
    values = _values((plan,), config, device, seconds)
    values["memory_bytes"] = training_bytes(plan, config)
    return _lines(values), values


def estimate_pair(
    sizes: tuple[Size, Size], config: TrainConfig, device_name: str
) -> tuple[list[str], dict[str, Any]]:
    """Measure the device and tell what it takes to train two photos together, scale by scale.

    Args:
        sizes: (H, W) of both photos.
        config: of the training, its switch scale left open or not.
        device_name: where it would run.

    Returns:
        Lines for people, and values for programs.

    Raises:
        EngineError: there is no such device or switch scale, or a photo cannot carry a pyramid.
    """
    device, plans = pick_device(device_name), pair_plans(*sizes, config)
    config = begun_config(config, plans[0].scale_count)
    first = measured(plans[0], config, device)
    speeds = first, first if plans[0] == plans[1] else measured(plans[1], config, device)
    scales = range(plans[0].scale_count)
    seconds = [pair_scale_s(speeds, plans, config, scale) for scale in scales]
    values = _values(plans, config, device, seconds)
    values["switch_scale"] = config.residual_scales
    values["memory_bytes"] = pair_training_bytes(plans, config)
    return _lines(values), values


def _values(
    plans: Sequence[PyramidPlan],
    config: TrainConfig,
    device: torch.device,
    seconds: Sequence[float],
) -> dict[str, Any]:
    """Return what the training of one photo or two is, and the seconds of every scale."""
    count, channels = plans[0].scale_count, plans[0].channels
    scales = [
        {
            **_sizes(plans, scale),
            "channels": channels[scale],
            "rounds": config.iterations_at(scale, count),
            "seconds": round(seconds[scale], 2),
        }
        for scale in range(count)
    ]
    return {
        "status": "estimated",
        "preset": config.preset,
        "device": str(device),
        "device_name": describe_device(device),
        **_sizes(plans, -1),
        "scales": scales,
        "seconds": round(sum(seconds), 1),
    }


def _sizes(plans: Sequence[PyramidPlan], scale: int) -> dict[str, list[int]]:
    names = ("size", "size_b")
    return {name: list(plan.sizes[scale]) for name, plan in zip(names, plans, strict=False)}


def _lines(values: dict[str, Any]) -> list[str]:
    lines = [
        f"{values['preset']}, {_sizes_text(values)} on {values['device_name']}: about "
        f"{duration(values['seconds'])} and {values['memory_bytes'] / 1e9:.1f} GB of memory."
    ]
    for number, scale in enumerate(values["scales"]):
        size = _sizes_text(scale)
        rounds = f"{scale['rounds']} round{'' if scale['rounds'] == 1 else 's'}"
        work = f"{rounds} of {scale['channels']} channels"
        lines.append(f"Scale {number}: {size}, {work}, {duration(scale['seconds'])}")
    return lines


def _sizes_text(values: dict[str, Any]) -> str:
    """Return the size of a photo, or those of both, as width x height."""
    texts = [f"{values[key][1]} x {values[key][0]}" for key in ("size", "size_b") if key in values]
    return f"{' and '.join(texts)} px"
