"""Start-up of the window: refuse what cannot work in a sentence, show the window, then load."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

USER_ERROR = 2
X_SOCKETS = Path("/tmp/.X11-unix")
X_LIBRARIES = ("libxcb-cursor.so.0", "libxkbcommon-x11.so.0", "libxcb-icccm.so.4")
SCREENLESS_PLATFORMS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def run_gui(path: Path | None = None, autosave_s: float | None = None) -> int:
    """Show the window and run until it is closed.

    Args:
        path: a photo or a project to open.
        autosave_s: seconds after which a change is kept aside; None = the program's own rule.

    Returns:
        The exit code: 0, or 2 when there can be no window (a sentence on stderr says why).
    """
    problem = qt_problem() or display_problem(os.environ)
    if problem:
        print(problem, file=sys.stderr)
        return USER_ERROR
    return _run(path, autosave_s)


def qt_problem() -> str:
    """Return why the installed Qt cannot be used with this Python; empty when it can."""
    installed = _installed_qt()
    if not installed:
        return "PySide6 is not installed; run “python3 installer/bootstrap.py run” to set it up."
    if installed[:2] == (6, 12) and sys.version_info < (3, 12):
        return (
            "PySide6 6.12 crashes Python older than 3.12; install PySide6-Essentials 6.11.2 or "
            "newer below 6.12, or use Python 3.12."
        )
    return ""


def display_problem(environment: Mapping[str, str]) -> str:
    """Return why no window can be shown here, with the terminal command; empty when one can.

    Qt itself ends the process when it finds no display, so the display is tried before.
    """
    if not sys.platform.startswith("linux"):
        return ""
    if environment.get("QT_QPA_PLATFORM", "").split(":")[0] in SCREENLESS_PLATFORMS:
        return ""
    if environment.get("WAYLAND_DISPLAY"):
        return ""
    display = environment.get("DISPLAY", "")
    if not display:
        return f"There is no display to open a window on. {_terminal_hint()}"
    if not is_x_server_there(display):
        return f"The display “{display}” does not answer. {_terminal_hint()}"
    missing = [name for name in X_LIBRARIES if not _is_loadable(name)]
    if missing:
        return (
            f"Qt needs {', '.join(missing)} to open a window; on Debian and Ubuntu run “sudo apt "
            "install libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1”."
        )
    return ""


def is_x_server_there(display: str) -> bool:
    """Return whether an X server answers at ``[host]:number[.screen]``."""
    host, _, number = display.rpartition(":")
    number = number.split(".")[0]
    if not number.isdigit():
        return False
    if host and host not in ("unix", "localhost/unix"):
        return _connects(socket.AF_INET, (host.strip("[]"), 6000 + int(number)))
    address = str(X_SOCKETS / f"X{number}")
    return _connects(socket.AF_UNIX, address) or _connects(socket.AF_UNIX, f"\0{address}")


def _run(path: Path | None, autosave_s: float | None) -> int:
    os.environ.setdefault("QT_API", "pyside6")
    from PySide6.QtCore import QCoreApplication, QLocale, Qt
    from PySide6.QtWidgets import QApplication

    from app.jobs.worker import Worker
    from app.main_window import MainWindow
    from app.settings import Settings
    from app.storage.journal import JournalFolder
    from app.storage.model_cache import ModelCache
    from app.storage.recovery import RecoveryFolder
    from app.window.error_guard import ErrorGuard, catch_in_overrides
    from app.window.interrupts import Interrupts
    from app.window.language import install_language
    from app.workspace import Workspace

    # merged mouse moves would cut the corners of fast strokes and lassos
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("singan-studio")
    application.setApplicationDisplayName("SinGAN Studio")
    application.setDesktopFileName("singan-studio")
    catch_in_overrides("app")
    install_language(application, QLocale.system())
    settings = Settings()
    cache, recovery = ModelCache(), RecoveryFolder()
    cache.is_enabled = settings.number("models/keep", 1) == 1
    workspace = Workspace(
        Worker(recovery.write_state), cache, recovery, None, JournalFolder(), autosave_s
    )
    window = MainWindow(workspace, settings)
    ErrorGuard(workspace.keep_unsaved, window.messages.show_notice, application).install()
    Interrupts(window.leave, application)
    window.show()
    if path is not None:
        window.open_paths([path])
    return application.exec()


def _installed_qt() -> tuple[int, ...]:
    for package in ("PySide6-Essentials", "PySide6"):
        try:
            return tuple(int(part) for part in version(package).split(".")[:2])
        except PackageNotFoundError:
            continue
    return ()


def _terminal_hint() -> str:
    return (
        "From a terminal without one, use for example: "
        f"{Path(sys.executable).name} main.py train PHOTO -o PROJECT.singan"
    )


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(2.0)
            connection.connect(address)
    except OSError:
        return False
    return True


def _is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
