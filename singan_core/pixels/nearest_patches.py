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
from dataclasses import dataclass, replace

import torch
from torch.nn import functional

from singan_core.pixels.borders import mirrored
from singan_core.pixels.patch_coherence import REACH_PX, PatchField, coherent
from singan_core.pixels.patch_index import PatchIndex
from singan_core.pixels.resize import Size, Window

_PATCH_PX = 7
_HALF = _PATCH_PX // 2


@dataclass(frozen=True, slots=True)
class Vote:
    """How far around its middle a patch puts in what it has.

    Attributes:
        reach_px: 0 to 3, pixels to each side.
        sigma_px: of the Gauss curve that the weights follow; infinite = all weigh the same.
    """

    reach_px: int
    sigma_px: float

    def shares(self) -> list[tuple[int, int, float]]:
        """Return (rows down, columns right, weight) of every pixel."""
        reach = range(-self.reach_px, self.reach_px + 1)
        sharpness = 1.0 / (2.0 * self.sigma_px**2)
        return [
            (down, right, math.exp(-(down * down + right * right) * sharpness))
            for down in reach
            for right in reach
        ]


NARROW, WIDE = Vote(1, 0.55), Vote(_HALF, math.inf)
"""Sharp, for what is shown; and all of a patch, for what is searched again: neighbours agree."""
MATCH_MARGIN_PX = _HALF + REACH_PX
"""How far around a pixel its patch depends on the picture."""
MARGIN_PX = MATCH_MARGIN_PX + NARROW.reach_px
"""How far around a pixel the result depends on the picture, with narrow votes."""

_COMPONENTS = 24
_MOST_PATCHES = 1 << 16
_SAMPLED_PATCHES = 8192
_SMALLEST_SPREAD = 1e-6


@dataclass(frozen=True)
class NearestPatches:
    """The patches of a photo at one size.

    Attributes:
        pixels: (H, W, 3) uint8, the photo.
        step: every how many pixels a patch is searched; above 1 where there are too many.
        filters: (F, 3, 7, 7) float32, the principal components of the looks.
        field: what the looks hold along them.
        index: of every ``step``-th of them.
        guide_factor: what guides are multiplied by, see ``of``.
    """

    pixels: torch.Tensor
    step: int
    filters: torch.Tensor
    field: PatchField
    index: PatchIndex
    guide_factor: float = 0.0

    @classmethod
    def of(
        cls,
        looks: torch.Tensor,
        photo: torch.Tensor,
        guide: torch.Tensor | None = None,
        guidance: float = 0.0,
    ) -> NearestPatches:
        """Index a photo by what its pixels look like where they are not sharp yet.

        Args:
            looks: (1, 3, H, W) float32 in [-1, 1].
            photo: (1, 3, H, W) float32 in [-1, 1].
            guide: (H, W, G) float32, what else patches are compared by; None = nothing.
            guidance: how much that weighs beside what they look like.
        """
        size = int(photo.shape[-2]), int(photo.shape[-1])
        step = max(1, math.ceil(math.sqrt(size[0] * size[1] / _MOST_PATCHES)))
        seen = mirrored(looks, (_HALF,) * 4)
        filters, factor = _principal_filters(seen), 0.0
        rows = functional.conv2d(seen, filters)[0].flatten(1).t().contiguous()
        if guide is not None:
            beside = guide.flatten(0, 1)
            factor = guidance * _spread_of(rows) / max(_spread_of(beside), _SMALLEST_SPREAD)
            rows = torch.cat([rows, factor * beside], dim=1)
        levels = photo[0].add(1.0).mul(127.5).round().clamp(0.0, 255.0).to(torch.uint8)
        levels = levels.permute(1, 2, 0).contiguous()
        field = PatchField(size, rows, torch.ones_like(rows[:, 0]))
        index = PatchIndex(rows[_searched(size, step, rows.device).reshape(-1)])
        return cls(levels, step, filters, field, index, factor)

    def completed(self, typical: torch.Tensor, completeness: float) -> NearestPatches:
        """Return the patches weighed so that rare ones are put in as well.

        Args:
            typical: (1, 3, h, w) float32 in [-1, 1], a picture as those to be replaced: patches
                that nothing in it resembles count as nearer than they are.
            completeness: above 0; how far a patch is from that picture, as a share of the middle
                one, that halves what is made up for: smaller = rare patches are put in more often.
        """
        size = self.field.size
        searched = _searched(size, self.step, self.field.features.device)
        places, colours = searched.reshape(-1), self.field.features[:, : len(self.filters)]
        missed = _missed(colours[places], typical, self.filters)
        shares = _completing(missed, completeness).reshape(searched.shape)
        weights = _spread(shares, self.step, size).reshape(-1)
        field = replace(self.field, weights=weights)
        return replace(self, field=field, index=self.index.weighted(weights[places]))

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
        voters = window.grown(NARROW.reach_px, size)
        places = self.matched(image, read, voters, size)
        return self._voted(places, voters, window, NARROW)

    @torch.inference_mode()
    def guided(
        self, image: torch.Tensor, guide: torch.Tensor | None, vote: Vote, strength: float
    ) -> torch.Tensor:
        """Return a whole picture made of the patches nearest to it and to its guide.

        Args:
            image: (1, 3, H, W) float32 in [-1, 1].
            guide: (H, W, G) float32, of the kind the patches were indexed with; None = none.
            vote: how the patches are put in.
            strength: see ``coherent``.

        Returns:
            (1, 3, H, W) float32 in [-1, 1].
        """
        size = int(image.shape[-2]), int(image.shape[-1])
        whole = Window.of(size)
        queries = self._features(image, whole, whole)[0]
        if guide is not None:
            queries = torch.cat([queries, self.guide_factor * guide], dim=-1)
        places = coherent(queries, self._nearest(queries), self.field, (0, 0), strength)
        return self._voted(places[None], whole, whole, vote)

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

    def _voted(
        self, found: torch.Tensor, voters: Window, window: Window, vote: Vote
    ) -> torch.Tensor:
        """Let every voter put in what its patch has around its centre; (B, *voters.size) int64."""
        width, reach = self.field.size[1], vote.reach_px
        rows, places = found // width, found % width
        sides = [side + 2 * reach for side in voters.size]
        canvas = torch.zeros(len(found), *sides, 3, device=found.device)
        weights = torch.zeros(*sides, 1, device=found.device)
        height, width = voters.size
        beside = range(-reach, reach + 1)
        across = {right: _mirrored(places + right, self.field.size[1]) for right in beside}
        starts = {
            down: self.field.size[1] * _mirrored(rows + down, self.field.size[0]) for down in beside
        }
        for down, right, share in vote.shares():
            values = self._values(starts[down] + across[right])
            top, left = reach + down, reach + right
            canvas[:, top : top + height, left : left + width] += values.mul_(share)
            weights[top : top + height, left : left + width] += share
        margin = Window(
            voters.top - reach,
            voters.left - reach,
            voters.bottom + reach,
            voters.right + reach,
        )
        return window.cut((canvas / weights).permute(0, 3, 1, 2).contiguous(), margin)

    def _values(self, places: torch.Tensor) -> torch.Tensor:
        """Return pixels of the photo: (B, h, w) int64 -> (B, h, w, 3) float32 in [-1, 1]."""
        levels = self.pixels.flatten(0, 1).index_select(0, places.reshape(-1))
        return levels.to(torch.float32).div_(127.5).sub_(1.0).reshape(*places.shape, 3)


def _searched(size: Size, step: int, device: torch.device) -> torch.Tensor:
    """Return the places of every ``step``-th pixel: (H / step, W / step) int64."""
    places = torch.arange(size[0] * size[1], device=device).reshape(size)
    return places[::step, ::step]


def _spread_of(rows: torch.Tensor) -> float:
    """Return how far rows lie from their middle, as a root mean square: (N, F)."""
    return math.sqrt(float((rows - rows.mean(dim=0)).square().sum(dim=1).mean()))


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
