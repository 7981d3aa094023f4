"""Someone who presses, drags, turns and types anything anywhere in the window, also half-way.

``python -m tests.e2e.monkey SEED STEPS [FIRST-LAST ...]`` does it without pytest, only the steps
of the ranges when there are any: what a step does depends on its number and on the window alone,
so a sequence that fails can be made shorter.
"""

from __future__ import annotations

import logging
import math
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import (
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QSpinBox,
    QWidget,
)

from app.document.compositing import Compositor
from app.document.document import Document
from app.document.layer_tree import layer_tree, listed_layers
from app.document.planes import Plane
from app.jobs.worker import Worker
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.storage.journal import JournalFolder
from app.storage.model_cache import ModelCache
from app.storage.recovery import RecoveryFolder
from app.theme import ThemeChoice
from app.tool_state import Tool
from app.window.conditions import conditions_of
from app.window.error_guard import catch_in_overrides
from app.workspace import Workspace
from tests.document.random_session import FREE, digest_of
from tests.gui.scripted_jobs import ScriptedJobs

SIZES = ((1, 1), (7, 3), (640, 480), (640, 480), (3000, 2000))
MOST_DOCUMENTS, MOST_LAYERS, SMALL_PX = 3, 14, 700 * 500
LEFT_OUT = ("file.quit", "help.example", "view.full_screen")
KEYS = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Left,
    Qt.Key.Key_Down,
    Qt.Key.Key_Space,
    Qt.Key.Key_R,
    Qt.Key.Key_Backslash,
    Qt.Key.Key_Tab,
    Qt.Key.Key_5,
    Qt.Key.Key_Q,
    Qt.Key.Key_Alt,
    Qt.Key.Key_PageDown,
)
_MODIFIERS = Qt.KeyboardModifier
HELD = (
    *[_MODIFIERS.NoModifier] * 4,
    _MODIFIERS.ShiftModifier,
    _MODIFIERS.AltModifier,
    _MODIFIERS.ControlModifier,
    _MODIFIERS.ControlModifier | _MODIFIERS.ShiftModifier,
)
ODD = (math.nan, math.inf, -math.inf, -1.0, 2.0, 1e300, 0.0)
_LEFT, _NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class BrokenError(AssertionError):
    """Something that must always hold does not."""


def check_document(document: Document) -> None:
    """Fail unless a document is what documents are promised to be."""
    layers = document.layers
    ids = [layer.id for layer in layers]
    _check(len(set(ids)) == len(ids), "two layers have one id")
    _check(
        document.active_id in ids if ids else document.active_id is None,
        f"active id {document.active_id} of {len(ids)} layers",
    )
    size = (document.height, document.width)
    if document.selection is not None:
        _check(document.selection.mask.shape == size, "selection of another size")
        _check(not document.selection.is_empty, "selection of nothing")
    if document.quick_mask is not None:
        mask = document.quick_mask.mask
        _check(mask is not None and mask.rect == document.rect, "quick mask of another size")
    groups = {layer.id for layer in layers if layer.is_group}
    in_tree: list[str] = []
    for node in layer_tree(layers):
        in_tree += [each.id for each in node.walk()]
        _check(node.layer.group_id is None, "a member lies outside its group")
        _check_members(node)
    _check(in_tree == ids, "the tree is in another order than the list")
    for layer in layers:
        _check(layer.group_id is None or layer.group_id in groups, "member of no group")
        _check(0.0 <= layer.opacity <= 1.0, f"opacity {layer.opacity}")
        _check_plane(layer.plane, 4)
        if layer.mask is not None:
            _check_plane(layer.mask, 1)


def _check_members(node) -> None:  # type: ignore[no-untyped-def]
    for member in node.members:
        _check(member.layer.group_id == node.layer.id, "a member lies in another group")
        _check_members(member)


def _check_plane(plane: Plane, channels: int) -> None:
    rect = plane.rect
    _check(plane.channels == channels, f"plane of {plane.channels} channels")
    _check(rect.width >= 0 and rect.height >= 0, f"plane {rect}")
    _check(all(isinstance(v, int) for v in (rect.x, rect.y)), f"plane {rect}")
    _check(0 <= plane.fill <= 255, f"fill {plane.fill}")
    if channels == 4 and rect.area <= SMALL_PX:
        pixels = plane.read()
        _check(pixels.shape == (rect.height, rect.width, 4), "plane of another shape")
        is_sane = pixels.size == 0 or bool((pixels[..., :3] <= pixels[..., 3:]).all())
        _check(is_sane, "a colour is above its alpha")


def _check(is_met: bool, sentence: str) -> None:
    if not is_met:
        raise BrokenError(sentence)


class Monkey:
    """Owns a window over a folder and plays with it; ``close`` ends both.

    Attributes:
        log: what was done, one line each.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.log: list[str] = []
        self.random = np.random.default_rng(seed)
        self.jobs = ScriptedJobs()
        self.trouble: list[str] = []
        self._step = -1
        self._answered: list[QWidget] = []
        self._first: dict[str, str] = {}
        self._ignored: dict[str, tuple[str, ...]] = {}
        self._take_over()
        recovery = RecoveryFolder(folder / "recovery")
        self.workspace = Workspace(
            Worker(recovery.write_state, self.jobs),
            ModelCache(folder / "cache", 1 << 30),
            recovery,
            journals=JournalFolder(folder / "journals"),
            autosave_s=0.3,
        )
        self.workspace.session_opened.connect(self._note_opened)
        settings = Settings(folder / "own.ini")
        settings.last_folder = folder
        self.window = MainWindow(self.workspace, settings)
        self.window.resize(1280, 800)
        self.window.show()
        self.window.activateWindow()
        self._answers = QTimer(interval=4)
        self._answers.timeout.connect(self._answer)
        self._answers.start()
        self._pen = _pen_of(QPointingDevice.PointerType.Pen)
        self._eraser = _pen_of(QPointingDevice.PointerType.Eraser)
        self.wait(lambda: self.window.training.device.count() > 1)
        self.workspace.create(640, 480, (200, 180, 90))

    # ---- around the play

    def _take_over(self) -> None:
        self._hook, sys.excepthook = sys.excepthook, self._note_error
        self._former_messages = qInstallMessageHandler(self._note_message)
        self._handler = _Records(self.trouble)
        logging.getLogger().addHandler(self._handler)
        self._dialogs = {
            name: QFileDialog.__dict__.get(name) or getattr(QFileDialog, name)
            for name in ("getOpenFileNames", "getOpenFileName", "getSaveFileName")
        }
        QFileDialog.getOpenFileNames = lambda *_, **__: ([self._some_file()], "")  # type: ignore[method-assign]
        QFileDialog.getOpenFileName = lambda *_, **__: (self._some_file(), "")  # type: ignore[method-assign]
        QFileDialog.getSaveFileName = lambda *_, **__: (self._some_name(), "")  # type: ignore[method-assign]

    def close(self) -> None:
        """End the program without saving."""
        self.jobs.scales_allowed, self.jobs.are_renders_held = 3, False
        for session in self.workspace.sessions:
            self.workspace.close(session)
        self.window.close()
        self.workspace.shutdown()
        if self.workspace.recovery._lock is not None:
            self.workspace.recovery._lock.unlock()
        self._answers.stop()
        self.window.deleteLater()
        self.workspace.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        for name, work in self._dialogs.items():
            setattr(QFileDialog, name, work)
        logging.getLogger().removeHandler(self._handler)
        qInstallMessageHandler(self._former_messages)
        sys.excepthook = self._hook

    def _note_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self.trouble.append("".join(traceback.format_exception(kind, error, trace)))

    def _note_message(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        is_loud = kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if is_loud and "This plugin does not support" not in text:
            self.trouble.append(f"Qt: {text}\n{''.join(traceback.format_stack(limit=12))}")

    def _note_opened(self, session: Session) -> None:
        # a document without a photo gets one when it is trained on, which is no step
        ignored = (*FREE, "photo_transform") if not session.has_photo else FREE
        self._ignored[session.id] = ignored
        self._first[session.id] = digest_of(session.document, ignored)

    def wait(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        """Let the program run until the condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            _check(time.monotonic() < end, "waited in vain")
            QApplication.processEvents()
            QTest.qSleep(1)

    # ---- answering

    def _answer(self) -> None:
        menu = QApplication.activePopupWidget()
        if menu is not None:
            if isinstance(menu, QMenu) and self._is(0.3):
                self._pick(menu)
            menu.close()
            return
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QDialog):
            return
        if any(dialog is each for each in self._answered):
            dialog.reject()
            return
        self._answered = [*self._answered[-4:], dialog]
        if isinstance(dialog, QMessageBox):
            button = self._one_of(dialog.buttons())
            self.log.append(f"    answers {button.text()}")
            button.click()
            return
        self._fill_in(dialog)
        is_accepted = self._is(0.7)
        self.log.append(f"    {type(dialog).__name__} {'accepted' if is_accepted else 'rejected'}")
        if is_accepted:
            dialog.accept()
        else:
            dialog.reject()

    def _fill_in(self, dialog: QDialog) -> None:
        for field in dialog.findChildren(QSpinBox):
            if self._is(0.5) and field.isEnabled():
                top = min(field.maximum(), 900)
                field.setValue(self._int(field.minimum(), max(field.minimum(), top) + 1))
        for box in dialog.findChildren(QComboBox):
            if self._is(0.4) and box.count() and box.isEnabled():
                box.setCurrentIndex(self._int(0, box.count()))
        for button in dialog.findChildren(QAbstractButton):
            if button.isCheckable() and button.isEnabled() and self._is(0.3):
                button.click()

    def _pick(self, menu: QMenu) -> None:
        actions = [
            each
            for each in menu.actions()
            if each.isEnabled() and each.menu() is None and each.objectName() not in LEFT_OUT
        ]
        if actions:
            action = self._one_of(actions)
            self.log.append(f"    menu {action.text()}")
            action.trigger()

    def _some_file(self) -> str:
        name = self._one_of(["photo.png", "broken.png", "missing.png", "saved.singan", "x.ora", ""])
        self.log.append(f"    file {name}")
        return str(self.folder / name) if name else ""

    def _some_name(self) -> str:
        name = self._one_of(["saved.singan", "x.ora", "out.png", "nowhere/x.singan", "", "out.jpg"])
        self.log.append(f"    name {name}")
        return str(self.folder / name) if name else ""

    # ---- chance

    def _is(self, probability: float) -> bool:
        return bool(self.random.random() < probability)

    def _int(self, low: int, high: int) -> int:
        return int(self.random.integers(low, high))

    def _one_of(self, items):  # type: ignore[no-untyped-def]
        return items[self._int(0, len(items))]

    # ---- playing

    def play(self, steps: Iterable[int]) -> None:
        """Do the steps of these numbers, and look after each whether all is well.

        Raises:
            BrokenError: it is not.
        """
        for step in steps:
            self._step = step
            self.random = np.random.default_rng([self.seed, step])
            deeds = (
                (0.36, self._trigger),
                (0.66, self._gesture),
                (0.84, self._poke),
                (0.91, self._key_or_wheel),
                (0.98, self._window_event),
                (1.01, self._job),
            )
            chance = self.random.random()
            next(deed for limit, deed in deeds if chance < limit)()
            QApplication.processEvents()
            self.wait(lambda: not self.window._refresh_timer.isActive())
            self._keep_small()
            self.check(is_thorough=step % 10 == 9)

    def finish(self) -> None:
        """Undo everything, do it again, and compare.

        Raises:
            BrokenError: something else came back.
        """
        self._rest()
        for session in self.workspace.sessions:
            ignored = self._ignored[session.id]
            session.finish_gestures()
            if session.document.quick_mask is not None:
                continue
            last, count = digest_of(session.document, ignored), session.history.index
            session.go_to_history(0)
            is_whole = session.history._dropped == 0
            first = digest_of(session.document, ignored)
            _check(not is_whole or first == self._first[session.id], "undone to something else")
            check_document(session.document)
            session.go_to_history(count)
            _check(digest_of(session.document, ignored) == last, "redone to something else")
            self.check(is_thorough=True)

    def _keep_small(self) -> None:
        sessions = self.workspace.sessions
        for session in sessions[:-MOST_DOCUMENTS]:
            self.log.append("closes the first document")
            self.workspace.close(session)
        if not self.workspace.sessions:
            self._open()
        session = self.workspace.active
        assert session is not None
        if len(session.document.layers) > MOST_LAYERS:
            self.log.append("flattens")
            self.window.registry.trigger("layer.flatten")
        if max(session.document.width, session.document.height) > 6000:
            self.log.append("closes a huge document")
            self.workspace.close(session)
            self._keep_small()
        QApplication.processEvents()

    def _open(self) -> None:
        if self._is(0.3):
            self.log.append("opens the photo")
            self.workspace.open_path(self.folder / "photo.png")
        else:
            width, height = self._one_of(SIZES)
            self.log.append(f"new {width} x {height}")
            color = None if self._is(0.3) else (90, 140, 200)
            self.workspace.create(width, height, color)

    def _trigger(self) -> None:
        registry = self.window.registry
        names = [
            name
            for name in registry.specs
            if name not in LEFT_OUT and registry.action(name).isEnabled()
        ]
        name = self._one_of(names)
        self.log.append(name)
        registry.trigger(name)

    # ---- gestures over the picture

    def _gesture(self) -> None:
        canvas = self.window.canvas
        if self._is(0.6):
            tool = self._one_of(list(Tool))
            action = self.window.registry.action(f"tool.{tool.value}")
            if action.isEnabled():
                action.trigger()
        if self._is(0.2):
            size = self._one_of([1.0, 3.5, 20.0, 90.0, 2000.0])
            self.workspace.tool_state.set_active_size(size)
        pen = self._one_of([None, None, self._pen, self._eraser])
        held = self._one_of(HELD)
        points = [self._point() for _ in range(self._int(1, 7))]
        is_cut = self._is(0.35)
        self.log.append(
            f"{self.workspace.tool_state.tool.value} {held.name or held} {len(points)} points"
            f" {'mouse' if pen is None else pen.name()}{' cut' if is_cut else ''}"
        )
        self._send(pen, 0, points[0], held)
        for number, point in enumerate(points[1:]):
            self._send(pen, 1, point, held)
            if is_cut and number == len(points) // 2:
                self._interrupt(point)
            if self._is(0.3):
                QApplication.processEvents()
        if not is_cut or self._is(0.8):
            self._send(pen, 2, points[-1], held)
        if self._is(0.1):
            at = QPointF(points[-1])
            QApplication.sendEvent(
                canvas,
                QMouseEvent(
                    QEvent.Type.MouseButtonDblClick,
                    at,
                    canvas.mapToGlobal(at),
                    _LEFT,
                    _LEFT,
                    held,
                ),
            )
            self._send(None, 2, points[-1], held)
        if self._is(0.15):
            self._key(self._one_of([Qt.Key.Key_Return, Qt.Key.Key_Escape]))

    def _point(self) -> QPointF:
        canvas = self.window.canvas
        x, y = self.random.random(2) * 1.2 - 0.1
        if self._is(0.5) and self.workspace.active is not None:
            document = self.workspace.active.document
            return canvas.viewport.to_device(x * document.width, y * document.height)
        return QPointF(x * canvas.width(), y * canvas.height())

    def _send(
        self,
        pen: QPointingDevice | None,
        kind: int,
        at: QPointF,
        held: Qt.KeyboardModifier,
    ) -> None:
        canvas = self.window.canvas
        button = _NO_BUTTON if kind == 1 else _LEFT
        buttons = _NO_BUTTON if kind == 2 else _LEFT
        if pen is not None:
            kinds = (QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease)
            pressure = self._one_of(ODD) if self._is(0.05) else float(self.random.random())
            if self._is(0.02):
                at = QPointF(self._one_of(ODD), at.y())
            event = QTabletEvent(
                kinds[kind],
                pen,
                at,
                canvas.mapToGlobal(at) if math.isfinite(at.x()) else at,
                pressure,
                0.0,
                0.0,
                0.0,
                0.0,
                0.0,
                held,
                button,
                buttons,
            )
            QApplication.sendEvent(canvas, event)
            if event.isAccepted() or not math.isfinite(at.x()) or abs(at.x()) > 1e9:
                return
        mouse = (
            QEvent.Type.MouseButtonPress,
            QEvent.Type.MouseMove,
            QEvent.Type.MouseButtonRelease,
        )
        QApplication.sendEvent(
            canvas, QMouseEvent(mouse[kind], at, canvas.mapToGlobal(at), button, buttons, held)
        )

    def _interrupt(self, at: QPointF) -> None:
        """Do something that nobody does in the middle of a drag."""
        deeds: dict[str, Callable[[], object]] = {
            "escape": lambda: self._key(Qt.Key.Key_Escape),
            "enter": lambda: self._key(Qt.Key.Key_Return),
            "focus": self._lose_focus,
            "tab": lambda: self.window.registry.trigger("view.next_document"),
            "close": lambda: self.workspace.active and self.workspace.close(self.workspace.active),
            "undo": lambda: self.window.registry.trigger("edit.undo"),
            "redo": lambda: self.window.registry.trigger("edit.redo"),
            "theme": self._change_theme,
            "resize": self._resize,
            "space": lambda: self._space(at),
            "tool": lambda: self.workspace.tool_state.set_tool(self._one_of(list(Tool))),
            "action": self._trigger,
            "poke": self._poke,
            "save": lambda: self.window.registry.trigger("file.save"),
            "wheel": self._wheel,
            "autosave": self.workspace.keep_unsaved,
            "pen": lambda: self._send(self._pen, self._int(0, 3), at, _MODIFIERS.NoModifier),
            "history": self._travel,
            "other button": lambda: self._other_button(at),
            "render": lambda: self.window.registry.trigger("generate.render"),
            "hide": self._hide_and_show,
        }
        name = self._one_of(list(deeds))
        self.log.append(f"  cut by {name}")
        deeds[name]()
        if self._is(0.5):
            QApplication.processEvents()

    def _travel(self) -> None:
        session = self.workspace.active
        if session is not None:
            session.go_to_history(self._int(0, len(session.history.labels()) + 1))

    def _other_button(self, at: QPointF) -> None:
        canvas = self.window.canvas
        button = self._one_of([Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            QApplication.sendEvent(
                canvas,
                QMouseEvent(
                    kind, at, canvas.mapToGlobal(at), button, button, _MODIFIERS.NoModifier
                ),
            )

    def _hide_and_show(self) -> None:
        self.window.hide()
        self.window.show()

    def _space(self, at: QPointF) -> None:
        canvas = self.window.canvas
        keys = _MODIFIERS.NoModifier
        QApplication.sendEvent(
            canvas, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space.value, keys, " ")
        )
        self._send(None, 1, at + QPointF(30, -20), keys)
        if self._is(0.8):
            QApplication.sendEvent(
                canvas, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Space.value, keys, " ")
            )

    def _lose_focus(self) -> None:
        reason = Qt.FocusReason.ActiveWindowFocusReason
        QApplication.sendEvent(self.window.canvas, QFocusEvent(QEvent.Type.FocusOut, reason))
        QApplication.sendEvent(self.window, QEvent(QEvent.Type.WindowDeactivate))
        self.window.activateWindow()

    # ---- elsewhere

    def _poke(self) -> None:
        """Do something to any widget of the window."""
        widgets = [
            each
            for each in self.window.findChildren(QWidget)
            if each.isVisible() and each.isEnabled() and each.size().width() > 2
        ]
        keen = [each for each in widgets if self._is_keen(each)]
        if not widgets:
            return
        widget = self._one_of(keen if keen and self._is(0.85) else widgets)
        name = f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}"
        held = self._one_of(HELD)
        at = QPoint(self._int(0, widget.width()), self._int(0, max(1, widget.height())))
        kind = self._one_of(["click", "click", "double", "drag", "wheel", "key", "type", "right"])
        action = getattr(widget, "defaultAction", lambda: None)()
        if action is not None and action.objectName() in LEFT_OUT:
            return
        self.log.append(f"pokes {name}: {kind}")
        if kind == "wheel":
            self._wheel(widget, at)
        elif kind == "key":
            QTest.keyClick(widget, self._one_of(KEYS), held)
        elif kind == "type":
            QTest.keyClicks(widget, self._one_of(["7", "-1e9", "12.5", "abc", "", "999999"]))
            QTest.keyClick(widget, self._one_of([Qt.Key.Key_Return, Qt.Key.Key_Escape]))
        elif kind == "double":
            QTest.mouseDClick(widget, _LEFT, held, at)
        elif kind == "right":
            QTest.mouseClick(widget, Qt.MouseButton.RightButton, held, at)
        elif kind == "drag" and not _starts_drags(widget):
            QTest.mousePress(widget, _LEFT, held, at)
            for _ in range(3):
                QTest.mouseMove(widget, at + QPoint(self._int(-60, 60), self._int(-60, 60)))
            QTest.mouseRelease(widget, _LEFT, held, at + QPoint(9, 9))
        else:
            QTest.mouseClick(widget, _LEFT, held, at)

    def _is_keen(self, widget: QWidget) -> bool:
        return isinstance(
            widget,
            (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit),
        ) or (type(widget).__module__.startswith("app.") and not widget.findChildren(QWidget))

    def _key(self, key: Qt.Key, held: Qt.KeyboardModifier = _MODIFIERS.NoModifier) -> None:
        QTest.keyClick(self.window.canvas, key, held)

    def _key_or_wheel(self) -> None:
        if self._is(0.3):
            self.log.append("wheel")
            self._wheel()
        else:
            key, held = self._one_of(KEYS), self._one_of(HELD)
            self.log.append(f"key {key.name} {held.name or held}")
            self._key(key, held)

    def _wheel(self, widget: QWidget | None = None, at: QPoint | None = None) -> None:
        widget = self.window.canvas if widget is None else widget
        place = QPointF(self._point() if at is None else at)
        delta = QPoint(0, self._one_of([120, -120, 1200, -1200, 15]))
        QApplication.sendEvent(
            widget,
            QWheelEvent(
                place,
                widget.mapToGlobal(place),
                QPoint(),
                delta,
                _NO_BUTTON,
                self._one_of(HELD),
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )

    def _window_event(self) -> None:
        deeds: tuple[Callable[[], object], ...] = (
            self._open,
            self._resize,
            self._change_theme,
            self._lose_focus,
            self._hide_and_show,
            self._travel,
            self._close_one,
        )
        deed = self._one_of(deeds)
        self.log.append(deed.__name__)
        deed()

    def _close_one(self) -> None:
        session = self._one_of(self.workspace.sessions)
        self.workspace.close(session)

    def _resize(self) -> None:
        self.window.resize(*self._one_of([(1280, 800), (960, 600), (1900, 1000), (1, 1)]))

    def _change_theme(self) -> None:
        self.window.theme.choose(self._one_of(list(ThemeChoice)))

    def _job(self) -> None:
        self.jobs.scales_allowed = self._int(0, 4)
        self.jobs.are_renders_held = self._is(0.4)
        is_broken = self._is(0.1)
        self.jobs.render_error = MemoryError("scripted") if is_broken else None
        name = self._one_of(["train", "render", "pause", "resume", "cancel", "apply", "next"])
        self.log.append(f"job {name} {self.jobs.scales_allowed} {self.jobs.are_renders_held}")
        self.window.registry.trigger(f"generate.{name}")
        QTest.qWait(self._int(1, 60))

    # ---- looking

    def check(self, is_thorough: bool) -> None:
        """Fail unless everything is as it must be."""
        if self.trouble:
            raise BrokenError("\n".join(self.trouble))
        for session in self.workspace.sessions:
            check_document(session.document)
        self._check_actions()
        self._check_panels()
        if is_thorough:
            self._rest()
            for session in self.workspace.sessions:
                self._check_composite(session)
            self._check_screen()
            if self.trouble:
                raise BrokenError("\n".join(self.trouble))

    def _rest(self) -> None:
        """No gesture and nothing pending, nothing coarse."""
        self._key(Qt.Key.Key_Escape)
        self._key(Qt.Key.Key_Escape)
        QApplication.processEvents()
        _check(not self.window.canvas.is_busy, "a gesture goes on after Esc")
        _check(not self.window.canvas.is_pending, "work is pending after Esc")
        painter = self.window.canvas._painter
        if painter is not None and self.window.canvas.isVisible():
            self.wait(lambda: not painter.composite.is_coarse)
        self.wait(lambda: not self.window._refresh_timer.isActive())

    def _check_actions(self) -> None:
        self.wait(lambda: not self.window._refresh_timer.isActive())
        window, workspace = self.window, self.workspace
        session, tool = workspace.active, workspace.tool_state.tool
        conditions = conditions_of(
            session, tool, not window.training.blocker(), window.canvas.is_pending
        )
        if len(workspace.sessions) > 1:
            conditions.add("several_documents")
        if session is not None and not window.generate.blocker():
            conditions.add("renderable")
        for spec in window.registry.specs.values():
            is_enabled = window.registry.action(spec.id).isEnabled()
            wanted = spec.needs <= conditions
            _check(
                is_enabled == wanted,
                f"{spec.id} is {is_enabled}: {spec.needs - conditions} {window.training.blocker()}",
            )

    def _check_panels(self) -> None:
        session = self.workspace.active
        window = self.window
        _check(window.tabs.count() == len(self.workspace.sessions), "tabs are missing")
        if session is None:
            return
        document = session.document
        rows = [layer.id for layer in reversed(listed_layers(document.layers))]
        shown = [row.layer.id for row in window.layers.model.rows]
        _check(rows == shown, "the layers panel shows other rows")
        layer = document.active_layer
        if layer is not None:
            percent = window.layers.opacity.value()
            _check(abs(percent - 100 * layer.opacity) <= 0.51, f"{percent} % of {layer.opacity}")
        steps = window.history.list
        _check(steps.count() == len(session.history.labels()) + 1, "history list is too long")
        _check(steps.currentRow() == session.history.index, "history list marks another step")
        _check(window.canvas.session is session, "canvas shows another document")

    def _check_composite(self, session: Session) -> None:
        document = session.document
        is_own = session.preview is None and not session.transforms.is_active
        if document.rect.area > SMALL_PX or not is_own:
            return
        shown = session.compositor.composite().astype(np.int16)
        wanted = Compositor(document).composite().astype(np.int16)
        worst = np.abs(shown - wanted)
        _check(worst.max() <= 1, f"stale by {worst.max()} at {np.argwhere(worst > 1)[:3]}")

    def _check_screen(self) -> None:
        """What was painted bit by bit must be what is painted at once."""
        canvas = self.window.canvas
        painter, screen = canvas._painter, canvas.screen()
        if painter is None or painter.has_ants or not canvas.isVisible():
            return
        wanted = self._settled_picture()
        corner = canvas.mapTo(self.window, QPoint(0, 0))
        size = (canvas.width(), canvas.height())
        grabbed = screen.grabWindow(self.window.winId(), corner.x(), corner.y(), *size)
        if grabbed.isNull():
            return
        seen = _pixels(grabbed.toImage())
        cover = self.window.messages
        if cover.isVisible():
            bottom = cover.geometry().bottom() + 2
            seen, wanted = seen[bottom:], wanted[bottom:]
        if seen.shape != wanted.shape or not seen.size:
            return
        worst = np.abs(seen - wanted).max(axis=2)
        places = np.argwhere(worst > 4)
        # single pixels along edges are rounded otherwise where they are drawn in pieces
        _check(len(places) < 40, f"screen is stale by {worst.max()} at {places[:3].tolist()}")

    def _settled_picture(self) -> NDArray[np.int16]:
        """What the canvas shows, once the screen had the time to follow.

        A grab settles the layout; what a job shows meanwhile is waited for too.
        """
        pictures = [_pixels(self.window.canvas.grab().toImage())]

        def is_settled() -> bool:
            QApplication.processEvents()
            pictures.append(_pixels(self.window.canvas.grab().toImage()))
            return np.array_equal(*pictures[-2:])

        self.wait(is_settled)
        return pictures[-1]


def _pixels(image):  # type: ignore[no-untyped-def]
    image = image.convertToFormat(image.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8)
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    return flat.reshape(shape)[:, : image.width(), :3].astype(np.int16)


def _starts_drags(widget: QWidget) -> bool:
    """A drag that Qt leads waits for a real pointer."""
    while widget is not None:
        if isinstance(widget, QAbstractItemView):
            return True
        widget = widget.parentWidget()
    return False


def _pen_of(kind: QPointingDevice.PointerType) -> QPointingDevice:
    capabilities = QInputDevice.Capability.Pressure | QInputDevice.Capability.Position
    device = QInputDevice.DeviceType.Stylus
    return QPointingDevice(kind.name, 1 + kind.value, device, kind, capabilities, 1, 1)


class _Records(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self, trouble: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._trouble = trouble

    def emit(self, record: logging.LogRecord) -> None:
        self._trouble.append(self.format(record))


def prepare(folder: Path) -> None:
    """Write the files that dialogs give back."""
    from tests.e2e.studio import draw_photo, write_png

    write_png(folder / "photo.png", draw_photo())
    (folder / "broken.png").write_bytes(b"\x89PNG not really")


def main(seed: int, count: int, ranges: list[str]) -> int:
    """Play in a folder of its own; returns 1 and tells the end of the log on failure."""
    import faulthandler
    import tempfile

    faulthandler.enable()
    faulthandler.dump_traceback_later(400, exit=True)
    steps: list[int] = []
    for each in ranges:
        first, last = each.split("-")
        steps += range(int(first), int(last) + 1)
    QApplication([])
    catch_in_overrides("app")
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        monkey = Monkey(Path(name), seed)
        is_whole = False
        try:
            monkey.play(steps or range(count))
            monkey.finish()
            is_whole = True
        except Exception:  # noqa: BLE001 - whatever it is, the log tells what led to it
            print("\n".join(monkey.log[-12:]))
            print(f"seed {seed} step {monkey._step}: {traceback.format_exc()}")
        finally:
            monkey.close()
        if monkey.trouble and is_whole:
            print("at the end:", "\n".join(monkey.trouble))
            is_whole = False
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
