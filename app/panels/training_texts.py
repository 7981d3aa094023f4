"""What there is to say about a training under way, in every panel that shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.controls.pyramid_view import PyramidPicture
from app.controls.texts import duration_text
from app.document.wording import translate

if TYPE_CHECKING:
    from app.session.training_progress import TrainingStatus


def running_text(status: TrainingStatus) -> str:
    """Return which scale is trained, how far it is, and the time left."""
    if status.state == "queued":
        return translate("TrainingTexts", "Waiting for its turn …")
    count = 0 if status.plan is None else len(status.plan.sizes)
    first = translate("TrainingTexts", "Scale {scale}").format(scale=status.scale)
    if status.iterations:
        text = translate("TrainingTexts", "Scale {scale} · iteration {iteration} of {iterations}")
        first = text.format(
            scale=status.scale, iteration=status.iteration + 1, iterations=status.iterations
        )
    text = QCoreApplication.translate("TrainingTexts", "{done} of %n scales trained", "", count)
    return f"{first} · {text.format(done=status.scale)}\n{time_text(status)}"


def time_text(status: TrainingStatus) -> str:
    """Return the time left, of the whole training and of its scale."""
    if status.state == "paused":
        return translate("TrainingTexts", "Paused")
    if status.eta_s is None:
        return translate("TrainingTexts", "Measuring the speed …")
    if status.scale_eta_s is None:
        return translate("TrainingTexts", "{all} left").format(all=duration_text(status.eta_s))
    text = translate("TrainingTexts", "{all} left, {scale} of it in this scale")
    return text.format(all=duration_text(status.eta_s), scale=duration_text(status.scale_eta_s))


def pyramid_picture(status: TrainingStatus) -> PyramidPicture:
    """Return the pyramid of a training under way: coarse to fine, each with its sample."""
    if status.plan is None:
        return PyramidPicture()
    share = status.iteration / status.iterations if status.iterations else 0.0
    return PyramidPicture(
        sizes=status.plan.sizes,
        done_count=min(status.scale, len(status.plan.sizes)),
        current=status.scale,
        current_share=share,
        previews=status.previews,
    )
