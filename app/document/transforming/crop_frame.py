"""The frame of a crop: whole pixels, dragged by its handles, with or without a fixed ratio."""

from __future__ import annotations

import math

from app.document.geometry import Point, Rect

MIDDLE = 0.5


def dragged_frame(
    frame: Rect,
    handle: Point,
    to: Point,
    ratio: float | None = None,
    is_from_center: bool = False,
) -> Rect:
    """The frame after one of its handles was dragged, also across the frame.

    Args:
        frame: before.
        handle: (u, v), 0 to 1 across and down the frame: a corner, or the middle of a side.
        to: document point.
        ratio: of width to height, to keep; None = free.
        is_from_center: the middle stays, instead of what lies across from the handle.
    """
    u, v = handle
    across = _span(frame.x, frame.width, u, to[0], is_from_center)
    down = _span(frame.y, frame.height, v, to[1], is_from_center)
    if ratio is not None:
        across, down = _in_ratio(frame, handle, across, down, ratio, is_from_center)
    return _whole(across, down)


def new_frame(start: Point, to: Point, ratio: float | None, is_from_center: bool) -> Rect:
    """The frame of a drag from one document point to another."""
    point = Rect(round(start[0]), round(start[1]), 0, 0)
    handle = (float(to[0] >= start[0]), float(to[1] >= start[1]))
    return dragged_frame(point, handle, to, ratio, is_from_center)


def fitted_frame(area: Rect, ratio: float) -> Rect:
    """The largest frame of a ratio in the middle of an area."""
    width = min(area.width, max(1, round(area.height * ratio)))
    height = min(area.height, max(1, round(width / ratio)))
    return Rect(
        area.x + (area.width - width) // 2, area.y + (area.height - height) // 2, width, height
    )


def snapped(point: Point, document: Rect, reach_px: float) -> Point:
    """A point on an edge of the document where one is near, else on whole pixels."""
    x, y = point
    return (
        float(_nearest(x, (document.x, document.right), reach_px)),
        float(_nearest(y, (document.y, document.bottom), reach_px)),
    )


def _nearest(value: float, edges: tuple[int, int], reach: float) -> int:
    return next((edge for edge in edges if abs(value - edge) <= reach), round(value))


def _span(start: int, length: int, part: float, to: float, is_from_center: bool) -> Point:
    """From where to where the frame goes along one axis; the second may be the lesser."""
    if part == MIDDLE:
        return start, start + length
    if is_from_center:
        middle = start + length / 2
        return 2 * middle - to, to
    return (start + length if part == 0 else start), to


def _in_ratio(
    frame: Rect, handle: Point, across: Point, down: Point, ratio: float, is_from_center: bool
) -> tuple[Point, Point]:
    u, v = handle
    width, height = abs(across[1] - across[0]), abs(down[1] - down[0])
    if v == MIDDLE:
        height = width / ratio
    elif u == MIDDLE:
        width = height * ratio
    else:
        width = max(width, height * ratio)
        height = width / ratio
    x_anchor = MIDDLE if is_from_center else 1 - u
    y_anchor = MIDDLE if is_from_center else 1 - v
    return _stretched(across, width, x_anchor, frame.x, frame.width), _stretched(
        down, height, y_anchor, frame.y, frame.height
    )


def _stretched(span: Point, length: float, anchor: float, start: int, before: int) -> Point:
    if anchor == MIDDLE:
        middle = start + before / 2
        return middle - length / 2, middle + length / 2
    return span[0], span[0] + math.copysign(length, span[1] - span[0])


def _whole(across: Point, down: Point) -> Rect:
    left, right = sorted(round(value) for value in across)
    top, bottom = sorted(round(value) for value in down)
    return Rect(left, top, max(1, right - left), max(1, bottom - top))
