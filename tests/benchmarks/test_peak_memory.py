"""Peak memory of each kind of work, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from singan_core.config import TrainConfig
from singan_core.model.pyramid import plan_pyramid
from tests.benchmarks.conftest import described
from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.scenes import PHOTO_SIZE

ROOT = Path(__file__).resolve().parents[2]
WORKS = (
    "engine iteration",
    "textbook iteration",
    "injection",
    "scale strip",
    "live strokes",
    "brush strokes",
)


@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform == "win32", reason="the standard library cannot tell there")
@pytest.mark.parametrize("work", WORKS)
def test_peak_memory(
    work: str, config: TrainConfig, request: pytest.FixtureRequest, figures: Figures
) -> None:
    device = request.config.getoption("--device")
    command = [sys.executable, "-m", "tests.benchmarks.peak_memory", work, config.preset, device]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert told.returncode == 0, told.stderr
    peak = json.loads(told.stdout.splitlines()[-1])
    plan = plan_pyramid(*PHOTO_SIZE, config)
    conditions = described(config, plan.channels)
    if work == "brush strokes":
        conditions = "4096x3072, 10 layers, no training"
    baseline = f"{peak['baseline_mib']:.0f} MiB of it after imports; {conditions}"
    figures.add(Figure(f"memory, {work}", baseline, [peak["peak_mib"]], "MiB"))
    if "cuda_mib" in peak:
        figures.add(Figure(f"GPU memory, {work}", conditions, [peak["cuda_mib"]], "MiB"))
    assert peak["peak_mib"] > peak["baseline_mib"]
