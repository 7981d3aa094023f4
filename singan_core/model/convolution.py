"""A convolution whose second derivative is cheap, for the critic's gradient penalty."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.autograd import Function
from torch.nn import functional


def convolved(convolution: nn.Conv2d, image: torch.Tensor) -> torch.Tensor:
    """Convolve (B, C, H, W) as the layer does."""
    found: torch.Tensor = convolution(image)
    return found


def convolved_for_slopes(convolution: nn.Conv2d, image: torch.Tensor) -> torch.Tensor:
    """Convolve for a gradient by the image that is then derived by the weights.

    torch writes that second derivative as a convolution whose kernel is as large as the
    picture, which no library is fast at: on a CPU it took 2 to 9 times as long as the kernel
    that sums the very same in a first derivative. Equal to the layer up to float rounding; a
    derivative that is derived again is one by the image only.

    Args:
        convolution: stride 1, no padding, with a bias.
        image: (B, C, H, W).
    """
    weight, bias, device = convolution.weight, convolution.bias, image.device.type
    assert bias is not None
    if torch.is_autocast_enabled(device):
        # A function of our own gets what it is given: autocast looks at torch's only.
        dtype = torch.get_autocast_dtype(device)
        image, weight, bias = image.to(dtype), weight.to(dtype), bias.to(dtype)
    found: torch.Tensor = _Convolved.apply(image, weight, bias)  # type: ignore[no-untyped-call]
    return found


class _Convolved(Function):
    """y = x * weight + bias."""

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor
    ) -> torch.Tensor:
        ctx.save_for_backward(x, weight)
        return functional.conv2d(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        if torch.is_grad_enabled():
            slope = _Slope.apply(grads[0], x, weight)  # type: ignore[no-untyped-call]
            return slope, None, None
        return _derivative(grads[0], x, weight, *ctx.needs_input_grad)


class _Slope(Function):
    """The derivative by x: g correlated with the weights, linear in both."""

    @staticmethod
    def forward(
        ctx: Any, g: torch.Tensor, x: torch.Tensor, weight: torch.Tensor
    ) -> torch.Tensor | None:
        ctx.save_for_backward(g, weight)
        return _derivative(g, x, weight, True, False, False)[0]

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """By g: h convolved with the weights; by these: their derivative with h as the input."""
        (g, weight), h = ctx.saved_tensors, grads[0]
        by_g = functional.conv2d(h, weight) if ctx.needs_input_grad[0] else None
        return by_g, None, _derivative(g, h, weight, False, True, False)[1]


def _derivative(
    g: torch.Tensor, x: torch.Tensor, weight: torch.Tensor, *wanted: bool
) -> tuple[torch.Tensor | None, ...]:
    """Return what is wanted of the derivatives by x, weight and bias, in one call."""
    found: tuple[torch.Tensor | None, ...] = torch.ops.aten.convolution_backward(
        g, x, weight, [weight.shape[0]], [1, 1], [0, 0], [1, 1], False, [0, 0], 1, list(wanted)
    )
    return found
