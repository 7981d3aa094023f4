"""When the pictures of a scale have stopped getting better: its rest is then brought forward.

Not in the paper, which trains every scale for the same number of rounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import torch

WINDOW = 4
"""Checks whose mean is compared with the mean of as many before them: single ones are noisy."""


class Check(NamedTuple):
    """What was measured before a round.

    Attributes:
        iteration: the round.
        reconstruction: RMSE of the reconstruction, in the [-1, 1] range.
        distance: of random samples from the photo (``PictureDistance``).
    """

    iteration: int
    reconstruction: float
    distance: float


class PlateauWatch:
    """The checks of one scale, and the end that follows from them.

    A scale ends with a part that is not waited for: rounds at the lower learning rate, or with
    frozen statistics. That part keeps its share of the rounds: a plateau makes it begin at
    once. The end is a function of the checks alone, so a resumed run needs nothing else.

    Args:
        iterations: rounds of the scale as planned.
        last_share: share of the rounds after which the last part begins.
        interval: rounds between two checks; None = the scale is not checked.
        tolerance: measures that fell by less than this share are flat.
    """

    def __init__(
        self, iterations: int, last_share: float, interval: int | None, tolerance: float
    ) -> None:
        self._planned = iterations
        self._last_share = last_share
        self._interval = interval
        self._tolerance = tolerance
        self._checks: list[Check] = []

    def is_due(self, iteration: int) -> bool:
        """Whether a check comes before this round: none does after the last part has begun."""
        if self._interval is None:
            return False
        known = self._checks[-1].iteration if self._checks else 0
        is_time = iteration % self._interval == 0 and iteration > known
        return is_time and iteration < self._last_share * self.iterations

    def add(self, check: Check) -> None:
        """Take what was measured before a round."""
        self._checks.append(check)

    @property
    def iterations(self) -> int:
        """Rounds of the scale: as planned, or fewer after a plateau."""
        found = plateau(self._checks, self._tolerance)
        if found is None or self._last_share <= 0.0:
            return self._planned
        return min(self._planned, math.ceil(found / self._last_share))

    def state(self) -> dict[str, torch.Tensor]:
        """Return all checks by name, exactly: (N, 3) float64; nothing where none are made."""
        if self._interval is None:
            return {}
        return {"checks": torch.tensor(self._checks, dtype=torch.float64).reshape(-1, 3)}

    def restore(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Go on from a state.

        Raises:
            KeyError, ValueError: it is not one of ``state``.
        """
        if self._interval is None:
            return
        self._checks = [
            Check(int(iteration), reconstruction, distance)
            for iteration, reconstruction, distance in tensors["checks"].tolist()
        ]


def plateau(checks: Sequence[Check], tolerance: float) -> int | None:
    """Return the round before which the measures were first seen to be flat, None = not yet.

    They are flat when neither of them fell: when the mean of each over the last ``WINDOW``
    checks is not lower, by more than the share ``tolerance``, than over as many before.
    """
    for end in range(2 * WINDOW, len(checks) + 1):
        before, last = checks[end - 2 * WINDOW : end - WINDOW], checks[end - WINDOW : end]
        if all(new > (1.0 - tolerance) * old for old, new in _means(before, last)):
            return checks[end - 1].iteration
    return None


def _means(before: Sequence[Check], last: Sequence[Check]) -> Iterator[tuple[float, float]]:
    """Return sums of both measures, before and after: means but for a common factor."""
    yield sum(c.reconstruction for c in before), sum(c.reconstruction for c in last)
    yield sum(c.distance for c in before), sum(c.distance for c in last)
