"""What a dragged picture can become, as places to drop it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.theme import GRID_PX, colors, icon

BAND_PX = 104
MARGIN_PX = 2 * GRID_PX
_ICON_PX = 24
_RADIUS_PX = 8.0


class DropZone(Enum):
    """What becomes of what is dropped."""

    OPEN = auto()
    LAYER = auto()
    PATCH = auto()


@dataclass(frozen=True)
class _Look:
    icon: str
    title: str
    detail: str


class DropZones(QWidget):
    """Lies over the picture while something is dragged; the window tells it what and where.

    The two zones above do not depend on the place; in the large one the place matters.

    Attributes:
        zones: what is offered.
        zone: the one under the pointer.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zones: tuple[DropZone, ...] = ()
        self.zone: DropZone | None = None
        self._ghost = QPolygonF()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Places to drop on"))
        self.hide()

    def offer(self, zones: Sequence[DropZone]) -> None:
        """Show what is offered; without zones nothing is shown."""
        self.zones, self.zone = tuple(zones), None
        self._ghost = QPolygonF()
        self.setVisible(bool(zones))

    def point_at(self, position: QPoint, ghost: QPolygonF) -> DropZone | None:
        """Mark the zone under a point.

        Args:
            position: of the pointer, in this widget.
            ghost: outline of what would be put there, in this widget.

        Returns:
            The zone, or None beside all of them.
        """
        found = (zone for zone in self.zones if self.rect_of(zone).contains(position))
        self.zone = next(found, None)
        self._ghost = ghost if self.zone is DropZone.PATCH else QPolygonF()
        self.update()
        return self.zone

    def rect_of(self, zone: DropZone) -> QRect:
        """Return where a zone lies."""
        inner = self.rect().adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        above = [each for each in self.zones if each is not DropZone.PATCH]
        has_patch = DropZone.PATCH in self.zones
        if zone is DropZone.PATCH:
            return inner.adjusted(0, BAND_PX + GRID_PX, 0, 0)
        width = (inner.width() - GRID_PX * (len(above) - 1)) // max(1, len(above))
        left = inner.left() + above.index(zone) * (width + GRID_PX)
        return QRect(left, inner.top(), width, BAND_PX if has_patch else inner.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for zone in self.zones:
                self._paint_zone(painter, zone)
            if not self._ghost.isEmpty():
                for color, width in ((QColor(0, 0, 0, 160), 3), (QColor(colors().accent), 1)):
                    painter.setPen(QPen(color, width))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawPolygon(self._ghost)

    def _paint_zone(self, painter: QPainter, zone: DropZone) -> None:
        theme, is_marked = colors(), zone is self.zone
        ground = QColor(theme.accent_fill if is_marked else theme.window)
        # the picture is to be seen through the zone where the place matters
        is_clear = zone is DropZone.PATCH
        ground.setAlpha(40 if is_clear and is_marked else 110 if is_clear else 240)
        rect = QRectF(self.rect_of(zone)).adjusted(1, 1, -1, -1)
        painter.setBrush(ground)
        style = Qt.PenStyle.SolidLine if is_marked else Qt.PenStyle.DashLine
        painter.setPen(QPen(QColor(theme.accent if is_marked else theme.muted), 2, style))
        painter.drawRoundedRect(rect, _RADIUS_PX, _RADIUS_PX)
        self._paint_text(painter, rect.toRect(), self._look(zone), is_marked)

    def _paint_text(self, painter: QPainter, rect: QRect, look: _Look, is_marked: bool) -> None:
        theme = colors()
        title_font, metrics = painter.font(), painter.fontMetrics()
        title_font.setBold(True)
        box = QRect(0, 0, rect.width() - 2 * GRID_PX, _ICON_PX + 2 * metrics.height() + 10)
        box.moveCenter(rect.center())
        role = "on_accent" if is_marked else "text"
        if rect.height() > BAND_PX:
            # at the foot: the middle is where one aims
            box.moveBottom(rect.bottom() - 3 * GRID_PX)
            self._paint_plate(painter, box, is_marked)
        symbol = QRect(box.topLeft(), QSize(_ICON_PX, _ICON_PX))
        symbol.moveLeft(box.center().x() - _ICON_PX // 2)
        icon(look.icon, role).paint(painter, symbol)
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.setPen(QColor(getattr(theme, role)))
        lines = box.adjusted(0, _ICON_PX + 4, 0, 0)
        painter.save()
        painter.setFont(title_font)
        painter.drawText(lines, centre, look.title)
        painter.restore()
        painter.setPen(QColor(theme.on_accent if is_marked else theme.muted))
        painter.drawText(lines.adjusted(0, metrics.height() + 2, 0, 0), centre, look.detail)

    @staticmethod
    def _paint_plate(painter: QPainter, box: QRect, is_marked: bool) -> None:
        """Lay a plate under writing that would stand on the picture."""
        theme = colors()
        width = min(box.width(), 320)
        plate = QRectF(0, 0, width, box.height() + 2 * GRID_PX)
        plate.moveCenter(QRectF(box).center())
        ground = QColor(theme.accent_fill if is_marked else theme.window)
        ground.setAlpha(235)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(plate, _RADIUS_PX, _RADIUS_PX)

    def _look(self, zone: DropZone) -> _Look:
        return {
            DropZone.OPEN: _Look(
                "ph.folder-open", self.tr("Open"), self.tr("A document in a tab of its own")
            ),
            DropZone.LAYER: _Look(
                "ph.stack", self.tr("Add as layer"), self.tr("In the middle of this picture")
            ),
            DropZone.PATCH: _Look(
                "ph.selection-plus",
                self.tr("Paste as patch here"),
                self.tr("Placed with handles, then harmonized"),
            ),
        }[zone]
