"""The smooth random walk of the noise that an animation is made of, open or closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

_FIRST_STEP = 0.05

Draws = Callable[[int], torch.Tensor]
"""Number of a draw, from 0 -> fresh standard normal noise u, always the same for a number."""


def free_path(
    target: torch.Tensor, draws: Draws, alpha: float, beta: float
) -> Iterator[torch.Tensor]:
    """Walk from z* without end (section 4.5 of the paper and its supplement).

    z_{t+1} = a z* + (1 - a)(z_t + b (z_t - z_{t-1}) + (1 - b) u_t), from z_0 = z* and
    z_1 = 0.95 z* + 0.05 u. The first one returned is z_2, as in the authors' code.

    Args:
        target: z*, of any shape.
        draws: draw 0 makes z_1, draw i + 1 the z returned as number i.
        alpha: a, 0 to 1.
        beta: b, 0 to 1.
    """
    before, now = target, (1.0 - _FIRST_STEP) * target + _FIRST_STEP * draws(0)
    number = 0
    while True:
        number += 1
        before, now = now, _next(target, before, now, draws(number), alpha, beta)
        yield now


def looped_path(
    target: torch.Tensor, draws: Draws, alpha: float, beta: float, period: int
) -> Iterator[torch.Tensor]:
    """Walk a closed path with the steps of the free one, again and again.

    The same recurrence, driven by noise of that period, from the one state that it comes back to:
    the walk is a linear filter of its noise, so that state is the circular convolution of the
    noise with the filter's periodic response. The path is thus a free walk that has been going on
    for ever, closed. Only its mean is taken off (the noise is centred), so that it stays around z*
    however weakly that attracts.

    Args:
        target: z*, of any shape.
        draws: draw i makes the z returned as number i; only 0 to ``period - 1`` are used.
        alpha: a, 0 to 1.
        beta: b, 0 to 1.
        period: points of the path, at least 2.
    """
    response = _periodic_response(alpha, beta, period)
    mean, before, now = (torch.zeros_like(target) for _ in range(3))
    for number in range(period):
        drawn = draws(number)
        mean += drawn / period
        now += float(response[-1 - number]) * drawn
        before += float(response[(-2 - number) % period]) * drawn
    before, now = target + before, target + now
    while True:
        for number in range(period):
            drawn = draws(number) - mean
            before, now = now, _next(target, before, now, drawn, alpha, beta)
            yield now


def _next(
    target: torch.Tensor,
    before: torch.Tensor,
    now: torch.Tensor,
    drawn: torch.Tensor,
    alpha: float,
    beta: float,
) -> torch.Tensor:
    step = beta * (now - before) + (1.0 - beta) * drawn
    return alpha * target + (1.0 - alpha) * (now + step)


def _periodic_response(alpha: float, beta: float, period: int) -> NDArray[np.float64]:
    """Return what one unit of noise adds to each later point of the loop, without its mean.

    With y = z - z*, y_i = (1 - a)((1 + b) y_{i-1} - b y_{i-2} + (1 - b) u_i): the discrete
    transform of the response is one division per frequency; frequency 0 is left out.
    """
    keep = 1.0 - alpha
    delay = np.exp(-2j * np.pi * np.arange(1, period // 2 + 1) / period)
    spectrum = keep * (1.0 - beta) / (1.0 - keep * ((1.0 + beta) - beta * delay) * delay)
    response: NDArray[np.float64] = np.fft.irfft(np.concatenate([[0.0], spectrum]), period)
    return response
