"""How far the patches of one picture are from those of another, without trained features.

The sliced Wasserstein distance between two sets of patches: both are projected on random
directions, and one-dimensional distributions are compared by sorting (Rabin et al., Wasserstein
Barycenter and its Application to Texture Mixing, 2011), over patches as Elnekave and Weiss use it
(Generating Natural Images with Direct Patch Distributions Matching, CVPR 2022). Deviations: the
mean of absolute differences at three sizes, on a fixed subset of the patches.
"""

from __future__ import annotations

import functools

import torch

from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import resize

PATCH_PX = 7
_SHRINKS = (1, 2, 4)
_PROJECTIONS = 64
_PATCHES = 4096
_TEXTURE_WEIGHT = 2.0


class PatchDistance:
    """The patches of one picture, ready to be compared with those of others.

    Equal pictures have distance 0, and the order of two pictures does not matter. A comparison
    takes about 0.03 s of one processor core at 128 x 96 px and 0.13 s at 1000 x 750 px, where
    all that grows is the cost of the two reductions.

    Args:
        reference: (B, 3, H, W) float in [-1, 1]; several pictures or crops count as one set
            of patches.
        is_texture: compare what remains without the mean of every patch and channel: blind to
            flat colour, it sees texture and sharpness alone.
        seed: of the directions and of the choice of patches.
        projections: number of directions.
        patches: at most so many patches are compared at every size.
    """

    def __init__(
        self,
        reference: torch.Tensor,
        *,
        is_texture: bool = False,
        seed: int = 0,
        projections: int = _PROJECTIONS,
        patches: int = _PATCHES,
    ) -> None:
        self._seed = seed
        self._patches = patches
        self._directions = _directions(projections, is_texture, seed).to(reference.device)
        self._reference = self._sorted_projections(reference)

    def of(self, picture: torch.Tensor) -> float:
        """Return the distance of a picture, 0 = equal patches.

        Args:
            picture: (B, 3, h, w) float in [-1, 1], of any size of at least one patch, on the
                device of the reference.

        Returns:
            Mean absolute difference of the projections, in the [-1, 1] range, over the sizes 1,
            1/2 and 1/4 that both pictures have patches at.
        """
        parts = [
            (_at_quantiles(first, second) - _at_quantiles(second, first)).abs().mean()
            for first, second in zip(
                self._reference, self._sorted_projections(picture), strict=False
            )
        ]
        return float(torch.stack(parts).mean())

    @torch.no_grad()
    def _sorted_projections(self, picture: torch.Tensor) -> list[torch.Tensor]:
        """Return (directions, patches) for every size that has a patch, largest first."""
        height, width = int(picture.shape[-2]), int(picture.shape[-1])
        projected: list[torch.Tensor] = []
        for shrink in _SHRINKS:
            size = (round(height / shrink), round(width / shrink))
            if min(size) < PATCH_PX and projected:
                break
            reduced = resize(picture, size)
            patches = self._chosen_patches(reduced)
            projected.append((self._directions @ patches.T).sort(dim=1).values)
        return projected

    def _chosen_patches(self, picture: torch.Tensor) -> torch.Tensor:
        """Return (patches, 3 * 7 * 7) float32, evenly spread over the picture and jittered."""
        windows = picture.float().unfold(2, PATCH_PX, 1).unfold(3, PATCH_PX, 1)
        batch, _, rows, columns = windows.shape[:4]
        at = _places(batch * rows * columns, self._patches, self._seed).to(picture.device)
        image, place = at // (rows * columns), at % (rows * columns)
        return windows[image, :, place // columns, place % columns].flatten(1)


class PictureDistance:
    """Patch distance and texture distance in one number.

    The first sees colours, the second sharpness and grain, which weigh little in the first. At
    this weight the sum ranked pictures as the Inception features of SIFID do, better than
    either: over published samples of 12 photos Spearman's correlation was 0.84, against 0.68
    and 0.62 (``tests/benchmarks/measures_rank.py``).

    Args:
        photo: (B, 3, H, W) float in [-1, 1], as of ``PatchDistance``.
    """

    def __init__(self, photo: torch.Tensor) -> None:
        self._colour = PatchDistance(photo)
        self._texture = PatchDistance(photo, is_texture=True)

    def of(self, picture: torch.Tensor) -> float:
        """Return the distance of (B, 3, h, w) from the photo, 0 = equal patches."""
        return self._colour.of(picture) + _TEXTURE_WEIGHT * self._texture.of(picture)


@functools.lru_cache(maxsize=8)
def _directions(count: int, is_texture: bool, seed: int) -> torch.Tensor:
    """Return (count, 3 * 7 * 7) unit vectors."""
    generator = torch.Generator().manual_seed(derive_seed("directions", seed))
    drawn = torch.randn(count, 3, PATCH_PX**2, generator=generator)
    if is_texture:
        drawn -= drawn.mean(dim=2, keepdim=True)
    return torch.nn.functional.normalize(drawn.flatten(1), dim=1)


@functools.lru_cache(maxsize=32)
def _places(count: int, chosen: int, seed: int) -> torch.Tensor:
    """Return at most so many numbers of 0..count, one drawn in each of as many equal parts."""
    if count <= chosen:
        return torch.arange(count)
    generator = torch.Generator().manual_seed(derive_seed("patches", seed, count))
    jitter = torch.rand(chosen, dtype=torch.float64, generator=generator)
    return ((torch.arange(chosen) + jitter) * count / chosen).long().clamp(max=count - 1)


def _at_quantiles(values: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return sorted (K, n) at as many quantiles as the shorter of two rows has values."""
    length, count = values.shape[1], min(values.shape[1], other.shape[1])
    if length == count:
        return values
    at = (torch.arange(count, dtype=torch.float64) + 0.5) / count * length - 0.5
    low = at.floor().long()
    share = (at - low).to(values)
    low = low.to(values.device)
    return values[:, low] * (1.0 - share) + values[:, (low + 1).clamp(max=length - 1)] * share
