"""What stands behind transparent pixels."""

from __future__ import annotations

from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

LIGHT_CHECKS = ("#ffffff", "#cccccc")
# Among these a white mask and a black one both stand out.
GREY_CHECKS = ("#c4c4c4", "#9a9a9a")


def checkerboard(side_px: int, greys: tuple[str, str] = LIGHT_CHECKS) -> QBrush:
    """Return a pattern of squares; its corner lies at the brush origin of the painter.

    Args:
        side_px: of a square.
        greys: colour of the square in the corner, and of the next one.
    """
    tile = QPixmap(2 * side_px, 2 * side_px)
    tile.fill(QColor(greys[0]))
    with QPainter(tile) as painter:
        for x, y in ((side_px, 0), (0, side_px)):
            painter.fillRect(x, y, side_px, side_px, QColor(greys[1]))
    return QBrush(tile)
