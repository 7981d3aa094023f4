"""The generator and the critic of one scale, and the frozen generator that renders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

from singan_core.device import fastest_memory_format
from singan_core.model.batch_norm import NORM_EPSILON, TwiceBatchNorm
from singan_core.model.convolution import convolved, convolved_for_slopes

LAYER_COUNT = 5
KERNEL_PX = 3
PADDING_PX = LAYER_COUNT * (KERNEL_PX // 2)
"""Border that the unpadded convolutions eat: half of the 11 px receptive field."""
LEAK = 0.2
TRANSLATION = "translation."
"""Before the names of the statistics with which a generator of a pair translates pictures."""
Convolve = Callable[[nn.Conv2d, torch.Tensor], torch.Tensor]


# The first tanh of a process may take another code path of the vector math library and differ
# in the last bit (seen in 5 of 24 processes); one call settles it, so that runs are repeatable.
torch.tanh(torch.zeros(8))


class PatchNetwork(nn.Module):
    """Five 3x3 convolutions without padding (supplement C of the paper).

    Four blocks Conv-BatchNorm-LeakyReLU(0.2) and a last convolution; the generator adds a
    tanh, the critic nothing. Input (B, 3, H + 10, W + 10), output (B, out, H, W).
    """

    def __init__(
        self, channels: int, out_channels: int, norm: type[nn.BatchNorm2d] = nn.BatchNorm2d
    ) -> None:
        super().__init__()
        widths = [3, *[channels] * (LAYER_COUNT - 1)]
        self.blocks = nn.ModuleList(
            nn.ModuleDict({"conv": nn.Conv2d(a, b, KERNEL_PX), "norm": norm(b, eps=NORM_EPSILON)})
            for a, b in pairwise(widths)
        )
        self.last = nn.Conv2d(channels, out_channels, KERNEL_PX)

    def forward(self, image: torch.Tensor, convolve: Convolve = convolved) -> torch.Tensor:
        """Return the map of the last convolution, without any activation."""
        image = image.contiguous(memory_format=fastest_memory_format(image.device))
        for block in self.blocks:
            assert isinstance(block, nn.ModuleDict)
            convolution = block["conv"]
            assert isinstance(convolution, nn.Conv2d)
            image = functional.leaky_relu_(block["norm"](convolve(convolution, image)), LEAK)
        return convolve(self.last, image)


class Generator(PatchNetwork):
    """G_n: from the noisy, enlarged image of the scale below to the residual detail.

    Args:
        channels: width of the hidden layers.
        is_residual: add what it makes to the enlarged image; else that is the whole picture.
    """

    def __init__(self, channels: int, *, is_residual: bool = True) -> None:
        super().__init__(channels, 3)
        self.is_residual = is_residual

    def residual(self, padded: torch.Tensor) -> torch.Tensor:
        """Return tanh(net(padded)): (B, 3, H, W) from (B, 3, H + 10, W + 10)."""
        return torch.tanh(self(padded).float())


class Critic(PatchNetwork):
    """D_n: a map of scores, one per 11x11 patch; it sees no padding."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, 1, TwiceBatchNorm)

    def for_slopes(self, image: torch.Tensor) -> torch.Tensor:
        """Return the scores where their gradient by the image is derived again, and only there."""
        scores: torch.Tensor = self(image, convolved_for_slopes)
        return scores


def initialise(network: PatchNetwork, generator: torch.Generator) -> None:
    """Draw weights as the paper does: conv N(0, 0.02), norm N(1, 0.02), biases 0."""
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                module.weight.normal_(0.0, 0.02, generator=generator)
                assert module.bias is not None
                module.bias.zero_()
            elif isinstance(module, nn.BatchNorm2d):
                module.weight.normal_(1.0, 0.02, generator=generator)
                module.bias.zero_()


def pad(image: torch.Tensor) -> torch.Tensor:
    """Zero-pad an input once for all convolutions: 5 px on every side."""
    return functional.pad(image, (PADDING_PX,) * 4)


def noise_size(size: tuple[int, int], is_padded: bool) -> tuple[int, int]:
    """Return (H, W) of the noise for a picture; noise drawn at padded size has 5 px more around."""
    margin = PADDING_PX if is_padded else 0
    return size[0] + 2 * margin, size[1] + 2 * margin


def with_noise(image: torch.Tensor, scaled_noise: torch.Tensor, is_padded: bool) -> torch.Tensor:
    """Return the padded input of a generator.

    Args:
        image: (B, 3, H, W).
        scaled_noise: (1, 1 or 3, *noise_size) times its amplitude.
        is_padded: the noise reaches over the border, so that only the image is zero there (the
            authors' animation training); else both are zero outside.
    """
    return pad(image) + scaled_noise if is_padded else pad(image + scaled_noise)


class FrozenGenerator:
    """A generator for rendering: statistics frozen and folded into the convolutions.

    Equal to ``Generator.eval()`` up to float rounding, with a third of the memory passes. On a
    CPU the channels of a pixel lie side by side, which takes a fifth off the convolutions.
    """

    def __init__(
        self,
        weights: Mapping[str, torch.Tensor],
        device: torch.device,
        *,
        is_residual: bool = True,
    ) -> None:
        self.device = device
        self._is_residual = is_residual
        is_interleaved = device.type == "cpu"
        self._format = torch.channels_last if is_interleaved else torch.contiguous_format
        self._layers = [
            (weight.to(device).contiguous(memory_format=self._format), bias.to(device))
            for weight, bias in _folded_layers(weights)
        ]

    def residual(self, padded: torch.Tensor) -> torch.Tensor:
        """Return (B, 3, H, W) in [-1, 1] from (B, 3, H + 10, W + 10)."""
        *hidden, last = self._layers
        padded = padded.contiguous(memory_format=self._format)
        for weight, bias in hidden:
            padded = functional.leaky_relu_(functional.conv2d(padded, weight, bias), LEAK)
        return functional.conv2d(padded, *last).tanh_().contiguous()

    def picture(self, padded: torch.Tensor, base: torch.Tensor) -> torch.Tensor:
        """Return (B, 3, H, W) of the scale, not clamped.

        Args:
            padded: (B, 3, H + 10, W + 10), the noisy image of the scale below.
            base: (B, 3, H, W), the same without noise and padding.
        """
        made = self.residual(padded)
        return made + base if self._is_residual else made


def _folded_layers(weights: Mapping[str, torch.Tensor]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    layers = []
    for index in range(LAYER_COUNT - 1):
        conv, norm = f"blocks.{index}.conv", f"blocks.{index}.norm"
        gain = weights[f"{norm}.weight"] / (weights[f"{norm}.running_var"] + NORM_EPSILON).sqrt()
        shift = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * gain
        weight = weights[f"{conv}.weight"] * gain[:, None, None, None]
        layers.append((weight, weights[f"{conv}.bias"] * gain + shift))
    return [*layers, (weights["last.weight"], weights["last.bias"])]
