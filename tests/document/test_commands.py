from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.commands import (
    AddLayer,
    ClearPixels,
    Command,
    DuplicateLayers,
    LiftSelection,
    MoveLayer,
    PasteLayer,
    RemoveLayer,
    RenameLayer,
    ReplacePixels,
    SetActive,
    SetBlendMode,
    SetLocked,
    SetMask,
    SetOpacity,
    SetSelection,
    SetVisible,
    TranslateLayer,
)
from app.document.compositing import Compositor, flatten
from app.document.document import Document
from app.document.errors import (
    DocumentError,
    DocumentSizeError,
    EmptySelectionError,
    LastLayerError,
    LayerLockedError,
    SelectionSizeError,
)
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.painting import layer_target
from app.document.planes import Plane
from app.document.selection import Selection
from tests.document.float_reference import random_document, random_layer


def fingerprint(document: Document) -> list[Any]:
    """Everything that undo must bring back, bit for bit."""
    layers = [
        (
            layer.id,
            layer.name,
            layer.rect,
            layer.plane.read().tobytes(),
            None if layer.mask is None else (layer.mask.rect, layer.mask.read().tobytes()),
            layer.opacity,
            layer.is_visible,
            layer.is_locked,
            layer.blend_mode,
        )
        for layer in document.layers
    ]
    selection = document.selection
    return [
        *layers,
        document.active_id,
        None if selection is None else selection.mask.tobytes(),
    ]


def random_selection(document: Document, random: np.random.Generator) -> Selection | None:
    if random.random() < 0.3:
        return None
    points = random.uniform(-5, max(document.width, document.height) + 5, (4, 2))
    return Selection.lasso([(x, y) for x, y in points], document.width, document.height)


def random_stroke(document: Document, layer: Layer, random: np.random.Generator) -> Command | None:
    brush = BrushSettings(
        size_px=float(random.uniform(1, 12)),
        hardness=float(random.random()),
        opacity=float(random.random()),
        color=(200, 100, 0),
        is_eraser=bool(random.random() < 0.3),
    )
    on_mask = layer.mask is not None and random.random() < 0.5
    stroke = Stroke(layer_target(document, layer.id, on_mask), brush)
    for x, y in random.uniform(-5, 45, (3, 2)):
        stroke.add(x, y)
    return stroke.finish()


def random_command(document: Document, random: np.random.Generator) -> Command | None:
    layer = document.layers[int(random.integers(len(document.layers)))]
    dx, dy = (int(value) for value in random.integers(-15, 16, 2))
    commands: list[Any] = [
        lambda: AddLayer(random_layer(random, Rect(dx, dy, 9, 7))),
        lambda: PasteLayer(random_layer(random, Rect(dx, dy, 5, 7))),
        lambda: RemoveLayer(layer.id),
        lambda: MoveLayer(layer.id, int(random.integers(-1, 9))),
        lambda: RenameLayer(layer.id, f"name {dx}"),
        lambda: SetOpacity(layer.id, float(random.random())),
        lambda: SetVisible(layer.id, not layer.is_visible),
        lambda: SetLocked(layer.id, bool(random.random() < 0.2)),
        lambda: SetBlendMode(layer.id, BlendMode.MULTIPLY),
        lambda: SetMask(layer.id, Plane.from_grey(np.full((5, 5), 90, np.uint8))),
        lambda: SetSelection(random_selection(document, random)),
        lambda: ClearPixels(layer.id, document.selection),
        lambda: LiftSelection(layer.id, bool(random.random() < 0.5), gesture=dx % 2),
        lambda: TranslateLayer(layer.id, dx, dy),
        lambda: TranslateLayer(str(document.active_id), dx, dy, gesture=dy % 2),
        lambda: random_stroke(document, layer, random),
        lambda: random_stroke(document, layer, random),
    ]
    made: Command | None = commands[int(random.integers(len(commands)))]()
    return made


def ran(history: History, document: Document, random: np.random.Generator) -> bool:
    """Run a random command; what it refuses must leave no trace."""
    before = fingerprint(document)
    try:
        command = random_command(document, random)
        if command is None:
            return False
        history.run(command, document)
    except DocumentError:
        assert fingerprint(document) == before
        return False
    return True


@given(st.integers(0, 10**9), st.integers(1, 14))
@settings(deadline=None, max_examples=80)
def test_undo_and_redo_are_bit_identical(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    document, history = random_document(seed, 2), History()
    start = fingerprint(document)
    for _ in range(count):
        ran(history, document, random)
    end, labels = fingerprint(document), history.labels()
    compositor = Compositor(document)
    compositor.composite()
    compositor.invalidate(history.go_to(0, document))
    assert fingerprint(document) == start
    np.testing.assert_allclose(
        compositor.composite().astype(int), Compositor(document).composite(), atol=1
    )
    assert history.undo(document) is None
    history.go_to(len(labels), document)
    assert fingerprint(document) == end
    assert history.redo(document) is None
    assert history.labels() == labels


@given(st.integers(0, 10**9))
@settings(deadline=None, max_examples=30)
def test_every_listed_state_can_be_visited_in_any_order(seed: int) -> None:
    random = np.random.default_rng(seed)
    document, history = random_document(seed, 2), History()
    states = {0: fingerprint(document)}
    while len(states) < 6:
        if ran(history, document, random):
            history.close_step()
            states[history.index] = fingerprint(document)
    for index in random.integers(0, 6, 10):
        history.go_to(int(index), document)
        assert history.index == index
        assert fingerprint(document) == states[int(index)]


@given(st.integers(0, 10**9))
@settings(deadline=None, max_examples=40)
def test_changes_hold_every_pixel_that_looks_different(seed: int) -> None:
    random = np.random.default_rng(seed)
    document = random_document(seed, 3)
    history = History()
    for _ in range(4):
        before = flatten(document)
        try:
            command = random_command(document, random)
            if command is None or "stroke" in command.label:
                continue
            change = history.run(command, document)
        except DocumentError:
            continue
        differs = (flatten(document) != before).any(axis=2)
        for rect in change.stale:
            differs[rect.intersected(document.rect).slices_in(document.rect)] = False
        assert not differs.any(), command.label


def painted_document() -> Document:
    rgba = np.full((20, 30, 4), 255, np.uint8)
    rgba[..., :3] = np.random.default_rng(0).integers(0, 256, (20, 30, 3))
    document = Document.from_photo(rgba, "photo")
    document.layers.append(Layer("paint", Plane(document.rect)))
    document.layers[1].plane.write(Rect(5, 5, 4, 4))[...] = [0, 0, 200, 255]
    return document


def test_the_move_of_a_patch_is_one_step() -> None:
    document, history = painted_document(), History()
    photo = document.layers[0]
    start = fingerprint(document)
    document.selection = Selection.rectangle(Rect(2, 3, 6, 5), 30, 20)
    selected = fingerprint(document)
    lift = LiftSelection(photo.id, cut=True, gesture="drag 1")
    history.run(lift, document)
    assert lift.new_layer_id is not None
    for _ in range(3):
        history.run(TranslateLayer(lift.new_layer_id, 4, 1, gesture="drag 1"), document)
    assert history.labels() == ["Lift selection"]
    patch = document.layer(lift.new_layer_id)
    assert patch.kind is LayerKind.PATCH
    assert patch.rect == Rect(14, 6, 6, 5)
    assert document.active_id == patch.id
    assert document.selection is None
    assert photo.plane.read(Rect(2, 3, 6, 5)).sum() == 0
    moved = fingerprint(document)
    history.undo(document)
    assert fingerprint(document) == selected
    history.redo(document)
    assert fingerprint(document) == moved
    history.undo(document)
    document.selection = None
    assert fingerprint(document) == start


def test_a_copied_selection_leaves_its_layer_alone() -> None:
    document, history = painted_document(), History()
    before = document.layers[1].plane.read().copy()
    document.selection = Selection.rectangle(Rect(0, 0, 7, 7), 30, 20)
    history.run(LiftSelection(document.layers[1].id, cut=False), document)
    np.testing.assert_array_equal(document.layers[1].plane.read(), before)
    assert document.layers[2].rect == Rect(5, 5, 2, 2)


def test_a_part_of_a_patch_is_named_as_the_patch() -> None:
    base = Layer("Tree", Plane.from_rgba(np.full((30, 40, 4), 255, np.uint8)))
    document, history = Document(40, 30, [base], base.id), History()
    for _ in range(2):
        assert document.active_id is not None
        history.run(LiftSelection(document.active_id, cut=False), document)
    assert [layer.name for layer in document.layers] == ["Tree", "Tree patch", "Tree patch"]


@pytest.mark.parametrize("cut", [False, True])
def test_what_is_clipped_to_a_layer_stays_when_a_part_of_it_is_lifted(cut: bool) -> None:
    base, shade = (
        Layer(name, Plane.from_rgba(np.full((30, 40, 4), color, np.uint8)))
        for name, color in (("Tree", (0, 120, 0, 255)), ("Shade", (0, 0, 60, 128)))
    )
    shade.is_clipped = True
    document = Document(40, 30, [base, shade], base.id)
    document.selection = Selection.rectangle(Rect(0, 0, 10, 10), 40, 30)
    before = flatten(document)
    History().run(LiftSelection(base.id, cut=cut), document)
    assert [layer.name for layer in document.layers] == ["Tree", "Shade", "Tree patch"]
    assert not document.layers[2].is_clipped
    assert (flatten(document)[10:] == before[10:]).all()


def test_soft_edges_are_lifted_softly() -> None:
    document = painted_document()
    mask = np.zeros((20, 30), np.uint8)
    mask[5:9, 5:9] = 128
    document.selection = Selection(mask)
    History().run(LiftSelection(document.layers[1].id), document)
    assert document.layers[2].plane.read(Rect(5, 5, 1, 1)).tolist() == [[[0, 0, 100, 128]]]
    assert document.layers[1].plane.read(Rect(5, 5, 1, 1)).tolist() == [[[0, 0, 100, 127]]]


def test_nothing_is_lifted_from_transparent_pixels() -> None:
    document = painted_document()
    document.selection = Selection.rectangle(Rect(20, 0, 3, 3), 30, 20)
    before = fingerprint(document)
    with pytest.raises(EmptySelectionError):
        History().run(LiftSelection(document.layers[1].id), document)
    assert fingerprint(document) == before


def test_pixels_moved_out_of_the_document_come_back() -> None:
    document, history = painted_document(), History()
    layer = document.layers[1]
    shown = flatten(document)
    history.run(TranslateLayer(layer.id, -500, 300), document)
    assert not np.array_equal(flatten(document), shown)
    history.run(TranslateLayer(layer.id, 500, -300), document)
    np.testing.assert_array_equal(flatten(document), shown)


def test_masks_move_with_their_layers() -> None:
    document = painted_document()
    layer = document.layers[1]
    layer.mask = Plane.from_grey(np.full((20, 30), 77, np.uint8))
    History().run(TranslateLayer(layer.id, 3, 4), document)
    assert layer.mask.rect == Rect(3, 4, 30, 20)


def test_locked_layers_keep_their_pixels_and_place() -> None:
    document, history = painted_document(), History()
    layer = document.layers[1]
    layer.is_locked = True
    document.selection = Selection.everything(30, 20)
    pixels = layer.plane.read(Rect(0, 0, 2, 2))
    for command in (
        ClearPixels(layer.id, None),
        TranslateLayer(layer.id, 1, 1),
        RemoveLayer(layer.id),
        ReplacePixels(layer.id, Rect(0, 0, 2, 2), pixels, pixels),
        LiftSelection(layer.id, cut=True),
    ):
        with pytest.raises(LayerLockedError, match="paint"):
            history.run(command, document)
    history.run(LiftSelection(layer.id, cut=False), document)
    with pytest.raises(LayerLockedError):
        Stroke(layer_target(document, layer.id), BrushSettings())
    history.run(SetLocked(layer.id, False), document)
    history.run(TranslateLayer(layer.id, 1, 1), document)


def test_new_layers_go_above_the_active_one_and_results_to_the_top() -> None:
    document, history = painted_document(), History()
    document.active_id = document.layers[0].id
    history.run(AddLayer(Layer("new", Plane(Rect(0, 0, 0, 0)))), document)
    document.active_id = document.layers[0].id
    result = Layer("result", Plane(document.rect), LayerKind.RESULT)
    history.run(AddLayer(result), document)
    assert [layer.name for layer in document.layers] == ["photo", "new", "paint", "result"]
    assert document.active_layer is result


def test_the_last_layer_stays() -> None:
    document = painted_document()
    history = History()
    history.run(RemoveLayer(document.layers[1].id), document)
    assert document.active_id == document.layers[0].id
    with pytest.raises(LastLayerError):
        history.run(RemoveLayer(document.layers[0].id), document)


def test_bytes_of_layers_count_while_only_the_history_holds_them() -> None:
    document, history = painted_document(), History()
    history.run(AddLayer(Layer("new", Plane(Rect(0, 0, 10, 10)))), document)
    assert history.byte_count == 0
    history.undo(document)
    assert history.byte_count == 400
    history.redo(document)
    history.run(RemoveLayer(str(document.active_id)), document)
    assert history.byte_count == 400


def test_choosing_a_layer_is_no_step() -> None:
    document, history = painted_document(), History()
    assert history.run(SetActive(document.layers[0].id), document).active
    assert document.active_layer is document.layers[0]
    assert not history.can_undo
    assert history.is_clean


def test_selections_of_another_size_are_refused() -> None:
    document = painted_document()
    with pytest.raises(SelectionSizeError):
        History().run(SetSelection(Selection.everything(3, 3)), document)


def test_documents_have_pixels() -> None:
    with pytest.raises(DocumentSizeError):
        Document(0, 5)


def test_a_snapshot_of_a_document_stays_as_it_was() -> None:
    document, history = painted_document(), History()
    snapshot, before = document.snapshot(), fingerprint(document)
    history.run(ClearPixels(document.layers[0].id, None), document)
    history.run(SetOpacity(document.layers[1].id, 0.1), document)
    history.run(AddLayer(Layer("new", Plane(Rect(0, 0, 0, 0)))), document)
    assert fingerprint(snapshot) == before


def test_a_duplicate_is_a_layer_of_its_own() -> None:
    document = painted_document()
    original = document.layers[1]
    History().run(DuplicateLayers([original.id]), document)
    copy = document.layers[2]
    original.plane.write()[...] = 0
    assert copy.id != original.id
    assert copy.plane.read(Rect(5, 5, 1, 1)).tolist() == [[[0, 0, 200, 255]]]
