"""What makes a result again: the applications by name, and the recipe that every result carries."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from app.document.document import PhotoTransform

Fit = Literal["keep", "stretch"]


class Application(str, Enum):
    """What a model is used for; the values are the engine's and the terminal's names."""

    EDIT = "edit"
    HARMONIZE = "harmonize"
    PAINT = "paint"
    SAMPLE = "sample"
    SUPER_RESOLUTION = "superres"
    ANIMATION = "animate"
    ANALOGY = "analogy"

    def __str__(self) -> str:
        return self.value

    @property
    def is_injection(self) -> bool:
        """Whether it renders an edit of the document."""
        return self in (Application.EDIT, Application.HARMONIZE, Application.PAINT)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that, with the input and the mask, makes a result again.

    Applications that inject nothing leave what they do not use at its default and keep their own
    choices in ``parameters``.

    Attributes:
        application: its name; see ``Application``.
        scale: injection scale, or the first scale with fresh noise.
        scale_count: finished scales of the model that made it (a draft has fewer).
        grow_px, feather_px: as used, in pixels of the composite.
        mask_tolerance: None = estimated from the photo's own noise.
        threads: number of CPU threads; another number may change the last bits.
        device: kind of device, e.g. ``cpu``.
        fit: ``keep`` or ``stretch``, as in the request.
        colour_match: as used, 0 to 1.
        detail_scales, finest_size, is_matched, patch_scales: as used; see ``Injection``.
        is_confining: as in the request: the mask bounds also what was rendered everywhere.
        photo_place: where the photo lay on a canvas that was cropped, scaled, turned or made
            larger; None = it was the canvas.
        parameters: choices of one application, plain JSON values by name.
    """

    application: str
    model_id: str
    scale: int
    scale_count: int
    seed: int
    grow_px: int
    feather_px: int
    mask_tolerance: float | None
    threads: int
    device: str
    fit: Fit = "keep"
    colour_match: float = 0.0
    detail_scales: int | None = None
    finest_size: tuple[int, int] | None = None
    is_confining: bool = False
    photo_place: PhotoTransform | None = None
    is_matched: bool = False
    patch_scales: int = 0
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, the inverse of ``from_dict``."""
        values = dataclasses.asdict(self)
        place = self.photo_place
        return values | {"photo_place": None if place is None else list(place)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """Rebuild a recipe; entries of newer versions are ignored.

        Raises:
            KeyError: when an entry without a default is missing.
        """
        known = {
            field.name: values[field.name]
            for field in dataclasses.fields(cls)
            if field.name in values or _is_required(field)
        }
        if known.get("finest_size") is not None:
            height, width = known["finest_size"]
            known["finest_size"] = (int(height), int(width))
        if known.get("photo_place") is not None:
            known["photo_place"] = PhotoTransform(*known["photo_place"])
        return cls(**known)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing
