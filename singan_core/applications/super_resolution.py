"""Super-resolution (section 4.1 of the paper and its supplement): a photo made 1.1 to 8 x larger.

A model of its own kind learns how the photo looks when enlarged by a small ratio r; the finest
generator is then applied again and again, each time to what it made before and what was corrected
so that, made smaller again, it is the picture that was given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from singan_core.config import PAPER_NOISE_WEIGHT, TrainConfig
from singan_core.errors import ConfigError, PhotoError, ScaleError
from singan_core.model.networks import PADDING_PX
from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray, normalise_array, to_array, to_tensor
from singan_core.pixels.noise import noise
from singan_core.pixels.resize import Size, Window, resize, source_window
from singan_core.pixels.tiles import tiles
from singan_core.presets import for_detail
from singan_core.rendering.injection import SMALLEST_SIDE_PX
from singan_core.rendering.sample import Renderer
from singan_core.rendering.tiling import Tiling

SMALLEST_FACTOR, LARGEST_FACTOR = 1.1, 8.0
COARSEST_SIDE_PX = 18
CORRECTIONS = 2
DETAIL_SHARE = 0.7
LEAST_AMPLITUDE = 0.01
"""Of the noise, in units of [-1, 1]: a grey level."""
NOISE_STRENGTH = 1.5
"""Times the noise it was trained with: the share of the residual that is left out takes grain."""
LARGEST_TRAINED_SIDE_PX = 512
"""Of a larger photo, the most detailed part of this size is learned from."""
WHOLE_IMAGE_SIDE_PX = 250
_CROP_PX = 192
_RECONSTRUCTION_WEIGHT = 100.0
_RATIO_TOLERANCE = 0.06
_LARGEST_AMPLITUDE = 1.0
_PICTURE_BYTES = 3 * 4


@dataclass(frozen=True, slots=True)
class TileDone:
    """One tile of one pass over an enlargement is done.

    Attributes:
        step: the enlargement, 0 to ``steps - 1``.
        steps: number of enlargements.
        size: (H, W) that it leads to.
        done: tiles done so far, over all passes of all enlargements.
        total: tiles of them all.
    """

    step: int
    steps: int
    size: Size
    done: int
    total: int


def step_count(factor: float) -> int:
    """Return k = max(1, round(3 log2 f)), the enlargements that make up a factor.

    Raises:
        ConfigError: the factor lies outside 1.1 to 8.
    """
    if not SMALLEST_FACTOR <= factor <= LARGEST_FACTOR:
        raise ConfigError(
            "A picture can be enlarged {low} to {high} times, not {factor} times.",
            low=SMALLEST_FACTOR,
            high=LARGEST_FACTOR,
            factor=factor,
        )
    return max(1, round(3.0 * math.log2(factor)))


def step_ratio(factor: float) -> float:
    """Return r = f^(1/k), 1.1 to 1.42: how much one enlargement does.

    Raises:
        ConfigError: the factor lies outside 1.1 to 8.
    """
    return float(factor ** (1.0 / step_count(factor)))


def step_sizes(size: Size, factor: float) -> tuple[Size, ...]:
    """Return (H, W) after every enlargement: round(size * r^i), at last round(size * f).

    Raises:
        ConfigError: the factor lies outside 1.1 to 8.
    """
    count, ratio = step_count(factor), step_ratio(factor)
    scales = [*(ratio**step for step in range(1, count)), factor]
    return tuple((round(size[0] * scale), round(size[1] * scale)) for scale in scales)


def sr_config(base: TrainConfig, size: Size, factor: float) -> TrainConfig:
    """Return the constants to train a photo for super-resolution by a factor.

    From the paper's supplement: r as scale factor, a coarsest side of 18 px, reconstruction
    weight 100, the photo at its full size. Steps and widths stay those of ``base``, and its
    rounds as far as they are for detail, see ``presets.for_detail``.

    Up to 250 px whole images are trained as ``base`` says; larger ones in crops of 192 px, or of
    ``base``. Of a photo with a side above 512 px only the most detailed 512 px of that side are
    learned from (``pyramid.trained_part``), so that memory and time stay bounded: a deviation,
    as the paper enlarges small photos only.

    Args:
        base: a preset, or a changed one.
        size: (H, W) of the photo.
        factor: how much larger it is to become.

    Raises:
        ConfigError: the factor lies outside 1.1 to 8.
    """
    is_large = max(size) > WHOLE_IMAGE_SIDE_PX
    return for_detail(base).changed(
        kind="sr",
        scale_factor=step_ratio(factor),
        scale_count=None,
        is_authors_scale_count=False,
        min_size_px=COARSEST_SIDE_PX,
        max_size_px=LARGEST_TRAINED_SIDE_PX,
        reconstruction_weight=_RECONSTRUCTION_WEIGHT,
        noise_weight=PAPER_NOISE_WEIGHT,
        crop_px=base.crop_px or (_CROP_PX if is_large else None),
    )


def suits(model: TrainedPyramid, factor: float) -> bool:
    """Whether a model can enlarge by a factor: complete, and its r within 6 % of the factor's.

    The generator then meets nearly the blur it was trained on. As r is 2^(1/3) or near it for
    every factor from about 1.6 on, one model serves nearly all of them.

    Raises:
        ConfigError: the factor lies outside 1.1 to 8.
    """
    nearness = abs(model.plan.factor / step_ratio(factor) - 1.0)
    return model.kind == "sr" and model.is_complete and nearness <= _RATIO_TOLERANCE


def default_amplitude(model: TrainedPyramid) -> float:
    """Return ``NOISE_STRENGTH`` times the finest amplitude, at least ``LEAST_AMPLITUDE``."""
    return max(LEAST_AMPLITUDE, NOISE_STRENGTH * model.scales[-1].noise_amplitude)


def super_resolution_steps(
    model: TrainedPyramid,
    picture: ImageArray,
    factor: float,
    *,
    noise_amplitude: float | None = None,
    seed: int = 0,
    corrections: int = CORRECTIONS,
    detail_share: float = DETAIL_SHARE,
    device: torch.device,
    tiling: Tiling | None = None,
) -> Iterator[TileDone | ImageArray]:
    """Enlarge a picture, one event per tile, the result last.

    Every enlargement resizes and applies G_N(a z + x) + x, z fresh noise (section 4.1). A tile
    reads the pixels and the noise that the whole would, so the result does not depend on the
    tiles; only the newest enlargement is kept as a whole.

    Four deviations from the paper, as every enlargement exaggerates what the one before left:

    - of a generator's residual only ``detail_share`` is added;
    - what an enlargement lacks of the picture when made smaller is enlarged and added,
      ``corrections`` times (iterative back-projection: Irani and Peleg, CVGIP 53(3), 1991), so
      that colours do not drift and edges get no bright rims;
    - noise is never weaker than ``LEAST_AMPLITUDE`` unless asked for: smooth photos have a finest
      amplitude so small that no grain comes of it;
    - it is 1.5 times as strong as in training: on the hills in haze NIQE fell from 12.2 to 11.5
      (bicubic 11.9, the true picture 6.9), with ``standard``.

    With draft models, 80 px enlarged 4 times: meadow, as in the paper ST-LPIPS 0.31 and NIQE 5.5
    (bicubic 0.38 and 8.4), so 0.11 and 3.7; hills in haze 0.19 and 16 (bicubic 0.21 and 12), so
    0.06 and 8.6.

    Args:
        model: a complete model that ``suits`` the factor.
        picture: (H, W, 3) uint8, mostly the photo the model was trained on.
        factor: 1.1 to 8.
        noise_amplitude: standard deviation a of the noise, 0 to 1 in units of [-1, 1]; None =
            ``default_amplitude``.
        seed: picks the noise.
        corrections: back-projections after every enlargement; 0 = none, as in the paper.
        detail_share: share of the generator's residual that is added, 0 to 1 (1 in the paper).
        device: where to compute.
        tiling: how the work is cut; None = by the device alone.

    Yields:
        ``TileDone`` many times, at last (round(H f), round(W f), 3) uint8.

    Raises:
        ConfigError: the factor or the amplitude is out of range, or the memory limit too small.
        OutOfMemoryError: there is not enough memory for the smallest tile.
        ScaleError: the model is of another kind, unfinished, or made for another factor.
        PhotoError: the picture is too small.
    """
    _check(model, picture, factor, noise_amplitude)
    renderer = Renderer.of(model, device)
    amplitude = default_amplitude(model) if noise_amplitude is None else noise_amplitude
    tiling = tiling or Tiling()
    enlarging = _Enlarging(renderer, amplitude, seed, tiling, corrections, detail_share)
    rgb = normalise_array(picture).rgb
    sizes = step_sizes((rgb.shape[0], rgb.shape[1]), factor)
    tiling.require(held_bytes((rgb.shape[0], rgb.shape[1]), sizes))
    yield from enlarging.events(to_tensor(rgb, device), sizes)


def held_bytes(size: Size, sizes: Sequence[Size]) -> int:
    """Return how much enlarging (H, W) over all sizes holds at its peak, as floats."""
    given = size[0] * size[1]
    *_, before, last = (height * width for height, width in (size, *sizes))
    return _PICTURE_BYTES * (2 * given + before + last)


@dataclass(frozen=True, slots=True)
class _Enlarging:
    """The finest generator, and how it is applied.

    Attributes:
        amplitude: standard deviation of the noise.
        tiling: how it is cut.
        corrections: number of back-projections after every enlargement.
        detail_share: share of the residual that is added.
    """

    renderer: Renderer
    amplitude: float
    seed: int
    tiling: Tiling
    corrections: int
    detail_share: float

    def events(
        self, picture: torch.Tensor, sizes: tuple[Size, ...]
    ) -> Iterator[TileDone | ImageArray]:
        """Enlarge (1, 3, H, W) in [-1, 1] over all sizes."""
        result = np.empty((*sizes[-1], 3), np.uint8)
        total = self._tile_count(_size(picture), sizes)
        for done, step in enumerate(self._passes(picture, sizes, result), start=1):
            yield TileDone(step, len(sizes), sizes[step], done, total + self.tiling.added)
        yield result

    def _tile_count(self, small: Size, sizes: tuple[Size, ...]) -> int:
        side_px = self._side_px()
        count = len(tiles(Window.of(sizes[-1]), side_px))
        for size in sizes:
            large = len(tiles(Window.of(size), side_px))
            reduced = len(tiles(Window.of(small), self._small_side_px(small, size)))
            count += large + self.corrections * (large + reduced)
        return count

    def _side_px(self) -> int:
        return self.tiling.side_px(self.renderer.channels[-1], self.renderer.device)

    def _small_side_px(self, small: Size, large: Size) -> int:
        return max(1, self._side_px() * small[0] // large[0])

    def _passes(
        self, picture: torch.Tensor, sizes: tuple[Size, ...], result: ImageArray
    ) -> Iterator[int]:
        """Fill ``result``; the number of the enlargement, after every tile."""
        image = picture
        for step, size in enumerate(sizes):
            larger = image.new_empty((1, 3, *size))
            for _ in self._enlarging(image, larger, step):
                yield step
            image = larger
            for _ in range(self.corrections):
                for _ in self._corrected(picture, image):
                    yield step

        def write(tile: Window) -> None:
            result[tile.slices] = to_array(tile.cut(image))

        for _ in self.tiling.each(Window.of(sizes[-1]), self._side_px(), write):
            yield len(sizes) - 1

    def _enlarging(self, image: torch.Tensor, larger: torch.Tensor, step: int) -> Iterator[Window]:
        """Fill an enlargement; its tiles."""
        size = _size(larger)

        def enlarge(tile: Window) -> None:
            tile.cut(larger).copy_(self._enlarged(image, size, tile, step))

        return self.tiling.each(Window.of(size), self._side_px(), enlarge)

    @torch.inference_mode()
    def _enlarged(self, image: torch.Tensor, size: Size, tile: Window, step: int) -> torch.Tensor:
        """Return one tile of an enlargement to ``size``: (1, 3, *tile.size) in [-1, 1]."""
        read = tile.grown(PADDING_PX, size)
        base = _resized_part(image, size, read).clamp_(-1.0, 1.0)
        noisy = base
        if self.amplitude > 0.0:
            drawn = noise(self.seed, step, read, device=self.renderer.device)
            noisy = base + self.amplitude * drawn
        residual = self.renderer.generators[-1].residual(_padded(noisy, read, tile))
        top, left = tile.top - read.top, tile.left - read.left
        inner = base[..., top : top + tile.size[0], left : left + tile.size[1]]
        return (self.detail_share * residual + inner).clamp_(-1.0, 1.0)

    def _corrected(self, picture: torch.Tensor, image: torch.Tensor) -> Iterator[Window]:
        """Add to an enlargement, in place, what it lacks of the picture; an event per tile."""
        small, large = _size(picture), _size(image)
        missing = torch.empty_like(picture)

        def compare(tile: Window) -> None:
            tile.cut(missing).copy_(tile.cut(picture) - _resized_part(image, small, tile))

        def add(tile: Window) -> None:
            tile.cut(image).add_(_resized_part(missing, large, tile)).clamp_(-1.0, 1.0)

        small_side_px = self._small_side_px(small, large)
        yield from self.tiling.each(Window.of(small), small_side_px, compare)
        yield from self.tiling.each(Window.of(large), self._side_px(), add)


def _padded(noisy: torch.Tensor, read: Window, tile: Window) -> torch.Tensor:
    """Pad with zeros beyond the picture only: inside it the neighbouring tiles were read."""
    margins = (
        tile.left - read.left,
        read.right - tile.right,
        tile.top - read.top,
        read.bottom - tile.bottom,
    )
    return functional.pad(noisy, [PADDING_PX - margin for margin in margins])


def _size(image: torch.Tensor) -> Size:
    return int(image.shape[-2]), int(image.shape[-1])


def _check(
    model: TrainedPyramid, picture: ImageArray, factor: float, amplitude: float | None
) -> None:
    step_count(factor)
    if model.kind != "sr":
        raise ScaleError("This model was not trained for super-resolution.")
    if not model.is_complete:
        raise ScaleError("The training for super-resolution is not finished.")
    if not suits(model, factor):
        raise ScaleError(
            "This model was trained for enlargements by {ratio} a step and {factor} times takes "
            "steps of {wanted}; train one for this factor.",
            ratio=f"{model.plan.factor:.3f}",
            factor=f"{factor:g}",
            wanted=f"{step_ratio(factor):.3f}",
        )
    if amplitude is not None and not 0.0 <= amplitude <= _LARGEST_AMPLITUDE:
        raise ConfigError("The noise must lie between 0 and 1, not {noise}.", noise=amplitude)
    if min(picture.shape[:2]) < SMALLEST_SIDE_PX:
        raise PhotoError(
            "A picture of {width} x {height} px is too small or too narrow to render.",
            width=picture.shape[1],
            height=picture.shape[0],
        )


def _resized_part(image: torch.Tensor, size: Size, window: Window) -> torch.Tensor:
    """Return a window of the resize to (H, W) of (1, 3, h, w), a new tensor."""
    source = source_window(window, _size(image), size)
    resized = resize(
        source.cut(image), size, in_size=_size(image), in_window=source, out_window=window
    )
    return resized.clone() if size == _size(image) else resized
