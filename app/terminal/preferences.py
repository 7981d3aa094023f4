"""What the user chose in the window and a terminal command respects too."""

from __future__ import annotations

from PySide6.QtCore import QSettings


def is_model_cache_on() -> bool:
    """Whether finished models may outlive their projects; off = private photos leave no trace.

    The file and the key are those of ``app.settings``, which needs a window system.
    """
    ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
    store = QSettings(ini, user, "singan-studio", "singan-studio")
    return str(store.value("models/keep", "1")) == "1"
