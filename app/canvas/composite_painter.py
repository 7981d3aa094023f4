"""Draws the composite within the time of a frame: coarse where it must be, exact soon after."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QTransform

from app.canvas.viewport import Viewport
from app.document.compositing import Compositor
from app.document.compositing.compositor import LevelComposite
from app.document.compositing.levels import cells_of, pixels_of
from app.document.geometry import Rect
from app.document.planes import qimage_of

NEAREST_FROM_ZOOM = 2.0
# Smooth scaling looks this many source cells beyond the part that is drawn.
_MARGIN_PX = 2
# The drawing itself takes about 3 ms.
FRAME_BUDGET_S = 0.006
# Until it was measured: ten layers take about this long for a cell.
_FIRST_COST_S = 60e-9
# Fewer cells say little about the cost of one.
_LEAST_MEASURED = 4096
# Between two looks at the clock.
_PIECE_CELLS = 2**16
_NOWHERE = Rect(0, 0, 0, 0)
_INTERSECT = Qt.ClipOperation.IntersectClip


class CompositePainter:
    """Draws the level of the composite that fits the zoom.

    Cells that cannot be brought up to date within a frame are taken from a coarser level, which
    costs a quarter for each step; `refine` then works them off.
    """

    def __init__(self, compositor: Compositor, budget_s: float = FRAME_BUDGET_S) -> None:
        """Draw what `compositor` keeps; compositing may take `budget_s` seconds of a frame."""
        self._compositor = compositor
        self._budget_s = budget_s
        self._cost_s = _FIRST_COST_S
        self._owed: tuple[int, Rect] | None = None

    @property
    def is_coarse(self) -> bool:
        """Whether cells were last drawn from a coarser level than the zoom asks for."""
        return self._owed is not None

    def draw(self, painter: QPainter, seen: Rect, viewport: Viewport) -> None:
        """Draw document pixels `seen`; the painter counts device pixels."""
        index = self.index_for(viewport.zoom)
        level = self._compositor.level(index)
        cells = _seen_cells(level, seen)
        painter.save()
        # smooth scaling rounds by up to two levels where pixels only change their places
        is_exact = viewport.zoom == 1.0 and viewport.is_level
        is_smooth = viewport.zoom < NEAREST_FROM_ZOOM and not is_exact
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.setWorldTransform(viewport.transform() * painter.worldTransform())
        painter.setClipRect(QRectF(*seen), _INTERSECT)
        if self._is_affordable(level, cells):
            self._refresh(level, cells, self._budget_s)
        if level.stale(cells):
            self._draw_mixed(painter, level, cells, seen)
        else:
            _draw_level(painter, level, cells)
            if self._owed is not None and self._owed[0] != index:
                self._owed = None
        painter.restore()

    def refine(self) -> Rect:
        """Bring some of what was drawn coarsely up to date, within the time of a frame.

        Returns:
            The document pixels to draw again.
        """
        if self._owed is None:
            return _NOWHERE
        index, cells = self._owed
        level = self._compositor.level(index)
        cells = cells.intersected(level.rect)
        done = self._refresh(level, cells, self._budget_s)
        if not level.stale(cells):
            # others may have brought cells up to date that the screen still shows coarsely
            self._owed, done = None, cells
        return pixels_of(done, index)

    def index_for(self, zoom: float) -> int:
        """The smallest level that still has a cell for every device pixel."""
        index = 0
        while index < self._compositor.level_count - 1 and zoom * 2 ** (index + 1) <= 1:
            index += 1
        return index

    def _draw_mixed(
        self, painter: QPainter, level: LevelComposite, cells: Rect, seen: Rect
    ) -> None:
        """Draw what is stale from a coarser level, and the rest as it should be."""
        stale = level.stale(cells)
        coarse, coarse_cells = level, cells
        for index in range(level.level + 1, self._compositor.level_count):
            coarse = self._compositor.level(index)
            coarse_cells = _seen_cells(coarse, seen)
            if self._is_affordable(coarse, coarse_cells):
                break
        self._refresh(coarse, coarse_cells)
        if coarse is level or stale == [cells]:
            _draw_level(painter, coarse, coarse_cells)
        else:
            self._draw_in_turn(painter, (level, cells), (coarse, coarse_cells), stale)
        if coarse is not level:
            self._owe(level.level, cells)

    def _draw_in_turn(
        self,
        painter: QPainter,
        exact: tuple[LevelComposite, Rect],
        coarse: tuple[LevelComposite, Rect],
        stale: list[Rect],
    ) -> None:
        index = exact[0].level
        old, new = QPainterPath(), QPainterPath()
        for part in stale:
            old.addRect(QRectF(*pixels_of(part, index)))
        new.addRect(QRectF(*pixels_of(exact[1], index)))
        for path, drawn in ((old, coarse), (new.subtracted(old), exact)):
            painter.save()
            painter.setClipPath(path, _INTERSECT)
            _draw_level(painter, *drawn)
            painter.restore()

    def _owe(self, index: int, cells: Rect) -> None:
        before = self._owed
        if before is not None and before[0] == index:
            cells = cells.united(before[1])
        self._owed = (index, cells)

    def _is_affordable(self, level: LevelComposite, cells: Rect) -> bool:
        return _area(level.stale(cells)) * self._cost_s <= self._budget_s

    def _refresh(self, level: LevelComposite, cells: Rect, budget_s: float = math.inf) -> Rect:
        """Bring cells up to date until the time is over; returns those that were."""
        start = time.perf_counter()
        done, count, spent = _NOWHERE, 0, 0.0
        for part in _pieces(level.stale(cells)):
            level.refresh(part)
            done, count = done.united(part), count + part.area
            spent = time.perf_counter() - start
            if spent > budget_s:
                break
        if count >= _LEAST_MEASURED:
            self._learn(spent / count)
        return done

    def _learn(self, cost_s: float) -> None:
        """Rather too dear than too cheap: a frame that is late is worse than a coarse one."""
        # a first look at a layer, which makes its levels, is no measure
        cost_s = min(cost_s, 4 * self._cost_s)
        self._cost_s += (cost_s - self._cost_s) / (2 if cost_s > self._cost_s else 16)


def _draw_level(painter: QPainter, level: LevelComposite, cells: Rect) -> None:
    """Draw cells; the painter counts document pixels."""
    step = 2**level.level
    painter.save()
    painter.setWorldTransform(QTransform.fromScale(step, step) * painter.worldTransform())
    painter.drawImage(cells.x, cells.y, qimage_of(level.image[cells.slices_in(level.rect)]))
    painter.restore()


def _seen_cells(level: LevelComposite, seen: Rect) -> Rect:
    return cells_of(seen, level.level).grown(_MARGIN_PX).intersected(level.rect)


def _pieces(rects: Iterable[Rect]) -> Iterable[Rect]:
    """Rectangles cut so that none has many more than `_PIECE_CELLS` cells."""
    for rect in rects:
        rows = max(16, _PIECE_CELLS // max(1, rect.width))
        for top in range(rect.y, rect.bottom, rows):
            yield Rect(rect.x, top, rect.width, min(rows, rect.bottom - top))


def _area(rects: Iterable[Rect]) -> int:
    return sum(rect.area for rect in rects)
