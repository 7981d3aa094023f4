"""All injection scales at a glance: one small picture of the result for each of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import bounds
from singan_core.pixels.reduction import ReducedPicture
from singan_core.pixels.resize import Size, Window, resize
from singan_core.rendering.finishing import Finishing
from singan_core.rendering.injection import (
    Injection,
    base_picture,
    finishing_of,
    joining_mask,
    prepared_edit,
    render_sizes,
    renderer_of,
)
from singan_core.rendering.reduced_injection import ReducedInjection
from singan_core.rendering.sample import Renderer, backward_cone
from singan_core.rendering.window_walk import drawn_noise, noise_read, read_by, refined_window

THUMBNAIL_PX = 256
"""Longest side of a thumbnail."""
_PART_PX = 1 << 16


@dataclass(frozen=True, slots=True)
class StripStep:
    """A part of the work is done.

    Attributes:
        done: parts done so far.
        total: parts of the whole strip.
    """

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class StripThumbnail:
    """The result of one injection scale, as small as it is shown.

    Attributes:
        scale: the injection scale.
        image: (h, w, 3) uint8, at most 256 px on its long side.
        size: (H, W) of the picture it shows, which the render stopped at.
        window: which part of that picture it is, pixel for pixel; None = all of it.
    """

    scale: int
    image: ImageArray
    size: Size
    window: Window | None


def thumbnail_scale(sizes: Sequence[Size]) -> int | None:
    """Return the last scale whose long side is at most 256 px; None = there is none."""
    small = [scale for scale, size in enumerate(sizes) if max(size) <= THUMBNAIL_PX]
    return small[-1] if small else None


def strip_steps(
    injection: Injection, device: torch.device, focus: Window | None = None
) -> Iterator[StripStep | StripThumbnail]:
    """Render an edit at every injection scale, each stopped at the last small size.

    At every size all scales that have begun share one batch and the noise of a full render.
    Scales above the last small size are shown as a part of the finest one, pixel for pixel.

    Args:
        injection: the edit; its scale does not matter.
        device: where to compute.
        focus: pixels of the composite around which a part is shown; None = the mask, or the
            middle where there is none.

    Yields:
        The thumbnails, and a step after each part of the work between them.

    Raises:
        ScaleError: fewer than two scales are finished.
        MaskError: the mask has another size, or is empty.
        PhotoError: the composite is too small.
    """
    injection.model.check_usable()
    sizes = render_sizes(injection)[: injection.model.scale_count]
    small = thumbnail_scale(sizes)
    pictures = _reduced(injection, sizes[: (small or 0) + 1], device)
    renderer = renderer_of(injection, device)
    views = [
        _View(injection, renderer, sizes, scales, window)
        for scales, window in _shown(injection, sizes, small, focus)
    ]
    done, total = 0, sum(view.part_count() for view in views)
    for view in views:
        for thumbnail in view.steps(pictures):
            if thumbnail is None:
                done += 1
                yield StripStep(done, total)
            else:
                yield thumbnail


def _reduced(injection: Injection, sizes: Sequence[Size], device: torch.device) -> ReducedInjection:
    soft, size = joining_mask(injection), {sizes[-1]}
    base, mask = base_picture(injection), injection.mask
    return ReducedInjection(
        ReducedPicture(prepared_edit(injection), sizes),
        ReducedPicture(base, size),
        None if mask is None else ReducedPicture(mask, size),
        None if mask is None else ReducedPicture(soft, size),
        device,
    )


def _shown(
    injection: Injection, sizes: Sequence[Size], small: int | None, focus: Window | None
) -> Iterator[tuple[range, Window | None]]:
    """Return the injection scales shown as a whole, and those shown as a part."""
    first_part = 1 if small is None else max(1, small + 1)
    if first_part > 1:
        yield range(1, first_part), None
    if first_part < len(sizes):
        yield range(first_part, len(sizes)), _part_shown(injection, sizes[-1], focus)


def _part_shown(injection: Injection, size: Size, focus: Window | None) -> Window:
    height, width = injection.composite.shape[:2]
    if focus is None:
        focus = Window.of((height, width)) if injection.mask is None else bounds(injection.mask)
    top, bottom = _span((focus.top + focus.bottom) / 2 * size[0] / height, size[0])
    left, right = _span((focus.left + focus.right) / 2 * size[1] / width, size[1])
    return Window(top, left, bottom, right)


def _span(centre: float, length: int) -> tuple[int, int]:
    shown = min(length, THUMBNAIL_PX)
    start = min(max(0, round(centre - shown / 2)), length - shown)
    return start, start + shown


@dataclass(frozen=True)
class _View:
    """Injection scales that are shown at the same size and window, and so share their batches.

    Attributes:
        injection: the edit.
        renderer: what walks it.
        sizes: (H, W) per scale.
        scales: the injection scales.
        part: pixels of the finest scale; None = the picture at the last of ``scales``.
    """

    injection: Injection
    renderer: Renderer
    sizes: Sequence[Size]
    scales: range
    part: Window | None

    @property
    def last(self) -> int:
        """The scale the walk stops at."""
        return self.scales[-1]

    @property
    def size(self) -> Size:
        """(H, W) of the picture that is shown."""
        return self.sizes[self.last]

    @property
    def window(self) -> Window:
        """What is shown of it."""
        return self.part or Window.of(self.size)

    def windows(self) -> list[Window]:
        """Return what every scale computes, coarsest first."""
        finishings = [self._finishing(scale) for scale in self.scales]
        needed = finishings[0].reads(self.window)
        for finishing in finishings[1:]:
            needed = needed.united(finishing.reads(self.window))
        return backward_cone(
            needed, self.scales[0], self.last + 1, self.sizes, self.renderer.margin
        )

    def part_count(self) -> int:
        """Return into how many steps the work is divided."""
        counts = enumerate(self.windows(), start=1)
        return sum(
            -(-count // _batch_size(window, self.renderer.device)) for count, window in counts
        )

    def steps(self, pictures: ReducedInjection) -> Iterator[StripThumbnail | None]:
        """Walk all scales at once; None = a part is done."""
        renderer = self.renderer
        batch, have = torch.empty(0, 3, 0, 0), Window(0, 0, 0, 0)
        for scale, window in zip(self.scales, self.windows(), strict=True):
            size = self.sizes[scale]
            read = read_by(renderer, scale, window, size)
            start = pictures.injected_at(scale, self.sizes, read)
            inputs = torch.cat([*self._carried(batch, have, scale, read), start])
            noisy = noise_read(renderer, scale, window, size)
            drawn = drawn_noise(renderer, self.injection.seed, scale, noisy)
            images = []
            for part in torch.split(inputs, _batch_size(window, renderer.device)):
                images.append(refined_window(renderer, scale, part, drawn, read, window, size))
                yield None
                if scale == self.last:
                    done = sum(len(image) for image in images[:-1])
                    yield from self._thumbnails(images[-1], done, window, pictures)
            batch, have = torch.cat(images), window

    def _carried(
        self, batch: torch.Tensor, have: Window, scale: int, read: Window
    ) -> list[torch.Tensor]:
        if not len(batch):
            return []
        size, below = self.sizes[scale], self.sizes[scale - 1]
        return [
            resize(batch, size, in_size=below, in_window=have, out_window=read).clamp_(-1.0, 1.0)
        ]

    def _thumbnails(
        self, images: torch.Tensor, done: int, window: Window, pictures: ReducedInjection
    ) -> Iterator[StripThumbnail]:
        for scale, image in zip(self.scales[done:], images, strict=False):
            finished = self._finishing(scale).finished(
                self.window,
                image[None],
                window,
                pictures.edit_at,
                pictures.inside_at(self.size),
            )
            shown = pictures.joined(self.size, self.window, finished)
            yield StripThumbnail(scale, shown, self.size, self.part)

    def _finishing(self, scale: int) -> Finishing:
        at_scale = dataclasses.replace(self.injection, scale=scale)
        return finishing_of(at_scale, self.size, self.size)


def _batch_size(window: Window, device: torch.device) -> int:
    """Return how many images one step computes: on a CPU a batch gains nothing but delays."""
    height, width = window.size
    return 1_000 if device.type != "cpu" else max(1, _PART_PX // (height * width))
