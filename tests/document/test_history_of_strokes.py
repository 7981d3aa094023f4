"""Real strokes, many of them: the history stays within its bytes, and says them truthfully."""

from __future__ import annotations

import dataclasses
import gc
import tracemalloc

import numpy as np

from app.document.commands import Command
from app.document.document import Document
from app.document.history import History
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.painting import layer_target

WIDTH, HEIGHT = 600, 400
BUDGET = 6 * 2**20
STROKES = 400
# The newest step stays even if it is too large, and a stroke keeps a few arrays while it lasts.
SLACK = 3 * 2**20


def stroke_across(document: Document, random: np.random.Generator) -> Command | None:
    settings = dataclasses.replace(BrushSettings(), size_px=float(random.uniform(2, 60)))
    stroke = Stroke(layer_target(document, document.layers[0].id), settings)
    place = random.uniform((0, 0), (WIDTH, HEIGHT))
    for _ in range(random.integers(1, 6)):
        stroke.add(*(float(value) for value in place), float(random.uniform(0.2, 1)))
        place = place + random.normal(0, 40, 2)
    return stroke.finish()


def test_many_strokes_stay_within_the_budget() -> None:
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    document, history = Document.from_photo(noise, "Photo"), History(BUDGET)
    tracemalloc.start()
    try:
        held_before = tracemalloc.get_traced_memory()[0]
        for _ in range(STROKES):
            command = stroke_across(document, random)
            if command is not None:
                history.run(command, document)
            assert history.byte_count <= BUDGET
        del command
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - held_before
    finally:
        tracemalloc.stop()
    assert 10 < len(history.labels()) < STROKES - 10, "steps were dropped for their bytes"
    assert held <= BUDGET + SLACK
    assert history.byte_count > BUDGET / 2, "no more was dropped than needed"


def test_what_is_left_of_many_strokes_is_undone_and_redone() -> None:
    random = np.random.default_rng(1)
    document = Document.from_photo(np.full((HEIGHT, WIDTH, 4), 255, np.uint8), "Photo")
    history = History(BUDGET)
    states: list[bytes] = [document.layers[0].plane.read().tobytes()]
    for _ in range(60):
        command = stroke_across(document, random)
        if command is not None:
            history.run(command, document)
            states.append(document.layers[0].plane.read().tobytes())
    kept = len(history.labels())
    while history.can_undo:
        history.undo(document)
        assert document.layers[0].plane.read().tobytes() == states[history.index - kept - 1]
    while history.can_redo:
        history.redo(document)
    assert document.layers[0].plane.read().tobytes() == states[-1]
