"""Paint-to-image (section 4.2 of the paper): a clip-art layout becomes a photo."""

from singan_core.applications.injecting import InjectingApplication

PAINT = InjectingApplication("paint", depth=0.2, has_mask=False, detail_scales=None)
