from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.change import Change
from app.document.commands import (
    AddLayer,
    MoveLayer,
    SetActive,
    SetOpacity,
    SetVisible,
    TranslateLayer,
)
from app.document.compositing import Compositor, flatten
from app.document.document import Document
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.pixels import premultiplied_bgra
from app.document.planes import Plane
from tests.document.float_reference import (
    random_document,
    random_layer,
    reference_composite,
)

SEEDS = st.integers(0, 10**9)


def distance(shown: NDArray[np.uint8], wanted: NDArray[np.float64]) -> float:
    return float(np.abs(shown - wanted).max())


@given(SEEDS, st.integers(0, 12))
@settings(deadline=None, max_examples=80)
def test_normal_layers_are_within_one_level_of_exact_arithmetic(seed: int, count: int) -> None:
    document = random_document(seed, count)
    assert distance(Compositor(document).composite(), reference_composite(document)) <= 1


@pytest.mark.parametrize("mode", list(BlendMode))
@given(seed=SEEDS, count=st.integers(1, 6))
@settings(deadline=None, max_examples=15)
def test_blend_modes_are_within_one_level(mode: BlendMode, seed: int, count: int) -> None:
    document = random_document(seed, count, (mode, BlendMode.NORMAL))
    assert distance(Compositor(document).composite(), reference_composite(document)) <= 1


@given(SEEDS, st.integers(0, 8))
@settings(deadline=None, max_examples=40)
def test_export_is_what_the_screen_shows(seed: int, count: int) -> None:
    document = random_document(seed, count, tuple(BlendMode))
    screen = Compositor(document).composite()
    export = premultiplied_bgra(flatten(document))
    assert np.abs(screen.astype(int) - export).max() <= 1


@given(SEEDS, st.data())
@settings(deadline=None, max_examples=150)
def test_changes_leave_the_composite_as_if_made_anew(seed: int, data: st.DataObject) -> None:
    document = random_document(seed, 5, (BlendMode.NORMAL, BlendMode.MULTIPLY))
    random = np.random.default_rng(seed)
    compositor, history = Compositor(document), History()
    for _ in range(data.draw(st.integers(1, 8))):
        layer = document.layers[int(random.integers(len(document.layers)))]
        command = data.draw(
            st.sampled_from(
                [
                    SetVisible(layer.id, not layer.is_visible),
                    SetOpacity(layer.id, float(random.random())),
                    TranslateLayer(layer.id, *(int(v) for v in random.integers(-9, 10, 2))),
                    SetActive(layer.id),
                    AddLayer(random_layer(random, Rect(3, 4, 9, 7))),
                    MoveLayer(layer.id, int(random.integers(5))),
                    None,
                ]
            )
        )
        change = history.undo(document) if command is None else history.run(command, document)
        compositor.invalidate(change or Change())
        if random.random() < 0.5:
            compositor.composite(Rect(2, 2, 9, 9))
    fresh = Compositor(document).composite()
    assert np.abs(compositor.composite().astype(int) - fresh).max() <= 1


def three_layers() -> Document:
    document = random_document(3, 0)
    for _ in range(2):
        document.layers.append(
            Layer("paint", Plane(document.rect), opacity=0.5, kind=LayerKind.PAINT)
        )
    return document


@pytest.mark.parametrize("painted", [0, 1, 2])
@pytest.mark.parametrize("active", [0, 1, 2])
def test_only_announced_pixels_are_composited_again(painted: int, active: int) -> None:
    document = three_layers()
    document.active_id = document.layers[active].id
    compositor = Compositor(document)
    before = compositor.composite().copy()
    rect = Rect(1, 2, 2, 2)
    document.layers[painted].plane.write()[...] = 255
    compositor.invalidate(Change(rect))
    after = compositor.composite().copy()
    fresh = Compositor(document).composite()
    inside = rect.slices_in(document.rect)
    np.testing.assert_array_equal(after[inside], fresh[inside])
    before[inside] = fresh[inside]
    np.testing.assert_array_equal(after, before)


def test_pixels_that_are_shown_already_are_left_alone() -> None:
    document = three_layers()
    compositor = Compositor(document)
    before = compositor.composite().copy()
    document.layers[2].plane.write()[...] = 255
    compositor.invalidate(Change(document.rect, is_shown=True))
    np.testing.assert_array_equal(compositor.composite(), before)


def overlay_document() -> tuple[Document, Layer]:
    document = three_layers()
    document.active_id = document.layers[1].id
    document.layers[2].plane.write()[...] = [0, 0, 0, 255]
    document.layers[2].opacity = 1.0
    random = np.random.default_rng(5)
    return document, random_layer(random, Rect(1, 1, 3, 3))


def test_a_result_is_laid_over_everything_and_taken_away_again() -> None:
    document, overlay = overlay_document()
    overlay.kind, overlay.is_visible = LayerKind.RESULT, True
    compositor = Compositor(document)
    before = compositor.composite().copy()
    assert compositor.overlay(overlay) == Rect(1, 1, 3, 3).intersected(document.rect)
    shown = compositor.composite().copy()
    document.layers.append(overlay)
    np.testing.assert_array_equal(shown, Compositor(document).composite())
    document.layers.pop()
    assert compositor.overlay(None) == Rect(1, 1, 3, 3).intersected(document.rect)
    np.testing.assert_array_equal(compositor.composite(), before)


def test_other_overlays_lie_right_above_the_active_layer() -> None:
    document, overlay = overlay_document()
    overlay.is_visible = True
    compositor = Compositor(document)
    before = compositor.composite().copy()
    compositor.overlay(overlay)
    np.testing.assert_array_equal(compositor.composite(), before)


def test_a_new_size_is_followed() -> None:
    document = three_layers()
    compositor = Compositor(document)
    compositor.composite()
    document.width, document.height = document.width + 3, document.height - 1
    compositor.invalidate(Change(geometry=True))
    np.testing.assert_array_equal(compositor.composite(), Compositor(document).composite())
    assert compositor.rect == document.rect


def test_an_empty_document_is_transparent() -> None:
    document = Document(6, 4)
    assert Compositor(document).composite().sum() == 0
    assert flatten(document).shape == (4, 6, 4)


def test_parts_beyond_the_document_are_not_composited() -> None:
    document = three_layers()
    assert Compositor(document).composite(Rect(-5, -5, 7, 7)).shape == (2, 2, 4)
    assert Compositor(document).composite(Rect(999, 0, 7, 7)).size == 0


def test_documents_need_no_application() -> None:
    program = (
        "import numpy as np\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from app.document.painting.brush import BrushSettings, Stroke\n"
        "from app.document.compositing import Compositor\n"
        "from app.document.document import Document\n"
        "from app.document.painting.painting import layer_target\n"
        "from app.document.selection import Selection\n"
        "document = Document.from_photo(np.full((40, 50, 4), 200, np.uint8), 'photo')\n"
        "document.selection = Selection.lasso([(0, 0), (50, 0), (0, 40)], 50, 40)\n"
        "Stroke(layer_target(document, document.active_id), BrushSettings()).add(10, 10)\n"
        "assert Compositor(document).composite().min() == 0\n"
        "assert QCoreApplication.instance() is None\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
