"""A document stays as it was when a step fails half-way, as without memory for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2

from app.document.document import Document
from app.document.errors import OutOfMemoryError
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.wording import translate


@contextmanager
def all_or_nothing(document: Document, writes_in_place: bool = False) -> Iterator[None]:
    """Put a document back as it was when what happens inside fails.

    Args:
        document: what is changed inside.
        writes_in_place: what fails has not changed a pixel; see `Command.writes_in_place`.

    Raises:
        OutOfMemoryError: the memory was not there.
    """
    state = _DocumentState(document, writes_in_place)
    try:
        yield
        state.let_go()
    except BaseException as error:
        state.put_back()
        if _is_out_of_memory(error):
            raise OutOfMemoryError(
                translate("Errors", "There is not enough memory for this; nothing was changed.")
            ) from None
        raise


class _DocumentState:
    """Everything in a document, without a copy of its pixels."""

    def __init__(self, document: Document, writes_in_place: bool) -> None:
        self._document = document
        self._fields = _fields_of(document)
        self._layers = list(document.layers)
        extra = [] if document.quick_mask is None else [document.quick_mask]
        self._of_layers = [(layer, _fields_of(layer)) for layer in (*self._layers, *extra)]
        self._is_frozen = not writes_in_place
        self._of_planes = [
            (plane, plane.state() if writes_in_place else plane.freeze())
            for layer, _ in self._of_layers
            for plane in _planes_of(layer)
        ]

    def put_back(self) -> None:
        """Undo what was done since."""
        for plane, state in self._of_planes:
            plane.put_back(state)
        for layer, fields in self._of_layers:
            _set(layer, fields)
        _set(self._document, self._fields)
        self._document.layers[:] = self._layers

    def let_go(self) -> None:
        """Keep what was done since."""
        if self._is_frozen:
            for plane, _ in self._of_planes:
                plane.thaw()


def _fields_of(owner: Document | Layer) -> dict[str, Any]:
    return {field.name: getattr(owner, field.name) for field in dataclasses.fields(owner)}


def _set(owner: Document | Layer, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(owner, name, value)


def _planes_of(layer: Layer) -> list[Plane]:
    return [layer.plane] if layer.mask is None else [layer.plane, layer.mask]


def _is_out_of_memory(error: BaseException) -> bool:
    is_from_opencv = isinstance(error, cv2.error) and error.code == cv2.Error.StsNoMem
    return is_from_opencv or isinstance(error, MemoryError)
