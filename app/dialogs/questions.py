"""Questions that need an answer: unsaved changes, files that would be replaced."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QPushButton, QWidget

from app.document.wording import translate


class CloseAnswer(Enum):
    """What to do with changes that are not saved."""

    SAVE = auto()
    DISCARD = auto()
    CANCEL = auto()


def _box(parent: QWidget, title: str, text: str, detail: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(detail)
    return box


def _clicked(box: QMessageBox, main: QPushButton) -> QAbstractButton | None:
    """Show the question with one main button and return the button that was clicked."""
    main.setProperty("main", True)
    box.setDefaultButton(main)
    for button in box.buttons():
        button.setIcon(QIcon())
    box.exec()
    return box.clickedButton()


def ask_unsaved(parent: QWidget, title: str) -> CloseAnswer:
    """Ask whether to save a document before it is closed."""
    box = _box(
        parent,
        translate("Questions", "Unsaved changes"),
        translate("Questions", "Save the changes to “{title}” before closing?").format(title=title),
        translate("Questions", "What is not saved is lost."),
    )
    save = box.addButton(QMessageBox.StandardButton.Save)
    discard = box.addButton(QMessageBox.StandardButton.Discard)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    # not every style gives its standard buttons keys
    save.setText(translate("Questions", "&Save"))
    discard.setText(translate("Questions", "&Discard"))
    cancel.setText(translate("Questions", "&Cancel"))
    clicked = _clicked(box, save)
    if clicked is save:
        return CloseAnswer.SAVE
    return CloseAnswer.DISCARD if clicked is discard else CloseAnswer.CANCEL


def ask_replace(parent: QWidget, name: str) -> bool:
    """Ask whether a file that exists may be replaced."""
    box = _box(
        parent,
        translate("Questions", "Replace file"),
        translate("Questions", "“{name}” exists. Replace it?").format(name=name),
        translate("Questions", "What is in it now is lost."),
    )
    replace = box.addButton(
        translate("Questions", "Replace"), QMessageBox.ButtonRole.DestructiveRole
    )
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    return _clicked(box, cancel) is replace


def ask_go_on(parent: QWidget, name: str, count: int) -> bool | None:
    """Ask what becomes of the frames that were made of a film before.

    Args:
        parent: of the question.
        name: of the film.
        count: how many frames there are.

    Returns:
        Whether they are gone on with; None = neither that nor begun again.
    """
    words = translate("Questions", "“{name}” was begun before: {count} frames are made.")
    box = _box(
        parent,
        translate("Questions", "Unfinished video"),
        words.format(name=name, count=count),
        translate("Questions", "Going on takes the same clip and the same choices."),
    )
    go_on = box.addButton(translate("Questions", "Go on"), QMessageBox.ButtonRole.AcceptRole)
    again = box.addButton(
        translate("Questions", "Begin again"), QMessageBox.ButtonRole.DestructiveRole
    )
    box.addButton(QMessageBox.StandardButton.Cancel)
    clicked = _clicked(box, go_on)
    return clicked is go_on if clicked in (go_on, again) else None


def ask_clear_models(parent: QWidget) -> bool:
    """Ask whether the kept models may be deleted."""
    box = _box(
        parent,
        translate("Questions", "Delete kept models"),
        translate("Questions", "Delete all models kept for photos opened before?"),
        translate(
            "Questions",
            "Models inside saved projects stay. Other photos would need to be trained again.",
        ),
    )
    delete = box.addButton(translate("Questions", "Delete"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    return _clicked(box, cancel) is delete
