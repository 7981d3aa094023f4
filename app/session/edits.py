"""Clipboard, selection and layer operations on one session, each one undo step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from app.document.commands import (
    AddLayer,
    ClearPixels,
    LiftSelection,
    MoveLayer,
    PasteLayer,
    RemoveLayer,
    SetSelection,
)
from app.document.geometry import Rect
from app.document.layers import Layer, LayerKind
from app.document.pixels import multiplied, straight_rgba
from app.document.planes import Plane
from app.document.selection import Selection
from app.session.document_session import DocumentSession

_translate = QCoreApplication.translate

# An entry of the image's own texts, which PNG keeps too: "x,y" in the document it came from.
_POSITION_KEY = "singan-studio-position"


def selected_pixels(layer: Layer, selection: Selection | None) -> tuple[Rect, NDArray[np.uint8]]:
    """Return what a copy takes: the bounds and (h, w, 4) straight RGBA, selection applied.

    The layer's mask counts, its opacity does not.
    """
    rect = layer.rect if selection is None else layer.rect.intersected(selection.bounds)
    pixels = layer.masked_pixels(rect)
    if selection is not None:
        pixels = multiplied(pixels, selection.read(rect))
    return rect, straight_rgba(pixels)


def put_on_clipboard(rgba: NDArray[np.uint8], x: int, y: int) -> None:
    """Hand pixels to every program, with their place for ourselves.

    Args:
        rgba: (H, W, 4) uint8 straight RGBA.
        x: document column of the left edge.
        y: document row of the top edge.
    """
    height, width = rgba.shape[:2]
    rgba = np.ascontiguousarray(rgba)
    view = QImage(rgba.data, width, height, rgba.strides[0], QImage.Format.Format_RGBA8888)
    image = view.copy()
    image.setText(_POSITION_KEY, f"{x},{y}")
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


class SessionEdits:
    """Edits of one session; every method is at most one undo step."""

    def __init__(self, session: DocumentSession) -> None:
        self._session = session

    # ---- clipboard

    def copy(self) -> bool:
        """Put the selected pixels of the active layer on the clipboard.

        Returns:
            Whether there was something to copy.
        """
        layer = self._active_layer()
        if layer is None:
            return False
        rect, rgba = selected_pixels(layer, self._session.document.selection)
        if rect.is_empty or not rgba[..., 3].any():
            self._notice(_translate("SessionEdits", "There is nothing to copy here."))
            return False
        put_on_clipboard(rgba, rect.x, rect.y)
        return True

    def cut(self) -> None:
        """Copy, then clear what was copied."""
        if self.copy():
            self.clear()

    def can_paste(self) -> bool:
        """Whether the clipboard holds an image."""
        # None on platforms whose clipboard was never written
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        return data is not None and data.hasImage()

    def paste_from_clipboard(self) -> None:
        """Add the clipboard's image as a layer: where it was copied, else in the middle."""
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            self._notice(_translate("SessionEdits", "The clipboard holds no image."))
            return
        document = self._session.document
        rgba = rgba_of_image(image)
        place = Rect.of_size(image.width(), image.height())
        position = position_of(image)
        if position is not None:
            place = place.translated(*position)
        if position is None or place.intersected(document.rect).is_empty:
            x, y = (document.width - place.width) // 2, (document.height - place.height) // 2
            place = Rect(x, y, place.width, place.height)
        self.paste(rgba, place.x, place.y)

    def paste(self, rgba: NDArray[np.uint8], x: int, y: int) -> None:
        """Add pixels as a new layer.

        Args:
            rgba: (H, W, 4) uint8 straight RGBA.
            x: document column of the left edge.
            y: document row of the top edge.
        """
        layer = Layer(
            self._new_name(_translate("SessionEdits", "Patch")),
            Plane.from_rgba(rgba, x, y),
            LayerKind.PATCH,
        )
        self._session.run(PasteLayer(layer))

    def lift(self, cut: bool = True) -> None:
        """Make the selected pixels a layer of their own."""
        layer = self._active_layer()
        if layer is not None:
            self._session.run(LiftSelection(layer.id, cut))

    def clear(self) -> None:
        """Make the selected pixels of the active layer transparent."""
        document = self._session.document
        layer = self._active_layer()
        if layer is not None:
            selection = document.selection
            self._session.run(ClearPixels(layer.id, selection))

    # ---- selection

    def select(self, selection: Selection | None) -> None:
        """Replace the selection; an empty one selects everything again."""
        if selection is not None and selection.is_empty:
            selection = None
        if selection is not None or self._session.document.selection is not None:
            self._session.run(SetSelection(selection))

    def select_all(self) -> None:
        """Select every pixel."""
        document = self._session.document
        self.select(Selection.everything(document.width, document.height))

    def select_none(self) -> None:
        """Drop the selection."""
        self.select(None)

    def invert_selection(self) -> None:
        """Select what was not selected; without a selection there is nothing to invert."""
        selection = self._session.document.selection
        if selection is not None:
            self.select(selection.inverted())

    # ---- layers

    def add_layer(self) -> None:
        """Add an empty layer above the active one."""
        # it grows with what is painted: a plane of the document's size takes long to draw
        layer = Layer(self._new_name(_translate("SessionEdits", "Layer")), Plane(Rect(0, 0, 0, 0)))
        self._session.run(AddLayer(layer))

    def duplicate_layer(self) -> None:
        """Add a copy of the active layer above it."""
        layer = self._session.document.active_layer
        if layer is not None:
            name = _translate("SessionEdits", "{name} copy").format(name=layer.name)
            self._session.run(AddLayer(layer.duplicate(name), label="Duplicate layer"))

    def remove_layer(self) -> None:
        """Remove the active layer."""
        layer = self._session.document.active_layer
        if layer is not None:
            self._session.run(RemoveLayer(layer.id))

    def move_layer(self, steps: int) -> None:
        """Move the active layer up by ``steps`` places (down when negative)."""
        document = self._session.document
        layer = document.active_layer
        if layer is None:
            return
        index = document.index_of(layer.id)
        target = min(len(document.layers) - 1, max(0, index + steps))
        if target != index:
            self._session.run(MoveLayer(layer.id, target))

    def _active_layer(self) -> Layer | None:
        layer = self._session.document.active_layer
        if layer is None:
            self._notice(_translate("SessionEdits", "There is no active layer."))
        return layer

    def _new_name(self, kind: str) -> str:
        names = {layer.name for layer in self._session.document.layers}
        number = 1
        while f"{kind} {number}" in names:
            number += 1
        return f"{kind} {number}"

    def _notice(self, text: str) -> None:
        self._session.notice_raised.emit(text)
