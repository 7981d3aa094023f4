"""What a model that was trained further from another one remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from singan_core.errors import CheckpointError
from singan_core.pixels.palette import MOST_COLOURS, Palette

_ID_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Derivation:
    """Where a derived model comes from, and the one injection scale it is for.

    Attributes:
        parent_id: ``model_id`` of the model whose other scales it shares.
        scale: injection scale, 1 or more.
        palette: colours that an injected picture is reduced to; empty = it keeps its own.
        composite_sha256: hash of the one edit it was tuned on (``image.photo_sha256`` of what
            enters the pyramid); empty = none.
    """

    parent_id: str
    scale: int
    palette: Palette = ()
    composite_sha256: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, the inverse of ``from_dict``."""
        return {
            "parent_id": self.parent_id,
            "scale": self.scale,
            "palette": [list(colour) for colour in self.palette],
            "composite_sha256": self.composite_sha256,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Derivation:
        """Rebuild a derivation from ``to_dict``.

        Raises:
            CheckpointError: entries are missing or out of range.
        """
        try:
            colours = [tuple(int(level) for level in colour) for colour in values["palette"]]
            palette = tuple((red, green, blue) for red, green, blue in colours)
            composite_sha256 = str(values.get("composite_sha256", ""))
            derivation = cls(
                str(values["parent_id"]), int(values["scale"]), palette, composite_sha256
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise CheckpointError("The description of the model is damaged.") from error
        levels = [level for colour in palette for level in colour]
        is_in_range = all(0 <= level <= 255 for level in levels) and len(palette) <= MOST_COLOURS
        is_named = len(derivation.parent_id) == _ID_DIGITS
        is_named &= len(derivation.composite_sha256) in (0, _ID_DIGITS)
        if not is_named or derivation.scale < 1 or not is_in_range:
            raise CheckpointError("The description of the model contradicts itself.")
        return derivation
