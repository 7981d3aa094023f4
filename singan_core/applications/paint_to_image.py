"""Paint-to-image (section 4.2 of the paper): a clip-art layout becomes a photo.

With a model of ``train_quantized`` the paint's colours are first replaced by those of the photo
that play the same part, and its injection scale has learned to start from such flat colours.
Patches of the photo at the finest scale make up for a short training; at all scales they give a
landscape the photo's own ground, but take away small objects.
"""

from __future__ import annotations

from singan_core.applications.injecting import InjectingApplication

PAINT = InjectingApplication("paint", depth=0.2, has_mask=False, detail_scales=None, patch_scales=1)
