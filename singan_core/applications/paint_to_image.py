"""Paint-to-image (section 4.2 of the paper): a clip-art layout becomes a photo.

With a model of ``train_quantized`` the paint's colours are first replaced by those of the photo
that play the same part, and its injection scale has learned to start from such flat colours.
Patches of the photo at the five finest scales give what was flat the photo's own texture and some
of its small things (sifid 0.4 instead of 6.0 on one paint, 1 instead of 4.1 on another); fewer keep
closer to the layout.
"""

from __future__ import annotations

from singan_core.applications.injecting import InjectingApplication

PAINT = InjectingApplication("paint", depth=0.3, has_mask=False, detail_scales=None, patch_scales=5)
