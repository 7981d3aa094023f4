"""The command on what renders are asked for."""

from __future__ import annotations

from app.document.change import Change
from app.document.commands.command import Command
from app.document.document import Document
from app.document.render_settings import RenderSettings

# labels for the history list, by the field that changed
_LABELS = {
    "application": "Application",
    "copied": "Copy settings",
    "scale": "Injection scale",
    "grow_px": "Mask rim",
    "feather_px": "Mask rim",
    "is_matched": "Match surroundings",
    "patch_scales": "Photo patches",
    "is_quantized": "Match paint colours",
    "sample_scale": "Start scale",
    "sample_likeness": "Likeness",
    "sample_count": "Number of samples",
    "sample_size": "Sample size",
    "factor": "Enlargement",
    "fine_noise": "Fine noise",
    "is_document_enlarged": "Picture to enlarge",
    "kind_preset": "Thoroughness",
    "animation_scale": "Start scale",
    "alpha": "Steadiness",
    "beta": "Smoothness",
    "frame_count": "Number of frames",
    "frames_per_second": "Frames per second",
    "is_loop": "Loop",
    "is_analogy_reversed": "Exchange pictures",
    "is_analogy_of_document": "Picture with the structure",
    "analogy_scale": "Exchange scale",
    "analogy_inject": "Structure redrawn",
    "analogy_refine": "Refinement",
    "is_refined_by_own": "Refinement model",
    "structure": "Structure",
    "switch_scale": "Switch scale",
}


class SetRenderSettings(Command):
    """Choose other settings for renders; consecutive changes of one of them are one step."""

    def __init__(self, settings: RenderSettings, field: str) -> None:
        """Prepare the settings; `field` is the one that the user changed."""
        self.settings = settings
        self.label = _LABELS[field]
        self.merge_key = ("render settings", self.label)
        self._before = RenderSettings()

    def apply(self, document: Document) -> Change:
        """Choose them."""
        self._before, document.render_settings = document.render_settings, self.settings
        return Change()

    def revert(self, document: Document) -> Change:
        """Choose the former ones."""
        document.render_settings = self._before
        return Change()

    def absorb(self, later: Command) -> bool:
        """Take over the later choice."""
        if not isinstance(later, SetRenderSettings):
            return False
        self.settings = later.settings
        return True
