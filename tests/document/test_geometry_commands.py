"""Transforms of layers, and the size and turn of the whole document."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.document.commands import (
    Command,
    CropDocument,
    EnterQuickMask,
    FlipDocument,
    ScaleDocument,
    SetLocked,
    SetSelection,
    TransformLayers,
    TransformSelection,
    TurnDocument,
)
from app.document.compositing import Compositor, flatten
from app.document.document import Document, PhotoTransform
from app.document.errors import DocumentError, EmptySelectionError, LayerLockedError, TransformError
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.transforming.photo_place import (
    dense_size,
    moved_place,
    placed_photo,
    projection_of,
    trained_size,
)
from app.document.transforming.projection import Projection
from app.document.transforming.resampling import Resampling
from tests.document.layer_trees import HEIGHT, WIDTH, documents


def fingerprint(document: Document) -> list[Any]:
    """Everything that undo must bring back, bit for bit."""
    layers = []
    for layer in document.layers:
        planes = (layer.plane,) if layer.mask is None else (layer.plane, layer.mask)
        layers.append((layer.id, [(p.rect, p.fill, p.read().tobytes()) for p in planes]))
    selection = document.selection
    mask = None if selection is None else (selection.mask.shape, selection.mask.tobytes())
    return [layers, document.active_id, document.rect, mask, document.photo_transform]


def document_of(seed: int = 0, width: int = 40, height: int = 30) -> Document:
    random = np.random.default_rng(seed)
    rgba = random.integers(0, 256, (height, width, 4)).astype(np.uint8)
    rgba[..., 3] = 255
    return Document.from_photo(rgba, "photo")


def opaque_photo(document: Document) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.ascontiguousarray(flatten(document)[..., :3])


sizes = st.integers(1, 25)
rects = st.builds(Rect, st.integers(-9, 9), st.integers(-9, 9), sizes, sizes)
document_commands = st.one_of(
    st.builds(CropDocument, rects, deletes=st.booleans()),
    st.builds(ScaleDocument, sizes, sizes, st.sampled_from(Resampling)),
    st.builds(TurnDocument, st.integers(0, 3)),
    st.builds(FlipDocument, st.booleans()),
)
projections = st.builds(
    lambda scale_x, scale_y, degrees, dx, dy: (
        Projection.scaling(scale_x, scale_y)
        .then(Projection.rotation(degrees, (5, 5)))
        .then(Projection.translation(dx, dy))
    ),
    st.sampled_from([1, -1, 0.4, 2.3]),
    st.sampled_from([1, -1, 0.7]),
    st.sampled_from([0, 90, 180, 33.3]),
    st.sampled_from([0, 3, -2.5]),
    st.sampled_from([0, -4]),
)


@settings(max_examples=80, deadline=None)
@given(documents(), st.lists(document_commands, min_size=1, max_size=3), st.booleans())
def test_the_size_of_a_document_is_undone_bit_for_bit(
    document: Document, commands: list[Command], is_selected: bool
) -> None:
    if is_selected:
        document.selection = Selection.rectangle(Rect(2, 1, 5, 6), WIDTH, HEIGHT)
    history, states = History(), [fingerprint(document)]
    compositor = Compositor(document)
    for command in commands:
        change = history.run(command, document)
        assert change.geometry
        compositor.invalidate(change)
        states.append(fingerprint(document))
        if document.selection is not None:
            assert document.selection.mask.shape == (document.height, document.width)
    after = [*range(len(commands), -1, -1), *range(len(commands) + 1)]
    for index in after:
        compositor.invalidate(history.go_to(index, document))
        assert fingerprint(document) == states[index]
    fresh = Compositor(document).composite()
    np.testing.assert_array_equal(compositor.composite(), fresh)


@settings(max_examples=80, deadline=None)
@given(documents(), projections, st.sampled_from(Resampling))
def test_a_transform_is_undone_bit_for_bit_and_announced(
    document: Document, projection: Projection, resampling: Resampling
) -> None:
    assume(document.layers)
    for layer in document.layers:
        layer.is_locked = False
    top = document.layers[-1]
    history, before, compositor = History(), fingerprint(document), Compositor(document)
    compositor.composite()
    compositor.invalidate(history.run(TransformLayers([top.id], projection, resampling), document))
    after = fingerprint(document)
    np.testing.assert_array_equal(compositor.composite(), Compositor(document).composite())
    compositor.invalidate(history.go_to(0, document))
    assert fingerprint(document) == before
    np.testing.assert_array_equal(compositor.composite(), Compositor(document).composite())
    history.go_to(1, document)
    assert fingerprint(document) == after


@settings(max_examples=40, deadline=None)
@given(documents(), st.booleans())
def test_turned_four_times_and_flipped_twice_a_document_is_itself(
    document: Document, is_vertical: bool
) -> None:
    before = fingerprint(document)[:-1]
    place = document.photo_transform
    history = History()
    for _ in range(4):
        history.run(TurnDocument(1), document)
    for _ in range(2):
        history.run(FlipDocument(is_vertical), document)
    assert fingerprint(document)[:-1] == before
    assert all(
        math.isclose(a, b, abs_tol=1e-9)
        for a, b in zip(document.photo_transform, place, strict=True)
    )


def test_turns_and_flips_show_the_picture_turned_and_flipped() -> None:
    document, history = document_of(), History()
    shown = flatten(document)
    history.run(TurnDocument(1), document)
    np.testing.assert_array_equal(flatten(document), np.rot90(shown, -1))
    history.run(FlipDocument(), document)
    np.testing.assert_array_equal(flatten(document), np.rot90(shown, -1)[:, ::-1])
    history.run(FlipDocument(is_vertical=True), document)
    np.testing.assert_array_equal(flatten(document), np.rot90(shown, 1))


def test_a_crop_keeps_what_it_hides_and_costs_nothing() -> None:
    document, history = document_of(), History()
    shown = flatten(document)
    crop = CropDocument(Rect(10, 5, 20, 8))
    history.run(crop, document)
    assert (document.width, document.height) == (20, 8)
    np.testing.assert_array_equal(flatten(document), shown[5:13, 10:30])
    assert document.layers[0].rect == Rect(-10, -5, 40, 30)
    assert crop.byte_count == 0
    history.run(CropDocument(Rect(-10, -5, 40, 30), label="Canvas size"), document)
    np.testing.assert_array_equal(flatten(document), shown)
    assert document.photo_transform == PhotoTransform()


def test_a_crop_may_delete_what_lies_outside() -> None:
    document, history = document_of(), History()
    shown = flatten(document)
    document.layers[0].mask = Plane.from_grey(np.full((30, 40), 90, np.uint8), fill=255)
    crop = CropDocument(Rect(10, 5, 20, 8), deletes=True)
    history.run(crop, document)
    layer = document.layers[0]
    assert layer.mask is not None
    assert layer.rect == layer.mask.rect == Rect(0, 0, 20, 8)
    np.testing.assert_array_equal(layer.plane.to_rgba(), shown[5:13, 10:30])
    assert crop.byte_count == 40 * 30 * 5


def test_scaled_there_and_back_a_document_has_its_size_and_its_place() -> None:
    document, history = document_of(), History()
    document.selection = Selection.rectangle(Rect(4, 6, 20, 10), 40, 30)
    history.run(ScaleDocument(120, 60), document)
    assert document.layers[0].rect == document.rect == Rect(0, 0, 120, 60)
    assert flatten(document)[..., 3].min() == 255, "no soft rim"
    assert document.selection is not None
    chosen = np.argwhere(document.selection.mask >= 128)
    assert [*chosen.min(axis=0), *chosen.max(axis=0)] == [12, 12, 31, 71]
    assert document.photo_transform == PhotoTransform(3.0, 2.0)
    history.run(ScaleDocument(40, 30), document)
    assert document.layers[0].rect == document.rect == Rect(0, 0, 40, 30)
    assert document.photo_transform == PhotoTransform()


def test_impossible_sizes_are_refused_and_change_nothing() -> None:
    document, history = document_of(), History()
    before = fingerprint(document)
    for command in (
        CropDocument(Rect(3, 3, 0, 5)),
        ScaleDocument(0, 10),
        ScaleDocument(100_000, 10),
        TransformLayers([document.layers[0].id], Projection.scaling(0, 1)),
    ):
        with pytest.raises(TransformError):
            history.run(command, document)
    history.run(EnterQuickMask(), document)
    with pytest.raises(TransformError):
        history.run(TurnDocument(1), document)
    history.go_to(0, document)
    assert fingerprint(document) == before


def test_of_a_group_everything_is_transformed_unless_something_is_locked() -> None:
    document, history = document_of(), History()
    group = Layer.group("group")
    member = Layer("in it", Plane(Rect(4, 4, 6, 2)), group_id=group.id)
    document.layers += [member, group]
    transform = TransformLayers([group.id], Projection.scaling(2, 3))
    history.run(transform, document)
    assert member.rect == Rect(8, 12, 12, 6)
    assert document.layers[0].rect == Rect(0, 0, 40, 30)
    history.run(SetLocked(member.id, True), document)
    with pytest.raises(LayerLockedError):
        history.run(TransformLayers([group.id], Projection.translation(1, 0)), document)
    assert member.rect == Rect(8, 12, 12, 6)


def test_masks_are_transformed_with_their_layer() -> None:
    document, history = document_of(), History()
    layer = document.layers[0]
    layer.mask = Plane.from_grey(np.zeros((4, 4), np.uint8), 2, 2, fill=255)
    history.run(TransformLayers([layer.id], Projection.scaling(2, 2)), document)
    assert layer.mask is not None
    assert layer.mask.rect == Rect(4, 4, 8, 8)
    assert not layer.mask.read().any()


def test_the_selected_pixels_are_lifted_and_transformed_in_one_step() -> None:
    document, history = document_of(), History()
    shown, before = flatten(document), fingerprint(document)
    photo = document.layers[0]
    document.selection = Selection.rectangle(Rect(4, 4, 10, 8), 40, 30)
    selected = fingerprint(document)
    flip = Projection.scaling(-1, 1, (9, 8))
    history.run(TransformSelection(photo.id, flip), document)
    assert len(document.layers) == 2
    assert document.selection is None
    expected = shown.copy()
    expected[4:12, 4:14] = shown[4:12, 13:3:-1]
    np.testing.assert_array_equal(flatten(document), expected)
    history.go_to(0, document)
    assert fingerprint(document) == selected
    document.selection = Selection.rectangle(Rect(4, 4, 10, 8), 40, 30)
    with pytest.raises(TransformError):
        history.run(TransformSelection(photo.id, Projection.scaling(0, 0)), document)
    history.run(SetSelection(None), document)
    assert fingerprint(document) == before
    photo.plane = Plane(Rect(0, 0, 0, 0))
    with pytest.raises(EmptySelectionError):
        history.run(TransformSelection(photo.id, flip), document)


def test_what_lies_far_outside_is_cut_only_where_memory_is_at_stake() -> None:
    document, history = document_of(), History()
    layer = document.layers[0]
    history.run(TransformLayers([layer.id], Projection.scaling(2, 2)), document)
    assert layer.rect == Rect(0, 0, 80, 60)
    history.run(TransformLayers([layer.id], Projection.scaling(40, 40)), document)
    assert layer.rect == Rect(0, 0, 60, 50)
    history.go_to(1, document)
    assert layer.rect == Rect(0, 0, 80, 60)


@settings(max_examples=60, deadline=None)
@given(st.lists(document_commands, min_size=1, max_size=4))
def test_the_photo_is_placed_as_its_layer_is(commands: list[Command]) -> None:
    document, history = document_of(1, WIDTH, HEIGHT), History()
    photo, exact = opaque_photo(document), True
    for command in commands:
        exact = exact and not isinstance(command, ScaleDocument)
        history.run(command, document)
    placed = placed_photo(document, photo)
    assert placed.rgb.shape == (document.height, document.width, 3)
    if any(getattr(command, "deletes", False) for command in commands):
        return
    shown = flatten(document)
    if exact:
        np.testing.assert_array_equal(placed.is_beyond, shown[..., 3] == 0)
        np.testing.assert_array_equal(placed.rgb, shown[..., :3])


@settings(max_examples=60, deadline=None)
@given(st.lists(document_commands, max_size=5))
def test_the_place_of_the_photo_is_a_place(commands: list[Command]) -> None:
    """It survives every chain of commands with positive scales and maps points as they go."""
    document, history = document_of(1, WIDTH, HEIGHT), History()
    expected = Projection()
    for command in commands:
        try:
            mapping = command.mapping(document)[0]  # type: ignore[attr-defined]
            history.run(command, document)
        except DocumentError:
            continue
        expected = expected.then(mapping)
    place = document.photo_transform
    assert min(place.scale_x, place.scale_y) > 0
    for point in ((0.0, 0.0), (3.0, 7.0)):
        assert projection_of(place).map(*point) == pytest.approx(expected.map(*point))
    assert moved_place(place, Projection()) == pytest.approx(place)


def test_a_pyramid_renders_a_changed_canvas_at_the_density_of_its_photo() -> None:
    document, history = document_of(), History()
    assert trained_size(document, (30, 40), (15, 20)) == (15, 20)
    history.run(CropDocument(Rect(0, 0, 80, 30)), document)
    assert trained_size(document, (30, 40), (15, 20)) == (15, 40)
    history.run(ScaleDocument(800, 300), document)
    assert trained_size(document, (30, 40), (15, 20)) == (15, 40)
    history.run(TurnDocument(1), document)
    assert trained_size(document, (30, 40), (15, 20)) == (40, 15)


def test_the_photo_is_as_dense_as_its_canvas() -> None:
    document, history = document_of(), History()
    history.run(CropDocument(Rect(0, 0, 80, 30)), document)
    assert dense_size(document.photo_transform, (30, 40)) == (30, 40)
    history.run(ScaleDocument(800, 60), document)
    assert dense_size(document.photo_transform, (30, 40)) == (60, 400)
    history.run(TurnDocument(1), document)
    assert dense_size(document.photo_transform, (30, 40)) == (60, 400)


@pytest.mark.parametrize("is_undone_first", [False, True])
def test_a_photo_chosen_between_a_step_and_its_undoing_stays_in_its_place(
    is_undone_first: bool,
) -> None:
    document, history = document_of(), History()
    history.run(CropDocument(Rect(5, 7, 20, 15)), document)
    if is_undone_first:
        history.undo(document)
    # a training took the picture as it was for its photo: no step of the history
    document.photo_transform = PhotoTransform()
    places = [document.photo_transform]
    for step in (history.redo, history.undo) if is_undone_first else (history.undo, history.redo):
        step(document)
        places.append(document.photo_transform)
    moved = (-5, -7) if is_undone_first else (5, 7)
    assert (places[1].dx, places[1].dy) == pytest.approx(moved)
    assert places[2] == places[0]
