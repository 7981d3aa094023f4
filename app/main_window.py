"""The window: tabs, docks, menus; here the panels, the canvas and the actions meet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QColor, QPalette, QShowEvent
from PySide6.QtWidgets import QApplication

from app.actions.registry import ActionRegistry
from app.actions.table import ACTIONS
from app.canvas.canvas_view import CanvasView
from app.controls.message_bar import MessageBar
from app.cost_estimates import CostEstimates
from app.engine_facts import EngineFacts, load_engine_facts
from app.jobs.background import BackgroundTasks
from app.panels.color_pair import ColorPair
from app.panels.color_panel import ColorPanel
from app.panels.document_tabs import DocumentTabs
from app.panels.generate import GeneratePanel
from app.panels.history_panel import HistoryPanel
from app.panels.layers_panel import LayersPanel
from app.panels.tool_options import ToolOptions
from app.panels.training_panel import TrainingPanel
from app.panels.welcome_page import WelcomePage
from app.settings import Settings
from app.storage.recent_looks import RecentLooks
from app.theme import Theme, colors
from app.window.bars import Menus, add_tool_bars
from app.window.center import Center
from app.window.clipboard_actions import ClipboardActions
from app.window.clips import Clips
from app.window.closing import Closing
from app.window.conditions import conditions_of
from app.window.docks import Docks, DockSpec
from app.window.dropping import Dropping
from app.window.edit_actions import EditActions
from app.window.edit_overlays import EditOverlays
from app.window.file_actions import FileActions
from app.window.generate_actions import RESULT_MENU, GenerateActions
from app.window.healing import Healing
from app.window.help_actions import HelpActions
from app.window.hole_preview import HolePreview
from app.window.image_actions import ImageActions
from app.window.input_window import InputWindow
from app.window.layer_actions import LayerActions
from app.window.layout_memory import LayoutMemory
from app.window.mask_tint import MaskTint
from app.window.model_actions import ModelActions
from app.window.notices import Notices
from app.window.paint_actions import PaintActions
from app.window.photo_colors import PhotoColors
from app.window.pictures import Pictures
from app.window.quick_mask_colors import QuickMaskColors
from app.window.recovering import Recovering
from app.window.second_pictures import SecondPictures
from app.window.select_actions import SelectActions
from app.window.status_bar import StatusBar
from app.window.view_actions import ViewActions
from app.window.window_keys import FIELDS, WindowKeys

if TYPE_CHECKING:
    from app.document.change import Change
    from app.session import Session
    from app.workspace import Workspace


class MainWindow(InputWindow):
    """The one window of the program.

    Args:
        workspace: the open documents; shut down when the window closes.
        settings: what is remembered; None = the user's own.
        theme: shown theme; None = made from the settings.

    Attributes:
        workspace: the open documents.
        registry: all actions.
        canvas: shows the active document.
        training, generate, color, layers, history, tool_options: the panels.
        messages: notices.
        center: the canvas or the welcome page, below the tabs.
    """

    def __init__(
        self, workspace: Workspace, settings: Settings | None = None, theme: Theme | None = None
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self.settings = Settings(parent=self) if settings is None else settings
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.theme = Theme(application, self.settings.theme) if theme is None else theme
        self._tasks = BackgroundTasks("window", self)
        # thumbnails and palettes do not wait for the engine to be loaded
        self._pictures = BackgroundTasks("pictures", self)
        self._is_engine_wanted = True
        self._is_leaving = False
        self._refresh_timer = QTimer(self, interval=0, singleShot=True)
        self._refresh_timer.timeout.connect(self._refresh_actions)
        self.setObjectName("mainWindow")
        self.setMinimumSize(960, 600)
        self._build_panels()
        self.docks = self._build_docks()
        self._view = ViewActions(
            self, workspace, self.canvas, self.docks, self.theme, self.settings
        )
        self._edit_actions = EditActions(workspace)
        self._generate_actions = GenerateActions(self.training, self.generate)
        self._layer_actions = LayerActions(workspace)
        self._select_actions = SelectActions(self, workspace, self.canvas, self.settings)
        self._models = ModelActions(self, workspace.cache, self.settings, self.messages)
        self._help = HelpActions(self, workspace)
        self.registry = ActionRegistry(self, ACTIONS, self._handlers())
        self._give_actions()
        self.center = Center(self.tabs, self.welcome, self.canvas, self.messages)
        self.setCentralWidget(self.center)
        self._connect()
        self._notices = Notices(
            workspace, self.messages, self.generate, partial(self.docks.reveal, "generate")
        )
        in_front = self.docks.docks["generate"].visibilityChanged
        in_front.connect(self._notices.note_generate_shown)
        self.pictures = Pictures(self, workspace, self.generate, self.files, self.settings)
        self.second_pictures = SecondPictures(self, workspace, self.generate, self.settings)
        self.clips = Clips(self, workspace, self.generate, self.settings)
        self.recovering = Recovering(self, workspace, self.messages)
        self._follow_on_canvas()
        self._layout = LayoutMemory(self, self.docks, self.settings)
        self._layout.restore()
        self._show_active(workspace.active)

    # ---- building

    def _follow_on_canvas(self) -> None:
        """Make what is shown on the canvas beside the document itself."""
        workspace = self.workspace
        self._healing = Healing(workspace, self.generate, partial(self.docks.reveal, "generate"))
        self._hole_preview = HolePreview(workspace, self.canvas, self._pictures)
        self._mask_tint = MaskTint(
            workspace, self.generate, self.canvas, self._tasks, self.messages.show_notice
        )
        self.edit_overlays = EditOverlays(
            workspace,
            self.generate.injection,
            self.generate.analogy.scale_box.strip,
            self.canvas,
            self._tasks,
        )
        self.edit_overlays.remember_live(self.settings)
        self._quick_mask_colors = QuickMaskColors(workspace, self)
        self._photo_colors = PhotoColors(
            workspace, self.color, self.canvas, self._pictures, self.messages.show_notice
        )

    def _build_panels(self) -> None:
        workspace, settings = self.workspace, self.settings
        workspace.tool_state.restore(settings.structure("tools/settings"))
        self.messages = MessageBar()
        self.files = FileActions(self, workspace, settings, self.messages, self._tasks)
        self.closing = Closing(self.files, workspace, self.close)
        self.canvas = CanvasView(workspace.tool_state)
        self.canvas.setAccessibleName(self.tr("Picture"))
        self.training = TrainingPanel(
            workspace, settings.text("train/preset", "draft"), settings.text("train/device", "auto")
        )
        self.generate = GeneratePanel(workspace)
        self.tool_options = ToolOptions(workspace)
        self.color = ColorPanel(workspace, settings)
        self.layers = LayersPanel(workspace)
        self.history = HistoryPanel(workspace)
        self._looks = RecentLooks(self._pictures, workspace.cache, workspace.recovery, self)
        self.welcome = WelcomePage(settings, self._looks)
        self.tabs = DocumentTabs(workspace)
        self.status = StatusBar(self.canvas)

    def _give_actions(self) -> None:
        action = self.registry.action
        layer_ids = ("layer.new", "layer.group", "mask.add", "layer.duplicate", "layer.delete")
        self.layers.buttons.show_actions(action(action_id) for action_id in layer_ids)
        self.registry.fill_menu(self.layers.menu, "layer")
        self.generate.results.menu.addActions([action(action_id) for action_id in RESULT_MENU])
        self.history.buttons.show_actions((action("edit.undo"), action("edit.redo")))
        self.color.buttons.show_actions((action("edit.swap_colors"), action("edit.default_colors")))
        pair = ColorPair(self.workspace.tool_state)
        pair.color_wanted.connect(partial(self.docks.reveal, "color"))
        add_tool_bars(self, self.registry, self.tool_options, pair)
        self.menus = Menus(self, self.registry, self.settings, self._looks, self.files.open)
        self.setStatusBar(self.status)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            **self.files.handlers(),
            **self._edit_actions.handlers(),
            **ImageActions(self, self.workspace).handlers(),
            **PaintActions(self.workspace).handlers(),
            **self._layer_actions.handlers(),
            **self._select_actions.handlers(),
            **ClipboardActions(
                self.workspace, self.canvas, partial(self.files.place, is_patch=True)
            ).handlers(),
            **self._generate_actions.handlers(),
            **self._view.handlers(),
            **self._models.handlers(),
            **self._help.handlers(),
            "file.close": self._close_active,
            "file.quit": self.close,
            "canvas.commit": self.canvas.commit_pending,
            "canvas.cancel": self.canvas.cancel_pending,
            "layer.rename": self._rename_layer,
        }

    def _build_docks(self) -> Docks:
        return Docks(
            self,
            (
                DockSpec("training", self.tr("Training"), self.training, True),
                DockSpec("generate", self.tr("Generate"), self.generate),
                DockSpec("layers", self.tr("Layers"), self.layers),
                DockSpec("history", self.tr("History"), self.history),
                DockSpec("color", self.tr("Colour"), self.color, True),
            ),
        )

    def _connect(self) -> None:
        self.workspace.active_changed.connect(self._show_active)
        self.workspace.session_opened.connect(self._follow_session)
        self.workspace.session_closed.connect(self._refresh_timer.start)
        for session in self.workspace.sessions:
            self._follow_session(session)
        self.workspace.tool_state.changed.connect(self._refresh_timer.start)
        self.generate.application_changed.connect(self._refresh_timer.start)
        self.generate.injection.view_changed.connect(self._refresh_timer.start)
        self.generate.results.filter_changed.connect(self._refresh_timer.start)
        for part in (self._view, self._models):
            part.changed.connect(self._refresh_timer.start)
        self.canvas.cursor_moved.connect(self._focus_canvas)
        self.take_input(
            WindowKeys(self, self.canvas, self.generate),
            Dropping(
                self,
                self.workspace,
                self.canvas,
                self.center.zones,
                self.files,
                self.messages,
            ),
        )
        self.tool_options.color_wanted.connect(partial(self.docks.reveal, "color"))
        self.canvas.pending_changed.connect(self._refresh_timer.start)
        self.tabs.close_wanted.connect(self.closing.close)
        self.welcome.open_wanted.connect(self.files.choose_and_open)
        self.welcome.example_wanted.connect(self._help.open_example)
        self.welcome.path_picked.connect(self.files.open)
        self.theme.changed.connect(self._show_backdrop)
        self._show_backdrop()

    # ---- following the documents

    def _show_active(self, session: Session | None) -> None:
        self.canvas.show_session(session)
        self.center.show_canvas(session is not None)
        self.status.show_session(session)
        if session is not None:
            self.canvas.setFocus()
        self._show_title()
        self._refresh_timer.start()

    def _follow_session(self, session: Session) -> None:
        session.title_changed.connect(self._show_title)
        session.file_written.connect(self.files.note_written)
        session.document_changed.connect(self._take_change)
        for signal in (
            session.history_changed,
            session.training_changed,
            session.model_changed,
            session.pair_changed,
            session.results_changed,
            session.preview_changed,
            session.live_changed,
            session.title_changed,
        ):
            signal.connect(self._refresh_timer.start)

    def _take_change(self, change: Change) -> None:
        if change.layers or change.active or change.selection:
            self._refresh_timer.start()

    def _show_title(self) -> None:
        session = self.workspace.active
        name = "" if session is None else f"{session.title}[*] – "
        self.setWindowTitle(f"{name}SinGAN Studio")
        self.setWindowModified(session is not None and session.is_modified)

    def _refresh_actions(self) -> None:
        session, tool = self.workspace.active, self.workspace.tool_state.tool
        can_train = not self.training.blocker()
        conditions = conditions_of(session, tool, can_train, self.canvas.is_pending)
        if session is not None and not self.generate.blocker():
            conditions.add("renderable")
        if len(self.workspace.sessions) > 1:
            conditions.add("several_documents")
        self.registry.refresh(conditions)
        self.registry.check(f"tool.{tool.value}")
        self.registry.check(f"generate.{self.generate.application.value}")
        self.registry.check("edit.keep_models", self.workspace.cache.is_enabled)
        self._generate_actions.show_switches(self.registry)
        self._view.show_switches(self.registry)
        self._edit_actions.show_steps(self.registry)
        self._layer_actions.show_switches(self.registry)
        self._select_actions.show_switches(self.registry)

    def _focus_canvas(self, place: tuple[int, int] | None) -> None:
        """Give the picture the keys (Space pans) once the pointer is back on it."""
        focus = QApplication.focusWidget()
        if place is not None and focus is not self.canvas and not isinstance(focus, FIELDS):
            self.canvas.setFocus()

    def _show_backdrop(self) -> None:
        palette = QPalette(self.canvas.palette())
        palette.setColor(QPalette.ColorRole.Dark, QColor(colors().backdrop))
        self.canvas.setPalette(palette)

    # ---- what actions do

    def leave(self) -> None:
        """Close without a question, as the system asks it; trainings keep their checkpoints."""
        self._is_leaving = True
        self.close()
        QApplication.quit()

    def open_paths(self, paths: list[Path]) -> None:
        """Open files in the background, as if chosen in the dialog."""
        for path in paths:
            self.files.open(path)

    def _close_active(self) -> None:
        if self.workspace.active is not None:
            self.closing.close(self.workspace.active)

    def _rename_layer(self) -> None:
        self.docks.reveal("layers")
        self.layers.rename_active()

    def _take_engine(self, engine: EngineFacts) -> None:
        costs = CostEstimates(self.workspace.worker, self.settings, dict(engine.devices), self)
        for panel in (self.training, self.generate):
            panel.show_engine(engine)
            panel.show_costs(costs)
        self._refresh_timer.start()

    # ---- events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._layout.complete()
        if self._is_engine_wanted:
            self._is_engine_wanted = False
            self.workspace.look_for_journals()
            self._tasks.submit(load_engine_facts, self._take_engine, self.messages.show_notice)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._is_leaving and not self.closing.close_all():
            event.ignore()
            return
        self._remember()
        self.hide()
        self._tasks.stop()
        self._looks.stop()
        self._pictures.stop()
        self.workspace.shutdown()
        event.accept()

    def _remember(self) -> None:
        settings = self.settings
        if self.docks.are_hidden:
            self._view.toggle_panels()
        self._layout.remember()
        settings.set_text("train/preset", str(self.training.choices.preset.currentData()))
        settings.set_text("train/device", self.training.choices.device_name)
        settings.set_structure("tools/settings", self.workspace.tool_state.stored())
        settings.write()
