"""Two thousand random commands: what is undone, redone, dropped and saved is what it was."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from app.document.commands import ClearPixels, FlipDocument, MergeDown, MoveLayer
from app.document.compositing import Compositor, flatten
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer
from app.document.pixels import premultiplied_bgra
from app.document.planes import Plane
from tests.document.random_session import (
    EVERY_COMMAND,
    RandomSession,
    RandomUser,
    digest_of,
    save_and_reopen,
)

ENDLESS = 1 << 40
COUNT = 2000


def test_the_random_user_knows_every_command() -> None:
    assert RandomUser(0).known == EVERY_COMMAND


def assert_screen_is_right(session: RandomSession) -> None:
    """What the compositor shows after all it was told is what a fresh look shows."""
    wanted = premultiplied_bgra(flatten(session.document)).astype(int)
    assert np.abs(session.compositor.composite() - wanted).max() <= 1


def test_undo_and_redo_restore_every_state_bit_for_bit() -> None:
    session = RandomSession(1, ENDLESS, has_free_changes=False)
    steps = {each for each in EVERY_COMMAND if each.is_step}
    while sum(session.done.values()) < COUNT or not steps <= set(session.done):
        session.act()
        assert sum(session.done.values()) < 2 * COUNT, steps - set(session.done)
        if sum(session.done.values()) % 25 == 0:
            assert_screen_is_right(session)
    session.redo_everything()
    first, last = session.states[0], session.digest()
    session.undo_everything()
    assert session.digest() == first
    assert_screen_is_right(session)
    session.redo_everything()
    assert session.digest() == last
    assert_screen_is_right(session)


@pytest.mark.parametrize("seed", [2, 3])
def test_choosing_layers_and_opening_groups_in_between_does_no_harm(seed: int) -> None:
    session = RandomSession(seed, ENDLESS, has_free_changes=True)
    while sum(session.done.values()) < COUNT // 4:
        session.act()
        assert session.document.active_layer is not None
    session.undo_everything()
    assert session.digest() == session.states[0]
    assert session.document.active_layer is not None


def test_a_small_history_leads_back_to_its_oldest_state() -> None:
    session = RandomSession(4, 400_000, has_free_changes=False)
    for _ in range(COUNT // 4):
        session.act()
        is_single = len(session.history.labels()) == 1
        # steps that lie undone grow what is kept only until the next command
        assert session.history.can_redo or is_single or session.history.byte_count <= 400_000
    assert 3 < len(session.history.labels()) < sum(session.done.values()) - 10
    session.undo_everything()
    assert session.digest() == session.states[0]
    session.redo_everything()
    assert session.digest() == session.states[-1]


def test_saving_and_reopening_at_any_point_keeps_everything(tmp_path: Path) -> None:
    session = RandomSession(5, ENDLESS, has_free_changes=True)
    for index in range(COUNT // 5):
        session.act()
        if index % 20 == 0:
            before = digest_of(session.document)
            reopened = save_and_reopen(session.document, tmp_path / f"{index}.singan")
            assert_same(session.document.snapshot(), reopened)
            assert digest_of(session.document) == before


def assert_same(saved: Document, opened: Document) -> None:
    assert [layer.id for layer in saved.layers] == [layer.id for layer in opened.layers]
    for name in ("width", "height", "active_id", "selection", "photo_id", "photo_transform"):
        assert getattr(saved, name) == getattr(opened, name), name
    for before, after in zip(saved.layers, opened.layers, strict=True):
        for field in dataclasses.fields(before):
            first, second = getattr(before, field.name), getattr(after, field.name)
            if isinstance(first, Plane):
                assert_same_pixels(first, second)
            else:
                assert first == second, (before.name, field.name)


def assert_same_pixels(saved: Plane, opened: Plane) -> None:
    """Opaque pixels to the bit, faint ones within the rounding of a file without premultiplying."""
    assert (saved.rect, saved.channels, saved.fill) == (opened.rect, opened.channels, opened.fill)
    first, second = saved.read().astype(int), opened.read().astype(int)
    assert np.abs(first - second).max(initial=0) <= 1
    if saved.channels == 4:
        opaque = first[..., 3] == 255
        assert (first[opaque] == second[opaque]).all()
        assert (first[..., 3] == second[..., 3]).all()
    else:
        assert (first == second).all()


# ---- what the random user found


def test_an_empty_group_can_be_merged() -> None:
    document = Document(4, 3, [Layer("below", Plane(Rect(0, 0, 4, 3))), Layer.group("empty")])
    group = document.layers[-1]
    group.blend_mode, group.is_clipped = BlendMode.MULTIPLY, True
    MergeDown(group.id).apply(document)
    assert [layer.is_group for layer in document.layers] == [False, False]


def test_a_narrow_layer_can_be_painted_on_after_a_flip() -> None:
    document = Document(4, 3, [Layer("narrow", Plane.from_pixels(np.full((3, 1, 4), 9, np.uint8)))])
    FlipDocument().apply(document)
    ClearPixels(document.layers[0].id, None).apply(document)
    assert not document.layers[0].plane.read().any()


def test_a_layer_that_stops_being_clipped_in_place_is_drawn_anew() -> None:
    """The order of layers in the list of what is drawn stays the same."""
    blue, white = np.array([[[255, 0, 0, 255]]], np.uint8), np.full((1, 1, 4), 255, np.uint8)
    base = Layer("base", Plane.from_pixels(blue))
    clipped = Layer("clipped", Plane.from_pixels(white), is_clipped=True)
    group = Layer.group("group")
    base.group_id = clipped.group_id = group.id
    document = Document(1, 1, [base, clipped, group])
    compositor = Compositor(document)
    assert compositor.composite()[0, 0].tolist() == [255, 255, 255, 255]
    compositor.invalidate(MoveLayer(clipped.id, 0, group.id).apply(document))
    assert compositor.composite()[0, 0].tolist() == [255, 0, 0, 255]
