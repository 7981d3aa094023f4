"""What all sessions of the program share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.jobs.background import BackgroundTasks
    from app.jobs.worker import Worker
    from app.storage.model_cache import ModelCache
    from app.storage.recovery import RecoveryFolder


@dataclass(frozen=True)
class SessionServices:
    """The one worker and the folders behind every session.

    Attributes:
        worker: queue of trainings and renders.
        cache: finished models by photo and settings.
        recovery: checkpoints of trainings, also of documents never saved.
        files: thread that reads and writes files, one after another.
        edits: thread that turns snapshots into edits and requests.
    """

    worker: Worker
    cache: ModelCache
    recovery: RecoveryFolder
    files: BackgroundTasks
    edits: BackgroundTasks
