"""Batch normalisation whose second derivative is cheap, for the critic's gradient penalty."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.autograd import Function
from torch.nn import functional

NORM_EPSILON = 1e-5
_Tensors = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class TwiceBatchNorm(nn.BatchNorm2d):
    """``nn.BatchNorm2d`` with a closed form of its second derivative.

    The gradient penalty differentiates the critic twice. torch spells the second derivative
    of batch normalisation out as some forty passes in float32; here it takes six. Equal to
    ``nn.BatchNorm2d`` up to float rounding, with the same parameters and statistics.
    """

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Normalise (B, C, H, W) by its own statistics; in eval mode by the frozen ones."""
        if not (self.training and torch.is_grad_enabled()):
            return super().forward(image)
        normalised: torch.Tensor = _Normalised.apply(  # type: ignore[no-untyped-call]
            image, self.weight, self.bias, self.running_mean, self.running_var, self.momentum
        )
        return normalised


class _Normalised(Function):
    """y = weight * x^ + bias, where x^ = (x - mean) / deviation per channel."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
        running_mean: torch.Tensor,
        running_var: torch.Tensor,
        momentum: float,
    ) -> torch.Tensor:
        y, mean, inverse = torch.native_batch_norm(
            x, weight, bias, running_mean, running_var, True, momentum, NORM_EPSILON
        )
        ctx.save_for_backward(x, weight, mean, inverse)
        return y

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        found = _Derivative.apply(grads[0], *ctx.saved_tensors)  # type: ignore[no-untyped-call]
        return (*found, None, None, None)


class _Derivative(Function):
    """The first derivative by x, weight and bias: weight * B(g), sum(g x^), sum(g).

    B(g) = (g - mean(g) - x^ mean(g x^)) / deviation per channel is linear in g and its own
    transpose.
    """

    @staticmethod
    def forward(
        ctx: Any,
        g: torch.Tensor,
        x: torch.Tensor,
        weight: torch.Tensor,
        mean: torch.Tensor,
        inverse: torch.Tensor,
    ) -> _Tensors:
        found = _derivative(g, x, weight, mean, inverse)
        ctx.save_for_backward(g, x, weight, mean, inverse, *found)
        ctx.set_materialize_grads(False)
        return found

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor | None) -> tuple[torch.Tensor | None, ...]:
        """Derive <h, weight B(g)> + <h_weight, sum(g x^)> + <h_bias, sum(g)>.

        With the means m of g x^ and a of h x^, and the covariance c of g and h,
        <h, B(g)> = count (c - a m) / deviation. Its derivative by g is B(h); by x it is
        -(c - a m) x^ / deviation^2 - (m B(h) + a B(g)) / deviation. That of sum(g x^) by g is
        x^, by x B(g).
        """
        g, x, weight, mean, inverse, by_x, by_weight, by_bias = ctx.saved_tensors
        h, h_weight, h_bias = grads
        count = x.numel() // x.shape[1]
        m = by_weight / count
        h = torch.zeros_like(g) if h is None else h
        by_g, a_sum, _ = _derivative(h, x, weight, mean, inverse)
        covariance = _derivative(h, g, weight, by_bias / count, torch.ones_like(inverse))[1]
        inner = covariance - a_sum * m
        second = _affine(x, mean, inverse, -inverse.square() * weight * inner / count)
        second = _added(second, by_g, -inverse * m)
        second = _added(second, by_x, -inverse * a_sum / count)
        if h_weight is not None:
            second = second + _derivative(g, x, h_weight, mean, inverse)[0]
        if h_weight is not None or h_bias is not None:
            by_g = by_g + _affine(x, mean, inverse, h_weight, h_bias)
        return by_g, second, inverse * inner, None, None


def _derivative(
    g: torch.Tensor,
    x: torch.Tensor,
    weight: torch.Tensor,
    mean: torch.Tensor,
    inverse: torch.Tensor,
) -> _Tensors:
    """Return weight * B(g) like x, and sum(g x^) and sum(g) per channel, in one fused pass."""
    found: _Tensors = torch.ops.aten.native_batch_norm_backward(
        g, x, weight, None, None, mean, inverse, True, NORM_EPSILON, [True, True, True]
    )
    return found


def _affine(
    x: torch.Tensor,
    mean: torch.Tensor,
    inverse: torch.Tensor,
    gain: torch.Tensor | None,
    shift: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return x^ * gain + shift like x, computed at the precision of the statistics."""
    gain = torch.zeros_like(mean) if gain is None else gain
    shift = torch.zeros_like(mean) if shift is None else shift
    variance = inverse.square().reciprocal()
    return functional.batch_norm(x, mean, variance, gain, shift, False, 0.0, 0.0)


def _added(total: torch.Tensor, other: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
    """Return total + other * gain per channel, at the precision of total."""
    return torch.addcmul(total, other, gain.to(total.dtype)[:, None, None])
