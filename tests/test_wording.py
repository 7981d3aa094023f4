"""Errors and notices can be translated, and the translation tools find each of them."""

from __future__ import annotations

import ast
import builtins
import re
import string
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from app.actions.table import ACTIONS
from app.document.commands import MergeDown, RemoveLayers
from app.document.commands.command import check_unlocked
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.files.atomic_files import write_bytes_atomic
from app.document.files.images.image_export import export_image
from app.document.files.images.image_files import image_from_bytes
from app.document.files.opening import open_document
from app.document.files.project.project_file import load_project, save_project
from app.document.layers import Layer
from app.jobs.runner import sentence_of
from singan_core.config import TrainConfig
from singan_core.errors import EngineError, ScaleError
from singan_core.model.pyramid import plan_pyramid
from tests.document.project_samples import make_model, make_project, rewritten
from tests.document.random_session import EVERY_COMMAND
from tests.marking import MARK, texts_marked

ROOT = Path(__file__).resolve().parents[1]
# The terminal speaks English; gui.py may find no Qt to ask; the actions are a table of their own.
ENGLISH = ("actions", "cli.py", "gui.py", "terminal")
TRANSLATING = ("tr", "translate")
SENTENCE = re.compile(r"[A-Z“{].* .*[.!?…]", re.DOTALL)
# Programmers read it, users never do.
ALLOWED = ("The job queue is stopped.",)
# The functions that ask for what was found elsewhere: in tables, labels and the engine.
ASKING = ("registry.py", "history_panel.py", "wording.py")


@pytest.fixture
def marking(qapp: QCoreApplication) -> Iterator[None]:
    with texts_marked():
        yield


def name_of(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def untranslated(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is neither translated, nor logged, nor a docstring."""
    if isinstance(node, ast.Call):
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if name_of(node) in TRANSLATING or owner == "logger":
            return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from untranslated(child)


def is_error(call: ast.Call) -> bool:
    name = name_of(call)
    return bool(re.search("([a-z]Error|error_type)$", name)) and not hasattr(builtins, name)


def written(node: ast.AST) -> str:
    """Return the text of a literal, with {} for what is put into it; empty for all else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part) or "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def bare_sentences(tree: ast.AST) -> Iterator[str]:
    for node in untranslated(tree):
        if SENTENCE.fullmatch(written(node).strip()):
            yield written(node)
        if isinstance(node, ast.Call) and is_error(node):
            for argument in node.args:
                yield from filter(None, map(written, untranslated(argument)))


def sources(folder: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_no_sentence_of_the_program_is_left_untranslated() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path, tree in sources("app")
        if path.relative_to(ROOT).parts[1] not in ENGLISH
        for text in bare_sentences(tree)
        if text not in ALLOWED
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'raise MergeError("no layer")',
        'raise error_type(f"“{name}” is empty.")',
        'raise MaskMissingError(f"{name} has none") from error',
        'self.notices.append("The photo is damaged.")',
        'notice = f"The photo of {name} is damaged."',
        'raise ImageFileError(translate("Errors", "“{name}” is empty.").format(name="no layer"))',
    ],
)
def test_a_sentence_left_untranslated_is_found(source: str) -> None:
    assert list(bare_sentences(ast.parse(source)))


def test_the_translation_tools_find_every_text() -> None:
    """They look for literals in calls of these names; what is put together is lost to them."""
    for path, tree in sources("app"):
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or path.name in ASKING:
                continue
            is_asked = isinstance(call.func, ast.Name) and name_of(call) == "translate"
            is_tr = name_of(call) == "tr"
            for argument in call.args[:2] if is_asked else call.args[:1] if is_tr else ():
                assert isinstance(argument, ast.Constant), f"{path}:{call.lineno}"
            # of anything else than a class they would take the variable's name for its name
            assert not is_tr or ast.unparse(call.func) == "self.tr", f"{path}:{call.lineno}"


def engine_sentences() -> Iterator[tuple[str, ast.Call]]:
    kinds = {kind.__name__ for kind in EngineError.__subclasses__()}
    for path, tree in sources("singan_core"):
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and name_of(call) in kinds:
                yield f"{path.name}:{call.lineno}", call


def test_sentences_of_the_engine_are_templates_with_their_values() -> None:
    found = list(engine_sentences())
    assert len(found) > 40
    for place, call in found:
        (template,) = call.args
        assert isinstance(template, ast.Constant), f"{place}: put together"
        fields = {name for _, name, _, _ in string.Formatter().parse(template.value) if name}
        assert fields == {each.arg for each in call.keywords}, place


def test_an_error_of_the_engine_says_its_sentence_with_the_values() -> None:
    error = ScaleError("Scale {scale} is missing in {name}.", scale=3, name="{brace}")
    assert str(error) == sentence_of(error) == "Scale 3 is missing in {brace}."


def test_translators_get_what_qts_own_tool_does_not_find(tmp_path: Path) -> None:
    target = tmp_path / "texts.ts"
    command = [sys.executable, "-m", "resources.collect_texts", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    texts = {
        context.findtext("name"): {each.findtext("source") for each in context.iter("message")}
        for context in ElementTree.parse(target).iter("context")
    }
    assert {spec.text for spec in ACTIONS if spec.text} <= texts["Actions"]
    assert {ast.literal_eval(call.args[0]) for _, call in engine_sentences()} == texts["Engine"]
    assert {each.label for each in EVERY_COMMAND if each.label} <= texts["History"]
    steps = {"Image size", "Flip image", "Add mask", "Clone stroke", "Eraser stroke", "Crop"}
    assert steps <= texts["History"]
    assert "“{name}” does not exist." in texts["Errors"]
    assert "Choose a layer to paint on." in texts["SessionStrokes"]


def refused(work: object, *arguments: object) -> str:
    assert callable(work)
    with pytest.raises(DocumentError) as caught:
        work(*arguments)
    return str(caught.value)


@pytest.mark.usefixtures("marking")
def test_refused_commands_are_told_in_the_users_language() -> None:
    document = Document.from_photo(np.zeros((3, 4, 4), np.uint8), "{photo}")
    layer = document.layers[0]
    assert refused(MergeDown(layer.id).apply, document).startswith(MARK + "There is no layer below")
    assert refused(RemoveLayers([layer.id]).apply, document).startswith(MARK + "A document needs")
    assert refused(document.layer, "gone").startswith(MARK)
    layer.is_locked = True
    assert refused(check_unlocked, layer) == f"{MARK}The layer “{{photo}}” is locked."
    group = Layer.group("own")
    group.is_locked = True
    assert refused(check_unlocked, group) == f"{MARK}The group “own” is locked."


@pytest.mark.usefixtures("marking")
def test_files_that_fail_are_told_in_the_users_language(tmp_path: Path) -> None:
    assert refused(open_document, tmp_path / "a.png") == f"{MARK}“a.png” does not exist."
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert refused(open_document, tmp_path / "a.png") == f"{MARK}“a.png” is damaged or cut off."
    assert refused(export_image, "a.xyz", np.zeros((2, 2, 3), np.uint8)).startswith(MARK)
    sentence = f"{MARK}“b” could not be saved: {MARK}the folder does not exist."
    assert refused(write_bytes_atomic, tmp_path / "gone" / "b", b"") == sentence
    with zipfile.ZipFile(tmp_path / "a.ora", "w") as archive:
        archive.writestr("../a", b"")
    sentence = f"{MARK}“a.ora” has a part with a forbidden name."
    assert refused(open_document, tmp_path / "a.ora") == sentence
    gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(6) + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    sentence = f"{MARK}Converted on opening: {MARK}palette to RGB."
    assert image_from_bytes(gif, "a.gif").notices == (sentence,)


@pytest.mark.usefixtures("marking")
def test_what_a_damaged_project_lost_is_told_in_the_users_language(tmp_path: Path) -> None:
    path = tmp_path / "a.singan"
    save_project(path, make_project())
    entry = f"singan/models/{make_model().model_id}/scale_01.safetensors"

    def cut_off(parts: dict[str, bytes]) -> None:
        parts[entry] = parts[entry][:-5]

    notices = load_project(rewritten(path, cut_off)).notices
    assert notices[0].startswith(f"{MARK}Scale 1 of the model is lost: {MARK}")
    assert all(notice.startswith(MARK) for notice in notices)


@pytest.mark.usefixtures("marking")
def test_errors_of_jobs_are_told_in_the_users_language() -> None:
    with pytest.raises(EngineError) as caught:
        plan_pyramid(9, 12, TrainConfig())
    assert str(caught.value).startswith("The photo is 12 x 9 px; training needs")
    assert sentence_of(caught.value) == MARK + str(caught.value)
    assert sentence_of(MemoryError()).startswith(MARK)
