"""The rooms of the house: who may import whom, and that a trespass is really noticed."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT_IMPORTS = (
    "import sys; sys.path.insert(0, '.');"
    "from importlinter.cli import lint_imports_command;"
    "lint_imports_command(['--no-cache', '--no-logo'])"
)
QOBJECTS_OF_QTCORE = {"QObject", "QThread", "QTimer", "Signal", "Slot", "QCoreApplication"}

PLANTED_TRESPASSES = [
    ("singan_core/planted.py", "import PySide6.QtCore", "engine"),
    ("singan_core/planted.py", "import argparse", "engine"),
    ("singan_core/planted.py", "from app.document import document", "engine"),
    ("app/document/planted.py", "import app.session", "rooms"),
    ("app/jobs/planted.py", "import app.workspace", "rooms"),
    ("app/session/session.py", "import app.workspace", "rooms"),
    ("app/workspace.py", "import app.panels", "rooms"),
    ("app/panels/planted.py", "import app.canvas", "rooms"),
    ("app/canvas/planted.py", "import app.dialogs", "rooms"),
    ("app/session/edits.py", "import app.session.session", "circles"),
    ("singan_core/pixels/mask.py", "import singan_core.rendering.injection", "circles"),
]
CONTRACT_NAMES = {
    "rooms": "Imports run downwards, room by room",
    "circles": "No imports in circles, in any room",
    "engine": "The engine knows no window, no program, no terminal",
}


@pytest.fixture(scope="module")
def copied_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", house)
    for package in ("app", "singan_core"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, house / package, ignore=ignored)
    return house


def contracts_report(house: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LINT_IMPORTS]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, timeout=120)


def test_the_house_as_it_stands_keeps_its_contracts(copied_house: Path) -> None:
    report = contracts_report(copied_house)
    assert report.returncode == 0, report.stdout + report.stderr
    assert "0 broken" in report.stdout


@pytest.mark.parametrize(("path", "trespass", "contract"), PLANTED_TRESPASSES)
def test_a_planted_trespass_breaks_its_contract(
    copied_house: Path, path: str, trespass: str, contract: str
) -> None:
    planted = copied_house / path
    before = planted.read_text(encoding="utf-8") if planted.exists() else None
    planted.write_text(f"{before or ''}\n{trespass}\n", encoding="utf-8")
    try:
        report = contracts_report(copied_house)
    finally:
        planted.write_text(before, encoding="utf-8") if before else planted.unlink()
    assert report.returncode == 1
    assert f"{CONTRACT_NAMES[contract]} BROKEN" in report.stdout


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def qt_imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of every import from Qt in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6"):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((a.name, "*") for a in node.names if a.name.startswith("PySide6"))


def test_the_document_uses_only_value_types_of_qt() -> None:
    for path in python_files("app/document"):
        for module, name in qt_imports(path):
            assert module in ("PySide6.QtGui", "PySide6.QtCore"), f"{module} in {path.name}"
            # to translate a text no application has to run
            is_asked_for_texts = (path.name, name) == ("wording.py", "QCoreApplication")
            assert is_asked_for_texts or name not in QOBJECTS_OF_QTCORE, f"{name} in {path.name}"


def modules_loaded_by(statement: str) -> set[str]:
    command = [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"]
    loaded = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    return set(loaded.stdout.split())


def import_of_every_module(package: str) -> str:
    names = (path.relative_to(ROOT).with_suffix("").parts for path in python_files(package))
    dotted = (".".join(part for part in parts if part != "__init__") for parts in names)
    return "\n".join(f"import {name}" for name in sorted(set(dotted)))


def test_the_engine_loads_no_qt() -> None:
    loaded = modules_loaded_by(import_of_every_module("singan_core"))
    assert "torch" in loaded
    assert not {name for name in loaded if name.split(".")[0] in ("PySide6", "app")}


def test_the_document_loads_no_widgets() -> None:
    assert "PySide6.QtWidgets" not in modules_loaded_by(import_of_every_module("app/document"))


@pytest.mark.parametrize("module", ["app.cli", "main"])
def test_the_terminal_loads_no_widgets_and_waits_for_nothing(module: str) -> None:
    loaded = modules_loaded_by(f"import {module}")
    assert "PySide6.QtWidgets" not in loaded
    assert "torch" not in loaded, "importing torch takes over a second: --help must not wait for it"


def test_main_is_a_signpost() -> None:
    lines = (ROOT / "main.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 40


def test_no_file_outgrows_its_idea() -> None:
    files = python_files("app", "singan_core", "installer")
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {str(path): length for path, length in lengths.items() if length > 400} == {}
