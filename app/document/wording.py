"""The user's wording of what the program says.

The translation tools find a text by the name of the call around it, so `translate` keeps this
name wherever it is used. Without a window, as in the terminal, everything stays English.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from singan_core.errors import EngineError

translate = QCoreApplication.translate


def sentence_of_error(error: Exception) -> str:
    """Return what an error says; the engine, which knows no translation, leaves its own to us."""
    if isinstance(error, EngineError):
        return translate("Engine", error.template).format(**error.values)
    return str(error)
