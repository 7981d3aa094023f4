"""Clipboard, selection, layer and mask operations on one session, each one undo step."""

from __future__ import annotations

from app.session.clipboard_edits import ClipboardEdits
from app.session.layer_edits import LayerEdits
from app.session.mask_edits import MaskEdits
from app.session.selection_edits import SelectionEdits


class SessionEdits(ClipboardEdits, SelectionEdits, LayerEdits, MaskEdits):
    """Edits of one session; every method is at most one undo step."""
