from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from app.canvas.composite_painter import CompositePainter
from app.canvas.viewport import Viewport
from app.document.change import Change
from app.document.compositing import Compositor
from app.document.document import Document
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer
from app.document.planes import Plane

WIDTH, HEIGHT = 1200, 900
NO_TIME = 1e-9
ALL_TIME = 60.0


def smooth_document() -> Document:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    layers = []
    for index, mode in enumerate((BlendMode.NORMAL, BlendMode.MULTIPLY, BlendMode.NORMAL)):
        waves = [128 + 100 * np.sin((columns * (k + 1) + rows * index) / 300) for k in range(3)]
        alpha = np.full_like(rows, 255 if index == 0 else 120)
        rgba = np.dstack([*waves, alpha]).astype(np.uint8)
        layers.append(Layer(f"{index}", Plane.from_rgba(rgba), blend_mode=mode))
    return Document(WIDTH, HEIGHT, layers)


def drawn(painter: CompositePainter, viewport: Viewport, seen: Rect) -> np.ndarray:
    image = QImage(600, 500, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as canvas:
        painter.draw(canvas, seen, viewport)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(500, 600, 4)
    return rows.astype(int)


@pytest.mark.parametrize("zoom", [1.0, 0.5, 0.3, 0.7])
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_without_time_the_picture_is_coarse_and_then_exact(zoom: float, angle: float) -> None:
    document = smooth_document()
    viewport = Viewport(zoom, 20, 10, angle)
    exact = drawn(CompositePainter(Compositor(document), ALL_TIME), viewport, document.rect)
    painter = CompositePainter(Compositor(document), NO_TIME)
    coarse = drawn(painter, viewport, document.rect)
    assert painter.is_coarse
    assert np.abs(coarse - exact).mean() < 3
    worked_off = Rect(0, 0, 0, 0)
    while painter.is_coarse:
        worked_off = worked_off.united(painter.refine())
    assert worked_off.contains(document.rect)
    np.testing.assert_array_equal(drawn(painter, viewport, document.rect), exact)
    assert not painter.is_coarse


def test_what_did_not_change_stays_sharp() -> None:
    document = smooth_document()
    compositor = Compositor(document)
    viewport = Viewport(1.0)
    exact = drawn(CompositePainter(compositor, ALL_TIME), viewport, document.rect)
    painter = CompositePainter(compositor, NO_TIME)
    rect = Rect(64, 64, 128, 64)
    document.layers[1].plane.write(rect)[...] = 40
    compositor.invalidate(Change(rect))
    mixed = drawn(painter, viewport, document.rect)
    fresh = drawn(CompositePainter(Compositor(document), ALL_TIME), viewport, document.rect)
    changed = np.zeros((500, 600), bool)
    changed[rect.slices_in(document.rect)] = True
    np.testing.assert_array_equal(mixed[~changed], exact[~changed])
    assert np.abs(mixed[changed] - fresh[changed]).mean() < 20
    while painter.is_coarse:
        painter.refine()
    np.testing.assert_array_equal(drawn(painter, viewport, document.rect), fresh)


def test_what_others_brought_up_to_date_is_drawn_again_too() -> None:
    document = smooth_document()
    compositor = Compositor(document)
    painter = CompositePainter(compositor, NO_TIME)
    drawn(painter, Viewport(1.0), document.rect)
    compositor.composite()
    assert painter.refine().contains(document.rect)
    assert not painter.is_coarse


def test_with_time_nothing_is_coarse() -> None:
    document = smooth_document()
    painter = CompositePainter(Compositor(document), ALL_TIME)
    drawn(painter, Viewport(0.4), document.rect)
    assert not painter.is_coarse
    assert painter.refine().is_empty
