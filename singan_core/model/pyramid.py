"""How many scales a photo gets, how large they are, and the photo at each of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError, PhotoError
from singan_core.pixels.resize import Size, resize


@dataclass(frozen=True, slots=True)
class PyramidPlan:
    """Sizes and widths of all scales.

    Attributes:
        sizes: (H, W) per scale, coarsest first.
        factor: ratio r between neighbouring scales.
        channels: width of the hidden layers per scale.
    """

    sizes: tuple[Size, ...]
    factor: float
    channels: tuple[int, ...]

    @property
    def scale_count(self) -> int:
        """Number of scales."""
        return len(self.sizes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, the inverse of ``from_dict``."""
        return {
            "sizes": [list(size) for size in self.sizes],
            "factor": self.factor,
            "channels": list(self.channels),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> PyramidPlan:
        """Rebuild a plan from ``to_dict``.

        Raises:
            CheckpointError: when entries are missing or contradict each other.
        """
        try:
            sizes = tuple((int(height), int(width)) for height, width in values["sizes"])
            channels = tuple(int(count) for count in values["channels"])
            plan = cls(sizes, float(values["factor"]), channels)
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError("The description of the pyramid is damaged.") from error
        if not sizes or len(sizes) != len(channels) or min(min(size) for size in sizes) < 1:
            raise CheckpointError("The description of the pyramid contradicts itself.")
        return plan


def finest_size(height: int, width: int, config: TrainConfig) -> Size:
    """Return (H, W) of the finest scale: the photo, its long side at most ``max_size_px``.

    A larger photo is reduced, but for super-resolution cut (``trained_part``): there the finest
    scale must see the pixels as they are.
    """
    if config.kind == "sr":
        return min(height, config.max_size_px), min(width, config.max_size_px)
    ratio = min(1.0, config.max_size_px / max(height, width))
    return max(1, round(height * ratio)), max(1, round(width * ratio))


def plan_pyramid(height: int, width: int, config: TrainConfig) -> PyramidPlan:
    """Plan the scales of a photo (section 2.1 and supplement A of the paper).

    N is the integer >= 1 that brings r = (S / min_size)^(1/N) closest to the wanted factor,
    S being the short side of the finest scale; ``is_authors_scale_count`` uses the count of
    the authors' released code instead, one or two scales more. For super-resolution r is exactly
    the wanted factor and the coarsest short side lies between ``min_size_px`` and r times that.

    Args:
        height: photo height in px.
        width: photo width in px.
        config: constants of the run.

    Returns:
        Sizes ``round(size_N / r^(N - n))``, exact at both ends, and channels.

    Raises:
        PhotoError: a side below ``min_size_px``, or so elongated that the short side would
            be at the finest scale.
    """
    smallest = config.min_size_px
    if min(height, width) < smallest:
        raise PhotoError(
            "The photo is {width} x {height} px; "
            "training needs at least {smallest} px on each side.",
            width=width,
            height=height,
            smallest=smallest,
        )
    finest = finest_size(height, width, config)
    short = min(finest)
    if short < smallest:
        raise PhotoError(
            "The photo is too elongated: at {long} px on its long side only {short} px "
            "remain on the short one, and {smallest} are needed; train it larger or crop it.",
            long=max(finest),
            short=short,
            smallest=smallest,
        )
    steps = _step_count((height, width), short, config)
    factor = config.scale_factor if config.kind == "sr" else _factor(short, steps, config)
    sizes = tuple(
        _scaled(finest, factor ** (steps - scale), smallest) for scale in range(steps + 1)
    )
    return PyramidPlan(sizes, factor, _channels(steps + 1, config))


def scaled_sizes(plan: PyramidPlan, size: Size) -> tuple[Size, ...]:
    """Return the sizes of all scales for another finest size (any aspect ratio).

    Every axis keeps its own ratio to the trained one: size_n = round(size * size_n / size_N).
    """
    full_height, full_width = plan.sizes[-1]
    return tuple(
        (max(1, round(size[0] * height / full_height)), max(1, round(size[1] * width / full_width)))
        for height, width in plan.sizes
    )


def build_pyramid(photo: torch.Tensor, sizes: Sequence[Size]) -> list[torch.Tensor]:
    """Reduce a photo to every size, each directly from the original.

    Args:
        photo: (B, 3, H, W) float in [-1, 1].
        sizes: (H, W) per scale.

    Returns:
        One (B, 3, h, w) tensor in [-1, 1] per size.
    """
    return [resize(photo, size).clamp(-1.0, 1.0) for size in sizes]


def trained_part(photo: torch.Tensor, size: Size) -> torch.Tensor:
    """Cut the part of a photo that has the most detail: the greatest sum of gradients.

    Args:
        photo: (1, 3, H, W) float in [-1, 1].
        size: (h, w) of the part, at most (H, W).

    Returns:
        (1, 3, h, w); all of the photo where it is not larger.
    """
    height, width = size
    if size == tuple(photo.shape[-2:]):
        return photo
    light = photo[0].mean(dim=0).cpu()
    slopes = light.diff(dim=1)[:-1].abs() + light.diff(dim=0)[:, :-1].abs()
    # An integral image with a border of zeros: the sum of any part is four of its values.
    sums = functional.pad(slopes.double().cumsum(0).cumsum(1), (1, 1, 1, 1))
    sums[-1], sums[:, -1] = sums[-2], sums[:, -2]
    found = sums[height:, width:] - sums[:-height, width:]
    found = found - sums[height:, :-width] + sums[:-height, :-width]
    top, left = divmod(int(found.argmax()), int(found.shape[1]))
    return photo[..., top : top + height, left : left + width]


def _step_count(original: Size, short: int, config: TrainConfig) -> int:
    if config.scale_count is not None:
        return config.scale_count - 1
    if config.kind == "sr":
        exact = math.log(short / config.min_size_px) / math.log(config.scale_factor)
        return max(1, math.floor(exact))
    if config.is_authors_scale_count:
        return _authors_step_count(original, config)
    exact = math.log(short / config.min_size_px) / math.log(config.scale_factor)
    candidates = {max(1, math.floor(exact)), max(1, math.ceil(exact))}
    return min(candidates, key=lambda n: abs(_factor(short, n, config) - config.scale_factor))


def _factor(short: int, steps: int, config: TrainConfig) -> float:
    return float((short / config.min_size_px) ** (1.0 / steps))


def _authors_step_count(original: Size, config: TrainConfig) -> int:
    log_factor = math.log(config.scale_factor)
    whole = math.ceil(round(math.log(min(original) / config.min_size_px) / log_factor, 9)) + 1
    reduction = max(1.0, max(original) / config.max_size_px)
    return max(1, whole - math.ceil(round(math.log(reduction) / log_factor, 9)))


def _scaled(finest: Size, ratio: float, smallest: int) -> Size:
    height, width = (max(smallest, round(side / ratio)) for side in finest)
    return height, width


def _channels(scale_count: int, config: TrainConfig) -> tuple[int, ...]:
    doubled = (
        config.base_channels * 2 ** (scale // config.channel_doubling_scales)
        for scale in range(scale_count)
    )
    return tuple(min(config.max_channels, channels) for channels in doubled)
