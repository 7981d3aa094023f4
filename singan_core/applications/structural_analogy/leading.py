"""Scales of a translation pieced together one after the other, led by the structure.

How strictly the structure leads is the user's to say. Where nobody does, it begins as usual
(``STRUCTURE``) and becomes stricter as long as the edges of the result hardly follow those of the
structure: some appearances, of small parts that look alike, win over contours that lead others
well. What is compared are pictures of about 64 px, so the finer scales are made only once.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Final

import torch

from singan_core.applications.structural_analogy.piecing import STRUCTURE, Piecing
from singan_core.pixels.image import ImageArray
from singan_core.pixels.resize import Size, Window
from singan_core.pixels.structure import SHORT_PX, compared_size, edge_correlation
from singan_core.rendering.edit_windows import EditWindows
from singan_core.rendering.sample import enlarged

TRIED: Final = (STRUCTURE, 1.5, 2.25)
"""How strictly the structure leads, one after the other, until the edges follow."""
LEAST_FOLLOWED: Final = 0.13
"""By so much the edges must correlate better with the structure's than the appearance's own do."""


@dataclass(frozen=True)
class Leading:
    """The scales that are pieced together, and the picture that leads.

    Attributes:
        piecing: how strictly, among others.
        picture: (H, W, 3) uint8, the one with the structure.
        sizes: (H, W) of the result at every scale.
        device: where to compute.
    """

    piecing: Piecing
    picture: ImageArray
    sizes: tuple[Size, ...]
    device: torch.device

    @property
    def settling_scales(self) -> range:
        """The scales that tell how well the structure is followed."""
        scales = self.piecing.scales
        large = (scale for scale in scales if min(self.sizes[scale]) >= SHORT_PX)
        return range(scales.start, next(large, scales.stop - 1) + 1)

    @torch.inference_mode()
    def steps(self, image: torch.Tensor, scales: range) -> Generator[int, None, torch.Tensor]:
        """Piece scales together.

        Args:
            image: (1, 3, h, w) float32 in [-1, 1], what there is of the picture.
            scales: all of the piecing's, or some.

        Yields:
            The scale, after every round.

        Returns:
            (1, 3, H, W) float32 in [-1, 1], of the last of them; the image itself without any.
        """
        structure = EditWindows(self.picture, self.device)
        for scale in scales:
            size = self.sizes[scale]
            led = structure.at(size, Window.of(size))
            image = yield from self.piecing.steps(scale, enlarged(image, size), led)
        return image

    @torch.inference_mode()
    def settled_steps(
        self, image: torch.Tensor
    ) -> Generator[int, None, tuple[Leading, torch.Tensor]]:
        """Piece the ``settling_scales`` together, more strictly until their edges follow.

        Args:
            image: as of ``steps``.

        Yields:
            The scale, after every round.

        Returns:
            The leading as strict as it has become, and the picture of the last of those scales.
        """
        structure, own = (
            self._compared(picture) for picture in (self.picture, self.piecing.appearance)
        )
        wanted = LEAST_FOLLOWED + edge_correlation(own, structure)
        leading, led = self, image
        for strictness in TRIED:
            leading = replace(self, piecing=replace(self.piecing, structure=strictness))
            led = yield from leading.steps(image, self.settling_scales)
            if edge_correlation(led, structure) >= wanted:
                break
        return leading, led

    def _compared(self, picture: ImageArray) -> torch.Tensor:
        """Return a picture, however large, as it is compared with the structure."""
        size = compared_size((self.picture.shape[0], self.picture.shape[1]))
        return EditWindows(picture, self.device).at(size, Window.of(size))

    @property
    def remaining_scales(self) -> range:
        """Those after the ``settling_scales``."""
        return range(self.settling_scales.stop, self.piecing.scales.stop)
