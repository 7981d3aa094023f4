"""Options and the closing table of the benchmarks; ordinary test runs never come here."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from singan_core.config import TrainConfig
from singan_core.device import pick_device
from singan_core.presets import preset
from tests.benchmarks.figures import Figures
from tests.benchmarks.measuring import machine

FIGURES = Figures()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("figures")
    group.addoption("--presets", default="paper,draft", help="presets to measure, with commas")
    group.addoption("--device", default="auto", help="auto, cpu, cuda, mps")
    group.addoption("--rounds", type=int, default=7, help="repetitions of the slow measurements")
    group.addoption("--threads", type=int, help="CPU threads of torch")
    group.addoption("--dabs", type=int, default=150, help="dabs of each painting figure")
    group.addoption("--figures-json", type=Path, help="write all figures to this file too")


def pytest_configure(config: pytest.Config) -> None:
    threads = config.getoption("--threads")
    if threads is not None:
        torch.set_num_threads(threads)
    FIGURES.heading = machine(pick_device(config.getoption("--device")))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "config" in metafunc.fixturenames:
        names = metafunc.config.getoption("--presets").split(",")
        metafunc.parametrize("config", [preset(name) for name in names], ids=names)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("figures")
    terminalreporter.line(FIGURES.report())
    path = terminalreporter.config.getoption("--figures-json")
    if path is not None:
        path.write_text(FIGURES.to_json())


@pytest.fixture
def figures() -> Figures:
    return FIGURES


@pytest.fixture
def device(request: pytest.FixtureRequest) -> torch.device:
    return pick_device(request.config.getoption("--device"))


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--rounds"))


@pytest.fixture
def dabs(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--dabs"))


def described(config: TrainConfig, channels: tuple[int, ...]) -> str:
    """Return the conditions that every figure of the engine names."""
    widths = f"{channels[0]}-{channels[-1]}" if channels[0] != channels[-1] else str(channels[0])
    crops = f", {config.crop_count}x{config.crop_px} px crops" if config.crop_px else ""
    steps = f"{config.critic_steps}+{config.generator_steps} steps"
    return f"{config.preset}, {len(channels)} scales of {widths} channels, {steps}{crops}"
