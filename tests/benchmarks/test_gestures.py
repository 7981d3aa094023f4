"""What an artist does all day beside painting: each frame of a gesture, and what its end costs.

    python -m pytest tests/benchmarks/test_gestures.py -q --figures-json gestures.json

Ten layers of 4096x3072 as in `test_editor`. "frame" is from an event to the screen; "end" is what
the release, click or command takes, "gap" the longest time after it in which the window heeds
nothing: 100 ms would be seen, 300 ms be felt.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPointF

from app.document.commands import (
    SetActive,
    SetBlendMode,
    SetMask,
    SetSelection,
    SetVisible,
)
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer
from app.document.planes import Plane
from app.document.selection import Selection
from app.tool_state import Tool
from tests.benchmarks.editor_scene import BRUSH, HEIGHT, WIDTH, EditorScene
from tests.benchmarks.figures import Figure, Figures, duration_ms
from tests.benchmarks.measuring import resident_mib

WINDOW = (1920, 1080)
FRAME_MS, END_MS, COMMIT_MS = 33.0, 50.0, 300.0
WHERE = "1920x1080, fitted"

pytestmark = pytest.mark.timeout(1800)

Work = Callable[[], object]


@pytest.fixture(autouse=True)
def no_thread_left_running() -> None:
    """One window serves all figures here, with its threads."""


@pytest.fixture(scope="module")
def scene() -> Iterator[EditorScene]:
    scene = EditorScene()
    scene.open_stack()
    yield scene
    scene.close()


@dataclasses.dataclass
class Gestures:
    """Does gestures again and again and reports what they took."""

    scene: EditorScene
    figures: Figures
    rounds: int

    def drag(self, what: str, commit_ms: float = END_MS, steps: int = 30) -> None:
        """Drag from the middle of the canvas and let go, then undo."""
        frames, ends, gaps = [], [], []
        for _ in range(self.rounds):
            places = list(self._line(steps))
            self.scene.mouse(QEvent.Type.MouseButtonPress, places[0])
            for place in places[1:]:
                frames.append(self.scene.shown(partial(self.scene.mouse, _MOVE, place)))
            end, gap = self.ended(partial(self.scene.mouse, _RELEASE, places[-1]))
            ends.append(end)
            gaps.append(gap)
            self.scene.session.undo()
            self.scene.settle()
        self.report(f"{what}, frame", frames[len(frames) // self.rounds :], FRAME_MS)
        self.report(f"{what}, end", ends, commit_ms)
        self.report(f"{what}, gap", gaps, commit_ms)

    def click(self, what: str, place: QPointF, commit_ms: float = END_MS) -> None:
        """Click, then undo."""

        def clicked() -> None:
            self.scene.mouse(QEvent.Type.MouseButtonPress, place)
            self.scene.mouse(_RELEASE, place)

        self.command(what, [clicked] * self.rounds, self.scene.session.undo, commit_ms)

    def command(
        self,
        what: str,
        works: list[Work],
        back: Work | None = None,
        commit_ms: float = END_MS,
    ) -> None:
        """Do one thing after the other, with what takes it back in between."""
        ends, gaps = [], []
        for work in works:
            end, gap = self.ended(work)
            ends.append(end)
            gaps.append(gap)
            if back is not None:
                back()
                self.scene.settle()
        self.report(what, ends, commit_ms)
        self.report(f"{what}, gap", gaps, commit_ms)

    def ended(self, work: Work) -> tuple[float, float]:
        """Return what something takes, and the longest gap in what follows."""
        end = duration_ms(work)
        over = time.perf_counter() + 1.0
        return end, max(self.scene.tick_gaps(lambda: time.perf_counter() > over))

    def report(self, what: str, values: list[float], budget: float) -> None:
        self.figures.add(Figure(what, WHERE, values, budget=budget))

    def _line(self, steps: int) -> Iterator[QPointF]:
        middle = self.middle
        for step in range(steps):
            yield middle + QPointF(7 * step, 4 * step)

    @property
    def middle(self) -> QPointF:
        canvas = self.scene.canvas
        return QPointF(canvas.width() / 2, canvas.height() / 2)


_MOVE, _RELEASE = QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease


@pytest.fixture
def gestures(scene: EditorScene, figures: Figures, rounds: int) -> Iterator[Gestures]:
    scene.arrange(WINDOW, True, "middle")
    yield Gestures(scene, figures, rounds)
    scene.workspace.tool_state.set_tool(Tool.BRUSH)
    scene.session.run(SetSelection(None))


def take(scene: EditorScene, tool: Tool) -> None:
    scene.workspace.tool_state.set_tool(tool)
    scene.settle()


@pytest.mark.parametrize("place", ["bottom", "middle", "top"])
def test_moving_a_layer(gestures: Gestures, place: str) -> None:
    gestures.scene.arrange(WINDOW, True, place)
    take(gestures.scene, Tool.MOVE)
    gestures.drag(f"move {place} layer")


def test_moving_a_group(gestures: Gestures) -> None:
    take(gestures.scene, Tool.MOVE)
    session = gestures.scene.session
    group = next(layer for layer in session.document.layers if layer.is_group)
    session.run(SetActive(group.id))
    gestures.drag("move group")


def test_moving_selected_pixels(gestures: Gestures) -> None:
    select_half(gestures.scene)
    take(gestures.scene, Tool.MOVE)
    gestures.drag("move selected pixels", COMMIT_MS)


def test_moving_a_selection(gestures: Gestures) -> None:
    select_half(gestures.scene)
    take(gestures.scene, Tool.RECT_SELECT)
    gestures.drag("move selection outline")


def test_transforming(gestures: Gestures) -> None:
    scene = gestures.scene
    frames, commits, gaps = [], [], []
    for _ in range(gestures.rounds):
        scene.workspace.tool_state.set_tool(Tool.TRANSFORM)
        places = list(gestures._line(20))
        scene.mouse(QEvent.Type.MouseButtonPress, places[0])
        for place in places[1:]:
            frames.append(scene.shown(partial(scene.mouse, _MOVE, place)))
        scene.mouse(_RELEASE, places[-1])
        box = scene.session.transforms.box
        for angle in range(20):
            turned = partial(scene.session.transforms.show, box.with_angle(angle / 2))
            frames.append(scene.shown(turned))
        end, gap = gestures.ended(scene.canvas.commit_pending)
        commits.append(end)
        gaps.append(gap)
        scene.session.undo()
        scene.settle()
    gestures.report("transform, frame", frames, FRAME_MS)
    gestures.report("transform, end", commits, COMMIT_MS)
    gestures.report("transform, gap", gaps, COMMIT_MS)


def test_changing_looks(gestures: Gestures) -> None:
    session = gestures.scene.session
    lowest = session.document.layers[0].id
    active = session.document.active_id
    assert active is not None
    shown = [partial(session.run, SetVisible(lowest, on)) for on in (False, True)]
    gestures.command("visibility of the lowest layer", shown * gestures.rounds)
    modes = list(BlendMode)[: 2 * gestures.rounds]
    changed = [partial(session.run, SetBlendMode(active, mode)) for mode in modes]
    gestures.command("blend mode of the middle layer", changed)
    session.run(SetBlendMode(active, BlendMode.NORMAL))
    layers = [layer for layer in session.document.layers if not layer.is_group]
    gestures.command(
        "choose another layer", [partial(session.run, SetActive(each.id)) for each in layers]
    )


def test_a_large_hard_brush(gestures: Gestures) -> None:
    scene = gestures.scene
    scene.arrange(WINDOW, False, "middle")
    tools = scene.workspace.tool_state
    tools.set_brush(dataclasses.replace(BRUSH, size_px=500.0, hardness=0.8))
    gestures.drag("500 px brush at 100 %")


def test_painting_on_a_mask(gestures: Gestures) -> None:
    session = gestures.scene.session
    layer = session.document.active_layer
    assert layer is not None
    session.run(SetMask(layer.id, Plane(session.document.rect, channels=1, fill=255)))
    session.strokes.is_on_mask = True
    gestures.drag("200 px brush on a mask")
    session.strokes.is_on_mask = False
    session.undo()


def test_gradients_and_shapes(gestures: Gestures) -> None:
    take(gestures.scene, Tool.GRADIENT)
    gestures.drag("gradient", COMMIT_MS)
    take(gestures.scene, Tool.SHAPE)
    gestures.drag("shape")


def test_clicks(gestures: Gestures) -> None:
    for tool in (Tool.FILL, Tool.WAND):
        take(gestures.scene, tool)
        gestures.click(f"{tool.value} click", gestures.middle, COMMIT_MS)
        gestures.scene.session.run(SetSelection(None))


def test_history(gestures: Gestures) -> None:
    """Two hundred strokes: what the last one's end costs, and a click far back in the list."""
    scene, session = gestures.scene, gestures.scene.session
    before, resident = session.history.index, resident_mib()
    ends, gaps = [], []
    for index in range(200):
        places = [gestures.middle + QPointF(3 * (index % 60) + 11 * step, 30) for step in range(6)]
        scene.mouse(QEvent.Type.MouseButtonPress, places[0])
        for place in places[1:]:
            scene.shown(partial(scene.mouse, _MOVE, place))
        if index < 190:
            scene.mouse(_RELEASE, places[-1])
            continue
        end, gap = gestures.ended(partial(scene.mouse, _RELEASE, places[-1]))
        ends.append(end)
        gaps.append(gap)
    gestures.report("end of stroke 200", ends, 16.0)
    gestures.report("end of stroke 200, gap", gaps, END_MS)
    grown = resident_mib() - resident
    gestures.figures.add(Figure("memory of 200 strokes, resident", WHERE, [grown], "MiB"))
    go_to, index = session.go_to_history, session.history.index
    far = [partial(go_to, before), partial(go_to, index)] * gestures.rounds
    gestures.command("history click 200 steps away", far, commit_ms=COMMIT_MS)


def test_switching_documents(gestures: Gestures) -> None:
    scene = gestures.scene
    path = scene.folder / "other.png"
    Image.fromarray(np.zeros((HEIGHT, WIDTH, 3), np.uint8)).save(path, compress_level=1)
    first = scene.session
    other = scene.workspace.open_path(path)
    scene.settle()
    frames, gaps = [], []
    for session in (first, other) * gestures.rounds:
        frames.append(scene.shown(partial(scene.workspace.set_active, session)))
        over = time.perf_counter() + 1.0
        gaps.append(max(scene.tick_gaps(lambda over=over: time.perf_counter() > over)))
    gestures.report("switch of documents, first frame", frames, 100.0)
    gestures.report("switch of documents, gap", gaps, END_MS)
    scene.workspace.close(other)
    scene.workspace.set_active(first)


def test_memory_of_a_photo_and_of_ten_layers(figures: Figures) -> None:
    scene = EditorScene()
    start = resident_mib()
    path = scene.folder / "photo.png"
    random = np.random.default_rng(0)
    Image.fromarray(random.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)).save(path)
    scene.window.resize(*WINDOW)
    scene.workspace.open_path(path)
    scene.settle(1.0)
    opened = resident_mib() - start
    for index in range(9):
        layer = Layer(f"{index}", scene.session.document.layers[0].plane.snapshot(), opacity=0.5)
        layer.plane.write()[..., 0] = index
        scene.session.document.layers.append(layer)
    scene.forget_pictures()
    scene.settle(1.0)
    stacked = resident_mib() - start
    scene.arrange(WINDOW, False, "middle")
    scene.stroke(20)
    scene.settle(1.0)
    painted = resident_mib() - start
    scene.close()
    where = "4096x3072, 48 MiB a layer"
    figures.add(Figure("memory of an opened photo", where, [opened], "MiB"))
    figures.add(Figure("memory of ten layers", where, [stacked], "MiB"))
    figures.add(Figure("memory of ten layers, painted at 100 %", where, [painted], "MiB"))


def select_half(scene: EditorScene) -> None:
    rect = Rect(WIDTH // 4, HEIGHT // 4, WIDTH // 2, HEIGHT // 2)
    scene.session.run(SetSelection(Selection.rectangle(rect, WIDTH, HEIGHT)))
