"""The photo's own patches in what the finest scales make: sharp where training was short.

Not in the paper: a generator that was trained for minutes leaves texture soft. After it, each
patch of a retouched scale gives way to the nearest one of the photo, searched among what the same
generator makes of the photo itself, so that softness meets softness.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch

from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray, to_array, to_tensor
from singan_core.pixels.nearest_patches import MARGIN_PX, NearestPatches
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.photo_detail import PhotoDetail, is_of_density
from singan_core.pixels.resize import Size, Window
from singan_core.recently_used import RecentlyUsed
from singan_core.rendering.sample import (
    Renderer,
    counter_noise,
    enlarged,
    injected,
    last_image,
    walk,
)

_LARGEST_AREA_PX = 1 << 18
COMPLETENESS_OF_SAMPLES, COMPLETENESS_OF_LAYOUTS = 0.5, 0.05
"""A flat layout resembles little of the photo: what lacks has to come forth more."""
_LEAST_ENLARGEMENT = 1.1
_MOST_DENSE_PX = 1 << 24
"""That a photo is enlarged to, for its detail on a canvas that was."""
_indexed: Final[RecentlyUsed[NearestPatches]] = RecentlyUsed(24)
_details: Final[RecentlyUsed[PhotoDetail]] = RecentlyUsed(2)


@dataclass(frozen=True)
class Retouching:
    """Which scales of a model are retouched, with the patches of its photo.

    Attributes:
        model: the pyramid.
        photo: (H, W, 3) uint8 it was trained on.
        photo_size: (H, W) at which it is as dense as what is made.
        renderer: its generators, not retouched.
        scales: those that are retouched.
        completeness: how much every part of the photo is to be seen as often as in its samples,
            see ``NearestPatches``, as befits a whole picture; None = the nearest patches are
            taken as they are, as befits an edit, whose surroundings stay.
    """

    model: TrainedPyramid
    photo: ImageArray
    photo_size: Size
    renderer: Renderer
    scales: range
    completeness: float | None

    def margin(self, scale: int) -> int:
        """Return how far around a pixel the retouching of a scale reads."""
        return MARGIN_PX if scale in self.scales else 0

    def retouched(
        self, scale: int, image: torch.Tensor, read: Window, window: Window, size: Size
    ) -> torch.Tensor:
        """Return a window of what a scale made, retouched where the scale is.

        Args:
            scale: the scale.
            image: (B, 3, *read.size) float32 in [-1, 1], what its generator made.
            read: ``window`` grown by ``margin(scale)`` and clipped to the picture.
            window: pixels wanted.
            size: (H, W) of the whole picture.
        """
        if scale not in self.scales:
            return window.cut(image, read)
        return self._patches(scale).replaced(image, read, window, size)

    @torch.inference_mode()
    def detail(self) -> PhotoDetail:
        """Return what the photo, as dense as what is made, holds beyond the finest scale."""
        photo = to_tensor(self.photo, self.renderer.device)
        is_own_size = self.photo_size == self.photo.shape[:2]
        dense = self.photo if is_own_size else to_array(enlarged(photo, self.photo_size))
        return PhotoDetail.of(dense, enlarged(photo, self.renderer.sizes[-1]))

    def _patches(self, scale: int) -> NearestPatches:
        model, device, count = self.model, str(self.renderer.device), scale + 1
        # a derived model has scales of its parent's, above others that make something else of them
        walked = tuple(made.sha256 for made in model.scales[:count])
        key = model.photo_sha256, model.plan.sizes[:count], walked, device, self.completeness
        return _indexed.get(key, lambda: self._index(scale))

    @torch.inference_mode()
    def _index(self, scale: int) -> NearestPatches:
        sizes, photo = self.renderer.sizes, to_tensor(self.photo, self.renderer.device)
        noise, stop = counter_noise(self.renderer, derive_seed("looks", scale)), scale + 1
        start = injected(photo, scale, sizes)
        made = walk(self.renderer, sizes, noise, start_scale=scale, start=start, stop_scale=stop)
        looks, at_size = last_image(made), enlarged(photo, sizes[scale])
        patches = NearestPatches.of(looks, at_size)
        if self.completeness is None:
            return patches
        typical = last_image(walk(self.renderer, sizes, noise, stop_scale=stop))
        return patches.completed(typical, self.completeness)


def retouched(
    renderer: Renderer,
    model: TrainedPyramid,
    photo: ImageArray,
    count: int,
    *,
    completeness: float | None,
    photo_size: Size | None = None,
) -> Renderer:
    """Return a renderer whose finest scales are retouched.

    Scales of more than 512 x 512 px are not, nor counted: there a patch shows too little.

    Args:
        renderer: of the model.
        model: the pyramid.
        photo: (H, W, 3) uint8 it was trained on.
        count: how many of the finest scales; 0 = none.
        completeness: see ``Retouching``.
        photo_size: (H, W) at which the photo is as dense as what is made; None = its own. One so
            large that there is nothing more to be seen in it is not followed.
    """
    small = retouchable_count(renderer.sizes)
    scales = range(max(1, small - count), small)
    if not count or not scales:
        return renderer
    own = photo.shape[0], photo.shape[1]
    size = own if photo_size is None else photo_size
    if math.prod(size) > max(math.prod(own), _MOST_DENSE_PX):
        size = own
    return renderer.with_retouching(Retouching(model, photo, size, renderer, scales, completeness))


def retouchable_count(sizes: Sequence[Size]) -> int:
    """Return how many of the scales are small enough for patches to show something."""
    return sum(height * width <= _LARGEST_AREA_PX for height, width in sizes)


def photo_dense_size(renderer: Renderer, image_size: Size) -> Size:
    """Return the (H, W) at which a rendered picture is as dense as the photo of its patches.

    Args:
        renderer: the generators, retouched.
        image_size: (H, W) it was rendered at; what comes back where the photo adds nothing.
    """
    density = _photo_density(renderer)
    return round(image_size[0] * density), round(image_size[1] * density)


def photo_detail(renderer: Renderer, size: Size, image_size: Size) -> PhotoDetail | None:
    """Return what the photo adds to a picture that was rendered smaller; None = nothing.

    That takes a photo larger than its model, a retouched finest scale, and a picture as dense as
    the photo.

    Args:
        renderer: the generators.
        size: (H, W) of the picture.
        image_size: (H, W) it was rendered at.
    """
    retouching, density = renderer.retouching, _photo_density(renderer)
    if density == 1.0 or not isinstance(retouching, Retouching):
        return None
    if not is_of_density(size, image_size, density):
        return None
    sizes, device = (retouching.photo_size, renderer.sizes[-1]), str(renderer.device)
    key = retouching.model.photo_sha256, sizes, device
    return _details.get(key, retouching.detail)


def _photo_density(renderer: Renderer) -> float:
    """Return how many px of what is made a px of the finest scale is wide; 1: no photo's detail."""
    retouching, finest = renderer.retouching, renderer.scale_count - 1
    if not isinstance(retouching, Retouching) or finest not in retouching.scales:
        return 1.0
    density = math.sqrt(math.prod(retouching.photo_size) / math.prod(renderer.sizes[finest]))
    return density if density > _LEAST_ENLARGEMENT else 1.0
