"""What the document looks like: the one compositor of screen, rendering and export.

A photo's way through the room: `scene` turns the list of layers into a tree of what is drawn,
`source` gives its pixels at every level of detail, `drawing` composites them with the arithmetic of
`accumulator` and `blend_modes`, and `compositor` keeps what need not be done again.
"""

from app.document.compositing.compositor import Compositor
from app.document.compositing.flattening import flatten

__all__ = ["Compositor", "flatten"]
