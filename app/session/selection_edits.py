"""Edits of the selection and of the quick mask."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable

from app.document.change import Change
from app.document.commands import EnterQuickMask, LeaveQuickMask, SetSelection
from app.document.compositing import flatten
from app.document.layer_tree import with_members
from app.document.selection import Selection, SelectionOp
from app.document.selection_changes import moved
from app.document.wording import translate
from app.session.document_session import DocumentSession
from app.session.edit_part import EditPart, mask_edit


class SelectionEdits(EditPart):
    """Selects; every method is at most one undo step."""

    def __init__(self, session: DocumentSession) -> None:
        super().__init__(session)
        self._last_selection: Selection | None = None
        session.document_changed.connect(self._take_change)

    def select(self, selection: Selection | None, label: str = "") -> None:
        """Replace the selection; an empty one selects everything again.

        Args:
            selection: of the document's size.
            label: what the history list shows; empty = "Selection".
        """
        if selection is not None and selection.is_empty:
            selection = None
        if selection is not None or self._session.document.selection is not None:
            self._session.run(SetSelection(selection, label))
            self._tell_faint()

    def combine(self, drawn: Selection, op: SelectionOp, label: str = "") -> None:
        """Have something newly drawn join the selection."""
        before = self._session.document.selection
        if before is not None:
            drawn = before.combine(drawn, op)
        elif op is SelectionOp.SUBTRACT:
            drawn = drawn.inverted()
        self.select(drawn, label)

    def select_all(self) -> None:
        """Select every pixel."""
        document = self._session.document
        self.select(
            Selection.everything(document.width, document.height),
            translate("SessionEdits", "Select all"),
        )

    def select_none(self) -> None:
        """Drop the selection."""
        self.select(None, translate("SessionEdits", "Select none"))

    def invert_selection(self) -> None:
        """Select what was not selected; without a selection there is nothing to invert.

        A quick mask is inverted, unless something is selected in it.
        """
        document = self._session.document
        quick_mask, selection = document.quick_mask, document.selection
        if selection is not None:
            self.select(selection.inverted(), translate("SessionEdits", "Invert selection"))
        elif quick_mask is not None and quick_mask.mask is not None:
            inverted = 255 - quick_mask.mask.read(document.rect)
            self._session.run(
                mask_edit(
                    quick_mask,
                    document.rect,
                    inverted,
                    translate("SessionEdits", "Invert quick mask"),
                )
            )

    @property
    def can_reselect(self) -> bool:
        """Whether a selection was dropped that fits the document as it is now."""
        document, last = self._session.document, self._last_selection
        is_fitting = last is not None and last.mask.shape == (document.height, document.width)
        return is_fitting and document.selection is None

    def reselect(self) -> None:
        """Bring back the selection that was dropped last."""
        if self.can_reselect:
            self.select(self._last_selection, translate("SessionEdits", "Reselect"))

    def move_selection(
        self, dx: int, dy: int, gesture: Hashable | None = None, start: Selection | None = None
    ) -> None:
        """Move the outline, not the pixels; it stays where it would leave the picture.

        Args:
            dx: pixels to the right.
            dy: pixels down.
            gesture: moves of one gesture (any equal value) become one step.
            start: what is moved; None = the selection as it is now.
        """
        start = start or self._session.document.selection
        selection = None if start is None else moved(start, dx, dy)
        if selection is not None and not selection.is_empty:
            label = translate("SessionEdits", "Move selection")
            self._session.run(SetSelection(selection, label, gesture))

    def select_opaque(self, layer_id: str, op: SelectionOp = SelectionOp.REPLACE) -> None:
        """Select what a layer shows, as far as it is opaque there."""
        document = self._session.document
        layer = document.layer(layer_id)
        if layer.is_group:
            part = with_members(document.layers, layer_id)
            opaque = Selection(flatten(dataclasses.replace(document, layers=part))[..., 3])
        else:
            alpha, rect = layer.masked_pixels()[..., 3], layer.rect
            opaque = Selection.of_values(alpha, rect, document.width, document.height)
        if opaque.is_empty:
            self._notice(translate("SessionEdits", "This layer is empty."))
        else:
            self.combine(opaque, op, translate("SessionEdits", "Select layer"))

    def toggle_quick_mask(self) -> None:
        """Paint the selection, or select what was painted."""
        is_painted = self._session.document.quick_mask is not None
        self._session.run(LeaveQuickMask() if is_painted else EnterQuickMask())
        self._tell_faint()

    def _tell_faint(self) -> None:
        selection = self._session.document.selection
        if selection is not None and selection.is_faint:
            self._notice(
                translate(
                    "SessionEdits",
                    "No pixel is selected by half or more, so the selection shows no outline.",
                )
            )

    def _take_change(self, change: Change) -> None:
        selection = self._session.document.selection
        if change.selection and selection is not None:
            self._last_selection = selection
