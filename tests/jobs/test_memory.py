"""The memory that a render may take."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from app.jobs import memory
from app.jobs.memory import FREE_SHARE, MemoryLimitError, free_bytes, tiling_of

CPU = torch.device("cpu")
GIB = 1 << 30


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with 8 GiB free whose process takes 1 GiB; no container."""
    (tmp_path / "self").mkdir()
    (tmp_path / "meminfo").write_text(f"MemTotal: 99 kB\nMemAvailable:  {8 * GIB // 1024} kB\n")
    (tmp_path / "self" / "status").write_text(f"Name:\tpython\nVmRSS:\t{GIB // 1024} kB\n")
    monkeypatch.setattr(memory, "_PROC", tmp_path)
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    return tmp_path


def test_what_is_free_is_what_the_system_says(machine: Path) -> None:
    assert free_bytes(CPU) == 8 * GIB


def test_a_container_leaves_less(machine: Path) -> None:
    (machine / "memory.max").write_text(str(3 * GIB))
    (machine / "memory.current").write_text(str(GIB))
    assert free_bytes(CPU) == 2 * GIB
    (machine / "memory.max").write_text("max\n")
    assert free_bytes(CPU) == 8 * GIB


def test_unless_told_otherwise_a_render_takes_a_share_of_what_is_free(machine: Path) -> None:
    assert tiling_of(None, CPU, GIB).limit_bytes == round(FREE_SHARE * 8 * GIB) - GIB


def test_a_limit_counts_what_the_program_takes_already(machine: Path) -> None:
    assert tiling_of(4 * GIB, CPU, GIB).limit_bytes == 2 * GIB


def test_a_limit_below_that_is_refused_in_one_sentence(machine: Path) -> None:
    with pytest.raises(MemoryLimitError, match=r"limit of 512 MB is too small: 1024 MB are .*\.$"):
        tiling_of(GIB // 2, CPU, 0)


def test_where_nothing_is_known_nothing_is_limited(machine: Path) -> None:
    (machine / "meminfo").unlink()
    (machine / "self" / "status").unlink()
    assert tiling_of(None, CPU, 0).limit_bytes is None
    assert tiling_of(GIB, CPU, 0).limit_bytes == GIB
