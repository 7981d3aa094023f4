"""How each tool works: frozen settings, and how they are written down between two starts."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from app.document.painting.brush import BrushSettings
from app.document.painting.gradients import GradientKind
from app.document.painting.sampling import SampledLayers
from app.document.painting.shapes import ShapeKind
from app.document.selection import SelectionOp
from app.document.transforming.resampling import Resampling

SIZE_MAX_PX = 2000.0


class BoxKind(str, Enum):
    """What a drag with the rectangle or ellipse selection may choose freely."""

    FREE = "free"
    RATIO = "ratio"
    SIZE = "size"


class GradientEnds(str, Enum):
    """What a gradient ends in; it begins in the painting colour."""

    BACKGROUND = "background"
    TRANSPARENT = "transparent"


class ShapeStyle(str, Enum):
    """Whether a shape is filled, drawn as a line, or both."""

    FILL = "fill"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class CloneSettings:
    """How the clone brush copies.

    Attributes:
        brush: the tip and the stroke; its colour is not used.
        is_aligned: every stroke goes on at the first one's distance from its source; else every
            stroke starts at the source again.
        layers: what is copied: the layer itself, it with those below, or all.
    """

    brush: BrushSettings = field(default_factory=lambda: BrushSettings(hardness=0.5))
    is_aligned: bool = True
    layers: SampledLayers = SampledLayers.BELOW


@dataclass(frozen=True, slots=True)
class FillSettings:
    """What a click with the fill tool fills.

    Attributes:
        tolerance: 0..255, how far a channel may be from the clicked pixel's.
        is_contiguous: only pixels joined to the clicked one.
        is_antialiased: with a soft edge of a pixel.
        samples_all_layers: colours as they are seen, not as they are on the layer.
        opacity: 0..1.
    """

    tolerance: int = 32
    is_contiguous: bool = True
    is_antialiased: bool = True
    samples_all_layers: bool = True
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class GradientSettings:
    """How a gradient is painted.

    Attributes:
        kind: straight, or around its beginning.
        ends: what the painting colour turns into.
        is_reversed: the other way round.
        opacity: 0..1.
    """

    kind: GradientKind = GradientKind.LINEAR
    ends: GradientEnds = GradientEnds.BACKGROUND
    is_reversed: bool = False
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class ShapeSettings:
    """What the shape tool draws.

    Attributes:
        kind: the form.
        style: filled in the painting colour, or its outline.
        is_antialiased: with a soft edge of a pixel.
        corner_radius_px: of rectangles, document pixels.
        line_px: width of an outline, document pixels.
        opacity: 0..1.
    """

    kind: ShapeKind = ShapeKind.RECTANGLE
    style: ShapeStyle = ShapeStyle.FILL
    is_antialiased: bool = True
    corner_radius_px: float = 0.0
    line_px: float = 4.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class SelectionSettings:
    """How a selection tool selects.

    Attributes:
        op: how what is drawn joins the selection, unless keys say otherwise.
        feather_px: width of the soft edge, document pixels.
        is_antialiased: with a soft edge of a pixel.
        box: of rectangles and ellipses: drawn freely, in a ratio of the sides, or of a size.
        ratio_width: of the ratio.
        ratio_height: of the ratio.
        box_width: of the size, document pixels.
        box_height: of the size, document pixels.
    """

    op: SelectionOp = SelectionOp.REPLACE
    feather_px: float = 0.0
    is_antialiased: bool = True
    box: BoxKind = BoxKind.FREE
    ratio_width: int = 1
    ratio_height: int = 1
    box_width: int = 256
    box_height: int = 256


@dataclass(frozen=True, slots=True)
class WandSettings:
    """What a click with the magic wand selects; see `FillSettings` and `SelectionSettings`."""

    op: SelectionOp = SelectionOp.REPLACE
    tolerance: int = 32
    is_contiguous: bool = True
    is_antialiased: bool = True
    samples_all_layers: bool = True
    feather_px: float = 0.0


@dataclass(frozen=True, slots=True)
class MoveSettings:
    """How the move tool moves.

    Attributes:
        picks_layer: a press takes the topmost layer under the pointer, not the active one.
        snaps: edges and middles stop at those of the picture.
    """

    picks_layer: bool = False
    snaps: bool = False


@dataclass(frozen=True, slots=True)
class TransformSettings:
    """How free transform scales.

    Attributes:
        keeps_ratio: corners keep the ratio of width to height, unless Shift is held.
        resampling: how the new pixels are found.
    """

    keeps_ratio: bool = True
    resampling: Resampling = Resampling.BICUBIC


@dataclass(frozen=True, slots=True)
class CropSettings:
    """How the crop tool crops.

    Attributes:
        ratio_width: of a fixed ratio of the sides; 0 = free.
        ratio_height: of a fixed ratio of the sides; 0 = free.
        deletes_pixels: what lies outside is cut away; else layers keep it, hidden.
    """

    ratio_width: int = 0
    ratio_height: int = 0
    deletes_pixels: bool = False


@dataclass(frozen=True, slots=True)
class EyedropperSettings:
    """What the eyedropper takes.

    Attributes:
        sample_px: side of the square whose mean is taken: 1, 3 or 5 document pixels.
        samples_all_layers: the colour as it is seen, not as it is on the layer.
    """

    sample_px: int = 1
    samples_all_layers: bool = True


@dataclass(frozen=True, slots=True)
class NoSettings:
    """A tool with nothing to set."""


ToolSettings = (
    BrushSettings
    | CloneSettings
    | FillSettings
    | GradientSettings
    | ShapeSettings
    | SelectionSettings
    | WandSettings
    | MoveSettings
    | TransformSettings
    | CropSettings
    | EyedropperSettings
    | NoSettings
)

AnySettings = TypeVar("AnySettings", bound=ToolSettings)

LIMITS: dict[str, tuple[float, float]] = {
    "size_px": (1, SIZE_MAX_PX),
    "hardness": (0, 1),
    "opacity": (0.01, 1),
    "flow": (0.01, 1),
    "spacing": (0.01, 2),
    "smoothing": (0, 0.99),
    "pressure_minimum": (0, 1),
    "pressure_gamma": (0.2, 5),
    "tolerance": (0, 255),
    "feather_px": (0, 250),
    "box_width": (1, 30000),
    "box_height": (1, 30000),
    "corner_radius_px": (0, 1000),
    "line_px": (1, 500),
    "ratio_width": (0, 10000),
    "ratio_height": (0, 10000),
    "sample_px": (1, 5),
}
"""What numbers may be, by the name of their field."""


def setting_of(settings: ToolSettings, path: str) -> Any:
    """Return one value; a dot leads into settings inside settings (``"brush.size_px"``)."""
    value: Any = settings
    for name in path.split("."):
        value = getattr(value, name)
    return value


def with_setting(settings: AnySettings, path: str, value: object) -> AnySettings:
    """Return settings with another value at a path; numbers are kept within their limits."""
    name, _, rest = path.partition(".")
    if rest:
        value = with_setting(getattr(settings, name), rest, value)
    elif name in LIMITS and isinstance(value, int | float):
        low, high = LIMITS[name]
        value = type(value)(min(max(value, low), high))
    changed: dict[str, Any] = {name: value}
    return dataclasses.replace(settings, **changed)


def stored_settings(settings: ToolSettings) -> dict[str, object]:
    """Return settings as what JSON can hold; `restored_settings` reads it."""
    return dataclasses.asdict(settings)


def restored_settings(default: AnySettings, stored: object) -> AnySettings:
    """Read what `stored_settings` wrote.

    Args:
        default: gives the kind of the settings, and every value that is missing, of another type
            or beyond its limits.
        stored: as JSON gave it, perhaps damaged.
    """
    if not isinstance(stored, dict):
        return default
    known = {each.name: getattr(default, each.name) for each in dataclasses.fields(default)}
    values: dict[str, Any] = {
        name: _restored(name, value, stored[name])
        for name, value in known.items()
        if name in stored
    }
    return dataclasses.replace(default, **values)


def _restored(name: str, default: Any, stored: Any) -> object:
    if dataclasses.is_dataclass(default) and not isinstance(default, type):
        return restored_settings(default, stored)  # type: ignore[type-var]
    if isinstance(default, Enum):
        return next((each for each in type(default) if each.value == stored), default)
    if isinstance(default, bool):
        return stored if isinstance(stored, bool) else default
    if isinstance(default, int | float):
        return _restored_number(name, default, stored)
    return default


def _restored_number(name: str, default: float, stored: object) -> float:
    if not isinstance(stored, int | float) or isinstance(stored, bool):
        return default
    low, high = LIMITS[name]
    # not a number is beyond any limit
    return type(default)(stored) if low <= stored <= high else default
