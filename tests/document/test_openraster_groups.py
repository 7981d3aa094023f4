"""Groups, clipping and masks of groups in OpenRaster files and projects."""

from __future__ import annotations

import dataclasses
import json
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.compositing import flatten
from app.document.document import Document
from app.document.files.checked_zip import CheckedZip
from app.document.files.openraster.openraster_file import (
    open_flat,
    read_openraster,
    save_openraster,
)
from app.document.files.openraster.openraster_stack import OpenRasterError
from app.document.files.project.project_file import ProjectContents, load_project, save_project
from app.document.layer_tree import layer_tree
from app.document.layers import BlendMode, Layer
from app.document.planes import Plane
from tests.document.layer_trees import documents
from tests.document.project_samples import assert_equal_layers, decoded_photo, rewritten

WIDTH, HEIGHT = 16, 12
TREE = """
  <stack name="outer" opacity="0.5" composite-op="svg:multiply" isolation="isolate">
    <layer name="mask" src="half.png" composite-op="svg:dst-in" opacity="0.5"/>
    <stack name="inner" visibility="hidden" edit-locked="true" selected="true">
      <layer name="high" src="full.png"/>
      <layer name="low" src="full.png" x="2" y="-1"/>
    </stack>
    <layer name="middle" src="full.png"/>
  </stack>
  <layer name="bottom" src="full.png"/>"""


def filled(*color: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    return np.full((height, width, 4), color, np.uint8)


def layer(name: str, *color: int, x: int = 0, y: int = 0, **properties: object) -> Layer:
    return Layer(name, Plane.from_rgba(filled(*color), x, y), **properties)  # type: ignore[arg-type]


def foreign(path: Path, stack: str, attributes: str = "") -> Path:
    """A file as another program might write it."""
    attributes += f' xmlns:mypaint="http://mypaint.org/ns/openraster" w="{WIDTH}" h="{HEIGHT}"'
    save_openraster(path, Document(WIDTH, HEIGHT, [layer("full", 9, 9, 9, 255)]))

    def change(parts: dict[str, bytes]) -> None:
        parts["full.png"] = parts.pop("data/layer0000.png")
        parts["half.png"] = parts["full.png"]
        xml = f'<image version="0.0.3" {attributes}><stack>{stack}</stack></image>'
        parts["stack.xml"] = xml.encode()

    return rewritten(path, change, "foreign.ora")


def opened(path: Path) -> tuple[Document, list[str]]:
    with open(path, "rb") as file:
        return read_openraster(CheckedZip(file, path.name, OpenRasterError))


def stack_of(path: Path) -> ElementTree.Element:
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read("stack.xml"))[0]


def project(document: Document) -> ProjectContents:
    return ProjectContents(document, b"", ".png", decoded_photo())


def test_groups_of_other_programs_are_groups(tmp_path: Path) -> None:
    document, notices = opened(foreign(tmp_path / "a.ora", TREE))
    assert notices == []
    bottom, outer = layer_tree(document.layers)
    middle, inner = outer.members
    assert [node.layer.name for node in (bottom, outer, middle, inner)] == [
        "bottom", "outer", "middle", "inner",
    ]  # fmt: skip
    assert [node.layer.name for node in inner.members] == ["low", "high"]
    assert (outer.layer.opacity, outer.layer.blend_mode) == (0.5, BlendMode.MULTIPLY)
    assert not outer.layer.is_pass_through
    assert inner.layer.is_pass_through
    assert inner.layer.is_locked
    assert not inner.layer.is_visible
    assert document.active_id == inner.layer.id
    assert outer.layer.mask is not None
    assert (outer.layer.mask.read() == 128).all()
    assert outer.layer.mask.fill == 0


def test_a_layer_that_erases_its_group_is_the_mask_turned_round(tmp_path: Path) -> None:
    stack = (
        '<stack isolation="isolate"><layer src="half.png" composite-op="svg:dst-out" x="8"/>'
        '<layer src="full.png"/></stack>'
    )
    document, notices = opened(foreign(tmp_path / "a.ora", stack))
    assert notices == []
    assert document.layers[-1].mask is not None
    alpha = flatten(document)[..., 3]
    assert (alpha[:, :8] == 255).all()
    assert (alpha[:, 8:] == 0).all()


def test_layers_that_only_cut_are_hidden_elsewhere_and_said(tmp_path: Path) -> None:
    stack = '<layer name="k" src="half.png" composite-op="svg:dst-in"/><layer src="full.png"/>'
    document, notices = opened(foreign(tmp_path / "a.ora", stack))
    assert [each.is_visible for each in document.layers] == [True, False]
    assert "svg:dst-in" in notices[0]


def test_layers_atop_are_clipped(tmp_path: Path) -> None:
    stack = (
        '<stack name="g" isolation="isolate"><layer src="full.png" composite-op="svg:src-atop"/>'
        '<layer name="base" src="full.png"/></stack>'
    )
    document, notices = opened(foreign(tmp_path / "a.ora", stack))
    assert [each.is_clipped for each in document.layers] == [False, True, False]
    assert notices == []
    both = '<layer src="full.png" composite-op="svg:src-atop"/>' + '<layer src="full.png"/>' * 2
    _, notices = opened(foreign(tmp_path / "b.ora", both))
    assert "clipped to the nearest" in notices[0]


def test_a_group_alone_has_a_layer_for_readers(tmp_path: Path) -> None:
    document = Document(5, 4, [Layer.group("alone")])
    save_openraster(tmp_path / "a.ora", document)
    assert [element.tag for element in stack_of(tmp_path / "a.ora")] == ["stack", "layer"]
    save_project(tmp_path / "a.singan", project(document))
    assert [each.name for each in load_project(tmp_path / "a.singan").document.layers] == ["alone"]


def test_a_clipped_run_is_said_as_an_isolated_group(tmp_path: Path) -> None:
    base = layer("base", 200, 90, 30, 120, x=4, opacity=0.7, blend_mode=BlendMode.SCREEN)
    clipped = layer("clipped", 10, 20, 220, 200, is_clipped=True, opacity=0.6)
    document = Document(WIDTH, HEIGHT, [layer("back", 60, 70, 80, 255), base, clipped])
    save_openraster(tmp_path / "a.ora", document)
    run = stack_of(tmp_path / "a.ora")[0]
    assert (run.tag, run.get("isolation"), run.get("opacity")) == ("stack", "isolate", "0.7")
    assert run.get("composite-op") == "svg:screen"
    assert [each.get("composite-op") for each in run] == ["svg:src-atop", "svg:src-over"]
    again, notices = opened(tmp_path / "a.ora")
    assert notices == []
    for before, after in zip(document.layers[1:], again.layers[1:], strict=True):
        after.id = before.id
        assert_equal_layers(before, after)


def test_the_mask_of_a_group_comes_back_from_a_plain_file(tmp_path: Path) -> None:
    group = Layer.group("masked")
    grey = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
    group.mask = Plane.from_grey(grey)
    member = layer("in it", 10, 20, 220, 200, group_id=group.id)
    document = Document(WIDTH, HEIGHT, [member, group])
    save_openraster(tmp_path / "a.ora", document)
    again, notices = opened(tmp_path / "a.ora")
    assert notices == []
    assert again.layers[1].mask is not None
    assert np.array_equal(again.layers[1].mask.read(), grey)
    assert np.array_equal(flatten(again), flatten(document))


def test_a_project_says_everything_about_layers_and_documents(tmp_path: Path) -> None:
    """A property that is new in the program must be new in the file too."""
    base = layer("base", 1, 2, 3, 255)
    save_project(tmp_path / "a.singan", project(Document(WIDTH, HEIGHT, [base])))
    with zipfile.ZipFile(tmp_path / "a.singan") as archive:
        values = json.loads(archive.read("singan/project.json"))["document"]
    said = {"plane": "pixels"}
    of_layer = {said.get(field.name, field.name) for field in dataclasses.fields(Layer)}
    assert of_layer <= set(values["layers"][0])
    elsewhere = {"width", "height", "selection", "quick_mask"}
    assert {field.name for field in dataclasses.fields(Document)} - elsewhere <= set(values)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_tree_comes_back_from_a_project(
    tmp_path_factory: pytest.TempPathFactory, document: Document
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.singan"
    save_project(path, project(document))
    loaded = load_project(path)
    assert loaded.notices == ()
    assert loaded.document.active_id == document.active_id
    assert loaded.document.photo_transform == document.photo_transform
    assert len(loaded.document.layers) == len(document.layers)
    for before, after in zip(document.layers, loaded.document.layers, strict=True):
        assert_equal_layers(before, after)
    assert np.array_equal(open_flat(path), flatten(document))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.booleans())
def test_any_tree_without_soft_edges_looks_the_same_in_a_plain_file(
    tmp_path_factory: pytest.TempPathFactory, document: Document, is_normal: bool
) -> None:
    """What OpenRaster has no word for is replaced by what looks the same for hard edges."""
    for each in document.layers:
        pixels = each.plane.write()
        pixels[pixels[..., 3] < 255] = 0
        if each.mask is not None:
            grey = each.mask.write()
            grey[...] = np.where(grey < 128, 0, 255)
            each.mask.fill = 255 * (each.mask.fill > 0)
        each.is_pass_through &= is_normal
        if is_normal:
            each.blend_mode = BlendMode.NORMAL
        elif each.is_group:
            each.opacity = float(each.opacity > 0)
    path = tmp_path_factory.getbasetemp() / "any.ora"
    save_openraster(path, document)
    again, _ = opened(path)
    difference = flatten(again).astype(int) - flatten(document)
    assert np.abs(difference).max() <= 3


def test_a_damaged_mask_does_not_dissolve_its_group(tmp_path: Path) -> None:
    group = Layer.group("masked")
    group.mask = Plane.from_grey(np.full((HEIGHT, WIDTH), 99, np.uint8))
    document = Document(WIDTH, HEIGHT, [layer("in it", 1, 2, 3, 255, group_id=group.id), group])
    save_project(tmp_path / "a.singan", project(document))

    def damage(parts: dict[str, bytes]) -> None:
        parts["singan/masks/layer0001.png"] = b"damaged"

    loaded = load_project(rewritten(tmp_path / "a.singan", damage))
    assert [each.name for each in loaded.document.layers] == ["in it", "masked"]
    assert loaded.document.layers[0].group_id == group.id
    assert "“masked”" in loaded.notices[0]
