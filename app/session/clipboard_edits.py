"""Copy, cut, paste and clear."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from app.document.commands import (
    ClearPixels,
    LiftSelection,
    PasteLayer,
)
from app.document.compositing import flatten
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.files.images.image_files import check_size
from app.document.geometry import Rect
from app.document.layer_tree import with_members
from app.document.layers import Layer, LayerKind
from app.document.pixels import multiplied, straight_rgba
from app.document.planes import Plane, qimage_of
from app.document.selection import Selection
from app.document.wording import translate
from app.jobs.recipe import Application
from app.session.edit_part import EditPart, mask_edit

# An entry of the image's own texts, which PNG keeps too: "x,y" in the document it came from.
_SOURCE_KEY = "singan-studio-document"
_POSITION_KEY = "singan-studio-position"


def selected_pixels(document: Document, layer: Layer) -> tuple[Rect, NDArray[np.uint8]]:
    """Return what a copy takes: the bounds and (h, w, 4) straight RGBA, selection applied.

    The layer's mask counts, its opacity does not; a group is copied as it looks.
    """
    selection = document.selection
    rect = document.rect if layer.is_group else layer.rect
    if selection is not None:
        rect = rect.intersected(selection.bounds)
    if layer.is_group:
        part = with_members(document.layers, layer.id)
        rgba = flatten(dataclasses.replace(document, layers=part), rect)
    else:
        rgba = straight_rgba(layer.masked_pixels(rect))
    return rect, _limited(rgba, selection, rect)


def merged_pixels(document: Document) -> tuple[Rect, NDArray[np.uint8]]:
    """Return what the selection shows of all layers, as `selected_pixels`."""
    selection = document.selection
    rect = document.rect if selection is None else selection.bounds
    return rect, _limited(flatten(document, rect), selection, rect)


def put_on_clipboard(rgba: NDArray[np.uint8], x: int, y: int, session_id: str = "") -> None:
    """Hand pixels to every program, with their place for ourselves.

    Args:
        rgba: (H, W, 4) uint8 straight RGBA.
        x: document column of the left edge.
        y: document row of the top edge.
        session_id: of the document they come from.
    """
    image = qimage_of(rgba, QImage.Format.Format_RGBA8888).copy()
    image.setText(_POSITION_KEY, f"{x},{y}")
    image.setText(_SOURCE_KEY, session_id)
    # not setMimeData: Qt deletes the data after Python has ended, which crashes without a screen
    QGuiApplication.clipboard().setImage(image)


def rgba_of_image(image: QImage) -> NDArray[np.uint8]:
    """Return a QImage as (H, W, 4) uint8 straight RGBA."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(-1, image.bytesPerLine())
    pixels = rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)
    return np.array(pixels, np.uint8)


def position_of(image: QImage) -> tuple[int, int] | None:
    """Return the place that a copy of ours came from."""
    try:
        x, y = image.text(_POSITION_KEY).split(",")
        return int(x), int(y)
    except ValueError:
        return None


class ClipboardEdits(EditPart):
    """Pixels to the clipboard and back; every method is at most one undo step."""

    def copy(self) -> bool:
        """Put the selected pixels of the active layer on the clipboard.

        Returns:
            Whether there was something to copy.
        """
        layer = self._active_layer()
        return layer is not None and self._put(*selected_pixels(self._session.document, layer))

    def copy_merged(self) -> bool:
        """Put what the selection shows of all layers on the clipboard; returns as `copy`."""
        return self._put(*merged_pixels(self._session.document))

    def cut(self) -> None:
        """Copy, then clear what was copied."""
        if self.copy():
            self.clear()

    def paste_from_clipboard(self, seen: Rect | None = None, in_place: bool = False) -> bool:
        """Add the clipboard's image as a layer.

        Args:
            seen: the part of the document that the user sees; None = all of it. A copy of ours
                goes where it was copied if that is seen, everything else to the middle of it.
            in_place: a copy of ours goes where it was copied, wherever that is.

        Returns:
            Whether there was an image.
        """
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            self._notice(_missing_image(QGuiApplication.clipboard().mimeData()))
            return False
        try:
            check_size(translate("SessionEdits", "the copied image"), image.width(), image.height())
        except DocumentError as error:
            self._notice(str(error))
            return False
        place = self._place(image, seen or self._session.document.rect, in_place)
        is_foreign = image.text(_SOURCE_KEY) != self._session.id
        return self.paste(rgba_of_image(image), place.x, place.y, is_foreign=is_foreign)

    def paste(
        self, rgba: NDArray[np.uint8], x: int, y: int, name: str = "", is_foreign: bool = False
    ) -> bool:
        """Add pixels as a new layer.

        Args:
            rgba: (H, W, 4) uint8 straight RGBA.
            x: document column of the left edge.
            y: document row of the top edge.
            name: of the layer; empty = "Patch" and a number.
            is_foreign: whether they come from another picture, to be harmonized with this one.

        Returns:
            Whether it was done.
        """
        layer = Layer(
            name or self._new_name(translate("SessionEdits", "Patch")),
            Plane.from_rgba(rgba, x, y),
            LayerKind.PATCH,
        )
        settings = None
        if is_foreign:
            known = self._session.document.render_settings
            settings = known._replace(application=Application.HARMONIZE.value, scale=None)
        is_done = self._session.run(PasteLayer(layer, settings=settings))
        if is_done:
            self._session.layer_placed.emit()
            if is_foreign:
                self._session.patch_dropped.emit()
        return is_done

    def lift(self, cut: bool = True) -> None:
        """Make the selected pixels a layer of their own."""
        layer = self._active_layer()
        if layer is not None:
            self._session.run(LiftSelection(layer.id, cut))

    def clear(self) -> None:
        """Make the selected pixels of the active layer transparent, or the quick mask black."""
        document = self._session.document
        if document.quick_mask is not None:
            self._clear_mask(document.quick_mask, document.selection)
            return
        layer = self._active_layer()
        if layer is not None and layer.is_group:
            self._notice(translate("SessionEdits", "Choose a layer; a group has no pixels."))
        elif layer is not None:
            self._session.run(ClearPixels(layer.id, document.selection))

    def _clear_mask(self, layer: Layer, selection: Selection | None) -> None:
        assert layer.mask is not None
        rect = layer.mask.rect if selection is None else selection.bounds
        before = layer.mask.read(rect)
        after = np.zeros_like(before)
        if selection is not None:
            after = multiplied(before, 255 - selection.read(rect))
        self._session.run(mask_edit(layer, rect, after, translate("SessionEdits", "Clear")))

    def _put(self, rect: Rect, rgba: NDArray[np.uint8]) -> bool:
        if rect.is_empty or not rgba[..., 3].any():
            self._notice(translate("SessionEdits", "There is nothing to copy here."))
            return False
        put_on_clipboard(rgba, rect.x, rect.y, self._session.id)
        return True

    def _place(self, image: QImage, seen: Rect, in_place: bool) -> Rect:
        place = Rect.of_size(image.width(), image.height())
        position = position_of(image)
        if position is not None:
            place = place.translated(*position)
            if in_place or not place.intersected(seen).is_empty:
                return place
        x = seen.x + (seen.width - place.width) // 2
        y = seen.y + (seen.height - place.height) // 2
        return Rect(x, y, place.width, place.height)


def _limited(rgba: NDArray[np.uint8], selection: Selection | None, rect: Rect) -> NDArray[np.uint8]:
    """Straight pixels as far as they are selected; written in place."""
    if selection is not None and not rect.is_empty:
        rgba[..., 3] = multiplied(rgba[..., 3], selection.read(rect))
    return rgba


def _missing_image(data: QMimeData | None) -> str:
    """What is wrong with the clipboard; None on platforms where it was never written."""
    if data is not None and data.hasText():
        return translate(
            "SessionEdits", "The clipboard holds text. Copy an image or an image file, then paste."
        )
    return translate(
        "SessionEdits", "The clipboard holds no image. Copy an image or an image file, then paste."
    )
