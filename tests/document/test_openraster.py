"""OpenRaster files follow the specification, and those of other programs open."""

from __future__ import annotations

import io
import struct
import time
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.document.compositing import flatten
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.files.checked_zip import CheckedZip
from app.document.files.openraster.openraster_entries import visible_rect
from app.document.files.openraster.openraster_file import (
    open_flat,
    read_openraster,
    save_openraster,
)
from app.document.files.openraster.openraster_stack import OpenRasterError
from app.document.files.png_parts import png_bytes
from app.document.files.project.project_file import load_project
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane
from tests.document.photo_files import deep_png, png_header
from tests.document.project_samples import make_document, rewritten

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_openraster(tmp_path / "a.ora", make_document())
    return tmp_path / "a.ora"


def decoded(archive: zipfile.ZipFile, entry: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(archive.read(entry))))


def filled(color: tuple[int, ...], height: int = 4, width: int = 5) -> bytes:
    return png_bytes(np.full((height, width, 4), color, np.uint8))


def foreign(path: Path, stack: str, images: dict[str, bytes], size: str = 'w="8" h="6"') -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        archive.writestr("stack.xml", f'<image version="0.0.3" {size}>{stack}</image>')
        for entry, content in images.items():
            archive.writestr(entry, content)
    return path


def opened(path: Path) -> tuple[Document, list[str]]:
    with open(path, "rb") as file:
        return read_openraster(CheckedZip(file, path.name, OpenRasterError))


def test_the_archive_is_as_the_specification_says(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert first.filename == "mimetype"
        assert first.compress_type == zipfile.ZIP_STORED
        assert first.extra == b""
        assert archive.read("mimetype") == b"image/openraster"
        assert archive.testzip() is None
        merged = decoded(archive, "mergedimage.png")
        thumbnail = decoded(archive, "Thumbnails/thumbnail.png")
    # a reader may look for the type at this very place
    assert path.read_bytes()[30:54] == b"mimetypeimage/openraster"
    assert np.array_equal(merged, flatten(make_document()))
    assert thumbnail.shape == merged.shape


def test_the_layer_list_is_as_readers_need_it(path: Path) -> None:
    document = make_document()
    with zipfile.ZipFile(path) as archive:
        image = ElementTree.fromstring(archive.read("stack.xml"))
    gamma = "{http://mypaint.org/ns/openraster}eotf"
    assert image.attrib == {"version": "0.0.6", "w": "52", "h": "40", gamma: "1.0"}
    (stack,) = image
    assert stack.attrib == {}
    assert [element.tag for element in stack] == ["layer"] * 4
    for element, layer in zip(reversed(stack), document.layers, strict=True):
        assert element.get("composite-op") == layer.blend_mode.value
        assert (int(element.get("x", "")), int(element.get("y", ""))) == visible_rect(layer)[:2]
        assert float(element.get("opacity", "")) == layer.opacity
        assert element.get("visibility") == ("visible" if layer.is_visible else "hidden")
    assert stack[2].get("name") == "Strokes & <more> "


def test_masks_are_baked_into_the_pixels(path: Path) -> None:
    document = make_document()
    masked = document.layers[2]
    with zipfile.ZipFile(path) as archive:
        pixels = decoded(archive, "data/layer0002.png")
    assert masked.mask is not None
    shown = masked.mask.read(masked.rect).astype(float) * masked.plane.read()[..., 3] / 255
    assert np.abs(pixels[..., 3] - shown).max() <= 1


def test_an_empty_document_has_a_layer_for_readers(tmp_path: Path) -> None:
    save_openraster(tmp_path / "a.ora", Document(9, 7))
    document, notices = opened(tmp_path / "a.ora")
    assert (document.width, document.height) == (9, 7)
    assert len(document.layers) == 1
    assert not flatten(document).any()
    assert notices == []


def test_a_large_image_gets_a_small_thumbnail(tmp_path: Path) -> None:
    wide = np.full((300, 900, 4), 200, np.uint8)
    save_openraster(tmp_path / "a.ora", Document.from_photo(wide, "wide"))
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        assert decoded(archive, "Thumbnails/thumbnail.png").shape == (85, 256, 4)


def test_what_is_written_is_read_again(path: Path) -> None:
    document, notices = opened(path)
    original = make_document()
    assert notices == []
    assert document.active_layer is not None
    assert document.active_layer.name == "Result"
    for layer, before in zip(document.layers, original.layers, strict=True):
        assert layer.opacity == before.opacity
        assert layer.blend_mode == before.blend_mode
        assert layer.is_visible == before.is_visible
        assert layer.is_locked == before.is_locked
    difference = flatten(document).astype(int) - flatten(original)
    assert np.abs(difference).max() <= 1


def test_unknown_modes_become_normal_and_are_said(tmp_path: Path) -> None:
    stack = '<stack><layer name="a" src="a.png" composite-op="krita:dissolve"/></stack>'
    document, notices = opened(foreign(tmp_path / "a.ora", stack, {"a.png": filled(RED)}))
    assert document.layers[0].blend_mode is BlendMode.NORMAL
    assert "krita:dissolve" in notices[0]


def test_a_layer_that_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    stack = '<stack><layer name="lost" src="b.png"/><layer name="a" src="a.png"/></stack>'
    document, notices = opened(foreign(tmp_path / "a.ora", stack, {"a.png": filled(RED)}))
    assert [layer.name for layer in document.layers] == ["a"]
    assert "“lost” was left out" in notices[0]


def test_16_bit_layers_of_other_programs_open(tmp_path: Path) -> None:
    deep = np.random.default_rng(1).integers(0, 65536, (6, 8, 4), dtype=np.uint16)
    deep[..., 3] = 65535
    stack = '<stack><layer src="a.png"/></stack>'
    document, notices = opened(foreign(tmp_path / "a.ora", stack, {"a.png": deep_png(deep)}))
    assert notices == ["Converted on opening: more than 8 bits per channel to 8."]
    assert np.array_equal(document.layers[0].plane.to_rgba(), np.rint(deep / 257).astype(np.uint8))


def test_an_opaque_bottom_layer_is_the_photo(tmp_path: Path) -> None:
    stack = '<stack><layer name="a" src="a.png"/><layer name="b" src="b.png"/></stack>'
    images = {"a.png": filled(RED), "b.png": filled(BLUE, 6, 8)}
    loaded = load_project(foreign(tmp_path / "a.ora", stack, images))
    kinds = [layer.kind for layer in loaded.document.layers]
    assert kinds == [LayerKind.PHOTO, LayerKind.PAINT]
    assert np.array_equal(loaded.photo[0, 0], BLUE[:3])
    assert loaded.photo.shape == (6, 8, 3)


def test_the_flat_image_comes_from_the_merged_one(path: Path) -> None:
    assert np.array_equal(open_flat(path), flatten(make_document()))

    def paint_over(parts: dict[str, bytes]) -> None:
        parts["mergedimage.png"] = filled(RED, 40, 52)

    assert (open_flat(rewritten(path, paint_over)) == RED).all()


@pytest.mark.parametrize("merged", [None, b"damaged", filled(RED, 3, 3)])
def test_without_a_good_merged_image_the_layers_are_composited(
    path: Path, merged: bytes | None
) -> None:
    def damage(parts: dict[str, bytes]) -> None:
        del parts["mergedimage.png"]
        if merged is not None:
            parts["mergedimage.png"] = merged

    flat = open_flat(rewritten(path, damage)).astype(int)
    assert np.abs(flat - flatten(make_document())).max() <= 1


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE image [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><image w="8" h="6"><stack><layer name="&i;" src="a.png"/></stack></image>'
)


@pytest.mark.parametrize(
    "xml",
    [
        LAUGHS,
        "",
        "not xml",
        "<image/>",
        '<image w="x" h="1"><stack/></image>',
        '<image w="0" h="1"><stack><layer src="a.png"/></stack></image>',
        '<image w="30000" h="30000"><stack><layer src="a.png"/></stack></image>',
        '<image w="8" h="6"><stack/></image>',
        '<image w="8" h="6"><stack><layer src="a.png" x="1e300"/></stack></image>',
        '<image w="8" h="6"><stack><layer src="a.png" x="nan"/></stack></image>',
        '<image w="8" h="6"><stack><layer src="a.png" opacity="a"/></stack></image>',
        '<image w="8" h="6">' + "<stack>" * 3000 + "</stack>" * 3000 + "</image>",
        '<image w="8" h="6"><stack>' + '<layer src="a.png"/>' * 6000 + "</stack></image>",
        "\x00<image/>",
    ],
)
def test_harmful_and_damaged_layer_lists_are_refused(path: Path, xml: str) -> None:
    def replace(parts: dict[str, bytes]) -> None:
        parts["stack.xml"] = xml.encode()

    changed = rewritten(path, replace, "bad.ora")
    # of the processor: a busy machine may give it to others
    start = time.process_time()
    for reader in (load_project, open_flat):
        with pytest.raises(DocumentError) as caught:
            reader(changed)
        assert str(caught.value).endswith(".")
    assert time.process_time() - start < 2.0


def test_a_layer_with_a_huge_header_is_not_decoded(tmp_path: Path) -> None:
    stack = '<stack><layer name="a" src="a.png"/></stack>'
    bomb = foreign(tmp_path / "a.ora", stack, {"a.png": png_header(30000, 30000) + bytes(99)})
    with pytest.raises(OpenRasterError, match="no layer that can be read"):
        opened(bomb)


@pytest.mark.parametrize(
    "entry", ["../up.png", "/root.png", "a/../../b.png", "C:\\x.png", "c:x.png", "x" * 600]
)
def test_forbidden_names_are_refused(path: Path, entry: str) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, b"")
    with pytest.raises(OpenRasterError, match="forbidden name"):
        open_flat(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("stack.xml", b"")
    with pytest.raises(OpenRasterError, match="two parts of the same name"):
        open_flat(path)


def test_too_many_parts_are_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(20_001):
            archive.writestr(f"n{number}", b"")
    with pytest.raises(OpenRasterError, match="more than 20000 parts"):
        open_flat(path)


def test_a_part_that_unpacks_to_gigabytes_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("zeros.bin", bytes(1 << 20), compress_type=zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"zeros.bin"))
    content[entry + 24 : entry + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(content)
    with pytest.raises(OpenRasterError, match="too large"):
        open_flat(path)


def test_a_packed_layer_list_of_many_megabytes_is_not_unpacked(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name != "stack.xml"}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stack.xml", bytes(100 << 20), compress_type=zipfile.ZIP_DEFLATED)
        for name, content in kept.items():
            archive.writestr(name, content)
    with pytest.raises(OpenRasterError, match=r"“stack\.xml” that is too large"):
        open_flat(path)


def test_an_encrypted_archive_is_refused(path: Path) -> None:
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(OpenRasterError, match="encrypted"):
        open_flat(path)


def test_layers_beyond_the_document_keep_their_pixels(tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (9, 9, 4), dtype=np.uint8)
    layer = Layer("far", Plane.from_rgba(pixels, -100, 50))
    save_openraster(tmp_path / "a.ora", Document(8, 8, [layer]))
    document, _ = opened(tmp_path / "a.ora")
    assert document.layers[0].rect == (-100, 50, 9, 9)
    assert np.array_equal(document.layers[0].plane.read(), layer.plane.read())
