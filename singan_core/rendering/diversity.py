"""How much random samples of a pyramid differ in layout from each other.

Source: the diversity score of SinGAN, section 3 ("Quantitative evaluation"): the standard
deviation of each pixel's intensity over many samples, averaged over all pixels, by the standard
deviation of the photo's intensity. Deviations: few samples instead of 100, and of the coarse
scales only, where the layout is decided; both cost milliseconds.
"""

from __future__ import annotations

import torch

from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray, to_tensor
from singan_core.pixels.noise import derive_seed
from singan_core.rendering.sample import Renderer, counter_noise, enlarged, last_image, walk

LAYOUT_PX = 64
"""Long side up to which scales count as coarse."""
REPEATING = 0.2
"""Below this score samples show the photo's own layout; the paper's samples reach about 0.5."""
_SAMPLE_COUNT = 12


def layout_scale_count(model: TrainedPyramid) -> int:
    """Return how many scales decide the layout: those up to 64 px, at least one."""
    return max(1, sum(max(size) <= LAYOUT_PX for size in model.plan.sizes))


def layout_diversity(
    model: TrainedPyramid, photo: ImageArray, device: torch.device, seed: int = 0
) -> float:
    """Return the diversity score of the coarse scales, 0 = all samples are the same.

    Args:
        model: at least ``layout_scale_count(model)`` finished scales, or as many as there are.
        photo: (H, W, 3) uint8 it was trained on.
        device: where to compute.
        seed: of the samples.
    """
    stop = min(layout_scale_count(model), model.scale_count)
    renderer = Renderer.of(model, device)
    samples = torch.cat(
        [
            last_image(
                walk(
                    renderer,
                    model.plan.sizes,
                    counter_noise(renderer, derive_seed(seed, "diversity", index)),
                    stop_scale=stop,
                )
            )
            for index in range(_SAMPLE_COUNT)
        ]
    )
    reference = enlarged(to_tensor(photo, device), model.plan.sizes[stop - 1])
    spread = _intensity(samples).std(dim=0, correction=0).mean()
    return float(spread / _intensity(reference).std(correction=0).clamp_min(1e-3))


def _intensity(images: torch.Tensor) -> torch.Tensor:
    return images.mean(dim=1)
