"""Pictures made of the photo's own patches: each patch replaced by the one most like it.

From "Drop the GAN" (Granot et al., arXiv 2103.15545), which builds whole pictures this way: the
patches are searched among *looks*, a picture that is as soft as what is to be replaced, and the
photo's own pixels at their places are put in. Ours differs: patches are compared by their
principal components, searched approximately, and vote narrowly, so that detail stays sharp; no
weighting for completeness, so that a window of the result is right without the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch.nn import functional

from singan_core.pixels.resize import Size, Window

_PATCH_PX = 7
_HALF = _PATCH_PX // 2
_VOTE_PX = 2
_VOTE_SIGMA = 1.2
MARGIN_PX = _HALF + _VOTE_PX
"""How far around a pixel the result depends on the picture."""

_COMPONENTS = 24
_MOST_PATCHES = 1 << 16
_SAMPLED_PATCHES = 8192
_PATCHES_PER_GROUP = 64
_MOST_GROUPS = 256
_VISITED_GROUPS = 4
_GROUPING_ROUNDS = 4
_ROWS = 8192


class PatchIndex:
    """Approximate nearest neighbours: only the groups nearest to a query are searched.

    Args:
        features: (N, F) float32, one row a patch.
    """

    def __init__(self, features: torch.Tensor) -> None:
        self._centres = _grouped(features)
        groups = torch.cat([self._nearest_groups(rows, 1) for rows in torch.split(features, _ROWS)])
        groups = groups[:, 0]
        self._order = torch.argsort(groups, stable=True)
        self._features = features[self._order].contiguous()
        self._squares = self._features.square().sum(dim=1)
        counts = torch.bincount(groups, minlength=len(self._centres))
        ends = counts.cumsum(0).tolist()
        self._spans = list(zip([0, *ends[:-1]], ends, strict=True))

    def nearest(self, queries: torch.Tensor) -> torch.Tensor:
        """Return the index of the nearest patch of every query: (Q, F) -> (Q,) int64."""
        visited = min(_VISITED_GROUPS, len(self._centres))
        groups = torch.cat(
            [self._nearest_groups(rows, visited) for rows in torch.split(queries, _ROWS)]
        )
        flat = groups.reshape(-1)
        by_group = torch.argsort(flat, stable=True)
        distances = torch.full_like(flat, torch.inf, dtype=torch.float32)
        found = torch.zeros_like(flat)
        start = 0
        counts = torch.bincount(flat, minlength=len(self._centres)).tolist()
        for (first, last), count in zip(self._spans, counts, strict=True):
            slots, start = by_group[start : start + count], start + count
            if count and last > first:
                distances[slots], nearest = self._within(queries[slots // visited], first, last)
                found[slots] = nearest + first
        best = distances.reshape(-1, visited).argmin(dim=1, keepdim=True)
        return self._order[found.reshape(-1, visited).gather(1, best)[:, 0]]

    def _within(
        self, queries: torch.Tensor, first: int, last: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        features, squares = self._features[first:last], self._squares[first:last]
        nearest = torch.addmm(squares[None], queries, features.t(), alpha=-2.0).min(dim=1)
        return nearest.values, nearest.indices

    def _nearest_groups(self, rows: torch.Tensor, count: int) -> torch.Tensor:
        distances = _distances(rows, self._centres)
        return distances.topk(count, dim=1, largest=False).indices


@dataclass(frozen=True)
class NearestPatches:
    """The patches of a photo at one size.

    Attributes:
        pixels: (3, H, W) uint8, the photo.
        step: every how many pixels a patch begins; above 1 where there are too many.
        filters: (F, 3, 7, 7) float32, the principal components of the looks.
        index: of what the looks hold along them.
    """

    pixels: torch.Tensor
    step: int
    filters: torch.Tensor
    index: PatchIndex

    @classmethod
    def of(cls, looks: torch.Tensor, photo: torch.Tensor) -> NearestPatches:
        """Index a photo by what its pixels look like where they are not sharp yet.

        Args:
            looks: (1, 3, H, W) float32 in [-1, 1].
            photo: (1, 3, H, W) float32 in [-1, 1].
        """
        height, width = int(photo.shape[-2]), int(photo.shape[-1])
        step = max(1, math.ceil(math.sqrt(height * width / _MOST_PATCHES)))
        padded = functional.pad(looks, (_HALF,) * 4, mode="reflect")
        filters = _principal_filters(padded)
        features = functional.conv2d(padded, filters, stride=step)[0].flatten(1).t().contiguous()
        levels = photo[0].add(1.0).mul(127.5).round().clamp(0.0, 255.0).to(torch.uint8)
        return cls(levels, step, filters, PatchIndex(features))

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
        missing = (
            _HALF - (voters.left - read.left),
            _HALF - (read.right - voters.right),
            _HALF - (voters.top - read.top),
            _HALF - (read.bottom - voters.bottom),
        )
        features = functional.conv2d(functional.pad(image, missing, mode="reflect"), self.filters)
        rows = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])
        found = self.index.nearest(rows.contiguous())
        return self._voted(found.reshape(len(image), *voters.size), voters, window)

    def _voted(self, found: torch.Tensor, voters: Window, window: Window) -> torch.Tensor:
        """Let every voter put in what its patch has around its centre; (B, *voters.size) int64."""
        columns = -(-int(self.pixels.shape[2]) // self.step)
        rows, places = found // columns * self.step, found % columns * self.step
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


def _grouped(features: torch.Tensor) -> torch.Tensor:
    """Return the centres of groups of patches, by a few rounds of k-means."""
    count = min(_MOST_GROUPS, max(1, len(features) // _PATCHES_PER_GROUP))
    step = max(1, len(features) // (2 * _ROWS))
    sampled = features[::step]
    centres = sampled[:: max(1, len(sampled) // count)][:count].clone()
    for _ in range(_GROUPING_ROUNDS):
        nearest = _distances(sampled, centres).argmin(dim=1)
        sums = torch.zeros_like(centres).index_add_(0, nearest, sampled)
        counts = torch.bincount(nearest, minlength=len(centres))[:, None]
        centres = torch.where(counts > 0, sums / counts.clamp(min=1), centres)
    return centres


def _distances(rows: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Return squared distances, less a constant a row: (R, F), (O, F) -> (R, O)."""
    return torch.addmm(others.square().sum(dim=1)[None], rows, others.t(), alpha=-2.0)
