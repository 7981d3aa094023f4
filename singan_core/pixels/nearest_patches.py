"""Pictures made of the photo's own patches: each patch replaced by the one most like it.

From "Drop the GAN" (Granot et al., arXiv 2103.15545), which builds whole pictures this way: the
patches are searched among *looks*, a picture that is as soft as what is to be replaced, and the
photo's own pixels at their places are put in. Ours differs: patches are compared by their
principal components, searched approximately, made to continue their neighbours, and vote
narrowly, so that detail stays sharp. Completeness, every patch of the photo being used as often
as it ought to, is weighed by one typical picture and not by the one at hand, so that a window of
the result is right without the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch.nn import functional

from singan_core.pixels.borders import mirrored
from singan_core.pixels.patch_coherence import REACH_PX, PatchField, coherent
from singan_core.pixels.patch_index import PatchIndex
from singan_core.pixels.resize import Size, Window

_PATCH_PX = 7
_HALF = _PATCH_PX // 2
_VOTE_PX = 1
_VOTE_SIGMA = 0.55
MATCH_MARGIN_PX = _HALF + REACH_PX
"""How far around a pixel its patch depends on the picture."""
MARGIN_PX = MATCH_MARGIN_PX + _VOTE_PX
"""How far around a pixel the result depends on the picture."""

_COMPONENTS = 24
_MOST_PATCHES = 1 << 16
_SAMPLED_PATCHES = 8192


@dataclass(frozen=True)
class NearestPatches:
    """The patches of a photo at one size.

    Attributes:
        pixels: (3, H, W) uint8, the photo.
        step: every how many pixels a patch is searched; above 1 where there are too many.
        filters: (F, 3, 7, 7) float32, the principal components of the looks.
        field: what the looks hold along them.
        index: of every ``step``-th of them.
    """

    pixels: torch.Tensor
    step: int
    filters: torch.Tensor
    field: PatchField
    index: PatchIndex

    @classmethod
    def of(
        cls,
        looks: torch.Tensor,
        photo: torch.Tensor,
        typical: torch.Tensor | None = None,
        completeness: float = 0.5,
    ) -> NearestPatches:
        """Index a photo by what its pixels look like where they are not sharp yet.

        Args:
            looks: (1, 3, H, W) float32 in [-1, 1].
            photo: (1, 3, H, W) float32 in [-1, 1].
            typical: (1, 3, h, w) float32 in [-1, 1], a picture as those to be replaced: patches
                that nothing in it resembles count as nearer than they are; None = none do.
            completeness: above 0; how far a patch is from that picture, as a share of the middle
                one, that halves what is made up for: smaller = rare patches are put in more often.
        """
        size = int(photo.shape[-2]), int(photo.shape[-1])
        step = max(1, math.ceil(math.sqrt(size[0] * size[1] / _MOST_PATCHES)))
        seen = mirrored(looks, (_HALF,) * 4)
        filters = _principal_filters(seen)
        rows = functional.conv2d(seen, filters)[0].flatten(1).t().contiguous()
        searched = torch.arange(len(rows), device=rows.device).reshape(size)[::step, ::step]
        weights = torch.ones(size, device=rows.device)
        if typical is not None:
            missed = _missed(rows[searched.reshape(-1)], typical, filters)
            weights = _spread(_completing(missed, completeness).reshape(searched.shape), step, size)
        levels = photo[0].add(1.0).mul(127.5).round().clamp(0.0, 255.0).to(torch.uint8)
        field = PatchField(size, rows, weights.reshape(-1))
        places = searched.reshape(-1)
        index = PatchIndex(rows[places], field.weights[places])
        return cls(levels, step, filters, field, index)

    @torch.inference_mode()
    def replaced(
        self, image: torch.Tensor, read: Window, window: Window, size: Size
    ) -> torch.Tensor:
        """Return a window of a picture, made of the photo's nearest patches.

        Args:
            image: (B, 3, *read.size) float32 in [-1, 1].
            read: ``window`` grown by ``MARGIN_PX`` and clipped to the picture.
            window: pixels wanted.
            size: (H, W) of the whole picture.

        Returns:
            (B, 3, *window.size) float32 in [-1, 1].
        """
        voters = window.grown(_VOTE_PX, size)
        return self._voted(self.matched(image, read, voters, size), voters, window)

    @torch.inference_mode()
    def matched(
        self, image: torch.Tensor, read: Window, window: Window, size: Size
    ) -> torch.Tensor:
        """Return which patch of the photo is put in at each pixel of a window.

        Args:
            image: (B, 3, *read.size) float32 in [-1, 1].
            read: ``window`` grown by ``MATCH_MARGIN_PX`` and clipped to the picture.
            window: pixels wanted.
            size: (H, W) of the whole picture.

        Returns:
            (B, *window.size) int64: row * W + column of its middle in the photo.
        """
        searched = window.grown(REACH_PX, size)
        queries = self._features(image, read, searched)
        corner = searched.top, searched.left
        places = [coherent(seen, self._nearest(seen), self.field, corner) for seen in queries]
        return window.cut(torch.stack(places), searched)

    def _features(self, image: torch.Tensor, read: Window, searched: Window) -> torch.Tensor:
        """Return what is looked for around each pixel of a window: (B, h, w, F)."""
        missing = (
            _HALF - (searched.left - read.left),
            _HALF - (read.right - searched.right),
            _HALF - (searched.top - read.top),
            _HALF - (read.bottom - searched.bottom),
        )
        seen = mirrored(image, missing)
        return functional.conv2d(seen, self.filters).permute(0, 2, 3, 1).contiguous()

    def _nearest(self, queries: torch.Tensor) -> torch.Tensor:
        """Return the patch nearest to each query: (h, w, F) -> (h, w) int64."""
        found = self.index.nearest(queries.flatten(0, 1))[0]
        columns = -(-self.field.size[1] // self.step)
        rows, places = found // columns * self.step, found % columns * self.step
        return (rows * self.field.size[1] + places).reshape(queries.shape[:2])

    def _voted(self, found: torch.Tensor, voters: Window, window: Window) -> torch.Tensor:
        """Let every voter put in what its patch has around its centre; (B, *voters.size) int64."""
        width = self.field.size[1]
        rows, places = found // width, found % width
        canvas = torch.zeros(
            len(found), 3, *(side + 2 * _VOTE_PX for side in voters.size), device=found.device
        )
        weights = torch.zeros(canvas.shape[-2:], device=found.device)
        height, width = voters.size
        for down, right, weight in _votes():
            values = self._values(rows + down, places + right)
            top, left = _VOTE_PX + down, _VOTE_PX + right
            canvas[:, :, top : top + height, left : left + width] += weight * values
            weights[top : top + height, left : left + width] += weight
        margin = Window(
            voters.top - _VOTE_PX,
            voters.left - _VOTE_PX,
            voters.bottom + _VOTE_PX,
            voters.right + _VOTE_PX,
        )
        return window.cut(canvas / weights, margin)

    def _values(self, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        """Return pixels of the photo, mirrored at its border: (B, 3, h, w) in [-1, 1]."""
        rows = _mirrored(rows, int(self.pixels.shape[1]))
        columns = _mirrored(columns, int(self.pixels.shape[2]))
        return self.pixels[:, rows, columns].movedim(0, 1).to(torch.float32).div(127.5).sub(1.0)


def _votes() -> list[tuple[int, int, float]]:
    """Return (rows down, columns right, weight) of every vote of a patch."""
    reach = range(-_VOTE_PX, _VOTE_PX + 1)
    return [
        (down, right, math.exp(-(down * down + right * right) / (2.0 * _VOTE_SIGMA**2)))
        for down in reach
        for right in reach
    ]


def _mirrored(at: torch.Tensor, length: int) -> torch.Tensor:
    return (length - 1 - (length - 1 - at.abs()).abs()).clamp(0, length - 1)


def _principal_filters(padded: torch.Tensor) -> torch.Tensor:
    """Return the filters along which the patches of a padded picture differ most."""
    height, width = int(padded.shape[-2]), int(padded.shape[-1])
    step = max(1, math.ceil(math.sqrt(height * width / _SAMPLED_PATCHES)))
    patches = functional.unfold(padded, _PATCH_PX, stride=step)[0].t().double()
    centred = patches - patches.mean(dim=0)
    _, vectors = torch.linalg.eigh(centred.t() @ centred)
    filters: torch.Tensor = vectors[:, -_COMPONENTS:].t().flip(0).to(padded.dtype)
    return filters.reshape(len(filters), 3, _PATCH_PX, _PATCH_PX).contiguous()


def _missed(rows: torch.Tensor, typical: torch.Tensor, filters: torch.Tensor) -> torch.Tensor:
    """Return how far each patch is from the nearest one of a typical picture: (N, F) -> (N,)."""
    seen = mirrored(typical, (_HALF,) * 4)
    step = max(1, math.ceil(math.sqrt(typical.shape[-2] * typical.shape[-1] / _MOST_PATCHES)))
    there = functional.conv2d(seen, filters, stride=step)[0].flatten(1).t().contiguous()
    return PatchIndex(there).nearest(rows)[1]


def _completing(missed: torch.Tensor, completeness: float) -> torch.Tensor:
    """Return weights of distances, 1 in the middle (the normalisation of arXiv 2103.15545)."""
    middle = missed.median().clamp(min=1e-6)
    return (1.0 + completeness) * middle / (missed + completeness * middle)


def _spread(weights: torch.Tensor, step: int, size: Size) -> torch.Tensor:
    """Return weights of every ``step``-th pixel for all: (H / step, W / step) -> (H, W)."""
    whole = weights.repeat_interleave(step, 0).repeat_interleave(step, 1)
    return whole[: size[0], : size[1]].contiguous()
