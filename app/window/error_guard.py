"""An error inside the program must not cost anyone's work.

Qt calls slots and overridden methods from C++. What they raise reaches ``sys.excepthook`` there,
and the program goes on (PySide 6): the guard makes sure that it is told, logged and nothing lost.
"""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from types import FunctionType, TracebackType

from PySide6.QtCore import QObject, Qt, Signal

_log = logging.getLogger(__name__)


class ErrorGuard(QObject):
    """Takes the errors that nobody caught, on any thread.

    Args:
        keep_work: called on the UI thread after every error.
        show_notice: called on the UI thread with a sentence, once for every place in the code:
            what fails while drawing fails many times a second.
        parent: lives as long as the guard is to.
    """

    _caught = Signal(bool)

    def __init__(
        self, keep_work: Callable[[], object], show_notice: Callable[[str], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._keep_work = keep_work
        self._show_notice = show_notice
        self._known: set[tuple[str, str, int]] = set()
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Become the program's ``sys.excepthook``."""
        sys.excepthook = self.take

    def take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an error and see to the user's work, soon and on the UI thread."""
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        place = (kind.__name__, *_place_of(trace))
        is_new = place not in self._known
        if is_new:
            self._known.add(place)
            _log.error("An error that nobody caught", exc_info=(kind, error, trace))
        # a traceback keeps all that the failed calls held: painters, planes, whole documents
        sys.last_value = sys.last_traceback = None
        self._caught.emit(is_new)

    def _tell(self, is_new: bool) -> None:
        self._keep_work()
        if is_new:
            self._show_notice(
                self.tr(
                    "Something went wrong inside the program. Unsaved work was kept aside; save it "
                    "under a new name to be safe."
                )
            )


def catch_in_overrides(package: str) -> None:
    """Have every error in an overridden method of Qt reach ``sys.excepthook``.

    Before Python 3.12 an error that C code raised is no exception object until Python code
    catches it. PySide takes it for one and the process crashes; so it is caught once on its way.

    Args:
        package: of the classes, which must be there by now: PySide remembers methods it called.
    """
    if sys.version_info < (3, 12):
        for kind in _kinds_below(QObject):
            if kind.__module__.split(".")[0] == package:
                _catch_in(kind)


def _kinds_below(kind: type) -> set[type]:
    below: set[type] = set(kind.__subclasses__())
    return below.union(*map(_kinds_below, below))


def _catch_in(kind: type) -> None:
    bases = [each for each in kind.__mro__ if each.__module__.startswith("PySide6")]
    for name, method in list(vars(kind).items()):
        is_override = any(name in vars(base) for base in bases) and not name.startswith("__")
        if is_override and isinstance(method, FunctionType):
            setattr(kind, name, _catching(method))


def _catching(method: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(method)
    def call(*args: object) -> object:
        try:
            return method(*args)
        except Exception:
            # it is an exception object now
            raise

    return call


def _place_of(trace: TracebackType | None) -> tuple[str, int]:
    """Return file and line that raised."""
    if trace is None:
        return "", 0
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno
