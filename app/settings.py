"""What the program remembers between two starts. Pictures are never among it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal
from PySide6.QtGui import QColor

from app.document.pixels import RgbColor
from app.theme import ThemeChoice

RECENT_LIMIT = 10


class Settings(QObject):
    """Typed access to QSettings.

    Signals:
        recent_changed(): the list of recent files is another one.
        swatches_changed(): the user's own colours are others.
    """

    recent_changed = Signal()
    swatches_changed = Signal()

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        """Open an INI file; without a path the user's own settings."""
        super().__init__(parent)
        if path is None:
            ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
            self._store = QSettings(ini, user, "singan-studio", "singan-studio")
        else:
            self._store = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> ThemeChoice:
        """The theme asked for; an unknown word counts as SYSTEM."""
        word = self.text("window/theme", ThemeChoice.SYSTEM.value)
        known = {choice.value for choice in ThemeChoice}
        return ThemeChoice(word) if word in known else ThemeChoice.SYSTEM

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self.set_text("window/theme", choice.value)

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """Files opened or saved last, newest first; some may be gone meanwhile."""
        value = self._store.value("files/recent", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(map(Path, names))

    def add_recent(self, path: Path) -> None:
        """Put a file at the top of the recent ones."""
        path = path.resolve()
        others = [other for other in self.recent_files if other != path]
        self._store.setValue("files/recent", [str(path), *map(str, others)][:RECENT_LIMIT])
        self.recent_changed.emit()

    def remove_recent(self, path: Path) -> None:
        """Forget one recent file."""
        others = [str(other) for other in self.recent_files if other != path]
        self._store.setValue("files/recent", others)
        self.recent_changed.emit()

    def clear_recent(self) -> None:
        """Forget every recent file."""
        self._store.remove("files/recent")
        self.recent_changed.emit()

    @property
    def swatches(self) -> tuple[RgbColor, ...]:
        """The user's own colours: sRGB, 0 to 255 each."""
        words = self.structure("color/swatches")
        shown = [QColor(str(word)) for word in words] if isinstance(words, list) else []
        return tuple((c.red(), c.green(), c.blue()) for c in shown if c.isValid())

    @swatches.setter
    def swatches(self, wanted: Iterable[RgbColor]) -> None:
        self.set_structure("color/swatches", [QColor(*color).name() for color in wanted])
        self.swatches_changed.emit()

    @property
    def last_folder(self) -> Path:
        """Folder a file dialog starts in."""
        folder = Path(self.text("files/folder", ""))
        return folder if str(folder) != "." and folder.is_dir() else Path.home()

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self.set_text("files/folder", str(folder))

    def text(self, key: str, default: str) -> str:
        """Return a remembered word."""
        return str(self._store.value(key, default))

    def set_text(self, key: str, value: str) -> None:
        """Remember a word."""
        self._store.setValue(key, str(value))

    def number(self, key: str, default: int) -> int:
        """Return a remembered whole number; what is not one counts as missing."""
        try:
            return int(self.text(key, str(default)))
        except ValueError:
            return default

    def structure(self, key: str) -> object:
        """Return remembered lists and dictionaries, None where there are none or damaged ones."""
        try:
            return json.loads(self.text(key, "null"))
        except ValueError:
            return None

    def set_structure(self, key: str, value: object) -> None:
        """Remember what JSON can hold."""
        self.set_text(key, json.dumps(value))

    def blob(self, key: str) -> QByteArray:
        """Return remembered bytes (window geometry), empty when there are none."""
        value = self._store.value(key, QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_blob(self, key: str, value: QByteArray) -> None:
        """Remember bytes."""
        self._store.setValue(key, value)

    def write(self) -> None:
        """Put everything on disk now."""
        self._store.sync()
