"""Fills, gradients and shapes on layers and masks: where they may go and what they leave."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.document import Document
from app.document.errors import LayerLockedError, NotPaintableError
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import Layer
from app.document.outlines import corners_path
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.gradients import Gradient, GradientKind
from app.document.painting.painting import Painting, layer_target
from app.document.painting.shapes import Shape, ShapeKind, box_path
from app.document.planes import Plane
from app.document.selection import Selection

WIDTH, HEIGHT = 90, 150
FULL = Rect.of_size(WIDTH, HEIGHT)
ORANGE, BLUE = (250, 120, 10), (3, 40, 200)
Work = Callable[[Painting], object]


def random_rgba(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)


def make_document(seed: int = 0, *, plane: Plane | None = None) -> Document:
    plane = Plane.from_rgba(random_rgba(seed)) if plane is None else plane
    return Document(WIDTH, HEIGHT, [Layer("paint", plane)])


def pixels(document: Document) -> NDArray[np.uint8]:
    return np.array(document.layers[0].plane.read(document.rect))


def paint(
    document: Document, work: Work, *, is_wide: bool = True, on_mask: bool = False
) -> History:
    history = History()
    painting = Painting(layer_target(document, str(document.active_id), on_mask), is_wide)
    work(painting)
    command = painting.finish("paint", is_shown=False)
    if command is not None:
        history.run(command, document)
    return history


def fill(painting: Painting) -> None:
    painting.cover(painting.target.area, None, painting.target.value_of(ORANGE))


def gradient(kind: GradientKind = GradientKind.LINEAR, *, is_fading: bool = False) -> Gradient:
    return Gradient((10, 20), (70, 110), kind, ORANGE, None if is_fading else BLUE, 0.8)


WORKS: list[Work] = [
    fill,
    lambda p: gradient().paint(p),
    lambda p: gradient(GradientKind.RADIAL, is_fading=True).paint(p),
    lambda p: p.cover(
        FULL,
        Shape(box_path(ShapeKind.ELLIPSE, Rect(20, -10, 60, 90))).mask(FULL),
        p.target.value_of(BLUE),
        0.6,
    ),
]


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("is_wide", [True, False])
@pytest.mark.parametrize(
    "rect", [FULL, Rect(0, 0, 0, 0), Rect(-20, 30, 60, 70), Rect(200, 200, 5, 5)]
)
def test_undo_and_redo_are_bit_identical(work: Work, is_wide: bool, rect: Rect) -> None:
    plane = Plane(rect)
    plane.write()[...] = np.random.default_rng(1).integers(0, 9, (rect.height, rect.width, 4))
    document = make_document(plane=plane)
    before, rect_before = pixels(document), plane.rect
    outside = np.array(plane.read(plane.rect))
    history = paint(document, work, is_wide=is_wide)
    after = pixels(document)
    assert (after != before).any()
    for _ in range(2):
        history.undo(document)
        np.testing.assert_array_equal(pixels(document), before)
        assert document.layers[0].plane.rect == rect_before
        np.testing.assert_array_equal(document.layers[0].plane.read(rect_before), outside)
        history.redo(document)
        np.testing.assert_array_equal(pixels(document), after)


@pytest.mark.parametrize("work", WORKS)
def test_nothing_outside_the_selection_changes(work: Work) -> None:
    document = make_document()
    document.selection = Selection.lasso([(10, 10), (80, 30), (30, 140)], WIDTH, HEIGHT)
    before = pixels(document)
    paint(document, work)
    changed = (pixels(document) != before).any(axis=2)
    assert changed.any()
    assert not changed[document.selection.mask == 0].any()


@pytest.mark.parametrize("work", WORKS)
def test_kept_transparency_is_kept_to_the_bit(work: Work) -> None:
    document = make_document()
    document.layers[0].is_alpha_locked = True
    before = pixels(document)
    paint(document, work)
    after = pixels(document)
    np.testing.assert_array_equal(after[..., 3], before[..., 3])
    assert (after[..., :3] != before[..., :3]).any()
    assert (after[..., :3] <= after[..., 3:]).all()


@pytest.mark.parametrize("work", WORKS)
def test_a_mask_takes_the_luminosity(work: Work) -> None:
    document = make_document()
    document.layers[0].mask = Plane(FULL, 1, 255)
    before = pixels(document)
    history = paint(document, work, on_mask=True)
    mask = document.layers[0].mask
    np.testing.assert_array_equal(pixels(document), before)
    assert mask.read(FULL).min() < 255
    history.undo(document)
    assert mask.read(FULL).min() == 255


def test_locked_layers_and_groups_are_refused() -> None:
    document = make_document()
    document.layers[0].is_locked = True
    with pytest.raises(LayerLockedError):
        layer_target(document, document.layers[0].id)
    document.layers.append(Layer.group("group"))
    with pytest.raises(NotPaintableError, match="group"):
        layer_target(document, document.layers[1].id)


def test_a_stroke_keeps_locked_transparency_and_cannot_erase() -> None:
    document = make_document()
    document.layers[0].is_alpha_locked = True
    before = pixels(document)
    target = layer_target(document, document.layers[0].id)
    with pytest.raises(NotPaintableError, match="transparency"):
        Stroke(target, BrushSettings(is_eraser=True))
    stroke = Stroke(target, BrushSettings(size_px=30, color=ORANGE, opacity=0.7))
    for x, y in ((0, 0), (80, 140), (10, 100)):
        stroke.add(x, y)
    command, history = stroke.finish(), History()
    assert command is not None
    history.run(command, document)
    after = pixels(document)
    np.testing.assert_array_equal(after[..., 3], before[..., 3])
    assert (after != before).any()
    history.undo(document)
    np.testing.assert_array_equal(pixels(document), before)


def test_painting_anew_replaces_what_was_shown() -> None:
    document = make_document()
    before = pixels(document)
    painting = Painting(layer_target(document, document.layers[0].id), is_wide=True)
    value = painting.target.value_of(ORANGE)
    painting.cover(Rect(0, 0, 50, 50), None, value)
    painting.restore()
    np.testing.assert_array_equal(pixels(document), before)
    painting.cover(Rect(60, 60, 10, 10), None, value)
    command = painting.finish("paint", is_shown=False)
    assert command is not None
    command.apply(document)
    changed = (pixels(document) != before).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (60, 69, 60, 69)
    command.revert(document)
    np.testing.assert_array_equal(pixels(document), before)


# ---- gradients


@given(
    st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255)),
    st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255)),
    st.sampled_from(list(GradientKind)),
)
def test_a_gradient_ends_exactly_and_lies_between(
    first: tuple[int, int, int], last: tuple[int, int, int], kind: GradientKind
) -> None:
    document = make_document()
    line = Gradient((30, 10), (30, 110), kind, first, last)
    paint(document, line.paint)
    rgb = pixels(document)[..., 2::-1].astype(int)
    places = line.places(FULL)
    assert (rgb[places >= 1] == last).all()
    if kind is GradientKind.LINEAR:
        assert (rgb[places <= 0] == first).all()
    exact = np.array(first) + places[..., None] * (np.array(last) - np.array(first))
    assert np.abs(rgb - exact).max() <= 1.001
    assert (pixels(document)[..., 3] == 255).all()


def test_roundings_are_spread_so_that_no_bands_show() -> None:
    document = make_document()
    line = Gradient((0, 0), (0, HEIGHT), GradientKind.LINEAR, (100, 100, 100), (104, 104, 104))
    paint(document, line.paint)
    means = pixels(document)[..., 0].mean(axis=1)
    exact = 100 + 4 * (np.arange(HEIGHT) + 0.5) / HEIGHT
    assert np.abs(means - exact).max() < 0.15


def test_a_fading_gradient_leaves_its_end_as_it_was() -> None:
    document = make_document()
    before = pixels(document)
    line = Gradient((30, 10), (30, 110), GradientKind.LINEAR, ORANGE, None)
    paint(document, line.paint)
    after, places = pixels(document), line.places(FULL)
    np.testing.assert_array_equal(after[places >= 1], before[places >= 1])
    assert (after[places <= 0] == (10, 120, 250, 255)).all()


def test_coarse_cells_show_the_same_gradient() -> None:
    line = gradient()
    fine = line.places(Rect(0, 0, 80, 80))
    coarse = line.places(Rect(0, 0, 10, 10), level=3)
    means = fine.reshape(10, 8, 10, 8).mean(axis=(1, 3))
    assert np.abs(coarse - means).max() < 0.05


# ---- shapes


@given(st.tuples(*[st.integers(-30, 120)] * 4), st.booleans(), st.booleans())
def test_a_rectangle_covers_whole_pixels(
    drag: tuple[int, int, int, int], is_square: bool, is_centred: bool
) -> None:
    box = Rect.dragged(drag[:2], drag[2:], 1 if is_square else None, is_centred)
    mask = Shape(box_path(ShapeKind.RECTANGLE, box)).mask(FULL)
    inside = box.intersected(FULL)
    assert set(np.unique(mask)) <= {0, 255}
    assert np.count_nonzero(mask) == inside.area
    if is_square:
        assert box.width == box.height
    if is_centred:
        assert (box.x + box.width / 2, box.y + box.height / 2) == drag[:2]


def test_an_ellipse_has_its_area_and_a_soft_edge() -> None:
    box = Rect(10, 20, 60, 80)
    soft = Shape(box_path(ShapeKind.ELLIPSE, box)).mask(FULL)
    hard = Shape(box_path(ShapeKind.ELLIPSE, box), is_antialiased=False).mask(FULL)
    assert soft.sum() / 255 == pytest.approx(np.pi * 30 * 40, rel=0.01)
    assert len(np.unique(soft)) > 10
    assert set(np.unique(hard)) == {0, 255}


def test_round_corners_and_lines() -> None:
    box = Rect(10, 10, 60, 60)
    rounded = Shape(box_path(ShapeKind.RECTANGLE, box, 15)).mask(FULL)
    assert rounded[11, 11] == 0
    assert rounded[40, 11] == 255
    line = Shape(box_path(ShapeKind.RECTANGLE, box), line_px=4)
    mask = line.mask(FULL)
    assert (mask[40, 8:12] == 255).all()
    assert mask[40, 40] == 0
    assert np.argwhere(mask).min() >= min(line.rect.x, line.rect.y)


def test_a_line_that_crosses_itself_is_filled() -> None:
    star = [(45.0, 5.0), (70.0, 85.0), (5.0, 35.0), (85.0, 35.0), (20.0, 85.0)]
    mask = Shape(corners_path(star)).mask(FULL)
    assert mask[50, 45] == 255
