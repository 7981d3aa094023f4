"""Editing (section 4.5 of the paper): regions were copied and moved, the model blends them.

The patches come from the photo, so their own finest detail is right: it is kept where the result
follows them, and the pyramid closes seams and reshapes outlines from a coarse scale on. Patches of
the photo at the two finest scales take away the halos that a short training leaves along the mask.
"""

from singan_core.applications.injecting import InjectingApplication

EDIT = InjectingApplication("edit", depth=0.2, has_mask=True, detail_scales=2, patch_scales=2)
