"""Shared libraries and programs that no wheel brings: Qt needs them on Linux."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from commands import SetupError, run_silently, say

OFFSCREEN_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""Qt without a window: shared object -> Debian package."""

WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""What Qt's X11 plug-in loads on top of them (without the first one Qt aborts)."""

WINDOW_TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "convert": "imagemagick",
}
"""Programs that tests of a real window drive: name on PATH -> Debian package."""


def is_loadable(library: str) -> bool:
    """Whether the dynamic linker finds a shared object and all that it needs."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def is_importable(module: str) -> bool:
    """Whether the Python that runs this has a module."""
    return importlib.util.find_spec(module) is not None


def is_on_path(program: str) -> bool:
    """Whether a program can be started by its name."""
    return shutil.which(program) is not None


def require_system_packages(needs_window: bool, needs_venv: bool) -> None:
    """Install what Qt and Python lack on this Linux, or say which one command does.

    Args:
        needs_window: also look for what Qt loads to open a window.
        needs_venv: also look for Python's ``venv``, half of which Debian keeps apart.

    Raises:
        SetupError: something is missing and this user cannot install it.
    """
    wanted = {**OFFSCREEN_LIBRARIES, **(WINDOW_LIBRARIES if needs_window else {})}
    missing = _missing(wanted, is_loadable)
    if needs_venv:
        missing |= _missing({"ensurepip": f"python3.{sys.version_info.minor}-venv"}, is_importable)
    if missing:
        install(missing, "Some system packages are missing")


def offer_window_test_programs() -> None:
    """Install the programs that real-window tests drive; without them those tests are skipped."""
    missing = _missing(WINDOW_TEST_PROGRAMS, is_on_path)
    if not missing:
        return
    try:
        install(missing, "The tests of the real window are skipped")
    except SetupError as note:
        say(f"note: {note}")


def _missing(wanted: Mapping[str, str], is_there: Callable[[str], bool]) -> dict[str, str]:
    if not sys.platform.startswith("linux"):
        return {}
    return {name: package for name, package in wanted.items() if not is_there(name)}


def install(missing: Mapping[str, str], reason: str) -> None:
    """Install Debian packages as root.

    Args:
        missing: what is missing (file or program) -> the Debian package that holds it.
        reason: start of the sentence for a user who has to do it.

    Raises:
        SetupError: not root, not Debian or Ubuntu, or apt failed.
    """
    packages = sorted(set(missing.values()))
    if not _is_debian_family():
        names = ", ".join(missing)
        raise SetupError(f"{reason}; install the packages of your system that hold: {names}")
    command = "apt-get update && apt-get install -y --no-install-recommends " + " ".join(packages)
    if not _is_root():
        raise SetupError(f"{reason}; install them with: sudo sh -c '{command}'")
    say(f"Installing system packages: {' '.join(packages)}")
    _apt_install(packages, f"apt could not install what is needed; to see why, run: {command}")


def _apt_install(packages: list[str], failure: str) -> None:
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"]
    run_silently([*apt, "update"], failure)
    run_silently([*apt, "install", "-y", "--no-install-recommends", *packages], failure)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_debian_family(os_release: Path = Path("/etc/os-release")) -> bool:
    if not is_on_path("apt-get"):
        return False
    try:
        lines = os_release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    families = " ".join(line for line in lines if line.startswith(("ID=", "ID_LIKE=")))
    return "debian" in families or "ubuntu" in families
