"""The one forward walk through the pyramid: samples, reconstruction and injection are it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch.nn import functional

from singan_core.model.networks import PADDING_PX, FrozenGenerator, noise_size
from singan_core.model.trained import TrainedPyramid, TrainedScale
from singan_core.pixels.borders import mirrored
from singan_core.pixels.noise import noise
from singan_core.pixels.resize import Size, Window, reached_window, resize, source_window
from singan_core.rendering.photo_noise import PhotoNoise

NoiseSource = Callable[[int, Size], torch.Tensor | None]
"""(scale, (H, W) of the noise) -> (1, 1 or 3, H, W) standard normal noise, or None for none."""


Margin = Callable[[int], int]
"""scale -> how many px around a pixel it reads, of the enlarged image below it."""


def plain_margin(scale: int) -> int:
    """Return how many px around a pixel the generator of any scale reads."""
    del scale  # the networks are all alike
    return PADDING_PX


class Retouching(Protocol):
    """What some scales do to a picture after their generators; see ``retouching``."""

    def margin(self, scale: int) -> int:
        """Return how many px around a pixel it reads, of what the generator made."""

    def retouched(
        self, scale: int, image: torch.Tensor, read: Window, window: Window, size: Size
    ) -> torch.Tensor:
        """Return a window, from ``read``: it grown by the margin and clipped to the picture."""


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One scale of a walk is done.

    Attributes:
        scale: the scale just computed.
        done: steps done so far.
        total: steps of the whole walk.
        image: (B, 3, H, W) float32 in [-1, 1], the picture so far.
    """

    scale: int
    done: int
    total: int
    image: torch.Tensor


@dataclass(frozen=True)
class Renderer:
    """Frozen generators of a pyramid on one device.

    Attributes:
        generators: one per finished scale, coarsest first.
        amplitudes: noise amplitude per scale.
        sizes: (H, W) each scale was trained at.
        device: where they compute.
        is_noise_padded, residual_scales, coarsest_noise_channels: as in ``TrainConfig``.
        retouching: what follows the generators; None = nothing, as in the paper.
        is_mirrored: whether a generator sees the picture mirrored beyond its border instead of
            zeros. Not in the paper: a layout that does not end as the photo does gets no frame.
        channels: width of each generator.
        photo_noise: what the coarsest scale's noise has of z*; None = nothing.
    """

    generators: tuple[FrozenGenerator, ...]
    amplitudes: tuple[float, ...]
    sizes: tuple[Size, ...]
    device: torch.device
    is_noise_padded: bool = False
    retouching: Retouching | None = None
    is_mirrored: bool = False
    channels: tuple[int, ...] = ()
    residual_scales: int | None = None
    coarsest_noise_channels: int = 1
    photo_noise: PhotoNoise | None = None

    @classmethod
    def of(cls, model: TrainedPyramid, device: torch.device) -> Renderer:
        """Prepare the finished scales of a model."""
        config = model.config
        empty = cls(
            (),
            (),
            (),
            device,
            config.is_noise_padded,
            residual_scales=config.residual_scales,
            coarsest_noise_channels=config.coarsest_noise_channels,
        )
        for scale in model.scales:
            empty = empty.with_scale(scale)
        return empty

    def with_scale(self, scale: TrainedScale) -> Renderer:
        """Return a renderer with one more scale; the others are shared."""
        is_residual = self.residual_scales is None or self.scale_count < self.residual_scales
        generator = FrozenGenerator(scale.weights, self.device, is_residual=is_residual)
        return replace(
            self,
            generators=(*self.generators, generator),
            amplitudes=(*self.amplitudes, scale.noise_amplitude),
            sizes=(*self.sizes, scale.size),
            channels=(*self.channels, scale.channels),
        )

    @property
    def scale_count(self) -> int:
        """Number of scales it can render."""
        return len(self.generators)

    def margin(self, scale: int) -> int:
        """Return how many px around a pixel a scale reads, of the enlarged image below it."""
        return plain_margin(scale) + self.retouching_margin(scale)

    def retouching_margin(self, scale: int) -> int:
        """Return how much of the margin is read of what the generator made."""
        return 0 if self.retouching is None else self.retouching.margin(scale)

    def retouched(
        self, scale: int, image: torch.Tensor, read: Window, window: Window, size: Size
    ) -> torch.Tensor:
        """Return what the retouching, if there is one, makes of a window; see there."""
        if self.retouching is None:
            return window.cut(image, read)
        return self.retouching.retouched(scale, image, read, window, size)

    def with_retouching(self, retouching: Retouching) -> Renderer:
        """Return a renderer of the same generators that retouches what they make."""
        return replace(self, retouching=retouching)

    def like_photo(self, rec_noise: torch.Tensor, likeness: float) -> Renderer:
        """Return a renderer of the same generators whose noise is partly z*.

        Args:
            rec_noise: (1, C, H0, W0), z*.
            likeness: its weight, 0 to 1; see ``PhotoNoise``.
        """
        margin = PADDING_PX if self.is_noise_padded else 0
        height, width = self.sizes[0]
        window = Window(-margin, -margin, height + margin, width + margin)
        return replace(self, photo_noise=PhotoNoise(rec_noise, window, likeness))

    def mirrored(self) -> Renderer:
        """Return a renderer of the same generators that mirrors a picture at its border."""
        return replace(self, is_mirrored=True)

    def padded(
        self, image: torch.Tensor, scaled_noise: torch.Tensor | None, margins: Sequence[int]
    ) -> torch.Tensor:
        """Return the input of a generator.

        Args:
            image: (B, 3, H, W), the enlarged image of the scale below.
            scaled_noise: (1, 1 or 3, *noise_size) times its amplitude; None = none.
            margins: px to pad at the left, right, top and bottom.
        """
        bordered = mirrored if self.is_mirrored else _zero_padded
        if scaled_noise is None:
            return bordered(image, margins)
        if self.is_noise_padded:
            return bordered(image, margins) + scaled_noise
        return bordered(image + scaled_noise, margins)

    def noise_channels(self, scale: int) -> int:
        """Return the channels of the noise at a scale."""
        return self.coarsest_noise_channels if scale == 0 else 3

    def noise_size(self, size: Size) -> Size:
        """Return (H, W) of the noise for a picture of (H, W)."""
        return noise_size(size, self.is_noise_padded)


def _zero_padded(image: torch.Tensor, margins: Sequence[int]) -> torch.Tensor:
    return functional.pad(image, list(margins))


@torch.inference_mode()
def _refined(
    renderer: Renderer, scale: int, previous: torch.Tensor, drawn: torch.Tensor | None
) -> torch.Tensor:
    """G_n(z, x) = net(amplitude * z + x) + x (equation 3); noise of one channel is broadcast.

    Scales that are not residual leave out the last term.
    """
    scaled = None if drawn is None else renderer.amplitudes[scale] * drawn
    padded = renderer.padded(previous, scaled, (PADDING_PX,) * 4)
    image = renderer.generators[scale].picture(padded, previous).clamp_(-1.0, 1.0)
    size = int(image.shape[-2]), int(image.shape[-1])
    whole = Window.of(size)
    return renderer.retouched(scale, image, whole, whole, size)


def walk(
    renderer: Renderer,
    sizes: Sequence[Size],
    noise_source: NoiseSource,
    *,
    start_scale: int = 0,
    start: torch.Tensor | None = None,
    stop_scale: int | None = None,
) -> Iterator[WalkStep]:
    """Walk from a start scale to the finest one, one step per scale.

    Args:
        renderer: the generators.
        sizes: (H, W) to render at, per scale; any aspect ratio.
        noise_source: noise per scale.
        start_scale: first scale to compute.
        start: (B, 3, H, W) float32 in [-1, 1], the input of ``start_scale`` before noise, at
            its size; None = zeros (a sample from nothing, section 2.1).
        stop_scale: scale after the last one computed; None = all finished scales.

    Yields:
        One ``WalkStep`` per scale; its image is clamped to [-1, 1] as after every resize.
    """
    stop_scale = renderer.scale_count if stop_scale is None else stop_scale
    image = (
        start
        if start is not None
        else torch.zeros(1, 3, *sizes[start_scale], device=renderer.device)
    )
    for scale in range(start_scale, stop_scale):
        if scale > start_scale:
            image = enlarged(image, sizes[scale])
        drawn = noise_source(scale, renderer.noise_size(sizes[scale]))
        image = _refined(renderer, scale, image, drawn)
        yield WalkStep(scale, scale - start_scale + 1, stop_scale - start_scale, image)


def last_image(steps: Iterator[WalkStep]) -> torch.Tensor:
    """Run a walk to its end and return (B, 3, H, W) of its last step."""
    image: torch.Tensor | None = None
    for step in steps:
        image = step.image
    assert image is not None, "a walk has at least one step"
    return image


@torch.inference_mode()
def enlarged(image: torch.Tensor, size: Size) -> torch.Tensor:
    """Resize to (H, W) and clamp to [-1, 1], as between all scales."""
    return resize(image, size).clamp_(-1.0, 1.0)


def injected(image: torch.Tensor, scale: int, sizes: Sequence[Size]) -> torch.Tensor:
    """Return the start of a walk at ``scale`` >= 1 from a picture (section 4 of the paper).

    The picture is reduced to the size of the scale below and enlarged to the scale's own, so
    that it looks like what the scale was trained on.
    """
    return enlarged(enlarged(image, sizes[scale - 1]), sizes[scale])


def counter_noise(renderer: Renderer, seed: int) -> NoiseSource:
    """Return noise that depends on seed, scale and place, and on what it has of z*."""
    margin = PADDING_PX if renderer.is_noise_padded else 0

    def draw(scale: int, size: Size) -> torch.Tensor:
        window = Window(-margin, -margin, size[0] - margin, size[1] - margin)
        return window_noise(renderer, seed, scale, window)

    return draw


def window_noise(renderer: Renderer, seed: int, scale: int, window: Window) -> torch.Tensor:
    """Return a window of ``counter_noise``: (1, 1 or 3, *window.size)."""
    channels = renderer.noise_channels(scale)
    drawn = noise(seed, scale, window, channels=channels, device=renderer.device)
    if scale or renderer.photo_noise is None:
        return drawn
    return renderer.photo_noise.mixed(drawn, window)


def reconstruction_noise(renderer: Renderer, rec_noise: torch.Tensor) -> NoiseSource:
    """Return z* at the coarsest scale and none above (equation 5); rec_noise (1, C, H0, W0)."""
    on_device = rec_noise.to(renderer.device)
    return lambda scale, size: on_device if scale == 0 else None


def backward_cone(
    window: Window,
    scale: int,
    stop_scale: int,
    sizes: Sequence[Size],
    margin: Margin = plain_margin,
) -> list[Window]:
    """Return what every scale must compute so that ``window`` of the last one is exact.

    Each scale reads its margin more than it writes, and the resize below it the support of its
    bicubic taps.

    Args:
        window: pixels wanted at scale ``stop_scale - 1``.
        scale: first scale of the walk.
        stop_scale: scale after the last one.
        sizes: (H, W) per scale.
        margin: of the renderer.

    Returns:
        The windows to compute, for scales ``scale`` to ``stop_scale - 1``, coarsest first.
    """
    windows = [window]
    for finer in range(stop_scale - 1, scale, -1):
        read = windows[0].grown(margin(finer), sizes[finer])
        windows.insert(0, source_window(read, sizes[finer - 1], sizes[finer]))
    return windows


def forward_reach(
    window: Window,
    scale: int,
    stop_scale: int,
    sizes: Sequence[Size],
    margin: Margin = plain_margin,
) -> Window:
    """Return the pixels of the last scale that a change inside ``window`` can touch.

    Args:
        window: changed pixels of the input of ``scale`` (before its generator).
        scale: scale the change enters at.
        stop_scale: scale after the last one computed.
        sizes: (H, W) per scale.
        margin: of the renderer.
    """
    reached = window.grown(margin(scale), sizes[scale])
    for finer in range(scale + 1, stop_scale):
        reached = reached_window(reached, sizes[finer - 1], sizes[finer]).grown(
            margin(finer), sizes[finer]
        )
    return reached
