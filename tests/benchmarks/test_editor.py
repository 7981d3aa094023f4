"""How the editor feels: ten layers of 4096x3072 in the real window, each figure with its budget.

    python -m pytest tests/benchmarks/test_editor.py -q --figures-json editor.json

`-k` picks figures by name (dab, pan, zoom, opacity, undo, open, save, layer, history); `--dabs`
sets how many dabs a figure is made of.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.document.commands import SetOpacity
from app.document.document import Document
from app.document.history import History
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.painting import layer_target
from singan_core.presets import preset
from tests.benchmarks.editor_scene import BRUSH, HEIGHT, PIXEL_LAYERS, PLACES, WIDTH, EditorScene
from tests.benchmarks.figures import Figure, Figures, duration_ms, percentile
from tests.benchmarks.measuring import resident_mib
from tests.benchmarks.scenes import texture

WINDOWS = {"1280x800": (1280, 800), "2560x1440": (2560, 1440)}
ZOOMS = {"fit": True, "100 %": False}
SCENE = f"{WIDTH}x{HEIGHT}, {PIXEL_LAYERS} layers, 3 not Normal, a group, a clip, a mask"

windows = pytest.mark.parametrize("window", WINDOWS)
zooms = pytest.mark.parametrize("zoom", ZOOMS)
places = pytest.mark.parametrize("place", PLACES)
pytestmark = pytest.mark.timeout(1800)

Report = Callable[[str, str, list[float], float, int], None]


@pytest.fixture(autouse=True)
def no_thread_left_running() -> None:
    """One window serves all figures here, with its threads."""


@pytest.fixture(scope="module")
def scene() -> Iterator[EditorScene]:
    scene = EditorScene()
    scene.open_stack()
    yield scene
    scene.close()


@pytest.fixture
def report(figures: Figures) -> Report:
    """Add a figure with its verdict: the share of values that must lie within the budget."""

    def add(what: str, where: str, values: list[float], budget: float, share: int) -> None:
        worst = percentile(values, share)
        verdict = "within" if worst <= budget else "OVER"
        conditions = f"{verdict} {budget:g} at p{share} ({worst:.1f}); {where}"
        figures.add(Figure(what, conditions, values, budget=budget, share=share))

    return add


@windows
@zooms
@places
def test_dab_to_screen(
    scene: EditorScene, report: Report, window: str, zoom: str, place: str, dabs: int
) -> None:
    scene.arrange(WINDOWS[window], ZOOMS[zoom], place)
    scene.stroke(20)
    durations = scene.stroke(dabs)
    report(f"dab, {place} layer, {zoom}, {window}", f"200 px soft; {SCENE}", durations, 8.0, 95)


@windows
@zooms
def test_first_dab_after_choosing_another_layer(
    scene: EditorScene, report: Report, window: str, zoom: str
) -> None:
    durations = []
    for place in PLACES * 3:
        scene.arrange(WINDOWS[window], ZOOMS[zoom], place)
        durations.extend(scene.stroke(1))
    report(f"first dab on another layer, {zoom}, {window}", SCENE, durations, 33.0, 95)


@windows
@zooms
def test_pan(scene: EditorScene, report: Report, window: str, zoom: str) -> None:
    scene.arrange(WINDOWS[window], ZOOMS[zoom], "middle")
    navigation = scene.canvas.navigation
    scene.forget_pictures()
    for visit in ("seen first", "seen before"):
        durations = []
        for step in range(120):
            angle = step * math.tau / 120
            dx, dy = 36 * math.cos(angle), 36 * math.sin(angle)
            durations.append(scene.shown(partial(navigation.pan_by, round(dx), round(dy))))
        report(f"pan frame, {visit}, {zoom}, {window}", SCENE, durations, 16.0, 95)


@windows
def test_zoom(scene: EditorScene, report: Report, window: str) -> None:
    """From the whole document to four screen pixels each and back, around the middle."""
    scene.arrange(WINDOWS[window], True, "middle")
    navigation = scene.canvas.navigation
    fitted = navigation.viewport.zoom
    steps = math.ceil(math.log2(4.0 / fitted) * 8)
    inwards = [fitted * 2 ** (step / 8) for step in range(1, steps + 1)]
    scene.forget_pictures()
    for visit in ("seen first", "seen before"):
        durations = [
            scene.shown(partial(navigation.set_zoom, zoom))
            for zoom in itertools.chain(inwards, reversed(inwards[:-1]))
        ]
        report(f"zoom frame, {visit}, {window}", SCENE, durations, 16.0, 95)


@windows
@zooms
@pytest.mark.parametrize("place", ["middle", "bottom"])
def test_opacity_slider(
    scene: EditorScene, report: Report, window: str, zoom: str, place: str
) -> None:
    scene.arrange(WINDOWS[window], ZOOMS[zoom], place)
    session, layer = scene.session, scene.session.document.active_layer
    assert layer is not None
    before = layer.opacity
    values = [0.3 + 0.6 * abs(math.sin(step / 9)) for step in range(60)]
    durations = [scene.shown(partial(session.run, SetOpacity(layer.id, value))) for value in values]
    session.close_step()
    session.run(SetOpacity(layer.id, before))
    report(f"opacity, {place} layer, {zoom}, {window}", SCENE, durations, 33.0, 95)


@windows
@zooms
def test_exact_picture_after_the_slider_rests(
    scene: EditorScene, figures: Figures, window: str, zoom: str, rounds: int
) -> None:
    """Frames may be drawn coarsely; this is how long until nothing of that is left."""
    scene.arrange(WINDOWS[window], ZOOMS[zoom], "bottom")
    session, layer = scene.session, scene.session.document.active_layer
    assert layer is not None
    before, durations = layer.opacity, []
    for step in range(rounds):
        scene.shown(partial(session.run, SetOpacity(layer.id, 0.5 + 0.01 * step)))
        durations.append(duration_ms(partial(scene.until, lambda: not scene.is_coarse)))
    session.close_step()
    session.run(SetOpacity(layer.id, before))
    figures.add(Figure(f"exact after opacity, {zoom}, {window}", SCENE, durations))


@windows
@zooms
def test_undo_of_a_long_stroke(
    scene: EditorScene, report: Report, window: str, zoom: str, rounds: int
) -> None:
    scene.arrange(WINDOWS[window], ZOOMS[zoom], "middle")
    scene.stroke(400)
    undo, redo = scene.session.undo, scene.session.redo
    undone, redone = [], []
    for _ in range(rounds):
        undone.append(scene.shown(undo))
        scene.settle()
        redone.append(scene.shown(redo))
        scene.settle()
    report(f"undo of 400 dabs, {zoom}, {window}", SCENE, undone, 30.0, 95)
    report(f"redo of 400 dabs, {zoom}, {window}", SCENE, redone, 30.0, 95)


def test_open_a_photo(report: Report, rounds: int) -> None:
    """From the choice of a file to its first paint; the window is there already."""
    scene = EditorScene()
    path = scene.folder / "photo.jpg"
    Image.fromarray(texture(HEIGHT, WIDTH)).save(path, quality=90)
    scene.window.resize(1280, 800)
    durations = []
    for _ in range(rounds):
        scene.settle()
        durations.append(scene.shown(lambda: scene.window.open_paths([path])))
        scene.settle()
        scene.workspace.close(scene.session)
    scene.close()
    report("open 12 MP JPEG to first paint", "1280x800", durations, 1500.0, 95)


@pytest.mark.parametrize("training", ["no training", "a training"])
def test_ticks_while_saving(report: Report, training: str, tmp_path: Path) -> None:
    """Gaps between the ticks of a 5 ms timer of the window while a project is written."""
    scene = EditorScene()
    scene.open_stack()
    session = scene.session
    scene.arrange(WINDOWS["1280x800"], True, "middle")
    if training == "a training":
        session.start_training(preset("draft"), "cpu")
        scene.until(lambda: session.training.iteration >= 2)
    end = itertools.count()
    idle = scene.tick_gaps(lambda: next(end) > 400)
    session.save(tmp_path / "figure.singan")
    gaps = scene.tick_gaps(lambda: not session.is_saving)
    scene.close()
    report(f"tick gap, idle, {training}", SCENE, idle, 50.0, 99)
    report(f"tick gap, saving, {training}", f"{sum(gaps) / 1e3:.1f} s; {SCENE}", gaps, 50.0, 99)
    report(f"longest tick gap, saving, {training}", SCENE, [max(gaps)], 100.0, 99)


def test_memory_of_an_empty_layer(scene: EditorScene, figures: Figures) -> None:
    scene.arrange(WINDOWS["1280x800"], True, "top")
    layers, before = 20, resident_mib()
    for _ in range(layers):
        scene.session.edits.add_layer()
        scene.settle(0.05)
    grown = (resident_mib() - before) / layers
    for _ in range(layers):
        scene.session.undo()
    verdict = "within" if grown <= 1.0 else "OVER"
    figures.add(Figure("memory of an empty layer", f"{verdict} 1 MiB; {SCENE}", [grown], "MiB", 1))


def test_memory_of_a_history_of_ten_thousand_strokes(figures: Figures) -> None:
    budget, random = 256 * 2**20, np.random.default_rng(0)
    document = Document.from_photo(np.zeros((1536, 2048, 4), np.uint8), "Photo")
    document.layers[0].is_locked = False
    history, held = History(budget), []
    before = resident_mib()
    for index in range(10_000):
        settings = dataclasses.replace(BRUSH, size_px=float(random.uniform(2, 120)), flow=1.0)
        command = stroke_across(document, settings, random)
        if command is not None:
            history.run(command, document)
        if len(held) * 50 <= index:
            held.append(history.byte_count / 2**20)
    grown = resident_mib() - before
    verdict = "within" if max(held) <= budget / 2**20 else "OVER"
    where = f"{verdict} {budget >> 20} MiB; {len(history.labels())} steps kept; 2048x1536"
    figures.add(Figure("history of 10,000 strokes, counted", where, held, "MiB", budget / 2**20))
    figures.add(Figure("history of 10,000 strokes, resident", where, [grown], "MiB"))


def stroke_across(
    document: Document, settings: BrushSettings, random: np.random.Generator
) -> object:
    """One short random stroke on the lowest layer, as the canvas makes it."""
    stroke = Stroke(layer_target(document, document.layers[0].id), settings)
    place = random.uniform((0, 0), (document.width, document.height))
    for _ in range(random.integers(1, 6)):
        stroke.add(*place, float(random.uniform(0.2, 1)))
        place = place + random.normal(0, 40, 2)
    return stroke.finish()
