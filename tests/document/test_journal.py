"""The journal of unsaved documents: bit for bit, only what changed, whole at every moment."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.document.document import Document, PhotoTransform
from app.document.files.atomic_files import FileWriteError
from app.document.files.project.project_contents import ProjectContents
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane
from app.document.render_settings import RenderSettings
from app.document.selection import Selection
from app.storage.journal import FoundJournal, JournalContents, JournalFolder
from app.storage.journal import folder as journal_folder
from app.storage.journal.description import JournalError
from tests.document.project_samples import (
    make_model,
    make_project,
    make_state,
    random_pixels,
)

REPOSITORY = Path(__file__).parents[2]


def assert_same_planes(first: Plane | None, second: Plane | None) -> None:
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert (first.rect, first.channels, first.fill) == (
            second.rect,
            second.channels,
            second.fill,
        )
        assert np.array_equal(first.read(), second.read())


def assert_same_documents(first: Document, second: Document) -> None:
    assert len(first.layers) == len(second.layers)
    for one, other in zip(first.layers, second.layers, strict=True):
        assert_same_planes(one.plane, other.plane)
        assert_same_planes(one.mask, other.mask)
        for each in fields(Layer):
            if each.name not in ("plane", "mask"):
                assert getattr(one, each.name) == getattr(other, each.name), each.name
    for each in fields(Document):
        if each.name != "layers":
            assert getattr(first, each.name) == getattr(second, each.name), each.name


def contents_of(document: Document, **parts: object) -> JournalContents:
    photo = random_pixels(9, document.height, document.width, 3)
    project = ProjectContents(document.snapshot(), b"", ".png", photo, **parts)  # type: ignore[arg-type]
    return JournalContents(project, None, "photo.png")


def only_found(folder: Path) -> tuple[JournalFolder, FoundJournal]:
    """What the next program finds."""
    journals = JournalFolder(folder)
    (found,) = journals.find().journals
    return journals, found


def read_back(folder: Path) -> JournalContents:
    journals, found = only_found(folder)
    contents = journals.read(found)
    journals.release()
    return contents


def blob_times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*/*/contents/*")}


# ---- round trip

rects = st.builds(
    Rect, st.integers(-70, 70), st.integers(-70, 70), st.integers(0, 90), st.integers(0, 150)
)


@st.composite
def planes(draw: st.DrawFn, channels: int) -> Plane:
    rect = draw(rects)
    plane = Plane(rect, channels, draw(st.sampled_from((0, 17, 255))) if channels == 1 else 0)
    if draw(st.booleans()) and not rect.is_empty:
        part = plane.write(rect)
        seed = draw(st.integers(0, 99))
        part[...] = random_pixels(seed, *part.shape)
    return plane


@st.composite
def documents(draw: st.DrawFn) -> Document:
    layers: list[Layer] = []
    for number in range(draw(st.integers(1, 5))):
        if number and draw(st.integers(0, 3)) == 0:
            group = Layer.group(f"Group {number}")
            layers[-1].group_id = group.id
            layers.append(group)
        layers.append(
            Layer(
                draw(st.text(max_size=5)),
                draw(planes(4)),
                draw(st.sampled_from([kind for kind in LayerKind if kind is not LayerKind.GROUP])),
                mask=draw(st.none() | planes(1)),
                opacity=draw(st.floats(0, 1)),
                is_visible=draw(st.booleans()),
                is_locked=draw(st.booleans()),
                is_alpha_locked=draw(st.booleans()),
                is_clipped=draw(st.booleans()),
                blend_mode=draw(st.sampled_from(BlendMode)),
                recipe=draw(st.none() | st.just({"scale": 3, "model_id": "m", "list": [1, None]})),
            )
        )
    document = Document(draw(st.integers(1, 90)), draw(st.integers(1, 150)), layers)
    document.active_id = draw(st.sampled_from(layers)).id
    document.photo_id = draw(st.none() | st.just("hash"))
    document.render_settings = RenderSettings(
        "paint", *draw(st.tuples(*[st.none() | st.integers(0, 9)] * 3))
    )
    document.photo_transform = PhotoTransform(
        *draw(st.tuples(*[st.floats(-9, 9)] * 4)), draw(st.integers(0, 7))
    )
    if draw(st.booleans()):
        seed = draw(st.integers(0, 99))
        document.selection = Selection(random_pixels(seed, document.height, document.width))
    return document


@given(first=documents(), second=documents())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_document_comes_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, first: Document, second: Document
) -> None:
    folder = tmp_path_factory.mktemp("journals")
    running = JournalFolder(folder)
    journal = running.journal("session")
    journal.write(contents_of(first))
    journal.write(contents_of(second))
    running.release()
    contents = read_back(folder)
    assert contents.project.notices == ()
    assert_same_documents(contents.project.document, second)


def test_a_quick_mask_comes_back_as_the_selection(tmp_path: Path) -> None:
    document = Document.from_photo(random_pixels(1, 70, 40, 4), "Photo")
    mask = random_pixels(2, 70, 40)
    document.quick_mask = Layer("Quick mask", Plane(Rect(0, 0, 0, 0)), mask=Plane.from_grey(mask))
    running = JournalFolder(tmp_path)
    running.journal("session").write(contents_of(document))
    running.release()
    again = read_back(tmp_path).project.document
    assert again.selection == Selection(mask)
    assert again.quick_mask is None


def test_models_results_and_an_unfinished_training_come_back(tmp_path: Path) -> None:
    project = make_project()
    assert project.models
    assert project.results
    project.train_state = make_state()
    running = JournalFolder(tmp_path)
    path = tmp_path / "photo.singan"
    running.journal("session").write(JournalContents(project, path, "photo.singan"))
    running.release()
    contents = read_back(tmp_path)
    again = contents.project
    assert (contents.path, contents.title) == (path, "photo.singan")
    assert again.models.keys() == project.models.keys()
    assert again.active_model_id == project.active_model_id
    assert again.config == project.config
    assert again.settings == project.settings
    assert (again.photo_bytes, again.photo_extension) == (
        project.photo_bytes,
        project.photo_extension,
    )
    assert np.array_equal(again.photo, project.photo)
    assert again.train_state is not None
    assert again.train_state.model.model_id == project.train_state.model.model_id
    for one, other in zip(again.results, project.results, strict=True):
        assert one.recipe == other.recipe
        assert np.array_equal(one.image, other.image)
        assert np.array_equal(one.mask, other.mask)


# ---- only what changed


def test_unchanged_bands_are_neither_read_nor_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document.from_photo(random_pixels(1, 300, 40, 4), "Photo")
    journal = JournalFolder(tmp_path).journal("session")
    photo = random_pixels(9, 300, 40, 3)

    def write() -> None:
        project = ProjectContents(document.snapshot(), b"", ".png", photo)
        journal.write(JournalContents(project, None, "photo.png"))

    hashed: list[int] = []
    put = journal._blobs.put
    monkeypatch.setattr(
        journal._blobs, "put", lambda content: hashed.append(len(content)) or put(content)
    )
    write()
    before = blob_times(tmp_path)
    assert len(hashed) == 2 * 5 + 2  # bands of the layer and the photo, file, thumbnail
    hashed.clear()
    document.layers[0].plane.write(Rect(3, 70, 5, 5))[...] = 200
    write()
    after = blob_times(tmp_path)
    assert 64 * 40 * 4 in hashed
    assert len(hashed) == 3  # the band, file, thumbnail
    assert {name for name in before if name in after and before[name] != after[name]} == set()
    assert len(after.keys() - before.keys()) <= 2
    assert len(before.keys() - after.keys()) <= 2  # what nothing refers to is gone


def test_a_document_kept_after_recovery_is_not_written_anew(tmp_path: Path) -> None:
    document = Document.from_photo(random_pixels(1, 130, 40, 4), "Photo")
    contents = contents_of(document)
    first = JournalFolder(tmp_path)
    first.journal("old").write(contents)
    first.release()
    second, found = only_found(tmp_path)
    before = blob_times(tmp_path)
    second.adopt(found, "new").write(contents)
    assert blob_times(tmp_path) == before
    second.release()
    assert_same_documents(read_back(tmp_path).project.document, document)


# ---- several programs

WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
from app.storage.journal import JournalFolder
from tests.document.test_journal import contents_of, striped
journals = JournalFolder(Path(sys.argv[1]))
journal = journals.journal("session")
for number in range(10**6):
    journal.write(contents_of(striped(number)))
    print(number, flush=True)
"""


def striped(number: int) -> Document:
    """A document that is different in every band for every number."""
    document = Document.from_photo(np.full((200, 30, 4), 255, np.uint8), "Photo")
    document.layers[0].plane.write()[..., :3] = number % 256
    document.layers[0].name = str(number)
    return document


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("line_count", [1, 5])
def test_a_journal_is_whole_whenever_its_program_is_killed(tmp_path: Path, line_count: int) -> None:
    command = [sys.executable, "-c", WRITE_UNTIL_KILLED, str(tmp_path)]
    program = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    for _ in range(line_count):
        program.stdout.readline()
    seen_by_others = JournalFolder(tmp_path).find().journals
    program.send_signal(signal.SIGKILL)
    rest, _ = program.communicate(timeout=30)
    assert seen_by_others == ()
    written = line_count - 1 + len(rest.split())
    contents = read_back(tmp_path)
    number = int(contents.project.document.layers[0].name)
    assert number in (written, written + 1)
    assert contents.project.notices == ()
    assert_same_documents_but_ids(contents.project.document, striped(number))


def assert_same_documents_but_ids(first: Document, second: Document) -> None:
    for one, other in zip(first.layers, second.layers, strict=True):
        one.id = other.id
    first.active_id = second.active_id
    assert_same_documents(first, second)


def test_what_one_program_found_no_other_finds(tmp_path: Path) -> None:
    ended = JournalFolder(tmp_path)
    document = Document.from_photo(random_pixels(1, 20, 20, 4), "Photo")
    for name in ("a", "b"):
        ended.journal(name).write(contents_of(document))
    ended.release()
    first, second = JournalFolder(tmp_path), JournalFolder(tmp_path)
    found = first.find().journals
    assert len(found) == 2
    assert first.find().journals == found
    assert second.find().journals == ()
    first.discard(found[0])
    first.adopt(found[1], "mine")
    assert second.find().journals == ()
    first.release()
    assert len(second.find().journals) == 1


def test_a_removed_journal_leaves_nothing(tmp_path: Path) -> None:
    journals = JournalFolder(tmp_path)
    journal = journals.journal("session")
    journal.write(contents_of(Document.from_photo(random_pixels(1, 20, 20, 4), "Photo")))
    journal.remove()
    journal.remove()
    journals.release()
    assert list(tmp_path.iterdir()) == []


# ---- damage and full disks


def damaged(folder: Path, name_of: str) -> None:
    """Alter the contents that only a part of the description names."""
    (path,) = folder.glob("*/*/journal.json")
    values = json.loads(path.read_text())
    part = values["document"]["layers"][1]["plane"] if name_of == "layer" else values["photo"]
    names = part["bands"][1:2] if name_of == "layer" else part["pixels"]["bands"]
    for name in names:
        (path.parent / "contents" / f"{name}.z").write_bytes(b"not what it was")


def test_what_is_whole_is_recovered_and_one_sentence_tells_the_rest(tmp_path: Path) -> None:
    document = Document.from_photo(random_pixels(1, 150, 20, 4), "Photo")
    document.layers.append(Layer("Strokes", Plane.from_rgba(random_pixels(2, 150, 20, 4))))
    running = JournalFolder(tmp_path)
    running.journal("session").write(contents_of(document))
    running.release()
    damaged(tmp_path, "layer")
    again = read_back(tmp_path).project
    assert len(again.notices) == 1
    assert "“Strokes”" in again.notices[0]
    assert_same_planes(again.document.layers[0].plane, document.layers[0].plane)
    kept, original = again.document.layers[1].plane.read(), document.layers[1].plane.read()
    assert not kept[64:128].any()
    assert np.array_equal(kept[:64], original[:64])
    assert np.array_equal(kept[128:], original[128:])


def test_a_damaged_photo_is_read_from_its_file(tmp_path: Path) -> None:
    project = make_project()
    running = JournalFolder(tmp_path)
    running.journal("session").write(JournalContents(project, None, "photo.jpg"))
    running.release()
    damaged(tmp_path, "photo")
    again = read_back(tmp_path).project
    assert np.array_equal(again.photo, project.photo)
    assert len(again.notices) == 1


def test_a_journal_without_a_description_is_counted_once(tmp_path: Path) -> None:
    running = JournalFolder(tmp_path)
    document = Document.from_photo(random_pixels(1, 20, 20, 4), "Photo")
    running.journal("session").write(contents_of(document))
    running.release()
    (path,) = tmp_path.glob("*/*/journal.json")
    path.write_text("{")
    journals = JournalFolder(tmp_path)
    found = journals.find()
    assert (found.journals, found.damaged_count) == ((), 1)
    assert journals.find().damaged_count == 0
    assert list(tmp_path.glob("*/*.damaged/contents/*"))
    with pytest.raises(JournalError):
        journals.read(FoundJournal(path.parent, "", None, 0, 1, 1, 1, b""))


def test_a_full_disk_leaves_the_last_journal_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document.from_photo(random_pixels(1, 300, 20, 4), "Photo")
    before = document.snapshot()
    running = JournalFolder(tmp_path)
    journal = running.journal("session")
    journal.write(contents_of(document))
    names = set(blob_times(tmp_path))
    document.layers[0].plane.write()[...] = random_pixels(5, 300, 20, 4)
    synced: list[int] = []

    def fsync(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 4:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(FileWriteError, match="the disk is full"):
            journal.write(contents_of(document))
    assert set(blob_times(tmp_path)) == names
    running.release()
    assert_same_documents(read_back(tmp_path).project.document, before)
    journal.write(contents_of(document))
    assert_same_documents(read_back(tmp_path).project.document, document)


def test_the_description_shows_what_was_unsaved(tmp_path: Path) -> None:
    document = Document.from_photo(np.full((400, 800, 4), 255, np.uint8), "Photo")
    document.layers[0].plane.write(Rect(400, 0, 400, 400))[..., 1] = 0
    running = JournalFolder(tmp_path)
    path = tmp_path / "photo.singan"
    contents = contents_of(document)
    running.journal("s").write(JournalContents(contents.project, path, "photo.singan"))
    running.release()
    journals, found = only_found(tmp_path)
    assert (found.title, found.path, found.layer_count) == ("photo.singan", path, 1)
    assert (found.width, found.height, found.is_outdated) == (800, 400, False)
    path.write_bytes(b"saved later")
    os.utime(path, (found.written_at + 5,) * 2)
    assert found.is_outdated
    small = cv2.imdecode(np.frombuffer(found.thumbnail, np.uint8), cv2.IMREAD_COLOR)
    assert small is not None
    assert small.shape == (80, 160, 3)
    assert tuple(small[40, 20]) == (255, 255, 255)
    assert tuple(small[40, 140]) == (255, 0, 255)
    journals.release()


def test_a_model_is_packed_once(tmp_path: Path) -> None:
    document = Document.from_photo(random_pixels(1, 20, 20, 4), "Photo")
    model = make_model()
    journal = JournalFolder(tmp_path).journal("session")
    journal.write(contents_of(document, models={model.model_id: model}))
    described = dict(journal._models)
    journal.write(contents_of(document, models={model.model_id: model}))
    assert journal._models == described


def test_a_folder_that_another_program_locked_first_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, others = journal_folder.lock_folder, []

    def overtaken(path: Path) -> object:
        if not others:
            others.append(lock(path))
        return lock(path)

    monkeypatch.setattr(journal_folder, "lock_folder", overtaken)
    journals = JournalFolder(tmp_path)
    journal = journals.journal("session")
    journal.write(contents_of(Document.from_photo(random_pixels(1, 20, 20, 4), "Photo")))
    assert len(list(tmp_path.iterdir())) == 2
    assert JournalFolder(tmp_path).find().journals == ()
    others[0].unlock()
    journals.release()
