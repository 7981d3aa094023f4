"""Brush strokes: soft round dabs with sub-pixel places, 16-bit coverage, pressure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.document.commands import Command
from app.document.errors import NotPaintableError
from app.document.geometry import Rect
from app.document.lazy_memory import lazy_zeros
from app.document.painting.dabs import Dab, DabPath, dab_coverage, dab_rect
from app.document.painting.painting import Painting, PaintTarget, strips_of
from app.document.pixels import Pixels, RgbColor
from app.document.wording import translate

PixelSource = Callable[[Rect], Pixels]
"""Gives the paint of document pixels: (h, w, 4) premultiplied BGRA, or (h, w) on a mask."""

_FULL = 65535
_EMPTY = Rect(0, 0, 0, 0)


def pressure_response(pressure: float, minimum: float, gamma: float) -> float:
    """What a pressure of 0..1 leaves of a size or an opacity, 0..1; see `BrushSettings`."""
    pressed = math.pow(min(1.0, max(0.0, pressure)), gamma)
    return minimum + (1 - minimum) * pressed


@dataclass(frozen=True, slots=True)
class BrushSettings:
    """How a brush or eraser paints.

    Attributes:
        size_px: diameter, document pixels, at least 1.
        hardness: 0..1, the part of the radius that is full.
        opacity: 0..1, the most one stroke covers.
        flow: 0..1, how much of what is missing to the opacity one dab adds.
        spacing: distance of dabs as a part of the diameter.
        color: red, green, blue, 0..255.
        is_eraser: make transparent instead.
        pressure_size: pressure changes the diameter.
        pressure_opacity: pressure changes the opacity.
        pressure_minimum: 0..1, what pressure 0 leaves of either.
        pressure_gamma: above 1 light pressure does less, below 1 more.
        smoothing: 0..1, how far the stroke lags behind the hand; 0 follows it exactly.
    """

    size_px: float = 40.0
    hardness: float = 0.8
    opacity: float = 1.0
    flow: float = 1.0
    spacing: float = 0.1
    color: RgbColor = (0, 0, 0)
    is_eraser: bool = False
    pressure_size: bool = False
    pressure_opacity: bool = False
    pressure_minimum: float = 0.0
    pressure_gamma: float = 1.0
    smoothing: float = 0.0

    def radius_px(self, pressure: float) -> float:
        """Radius of the tip under a pressure of 0..1, at least half a pixel."""
        factor = self.response(pressure) if self.pressure_size else 1.0
        return max(0.5, self.size_px * factor / 2)

    def ceiling(self, pressure: float) -> float:
        """What the coverage of a dab under a pressure of 0..1 strives for, 0..1."""
        return self.response(pressure) if self.pressure_opacity else 1.0

    def step_px(self, pressure: float) -> float:
        """Distance to the next dab."""
        return self.spacing * 2 * self.radius_px(pressure)

    def response(self, pressure: float) -> float:
        """What a pressure of 0..1 leaves of a size or an opacity, 0..1."""
        return pressure_response(pressure, self.pressure_minimum, self.pressure_gamma)


class Stroke:
    """One stroke, shown in the layer as it grows; `finish` makes it a command, `cancel` undoes it.

    The dabs of a stroke join in a coverage of their own, from which the touched pixels are painted
    anew over what was there: a stroke never covers more than its opacity. It paints only inside
    the document and its selection; a layer that is too small grows to the document.

    The rectangles that `add` and `settle` return are to be announced to the compositor; the
    command of `finish` then announces nothing again. The document must not be changed otherwise
    before `finish` or `cancel`.
    """

    def __init__(
        self, target: PaintTarget, settings: BrushSettings, source: PixelSource | None = None
    ) -> None:
        """Begin a stroke.

        Args:
            target: what is painted on.
            settings: of the brush or eraser. A mask takes the luminosity of the colour; erasing
                hides.
            source: what is painted with, instead of the colour.

        Raises:
            NotPaintableError: the target's transparency is kept, so there is nothing to erase.
        """
        if target.keeps_alpha and settings.is_eraser:
            raise NotPaintableError(
                translate("Errors", "This layer keeps its transparency; unlock that to erase.")
            )
        self._settings, self._source = settings, source
        self._area = target.area
        self._painting = Painting(target)
        self._coverage = lazy_zeros(
            (target.document_rect.height, target.document_rect.width), np.uint16
        )
        self._document_rect = target.document_rect
        color = target.value_of(settings.color)
        self._paint_value = target.erased_value if settings.is_eraser else color
        self._path = DabPath(settings.smoothing)
        self._pressure = 1.0

    def add(self, x: float, y: float, pressure: float = 1.0) -> Rect:
        """Go on to a point, in a straight line.

        Args:
            x: document coordinates; the centre of the first pixel is at 0.5.
            y: document coordinates.
            pressure: 0..1.

        Returns:
            The document pixels that changed.
        """
        self._pressure = pressure
        return self._paint(self._path.add(Dab(x, y, pressure), self._settings.step_px(pressure)))

    def settle(self) -> Rect:
        """Paint the way on which a smoothed stroke still lags behind the last point.

        Returns:
            The document pixels that changed; empty without smoothing.
        """
        return self._paint(self._path.finish(self._settings.step_px(self._pressure)))

    def finish(self) -> Command | None:
        """End the stroke, after `settle`.

        Returns:
            A command whose effect is already there, to be run through the history; None when no
            pixel changed.
        """
        is_shown = self.settle().is_empty
        label = "Brush stroke" if self._source is None else "Clone stroke"
        if self._settings.is_eraser:
            label = "Eraser stroke"
        return self._painting.finish(label, is_shown)

    def cancel(self) -> Rect:
        """Make everything as it was before the stroke; returns the pixels that changed."""
        changed = self._painting.cancel()
        self._coverage[changed.intersected(self._document_rect).slices_in(self._document_rect)] = 0
        return changed

    def _paint(self, dabs: Sequence[Dab]) -> Rect:
        """Paint dabs; near ones, whose rectangles mostly overlap, are blended at once."""
        rects = [self._cover(dab) for dab in dabs]
        changed = _EMPTY
        for rect in rects:
            changed = changed.united(rect)
        if changed.is_empty:
            return changed
        together = changed.area <= sum(rect.area for rect in rects)
        for rect in [changed] if together else rects:
            self._blend(rect)
        return changed

    def _cover(self, dab: Dab) -> Rect:
        """Add a dab to the coverage; returns the pixels it touches."""
        settings = self._settings
        radius = settings.radius_px(dab.pressure)
        rect = dab_rect(dab.x, dab.y, radius, settings.hardness).intersected(self._area)
        ceiling = np.float32(settings.ceiling(dab.pressure) * _FULL)
        for strip in strips_of(rect):
            tip = dab_coverage(strip, dab.x, dab.y, radius, settings.hardness)
            tip *= np.float32(settings.flow)
            target = self._coverage[strip.slices_in(self._document_rect)]
            missing = ceiling - target
            np.maximum(missing, 0, out=missing)
            missing *= tip
            # rounded up, so that the faintest flow arrives at the opacity in the end
            target += np.ceil(missing, out=missing).astype(np.uint16)
        return rect

    def _blend(self, rect: Rect) -> None:
        if rect.is_empty:
            return
        weights = self._coverage[rect.slices_in(self._document_rect)].astype(np.float32)
        weights *= np.float32(self._settings.opacity / _FULL)
        paint = self._paint_value if self._source is None else self._source(rect)
        self._painting.blend(rect, weights, paint)
