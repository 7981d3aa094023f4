"""About: version, licence, what it is built from."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import PySide6
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget


def installed_version() -> str:
    """Return the program's version, or an empty text when it runs without being installed."""
    try:
        return version("singan-studio")
    except PackageNotFoundError:
        return ""


def show_about(parent: QWidget) -> None:
    """Show what the program is and whose work it builds on."""
    text = QCoreApplication.translate(
        "About",
        "<p><b>SinGAN Studio {version}</b></p>"
        "<p>Trains a small pyramid of networks on one photo and redraws edits in that photo’s "
        "own textures. Everything stays on this computer.</p>"
        "<p>After “SinGAN: Learning a Generative Model from a Single Natural Image” "
        "(Shaham, Dekel, Michaeli, ICCV 2019).</p>"
        "<p>MIT licence. Qt {qt} for Python (LGPL), PyTorch, NumPy, OpenCV, Pillow; "
        "Phosphor icons (MIT).</p>",
    )
    title = QCoreApplication.translate("About", "About SinGAN Studio")
    QMessageBox.about(
        parent, title, text.format(version=installed_version(), qt=PySide6.__version__)
    )
