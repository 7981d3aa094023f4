"""Harmonization (section 4.4 of the paper): a foreign object takes on the photo's look.

A short training leaves colours that the photo lacks as they are, so they are first moved half
of the way to the photo's, and patches of the photo are put in at the finest scale.
"""

from singan_core.applications.injecting import InjectingApplication

HARMONIZE = InjectingApplication(
    "harmonize", depth=0.7, has_mask=True, detail_scales=2, colour_match=0.5, patch_scales=1
)
