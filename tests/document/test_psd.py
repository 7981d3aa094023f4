"""Photoshop documents come in and go out with their layers."""

from __future__ import annotations

import importlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from app.document.compositing import flatten
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.files.atomic_files import FileWriteError
from app.document.files.images import optional_formats
from app.document.files.images.image_export import DEFAULT_CHOICES
from app.document.files.images.image_files import ImageFileError, ImageTooLargeError
from app.document.files.images.optional_formats import MissingExtraError, psd_reader
from app.document.files.layered_export import export_document
from app.document.files.opening import open_document, open_picture
from app.document.files.project.project_file import ProjectContents
from app.document.files.psd.psd_reading import read_psd
from app.document.files.psd.psd_writing import save_psd
from app.document.geometry import Rect
from app.document.layer_tree import layer_tree
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane
from tests.document.interchange_scene import HEIGHT, WIDTH, cloud, painted, scene
from tests.document.layer_trees import documents

FIXTURE = Path(__file__).parent / "fixtures" / "krita.psd"


def why_not() -> str:
    """Why Photoshop files cannot be read here, or nothing."""
    try:
        psd_reader("any")
    except MissingExtraError as error:
        return str(error)
    return ""


needs_extra = pytest.mark.skipif(bool(why_not()), reason=why_not())


def reread(path: Path, document: Document) -> Document:
    save_psd(path, document)
    again, notices = read_psd(path.read_bytes(), path.name)
    assert notices == []
    return again


@needs_extra
def test_layers_come_back_as_they_were_written(tmp_path: Path) -> None:
    document = scene()
    again = reread(tmp_path / "a.psd", document)
    assert (again.width, again.height) == (WIDTH, HEIGHT)
    for before, after in zip(document.layers, again.layers, strict=True):
        for field in ("name", "is_visible", "is_clipped", "is_locked", "is_pass_through"):
            assert getattr(after, field) == getattr(before, field), (before.name, field)
        assert after.blend_mode == before.blend_mode
        assert after.opacity == pytest.approx(before.opacity, abs=1 / 510)
        assert (after.mask is None) == (before.mask is None)
    assert np.abs(flatten(again).astype(int) - flatten(document)).max() <= 2


@needs_extra
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_tree_keeps_its_structure_and_pixels(
    tmp_path_factory: pytest.TempPathFactory, document: Document
) -> None:
    for layer in document.layers:
        layer.is_clipped &= not layer.is_group
    again = reread(tmp_path_factory.getbasetemp() / "any.psd", document)
    if not any(not layer.is_group for layer in document.layers):
        return
    for before, after in zip(document.layers, again.layers, strict=True):
        assert after.name == (before.name or ("Group" if before.is_group else "Layer"))
        assert (after.group_id is None) == (before.group_id is None)
        assert (after.is_locked, after.is_clipped) == (before.is_locked, before.is_clipped)
        assert after.is_alpha_locked == before.is_alpha_locked
        assert np.array_equal(after.plane.read(before.rect), before.plane.read())
        if before.mask is not None:
            assert after.mask is not None
            shown = document.rect.united(before.rect) if before.mask.fill else before.mask.rect
            assert np.array_equal(after.mask.read(shown), before.mask.read(shown))


@needs_extra
def test_the_merged_picture_is_ours_on_white(tmp_path: Path) -> None:
    document = Document(WIDTH, HEIGHT, [painted("half", 3, 4, 4, 20, 12)])
    save_psd(tmp_path / "a.psd", document)
    library = importlib.import_module("psd_tools")
    merged = np.asarray(library.PSDImage.open(tmp_path / "a.psd").topil().convert("RGB"))
    rgba = flatten(document).astype(float)
    alpha = rgba[..., 3:] / 255
    assert np.abs(merged - (rgba[..., :3] * alpha + 255 * (1 - alpha))).max() <= 1


@needs_extra
def test_a_clipped_group_becomes_one_clipped_layer(tmp_path: Path) -> None:
    group = Layer.group("clipped")
    group.is_clipped = True
    base = painted("base", 5, 4, 4, 20, 12)
    member = painted("member", 6, 0, 0, WIDTH, HEIGHT, group_id=group.id)
    document = Document(WIDTH, HEIGHT, [base, member, group])
    again = reread(tmp_path / "a.psd", document)
    assert [layer.is_clipped for layer in again.layers] == [False, True]
    assert np.abs(flatten(again).astype(int) - flatten(document)).max() <= 2


@needs_extra
def test_long_and_foreign_names(tmp_path: Path) -> None:
    names = ["Ebene “ü” 図層", "x" * 300, ""]
    layers = [painted(name, 1, 0, 0, 5, 5) for name in names]
    again = reread(tmp_path / "a.psd", Document(9, 9, layers))
    assert [layer.name for layer in again.layers] == [names[0], "x" * 255, "Layer"]


@needs_extra
def test_a_file_of_krita_opens_with_its_layers() -> None:
    contents = open_document(FIXTURE)
    assert isinstance(contents, ProjectContents)
    assert contents.notices == ()
    document = contents.document
    names = [node.layer.name for node in layer_tree(document.layers)]
    # its PSD has neither clipping nor dst-in: both are ordinary members there
    assert names == ["Back", "Multiplied", "Base", "Through", "Hidden", "Masked"]
    multiplied, through = (layer_tree(document.layers)[i].layer for i in (1, 3))
    assert multiplied.blend_mode is BlendMode.MULTIPLY
    assert multiplied.opacity == pytest.approx(0.8)
    assert through.is_pass_through
    assert document.layers[0].kind is LayerKind.PHOTO
    assert np.array_equal(contents.photo, scene().layers[0].plane.to_rgba()[..., :3])


@needs_extra
def test_a_flat_file_of_another_colour_model_opens_and_is_said(tmp_path: Path) -> None:
    library = importlib.import_module("psd_tools")
    photo = Image.fromarray(cloud(4, 20, 10)[..., 0])
    library.PSDImage.frompil(photo).save(tmp_path / "grey.psd")
    document, notices = read_psd((tmp_path / "grey.psd").read_bytes(), "grey.psd")
    assert [layer.name for layer in document.layers] == ["Background"]
    assert np.array_equal(flatten(document)[..., 1], np.asarray(photo))
    assert notices == ["Converted on opening: Grayscale to RGB."]


@needs_extra
def test_as_a_picture_it_is_what_its_layers_show(tmp_path: Path) -> None:
    save_psd(tmp_path / "a.psd", scene())
    assert np.abs(open_picture(tmp_path / "a.psd").rgba.astype(int) - flatten(scene())).max() <= 2


@needs_extra
@pytest.mark.parametrize("share", [0.001, 0.02, 0.1, 0.5])
def test_a_file_cut_off_is_one_sentence(tmp_path: Path, share: float) -> None:
    data = FIXTURE.read_bytes()
    with pytest.raises(DocumentError, match=r"^“a.psd” is damaged or cut off\.$"):
        read_psd(data[: int(len(data) * share)], "a.psd")


@needs_extra
def test_damaged_bytes_never_end_in_a_traceback() -> None:
    data = bytearray(FIXTURE.read_bytes())
    rng = np.random.default_rng(1)
    for _ in range(60):
        damaged = data.copy()
        for at in rng.integers(0, len(data), 12):
            damaged[at] = rng.integers(0, 256)
        with suppress(DocumentError):
            read_psd(bytes(damaged), "a.psd")


@needs_extra
def test_huge_files_are_refused_both_ways(tmp_path: Path) -> None:
    data = b"8BPS\0\1" + bytes(6) + b"\0\3" + b"\0\0\x75\x30" * 2 + b"\0\x08\0\3" + bytes(64)
    with pytest.raises(ImageTooLargeError):
        read_psd(data, "huge.psd")
    with pytest.raises(ImageFileError, match="at most 30000 px"):
        save_psd(tmp_path / "wide.psd", Document(30_001, 1, []))
    assert not (tmp_path / "wide.psd").exists()


@needs_extra
def test_an_old_file_stays_when_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(FileWriteError, match="the folder does not exist"):
        save_psd(tmp_path / "none" / "a.psd", scene())


@needs_extra
def test_a_document_without_pixels_is_written_and_read(tmp_path: Path) -> None:
    layers = [Layer("nothing", Plane(Rect(3, 3, 0, 0))), Layer.group("empty")]
    again = reread(tmp_path / "a.psd", Document(5, 4, layers))
    assert [layer.name for layer in again.layers] == ["nothing", "empty"]
    assert not flatten(again).any()


def test_without_the_extra_one_sentence_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(optional_formats.importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match=r"“krita.psd” is a Photoshop.*extra “psd”"):
        open_document(FIXTURE)
    with pytest.raises(MissingExtraError, match=r"extra “psd”"):
        export_document(tmp_path / "a.psd", scene(), None, DEFAULT_CHOICES)
    assert not (tmp_path / "a.psd").exists()
