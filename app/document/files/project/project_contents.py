"""What a project file holds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.document.document import Document
from app.document.errors import DocumentError
from app.document.pixels import Pixels
from app.document.wording import translate
from singan_core.config import TrainConfig

if TYPE_CHECKING:
    from app.document.files.project.project_pair import StoredPair
    from singan_core.model.trained import TrainedPyramid, TrainState


class ProjectFileError(DocumentError):
    """A project cannot be read, or has no model where one is needed."""


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A rendered image that is kept.

    Attributes:
        image: (H, W, 3) uint8 RGB, what was generated, before the mask joined it.
        mask: (H, W) uint8, where the result replaces the photo.
        recipe: plain JSON values.
        composite: (H, W, 3) uint8, the edit it was made from, when kept.
        edit_mask: (H, W) uint8, the mask of that edit before it was grown, when kept.
    """

    image: Pixels
    mask: Pixels
    recipe: dict[str, Any]
    composite: Pixels | None = None
    edit_mask: Pixels | None = None


@dataclass(slots=True)
class ProjectContents:
    """Everything in a project file.

    Attributes:
        photo_bytes: the file that was opened, untouched; empty = ``photo`` is stored as PNG.
        photo_extension: of that file, with its dot.
        photo: (H, W, 3) uint8 RGB, the pixels that are trained on.
        models: by model id: the active one and all that kept results refer to.
        train_state: where an unfinished training goes on.
        config: of the next or the unfinished training.
        settings: plain JSON values of the session.
        photo_exif: of the photo, for exports; read from ``photo_bytes``, not stored.
        photo_alpha: (H, W) uint8 of the photo, read likewise; None = opaque.
        notices: what was damaged or could not be kept while loading, a sentence each.
        pair: the second photo of a pair and the models of both; None = there is none.
        model_problem: the one of them that tells why the active model is not there.
    """

    document: Document
    photo_bytes: bytes
    photo_extension: str
    photo: Pixels
    models: dict[str, TrainedPyramid] = field(default_factory=dict)
    active_model_id: str | None = None
    train_state: TrainState | None = None
    config: TrainConfig | None = None
    results: list[StoredResult] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    photo_exif: bytes | None = None
    photo_alpha: Pixels | None = None
    notices: tuple[str, ...] = ()
    model_problem: str | None = None
    pair: StoredPair | None = None

    def snapshot(self) -> ProjectContents:
        """The contents as they are now, sharing all pixels: to be saved on another thread."""
        return dataclasses.replace(
            self,
            document=self.document.snapshot(),
            models=dict(self.models),
            results=list(self.results),
            settings=dict(self.settings),
        )

    def require_model(self) -> TrainedPyramid:
        """Return the active model.

        Raises:
            ProjectFileError: there is none; says so, or what is wrong with it.
        """
        model = self.models.get(self.active_model_id or "")
        if model is None:
            raise ProjectFileError(
                self.model_problem or translate("Errors", "This project has no trained model yet.")
            )
        return model
