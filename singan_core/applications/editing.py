"""Editing (section 4.5 of the paper): regions were copied and moved, the model blends them."""

from singan_core.applications.injecting import InjectingApplication

EDIT = InjectingApplication("edit", depth=0.5, has_mask=True, keeps_detail=True)
