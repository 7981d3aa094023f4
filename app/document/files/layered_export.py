"""Exporting a document: as a picture, or with its layers, as the suffix of the name says."""

from __future__ import annotations

from pathlib import Path

from app.document.compositing import flatten
from app.document.document import Document
from app.document.files.images.image_export import ExportChoices, export_image
from app.document.files.openraster.openraster_file import save_openraster
from app.document.files.psd.psd_writing import save_psd

LAYERED_FORMATS = (".ora", ".psd")


def export_document(
    path: Path, document: Document, exif: bytes | None, choices: ExportChoices
) -> None:
    """Write what the document shows, or with ``.ora`` and ``.psd`` its layers.

    Args:
        path: its suffix is one of ``EXPORT_FORMATS`` or ``LAYERED_FORMATS``.
        document: may be a snapshot, on any thread.
        exif: as in ``OpenedImage.exif``, for pictures.
        choices: for pictures.

    Raises:
        DocumentError: another suffix, or the file cannot be written; an old one stays whole.
    """
    if path.suffix.lower() == ".ora":
        save_openraster(path, document)
    elif path.suffix.lower() == ".psd":
        save_psd(path, document, has_profile=choices.has_profile)
    else:
        export_image(path, flatten(document), exif, choices)
