"""Editing (section 4.5 of the paper): regions were copied and moved, the model blends them.

The patches come from the photo, so their own fine detail is right: it is kept where the result
follows them, and the pyramid closes seams and reshapes outlines from its middle scales on.
"""

from singan_core.applications.injecting import InjectingApplication

EDIT = InjectingApplication("edit", depth=0.3, has_mask=True, detail_scales=3)
