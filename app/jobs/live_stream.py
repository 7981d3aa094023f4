"""The stream of a live picture: the newest edit, quickly at first and then whole."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.document.geometry import Rect
from app.jobs.rendering import edit_injection
from app.jobs.results import LiveReady, StepDone
from app.jobs.strip_stream import shown_mask

if TYPE_CHECKING:
    from app.jobs.requests import LiveRequest, RenderRequest
    from app.jobs.results import JobStream
    from singan_core.pixels.resize import Window
    from singan_core.rendering.injection import Injection
    from singan_core.rendering.live_render import LiveRender

_PIXELS = frozenset({"id", "model", "photo", "composite", "mask"})
_NOWHERE = Rect(0, 0, 0, 0)


def live_events(request: LiveRequest) -> JobStream:
    """Bring a live picture up to date: steps, and what changed in it."""
    yield from request.picture.events(request.render)


class LivePicture:
    """What the requests of one live picture share; only the worker's thread works with it.

    Attributes:
        seen: number of the last ``LiveReady`` that was shown; set by the session.
    """

    def __init__(self) -> None:
        self.seen = 0
        self._number = 0
        self._unseen: dict[int, Rect] = {}
        self._rendered: RenderRequest | None = None
        self._composite: NDArray[np.uint8] = np.zeros((0, 0, 3), np.uint8)
        self._tiers: tuple[LiveRender, ...] = ()
        self._soft: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)

    def events(self, request: RenderRequest) -> JobStream:
        """Take another edit over and render what it changed."""
        from singan_core.rendering.live_render import LiveUpdate

        injection = edit_injection(request)
        changed = self._take_mask(shown_mask(request, injection))
        yield StepDone(0, 0)
        if self._rendered is None or not _is_same_but_for_strokes(self._rendered, request):
            self._rendered = None
            self._start_over(injection, request.device)
        else:
            self._follow(self._rendered, request, injection)
        self._rendered, self._composite = request, injection.composite
        for tier in self._tiers:
            is_exact = tier is self._tiers[-1]
            for step in tier.steps():
                if isinstance(step, LiveUpdate):
                    # what a coarser tier showed beyond it is replaced too
                    changed = changed.united(self._in_document(step.window, tier))
                    yield self._ready(tier, changed, is_exact)
                else:
                    yield StepDone(0, step.left)

    def _take_mask(self, soft: NDArray[np.uint8]) -> Rect:
        """Remember where results show; returns where that is another than before."""
        before, self._soft = self._soft, soft
        if before.shape != soft.shape:
            self._unseen = {}
            return Rect.of_size(soft.shape[1], soft.shape[0])
        return Rect(*cv2.boundingRect((before != soft).astype(np.uint8)))

    def _start_over(self, injection: Injection, device_name: str) -> None:
        from singan_core.device import pick_device
        from singan_core.rendering.injection import render_sizes
        from singan_core.rendering.live_render import LiveRender
        from singan_core.rendering.scale_strip import thumbnail_scale

        device, sizes = pick_device(device_name), render_sizes(injection)
        finest = injection.model.scale_count - 1
        is_quick = (thumbnail_scale(sizes) or 0) >= finest and not injection.patch_scales
        tiers = (False,) if is_quick else (True, False)
        self._tiers = tuple(LiveRender(injection, device, is_thumbnail=each) for each in tiers)

    def _follow(self, old: RenderRequest, new: RenderRequest, injection: Injection) -> None:
        from singan_core.pixels.mask import bounds

        # with a palette one stroke may recolour what lies far from it
        differs = (self._composite != injection.composite).any(axis=2)
        if old.mask is not None and new.mask is not None:
            differs |= old.mask != new.mask
        window = bounds(differs)
        if window.is_empty:
            return
        mask = None if injection.mask is None else injection.mask[window.slices]
        for tier in self._tiers:
            tier.change(window, injection.composite[window.slices], mask)

    def _in_document(self, window: Window, tier: LiveRender) -> Rect:
        """Return the document pixels that show a window of a tier's picture."""
        if window.is_empty:
            return _NOWHERE
        (height, width), (rows, columns) = self._soft.shape, tier.size
        if (height, width) == (rows, columns):
            return Rect.from_edges(window.left, window.top, window.right, window.bottom)
        down, across = height / rows, width / columns
        reached = Rect.around(
            (window.left - 1) * across,
            (window.top - 1) * down,
            (window.right + 1) * across,
            (window.bottom + 1) * down,
        )
        return reached.intersected(Rect.of_size(width, height))

    def _ready(self, tier: LiveRender, changed: Rect, is_exact: bool) -> LiveReady:
        self._number += 1
        self._unseen = {key: rect for key, rect in self._unseen.items() if key > self.seen}
        self._unseen[self._number] = changed
        part = _NOWHERE
        for rect in self._unseen.values():
            part = part.united(rect)
        size = (self._soft.shape[0], self._soft.shape[1])
        is_shown = self._soft[part.slices_in(Rect.of_size(size[1], size[0]))] > 0
        image = _part_of(tier.picture, part, size)
        return LiveReady(self._number, size, part, image, is_shown, is_exact)


def _part_of(picture: NDArray[np.uint8], part: Rect, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a part of a picture enlarged to (H, W)."""
    if picture.shape[:2] == size or part.is_empty:
        return np.array(picture[part.slices_in(Rect.of_size(size[1], size[0]))])
    across, down = picture.shape[1] / size[1], picture.shape[0] / size[0]
    matrix = np.array(
        [
            [across, 0.0, (part.x + 0.5) * across - 0.5],
            [0.0, down, (part.y + 0.5) * down - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shape = (part.width, part.height)
    enlarged = cv2.warpAffine(picture, matrix, shape, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(enlarged, np.uint8)


def _is_same_but_for_strokes(old: RenderRequest, new: RenderRequest) -> bool:
    """Whether two requests differ in nothing but the composite and the mask."""

    def choices(request: RenderRequest) -> dict[str, Any]:
        fields = dataclasses.fields(request)
        return {f.name: getattr(request, f.name) for f in fields if f.name not in _PIXELS}

    return (
        old.model is new.model
        and choices(old) == choices(new)
        and (old.mask is None) is (new.mask is None)
        and old.composite.shape == new.composite.shape
        and np.array_equal(old.photo, new.photo)
    )
