"""What a training would take, told by a probe of about a second, without training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.terminal.console import duration
from singan_core.config import TrainConfig
from singan_core.device import describe_device, pick_device
from singan_core.model.pyramid import PyramidPlan, plan_pyramid
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
    memory = training_bytes(plan, config)
    scales = [
        {
            "size": list(size),
            "channels": plan.channels[scale],
            "rounds": config.iterations_at(scale, plan.scale_count),
            "seconds": round(seconds[scale], 2),
        }
        for scale, size in enumerate(plan.sizes)
    ]
    values = {
        "status": "estimated",
        "preset": config.preset,
        "device": str(device),
        "device_name": describe_device(device),
        "size": list(plan.sizes[-1]),
        "scales": scales,
        "seconds": round(sum(seconds), 1),
        "memory_bytes": memory,
    }
    return _lines(values), values


def _lines(values: dict[str, Any]) -> list[str]:
    height, width = values["size"]
    lines = [
        f"{values['preset']}, {width} x {height} px on {values['device_name']}: about "
        f"{duration(values['seconds'])} and {values['memory_bytes'] / 1e9:.1f} GB of memory."
    ]
    for number, scale in enumerate(values["scales"]):
        size = f"{scale['size'][1]} x {scale['size'][0]} px"
        rounds = f"{scale['rounds']} round{'' if scale['rounds'] == 1 else 's'}"
        work = f"{rounds} of {scale['channels']} channels"
        lines.append(f"Scale {number}: {size}, {work}, {duration(scale['seconds'])}")
    return lines
