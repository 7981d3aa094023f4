"""Fine detail of an edit in its result: what a short training, or a small one, cannot give.

Not in the paper. Its results end at the trained size, and all their detail was generated; an
edit often holds the right detail already, because its patches come from the photo.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from singan_core.mask import Mask, rim
from singan_core.pyramid import Size
from singan_core.resize import Window, resize
from singan_core.sample import enlarged

_DEPARTURE = 0.5
"""Difference of result and edit, in the [-1, 1] range, at which detail weighs one half."""
_RIM = 0.5
"""Width of the cut, in pixels of the size at which detail begins."""


def detail_of_the_edit(
    edit: torch.Tensor,
    image: torch.Tensor,
    whole: torch.Tensor,
    mask: Mask | None,
    detail_size: Size,
    window: Window,
) -> torch.Tensor:
    """Return what exchanges a result's detail for the edit's where the two agree.

    Detail is what a trip through ``detail_size`` takes away from a picture. Where result and
    edit differ by d at that size, the edit's detail weighs 1 / (1 + (d / 0.5)^2): a ghost of
    what the result dropped would be worse than a soft result. Along the border of the mask it
    weighs 0, since there it is the line of the cut.

    Args:
        edit: (1, 3, H, W) float32 in [-1, 1].
        image: (1, 3, h, w) float32 in [-1, 1], the result as it was rendered.
        whole: the window of ``image`` enlarged to (H, W).
        mask: (H, W) uint8, where the edit was pasted; None = everywhere, without a border.
        detail_size: (h', w') below which the result's own content stays.
        window: the part of (H, W) that is wanted.

    Returns:
        (1, 3, *window.size), to be added to ``whole``.
    """
    size = int(edit.shape[-2]), int(edit.shape[-1])
    departure = enlarged(image, detail_size) - enlarged(edit, detail_size)
    weight = resize(_agreement(departure), size, out_window=window).clamp_(0.0, 1.0)
    if mask is not None:
        weight *= 1.0 - _cut(mask, detail_size, window).to(edit.device)
    fine_edit = edit[..., window.top : window.bottom, window.left : window.right]
    return weight * (fine_edit - whole + resize(departure, size, out_window=window))


def _agreement(departure: torch.Tensor) -> torch.Tensor:
    distance = departure.abs().mean(dim=1, keepdim=True)
    distance = functional.avg_pool2d(functional.pad(distance, (1,) * 4, mode="replicate"), 3, 1)
    return 1.0 / (1.0 + (distance / _DEPARTURE) ** 2)


def _cut(mask: Mask, detail_size: Size, window: Window) -> torch.Tensor:
    """Return how near the border of the mask is, (1, 1, h, w) in [0, 1]."""
    inside = mask[window.top : window.bottom, window.left : window.right] >= 128
    ratio = mask.shape[0] / detail_size[0]
    return torch.from_numpy(rim(inside, round(ratio * _RIM)))[None, None]
