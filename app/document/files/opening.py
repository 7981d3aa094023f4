"""Opening what the user chose: a photo, a project, or another program's document with layers."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from app.document.compositing import flatten
from app.document.files.images.image_files import (
    MAX_IMAGE_BYTES,
    ImageFileError,
    OpenedImage,
    image_from_bytes,
    is_image_start,
)
from app.document.files.images.optional_formats import RAW_SUFFIXES
from app.document.files.openraster.openraster_file import open_flat
from app.document.files.project.project_file import ProjectContents, ProjectFileError, load_project
from app.document.files.psd.psd_reading import PSD_START, read_psd
from app.document.files.reading import open_for_reading, read_bytes
from app.document.layers import LayerKind
from app.document.wording import translate

PROJECT_SUFFIX = ".singan"
OPENRASTER_SUFFIX = ".ora"
PROJECT_SUFFIXES = (PROJECT_SUFFIX, OPENRASTER_SUFFIX)
PHOTO_SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".avif",
    ".ppm", ".pgm", ".heic", ".heif", ".psd", ".psb", *RAW_SUFFIXES,
)  # fmt: skip
_ZIP_START = b"PK"
_START_BYTES = 12


def is_project_name(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a project by its name: ours, or OpenRaster, which can hold one."""
    return Path(path).suffix.lower() in PROJECT_SUFFIXES


def open_document(path: str | os.PathLike[str]) -> OpenedImage | ProjectContents:
    """Open a photo, a project, an OpenRaster file or a Photoshop document with its layers.

    What a file is, is told by its content; a name that says something else does not matter.

    Raises:
        DocumentError: missing, damaged, of no known kind, or in need of an extra.
    """
    path = Path(path)
    start = _start_of(path)
    if start.startswith(_ZIP_START):
        return load_project(path)
    if start.startswith(PSD_START):
        return _psd_contents(path)
    if is_project_name(path) and not is_image_start(start):
        return load_project(path)
    return image_from_bytes(read_bytes(path, ImageFileError, MAX_IMAGE_BYTES), path.name)


def open_picture(path: str | os.PathLike[str]) -> OpenedImage:
    """Open any file as one picture: of files with layers, what they show.

    Raises:
        DocumentError: as ``open_document``.
    """
    opened = open_document(path)
    if isinstance(opened, OpenedImage):
        return opened
    is_project = _start_of(Path(path)).startswith(_ZIP_START)
    rgba = open_flat(path) if is_project else flatten(opened.document)
    has_alpha = bool(rgba[..., 3].min() < 255)
    return OpenedImage(rgba, has_alpha, opened.photo_exif, None, opened.notices, b"", ".png")


def _start_of(path: Path) -> bytes:
    error_kind = ProjectFileError if is_project_name(path) else ImageFileError
    with open_for_reading(path, error_kind) as file:
        try:
            return file.read(_START_BYTES)
        except OSError as error:
            sentence = translate("Errors", "“{name}” cannot be read: the disk fails.")
            raise ImageFileError(sentence.format(name=path.name)) from error


def _psd_contents(path: Path) -> ProjectContents:
    document, notices = read_psd(read_bytes(path, ImageFileError, MAX_IMAGE_BYTES), path.name)
    photos = (layer for layer in document.layers if layer.kind is LayerKind.PHOTO)
    photo = next(photos, None)
    shown = flatten(document) if photo is None else photo.plane.to_rgba(document.rect)
    return ProjectContents(
        document=document,
        photo_bytes=b"",
        photo_extension=".png",
        photo=np.ascontiguousarray(shown[..., :3]),
        settings={"photo_name": path.name},
        notices=tuple(notices),
    )
