"""What the window wants to know of the engine; reading it loads torch, so a thread does it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from singan_core.config import TrainConfig
    from singan_core.model.pyramid import PyramidPlan


@dataclass(frozen=True)
class EngineFacts:
    """Facts of this machine's engine.

    Attributes:
        devices: name and wording of every device, the best first.
        plan: ``plan_pyramid(height, width, config)``.
        default_grow_px, default_feather_px: defaults for an image of (height, width).
        memory_bytes: of the machine; None = not known.
    """

    devices: tuple[tuple[str, str], ...]
    plan: Callable[[int, int, TrainConfig], PyramidPlan]
    default_grow_px: Callable[[int, int], int]
    default_feather_px: Callable[[int, int], int]
    memory_bytes: int | None


def load_engine_facts() -> EngineFacts:
    """Load the engine (over a second, the first time) and return its facts."""
    from singan_core import device
    from singan_core.model import pyramid
    from singan_core.pixels import mask

    names = device.available_devices()
    return EngineFacts(
        tuple((name, device.describe_device(device.pick_device(name))) for name in names),
        pyramid.plan_pyramid,
        mask.default_grow_px,
        mask.default_feather_px,
        _memory_bytes(),
    )


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None  # Windows
