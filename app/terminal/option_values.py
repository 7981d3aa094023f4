"""What the words of an option mean: numbers in a range, sizes, amounts of memory."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, Literal

ALL_SCALES: Final = "all"
NATIVE: Final = "native"


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers between two."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"“{text}” is not a whole number") from None
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{number} is not between {low} and {high}")
        return number

    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    """Return a reader of numbers between two."""

    def parse(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"“{text}” is not a number") from None
        if not low <= number <= high:  # also refuses nan
            raise argparse.ArgumentTypeError(f"{text} is not between {low:g} and {high:g}")
        return number

    return parse


def scale_or_all(text: str) -> int | Literal["all"]:
    """Return a scale, or all of them."""
    if text == ALL_SCALES:
        return ALL_SCALES
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is neither a scale nor “all”") from None


def training_size(text: str) -> int | str:
    """Return a long side in pixels, or the word for the photo's own."""
    return NATIVE if text == NATIVE else whole_number(25, 100_000)(text)


def byte_count(text: str) -> int:
    """Return the bytes of words such as ``4G``, ``1.5g`` or ``800M``."""
    units = {"M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
    number, unit = text[:-1], text[-1:].upper()
    try:
        count = float(number) * units[unit]
    except (ValueError, KeyError):
        raise argparse.ArgumentTypeError(
            f"“{text}” is not an amount of memory such as 4G or 800M"
        ) from None
    if not 0 < count < 1 << 60:  # also refuses nan
        raise argparse.ArgumentTypeError(f"{text} of memory cannot be meant")
    return int(count)
