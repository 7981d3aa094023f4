"""Paint that is there at once: fills, shapes and gradients, each one undo step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.change import Change
from app.document.geometry import Rect
from app.document.painting.flood import similar_pixels
from app.document.painting.gradients import Gradient
from app.document.painting.paint_preview import PaintPreview
from app.document.painting.painting import Painting, PaintTarget
from app.document.painting.shapes import Shape
from app.document.wording import translate
from app.session.document_session import DocumentSession
from app.session.strokes import SessionStrokes
from app.tool_settings import FillSettings

if TYPE_CHECKING:
    from app.document.pixels import RgbColor


class SessionPaint:
    """Fills what strokes would be painted on."""

    def __init__(self, session: DocumentSession, strokes: SessionStrokes) -> None:
        self._session = session
        self._strokes = strokes
        self._painting: Painting | None = None
        self._preview: PaintPreview | None = None
        self._gradient: Gradient | None = None

    def fill_at(self, x: int, y: int, settings: FillSettings, color: RgbColor) -> None:
        """Fill the pixels that resemble one; a notice says when that is not selected.

        Args:
            x: document column of that pixel.
            y: its row.
            settings: which pixels resemble it.
            color: sRGB, 0 to 255 each.
        """
        selection = self._session.document.selection
        if selection is not None and not selection.read(Rect(x, y, 1, 1)).any():
            self._session.notice_raised.emit(
                translate("SessionPaint", "Click inside the selection to fill.")
            )
            return

        def fill(painting: Painting) -> None:
            target = painting.target
            pixels = self._sampled(target, settings.samples_all_layers)
            mask = similar_pixels(
                pixels, x, y, settings.tolerance, settings.is_contiguous, settings.is_antialiased
            )
            value = target.value_of(color)
            painting.cover(target.document_rect, mask, value, settings.opacity)

        self._paint(translate("SessionPaint", "Fill"), fill)

    def fill_all(self, color: RgbColor) -> None:
        """Fill the selection, or without one everything."""

        def fill(painting: Painting) -> None:
            target = painting.target
            painting.cover(target.area, None, target.value_of(color))

        self._paint(translate("SessionPaint", "Fill"), fill)

    # ---- shapes, shown while they are drawn

    def show_shape(self, shape: Shape, color: RgbColor, opacity: float) -> bool:
        """Paint a shape in place of the one shown last; ``keep_shape`` makes it a step.

        Returns:
            False, after a notice, when nothing can be painted on.
        """
        if self._painting is None:
            self._painting = self._begun()
        painting = self._painting
        if painting is None:
            return False
        changed = painting.restore()
        rect = shape.rect.intersected(painting.target.area)
        value = painting.target.value_of(color)
        changed = changed.united(painting.cover(rect, shape.mask(rect), value, opacity))
        if not changed.is_empty:
            self._session.announce(Change(pixels=changed))
        return True

    def keep_shape(self) -> None:
        """Make the shape shown one undo step."""
        painting, self._painting = self._painting, None
        if painting is not None:
            self._finish(painting, translate("SessionPaint", "Shape"), is_shown=True)

    # ---- gradients, shown as they will be without painting them

    def show_gradient(self, gradient: Gradient) -> bool:
        """Show a gradient in place of the one shown last; ``keep_gradient`` paints it.

        Returns:
            False, after a notice, when nothing can be painted on.
        """
        if self._preview is None:
            self._preview = self._begun_preview()
        if self._preview is None:
            return False
        self._gradient = None if gradient.is_empty else gradient
        self._preview.show(None if self._gradient is None else self._gradient.drawn)
        self._session.announce(Change(pixels=self._preview.area))
        return True

    def keep_gradient(self) -> None:
        """Paint the gradient shown as one undo step."""
        preview, gradient = self._preview, self._gradient
        self._drop_preview()
        if preview is not None and gradient is not None:
            painting = Painting(preview.target, is_wide=True)
            gradient.paint(painting)
            self._finish(painting, translate("SessionPaint", "Gradient"))

    def shown_mask(self, layer_id: str) -> Callable[[int, Rect], NDArray[np.uint8] | None] | None:
        """Return what gives the cells of a mask with the gradient shown on it; None without one.

        The compositor shows a gradient on a layer by itself, but knows no quick mask.
        """
        preview = self._preview
        is_shown = preview is not None and preview.target.layer_id == layer_id
        return preview.mask if preview is not None and is_shown else None

    # ---- both

    def finish(self) -> None:
        """Make what is shown a step: something else is about to happen."""
        self.keep_shape()
        self.keep_gradient()

    def cancel(self) -> None:
        """Leave no trace of what is shown."""
        painting, self._painting = self._painting, None
        if painting is not None:
            self._session.announce(Change(pixels=painting.cancel()))
        self._drop_preview()

    def _drop_preview(self) -> None:
        preview, self._preview, self._gradient = self._preview, None, None
        if preview is not None:
            changed = self._session.compositor.substitute(preview.target.layer_id, None)
            self._session.document_changed.emit(Change(pixels=changed, is_shown=True))

    def _begun_preview(self) -> PaintPreview | None:
        painting = self._begun()
        if painting is None:
            return None
        target, document = painting.target, self._session.document
        layer, compositor = document.layer(target.layer_id), self._session.compositor
        preview = PaintPreview(compositor.source(layer), target)
        changed = compositor.substitute(layer.id, preview)
        self._session.document_changed.emit(Change(pixels=changed, is_shown=True))
        return preview

    def _begun(self) -> Painting | None:
        """Start to paint on the target, after whatever was in progress."""
        self._session.finish_gestures()
        target = self._strokes.target()
        return None if target is None else Painting(target, is_wide=True)

    def _paint(self, label: str, work: Callable[[Painting], object]) -> None:
        """Paint whatever ``work`` paints as one undo step; nothing painted is no step."""
        painting = self._begun()
        if painting is not None:
            work(painting)
            self._finish(painting, label)

    def _finish(self, painting: Painting, label: str, is_shown: bool = False) -> None:
        command = painting.finish(label, is_shown)
        if command is not None:
            self._session.run(command)

    def _sampled(self, target: PaintTarget, is_merged: bool) -> NDArray[np.uint8]:
        """What is compared, (H, W, 4) uint8 of the document's size."""
        if is_merged:
            return self._session.compositor.composite()
        pixels = target.plane.read(target.document_rect)
        return pixels if pixels.ndim == 3 else np.asarray(cv2.merge([pixels] * 4), np.uint8)
