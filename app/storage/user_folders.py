"""Where the program keeps its own files, by the customs of each system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NAME = "singan-studio"
PRIVATE_FOLDER_MODE = 0o700


def cache_folder() -> Path:
    """Return the folder of what can be made again: trained models."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / _NAME
    if sys.platform == "win32":
        return _windows_folder() / "cache"
    return _xdg_folder("XDG_CACHE_HOME", ".cache") / _NAME


def state_folder() -> Path:
    """Return the folder of what must survive a crash: unfinished trainings."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / _NAME
    if sys.platform == "win32":
        return _windows_folder() / "state"
    return _xdg_folder("XDG_STATE_HOME", ".local/state") / _NAME


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can enter.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=PRIVATE_FOLDER_MODE, parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(PRIVATE_FOLDER_MODE)


def _xdg_folder(variable: str, default: str) -> Path:
    named = os.environ.get(variable, "")
    # the specification says that relative paths are to be ignored
    return Path(named) if Path(named).is_absolute() else Path.home() / default


def _windows_folder() -> Path:
    local = os.environ.get("LOCALAPPDATA")
    return (Path(local) if local else Path.home() / "AppData" / "Local") / _NAME
