"""Every tool in the real window: chosen by its key, dragged on the screen, undone by Ctrl+Z."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.desktop import (
    EXIT_S,
    Desktop,
    on_real_windows,
    running_desktop,
    started,
    wait,
    wait_steady,
)
from tests.e2e.studio import Pixels, write_png

GRASS, BRICK = (20, 180, 60), (200, 40, 30)
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
WIDTH, HEIGHT = 160, 120
HOUSE = (100, 40, 140, 80)
"""Left, top, right, bottom of the brick part of the photo."""
TOLERANCE = 6
SHOWN_S = 20.0
MOVE_S = 0.03

pytestmark = on_real_windows


class RealStudio:
    """The program on a desktop, its photo shown; points (x, y) are pixels of the photo."""

    def __init__(self, desktop: Desktop, process: subprocess.Popen[bytes]) -> None:
        self.desktop = desktop
        self.process = process
        self.window = desktop.wait_window("house.png")
        left, top, right, _ = wait_steady(lambda: grass_on(desktop.screenshot()), "the photo")
        self.zoom = (right - left + 1) / WIDTH
        self.left, self.top = left, top
        self.press("d", "b")

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        self.desktop.keys(self.window, *keys)

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Where a point of the photo is on the screen."""
        return round(self.left + x * self.zoom), round(self.top + y * self.zoom)

    def drag(self, *points: tuple[float, float], held: str = "") -> None:
        """Drag the left button along points, with a modifier held."""
        first, *rest = [self.place(*point) for point in points]
        words: list[object] = ["mousemove", *first]
        words += ["keydown", held] if held else []
        words += ["mousedown", 1]
        for point in rest:
            # moves that come at once are one to Qt
            words += ["mousemove", *point, "sleep", MOVE_S]
        words += ["mouseup", 1]
        words += ["keyup", held] if held else []
        self.desktop.command("xdotool", *words)

    def trace(self, *points: tuple[float, float]) -> None:
        """Drag the left button around corners, on grass: on to the next once the line is seen."""
        xdotool = partial(self.desktop.command, "xdotool")
        xdotool("mousemove", *self.place(*points[0]), "mousedown", 1)
        for start, end in pairwise(points):
            xdotool("mousemove", *self.place(*end))
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
            wait(partial(self.is_crossed, *middle), f"the line to {end}", SHOWN_S)
        xdotool("mouseup", 1)

    def is_crossed(self, x: float, y: float) -> bool:
        """Whether a line goes over the grass at a point of the photo."""
        column, row = self.place(x, y)
        around = self.desktop.screenshot()[row - 2 : row + 3, column - 2 : column + 3]
        return bool((around != GRASS).any())

    def click(self, x: float, y: float, held: str = "") -> None:
        """Click the left button."""
        self.drag((x, y), held=held)

    def differs(self, before: Pixels) -> bool:
        """Whether the screen shows something else than before."""
        return not np.array_equal(self.desktop.screenshot(), before)

    def away(self) -> None:
        """Take the pointer off the picture, where no brush outline is drawn."""
        self.desktop.command("xdotool", "mousemove", 640, 790)

    def seen(self, x: float, y: float) -> tuple[int, ...]:
        """The colour on the screen at a point of the photo."""
        column, row = self.place(x, y)
        return tuple(int(value) for value in self.desktop.screenshot()[row, column])

    def wait_colour(self, x: float, y: float, colour: tuple[int, int, int]) -> None:
        """Wait until a point of the photo has a colour on the screen."""
        self.away()
        wait(lambda: is_near(self.seen(x, y), colour), f"{colour} at {x}, {y}", SHOWN_S)

    def wait_hole(self, x: float, y: float) -> None:
        """Wait until a point shows neither photo nor paint, but the grey of transparency."""
        self.away()
        wait(lambda: is_grey(self.seen(x, y)), f"nothing at {x}, {y}", SHOWN_S)

    def undo_everything(self) -> None:
        """Until the window says that the document is as it was opened, and looks like it."""
        self.press("Escape")
        wait(self._undo, "the document as it was opened", SHOWN_S)
        self.press("ctrl+shift+a", "ctrl+0", "d", "b")
        self.away()
        wait(lambda: self.is_as_opened(), "the picture as it was opened", SHOWN_S)

    def _undo(self) -> bool:
        self.press("ctrl+z")
        return not self.is_modified()

    def is_modified(self) -> bool:
        """Whether the title has a star."""
        return b"*" in self.desktop.command("xdotool", "getwindowname", self.window)

    def is_as_opened(self) -> bool:
        """Whether the whole photo is on the screen, in its place."""
        return bool((self.picture() == photo()).all())

    def picture(self) -> Pixels:
        """(120, 160, 3): the screen at the middle of every pixel of the photo."""
        rows = [self.place(0, y + 0.5)[1] for y in range(HEIGHT)]
        columns = [self.place(x + 0.5, 0)[0] for x in range(WIDTH)]
        return self.desktop.screenshot()[np.ix_(rows, columns)]


def photo() -> Pixels:
    """A brick house on grass."""
    pixels = np.full((HEIGHT, WIDTH, 3), GRASS, np.uint8)
    left, top, right, bottom = HOUSE
    pixels[top:bottom, left:right] = BRICK
    return pixels


def grass_on(screen: Pixels) -> list[int]:
    """Left, top, right and bottom of the grass; empty while there is none."""
    is_grass = (screen == GRASS).all(axis=2)
    columns, rows = (np.nonzero(is_grass.sum(axis) > 200)[0] for axis in (0, 1))
    if not len(rows) or not len(columns):
        return []
    return [int(edge) for edge in (columns[0], rows[0], columns[-1], rows[-1])]


def is_near(seen: tuple[int, ...], colour: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= TOLERANCE


def is_grey(seen: tuple[int, ...]) -> bool:
    return max(seen) - min(seen) <= TOLERANCE


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with running_desktop(tmp_path_factory.mktemp("desktop")) as desktop:
        yield desktop


@pytest.fixture(scope="module")
def opened(desktop: Desktop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStudio]:
    path = write_png(tmp_path_factory.mktemp("photo") / "house.png", photo())
    with started(desktop, path) as process:
        yield RealStudio(desktop, process)


@pytest.fixture
def studio(opened: RealStudio) -> Iterator[RealStudio]:
    """The one window, brought back to the opened photo after each test."""
    assert opened.is_as_opened()
    yield opened
    opened.undo_everything()


def test_brush(studio: RealStudio) -> None:
    studio.press("b")
    studio.drag((20, 60), (80, 60))
    studio.wait_colour(50, 60, BLACK)
    # the colour is there before the button is released, the star after it
    wait(studio.is_modified, "the star", SHOWN_S)


def test_eraser(studio: RealStudio) -> None:
    studio.press("e")
    studio.drag((20, 60), (80, 60))
    studio.wait_hole(50, 60)


def test_clone(studio: RealStudio) -> None:
    studio.press("s")
    studio.click(120, 60, held="ctrl")
    studio.drag((40, 60), (48, 60))
    studio.wait_colour(44, 60, BRICK)


def test_fill(studio: RealStudio) -> None:
    studio.press("g")
    studio.click(120, 60)
    studio.wait_colour(104, 44, BLACK)
    studio.wait_colour(50, 60, GRASS)


def test_gradient(studio: RealStudio) -> None:
    studio.press("shift+g")
    studio.drag((40, 60), (120, 60))
    studio.wait_colour(10, 10, BLACK)
    studio.wait_colour(150, 100, WHITE)


def test_shape(studio: RealStudio) -> None:
    studio.press("u")
    studio.drag((20, 20), (60, 60))
    studio.wait_colour(25, 25, BLACK)
    studio.wait_colour(70, 60, GRASS)


@pytest.mark.parametrize(
    ("key", "corner_is_selected"), [("m", True), ("shift+m", False)], ids=["rectangle", "ellipse"]
)
def test_box_selections(studio: RealStudio, key: str, corner_is_selected: bool) -> None:
    studio.press(key)
    studio.drag((20, 20), (50, 40), (80, 80))
    studio.press("Delete", "ctrl+d")
    studio.wait_hole(50, 50)
    if corner_is_selected:
        studio.wait_hole(23, 23)
    else:
        studio.wait_colour(23, 23, GRASS)


def test_shift_adds_to_a_selection(studio: RealStudio) -> None:
    studio.press("m")
    studio.drag((20, 20), (40, 40))
    studio.drag((60, 60), (80, 80), held="shift")
    studio.press("Delete", "ctrl+d")
    studio.wait_hole(30, 30)
    studio.wait_hole(70, 70)
    studio.wait_colour(50, 50, GRASS)


def test_lasso(studio: RealStudio) -> None:
    studio.press("l")
    studio.trace((20, 20), (80, 20), (80, 80), (20, 20))
    studio.press("Delete", "ctrl+d")
    studio.wait_hole(70, 30)
    studio.wait_colour(30, 70, GRASS)


def test_polygon(studio: RealStudio) -> None:
    studio.press("shift+l")
    for point in ((20, 20), (80, 20), (80, 80)):
        before = studio.desktop.screenshot()
        studio.click(*point)
        # the line follows: three clicks at once may be one to the window manager
        wait(partial(studio.differs, before), "the corner")
    studio.press("Return", "Delete", "ctrl+d")
    studio.wait_hole(70, 30)
    studio.wait_colour(30, 70, GRASS)


def test_magic_wand(studio: RealStudio) -> None:
    studio.press("w")
    studio.click(120, 60)
    studio.press("Delete", "ctrl+d")
    studio.wait_hole(104, 44)
    studio.wait_colour(50, 60, GRASS)


def test_move(studio: RealStudio) -> None:
    studio.press("v")
    studio.drag((40, 60), (50, 70), (70, 80))
    studio.wait_hole(10, 10)
    studio.wait_colour(150, 80, BRICK)


def test_transform(studio: RealStudio) -> None:
    """The corner is dragged to the middle: the picture has half its size."""
    studio.press("ctrl+t")
    studio.drag((WIDTH, HEIGHT), (120, 90), (WIDTH / 2, HEIGHT / 2))
    studio.press("Return")
    studio.wait_hole(120, 90)
    studio.wait_colour(60, 30, BRICK)
    studio.wait_colour(10, 10, GRASS)


def test_crop(studio: RealStudio) -> None:
    """The corner is dragged to the middle: a quarter is left, with no house in it."""
    studio.press("c")
    studio.drag((WIDTH, HEIGHT), (120, 90), (WIDTH / 2, HEIGHT / 2))
    studio.press("Return")
    wait(lambda: not any((studio.picture() == BRICK).all(axis=2).ravel()), "no house", SHOWN_S)
    wait(studio.is_modified, "the star", SHOWN_S)


def test_eyedropper(studio: RealStudio) -> None:
    studio.press("i")
    studio.click(120, 60)
    studio.press("b")
    studio.drag((20, 60), (80, 60))
    studio.wait_colour(50, 60, BRICK)


def test_hand_and_zoom_show_another_part(studio: RealStudio) -> None:
    studio.press("z")
    studio.click(120, 60)
    studio.wait_colour(104, 44, BRICK)
    studio.wait_colour(136, 76, BRICK)
    studio.wait_colour(97, 60, BRICK)
    studio.press("h")
    studio.drag((120, 60), (60, 60))
    studio.wait_colour(70, 60, BRICK)
    studio.wait_hole(150, 60)
    assert not studio.is_modified()


def test_undo_and_redo_of_several_tools(studio: RealStudio) -> None:
    studio.press("b")
    studio.drag((20, 20), (80, 20))
    studio.drag((20, 100), (80, 100))
    studio.press("e")
    studio.drag((50, 10), (50, 110))
    studio.wait_hole(50, 60)
    studio.press("ctrl+z", "ctrl+z")
    studio.wait_colour(15, 20, BLACK)
    studio.wait_colour(15, 100, GRASS)
    studio.press("ctrl+y", "ctrl+shift+z")
    studio.wait_colour(15, 100, BLACK)
    studio.wait_hole(50, 60)


DIALOGS = {
    "F1": "Keyboard Shortcuts",
    "ctrl+shift+e": "Export",
    "ctrl+n": "New",
}


@pytest.mark.parametrize("keys", DIALOGS)
def test_dialogs_open_and_close_by_keys(studio: RealStudio, keys: str) -> None:
    studio.press(keys)
    dialog = studio.desktop.wait_window(DIALOGS[keys])
    studio.desktop.keys(dialog, "Escape")
    words = ("xdotool", "search", "--onlyvisible", "--name", DIALOGS[keys])
    wait(lambda: not studio.desktop.command(*words).split(), "the dialog closed", SHOWN_S)


def test_save_then_quit_with_each_answer(opened: RealStudio, tmp_path: Path) -> None:
    """The last test of the window: it is gone afterwards."""
    studio, desktop = opened, opened.desktop
    studio.press("b")
    studio.drag((20, 60), (80, 60))
    studio.wait_colour(50, 60, BLACK)
    studio.press("ctrl+q")
    question = desktop.wait_window("Unsaved changes")
    desktop.keys(question, "Escape")
    studio.wait_colour(50, 60, BLACK)
    assert studio.process.poll() is None
    studio.press("ctrl+q")
    question = desktop.wait_window("Unsaved changes")
    desktop.keys(question, "Return")
    chooser = desktop.wait_window("Save Project")
    desktop.command("xdotool", "windowactivate", "--sync", chooser)
    desktop.command("xdotool", "key", "ctrl+a")
    desktop.command("xdotool", "type", str(tmp_path / "house.singan"))
    desktop.command("xdotool", "key", "Return")
    output, _ = studio.process.communicate(timeout=EXIT_S)
    assert studio.process.returncode == 0, output.decode()
    assert output == b""
    from app.document.files.project.project_file import load_project

    document = load_project(tmp_path / "house.singan").document
    row = document.layers[0].plane.to_rgba()[60]
    assert row[50].tolist() == [*BLACK, 255]
    assert row[120].tolist() == [*BRICK, 255]
