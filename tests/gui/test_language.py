"""A translation made with Qt's own tools is what the window and its errors speak."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject

from app.document.files.images.image_files import ImageFileError
from app.document.files.opening import open_document
from app.jobs.runner import sentence_of
from app.window.language import install_language
from singan_core.errors import ScaleError

GERMAN = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context><name>Errors</name><message><source>“{name}” is empty.</source>
<translation>„{name}“ ist leer.</translation></message></context>
<context><name>Engine</name><message><source>Scale {scale} is not trained.</source>
<translation>Stufe {scale} ist nicht trainiert.</translation></message></context>
<context><name>QObject</name><message numerus="yes"><source>%n layers</source>
<translation><numerusform>%n Ebene</numerusform><numerusform>%n Ebenen</numerusform></translation>
</message></context>
</TS>
"""


@pytest.fixture
def translations(tmp_path: Path) -> Path:
    (tmp_path / "de.ts").write_text(GERMAN, encoding="utf-8")
    tool = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent))
    assert tool is not None
    target = tmp_path / "singan_studio_de.qm"
    command = [tool, "-silent", str(tmp_path / "de.ts"), "-qm", str(target)]
    subprocess.run(command, check=True, timeout=60)
    return tmp_path


@pytest.fixture
def german(qapp: QCoreApplication, translations: Path) -> Iterator[None]:
    installed = install_language(qapp, QLocale("de_AT"), translations)
    assert installed
    yield
    for translator in installed:
        qapp.removeTranslator(translator)


@pytest.mark.usefixtures("german")
def test_errors_and_plurals_are_said_in_the_language_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    with pytest.raises(ImageFileError, match=r"^„a\.png“ ist leer\.$"):
        open_document(tmp_path / "a.png")
    assert sentence_of(ScaleError("Scale {scale} is not trained.", scale=2)) == (
        "Stufe 2 ist nicht trainiert."
    )
    shown = [QObject().tr("%n layers", "", count) for count in (1, 3)]
    assert shown == ["1 Ebene", "3 Ebenen"]


def test_without_a_translation_everything_stays_english(
    qapp: QCoreApplication, translations: Path
) -> None:
    assert install_language(qapp, QLocale("fr_FR"), translations) == []
    assert install_language(qapp, QLocale("de_DE")) == []
