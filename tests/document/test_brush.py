from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.document.change import Change
from app.document.commands import Command, SetMask
from app.document.compositing import Compositor
from app.document.document import Document
from app.document.errors import MaskMissingError
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import Layer, LayerKind
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.dabs import Dab, DabPath, dab_coverage, dab_rect
from app.document.painting.painting import layer_target
from app.document.planes import Plane
from app.document.selection import Selection

RED = BrushSettings(size_px=10, hardness=1, color=(255, 0, 0))


def blank_document(width: int = 120, height: int = 90, *, is_grown: bool = True) -> Document:
    rect = Rect.of_size(width, height) if is_grown else Rect(0, 0, 0, 0)
    return Document(width, height, [Layer("paint", Plane(rect), LayerKind.PAINT)])


def painted(
    document: Document, brush: BrushSettings, *points: tuple[float, ...], on_mask: bool = False
) -> Command | None:
    stroke = Stroke(layer_target(document, str(document.active_id), on_mask), brush)
    for point in points:
        stroke.add(*point)
    return stroke.finish()


def alpha(document: Document) -> NDArray[np.int64]:
    return document.layers[0].plane.read(document.rect)[..., 3].astype(np.int64)


@given(st.floats(40, 60), st.floats(40, 60), st.floats(0.5, 60), st.floats(0, 1))
@example(40.5, 40.5, 6.0, 1.0)
@settings(deadline=None)
def test_a_tip_covers_the_same_area_wherever_it_falls(
    x: float, y: float, size: float, hardness: float
) -> None:
    radius = max(0.5, size / 2)
    area = Rect.of_size(100, 100)
    moved = dab_coverage(area, x, y, radius, hardness).sum()
    centred = dab_coverage(area, 50, 50, radius, hardness).sum()
    tolerance = 0.35 if radius < 3 else 0.06 if radius < 6 else 0.02
    assert moved == pytest.approx(centred, rel=tolerance)
    if hardness == 1 and radius >= 3:
        assert centred == pytest.approx(np.pi * radius**2, rel=0.1)


@given(st.floats(20, 30), st.floats(20, 30), st.floats(0.5, 15), st.floats(0, 1))
def test_a_tip_stays_inside_its_rectangle(
    x: float, y: float, radius: float, hardness: float
) -> None:
    area = Rect.of_size(60, 60)
    coverage = dab_coverage(area, x, y, radius, hardness)
    coverage[dab_rect(x, y, radius, hardness).intersected(area).slices_in(area)] = 0
    assert coverage.max() == 0


def test_a_hard_tip_is_full_inside_and_empty_outside() -> None:
    document = blank_document()
    painted(document, RED, (50, 40))
    rows, columns = np.mgrid[0:90, 0:120]
    far = np.hypot(columns + 0.5 - 50, rows + 0.5 - 40)
    assert (alpha(document)[far < 4.4] == 255).all()
    assert (alpha(document)[far > 5.6] == 0).all()


def test_fractions_of_a_pixel_move_the_dab() -> None:
    masses = []
    for x in (50.0, 50.25, 50.5):
        document = blank_document()
        painted(document, replace(RED, hardness=0.3), (x, 40))
        masses.append((alpha(document) * (np.arange(120) + 0.5)).sum() / alpha(document).sum())
    np.testing.assert_allclose(masses, [50.0, 50.25, 50.5], atol=0.02)


@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
def test_the_faintest_flow_reaches_the_opacity(hardness: float) -> None:
    document = blank_document()
    brush = replace(RED, flow=0.01, opacity=0.6, hardness=hardness)
    stroke = Stroke(layer_target(document, str(document.active_id)), brush)
    for _ in range(1500):
        stroke.add(49.5, 40.5)
        stroke.add(50.5, 40.5)
    stroke.finish()
    centre = alpha(document)[38:43, 48:52]
    assert centre.min() == centre.max() == round(0.6 * 255)


def test_a_stroke_never_covers_more_than_its_opacity() -> None:
    document = blank_document()
    there_and_back = [(20.0, 40.0), (100.0, 40.0)] * 6
    painted(document, replace(RED, opacity=0.5), *there_and_back)
    assert alpha(document).max() == pytest.approx(127.5, abs=0.5)
    painted(document, replace(RED, opacity=0.5), *there_and_back)
    assert alpha(document).max() == pytest.approx(192, abs=1)


@given(
    st.lists(st.tuples(st.floats(-20, 140), st.floats(-20, 110), st.floats(0, 1)), min_size=1),
    st.floats(1, 60),
    st.floats(0, 1),
    st.floats(0.01, 1),
    st.floats(0.01, 1),
    st.booleans(),
    st.floats(0, 0.9),
)
def test_no_stroke_whatever_covers_more_than_its_opacity(
    points: list[tuple[float, float, float]],
    size: float,
    hardness: float,
    opacity: float,
    flow: float,
    is_pressed: bool,
    smoothing: float,
) -> None:
    document = blank_document()
    brush = BrushSettings(
        size_px=size,
        hardness=hardness,
        opacity=opacity,
        flow=flow,
        color=(255, 0, 0),
        pressure_size=is_pressed,
        pressure_opacity=is_pressed,
        smoothing=smoothing,
    )
    painted(document, brush, *points)
    pixels = document.layers[0].plane.read(document.rect)
    assert pixels[..., 3].max() <= round(255 * opacity)
    np.testing.assert_array_equal(pixels[..., 2], pixels[..., 3])
    assert not pixels[..., :2].any()


def test_flow_builds_up_within_a_stroke() -> None:
    once, often = blank_document(), blank_document()
    brush = replace(RED, flow=0.2, spacing=1.0)
    painted(once, brush, (20, 40), (100, 40))
    painted(often, brush, *[(20.0, 40.0), (100.0, 40.0)] * 4)
    assert alpha(once)[40, 60] < alpha(often)[40, 60]


@pytest.mark.parametrize("spacing", [0.05, 0.25])
def test_a_line_has_no_gaps(spacing: float) -> None:
    document = blank_document()
    painted(document, replace(RED, spacing=spacing), (15, 20), (100, 70))
    along = np.linspace(0, 1, 300)
    columns, rows = (15 + 85 * along).astype(int), (20 + 50 * along).astype(int)
    assert alpha(document)[rows, columns].min() >= 254


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=12),
    st.floats(0.5, 20),
)
def test_dabs_are_evenly_spaced_however_the_points_come(
    points: list[tuple[float, float]], step: float
) -> None:
    path = DabPath()
    dabs = [dab for x, y in points for dab in path.add(Dab(x, y, 1), step)]
    corners = np.array(points)
    length = np.hypot(*np.diff(corners, axis=0).T).sum()
    assert abs(len(dabs) - (1 + length / step)) <= 1 + 1e-6
    straight = np.hypot(*np.diff(np.array(dabs)[:, :2], axis=0).T)
    assert (straight <= step + 1e-6).all()


def test_many_short_moves_paint_what_one_long_move_does() -> None:
    one, many = blank_document(), blank_document()
    brush = replace(RED, hardness=0.4, flow=0.3)
    painted(one, brush, (20, 20), (100, 60))
    painted(many, brush, *[(20 + 80 * t, 20 + 40 * t) for t in np.linspace(0, 1, 40)])
    assert np.abs(alpha(one) - alpha(many)).max() <= 1


def test_smoothing_rounds_corners_and_still_arrives() -> None:
    sharp, smooth = blank_document(), blank_document()
    corner = [(20.0, 20.0), (60.0, 20.0), (100.0, 20.0), (100.0, 50.0), (100.0, 75.0)]
    painted(sharp, RED, *corner)
    painted(smooth, replace(RED, smoothing=0.6), *corner)
    assert alpha(sharp)[20, 100] == 255
    assert alpha(smooth)[20, 100] == 0
    assert alpha(smooth)[73, 100] == 255


def test_pressure_changes_size_and_opacity_only_when_asked() -> None:
    def area_and_top(brush: BrushSettings, pressure: float) -> tuple[int, int]:
        document = blank_document()
        painted(document, brush, (50, 40, pressure))
        return int((alpha(document) > 127).sum()), int(alpha(document).max())

    full = area_and_top(RED, 1.0)
    assert area_and_top(RED, 0.3) == full
    smaller = area_and_top(replace(RED, pressure_size=True), 0.5)
    assert smaller[0] == pytest.approx(full[0] / 4, rel=0.35)
    assert smaller[1] == 255
    fainter = area_and_top(replace(RED, pressure_opacity=True), 0.5)
    assert fainter[1] == pytest.approx(127.5, abs=0.5)
    light = replace(RED, pressure_opacity=True, pressure_minimum=0.2, pressure_gamma=2.0)
    assert area_and_top(light, 0.0)[1] == round(0.2 * 255)
    assert area_and_top(light, 0.5)[1] == round((0.2 + 0.8 * 0.25) * 255)


def test_light_pressure_takes_nothing_from_what_the_stroke_covered() -> None:
    document = blank_document()
    painted(document, replace(RED, pressure_opacity=True), (50, 40, 1.0), (51, 40, 0.1))
    assert alpha(document)[40, 50] == 255


def test_painting_stays_inside_the_selection() -> None:
    document = blank_document()
    mask = np.zeros((90, 120), np.uint8)
    mask[:, 50:] = 255
    mask[:, 49] = 128
    document.selection = Selection(mask)
    painted(document, RED, (40, 40), (60, 40))
    assert alpha(document)[40, 44:52].tolist() == [0, 0, 0, 0, 0, 128, 255, 255]


def test_an_eraser_makes_transparent_and_never_grows_a_layer() -> None:
    document = Document.from_photo(np.full((90, 120, 4), 255, np.uint8), "photo")
    document.layers[0].plane.resize(Rect(0, 0, 50, 90))
    painted(document, replace(RED, is_eraser=True, opacity=0.5), (48, 40))
    assert document.layers[0].rect == Rect(0, 0, 50, 90)
    assert alpha(document)[40, 46] == 127
    assert document.layers[0].plane.read(Rect(46, 40, 1, 1)).tolist() == [[[127] * 4]]


def test_layers_grow_to_what_is_painted_and_shrink_when_it_is_undone() -> None:
    document, history = blank_document(is_grown=False), History()
    command = painted(document, RED, (50, 40))
    assert command is not None
    history.run(command, document)
    assert document.layers[0].rect == document.rect
    assert alpha(document)[40, 50] == 255
    history.undo(document)
    assert document.layers[0].rect.is_empty
    history.redo(document)
    assert alpha(document)[40, 50] == 255


def test_what_lies_outside_the_document_is_kept_when_a_layer_grows() -> None:
    document = blank_document()
    layer = document.layers[0]
    layer.plane.write()[...] = 9
    layer.plane.translate(-100, 0)
    painted(document, RED, (80, 40))
    assert layer.rect == Rect(-100, 0, 220, 90)
    assert layer.plane.read(Rect(-100, 0, 100, 90)).min() == 9


def test_a_stroke_beside_the_document_is_no_step() -> None:
    document = blank_document(is_grown=False)
    assert painted(document, RED, (-50, 40), (-60, 40)) is None
    assert document.layers[0].rect.is_empty


@given(
    st.lists(st.tuples(st.floats(-10, 130), st.floats(-10, 100)), min_size=1, max_size=5),
    st.booleans(),
    st.booleans(),
)
@settings(deadline=None, max_examples=25)
def test_cancelled_strokes_leave_no_trace(
    points: list[tuple[float, float]], is_grown: bool, is_eraser: bool
) -> None:
    document = blank_document(is_grown=is_grown)
    if is_grown:
        document.layers[0].plane.write()[20:50, 30:60] = 200
    before, rect = document.layers[0].plane.read().copy(), document.layers[0].rect
    stroke = Stroke(
        layer_target(document, str(document.active_id)), replace(RED, is_eraser=is_eraser)
    )
    for point in points:
        stroke.add(*point)
    stroke.cancel()
    assert document.layers[0].rect == rect
    np.testing.assert_array_equal(document.layers[0].plane.read(), before)


@given(st.integers(0, 10**6), st.floats(0, 0.8))
@settings(deadline=None, max_examples=25)
def test_announced_rectangles_hold_all_that_a_stroke_changes(seed: int, smoothing: float) -> None:
    random = np.random.default_rng(seed)
    document, history = blank_document(is_grown=False), History()
    document.layers.insert(
        0, Layer("white", Plane.from_pixels(np.full((90, 120, 4), 255, np.uint8)))
    )
    compositor = Compositor(document)
    compositor.composite()
    brush = BrushSettings(size_px=14, hardness=0.2, flow=0.5, smoothing=smoothing)
    stroke = Stroke(layer_target(document, str(document.active_id)), brush)
    for x, y in random.uniform(-5, 110, (6, 2)):
        compositor.invalidate(Change(stroke.add(x, y)))
        compositor.composite()
    compositor.invalidate(Change(stroke.settle()))
    command = stroke.finish()
    if command is not None:
        change = history.run(command, document)
        assert change.is_shown
        compositor.invalidate(change)
    np.testing.assert_array_equal(compositor.composite(), Compositor(document).composite())


def test_what_a_stroke_still_lags_behind_is_announced_by_its_command() -> None:
    document, history = blank_document(), History()
    command = painted(document, replace(RED, smoothing=0.7), (10, 10), (100, 60))
    assert command is not None
    change = history.run(command, document)
    assert not change.is_shown
    assert any(rect.contains(Rect(99, 59, 1, 1)) for rect in change.stale)


def test_a_mask_is_painted_in_greys() -> None:
    document, history = blank_document(), History()
    layer_id = str(document.active_id)
    with pytest.raises(MaskMissingError):
        Stroke(layer_target(document, layer_id, on_mask=True), RED)
    mask = Plane.from_grey(np.full((20, 20), 255, np.uint8))
    history.run(SetMask(layer_id, mask), document)
    command = painted(document, replace(RED, is_eraser=True), (60, 40), on_mask=True)
    assert command is not None
    history.run(command, document)
    assert mask.read(Rect(60, 40, 1, 1)).tolist() == [[0]]
    assert mask.read(Rect(0, 40, 1, 1)).tolist() == [[255]]
    painted(document, replace(RED, color=(255, 255, 255), opacity=0.5), (60, 40), on_mask=True)
    assert mask.read(Rect(60, 40, 1, 1)) == pytest.approx(127.5, abs=0.5)


def test_a_stroke_keeps_only_touched_tiles() -> None:
    document = blank_document(2000, 1500)
    command = painted(document, RED, (10, 10), (1990, 1490))
    assert command is not None
    assert command.byte_count < 2 * 2000 * 1500 * 4 / 5


def test_colours_stay_premultiplied() -> None:
    document = blank_document()
    painted(document, replace(RED, hardness=0, opacity=0.7), (50, 40), (70, 44))
    pixels = document.layers[0].plane.read()
    assert (pixels[..., :3] <= pixels[..., 3:]).all()
    assert (pixels[..., 2] == pixels[..., 3]).all()
