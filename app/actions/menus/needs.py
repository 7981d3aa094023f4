"""Conditions that actions need; `app.window.conditions` says which hold."""

from __future__ import annotations

DOCUMENT = frozenset({"document"})
LAYER = frozenset({"layer"})
GROUP = frozenset({"group"})
PIXELS = frozenset({"pixels"})
MASK = frozenset({"mask"})
NO_MASK = frozenset({"no_mask"})
SELECTION = frozenset({"selection"})
MODEL = frozenset({"usable_model"})
PREVIEW = frozenset({"preview"})
APPLICABLE = frozenset({"applicable"})
LIVE = frozenset({"live", "no_preview", "not_rendering"})
RESULTS = frozenset({"results"})
NO_PENDING = frozenset({"no_pending"})
PAINTING = frozenset({"painting_tool"})
BRUSH = frozenset({"brush_tool"})
