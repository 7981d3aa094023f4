"""The results of the generate panel: strip, badges, compare, discard, star, apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from app.controls.labels import icon_button, label, set_main
from app.controls.result_strip import ResultStrip
from app.controls.result_texts import detail_text, draft_text
from app.session.repeating import render_again
from app.theme import GRID_PX, icon

if TYPE_CHECKING:
    from app.jobs.results import RenderResult
    from app.session import Session


class ResultBox(QWidget):
    """Shows the kept results of a document and does with them what there is to do.

    Hidden while there are none.

    Attributes:
        session: the document in front, or None.
        buttons: what to do with the result shown; the panel has a place for them.
        menu: of a thumbnail; the window gives the actions.
        is_starred_only: whether only results with a star are listed.

    Signals:
        filter_changed(): other results are listed.
        settings_wanted(object): those of a ``RenderResult`` are to be chosen again.
    """

    filter_changed = Signal()
    settings_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self.is_starred_only = False
        self.menu = QMenu(self)
        self._build_badges()
        self.strip = ResultStrip()
        self.strip.picked.connect(self.pick)
        self.strip.star_clicked.connect(self._star)
        self.strip.menu_wanted.connect(self._open_menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID_PX // 2, 0, 0)
        column.setSpacing(GRID_PX)
        column.addLayout(self._head())
        column.addWidget(self.strip)
        self.buttons = QWidget()
        self.buttons.setLayout(self._buttons())

    # ---- showing

    def show_session(self, session: Session | None) -> None:
        """Show the results of another document, or of the same one anew."""
        self.session = session
        results = () if session is None else session.results
        shown = self._shown()
        listed = [each for each in results if each.is_starred or not self.is_starred_only]
        self.setVisible(bool(results))
        self.strip.show_results(listed, shown)
        is_on_canvas = session is not None and session.is_preview_on_canvas
        is_applicable = session is not None and session.is_preview_applicable
        self.compare_button.setEnabled(is_on_canvas)
        self.apply_button.setEnabled(is_applicable)
        self.discard_button.setEnabled(shown is not None)
        self.buttons.setVisible(shown is not None)
        set_main(self.apply_button, is_applicable)
        self._show_title(len(listed), len(results))
        self._show_badges(shown)

    def _show_title(self, listed: int, count: int) -> None:
        text = self.tr("Results: {listed} of {count}").format(listed=listed, count=count)
        self.title.setText(text if self.is_starred_only else self.tr("Results"))
        self.starred_button.setChecked(self.is_starred_only)
        self.starred_button.setIcon(icon("ph.star-fill" if self.is_starred_only else "ph.star"))

    def _show_badges(self, shown: RenderResult | None) -> None:
        draft = detail = ""
        if shown is not None and self.session is not None:
            draft = draft_text(shown, self.session.planned_scales(shown))
            detail = detail_text(shown)
        for badge, text in ((self.draft_badge, draft), (self.detail_badge, detail)):
            badge.setText(text)
            badge.setVisible(bool(text))

    def _shown(self) -> RenderResult | None:
        return None if self.session is None else self.session.preview

    # ---- doing

    def pick(self, result: RenderResult) -> None:
        """Show a result over the canvas, or put it away if it is there already."""
        if self.session is not None:
            self.session.show_result(None if result is self._shown() else result)

    def apply(self) -> None:
        """Make the result shown a layer."""
        if self.session is not None:
            self.session.apply_preview()

    def discard(self) -> None:
        """Throw the result shown away."""
        if self.session is not None:
            self.session.discard_preview()

    def put_away(self) -> None:
        """Show the canvas without a result; it stays in the strip."""
        if self.session is not None:
            self.session.show_result(None)

    def star(self) -> None:
        """Give the result shown a star, or take it away."""
        shown = self._shown()
        if shown is not None:
            self._star(shown)

    def copy_settings(self) -> None:
        """Choose again what the result shown was made with."""
        shown = self._shown()
        if shown is not None:
            self.settings_wanted.emit(shown)

    def render_again(self) -> None:
        """Make the result shown anew, of the document and with the model as they are now."""
        shown = self._shown()
        if self.session is not None and shown is not None:
            render_again(self.session, shown)

    def discard_unstarred(self) -> None:
        """Throw all results without a star away."""
        if self.session is not None:
            self.session.discard_unstarred()

    def list_starred_only(self) -> None:
        """List only results with a star, or all again."""
        self.is_starred_only = not self.is_starred_only
        self.show_session(self.session)
        self.filter_changed.emit()

    def step(self, step: int) -> None:
        """Show the next (1) or previous (-1) result; past the end comes the canvas alone."""
        if self.session is None or not self.strip.results:
            return
        places: list[RenderResult | None] = [*self.strip.results, None]
        shown = self._shown()
        place = next((i for i, each in enumerate(places) if each is shown), len(places) - 1)
        self.session.show_result(places[(place + step) % len(places)])

    def hold_compare(self, is_held: bool) -> None:
        """Show the canvas without the result while held."""
        if self.session is not None and self.session.preview is not None:
            self.session.hide_preview(is_held)

    def _star(self, result: RenderResult) -> None:
        if self.session is not None:
            self.session.star_result(result)

    def _open_menu(self, result: RenderResult, point: QPoint) -> None:
        if self.session is not None:
            self.session.show_result(result)
            self.menu.popup(point)

    # ---- building

    def _build_badges(self) -> None:
        self.draft_badge, self.detail_badge = label("badge"), label("badge")
        self.draft_badge.setToolTip(self.tr("Made before the finer scales were trained"))
        self.detail_badge.setToolTip(
            self.tr("Size it was rendered at, against the document's size")
        )
        self.title: QLabel = label("heading", self.tr("Results"))
        self.title.setMinimumHeight(self.draft_badge.sizeHint().height() + 4)
        self.starred_button = icon_button("ph.star", self.tr("Show only results with a star"))
        self.starred_button.setCheckable(True)
        self.starred_button.clicked.connect(self.list_starred_only)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.title)
        row.addStretch(1)
        for widget in (self.draft_badge, self.detail_badge, self.starred_button):
            row.addWidget(widget)
        return row

    def _buttons(self) -> QHBoxLayout:
        self.compare_button = QPushButton(self.tr("Before"))
        self.compare_button.setToolTip(self.tr("Hold to see the canvas without the result (\\)"))
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.setToolTip(self.tr("Throw this result away (Del)"))
        self.apply_button = QPushButton(self.tr("Apply"))
        self.apply_button.setToolTip(self.tr("Make the result a layer with its mask (Enter)"))
        self.compare_button.pressed.connect(self._press_compare)
        self.compare_button.released.connect(self._release_compare)
        self.discard_button.clicked.connect(self.discard)
        self.apply_button.clicked.connect(self.apply)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        for button in (self.compare_button, self.discard_button, self.apply_button):
            row.addWidget(button, 1)
        return row

    def _press_compare(self) -> None:
        self.hold_compare(True)

    def _release_compare(self) -> None:
        self.hold_compare(False)
