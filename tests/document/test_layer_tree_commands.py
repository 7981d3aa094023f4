"""Groups and the order of layers under random work: the tree holds, undo is exact."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.document.commands import (
    AddLayer,
    ApplyMask,
    Command,
    DuplicateLayers,
    FlattenImage,
    GroupLayers,
    LiftSelection,
    MergeDown,
    MergeVisible,
    MoveLayer,
    MoveLayers,
    RemoveLayer,
    RemoveLayers,
    SetAlphaLocked,
    SetBlendMode,
    SetClipped,
    SetExpanded,
    SetLocked,
    SetMask,
    SetOpacity,
    SetVisible,
    ShowLayers,
    TranslateLayer,
    Ungroup,
    inverted_mask,
)
from app.document.compositing import Compositor, flatten
from app.document.document import Document
from app.document.errors import DocumentError, LastLayerError, LayerLockedError, LayerPlaceError
from app.document.geometry import Rect
from app.document.history import History
from app.document.layer_tree import layer_tree
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.pixels import premultiplied_bgra
from app.document.planes import Plane
from tests.document.float_reference import random_document, random_layer

MODES = (BlendMode.NORMAL, BlendMode.MULTIPLY, BlendMode.SCREEN, BlendMode.COLOR)
SEEDS = st.integers(0, 10**9)


def fingerprint(document: Document) -> list[Any]:
    """Everything that undo must bring back, bit for bit; groups may be open or not."""
    return [document.active_id, *(state(layer) for layer in document.layers)]


def state(layer: Layer) -> list[Any]:
    values: list[Any] = []
    for field in dataclasses.fields(layer):
        value = getattr(layer, field.name)
        if isinstance(value, Plane):
            value = (value.rect, value.fill, value.read().tobytes())
        if field.name != "is_expanded":
            values.append((field.name, value))
    return values


def check_tree(document: Document) -> None:
    """Every subtree is one run that ends with its group, and every name of a group is right."""
    nodes = layer_tree(document.layers)
    walked = [layer for node in nodes for layer in node.walk()]
    assert [layer.id for layer in walked] == [layer.id for layer in document.layers]
    waiting: list[Any] = [(node, None) for node in nodes]
    while waiting:
        node, group_id = waiting.pop()
        assert node.layer.group_id == group_id
        waiting += [(member, node.layer.id) for member in node.members]
    assert document.active_layer is not None
    assert any(not layer.is_group for layer in document.layers)
    assert len({layer.id for layer in document.layers}) == len(document.layers)


def random_command(document: Document, random: np.random.Generator) -> Command:
    layers = document.layers
    layer = layers[int(random.integers(len(layers)))]
    chosen = [each.id for each in layers if random.random() < 0.3] or [layer.id]
    groups = [None, *(each.id for each in layers if each.is_group)]
    group_id = groups[int(random.integers(len(groups)))]
    dx, dy = (int(value) for value in random.integers(-9, 10, 2))
    is_on = bool(random.random() < 0.5)
    mode = MODES[int(random.integers(len(MODES)))]
    made: list[Callable[[], Command]] = [
        lambda: AddLayer(random_layer(random, Rect(dx, dy, 9, 7), mode)),
        lambda: AddLayer(Layer.group("added")),
        lambda: AddLayer(random_layer(random, Rect(dx, dy, 5, 5)), int(random.integers(9))),
        lambda: GroupLayers(chosen, "group"),
        lambda: GroupLayers(chosen, "group"),
        lambda: GroupLayers([layer.id], "group"),
        lambda: Ungroup(layer.id),
        lambda: RemoveLayers(chosen),
        lambda: RemoveLayer(layer.id),
        lambda: MoveLayers(chosen, int(random.integers(-1, 12)), group_id),
        lambda: MoveLayer(layer.id, int(random.integers(-1, 12)), group_id),
        lambda: DuplicateLayers(chosen[:2]),
        lambda: LiftSelection(layer.id, is_on),
        lambda: MergeDown(layer.id),
        MergeVisible,
        FlattenImage,
        lambda: SetClipped(layer.id, is_on),
        lambda: SetClipped(layer.id, is_on),
        lambda: SetAlphaLocked(layer.id, is_on),
        lambda: SetExpanded(layer.id, is_on),
        lambda: SetLocked(layer.id, bool(random.random() < 0.2)),
        lambda: SetVisible(layer.id, bool(random.random() < 0.8)),
        lambda: ShowLayers({each: bool(random.random() < 0.8) for each in chosen}, dx % 2),
        lambda: SetBlendMode(layer.id, mode, is_on and layer.is_group),
        lambda: SetOpacity(layer.id, float(random.random())),
        lambda: TranslateLayer(layer.id, dx, dy),
        lambda: SetMask(layer.id, Plane.from_grey(np.full((5, 5), 90, np.uint8), dx, dy)),
        lambda: SetMask(layer.id, None if layer.mask is None else inverted_mask(layer.mask)),
        lambda: ApplyMask(layer.id),
    ]
    return made[int(random.integers(len(made)))]()


def ran(history: History, document: Document, random: np.random.Generator) -> bool:
    """Run a random command; what it refuses must leave no trace."""
    before = fingerprint(document)
    command = random_command(document, random)
    try:
        history.run(command, document)
    except DocumentError:
        assert fingerprint(document) == before
        return False
    return command.is_step


@given(SEEDS, st.integers(1, 20))
@settings(deadline=None, max_examples=120)
def test_the_tree_holds_and_undo_and_redo_are_exact(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    document, history = random_document(seed, 4, MODES), History()
    states = {0: fingerprint(document)}
    for _ in range(count):
        if ran(history, document, random):
            states[history.index] = fingerprint(document)
        check_tree(document)
    for index in (0, len(history.labels()), *random.integers(0, len(history.labels()) + 1, 6)):
        history.go_to(int(index), document)
        check_tree(document)
        assert states[int(index)][1:] == fingerprint(document)[1:]


@given(SEEDS, st.integers(1, 12))
@settings(deadline=None, max_examples=100)
def test_changes_hold_every_pixel_that_looks_different(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    document, history = random_document(seed, 4, MODES), History()
    compositor = Compositor(document)
    for _ in range(count):
        before = flatten(document)
        command = random_command(document, random)
        try:
            change = history.run(command, document)
        except DocumentError:
            continue
        change = compositor.invalidate(change)
        differs = (flatten(document) != before).any(axis=2)
        for rect in change.stale:
            differs[rect.intersected(document.rect).slices_in(document.rect)] = False
        assert not differs.any(), command.label
    screen = compositor.composite().astype(int)
    assert np.abs(screen - premultiplied_bgra(flatten(document))).max() <= 1


# a group that has nothing to be clipped to, in one that has
@example(922598683)
@given(SEEDS)
@settings(deadline=None, max_examples=150)
def test_merging_leaves_the_picture_as_it_was(seed: int) -> None:
    random = np.random.default_rng(seed)
    document, history = random_document(seed, 5, MODES), History()
    for layer in document.layers[1:]:
        layer.is_clipped = bool(random.random() < 0.3)
    for _ in range(2):
        layer = document.layers[int(random.integers(len(document.layers)))]
        history.run(GroupLayers([layer.id, document.layers[-1].id], "group"), document)
        group = document.active_layer
        assert group is not None
        group.is_pass_through = bool(random.random() < 0.6)
        group.opacity = float(random.choice([1.0, 0.6]))
    layer = document.layers[int(random.integers(len(document.layers)))]
    before = premultiplied_bgra(flatten(document)).astype(int)
    command = (MergeDown(layer.id), MergeVisible())[int(random.integers(2))]
    try:
        history.run(command, document)
    except DocumentError:
        return
    check_tree(document)
    after = premultiplied_bgra(flatten(document)).astype(int)
    # the merged layer is rounded to 8 bits, which modes of other layers may enlarge
    assert np.abs(after - before).max() <= 2


def stack(*names: str) -> Document:
    """Layers from the bottom; "a/b" stands in group a, which lies above its members."""
    layers: list[Layer] = []
    groups: dict[str, Layer] = {}
    for index, name in enumerate(names):
        group_name, _, short = name.rpartition("/")
        rgba = np.full((6, 8, 4), 255 - 20 * index, np.uint8)
        layer = Layer(short, Plane.from_rgba(rgba))
        if short.isupper():
            layer = groups.setdefault(short, Layer.group(short))
        if group_name:
            layer.group_id = groups.setdefault(group_name, Layer.group(group_name)).id
        layers.append(layer)
    return Document(8, 6, layers)


def shape(document: Document) -> list[str]:
    names = {layer.id: layer.name for layer in document.layers}
    return [
        layer.name if layer.group_id is None else f"{names[layer.group_id]}/{layer.name}"
        for layer in document.layers
    ]


def id_of(document: Document, name: str) -> str:
    return next(layer.id for layer in document.layers if layer.name == name)


@pytest.mark.parametrize(
    ("name", "index", "group", "expected"),
    [
        ("a", 2, "G", ["G/b", "G/a", "G/c", "G", "d"]),
        ("a", 99, "G", ["G/b", "G/c", "G/a", "G", "d"]),
        ("a", 1, None, ["G/b", "G/c", "G", "a", "d"]),
        ("c", 0, None, ["c", "a", "G/b", "G", "d"]),
        ("G", 0, None, ["G/b", "G/c", "G", "a", "d"]),
        ("G", 99, None, ["a", "d", "G/b", "G/c", "G"]),
        ("d", 0, "G", ["a", "G/d", "G/b", "G/c", "G"]),
    ],
)
def test_layers_move_with_all_that_is_in_them(
    name: str, index: int, group: str | None, expected: list[str]
) -> None:
    document, history = stack("a", "G/b", "G/c", "G", "d"), History()
    group_id = None if group is None else id_of(document, group)
    index = 1 if (name, index, group) == ("a", 2, "G") else index
    history.run(MoveLayer(id_of(document, name), index, group_id), document)
    assert shape(document) == expected
    history.undo(document)
    assert shape(document) == ["a", "G/b", "G/c", "G", "d"]


def test_a_group_cannot_go_into_itself() -> None:
    document = stack("H/b", "G/H", "G", "a")
    for target in ("G", "H"):
        with pytest.raises(LayerPlaceError):
            History().run(MoveLayer(id_of(document, "G"), 0, id_of(document, target)), document)


def test_a_locked_group_keeps_its_members() -> None:
    document, history = stack("a", "G/b", "G"), History()
    group_id = id_of(document, "G")
    history.run(SetLocked(group_id, True), document)
    for command in (
        MoveLayer(id_of(document, "b"), 0),
        MoveLayer(id_of(document, "a"), 0, group_id),
        RemoveLayer(group_id),
        Ungroup(group_id),
        MergeDown(group_id),
        TranslateLayer(group_id, 1, 1),
        GroupLayers([id_of(document, "b")], "new"),
    ):
        with pytest.raises(LayerLockedError, match="G"):
            history.run(command, document)
    document.active_id = id_of(document, "b")
    history.run(AddLayer(Layer("new", Plane(Rect(0, 0, 0, 0)))), document)
    assert shape(document) == ["a", "G/b", "G", "new"]


def test_new_layers_go_into_the_open_group_or_beside_the_active_layer() -> None:
    document, history = stack("a", "G/b", "G/c", "G"), History()
    for active, is_open, expected in (
        ("G", True, ["a", "G/b", "G/c", "G/new", "G"]),
        ("G", False, ["a", "G/b", "G/c", "G", "new"]),
        ("b", True, ["a", "G/b", "G/new", "G/c", "G"]),
    ):
        document.active_id = id_of(document, active)
        document.layer(id_of(document, "G")).is_expanded = is_open
        history.run(AddLayer(Layer("new", Plane(Rect(0, 0, 0, 0)))), document)
        assert shape(document) == expected
        history.undo(document)


def test_a_layer_between_a_base_and_what_is_clipped_to_it_is_clipped_too() -> None:
    document, history = stack("a", "b"), History()
    history.run(SetClipped(id_of(document, "b"), True), document)
    document.active_id = id_of(document, "a")
    history.run(AddLayer(Layer("new", Plane(Rect(0, 0, 0, 0)))), document)
    assert [layer.is_clipped for layer in document.layers] == [False, True, True]
    history.undo(document)
    history.redo(document)
    assert [layer.is_clipped for layer in document.layers] == [False, True, True]


def test_removing_a_group_removes_its_members_but_never_the_last_layer() -> None:
    document, history = stack("a", "G/b", "G"), History()
    history.run(RemoveLayer(id_of(document, "G")), document)
    assert shape(document) == ["a"]
    history.undo(document)
    history.run(RemoveLayer(id_of(document, "a")), document)
    assert document.active_layer is not None
    for name in ("G", "b"):
        with pytest.raises(LastLayerError):
            history.run(RemoveLayer(id_of(document, name)), document)


def test_a_copied_group_has_members_of_its_own() -> None:
    document, history = stack("a", "G/b", "G/H", "G"), History()
    history.run(DuplicateLayers([id_of(document, "G")]), document)
    assert shape(document) == [
        "a",
        *("G/b", "G/H", "G"),
        *("G copy/b", "G copy/H", "G copy"),
    ]
    assert document.active_layer is document.layers[-1]
    check_tree(document)


def test_moving_a_group_moves_every_member() -> None:
    document, history = stack("a", "G/b", "G"), History()
    document.layers[2].mask = Plane.from_grey(np.full((6, 8), 9, np.uint8))
    for step in (2, 3):
        history.run(TranslateLayer(id_of(document, "G"), step, 1, gesture="drag"), document)
    assert document.layers[0].rect == Rect(0, 0, 8, 6)
    assert document.layers[1].rect == Rect(5, 2, 8, 6)
    assert document.layers[2].mask.rect == Rect(5, 2, 8, 6)
    assert history.labels() == ["Move layer"]
    history.undo(document)
    assert document.layers[1].rect == Rect(0, 0, 8, 6)


def test_choosing_modes_in_a_row_is_one_step() -> None:
    document, history = stack("a", "b"), History()
    layer = document.layers[1]
    for mode in (BlendMode.MULTIPLY, BlendMode.SCREEN, BlendMode.HUE):
        history.run(SetBlendMode(layer.id, mode), document)
    assert layer.blend_mode is BlendMode.HUE
    assert history.labels() == ["Blend mode"]
    history.undo(document)
    assert layer.blend_mode is BlendMode.NORMAL


def test_opening_a_group_is_no_step_and_closing_it_makes_it_active() -> None:
    document, history = stack("a", "G/b", "G"), History()
    document.active_id = id_of(document, "b")
    change = history.run(SetExpanded(id_of(document, "G"), False), document)
    assert change.active
    assert document.active_id == id_of(document, "G")
    assert history.is_clean


def test_merging_with_the_photo_stays_the_photo() -> None:
    document, history = random_document(5, 1), History()
    document.layers[1].is_visible = True
    history.run(MergeDown(document.layers[1].id), document)
    assert [layer.kind for layer in document.layers] == [LayerKind.PHOTO]
    assert document.layers[0].name == "photo"


def test_flattening_keeps_the_picture_and_drops_what_is_hidden() -> None:
    document, history = random_document(8, 4, MODES), History()
    document.layers[2].is_visible = False
    before = flatten(document)
    history.run(FlattenImage(), document)
    assert len(document.layers) == 1
    np.testing.assert_allclose(
        premultiplied_bgra(flatten(document)).astype(int), premultiplied_bgra(before), atol=1
    )
    history.undo(document)
    np.testing.assert_array_equal(flatten(document), before)
