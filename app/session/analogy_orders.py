"""What the user asks of a pair, and the requests that come of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from app.document.document import Document
from app.document.errors import DocumentError
from app.document.pixels import Pixels
from app.document.wording import translate
from app.jobs.analogy_requests import AnalogyRequest
from app.session.blank_documents import picture_of

if TYPE_CHECKING:
    from singan_core.model.trained import TrainedPyramid
    from singan_core.model.trained_pair import Direction, TrainedPair


@dataclasses.dataclass(frozen=True, slots=True)
class AnalogyOrder:
    """A translation the user asked for.

    Attributes:
        direction: ``a2b`` = the structure of the photo in the appearance of the second picture.
        scale: where the other picture's generators take over; None = the default.
        inject: scale from which the structure is drawn anew first; None = it stays as it is.
        refine: scale at which the result is injected once more; None = it is not.
        is_refined_by_own: into the model of its own that the photo with the appearance has, not
            into the pair's.
        patch_scales: how many of the finest scales put in the patches of the photo that gives the
            appearance; None = the application's own choice.
        structure: how strictly those follow the structure; None = likewise.
        is_document: takes what the document shows for the photo.
        more_seeds: of variations, a further result each.
    """

    direction: Direction = "a2b"
    scale: int | None = None
    inject: int | None = None
    refine: int | None = None
    patch_scales: int | None = None
    structure: float | None = None
    is_document: bool = False
    is_refined_by_own: bool = False
    seed: int = 0
    more_seeds: tuple[int, ...] = ()
    device: str = "auto"


def analogy_request(
    order: AnalogyOrder,
    number: int,
    session_id: str,
    photos: tuple[Pixels | Document, Pixels],
    pair: TrainedPair,
    refiner: TrainedPyramid | None = None,
) -> AnalogyRequest:
    """Build a request from snapshots; on any thread.

    Args:
        order: what was asked for.
        number: of the request.
        session_id: of the document.
        photos: the one with the structure, or a snapshot that shows it; the appearance.
        pair: the models.
        refiner: the appearance's own model, where the order is to be refined by it.

    Raises:
        DocumentError: the document shows one plain colour, or a scale is not trained yet.
    """
    source, appearance = photos
    picture = picture_of(source)[..., :3] if isinstance(source, Document) else source
    refining = pair.scale_count if refiner is None else refiner.scale_count
    for scale, count in ((order.scale, pair.scale_count), (order.refine, refining)):
        if scale is not None and scale >= count:
            text = translate("AnalogySession", "Scale {scale} of the pair is not trained yet.")
            raise DocumentError(text.format(scale=scale))
    height, width = picture.shape[:2]
    return AnalogyRequest(
        id=number,
        session_id=session_id,
        pair=pair,
        picture=picture,
        direction=order.direction,
        scale=order.scale,
        inject=order.inject,
        refine=order.refine,
        refiner=refiner,
        seed=order.seed,
        device=order.device,
        more_seeds=order.more_seeds,
        appearance=appearance,
        patch_scales=order.patch_scales,
        structure=order.structure,
        # what has the document's proportions fits over it; the second picture has its own size
        shown_size=None if order.direction == "b2a" else (height, width),
    )
