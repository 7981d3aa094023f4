"""Writing the animation of one session to a file, off the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, overload

from PySide6.QtCore import QObject, Signal, Slot

from app.document.files.animations import Playing, encoded_animation
from app.document.files.atomic_files import write_bytes_atomic
from app.document.pixels import Pixels
from app.session.results import RenderStatus

if TYPE_CHECKING:
    from app.session.services import SessionServices

_PASSES = {".gif": 3}
"""How often a format reads every frame: to find one palette for all takes passes of its own."""


class FilmExport(QObject):
    """Writes one animation at a time; what is given up leaves no file, and an old one whole.

    Attributes:
        status: progress.

    Signals:
        changed(): ``status`` is another one.
        written(str): a file is on the disk.
        failed(str): one sentence.
    """

    changed = Signal()
    written = Signal(str)
    failed = Signal(str)
    _frame_read = Signal(int, int)

    def __init__(self, services: SessionServices, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._stop: threading.Event | None = None
        self._number = 0
        self.status = RenderStatus()
        self._frame_read.connect(self._note_frame)

    def start(self, path: Path, frames: Sequence[Pixels], playing: Playing) -> None:
        """Write frames; only while nothing is being written.

        Args:
            path: its suffix is the format.
            frames: (H, W, 3) uint8 RGB each, which nobody changes any more.
            playing: speed and repetition.
        """
        assert not self.status.is_busy, "one file at a time"
        self._stop = threading.Event()
        self._number += 1
        total = len(frames) * _PASSES.get(path.suffix.lower(), 1)
        tell = partial(self._frame_read.emit, self._number)
        watched = WatchedFrames(frames, tell, self._stop.is_set)
        self.status = RenderStatus(True, 0, total)
        work = partial(_write, path, watched, playing, self._stop)
        end, fail = partial(self._end, self._number, path), partial(self._fail, self._number)
        self._services.files.submit(work, end, fail)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop writing."""
        if self._stop is not None:
            self._stop.set()
            self._settle()

    @Slot(int, int)
    def _note_frame(self, number: int, count: int) -> None:
        if number == self._number and self.status.is_busy:
            self.status = RenderStatus(True, min(count, self.status.total), self.status.total)
            self.changed.emit()

    def _end(self, number: int, path: Path, is_written: bool) -> None:
        if number == self._number:
            self._settle()
        if is_written:
            self.written.emit(str(path))

    def _fail(self, number: int, message: str) -> None:
        if number == self._number:
            self._settle()
        self.failed.emit(message)

    def _settle(self) -> None:
        self._stop = None
        self.status = RenderStatus()
        self.changed.emit()


class _StoppedError(Exception):
    """The user gave the file up."""


class WatchedFrames(Sequence[Pixels]):
    """Frames that tell how often they were read, and end the reading when asked to.

    Args:
        frames: the pictures.
        tell: hears the number of frames read so far.
        is_stopped: whether reading shall end.
    """

    def __init__(
        self,
        frames: Sequence[Pixels],
        tell: Callable[[int], None],
        is_stopped: Callable[[], bool],
    ) -> None:
        self._frames = frames
        self._tell = tell
        self._is_stopped = is_stopped
        self._count = 0

    def __len__(self) -> int:
        return len(self._frames)

    @overload
    def __getitem__(self, index: int) -> Pixels: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Pixels]: ...

    def __getitem__(self, index: int | slice) -> Pixels | Sequence[Pixels]:
        if self._is_stopped():
            raise _StoppedError
        self._count += 1
        self._tell(self._count)
        return self._frames[index]


def _write(path: Path, frames: Sequence[Pixels], playing: Playing, stop: threading.Event) -> bool:
    """Write the file, unless it is given up; returns whether it was."""
    try:
        content = encoded_animation(path, frames, playing)
    except _StoppedError:
        return False
    if stop.is_set():
        return False
    write_bytes_atomic(path, content)
    return True
