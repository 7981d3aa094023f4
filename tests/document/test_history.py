from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.commands import AddLayer, RenameLayer, ReplacePixels, SetOpacity
from app.document.document import Document
from app.document.errors import LayerNotFoundError
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import Layer
from app.document.planes import Plane


@pytest.fixture
def document() -> Document:
    return Document.from_photo(np.full((8, 8, 4), 255, np.uint8), "photo")


def paint(document: Document, value: int) -> ReplacePixels:
    """A command of 512 bytes."""
    layer = document.layers[0]
    after = np.full((8, 8, 4), value, np.uint8)
    return ReplacePixels(layer.id, Rect(0, 0, 8, 8), layer.plane.read(), after, f"paint {value}")


def test_old_steps_go_when_the_budget_is_spent(document: Document) -> None:
    history = History(budget_bytes=3 * 512)
    for value in range(5):
        history.run(paint(document, value), document)
    assert history.labels() == ["paint 2", "paint 3", "paint 4"]
    assert history.index == 3
    history.go_to(0, document)
    assert document.layers[0].plane.read().max() == 1


def test_the_newest_step_stays_whatever_it_weighs(document: Document) -> None:
    history = History(budget_bytes=1)
    history.run(paint(document, 1), document)
    history.run(paint(document, 2), document)
    assert history.labels() == ["paint 2"]
    assert history.can_undo


def test_the_drag_of_a_slider_is_one_step(document: Document) -> None:
    history, layer = History(), document.layers[0]
    for value in (0.9, 0.5, 0.3):
        history.run(SetOpacity(layer.id, value), document)
    assert history.labels() == ["Layer opacity"]
    history.undo(document)
    assert layer.opacity == 1
    history.redo(document)
    assert layer.opacity == 0.3


def test_the_next_drag_is_another_step(document: Document) -> None:
    history, layer = History(), document.layers[0]
    history.run(SetOpacity(layer.id, 0.5), document)
    history.close_step()
    history.run(SetOpacity(layer.id, 0.2), document)
    assert len(history.labels()) == 2


def test_a_drag_does_not_merge_into_a_step_that_was_redone(document: Document) -> None:
    history, layer = History(), document.layers[0]
    history.run(SetOpacity(layer.id, 0.5), document)
    history.undo(document)
    history.redo(document)
    history.run(SetOpacity(layer.id, 0.2), document)
    assert len(history.labels()) == 2


def test_other_kinds_of_steps_do_not_merge(document: Document) -> None:
    history, layer = History(), document.layers[0]
    for index in range(2):
        history.run(SetOpacity(layer.id, 0.5), document)
        history.run(RenameLayer(layer.id, f"name {index}"), document)
    assert len(history.labels()) == 4


def test_saved_states_do_not_merge_away(document: Document) -> None:
    history, layer = History(), document.layers[0]
    history.run(SetOpacity(layer.id, 0.5), document)
    history.mark_clean()
    history.run(SetOpacity(layer.id, 0.2), document)
    assert not history.is_clean
    history.undo(document)
    assert history.is_clean
    assert layer.opacity == 0.5


def test_a_new_step_forgets_those_taken_back(document: Document) -> None:
    history = History()
    history.run(paint(document, 1), document)
    history.run(paint(document, 2), document)
    history.undo(document)
    history.run(paint(document, 3), document)
    assert history.labels() == ["paint 1", "paint 3"]
    assert not history.can_redo


def test_a_clean_state_that_was_forgotten_does_not_come_back(document: Document) -> None:
    history = History()
    history.run(paint(document, 1), document)
    history.mark_clean()
    history.undo(document)
    history.run(paint(document, 2), document)
    assert not history.is_clean
    history.undo(document)
    assert not history.is_clean


def test_a_refused_command_leaves_no_trace(document: Document) -> None:
    history = History()
    history.run(paint(document, 1), document)
    history.undo(document)
    with pytest.raises(LayerNotFoundError):
        history.run(SetOpacity("nobody", 0.5), document)
    assert history.labels() == ["paint 1"]
    assert history.can_redo


@given(
    st.lists(st.sampled_from(["run", "undo", "redo", "save"]), max_size=40),
    st.integers(1, 4),
)
def test_clean_means_as_it_was_saved(actions: list[str], kept: int) -> None:
    document = Document.from_photo(np.full((8, 8, 4), 255, np.uint8), "photo")
    history = History(budget_bytes=kept * 512)
    saved = document.layers[0].plane.read().tobytes()
    for number, action in enumerate(actions):
        if action == "run":
            history.run(paint(document, number), document)
        elif action == "undo":
            history.undo(document)
        elif action == "redo":
            history.redo(document)
        else:
            history.mark_clean()
            saved = document.layers[0].plane.read().tobytes()
        # every paint makes a state of its own, so that equal pixels mean the same state
        assert history.is_clean == (document.layers[0].plane.read().tobytes() == saved)
        assert history.byte_count <= history.budget_bytes


def test_a_withdrawn_step_is_gone(document: Document) -> None:
    history = History()
    history.run(paint(document, 1), document)
    history.run(paint(document, 2), document)
    assert history.withdraw(document) is not None
    assert (history.labels(), history.index) == (["paint 1"], 1)
    assert not history.can_redo
    assert document.layers[0].plane.read().max() == 1
    history.withdraw(document)
    assert history.withdraw(document) is None


def test_bytes_are_counted_where_they_are_kept(document: Document) -> None:
    history = History()
    layer = Layer("layer", Plane.from_rgba(np.full((8, 8, 4), 9, np.uint8)))
    history.run(AddLayer(layer), document)
    assert history.byte_count == 0
    history.undo(document)
    assert history.byte_count == layer.byte_count
    history.redo(document)
    assert history.byte_count == 0
    history.undo(document)
    history.run(paint(document, 1), document)
    assert history.byte_count == 512
