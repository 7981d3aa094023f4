"""A program of its own that edits two documents by a seeded script until it is killed.

Run as a module: photo, project, seed. After each step it prints the document's title, a fingerprint
of what it holds, and the time; ``kept`` whenever journals are on the disk.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

from app.document.commands import RenameLayer, SetOpacity
from app.document.compositing import flatten
from app.document.document import Document
from app.document.geometry import Rect
from app.document.painting.brush import BrushSettings
from app.document.selection import Selection
from app.session import Session

AUTOSAVE_S = 0.5
STEP_MS = 15


def fingerprint(document: Document) -> str:
    """A hash of the picture, the selection, and what the layers are called."""
    digest = hashlib.sha256(flatten(document).tobytes())
    if document.selection is not None:
        digest.update(document.selection.mask.tobytes())
    for layer in document.layers:
        digest.update(f"{layer.id} {layer.name} {layer.opacity} {layer.is_visible}".encode())
    return digest.hexdigest()


class Script:
    """Random steps, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def step(self, session: Session) -> None:
        names: tuple[Callable[[Session], object], ...] = (
            self._stroke,
            self._stroke,
            self._stroke,
            lambda session: session.edits.add_layer(),
            self._opacity,
            self._select,
            self._rename,
            self._undo,
            lambda session: session.redo(),
            lambda session: session.edits.duplicate_layer(),
            lambda session: session.edits.clear(),
        )
        self._random.choice(names)(session)

    def _stroke(self, session: Session) -> None:
        color = (self._random.randrange(256), self._random.randrange(256), 90)
        size = self._random.uniform(2, 20)
        if session.strokes.begin(BrushSettings(size_px=size, hardness=0.5, color=color)):
            for _ in range(3):
                session.strokes.add(self._random.uniform(0, 60), self._random.uniform(0, 48), 1.0)
            session.strokes.finish()

    def _undo(self, session: Session) -> None:
        # a document undone to its beginning is no longer modified, and nothing is kept of it
        if session.history.index > 1:
            session.undo()

    def _opacity(self, session: Session) -> None:
        layer = session.document.active_layer
        if layer is not None:
            session.run(SetOpacity(layer.id, self._random.random()))

    def _rename(self, session: Session) -> None:
        layer = session.document.active_layer
        if layer is not None:
            session.run(RenameLayer(layer.id, f"Layer {self._random.random()}"))

    def _select(self, session: Session) -> None:
        x, y = self._random.randrange(40), self._random.randrange(30)
        width, height = session.document.width, session.document.height
        session.edits.select(Selection.rectangle(Rect(x, y, 30, 20), width, height))


def _tell(*words: object) -> None:
    print(*words, flush=True)


def _main(photo: Path, project: Path, seed: int) -> int:
    import app.main_window
    from app.gui import run_gui

    script, chance = Script(seed), random.Random(seed)
    show = app.main_window.MainWindow.show

    def show_and_work(window: app.main_window.MainWindow) -> None:
        show(window)
        workspace = window.workspace
        window.open_paths([project])

        def work() -> None:
            if len(workspace.sessions) < 2:
                return
            session = chance.choice(workspace.sessions)
            script.step(session)
            _tell("step", session.title, fingerprint(session.document), time.time())

        assert workspace.autosave is not None
        workspace.autosave.written.connect(lambda: _tell("kept"))
        timer = QTimer(window, interval=STEP_MS)
        timer.timeout.connect(work)
        timer.start()

    app.main_window.MainWindow.show = show_and_work  # type: ignore[assignment,method-assign]
    return run_gui(photo, AUTOSAVE_S)


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
