"""Numbers and times as people read them."""

from __future__ import annotations

from app.document.wording import translate
from app.storage.recent_looks import FileLook, ModelState


def duration_text(seconds: float) -> str:
    """Return a length of time with at most two units: ``"1 min 10 s"``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return translate("Texts", "{seconds} s").format(seconds=whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        text = (
            translate("Texts", "{minutes} min {seconds} s")
            if rest
            else translate("Texts", "{minutes} min")
        )
        return text.format(minutes=minutes, seconds=rest)
    hours, rest = divmod(round(whole / 60), 60)
    return translate("Texts", "{hours} h {minutes} min").format(hours=hours, minutes=rest)


def size_text(width: int, height: int) -> str:
    """Return a size in pixels as ``"250 × 186 px"``."""
    return translate("Texts", "{width} × {height} px").format(width=width, height=height)


def memory_text(byte_count: int) -> str:
    """Return an amount of memory as ``"0.6 GB"``."""
    gigabytes = max(0.1, byte_count / 1e9)
    return translate("Texts", "{gigabytes} GB").format(gigabytes=f"{gigabytes:.1f}")


def look_text(look: FileLook) -> str:
    """Return what is known of a file's model, or that it is gone; empty while nothing is."""
    if look.is_missing:
        return translate("Texts", "Not found")
    if look.model is None:
        return ""
    return {
        ModelState.NONE: translate("Texts", "No model"),
        ModelState.UNFINISHED: translate("Texts", "Training unfinished"),
        ModelState.TRAINED: translate("Texts", "Trained"),
    }[look.model]
