"""Errors of the document that a user can cause. Each message is one sentence for a dialog."""

from __future__ import annotations


class DocumentError(Exception):
    """Base of every document error that is shown to the user as it is."""


class DocumentSizeError(DocumentError):
    """A document was asked for with a width or height below one pixel."""


class OutOfMemoryError(DocumentError):
    """The memory that a step needs is not there."""


class LayerNotFoundError(DocumentError):
    """A layer was named that the document does not hold."""


class LayerLockedError(DocumentError):
    """A locked layer was asked to change its pixels or its place."""


class LastLayerError(DocumentError):
    """The only layer of a document was asked to go."""


class EmptySelectionError(DocumentError):
    """An operation needs selected pixels and there are none."""


class SelectionSizeError(DocumentError):
    """A selection does not have the size of its document."""


class NothingToRenderError(DocumentError):
    """A render was asked for of a document that nobody edited."""


class MaskMissingError(DocumentError):
    """A layer's mask was to be painted that does not exist."""


class LayerPlaceError(DocumentError):
    """A layer was asked to go where it cannot be."""


class MergeError(DocumentError):
    """Layers were to be merged that cannot be."""


class TransformError(DocumentError):
    """A layer or a document was to be given a size it cannot have."""


class NotPaintableError(DocumentError):
    """A layer was to be painted on that holds no pixels, or whose transparency is kept."""
