"""What a result is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.jobs.recipe import Application

if TYPE_CHECKING:
    from app.jobs.results import RenderResult

SAME_SIZE = 1.05


def caption_of(result: RenderResult) -> str:
    """Return the few letters below a thumbnail."""
    recipe = result.recipe
    if recipe.application == Application.SUPER_RESOLUTION.value:
        factor = float(recipe.parameters.get("factor", 1.0))
        return QCoreApplication.translate("ResultStrip", "×{factor}").format(factor=f"{factor:g}")
    text = QCoreApplication.translate("ResultStrip", "scale {scale}")
    return text.format(scale=recipe.scale)


def text_of(result: RenderResult) -> str:
    """Return what made a result, in one line."""
    recipe = result.recipe
    text = QCoreApplication.translate("ResultStrip", "{application}, scale {scale}, seed {seed}")
    return text.format(application=recipe.application, scale=recipe.scale, seed=recipe.seed)


def draft_text(result: RenderResult, scale_count: int) -> str:
    """Return how far the model was trained, or nothing where it was complete.

    Args:
        result: any.
        scale_count: planned scales of its model.
    """
    if not result.is_draft:
        return ""
    text = QCoreApplication.translate("ResultStrip", "draft {done}/{count}")
    return text.format(done=result.recipe.scale_count, count=scale_count)


def detail_text(result: RenderResult) -> str:
    """Return how the size it was rendered at compares with its own."""
    times = result.image.shape[0] / max(1, result.detail_size[0])
    if times < SAME_SIZE:
        return QCoreApplication.translate("ResultStrip", "detail 1:1")
    number = f"{times:.1f}".removesuffix(".0")
    text = QCoreApplication.translate("ResultStrip", "upsampled ×{times}")
    return text.format(times=number)
