"""Paint-to-image (section 4.2 of the paper): a clip-art layout becomes a photo.

With a model of ``train_quantized`` the paint's colours are first replaced by those of the photo
that play the same part, and its injection scale has learned to start from such flat colours.
"""

from __future__ import annotations

from singan_core.applications.injecting import InjectingApplication
from singan_core.errors import ScaleError
from singan_core.image import ImageArray
from singan_core.palette import PaletteMatch, palette_match
from singan_core.trained import TrainedPyramid

PAINT = InjectingApplication("paint", depth=0.2, has_mask=False, detail_scales=None)


def paint_palette(model: TrainedPyramid, paint: ImageArray) -> PaletteMatch:
    """Return which of the photo's colours a paint's colours are replaced by.

    ``applied`` of it shows the paint, or a part of it, as ``PAINT`` injects it.

    Args:
        model: made by ``train_quantized``.
        paint: (H, W, 3) uint8.

    Raises:
        ScaleError: the model was trained without a palette.
    """
    if model.derivation is None or not model.derivation.palette:
        raise ScaleError("This model was not trained to match the colours of a paint.")
    return palette_match(paint, model.derivation.palette)
