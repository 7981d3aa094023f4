"""Brush strokes: soft round dabs with sub-pixel places, 16-bit coverage, pressure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.commands import Command, EditPixels
from app.document.commands.command import unlocked_layer
from app.document.dabs import Dab, DabPath, dab_coverage, dab_rect
from app.document.document import Document
from app.document.errors import MaskMissingError
from app.document.geometry import Rect
from app.document.layers import Layer
from app.document.lazy_memory import lazy_zeros
from app.document.planes import Plane
from app.document.touched_tiles import TouchedTiles

Pixels = NDArray[np.uint8]

_FULL = 65535
_EMPTY = Rect(0, 0, 0, 0)


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
    color: tuple[int, int, int] = (0, 0, 0)
    is_eraser: bool = False
    pressure_size: bool = False
    pressure_opacity: bool = False
    pressure_minimum: float = 0.0
    pressure_gamma: float = 1.0
    smoothing: float = 0.0

    def radius_px(self, pressure: float) -> float:
        """Radius of the tip under a pressure of 0..1, at least half a pixel."""
        factor = self._response(pressure) if self.pressure_size else 1.0
        return max(0.5, self.size_px * factor / 2)

    def ceiling(self, pressure: float) -> float:
        """What the coverage of a dab under a pressure of 0..1 strives for, 0..1."""
        return self._response(pressure) if self.pressure_opacity else 1.0

    def step_px(self, pressure: float) -> float:
        """Distance to the next dab."""
        return self.spacing * 2 * self.radius_px(pressure)

    def _response(self, pressure: float) -> float:
        pressed = math.pow(min(1.0, max(0.0, pressure)), self.pressure_gamma)
        return self.pressure_minimum + (1 - self.pressure_minimum) * pressed


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
        self, document: Document, layer_id: str, settings: BrushSettings, on_mask: bool = False
    ) -> None:
        """Begin a stroke.

        Args:
            document: to paint in.
            layer_id: the layer.
            settings: of the brush or eraser.
            on_mask: paint the luminosity of the colour into the layer's mask; erasing hides.

        Raises:
            LayerNotFoundError: there is no such layer.
            LayerLockedError: it is locked.
            MaskMissingError: it has no mask to paint on.
        """
        layer = unlocked_layer(document, layer_id)
        self._layer_id, self._settings, self._on_mask = layer_id, settings, on_mask
        self._selection = document.selection
        self._area = document.rect if self._selection is None else self._selection.bounds
        self._plane = _painted_plane(layer, on_mask)
        self._rect_before = self._plane.rect
        self._coverage = lazy_zeros((document.height, document.width), np.uint16)
        self._document_rect = document.rect
        self._colour = _painted_value(settings, self._plane.channels)
        self._tiles = TouchedTiles(self._plane, self._rect_before.united(document.rect))
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
        patches = self._tiles.patches()
        if not patches:
            self.cancel()
            return None
        label = "Eraser stroke" if self._settings.is_eraser else "Brush stroke"
        return EditPixels(
            self._layer_id,
            patches,
            self._rect_before,
            self._plane.rect,
            label=label,
            on_mask=self._on_mask,
            is_shown=is_shown,
        )

    def cancel(self) -> Rect:
        """Make everything as it was before the stroke; returns the pixels that changed."""
        changed = self._tiles.restore()
        self._coverage[changed.intersected(self._document_rect).slices_in(self._document_rect)] = 0
        self._plane.resize(self._rect_before)
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
        if rect.is_empty:
            return _EMPTY
        tip = dab_coverage(rect, dab.x, dab.y, radius, settings.hardness)
        target = self._coverage[rect.slices_in(self._document_rect)]
        missing = np.float32(settings.ceiling(dab.pressure) * _FULL) - target
        np.maximum(missing, 0, out=missing)
        missing *= tip
        missing *= np.float32(settings.flow)
        # rounded up, so that the faintest flow arrives at the opacity in the end
        target += np.ceil(missing, out=missing).astype(np.uint16)
        return rect

    def _blend(self, rect: Rect) -> None:
        rect = self._reachable(rect)
        if rect.is_empty:
            return
        weight = self._coverage[rect.slices_in(self._document_rect)].astype(np.float32)
        weight *= np.float32(self._settings.opacity / _FULL)
        if self._selection is not None:
            weight *= self._selection.read(rect) * np.float32(1 / 255)
        before = self._tiles.before(rect)
        colour = np.broadcast_to(self._colour, before.shape).astype(np.uint8)
        self._plane.write(rect)[...] = cv2.blendLinear(before, colour, 1 - weight, weight)

    def _reachable(self, rect: Rect) -> Rect:
        """The part of `rect` inside the plane, which grows unless there is nothing to erase."""
        if self._plane.rect.contains(rect):
            return rect
        if self._settings.is_eraser and not self._on_mask:
            return rect.intersected(self._plane.rect)
        # the whole document at once: planes are paged in lazily, growing in steps would copy
        self._plane.resize(self._plane.rect.united(self._document_rect))
        return rect


def _painted_plane(layer: Layer, on_mask: bool) -> Plane:
    if not on_mask:
        return layer.plane
    if layer.mask is None:
        raise MaskMissingError(f"The layer “{layer.name}” has no mask to paint on.")
    return layer.mask


def _painted_value(settings: BrushSettings, channels: int) -> Pixels:
    """The colour as a pixel of the plane."""
    red, green, blue = settings.color
    if channels == 1:
        grey = 0 if settings.is_eraser else round(0.299 * red + 0.587 * green + 0.114 * blue)
        return np.array(grey, np.uint8)
    return np.array([0] * 4 if settings.is_eraser else [blue, green, red, 255], np.uint8)
