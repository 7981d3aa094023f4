"""Paint-to-image (section 4.2 of the paper): a clip-art layout becomes a photo.

With a model of ``train_quantized`` the paint's colours are first replaced by those of the photo
that play the same part, and its injection scale has learned to start from such flat colours.
Patches of the photo are off unless asked for: at all scales they give a landscape the photo's own
ground (sifid 2.1 instead of 6.0 on one), but take small objects and fine grass away (10.6 instead
of 5.0 on another).
"""

from __future__ import annotations

from singan_core.applications.injecting import InjectingApplication

PAINT = InjectingApplication("paint", depth=0.2, has_mask=False, detail_scales=None)
