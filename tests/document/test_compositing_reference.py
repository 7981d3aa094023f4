"""Screen, flattened image, exported file and merged image show what the W3C's formulas give."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from app.document.compositing import Compositor, flatten
from app.document.document import Document
from app.document.files.images.image_export import export_image
from app.document.files.openraster.openraster_file import write_openraster
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer
from app.document.planes import Plane
from tests.document.w3c_reference import TreeOfNoise, reference_picture

SEEDS = st.integers(0, 10**9)
WIDTH, HEIGHT = 24, 19


def levels_apart(shown: NDArray[np.uint8] | NDArray[np.float64], document: Document) -> float:
    """The largest difference of a premultiplied picture to the formulas, in 8-bit levels."""
    return float(np.abs(shown - reference_picture(document)).max())


def premultiplied(rgba: NDArray[np.uint8]) -> NDArray[np.float64]:
    """BGRA, 0..255, of a straight image, not rounded once more."""
    return np.dstack([rgba[..., 2::-1] * (rgba[..., 3:] / 255), rgba[..., 3]])


def merged_image(document: Document) -> NDArray[np.uint8]:
    """(H, W, 4) RGBA: what other programs show of a saved file at first."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        write_openraster(archive, document)
    with zipfile.ZipFile(buffer) as archive, Image.open(archive.open("mergedimage.png")) as image:
        return np.asarray(image.convert("RGBA"))


@given(SEEDS, st.integers(1, 10))
@settings(max_examples=150)
def test_screen_is_within_one_level(seed: int, count: int) -> None:
    document = TreeOfNoise(seed).document(count)
    assert levels_apart(Compositor(document).composite(), document) <= 1


@given(SEEDS)
@settings(max_examples=25)
def test_screen_stays_within_one_level_whatever_layer_is_worked_on(seed: int) -> None:
    """What is kept for the active layer's sake does not change the picture."""
    document = TreeOfNoise(seed).document(7)
    compositor = Compositor(document)
    for layer in document.layers:
        document.active_id = layer.id
        assert levels_apart(compositor.composite(), document) <= 1


@given(SEEDS, st.integers(1, 10))
@settings(max_examples=25)
def test_files_are_within_one_level(seed: int, count: int) -> None:
    document = TreeOfNoise(seed).document(count)
    image = flatten(document)
    assert levels_apart(premultiplied(image), document) <= 1
    merged = merged_image(document)
    assert levels_apart(premultiplied(merged), document) <= 1


def test_an_exported_png_is_the_flattened_image(tmp_path: Path) -> None:
    document = TreeOfNoise(5).document(10)
    export_image(tmp_path / "a.png", flatten(document))
    with Image.open(tmp_path / "a.png") as image:
        exported = np.asarray(image.convert("RGBA"))
    assert levels_apart(premultiplied(exported), document) <= 1


@pytest.mark.parametrize("mode", list(BlendMode))
@pytest.mark.parametrize("opacity", [0.01, 0.25, 0.5, 0.75, 0.99, 1.0])
def test_each_mode_at_each_opacity(mode: BlendMode, opacity: float) -> None:
    document = TreeOfNoise(3, [BlendMode.NORMAL]).document(2)
    for layer in document.layers:
        layer.is_visible, layer.opacity = True, 1.0
    document.layers[-1].blend_mode, document.layers[-1].opacity = mode, opacity
    assert levels_apart(Compositor(document).composite(), document) <= 1


@pytest.mark.parametrize("mode", list(BlendMode))
@given(seed=SEEDS)
@settings(max_examples=4)
def test_ten_layers_of_one_mode(mode: BlendMode, seed: int) -> None:
    document = TreeOfNoise(seed, [mode]).document(10)
    assert levels_apart(Compositor(document).composite(), document) <= 1


# ---- what the formulas mean, in plain colours


def plain(colour: tuple[int, int, int, int], **properties: object) -> Layer:
    """A layer of one premultiplied BGRA colour, 3 x 2 pixels."""
    pixels = np.full((2, 3, 4), colour, np.uint8)
    return Layer("plain", Plane.from_pixels(pixels), **properties)  # type: ignore[arg-type]


def shown(*layers: Layer) -> list[int]:
    picture = Compositor(Document(3, 2, list(layers))).composite()
    assert (picture == picture[0, 0]).all()
    return [int(value) for value in picture[0, 0]]


def grouped(*members: Layer, **properties: object) -> list[Layer]:
    group = Layer.group("group")
    for name, value in properties.items():
        setattr(group, name, value)
    for member in members:
        member.group_id = group.id
    return [*members, group]


WHITE, GREY, RED = (255, 255, 255, 255), (100, 100, 100, 255), (0, 0, 255, 255)
FAINT = (0, 0, 51, 51)


def test_an_isolated_group_does_not_see_what_lies_below() -> None:
    inside = grouped(plain(GREY, blend_mode=BlendMode.MULTIPLY))
    assert shown(plain(RED), *inside) == list(GREY)


def test_a_group_passes_the_backdrop_through_and_mixes_by_its_opacity() -> None:
    inside = grouped(plain(GREY, blend_mode=BlendMode.MULTIPLY), is_pass_through=True)
    assert shown(plain(WHITE), *inside) == list(GREY)
    inside[-1].opacity = 0.5
    assert np.abs(np.subtract(shown(plain(WHITE), *inside), (178, 178, 178, 255))).max() <= 1


def test_clipping_keeps_the_transparency_of_the_base() -> None:
    assert shown(plain(FAINT), plain(WHITE, is_clipped=True)) == [51, 51, 51, 51]


def test_a_clipped_layer_with_nothing_below_in_its_group_is_drawn_whole() -> None:
    assert shown(*grouped(plain(GREY, is_clipped=True))) == list(GREY)
    assert shown(plain(FAINT), *grouped(plain(GREY, is_clipped=True))) == list(GREY)


def test_what_is_clipped_to_a_hidden_layer_is_hidden() -> None:
    assert shown(plain(GREY), plain(WHITE, is_visible=False), plain(RED, is_clipped=True)) == list(
        GREY
    )


def test_hidden_groups_hide_what_is_in_them() -> None:
    inner = grouped(plain(RED))
    outer = grouped(inner[-1], is_visible=False)
    assert shown(plain(GREY), inner[0], *outer) == list(GREY)


def test_what_lies_beside_the_canvas_is_not_drawn() -> None:
    outside = Layer("outside", Plane(Rect(-50, -50, 10, 10), fill=0))
    assert shown(plain(GREY), outside) == list(GREY)
