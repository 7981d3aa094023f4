"""The language of the window: that of the system, where there is a translation into it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

TRANSLATIONS = Path(__file__).resolve().parents[2] / "resources" / "translations"


def install_language(
    application: QCoreApplication, locale: QLocale, folder: Path = TRANSLATIONS
) -> list[QTranslator]:
    """Let texts be translated into a language, those of Qt's own dialogs too.

    Args:
        application: its texts, before any is shown.
        locale: names the languages wanted, the best first.
        folder: holds ``singan_studio_<language>.qm``.

    Returns:
        What was installed; nothing where the program itself would stay English.
    """
    installed: list[QTranslator] = []
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, place in (("singan_studio", str(folder)), ("qtbase", qt_folder)):
        translator = QTranslator(application)
        if not translator.load(locale, name, "_", place):
            break
        application.installTranslator(translator)
        installed.append(translator)
    return installed
