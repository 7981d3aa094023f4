"""What opening an image had to convert, as the user reads it."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.wording import translate


def conversion_notices(notes: Sequence[str]) -> list[str]:
    """Return the one sentence about all that was converted, if anything was."""
    sentence = translate("Errors", "Converted on opening: {notes}.")
    return [sentence.format(notes=", ".join(notes))] if notes else []


def depth_note() -> str:
    """Return the note about pixels of more than 8 bits."""
    return translate("Errors", "more than 8 bits per channel to 8")


def mode_notes(mode: str) -> list[str]:
    """Return the note about an image of one of Pillow's modes, if it tells the user anything."""
    grey = translate("Errors", "greyscale to RGB")
    palette = translate("Errors", "palette to RGB")
    notes = {
        "1": translate("Errors", "black and white to RGB"),
        "L": grey,
        "LA": grey,
        "La": grey,
        "P": palette,
        "PA": palette,
        "CMYK": translate("Errors", "CMYK to RGB"),
        "LAB": translate("Errors", "Lab to RGB"),
        "YCbCr": translate("Errors", "YCbCr to RGB"),
        "HSV": translate("Errors", "HSV to RGB"),
    }
    return [notes[mode]] if mode in notes else []
