from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from app.document.commands import EnterQuickMask, LeaveQuickMask, SetSelection
from app.document.compositing import flatten
from app.document.document import Document
from app.document.geometry import Rect
from app.document.history import History
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.painting import layer_target
from app.document.selection import Selection

MASKS = hnp.arrays(np.uint8, (24, 32), elements=st.sampled_from([0, 90, 255]))


def document_of(mask: NDArray[np.uint8] | None = None) -> Document:
    document = Document.from_photo(np.full((24, 32, 4), 200, np.uint8), "Photo")
    document.selection = None if mask is None else Selection(mask)
    return document


def painted(document: Document, color: tuple[int, int, int], is_eraser: bool = False) -> Stroke:
    assert document.quick_mask is not None
    target = layer_target(document, document.quick_mask.id, on_mask=True)
    stroke = Stroke(target, BrushSettings(6, 1, color=color, is_eraser=is_eraser))
    stroke.add(16, 12)
    return stroke


@given(MASKS)
def test_a_selection_goes_through_the_quick_mask_unchanged(mask: NDArray[np.uint8]) -> None:
    document, history = document_of(mask.copy()), History()
    before = document.selection
    assert before is not None
    history.run(EnterQuickMask(), document)
    assert document.selection is None
    history.run(LeaveQuickMask(), document)
    expected = None if before.is_empty else before
    assert document.selection == expected
    assert document.quick_mask is None
    history.go_to(0, document)
    assert document.selection is before


def test_white_selects_black_and_the_eraser_take_away() -> None:
    document, history = document_of(), History()
    history.run(EnterQuickMask(), document)
    for color, is_eraser, expected in (
        ((255, 255, 255), False, 255),
        ((0, 0, 0), False, 0),
        ((128, 128, 128), False, 128),
        ((255, 255, 255), True, 0),
    ):
        command = painted(document, color, is_eraser).finish()
        assert command is not None
        history.run(command, document)
        selection = document.snapshot().selection
        assert (0 if selection is None else selection.mask[12, 16]) == expected
    assert np.array_equal(flatten(document), flatten(document_of())), "no layer is touched"


def test_every_step_inside_and_around_the_quick_mask_comes_back_and_again() -> None:
    document, history = document_of(), History()
    states = [document.snapshot().selection]
    history.run(SetSelection(Selection.rectangle(Rect(2, 2, 9, 9), 32, 24)), document)
    states.append(document.snapshot().selection)
    history.run(EnterQuickMask(), document)
    states.append(document.snapshot().selection)
    command = painted(document, (255, 255, 255)).finish()
    assert command is not None
    history.run(command, document)
    states.append(document.snapshot().selection)
    history.run(LeaveQuickMask(), document)
    states.append(document.snapshot().selection)
    for index in (4, 3, 2, 1, 0, 3, 1, 4, 2, 4):
        history.go_to(index, document)
        assert document.snapshot().selection == states[index]
        assert (document.quick_mask is not None) == (index in (2, 3))


def test_the_quick_mask_is_saved_and_rendered_as_the_selection() -> None:
    document = document_of()
    EnterQuickMask().apply(document)
    painted(document, (255, 255, 255)).finish()
    snapshot = document.snapshot()
    assert snapshot.quick_mask is None
    assert snapshot.selection is not None
    assert snapshot.selection.bounds == Rect(13, 9, 6, 6)


def test_a_selection_inside_the_quick_mask_limits_the_paint() -> None:
    document = document_of()
    EnterQuickMask().apply(document)
    document.selection = Selection.rectangle(Rect(0, 0, 16, 24), 32, 24)
    painted(document, (255, 255, 255)).finish()
    selection = document.snapshot().selection
    assert selection is not None
    assert selection.bounds == Rect(13, 9, 3, 6)
