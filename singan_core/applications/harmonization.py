"""Harmonization (section 4.4 of the paper): a foreign object takes on the photo's look."""

from singan_core.applications.injecting import InjectingApplication

HARMONIZE = InjectingApplication("harmonize", depth=0.7, has_mask=True, detail_scales=2)
