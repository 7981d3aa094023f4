"""Arrays of a request: copied when it is made, so that the caller may go on painting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def copied(array: NDArray[np.uint8] | None) -> NDArray[np.uint8] | None:
    """Return a copy in C order; None of None."""
    return None if array is None else np.array(array, dtype=np.uint8, order="C", copy=True)
