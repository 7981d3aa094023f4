"""The judge's numbers as a table for people: ours, beside the yardstick of each."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """A measured value, what it is compared with, and what it should be."""

    name: str
    yardstick: str | None = None
    wanted: str = ""


TABLES: dict[str, tuple[Column, ...]] = {
    "harmonize": (
        Column("mask_sifid", "naive_mask_sifid", "< 45"),
        Column("structure", None, ">= 0.7"),
        Column("mask_coherence", "naive_mask_coherence", "< 24"),
        Column("seam", "naive_seam"),
        Column("outside_mae", None, "0"),
    ),
    "edit": (
        Column("seam", "naive_seam", "< 2"),
        Column("structure", None, ">= 0.25"),
        Column("mask_coherence", "naive_mask_coherence", "< 18"),
        Column("outside_mae", None, "0"),
    ),
    "moves": (
        Column("mask_coherence", "naive_mask_coherence", "< 18"),
        Column("hole_correlation", "naive_hole_correlation", "< 0.3"),
        Column("outside_mae", None, "0"),
    ),
    "paint": (
        Column("layout", "train_layout", "> train + 0.05"),
        Column("sifid", "naive_sifid", "< 1"),
        Column("coherence", "naive_coherence"),
    ),
    "sr": (
        Column("niqe", "niqe_bicubic", "< 6"),
        Column("stlpips", "bicubic_stlpips", "< bicubic"),
        Column("lr_psnr", None, "> 28"),
    ),
    "analogy": (
        Column("struct_edge", "floor_struct_edge", "> floor + 0.1"),
        Column("coherence", "input_coherence", "< 15"),
        Column("completeness", "input_completeness"),
        Column("sifid", "input_sifid", "< 1"),
    ),
    "animate": (
        Column("motion", "published_motion", "2 to 6"),
        Column("jerk", "published_jerk", "1.2 to 1.8"),
        Column("drift", "published_drift", "<= 20"),
        Column("still_frac", "published_still_frac", "<= 0.05"),
    ),
}
"""Per task, the values that count; moves are measured inside their holes."""

SAMPLES = (
    Column("sifid", "published_sifid", "< published"),
    Column("sifid_p2", "published_sifid_p2", "< published"),
    Column("fd_eff", "published_fd_eff", "< published"),
    Column("sharpness", "published_sharpness", "0.92 to 1.05"),
    Column("novelty", "published_novelty", ">= 0.40"),
    Column("copy_frac", "published_copy_frac", "<= 0.2"),
    Column("diversity", None, ">= 0.40"),
)
"""Of random samples."""


def table(
    title: str,
    columns: Sequence[Column],
    results: Mapping[str, Values],
    conditions: Mapping[str, str],
) -> str:
    """Return a Markdown table: a row per case, their medians, and what is wanted.

    Args:
        title: of the table.
        columns: what is told of each case.
        results: values by case.
        conditions: what each case was made with, by case.
    """
    heads = ["case", *map(_head, columns), "made with"]
    rows = [
        [case, *(_cell(values, column) for column in columns), conditions.get(case, "")]
        for case, values in results.items()
    ]
    rows.append(["**median**", *(_medians(results, column) for column in columns), ""])
    rows.append(["wanted", *(column.wanted for column in columns), ""])
    return "\n".join(
        [f"## {title}", "", _line(heads), _line(["---"] * len(heads)), *map(_line, rows)]
    )


def _head(column: Column) -> str:
    return column.name if column.yardstick is None else f"{column.name} ({column.yardstick})"


def _cell(values: Values, column: Column) -> str:
    own = _number(values.get(column.name))
    if column.yardstick is None:
        return own
    return f"{own} ({_number(values.get(column.yardstick))})"


def _medians(results: Mapping[str, Values], column: Column) -> str:
    own = _number(_median(results, column.name))
    if column.yardstick is None:
        return own
    return f"{own} ({_number(_median(results, column.yardstick))})"


def _median(results: Mapping[str, Values], name: str) -> float | None:
    found = [values.get(name) for values in results.values()]
    numbers = [value for value in found if isinstance(value, (int, float))]
    return statistics.median(numbers) if numbers else None


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, (int, float)) else "-"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
