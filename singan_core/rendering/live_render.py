"""Rendering while the edit is painted: of every scale only what a stroke changed is redone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import Mask, bounds
from singan_core.pixels.resize import Size, Window, reached_window, resize, source_window
from singan_core.pixels.tiles import tiles
from singan_core.rendering.injection import Injection, finishing_of, render_sizes, renderer_of
from singan_core.rendering.live_edit import NOWHERE, EditChange, LiveEdit
from singan_core.rendering.sample import backward_cone, forward_reach
from singan_core.rendering.scale_strip import thumbnail_scale
from singan_core.rendering.window_walk import drawn_noise, noise_read, read_by, refined_window

_TILE_PX = 192
_FINISHED_TILE_PX = 512
_KEPT_NOISE_PX = 1 << 17


@dataclass(frozen=True, slots=True)
class LiveStep:
    """One tile is computed.

    Attributes:
        left: tiles that the networks still have to do; strokes may add some.
    """

    left: int


@dataclass(frozen=True, slots=True)
class LiveUpdate:
    """The picture is up to date.

    Attributes:
        window: pixels that may have changed since the last update; empty = none.
        image: (h, w, 3) uint8, the picture there.
        size: (H, W) of the whole picture.
    """

    window: Window
    image: ImageArray
    size: Size


class LiveRender:
    """An edit and its result, which follows every stroke.

    Every scale keeps its last image and a map of what of it is stale. A stroke makes its forward
    reach stale; an update computes what is stale and can be seen, from the coarsest scale on.
    It may be abandoned at any step, and strokes may come between two steps: what was not
    finished stays stale. The result equals that of ``injection.render`` but for float rounding.
    """

    def __init__(self, injection: Injection, device: torch.device, *, is_thumbnail: bool) -> None:
        """Prepare the pictures; nothing is rendered before ``steps``.

        Args:
            injection: the edit as it is now; its mask may still be empty.
            device: where to compute.
            is_thumbnail: whether the picture is for the time while the hand moves: the render
                stops at the last size of at most 256 px (or the injection scale, if that is
                finer) and puts no patches of the photo in, which would take most of the time;
                else it is the whole render, of the composite's size.

        Raises:
            ScaleError: the scale does not exist.
            MaskError: the mask has another size.
            PhotoError: the composite is too small.
        """
        injection.model.check_injection_scale(injection.scale)
        self._injection = replace(injection, patch_scales=0) if is_thumbnail else injection
        self._renderer = renderer_of(self._injection, device)
        self._sizes = render_sizes(injection)[: injection.model.scale_count]
        small = thumbnail_scale(self._sizes) or 0
        finest = len(self._sizes) - 1
        self._last = max(small, injection.scale) if is_thumbnail else finest
        composite_size = injection.composite.shape[0], injection.composite.shape[1]
        image_size = self._sizes[self._last]
        self.size: Size = image_size if is_thumbnail else composite_size
        adding = None if is_thumbnail else self._renderer
        self._finishing = finishing_of(injection, self.size, image_size, adding)
        self._edit = LiveEdit(injection, self._edit_sizes(), self.size, device)
        self._start_over()

    def _edit_sizes(self) -> set[Size]:
        sizes = {self._sizes[self._injection.scale - 1]}
        if self._finishing.detail is not None:
            sizes |= {self._finishing.detail.below, self.size}
        return sizes

    def _start_over(self) -> None:
        scales = range(self._injection.scale, self._last + 1)
        self._images = {
            scale: torch.zeros(1, 3, *self._sizes[scale], device=self._renderer.device)
            for scale in scales
        }
        self._stale = {scale: np.ones(self._sizes[scale], np.bool_) for scale in scales}
        self._noise: dict[int, torch.Tensor] = {}
        self._version = 0
        whole = Window.of(self._edit.size)
        self._visible = self._at_size(self._edit.visible(whole))
        self._pending = Window.of(self.size)
        self.picture: ImageArray = np.zeros((*self.size, 3), np.uint8)

    def change(self, window: Window, pixels: ImageArray, mask: Mask | None = None) -> None:
        """Note a change of the composite; it costs what the changed pixels cost.

        Args:
            window: pixels of the composite.
            pixels: (h, w, 3) uint8, the composite there.
            mask: (h, w) uint8, the mask there; None where the edit has no mask.

        Raises:
            PhotoError: the window is not inside the composite, or the pixels do not fit it.
            MaskError: the mask does not fit the window.
        """
        change = self._edit.change(window, pixels, mask)
        self._version += 1
        if not change.edit.is_empty:
            self._make_stale(change.edit)
        self._visible = self._visible.united(self._at_size(self._edit.visible(change.soft)))
        self._pending = self._pending.united(self._touched(change))

    def update(
        self, window: Window, pixels: ImageArray, mask: Mask | None = None
    ) -> Iterator[LiveStep | LiveUpdate]:
        """Note a change at once and return the steps that bring the picture up to date."""
        self.change(window, pixels, mask)
        return self.steps()

    def follow(self, injection: Injection) -> None:
        """Note how the composite and the mask differ from those before, wherever that is.

        Args:
            injection: the same edit further on; all its options are as they were.

        Raises:
            PhotoError: the composite has another size.
            MaskError: the mask has another size, or appeared or vanished.
        """
        whole = Window.of((injection.composite.shape[0], injection.composite.shape[1]))
        self.change(whole, injection.composite, injection.mask)

    def steps(self) -> Iterator[LiveStep | LiveUpdate]:
        """Bring the picture up to date: a step per tile, then the update."""
        version = -1
        while version != self._version:
            yield from self._walk_steps()
            version = self._version
            for tile in tiles(self._pending, _FINISHED_TILE_PX):
                self._finish(tile)
                yield LiveStep(0)
                if version != self._version:
                    break
        window, self._pending = self._pending, NOWHERE
        yield LiveUpdate(window, self.picture[window.slices].copy(), self.size)

    @torch.inference_mode()
    def generated(self, window: Window) -> torch.Tensor:
        """Return a window of what the pyramid made, before it was joined with the rest.

        Args:
            window: pixels of the picture inside the bounds of the soft mask, up to date.

        Returns:
            (1, 3, h, w) float32 in [-1, 1].
        """
        image = self._images[self._last]
        read, pictures = self._finishing.reads(window), self._edit.pictures
        inside_at = pictures.inside_at(self.size)
        return self._finishing.finished(window, read.cut(image), read, pictures.edit_at, inside_at)

    def _walk_steps(self) -> Iterator[LiveStep]:
        while work := self._work():
            version, (scale, stale) = self._version, work[0]
            left = sum(len(tiles(window, _TILE_PX)) for _, window in work)
            for done, tile in enumerate(tiles(stale, _TILE_PX), start=1):
                self._render(scale, tile)
                yield LiveStep(left - done)
                if version != self._version:
                    break

    def _work(self) -> list[tuple[int, Window]]:
        """Return what is stale and can be seen, coarsest scale first."""
        if self._visible.is_empty:
            return []
        first, needed = self._injection.scale, self._finishing.reads(self._visible)
        windows = backward_cone(needed, first, self._last + 1, self._sizes, self._renderer.margin)
        stale = (
            (scale, bounds(self._stale[scale][window.slices]).shifted(window))
            for scale, window in enumerate(windows, start=first)
        )
        return [(scale, window) for scale, window in stale if not window.is_empty]

    def _render(self, scale: int, tile: Window) -> None:
        size = self._sizes[scale]
        read = read_by(self._renderer, scale, tile, size)
        previous, drawn = self._previous(scale, read), self._drawn(scale, tile)
        refined = refined_window(self._renderer, scale, previous, drawn, read, tile, size)
        tile.cut(self._images[scale]).copy_(refined)
        self._stale[scale][tile.slices] = False
        if scale == self._last:
            self._pending = self._pending.united(self._finishing.reached(tile))

    def _previous(self, scale: int, read: Window) -> torch.Tensor:
        """Return the input of a scale before its noise on a window: (1, 3, h, w)."""
        if scale == self._injection.scale:
            return self._edit.pictures.injected_at(scale, self._sizes, read)
        below, size = self._sizes[scale - 1], self._sizes[scale]
        source = source_window(read, below, size)
        image = source.cut(self._images[scale - 1])
        enlarged = resize(image, size, in_size=below, in_window=source, out_window=read)
        return enlarged.clamp_(-1.0, 1.0)

    def _drawn(self, scale: int, tile: Window) -> torch.Tensor:
        renderer, seed, size = self._renderer, self._injection.seed, self._sizes[scale]
        noisy = noise_read(renderer, scale, tile, size)
        if size[0] * size[1] > _KEPT_NOISE_PX:
            return drawn_noise(renderer, seed, scale, noisy)
        whole = noise_read(renderer, scale, Window.of(size), size)
        if scale not in self._noise:
            self._noise[scale] = drawn_noise(renderer, seed, scale, whole)
        return noisy.cut(self._noise[scale], whole)

    def _make_stale(self, changed: Window) -> None:
        scale = self._injection.scale
        below = reached_window(changed, self._edit.size, self._sizes[scale - 1])
        entering = reached_window(below, self._sizes[scale - 1], self._sizes[scale])
        for finer, stale in self._stale.items():
            reach = forward_reach(entering, scale, finer + 1, self._sizes, self._renderer.margin)
            stale[reach.slices] = True

    def _touched(self, change: EditChange) -> Window:
        """Return the pixels of the picture that a change touches, the walk aside."""
        touched = self._at_size(change.base).united(self._at_size(change.soft))
        detail = self._finishing.detail
        if detail is None:
            return touched
        if not change.edit.is_empty:
            touched = touched.united(self._finishing.reached_by_edit(change.edit, self._edit.size))
        if not change.mask.is_empty:
            touched = touched.united(detail.reached_by_mask(self._at_size(change.mask)))
        return touched

    def _at_size(self, window: Window) -> Window:
        """Return the pixels of the picture that read a window of the composite."""
        return NOWHERE if window.is_empty else reached_window(window, self._edit.size, self.size)

    def _finish(self, tile: Window) -> None:
        pictures = self._edit.pictures
        self.picture[tile.slices] = pictures.base_at(self.size, tile)
        shown = tile.common(self._visible)
        if not shown.is_empty:
            self.picture[shown.slices] = pictures.joined(self.size, shown, self.generated(shown))
