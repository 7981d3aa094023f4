"""The style sheet: spacing and borders on an 8 px grid that the Fusion style alone lacks.

``@names`` stand for the fields of ``Colors``.
"""

from __future__ import annotations

from app.theme.colors import Colors
from app.theme.icons import ICON_FOLDER

GRID_PX = 8

STYLE_SHEET = """
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }

QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }

QMenuBar { background: @window; padding: 2px 4px; menubar-altkey-navigation: 0; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @window; border: 1px solid @line; padding: 4px 0; }
QMenu::item { padding: 5px 24px 5px 12px; }
QMenu::item:selected { background: @accent_fill; color: @on_accent; }
QMenu::item:disabled { color: @disabled; background: transparent; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @line; margin: 4px 0; }

QToolBar { background: @window; border: none; spacing: 4px; padding: 4px; }
QToolBar#toolBar { border-right: 1px solid @line; }
QToolBar#optionsBar { border-bottom: 1px solid @line; }
QToolBar::separator { background: @line; margin: 4px; }
QToolBar#toolBar::separator { height: 1px; }
QToolBar#optionsBar::separator { width: 1px; }

QToolButton {
    border: 1px solid transparent; border-radius: 4px; padding: 4px; background: transparent;
    color: @text;
}
QToolButton#addColor { padding: 1px; }
QToolButton#qt_toolbar_ext_button { padding: 0; border: none; }
QToolButton:hover { background: @hover; }
QToolButton:pressed { background: @line; }
QToolButton:checked { background: @accent_fill; color: @on_accent; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @disabled; background: transparent; }

QPushButton {
    border: 1px solid @line; border-radius: 4px; padding: 4px 12px; min-height: 18px;
    background: @raised; color: @text;
}
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @line; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @disabled; background: @window; }
QPushButton[segment] { border-radius: 0; margin-left: -1px; padding: 4px 6px; }
QPushButton[segment="first"] {
    border-top-left-radius: 4px; border-bottom-left-radius: 4px; margin-left: 0;
}
QPushButton[segment="last"] { border-top-right-radius: 4px; border-bottom-right-radius: 4px; }
QPushButton[segment]:checked {
    background: @accent_fill; color: @on_accent; border-color: @accent_fill;
}
QPushButton[main="true"] {
    background: @accent_fill; border-color: @accent_fill; color: @on_accent;
}
QPushButton[main="true"]:hover { border-color: @accent; }
QPushButton[main="true"]:disabled { background: @window; border-color: @line; color: @disabled; }

QLineEdit {
    background: @sunken; border: 1px solid @line; border-radius: 4px; padding: 3px 6px;
    min-height: 18px; selection-background-color: @accent_fill; selection-color: @on_accent;
}
QLineEdit:focus { border-color: @accent; }
QLineEdit:disabled { color: @disabled; }

QAbstractSpinBox {
    background: @sunken; border: 1px solid @line; border-radius: 4px;
    padding: 1px 0px 1px 1px; min-height: 21px; color: @text;
    selection-background-color: @accent_fill; selection-color: @on_accent;
}
QAbstractSpinBox:focus { border-color: @accent; }
QAbstractSpinBox:disabled { color: @disabled; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 16px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @hover; }
QAbstractSpinBox::up-arrow { image: url(@icons/caret-up.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url(@icons/caret.svg); width: 9px; height: 9px; }

QCheckBox::indicator {
    width: 12px; height: 12px; border: 1px solid @disabled; border-radius: 3px; background: @sunken;
}
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked {
    background: @accent_fill; border-color: @accent_fill; image: url(@icons/check.svg);
}
QCheckBox::indicator:disabled { border-color: @line; background: @window; }
QCheckBox::indicator:checked:disabled { background: @disabled; border-color: @disabled; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QComboBox {
    background: @raised; border: 1px solid @line; border-radius: 4px; padding: 3px 8px;
    min-height: 18px; color: @text;
}
QComboBox:hover { background: @hover; }
QComboBox:focus { border-color: @accent; }
QComboBox:disabled { color: @disabled; background: @window; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(@icons/caret.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
    background: @raised; border: 1px solid @line; color: @text;
    selection-background-color: @accent_fill; selection-color: @on_accent; outline: none;
}

QProgressBar { background: @sunken; border: 1px solid @line; border-radius: 3px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }

QListView, QTreeView, QTableView {
    background: @sunken; border: 1px solid @line; border-radius: 4px; outline: none;
}
QListView:focus, QTreeView:focus, QTableView:focus { border-color: @accent; }
QTreeView::item { padding: 3px 4px; }
QListView#steps::item { padding: 3px 4px; }
QHeaderView::section {
    background: @window; color: @muted; border: none; border-bottom: 1px solid @line;
    padding: 4px 8px;
}
#welcomePage QListView { background: transparent; border: none; }
#welcomePage, #welcomeBody { background: @sunken; }
#dropArea { border: 1px dashed @disabled; border-radius: 8px; }
#exampleCard { border: 1px solid @line; border-radius: 8px; background: @window; }
QScrollArea { border: none; background: @window; }
QScrollArea > QWidget > QWidget#panelBody { background: @window; }
QWidget#panelFoot { border-top: 1px solid @line; }

QScrollBar:vertical { background: @window; width: 10px; margin: 0; }
QScrollBar:horizontal { background: @window; height: 10px; margin: 0; }
QScrollBar::handle {
    background: @line; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px;
}
QScrollBar::handle:hover { background: @disabled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QTabBar {
    background: @window; qproperty-drawBase: 0; qproperty-elideMode: ElideNone;
    qproperty-expanding: false;
}
QTabBar::tab {
    background: @window; color: @muted; padding: 6px 12px; border: none;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar#documentTabs { border-bottom: 1px solid @line; qproperty-elideMode: ElideMiddle; }
QTabBar QToolButton { padding: 1px; }
QTabWidget::pane { border: none; }

QDockWidget { color: @text; font-weight: 600; }
QDockWidget > QWidget { font-weight: 400; }
QDockWidget::title { background: @window; padding: 6px 8px; text-align: left; }

QStatusBar { background: @window; border-top: 1px solid @line; color: @muted; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @muted; padding: 0 8px; }
QStatusBar QToolButton { color: @muted; padding: 1px 6px; }
QComboBox#zoomBox {
    background: transparent; border-color: transparent; color: @muted; padding: 0 6px;
    min-height: 16px;
}
QComboBox#zoomBox:hover, QComboBox#zoomBox:focus { background: @sunken; border-color: @line; }
QComboBox#zoomBox QLineEdit {
    background: transparent; border: none; padding: 0; color: @muted; min-height: 0;
}

QFrame#popup { background: @window; border: 1px solid @line; border-radius: 4px; }

QLabel[role="muted"] { color: @muted; }
QLabel[role="badge"] {
    color: @text; background: @raised; border: 1px solid @line; border-radius: 4px;
    padding: 2px 6px;
}
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel:disabled { color: @disabled; }

#messageBar { background: @notice; border-bottom: 1px solid @line; }
#recoveryRow { background: @raised; border: 1px solid @line; border-radius: 4px; }
#separator { background: @line; }
"""


def style_sheet_of(theme: Colors) -> str:
    """Return the style sheet in the colours of ``theme``."""
    text = STYLE_SHEET.replace("@icons", ICON_FOLDER.as_posix())
    for name in sorted(Colors.__slots__, key=len, reverse=True):
        text = text.replace(f"@{name}", getattr(theme, name))
    return text
