"""The project's own Python environment in ``.venv``: made once, refreshed when it must be."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from commands import SetupError, output_of, run, say
from torch_build import install_torch

_DISTRIBUTION = "singan-studio"
_HEADLESS_OPENCV = "opencv-python-headless"
_OTHER_OPENCVS = {"opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless"}

_LIST_DISTRIBUTIONS = (
    "import importlib.metadata as m, json;"
    "print(json.dumps({'there': [d.metadata['Name'] for d in m.distributions()],"
    f" 'wanted': m.requires('{_DISTRIBUTION}')}}))"
)


class Environment:
    """A virtual environment that holds the project, installed in place.

    Attributes:
        root: the project's folder.
        folder: where the environment lies.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"

    @property
    def python(self) -> str:
        """Path of the environment's interpreter."""
        return self.script("python")

    @property
    def is_made(self) -> bool:
        """Whether there is an interpreter (its base may have been uninstalled since)."""
        return Path(self.python).exists()

    def script(self, name: str) -> str:
        """Return the path of a program that a package installed."""
        if sys.platform == "win32":
            return str(self.folder / "Scripts" / f"{name}.exe")
        return str(self.folder / "bin" / name)

    def prepare(self, extra: str | None = None) -> None:
        """Make the environment hold what the project's metadata asks for.

        Costs nothing but reading two small files when it already does.

        Args:
            extra: name of a set of optional dependencies that is wanted too.

        Raises:
            SetupError: something cannot be installed.
        """
        stamp = self._read_stamp()
        if stamp.get("root") != str(self.root):
            stamp = {}
        wanted = {"root": str(self.root), "project": self._project_hash()}
        is_current = stamp.get("project") == wanted["project"] and self.is_made
        extras = set(stamp.get("extras", [])) if is_current else set()
        if is_current and (extra is None or extra in extras):
            return
        extras |= {extra} if extra else set()
        self._create(is_moved=bool(self._read_stamp()) and not stamp)
        self._install_project(extras)
        self._stamp_path.write_text(json.dumps({**wanted, "extras": sorted(extras)}))

    @property
    def _stamp_path(self) -> Path:
        return self.folder / "singan-studio.json"

    def _read_stamp(self) -> dict[str, Any]:
        try:
            stamp = json.loads(self._stamp_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _project_hash(self) -> str:
        return hashlib.sha256((self.root / "pyproject.toml").read_bytes()).hexdigest()

    def _create(self, is_moved: bool) -> None:
        """Make the environment; one that was moved here has the old path in its programs."""
        if not is_moved and output_of([self.python, "-m", "pip", "--version"]) is not None:
            return
        say(f"Making the Python environment {self.folder}")
        run(
            [sys.executable, "-m", "venv", "--clear", str(self.folder)],
            f"No Python environment could be made in {self.folder}",
        )

    def _install_project(self, extras: set[str]) -> None:
        self._pip_install(["pip>=23.1"])
        self._pip_install(["--no-deps", "--editable", str(self.root)])
        requirements = self._missing_requirements(extras)
        torch = next(text for text in requirements if _name(text) == "torch")
        install_torch(self.python, torch)
        say("Installing the other packages")
        self._pip_install(requirements)

    def _missing_requirements(self, extras: set[str]) -> list[str]:
        report = output_of([self.python, "-c", _LIST_DISTRIBUTIONS])
        if report is None:
            raise SetupError(
                f"The environment in {self.folder} is damaged; delete it and run again"
            )
        distributions = json.loads(report)
        there = {str(name).lower() for name in distributions["there"]}
        requirements = chosen_requirements(distributions["wanted"], extras)
        if there & _OTHER_OPENCVS:
            return [text for text in requirements if _name(text) != _HEADLESS_OPENCV]
        return requirements

    def _pip_install(self, arguments: list[str]) -> None:
        pip = [self.python, "-m", "pip", "--disable-pip-version-check", "install"]
        pip += [] if sys.stdout.isatty() else ["-qq"]
        failure = "A package could not be installed; pip's own message stands above"
        run([*pip, *arguments], failure)


def chosen_requirements(wanted: list[str], extras: set[str]) -> list[str]:
    """Return the plain requirements of a distribution and of the given extras.

    Args:
        wanted: as ``importlib.metadata.requires`` gives them (``name>=1; extra == "test"``).
        extras: names of the optional sets to take.
    """
    chosen = []
    for text in wanted:
        requirement, _, marker = (part.strip() for part in text.partition(";"))
        if not marker or any(f'"{extra}"' in marker.replace("'", '"') for extra in extras):
            chosen.append(requirement)
    return chosen


def _name(requirement: str) -> str:
    for index, character in enumerate(requirement):
        if not (character.isalnum() or character in "-_."):
            return requirement[:index].lower()
    return requirement.lower()
