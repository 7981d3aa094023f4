"""The walk for a part of a picture, in tiles: exact, from no more pixels and memory than it takes.

A tile reads the pixels and the noise around it that the whole would, so that no result depends on
how it was cut. Of the scales only the one being made and the one below it are held, and of both
only what the wanted window needs; where that is more than may be held, the window is made in
blocks, one walk each.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch

from singan_core.device import is_out_of_memory
from singan_core.errors import ConfigError, OutOfMemoryError
from singan_core.pixels.image import ImageArray, to_array
from singan_core.pixels.resize import Size, Window, source_window
from singan_core.pixels.tiles import tiles
from singan_core.rendering.finishing import EditSource, Finishing, MaskSource
from singan_core.rendering.sample import Renderer, backward_cone
from singan_core.rendering.window_sample import enlarged_window
from singan_core.rendering.window_walk import drawn_noise, noise_read, read_by, refined_window

StartSource = Callable[[Window], torch.Tensor]
"""window -> (1, 3, h, w) float32 in [-1, 1]: the input of the first scale before its noise."""

SMALLEST_TILE_PX = 32
FINISHED_TILE_PX = 512
_WORK_PX = {"cpu": 8192, "cuda": 65536, "mps": 32768}
"""Side of a tile times the width of the networks. On a CPU larger ones leave its caches."""
_LEAST_SIDE_PX, _LARGEST_SIDE_PX = 48, 2048
_WHOLE_PX = 1 << 16
_PICTURE_BYTES = 3 * 4
_BYTES_PER_CHANNEL = 3 * 4
"""What a layer reads, writes and reorders, per pixel and channel."""
_BESIDE_BYTES = 320
"""Noise, half made, and pictures of a tile, per pixel."""
_FINISHING_BYTES = 160
_TILE_SHARE = 0.5
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class TileStep:
    """One tile is done.

    Attributes:
        scale: the scale it belongs to; the finest one also while the picture is finished.
        done: tiles done so far.
        total: tiles of the whole work; grows when memory runs out and tiles get smaller.
    """

    scale: int
    done: int
    total: int


class Tiling:
    """How large tiles are, within a limit of memory; one object per piece of work.

    Attributes:
        limit_bytes: what the work may take beside the pictures it begins and ends with; None = no
            limit but that of the device.
        added: tiles that came to be when others were too large for the memory.
    """

    def __init__(self, limit_bytes: int | None = None) -> None:
        self.limit_bytes = limit_bytes
        self.added = 0
        self._divisor = 1

    def side_px(self, channels: int, device: torch.device, whole_px: int = 0) -> int:
        """Return the side of a tile.

        Args:
            channels: width of the networks.
            device: where they compute.
            whole_px: side up to which a tile is welcome because nothing is cut then.
        """
        standard = _WORK_PX.get(device.type, _WORK_PX["cpu"]) // channels
        side = min(max(_LEAST_SIDE_PX, standard, whole_px), _LARGEST_SIDE_PX)
        return self._side(side, channels * _BYTES_PER_CHANNEL + _BESIDE_BYTES)

    def finished_side_px(self) -> int:
        """Return the side of a tile of the finished picture."""
        return self._side(FINISHED_TILE_PX, _FINISHING_BYTES)

    def require(self, byte_count: int) -> None:
        """Check that so much may be held at once.

        Raises:
            ConfigError: the limit is too small for it.
        """
        if not self.holds(byte_count):
            raise ConfigError(
                "This takes about {needed} MB of memory at once, and only {limit} MB may be used.",
                needed=math.ceil(byte_count / (1.0 - _TILE_SHARE) / _MIB),
                limit=max(0, self.limit_bytes or 0) // _MIB,
            )

    def holds(self, byte_count: int) -> bool:
        """Whether so much may be held beside a tile."""
        if self.limit_bytes is None:
            return True
        return byte_count <= self.limit_bytes * (1.0 - _TILE_SHARE) / self._divisor

    def each(
        self, window: Window, side_px: int, work: Callable[[Window], None]
    ) -> Iterator[Window]:
        """Work on a window tile by tile, in tiles of half the side where memory runs out.

        Args:
            window: all of it.
            side_px: the side of a tile while there is memory enough.
            work: done for every tile, begun anew where it ran out of memory.

        Yields:
            Every tile that is done.

        Raises:
            OutOfMemoryError: there is not enough memory for the smallest tile.
        """
        left = deque(tiles(window, side_px))
        while left:
            tile = left.popleft()
            parts = tiles(tile, max(min(side_px, SMALLEST_TILE_PX), side_px // self._divisor))
            if len(parts) > 1:
                self.added += len(parts) - 1
                left.extendleft(reversed(parts))
            elif self._is_done(tile, work):
                yield tile
            else:
                left.appendleft(tile)

    def halve(self, size: Size) -> None:
        """Make tiles smaller after memory ran out for a window of (H, W).

        Raises:
            OutOfMemoryError: that is as small as tiles get.
        """
        if max(size) <= SMALLEST_TILE_PX:
            raise OutOfMemoryError(
                "The device ran out of memory even for small parts of the picture; close other "
                "programs or choose a smaller size."
            )
        self._divisor *= 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _is_done(self, tile: Window, work: Callable[[Window], None]) -> bool:
        try:
            work(tile)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        else:
            return True
        self.halve(tile.size)
        return False

    def _side(self, side: int, per_pixel: int) -> int:
        if self.limit_bytes is not None:
            fitting = math.isqrt(max(0, int(self.limit_bytes * _TILE_SHARE)) // per_pixel)
            if fitting < SMALLEST_TILE_PX:
                raise ConfigError(
                    "{limit} MB of memory are not enough to render a small part of the picture.",
                    limit=max(0, self.limit_bytes) // _MIB,
                )
            side = min(side, fitting)
        return max(SMALLEST_TILE_PX, side)


class TiledWalk:
    """A walk through the scales of which any window of the last one can be had."""

    def __init__(
        self,
        renderer: Renderer,
        sizes: Sequence[Size],
        seed: int,
        tiling: Tiling,
        *,
        start_scale: int = 0,
        start: StartSource | None = None,
    ) -> None:
        """Describe a walk with ``sample.counter_noise``; nothing is computed before ``steps``.

        Args:
            renderer: the generators.
            sizes: (H, W) to render at, per scale.
            seed: of the noise.
            tiling: how it is cut.
            start_scale: first scale to compute.
            start: windows of its input before the noise; None = zeros.
        """
        self._renderer = renderer
        self._sizes = tuple(sizes[: renderer.scale_count])
        self._seed = seed
        self.tiling = tiling
        self._start_scale = start_scale
        self._start = start

    @property
    def size(self) -> Size:
        """(H, W) of the last scale."""
        return self._sizes[-1]

    @property
    def last_scale(self) -> int:
        """The scale it ends at."""
        return len(self._sizes) - 1

    def windows(self, wanted: Window) -> list[Window]:
        """Return what every scale computes for a window of the last one, coarsest first."""
        return backward_cone(
            wanted, self._start_scale, len(self._sizes), self._sizes, self._renderer.margin
        )

    def tile_count(self, wanted: Window) -> int:
        """Return in how many tiles a window of the last scale is made."""
        windows = enumerate(self.windows(wanted), start=self._start_scale)
        return sum(len(tiles(window, self._side_px(scale, window))) for scale, window in windows)

    def held_bytes(self, wanted: Window) -> int:
        """Return how much the making of a window of the last scale holds at its peak."""
        areas = [0, *(height * width for height, width in (w.size for w in self.windows(wanted)))]
        return _PICTURE_BYTES * max(below + area for below, area in pairwise(areas))

    def steps(self, wanted: Window) -> Generator[int, None, torch.Tensor]:
        """Compute a window of the last scale, one step per tile.

        Yields:
            The scale of each tile that is done; at last (1, 3, *wanted.size) float32 returns.

        Raises:
            OutOfMemoryError: there is not enough memory for the smallest tile.
        """
        image, have = torch.empty(0), wanted
        for scale, window in enumerate(self.windows(wanted), start=self._start_scale):
            image = yield from self._scale_steps(scale, window, image, have)
            have = window
        return image

    def _scale_steps(
        self, scale: int, window: Window, below: torch.Tensor, have: Window
    ) -> Generator[int, None, torch.Tensor]:
        image = torch.empty(1, 3, *window.size, device=self._renderer.device)

        def work(tile: Window) -> None:
            tile.cut(image, window).copy_(self._refined(scale, tile, below, have))

        for _ in self.tiling.each(window, self._side_px(scale, window), work):
            yield scale
        return image

    def _side_px(self, scale: int, window: Window) -> int:
        """Return the side of a tile: a small picture that is wanted as a whole is not cut."""
        renderer, (height, width) = self._renderer, self._sizes[scale]
        is_uncut = window.size == (height, width) and height * width <= _WHOLE_PX
        whole_px = max(height, width) if is_uncut else 0
        return self.tiling.side_px(renderer.channels[scale], renderer.device, whole_px)

    @torch.inference_mode()
    def _refined(self, scale: int, tile: Window, below: torch.Tensor, have: Window) -> torch.Tensor:
        renderer, size = self._renderer, self._sizes[scale]
        read = read_by(renderer, scale, tile, size)
        if scale > self._start_scale:
            source = source_window(read, self._sizes[scale - 1], size)
            previous = enlarged_window(
                source.cut(below, have), source, self._sizes[scale - 1], read, size
            )
        elif self._start is not None:
            previous = self._start(read)
        else:
            previous = torch.zeros(1, 3, *read.size, device=renderer.device)
        drawn = drawn_noise(renderer, self._seed, scale, noise_read(renderer, scale, tile, size))
        return refined_window(renderer, scale, previous, drawn, read, tile, size)


@dataclass(frozen=True, slots=True)
class TiledPicture:
    """A picture that is walked, finished and written tile by tile.

    Attributes:
        walk: what is walked.
        finishing: what follows it.
        target: (H, W, 3) uint8, which the finished tiles are written into.
        edit_at: the edit, for its detail; None = there is none, and the finishing needs none.
        inside_at: where the edit was pasted; None = everywhere.
    """

    walk: TiledWalk
    finishing: Finishing
    target: ImageArray
    edit_at: EditSource | None = None
    inside_at: MaskSource | None = None

    def steps(self, wanted: Window) -> Iterator[TileStep]:
        """Make a window of the picture, in blocks where it cannot be held at once.

        Yields:
            A step per tile, of the walk and of the finished picture.

        Raises:
            ConfigError: the memory limit is too small for any tile.
            OutOfMemoryError: there is not enough memory for the smallest tile.
        """
        tiling, left = self.walk.tiling, deque(self._blocks(wanted))
        done, expected = 0, self._tile_count(left)
        while left:
            block = left.popleft()
            try:
                for scale in self._block_steps(block):
                    done += 1
                    yield TileStep(scale, done, expected + tiling.added)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            else:
                continue
            # Not a tile but what is held of a block was too much.
            tiling.halve(block.size)
            left.extendleft(reversed(_halves(block)))
            expected = done + self._tile_count(left) - tiling.added

    def _block_steps(self, block: Window) -> Iterator[int]:
        read, tiling = self.finishing.reads(block), self.walk.tiling
        image = yield from self.walk.steps(read)

        def finish(tile: Window) -> None:
            finished = self.finishing.finished(tile, image, read, self.edit_at, self.inside_at)
            self.target[tile.slices] = to_array(finished)

        for _ in tiling.each(block, tiling.finished_side_px(), finish):
            yield self.walk.last_scale

    def _blocks(self, wanted: Window) -> list[Window]:
        """Cut a window into blocks that may be held, each made by a walk of its own."""
        is_held = self.walk.tiling.holds(self.walk.held_bytes(self.finishing.reads(wanted)))
        if is_held or max(wanted.size) <= SMALLEST_TILE_PX:
            return [wanted]
        return [block for half in _halves(wanted) for block in self._blocks(half)]

    def _tile_count(self, blocks: Iterable[Window]) -> int:
        side = self.walk.tiling.finished_side_px()
        return sum(
            self.walk.tile_count(self.finishing.reads(block)) + len(tiles(block, side))
            for block in blocks
        )


def _halves(window: Window) -> list[Window]:
    """Cut a window in two across its longer side."""
    top, left, bottom, right = window
    height, width = window.size
    if height >= width:
        middle = top + height // 2
        return [Window(top, left, middle, right), Window(middle, left, bottom, right)]
    middle = left + width // 2
    return [Window(top, left, bottom, middle), Window(top, middle, bottom, right)]
