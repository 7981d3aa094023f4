"""Paint-to-image (section 4.2 of the paper): a clip-art layout becomes a photo.

With a model of ``train_quantized`` the paint's colours are first replaced by those of the photo
that play the same part, and its injection scale has learned to start from such flat colours.
Patches of the photo at the four finest scales give what was flat the photo's own texture (sifid
0.4 instead of 6.0 on one paint, 2.5 instead of 4.1 on another); at all scales the layout gives way
to the photo's.
"""

from __future__ import annotations

from singan_core.applications.injecting import InjectingApplication

PAINT = InjectingApplication("paint", depth=0.2, has_mask=False, detail_scales=None, patch_scales=4)
