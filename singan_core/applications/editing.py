"""Editing (section 4.5 of the paper): regions were copied and moved, the model blends them.

The patches come from the photo, so their own fine detail is right: it is kept where the result
follows them. That lets the default scale be a coarse one, which closes seams and reshapes
outlines.
"""

from singan_core.applications.injecting import InjectingApplication

EDIT = InjectingApplication("edit", depth=0.25, has_mask=True, detail_scales=4)
