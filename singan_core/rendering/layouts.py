"""The choice between several layouts of a sample, before its finer scales are made.

Not in the paper, which takes what one noise gives. The coarse scales cost next to nothing and
decide about all that is large; some of what they make up has half of what the photo has, or has it
twice. So several layouts are drawn, and the one whose patches are nearest to the photo's is worked
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from singan_core.pixels.image import ImageArray
from singan_core.pixels.patch_distance import PATCH_PX, PatchDistance
from singan_core.pixels.resize import Size, Window
from singan_core.rendering.edit_windows import EditWindows
from singan_core.rendering.sample import Renderer, counter_noise, last_image, walk

JUDGED_PX = 64
"""Long side of the model's largest scale at which layouts are compared. Of four layouts of five
photos, the nearest at about 60 px gave samples with 0.78 of the mean SIFID, 0.91 of its form in
deeper features and 0.97 of the novelty; larger scales and a weight for texture did worse."""
_MOST_PIXELS = 1 << 17
"""Of the layout of a very large sample, which is compared at a coarser scale."""


@dataclass(frozen=True)
class Layouts:
    """The layouts of samples of one size, and how far they are from the photo.

    Attributes:
        renderer: the generators alone.
        sizes: (H, W) of a sample at every scale.
        scale: at which layouts are compared.
        distance: of a picture from the photo.
    """

    renderer: Renderer
    sizes: Sequence[Size]
    scale: int
    distance: PatchDistance

    @classmethod
    def of(cls, renderer: Renderer, sizes: Sequence[Size], photo: ImageArray) -> Layouts:
        """Prepare the comparison with a photo, (H, W, 3) uint8, that was trained on."""
        scale = _judged_scale(renderer.sizes, sizes)
        size = renderer.sizes[scale]
        real = EditWindows(photo, renderer.device).at(size, Window.of(size))
        return cls(renderer, sizes, scale, PatchDistance(real))

    def nearest(self, seeds: Sequence[int]) -> int:
        """Return the seed whose layout has the patches that are nearest to the photo's.

        Where the sample is too small to have patches at that scale, that is the first.
        """
        if min(self.sizes[self.scale]) < PATCH_PX:
            return seeds[0]
        return min(seeds, key=self._distance_of)

    def _distance_of(self, seed: int) -> float:
        noise = counter_noise(self.renderer, seed)
        steps = walk(self.renderer, self.sizes, noise, stop_scale=self.scale + 1)
        return self.distance.of(last_image(steps))


def _judged_scale(planned: Sequence[Size], sizes: Sequence[Size]) -> int:
    """Return the last scale whose layouts are not larger than is needed to compare them."""
    small = [
        scale
        for scale, (height, width) in enumerate(sizes[: len(planned)])
        if max(planned[scale]) <= JUDGED_PX and height * width <= _MOST_PIXELS
    ]
    return max(small, default=0)
