"""Which build of torch a machine gets, and where it comes from.

The same version exists as a CPU build (200 MB) and as CUDA builds (2 to 3 GB with their
libraries). On Linux the default package index serves the CUDA one to everybody, on Windows the
CPU one to everybody; so the build is chosen here and installed before the other packages.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from commands import SetupError, output_of, quoted, run, say

PYTORCH_INDEX = "https://download.pytorch.org/whl"
_REACH_TIMEOUT_S = 6.0
_PATIENCE = ("--timeout", "15", "--retries", "2")


class NvidiaGpu(NamedTuple):
    """What decides the CUDA build; (0, 0) where the driver does not tell.

    Attributes:
        capability: lowest compute capability of the cards.
        driver_cuda: newest CUDA version that the driver can run.
    """

    capability: tuple[int, int]
    driver_cuda: tuple[int, int]


def find_nvidia_gpu() -> NvidiaGpu | None:
    """Return the NVIDIA hardware of this machine, or None."""
    cards = output_of(
        ["nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader"], timeout_s=20
    )
    if cards is None or not cards.strip():
        has_driver = any(Path("/proc/driver/nvidia/gpus").glob("*"))
        return NvidiaGpu((0, 0), (0, 0)) if has_driver else None
    capabilities = [_version_in(line, r"(\d+)\.(\d+)") for line in cards.splitlines()]
    header = output_of(["nvidia-smi"], timeout_s=20) or ""
    return NvidiaGpu(min(capabilities), _version_in(header, r"CUDA[^:|]*Version:\s*(\d+)\.(\d+)"))


def cuda_index(gpu: NvidiaGpu) -> str:
    """Return the part of PyTorch's index whose build runs on ``gpu``.

    From the support matrix of PyTorch 2.9 to 2.13: the CUDA 13.0 build needs Turing (7.5) or
    newer and a driver for CUDA 13; the 12.6 build covers Maxwell to Hopper; Blackwell (10.0 and
    12.0) on an older driver is served by 12.8, last published for 2.11.
    """
    if gpu.capability >= (7, 5) and gpu.driver_cuda >= (13, 0):
        return f"{PYTORCH_INDEX}/cu130"
    if gpu.capability >= (10, 0):
        return f"{PYTORCH_INDEX}/cu128"
    return f"{PYTORCH_INDEX}/cu126"


def install_torch(python: str, requirement: str) -> None:
    """Install the right build into the environment of ``python``, unless it has one.

    Args:
        python: interpreter of the environment.
        requirement: name and version range, as the project states it.

    Raises:
        SetupError: no build can be had without downloading CUDA for nothing.
    """
    local = _resolution(python, ["--no-index", "--no-deps", requirement])
    if local == []:
        return
    gpu = find_nvidia_gpu()
    say(f"Installing torch ({'CUDA build for the NVIDIA GPU' if gpu else 'CPU build'})")
    if gpu is not None:
        _install_cuda_build(python, requirement, cuda_index(gpu))
    elif local:
        _pip_install(python, ["--no-index", "--no-deps", requirement])
    else:
        _install_cpu_build(python, requirement)


def _install_cuda_build(python: str, requirement: str, index: str) -> None:
    if is_reachable(index):
        _pip_install(python, ["--index-url", index, *_PATIENCE, "--no-deps", requirement])
        return
    say("note: PyTorch's own index cannot be reached, so pip's index decides which build comes")
    _pip_install(python, [requirement])


def _install_cpu_build(python: str, requirement: str) -> None:
    index = f"{PYTORCH_INDEX}/cpu"
    if sys.platform.startswith("linux") and is_reachable(index):
        _pip_install(python, ["--index-url", index, *_PATIENCE, "--no-deps", requirement])
        return
    _refuse_needless_cuda(python, requirement)
    _pip_install(python, [requirement])


def _refuse_needless_cuda(python: str, requirement: str) -> None:
    packages = _resolution(python, [requirement])
    if packages is None:
        raise SetupError(
            f"No build of {requirement} can be found for Python {_python_version(python)}; "
            "check the network, or try another Python from 3.10 to 3.13"
        )
    if any(name.startswith("nvidia-") for name in packages):
        raise SetupError(
            f"PyTorch's CPU packages at {PYTORCH_INDEX} cannot be reached and the other source "
            "has only the CUDA build of several gigabytes; try again later, or take that one "
            f"with: {quoted([python, '-m', 'pip', 'install', requirement])}"
        )


def is_reachable(index: str) -> bool:
    """Whether a package index answers within a few seconds, name resolution included."""
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(_answers(index)), daemon=True)
    asking.start()
    asking.join(_REACH_TIMEOUT_S)
    return answers == [True]


def _answers(index: str) -> bool:
    try:
        with urllib.request.urlopen(f"{index}/torch/", timeout=_REACH_TIMEOUT_S):
            return True
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _resolution(python: str, arguments: Sequence[str]) -> list[str] | None:
    """Return the names pip would install; [] = all is there already, None = not to be had."""
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    report = output_of([*pip, "--dry-run", "--report", "-", *arguments])
    if report is None:
        return None
    planned: list[dict[str, Any]] = json.loads(report)["install"]
    return [entry["metadata"]["name"].lower() for entry in planned]


def _pip_install(python: str, arguments: Sequence[str]) -> None:
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install"]
    run([*pip, *arguments], "torch could not be installed; pip's own message stands above")


def _version_in(text: str, pattern: str) -> tuple[int, int]:
    found = re.search(pattern, text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _python_version(python: str) -> str:
    return (output_of([python, "--version"]) or "").replace("Python", "").strip()
