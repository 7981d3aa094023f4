"""What the user chose for renders of a document: kept and undone with it."""

from __future__ import annotations

from typing import NamedTuple


class RenderSettings(NamedTuple):
    """The choices of the generate panel; the seed belongs to each result instead.

    Attributes:
        application: name of the application; see `app.jobs.requests.Application`.
        scale: injection scale; None = the application's default.
        grow_px: of the mask, document pixels; None = the default.
        feather_px: of the mask, document pixels; None = the default.
    """

    application: str = "edit"
    scale: int | None = None
    grow_px: int | None = None
    feather_px: int | None = None
