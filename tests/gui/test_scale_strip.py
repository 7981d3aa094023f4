"""The scale strip: one picture per injection scale, made while nobody waits for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.controls.scale_cell import ScaleCell
from app.controls.scale_strip import ScaleStrip
from app.document.geometry import Rect
from app.document.painting.brush import BrushSettings
from app.document.selection import Selection
from app.jobs.recipe import Application
from app.jobs.requests import RenderRequest, StripRequest
from app.jobs.results import StepDone, StripReady, StripStarted
from app.jobs.streams import job_events
from app.main_window import MainWindow
from app.session import Session
from app.window.scale_preview import preview_overlay
from singan_core.config import TrainConfig
from tests.gui.scripted_jobs import Photo, ScriptedJobs, tiny_model

LEFT = Qt.MouseButton.LeftButton
RED = BrushSettings(size_px=14, hardness=1, color=(255, 0, 0))


def paint(session: Session, x: float, y: float) -> None:
    assert session.strokes.begin(RED)
    session.strokes.add(x, y, 1.0)
    session.strokes.finish()


def is_complete(session: Session) -> bool:
    strip, model = session.strip, session.model
    assert model is not None
    scales = range(1, model.scale_count)
    return set(strip.thumbnails) == {*scales} and not any(map(strip.is_stale, scales))


@pytest.fixture
def strip(window: MainWindow) -> ScaleStrip:
    return window.generate.injection.scale_box.strip


@pytest.fixture
def edited(window: MainWindow, trained: Session, qtbot: QtBot) -> Session:
    """In the window, with the panel in front, an edit and a whole strip."""
    window.docks.reveal("generate")
    trained.edits.add_layer()
    paint(trained, 30, 20)
    qtbot.waitUntil(lambda: is_complete(trained))
    return trained


def point_at(qtbot: QtBot, strip: ScaleStrip, scale: int) -> None:
    qtbot.mouseMove(strip, strip.cell_rect(scale).center().toPoint())
    qtbot.waitUntil(lambda: strip.hovered_stop == scale)


def shown(window: MainWindow, x: int, y: int) -> tuple[int, int, int]:
    """Return the colour on the canvas over a document pixel."""
    canvas = window.canvas
    place = canvas.viewport.to_device(x + 0.5, y + 0.5).toPoint()
    pixel = canvas.grab().toImage().pixelColor(place)
    return pixel.red(), pixel.green(), pixel.blue()


# ---- the control


@pytest.fixture
def bare(qtbot: QtBot) -> ScaleStrip:
    made = ScaleStrip()
    qtbot.addWidget(made)
    made.show_scales(9, 5, 3)
    made.resize(288, made.heightForWidth(288))
    made.show()
    return made


def test_only_trained_scales_can_be_chosen(bare: ScaleStrip, qtbot: QtBot) -> None:
    assert (bare.minimum(), bare.maximum()) == (1, 4)
    qtbot.mouseClick(bare, LEFT, pos=bare.cell_rect(3).center().toPoint())
    assert bare.value() == 3
    qtbot.mouseClick(bare, LEFT, pos=bare.cell_rect(8).center().toPoint())
    assert bare.value() == 3
    bare.show_scales(9, 9, 3)
    qtbot.mouseClick(bare, LEFT, pos=bare.cell_rect(8).center().toPoint())
    assert bare.value() == 8


def test_the_default_and_the_chosen_scale_are_marked(bare: ScaleStrip) -> None:
    marked = bare.grab().toImage()
    bare.setValue(2)
    chosen = bare.grab().toImage()
    bare.show_scales(9, 5, None)
    assert marked != chosen != bare.grab().toImage()


@pytest.mark.parametrize("planned", [2, 3, 5, 6, 8, 9, 10])
@pytest.mark.parametrize("aspect", [0.4, 0.75, 1.5, 4.0])
def test_cells_lie_side_by_side_inside_the_strip(
    bare: ScaleStrip, planned: int, aspect: float
) -> None:
    bare.show_scales(planned, planned, 1)
    bare.show_aspect(aspect)
    for width in (160, 278, 288, 600, 1200):
        bare.resize(width, bare.heightForWidth(width))
        cells = [bare.cell_rect(stop) for stop in range(1, planned)]
        assert all(cell.left() >= 0 and cell.right() <= width for cell in cells)
        assert max(cell.bottom() for cell in cells) < bare.height()
        assert not any(a.intersects(b) for index, a in enumerate(cells) for b in cells[index + 1 :])
        assert [bare.stop_at(cell.center()) for cell in cells] == list(range(1, planned))
        assert bare.stop_at(QPointF(-5, 5)) is None


def test_arrow_keys_step_and_a_passing_wheel_does_not(bare: ScaleStrip, qtbot: QtBot) -> None:
    qtbot.keyClick(bare, Qt.Key.Key_Right)
    assert bare.value() == 2
    qtbot.keyClick(bare, Qt.Key.Key_Left)
    assert bare.value() == 1


def test_a_cell_shows_the_surroundings_of_the_edit() -> None:
    image = np.zeros((150, 200, 3), np.uint8)
    small = ScaleCell(image, Rect(100, 70, 20, 10), is_part=False, is_stale=False)
    seen = small.shown((70, 50))
    assert (seen.width, seen.height) == (70, 50)
    assert seen.united(small.focus) == seen
    large = ScaleCell(image, Rect(10, 10, 150, 120), is_part=False, is_stale=False)
    assert large.shown((70, 50)) == Rect(0, 0, 200, 150)
    part = ScaleCell(image, Rect(0, 0, 200, 150), is_part=True, is_stale=False)
    assert part.shown((70, 50)) == Rect(65, 50, 70, 50)


def test_stale_pictures_are_grey_and_faint(bare: ScaleStrip) -> None:
    image = np.full((50, 70, 3), (250, 20, 20), np.uint8)

    def saturation(is_stale: bool) -> int:
        cell = ScaleCell(image, Rect(0, 0, 70, 50), is_part=False, is_stale=is_stale)
        bare.show_cells({1: cell})
        place = bare.cell_rect(1).center().toPoint()
        return int(bare.grab().toImage().pixelColor(place).saturation())

    assert saturation(is_stale=False) > 200
    assert saturation(is_stale=True) < 20


# ---- in the window


def test_every_scale_has_a_picture_soon_after_a_stroke(
    edited: Session, strip: ScaleStrip, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    assert set(strip.cells) == {1, 2}
    before = len(jobs.strips)
    paint(edited, 50, 40)
    assert all(cell.is_stale for cell in strip.cells.values())
    qtbot.waitUntil(lambda: is_complete(edited))
    assert not any(cell.is_stale for cell in strip.cells.values())
    assert len(jobs.strips) == before + 1
    mask = jobs.strips[-1].render.mask
    assert mask is not None
    assert mask[40, 50] == 255


def test_strokes_in_quick_succession_make_one_strip(
    edited: Session, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    before = len(jobs.strips)
    for x in (10, 20, 40, 50):
        paint(edited, x, 40)
    qtbot.waitUntil(lambda: is_complete(edited))
    assert len(jobs.strips) == before + 1


def test_a_click_chooses_the_scale_and_can_be_undone(
    edited: Session, window: MainWindow, strip: ScaleStrip, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    before, steps = strip.value(), edited.history.index
    other, strips = 3 - before, len(jobs.strips)
    qtbot.mouseClick(strip, LEFT, pos=strip.cell_rect(other).center().toPoint())
    assert edited.document.render_settings.scale == other
    assert edited.history.index == steps + 1
    assert is_complete(edited), "another scale is no other edit"
    edited.undo()
    assert strip.value() == before
    qtbot.wait(400)
    assert len(jobs.strips) == strips


@pytest.mark.parametrize("change", ["seed", "application", "grow", "selection", "undo"])
def test_whatever_a_render_depends_on_makes_the_strip_stale(
    change: str, edited: Session, window: MainWindow, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    panel, before = window.generate, len(jobs.strips)
    if change == "seed":
        panel.seed.field.show_value(77)
    elif change == "application":
        panel.choose_application(Application.HARMONIZE)
    elif change == "grow":
        panel.injection.mask_box.grow.setValue(5)
    elif change == "selection":
        edited.edits.select(Selection.rectangle(Rect(5, 5, 20, 20), 64, 48))
    else:
        paint(edited, 50, 40)
        edited.undo()
    assert not is_complete(edited)
    qtbot.waitUntil(lambda: is_complete(edited))
    assert len(jobs.strips) == before + 1
    if change == "seed":
        assert jobs.strips[-1].render.seed == 77
    if change == "application":
        assert jobs.strips[-1].render.application is Application.HARMONIZE


def test_without_an_edit_a_sentence_says_what_is_missing(
    edited: Session, window: MainWindow, strip: ScaleStrip, qtbot: QtBot
) -> None:
    edited.undo()
    box = window.generate.injection.scale_box
    qtbot.waitUntil(lambda: "Nothing was changed" in box.hint.text())
    assert box.hint.isVisible()
    assert not strip.cells
    edited.redo()
    qtbot.waitUntil(lambda: is_complete(edited))
    assert not box.hint.isVisible()


def test_nothing_is_rendered_while_nobody_sees_the_strip(
    edited: Session, window: MainWindow, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    window.docks.reveal("training")
    before = len(jobs.strips)
    paint(edited, 50, 40)
    qtbot.wait(500)
    assert len(jobs.strips) == before
    window.docks.reveal("generate")
    qtbot.waitUntil(lambda: is_complete(edited))
    assert len(jobs.strips) == before + 1


def test_hovering_lays_a_picture_on_the_canvas_and_leaving_takes_it_away(
    edited: Session, window: MainWindow, strip: ScaleStrip, qtbot: QtBot
) -> None:
    layers, steps, outside = len(edited.document.layers), edited.history.index, shown(window, 2, 2)
    assert shown(window, 30, 20) == (255, 0, 0)
    point_at(qtbot, strip, 2)
    assert shown(window, 30, 20) == (80, 0, 200)
    assert shown(window, 2, 2) == outside
    point_at(qtbot, strip, 1)
    assert shown(window, 30, 20) == (40, 0, 200)
    qtbot.mouseMove(window.canvas, QPoint(5, 5))
    strip._hover(None)  # the offscreen screen sends no leave events
    assert shown(window, 30, 20) == (255, 0, 0)
    assert (len(edited.document.layers), edited.history.index) == (layers, steps)


def test_a_hovered_picture_hides_marching_ants(
    edited: Session, window: MainWindow, strip: ScaleStrip, qtbot: QtBot
) -> None:
    edited.edits.select(Selection.rectangle(Rect(5, 5, 40, 30), 64, 48))
    qtbot.waitUntil(lambda: is_complete(edited))
    painter = window.canvas._painter
    assert painter is not None
    assert painter.has_ants
    point_at(qtbot, strip, 2)
    assert not painter.has_ants
    strip._hover(None)
    assert painter.has_ants


def test_a_stroke_under_the_hovered_picture_updates_it(
    edited: Session, window: MainWindow, strip: ScaleStrip, qtbot: QtBot
) -> None:
    point_at(qtbot, strip, 1)
    paint(edited, 50, 40)
    qtbot.waitUntil(lambda: is_complete(edited))
    assert shown(window, 50, 40) == (40, 0, 200)


def test_a_strip_lands_in_the_document_it_was_made_for(
    edited: Session, window: MainWindow, jobs: ScriptedJobs, photo_path: Path, qtbot: QtBot
) -> None:
    jobs.strip_scales_allowed = 1
    paint(edited, 50, 40)
    qtbot.waitUntil(lambda: not edited.strip.is_stale(1))
    other = window.workspace.open_path(photo_path)
    assert not window.generate.injection.scale_box.strip.cells
    jobs.strip_scales_allowed = 99
    qtbot.waitUntil(lambda: is_complete(edited))
    assert not other.strip.thumbnails
    assert not window.generate.injection.scale_box.strip.cells
    window.workspace.set_active(edited)
    assert set(window.generate.injection.scale_box.strip.cells) == {1, 2}


@pytest.mark.parametrize("what", ["document", "window"])
def test_closing_while_a_strip_is_made(
    what: str, edited: Session, window: MainWindow, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    jobs.strip_scales_allowed = 1
    paint(edited, 50, 40)
    qtbot.waitUntil(lambda: not edited.strip.is_stale(1))
    worker = window.workspace.worker
    if what == "document":
        window.workspace.close(edited)
        assert window.workspace.active is None
        jobs.strip_scales_allowed = 99
        qtbot.wait(50)
        assert not edited.strip.thumbnails
    window.workspace.shutdown()
    assert not worker.is_running


def test_a_failed_strip_says_so_once_and_blocks_nothing(
    edited: Session,
    window: MainWindow,
    jobs: ScriptedJobs,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: StripRequest) -> object:
        raise MemoryError

    monkeypatch.setattr(jobs, "_strip", fail)
    paint(edited, 50, 40)
    box = window.generate.injection.scale_box
    qtbot.waitUntil(lambda: bool(box.hint.text()))
    assert not box.strip.cells
    edited.request_render(Application.EDIT, 1, 0)
    qtbot.waitUntil(lambda: edited.preview is not None)


def test_scales_unlock_while_training_goes_on(
    window: MainWindow, session: Session, strip: ScaleStrip, jobs: ScriptedJobs, qtbot: QtBot
) -> None:
    window.docks.reveal("generate")
    jobs.scales_allowed = 2
    session.edits.add_layer()
    paint(session, 30, 20)
    session.start_training(TrainConfig(preset="draft"), "cpu")
    qtbot.waitUntil(lambda: set(strip.cells) == {1})
    badge = window.generate.injection.scale_box.draft_badge
    assert badge.isVisible()
    assert badge.text() == "draft 2/3"
    jobs.scales_allowed = 3
    qtbot.waitUntil(lambda: set(strip.cells) == {1, 2} and is_complete(session))
    assert not badge.isVisible()


# ---- the picture on the canvas


def test_a_preview_covers_the_mask_and_nothing_else() -> None:
    mask = np.zeros((48, 64), np.uint8)
    mask[10:20, 30:40] = 255
    thumbnail = StripReady(1, np.full((24, 32, 3), (10, 200, 30), np.uint8), (24, 32))
    overlay = preview_overlay(thumbnail, mask)
    assert overlay.rect.getRect() == (0, 0, 64, 48)
    image = overlay.image.convertToFormat(QImage.Format.Format_ARGB32)
    assert image.pixelColor(35, 15) == QColor(10, 200, 30, 255)
    alpha = np.array([[image.pixelColor(x, y).alpha() for x in range(64)] for y in range(48)])
    assert np.array_equal(alpha, mask)


def test_the_preview_of_a_part_lies_in_its_place() -> None:
    mask = np.full((100, 200), 255, np.uint8)
    image = np.zeros((25, 50, 3), np.uint8)
    overlay = preview_overlay(StripReady(5, image, (50, 100), Rect(40, 10, 50, 25)), mask)
    assert overlay.rect.getRect() == (80, 20, 100, 50)


# ---- the stream


def request(photo: Photo, **changes: object) -> StripRequest:
    composite = photo.copy()
    composite[10:20, 20:40] = 255
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[10:20, 20:40] = 255
    model = tiny_model(photo, TrainConfig(preset="draft"))
    values = {"scale": None, "device": "cpu", "grow_px": 2, "feather_px": 0} | changes
    return StripRequest(
        RenderRequest(1, "s", Application.EDIT, model, photo, composite, mask, **values)  # type: ignore[arg-type]
    )


def test_the_stream_names_the_mask_and_then_every_scale(photo: Photo) -> None:
    events = list(job_events(request(photo)))
    started, thumbnails = events[0], [each for each in events if isinstance(each, StripReady)]
    assert isinstance(started, StripStarted)
    assert started.mask[15, 30] == 255
    assert started.mask[8, 30] == 255
    assert started.mask[7, 30] == 0
    assert sorted(each.scale for each in thumbnails) == [1, 2]
    assert all(each.image.shape == (48, 64, 3) and each.part is None for each in thumbnails)
    assert any(isinstance(each, StepDone) for each in events)


def test_a_selection_confines_what_a_whole_rendering_shows(photo: Photo) -> None:
    asked = request(photo)
    (first, *_) = job_events(
        StripRequest(replace(asked.render, application=Application.PAINT, is_confining=True))
    )
    assert isinstance(first, StripStarted)
    assert first.mask[15, 30] == 255
    assert first.mask[40, 10] == 0
