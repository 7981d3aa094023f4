"""The result laid over the canvas: an overlay of the compositor, never a layer."""

from __future__ import annotations

from collections.abc import Callable

from app.document.change import Change
from app.document.compositing import Compositor
from app.document.layers import Layer
from app.jobs.results import RenderResult
from app.session.results import result_layer


class SessionPreview:
    """Shows one result at a time.

    Attributes:
        result: the one shown, or None.
        is_hidden: held back while the user compares before and after.
    """

    def __init__(
        self,
        compositor: Compositor,
        pixels_changed: Callable[[Change], None],
        preview_changed: Callable[[], None],
    ) -> None:
        self._compositor = compositor
        self._pixels_changed = pixels_changed
        self._preview_changed = preview_changed
        self._layer: Layer | None = None
        self.result: RenderResult | None = None
        self.is_hidden = False

    @property
    def is_on_canvas(self) -> bool:
        """Whether the result shown lies over the canvas, or would while it is not held back."""
        return self._layer is not None

    def show(self, result: RenderResult | None, is_on_canvas: bool = True) -> None:
        """Show a result or nothing.

        Args:
            result: to show.
            is_on_canvas: lay it over the canvas; otherwise it has a size of its own.
        """
        if result is not self.result:
            self.result = result
            self._layer = None
            if result is not None and is_on_canvas:
                self._layer = result_layer(result, "")
            self.is_hidden = False
            self._lay()

    def swap(self, old: RenderResult, new: RenderResult) -> None:
        """Know the result shown, if it is `old`, as `new`, which has the same pixels."""
        if self.result is old:
            self.result = new
            self._preview_changed()

    def hide(self, is_hidden: bool) -> None:
        """Hold the result back, or show it again."""
        if is_hidden != self.is_hidden and self.result is not None:
            self.is_hidden = is_hidden
            self._lay()

    def _lay(self) -> None:
        changed = self._compositor.overlay(None if self.is_hidden else self._layer)
        self._pixels_changed(Change(pixels=changed))
        self._preview_changed()
