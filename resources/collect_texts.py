"""Collects every text of the program for translators, into a new or an existing file.

    python -m resources.collect_texts FILE.ts

Qt's own tool finds the literals in calls of ``tr`` and ``translate``. The table of actions, the
steps of the history and the engine's errors are translated by their values: they are listed for it.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.actions.registry import CONTEXT
from app.actions.table import ACTIONS, GESTURES, MENUS
from singan_core.errors import EngineError

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write the file; returns the exit code of Qt's tool."""
    lines = [
        f"QT_TRANSLATE_NOOP({context!r}, {text!r})"
        for context, texts in (
            (CONTEXT, _table_texts()),
            ("History", _history_labels()),
            ("Engine", _engine_templates()),
        )
        for text in sorted(texts)
    ]
    sources = [str(path) for path in sorted((ROOT / "app").rglob("*.py"))]
    tool = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    if tool is None:
        print("pyside6-lupdate, a part of PySide6, is not beside this Python.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "listed.py"
        listed.write_text("\n".join(lines), encoding="utf-8")
        options = ["-locations", "none", "-no-obsolete", "-ts", sys.argv[1]]
        return subprocess.run([tool, *sources, str(listed), *options]).returncode


def _table_texts() -> set[str]:
    texts = {name.capitalize() for name in MENUS}
    for spec in ACTIONS:
        texts |= {spec.text, spec.hint}
        texts |= {name.capitalize() for name in spec.menu.split("/")}
    for gesture in GESTURES:
        texts |= {gesture.text, gesture.keys}
    return texts - {""}


def _history_labels() -> set[str]:
    """Return what is assigned to, given as, or the default of a ``label``."""
    labels: set[str] = set()
    for node in _nodes("app/document", "app/session"):
        match node:
            case ast.Assign(targets=[ast.Name(id="label") | ast.Attribute(attr="label")]):
                labels |= _literals(node.value)
            case ast.AnnAssign(target=ast.Name(id="label"), value=ast.expr() as value):
                labels |= _literals(value)
            case ast.keyword(arg="label"):
                labels |= _literals(node.value)
            case ast.Assign(targets=[ast.Name(id="_LABELS")], value=ast.Dict(values=values)):
                labels |= {text for value in values for text in _literals(value)}
            case ast.arguments():
                labels |= _label_defaults(node)
    return labels - {""}


def _label_defaults(arguments: ast.arguments) -> set[str]:
    placed = [*arguments.posonlyargs, *arguments.args]
    defaults = list(zip(reversed(placed), reversed(arguments.defaults), strict=False))
    defaults += [
        (name, value)
        for name, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if value is not None
    ]
    return {text for name, value in defaults if name.arg == "label" for text in _literals(value)}


def _engine_templates() -> set[str]:
    kinds = {kind.__name__ for kind in EngineError.__subclasses__()}
    return {
        text
        for node in _nodes("singan_core")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds
        for text in _literals(node.args[0])
    }


def _literals(value: ast.expr) -> set[str]:
    match value:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return _literals(value.body) | _literals(value.orelse)
        case ast.BoolOp():
            return {text for each in value.values for text in _literals(each)}
        case _:
            return set()


def _nodes(*folders: str) -> Iterator[ast.AST]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    sys.exit(main())
