"""The edit that follows every change of a document is the edit of the whole document."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document import compositing
from app.document.commands import (
    AddLayer,
    CropDocument,
    SetClipped,
    SetOpacity,
    SetSelection,
    SetVisible,
    TranslateLayer,
)
from app.document.document import Document
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.masking import followed_edit
from app.document.masking.changed_pixels import changed_rect
from app.document.masking.edit_mask import Edit, edit_of
from app.document.masking.followed_edit import FollowedEdit
from app.document.pixels import Pixels
from app.document.planes import Plane
from app.document.selection import Selection

WIDTH, HEIGHT = 72, 150
SIDE = st.integers(-8, 80)
PLACE = st.builds(Rect, SIDE, st.integers(-8, 150), st.integers(1, 40), st.integers(1, 40))
COLOR = st.sampled_from([0, 3, 20, 128, 255])


def photo_of() -> Pixels:
    return np.random.default_rng(0).integers(60, 90, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def document_of(photo: Pixels, noise: int = 0) -> Document:
    """A photo, as it came back from a lossy format, below a patch and an empty layer."""
    shown: Pixels = photo + np.random.default_rng(1).integers(
        0, noise + 1, photo.shape, dtype=np.uint8
    )
    document = Document.from_photo(cv2.cvtColor(shown, cv2.COLOR_RGB2RGBA), "photo")
    patch = np.full((30, 30, 4), 200, np.uint8)
    document.layers.append(Layer("patch", Plane.from_rgba(patch, 20, 40), LayerKind.PATCH))
    document.layers.append(Layer("paint", Plane(Rect(0, 0, 40, 40))))
    return document


def stroke(document: Document, index: int, rect: Rect, color: int, alpha: int) -> None:
    """Write pixels, as paint or an eraser does; a layer of paint grows for it."""
    plane = document.layers[index].plane
    if index == 2:
        plane.resize(plane.rect.united(rect))
    pixels = plane.write(rect)
    pixels[..., :3], pixels[..., 3] = color * alpha // 255, alpha


Step = Callable[[Document, History], object]
PAINTED = st.builds(
    lambda index, rect, color, alpha: lambda d, h: stroke(d, index, rect, color, alpha),
    st.integers(1, 2),
    PLACE,
    COLOR,
    st.sampled_from([0, 5, 9, 77, 255]),
)
ON_THE_PHOTO = st.builds(
    lambda rect, color, alpha: lambda d, h: stroke(d, 0, rect, color, alpha),
    PLACE,
    COLOR,
    # the last one leaves a hole
    st.sampled_from([255, 255, 255, 254, 90]),
)
MOVED = st.builds(
    lambda index, dx, dy: lambda d, h: h.run(TranslateLayer(d.layers[index].id, dx, dy), d),
    st.integers(1, 2),
    st.integers(-30, 30),
    st.integers(-30, 30),
)
FADED = st.builds(
    lambda index, opacity: lambda d, h: h.run(SetOpacity(d.layers[index].id, opacity), d),
    st.integers(0, 2),
    st.sampled_from([0.0, 0.02, 0.5, 1.0]),
)
HIDDEN = st.builds(
    lambda is_shown: lambda d, h: h.run(SetVisible(d.layers[1].id, is_shown), d), st.booleans()
)
CLIPPED = st.builds(
    lambda is_clipped: lambda d, h: h.run(SetClipped(d.layers[2].id, is_clipped), d), st.booleans()
)
SELECTED = st.builds(
    lambda is_on: (
        lambda d, h: h.run(
            SetSelection(
                Selection.rectangle(Rect(5, 5, 20, 20), d.width, d.height) if is_on else None
            ),
            d,
        )
    ),
    st.booleans(),
)
CROPPED = st.builds(
    lambda side: lambda d, h: h.run(CropDocument(Rect(-side, 0, WIDTH, HEIGHT - side)), d),
    st.integers(0, 9),
)
UNDONE: st.SearchStrategy[Step] = st.just(lambda d, h: h.undo(d) if h.index else None)
STEP = st.one_of(PAINTED, PAINTED, ON_THE_PHOTO, MOVED, FADED, HIDDEN, CLIPPED, SELECTED, UNDONE)


def assert_equal(found: Edit, expected: Edit) -> None:
    for name in ("composite", "mask", "hole", "photo"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)


@settings(max_examples=50, deadline=None)
@given(
    steps=st.lists(st.one_of(STEP, STEP, STEP, CROPPED), min_size=1, max_size=10),
    noise=st.sampled_from([0, 0, 4]),
    mode=st.sampled_from([BlendMode.NORMAL, BlendMode.NORMAL, BlendMode.OVERLAY]),
    is_transparent=st.booleans(),
)
def test_every_step_is_followed_bit_for_bit(
    steps: list[Step], noise: int, mode: BlendMode, is_transparent: bool
) -> None:
    photo = photo_of()
    document, history, followed = document_of(photo, noise), History(), FollowedEdit()
    document.layers[2].blend_mode = mode
    alpha = None
    if is_transparent:
        alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
        alpha[:30] = 120
        plane = document.layers[0].plane
        plane.write()[:30] = plane.read()[:30] // 255 * 0 + 120
    assert_equal(
        followed.edit_of(document.snapshot(), photo, alpha), edit_of(document, photo, alpha)
    )
    for step in steps:
        step(document, history)
        found = followed.edit_of(document.snapshot(), photo, alpha)
        assert_equal(found, edit_of(document, photo, alpha))


def test_an_edit_stays_as_it_was_while_the_next_ones_are_worked_out() -> None:
    photo, followed = photo_of(), FollowedEdit()
    document = document_of(photo)
    first, expected = followed.edit_of(document.snapshot(), photo), edit_of(document, photo)
    for x in range(0, 60, 10):
        stroke(document, 2, Rect(x, 100, 12, 12), 255, 255)
        followed.edit_of(document.snapshot(), photo)
    assert_equal(first, expected)


def test_a_stroke_is_no_reason_to_work_out_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, followed = photo_of(), FollowedEdit()
    document = document_of(photo)
    followed.edit_of(document.snapshot(), photo)
    monkeypatch.setattr(followed_edit, "edit_parts", None)
    flattened: list[Rect] = []

    def noted(document: Document, rect: Rect) -> Pixels:
        flattened.append(rect)
        return compositing.flatten(document, rect)

    monkeypatch.setattr(followed_edit, "flatten", noted)
    stroke(document, 1, Rect(25, 50, 6, 5), 10, 255)
    edit = followed.edit_of(document.snapshot(), photo)
    assert flattened == [Rect(25, 50, 6, 5)]
    assert edit is followed.edit_of(document.snapshot(), photo), "nothing changed since"


def test_only_pixels_are_a_change_of_pixels() -> None:
    photo, history = photo_of(), History()
    document = document_of(photo)
    before = document.snapshot()
    assert changed_rect(before, document.snapshot()) == Rect(0, 0, 0, 0)
    stroke(document, 0, Rect(10, 62, 3, 4), 255, 255)
    stroke(document, 1, Rect(30, 45, 1, 1), 9, 255)
    assert changed_rect(before, document.snapshot()) == Rect(10, 45, 21, 21)
    history.run(AddLayer(Layer("new", Plane(Rect(0, 0, 0, 0)))), document)
    assert changed_rect(before, document.snapshot()) is None


def test_a_mask_that_is_painted_is_a_change_of_pixels() -> None:
    photo, followed = photo_of(), FollowedEdit()
    document = document_of(photo)
    document.layers[1].mask = Plane.from_grey(np.full((30, 30), 255, np.uint8), 20, 40)
    followed.edit_of(document.snapshot(), photo)
    before = document.snapshot()
    document.layers[1].mask.write(Rect(22, 44, 8, 9))[...] = 0
    assert changed_rect(before, document.snapshot()) == Rect(22, 44, 8, 9)
    assert_equal(followed.edit_of(document.snapshot(), photo), edit_of(document, photo))
