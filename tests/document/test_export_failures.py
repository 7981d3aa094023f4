"""Whatever goes wrong while writing, the old file is whole and one sentence says why."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.document.document import Document
from app.document.errors import DocumentError
from app.document.files import atomic_files
from app.document.files.atomic_files import FileWriteError
from app.document.files.images.image_export import DEFAULT_CHOICES, EXPORT_FORMATS
from app.document.files.images.image_files import ImageFileError
from app.document.files.images.optional_formats import MissingExtraError, psd_reader
from app.document.files.layered_export import LAYERED_FORMATS, export_document
from app.document.files.opening import open_document, open_picture
from app.document.files.project.project_file import ProjectContents, save_project
from tests.document.interchange_scene import scene
from tests.document.project_samples import decoded_photo
from tests.document.test_atomic_files import file_size_limit, tiny_disk

SUFFIXES = [*EXPORT_FORMATS, *LAYERED_FORMATS, ".singan"]


def write(path: Path, document: Document) -> None:
    if path.suffix == ".singan":
        save_project(path, ProjectContents(document, b"", ".png", decoded_photo()))
        return
    if path.suffix == ".psd":
        try:
            psd_reader(path.name)
        except MissingExtraError as error:
            pytest.skip(str(error))
    export_document(path, document, None, DEFAULT_CHOICES)


def old_file(folder: Path, suffix: str) -> Path:
    path = folder / f"a{suffix}"
    path.write_bytes(b"old")
    return path


def assert_whole(path: Path, error: Exception, files: int = 1) -> None:
    assert path.read_bytes() == b"old"
    assert len(os.listdir(path.parent)) == files
    assert str(error).startswith(f"“{path.name}” could not be saved: ")
    assert "\n" not in str(error)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk(tmp_path: Path, suffix: str) -> None:
    with tiny_disk(tmp_path, "4k") as disk:
        path = old_file(disk, suffix)
        with pytest.raises(FileWriteError, match="disk is full") as caught:
            write(path, scene())
        assert_whole(path, caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_limit_of_the_file_size(tmp_path: Path, suffix: str) -> None:
    path = old_file(tmp_path, suffix)
    with file_size_limit(512), pytest.raises(FileWriteError, match="larger than") as caught:
        write(path, scene())
    assert_whole(path, caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_disk_that_fails_at_the_end(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "")

    path = old_file(tmp_path, suffix)
    monkeypatch.setattr(atomic_files.os, "fsync", fail)
    with pytest.raises(FileWriteError, match="reports an error") as caught:
        write(path, scene())
    assert_whole(path, caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_write_protected_file(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_file(tmp_path, suffix)
    # root may write everything
    monkeypatch.setattr(atomic_files.os, "access", lambda *_: False)
    with pytest.raises(FileWriteError, match="not permitted") as caught:
        write(path, scene())
    assert_whole(path, caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_document_of_one_pixel(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"a{suffix}", Document(1, 1, []))
    assert open_picture(tmp_path / f"a{suffix}").rgba.shape == (1, 1, 4)


@pytest.mark.parametrize("suffix", [".gif", ".txt", "", ".singan"])
def test_a_format_that_is_not_written_is_refused(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ImageFileError, match="its name must end in"):
        export_document(tmp_path / f"a{suffix}", scene(), None, DEFAULT_CHOICES)
    assert os.listdir(tmp_path) == []


Reader = Callable[[Path], object]


@pytest.mark.parametrize("reader", [open_document, open_picture])
@pytest.mark.parametrize("suffix", [".ora", ".singan", ".psd", ".png", ".heic", ".xyz"])
@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04", b"8BPS", bytes(100)])
def test_files_that_are_something_else(
    tmp_path: Path, reader: Reader, suffix: str, content: bytes
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=r"^“a\.") as caught:
        reader(path)
    assert str(caught.value).endswith((".", ")."))
    path.unlink()
    path.mkdir()
    with pytest.raises(DocumentError, match="is a folder"):
        reader(path)
