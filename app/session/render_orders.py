"""What the user asks to be made, and the requests that come of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from app.document.document import Document, PhotoTransform
from app.document.errors import NothingToRenderError
from app.document.geometry import Rect
from app.document.masking.edit_mask import edit_of
from app.document.transforming.photo_place import trained_size
from app.document.wording import translate
from app.jobs.recipe import Application
from app.jobs.requests import RenderRequest, SampleRequest, SuperResolutionRequest
from app.session.blank_documents import picture_of
from app.session.files import PhotoSource

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.document.masking.followed_edit import FollowedEdit
    from singan_core.model.trained import TrainedPyramid


@dataclasses.dataclass(frozen=True, slots=True)
class RenderOrder:
    """What the user asked for, without the pixels.

    Attributes:
        scale: injection scale; None = the application's own rule.
        seed: of the result.
        grow_px, feather_px: finite support of the mask in document pixels; None = default.
        more_seeds: of variations, a further result each.
        is_matched: whether colours and grain go along with the surroundings, the colours of a
            pasted object also before it is rendered; None = the application's own choice.
        patch_scales: how many of the finest scales put the photo's own patches in the place of
            what they made; None = the application's own choice.
        is_quantized: whether a paint takes the photo's own colours, with the model that was
            trained for it at the scale.
    """

    application: Application
    scale: int | None = None
    seed: int = 0
    grow_px: int | None = None
    feather_px: int | None = None
    device: str = "auto"
    more_seeds: tuple[int, ...] = ()
    is_matched: bool | None = None
    is_quantized: bool = False
    patch_scales: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SampleOrder:
    """Random samples the user asked for.

    Attributes:
        seed: of the first one; the others count up.
        count: how many.
        start_scale: first scale with fresh noise, 0 = everything is new.
        size: (H, W) in pixels; None = the photo's.
        patch_scales: as of a ``RenderOrder``.
        likeness: how much of the photo's layout stays, 0 to 1; None = the application's own.
        layouts: of how many layouts the best is worked out; None = likewise.
    """

    seed: int = 0
    count: int = 1
    start_scale: int = 0
    size: tuple[int, int] | None = None
    patch_scales: int | None = None
    likeness: float | None = None
    layouts: int | None = None
    device: str = "auto"


@dataclasses.dataclass(frozen=True, slots=True)
class EnlargementOrder:
    """A larger picture the user asked for.

    Attributes:
        factor: 1.1 to 8.
        fine_noise: share of the finest scale's noise that is added, 0 to 1.
        is_document: enlarges what the document shows, not its photo.
    """

    factor: float = 2.0
    fine_noise: float = 1.0
    is_document: bool = False
    seed: int = 0
    device: str = "auto"


def render_request(
    order: RenderOrder,
    request_id: int,
    session_id: str,
    document: Document,
    source: PhotoSource,
    model: TrainedPyramid,
    *,
    is_edit_needed: bool = True,
    followed: FollowedEdit | None = None,
) -> RenderRequest:
    """Build the request from snapshots; takes a moment on large documents.

    Args:
        order: what is to be made.
        request_id: handed back with the result.
        session_id: the document it belongs to.
        document: a snapshot.
        source: the photo.
        model: renders it.
        is_edit_needed: whether a document as its photo is refused.
        followed: worked out the document's last edit, and spares what did not change since.

    Raises:
        NothingToRenderError: there is no edit, and the application needs one.
    """
    work_out = edit_of if followed is None else followed.edit_of
    edit = work_out(document, source.rgb, source.alpha)
    is_selected = document.chosen_area is not None
    if (
        is_edit_needed
        and not edit.mask.any()
        and (is_selected or order.application is not Application.PAINT)
    ):
        raise _nothing_to_render(is_selected)
    height, width = source.rgb.shape[:2]
    is_whole = document.photo_transform == PhotoTransform()
    is_whole = is_whole and document.rect == Rect.of_size(width, height)
    finest = model.plan.sizes[-1]
    return RenderRequest(
        id=request_id,
        session_id=session_id,
        application=order.application,
        model=model,
        photo=source.rgb if is_whole else edit.photo,
        composite=edit.composite,
        mask=edit.mask,
        scale=order.scale,
        seed=order.seed,
        grow_px=order.grow_px,
        feather_px=order.feather_px,
        device=order.device,
        is_confining=is_selected,
        more_seeds=order.more_seeds,
        is_matched=order.is_matched,
        patch_scales=order.patch_scales,
        colour_match=0.0 if order.is_matched is False else None,
        photo_place=None if is_whole else document.photo_transform,
        training_photo=None if is_whole else source.rgb,
        finest_size=None if is_whole else trained_size(document, (height, width), finest),
    )


def _nothing_to_render(is_selected: bool) -> NothingToRenderError:
    if is_selected:
        text = translate("SessionResults", "The selection is too faint to render: select more.")
    else:
        text = translate(
            "SessionResults", "Nothing was changed yet: paint, paste or select something first."
        )
    return NothingToRenderError(text)


def sample_request(
    order: SampleOrder, request_id: int, session_id: str, photo: PhotoSource, model: TrainedPyramid
) -> SampleRequest:
    """Build the request of random samples."""
    return SampleRequest(
        id=request_id,
        session_id=session_id,
        model=model,
        photo=photo.rgb,
        count=order.count,
        seed=order.seed,
        start_scale=order.start_scale,
        size=order.size,
        patch_scales=order.patch_scales,
        likeness=order.likeness,
        layouts=order.layouts,
        device=order.device,
    )


def enlargement_request(
    order: EnlargementOrder,
    request_id: int,
    session_id: str,
    photo: NDArray[np.uint8],
    document: Document | None,
    model: TrainedPyramid,
) -> SuperResolutionRequest:
    """Build the request of a larger picture; takes a moment where a document is drawn.

    Args:
        order: what is to be made.
        request_id: handed back with the result.
        session_id: the document it belongs to.
        photo: (H, W, 3) uint8 RGB.
        document: a snapshot to enlarge instead; None = the photo.
        model: of the kind that enlarges.

    Raises:
        DocumentError: the document shows one plain colour.
    """
    picture = photo if document is None else picture_of(document)[..., :3]
    return SuperResolutionRequest(
        id=request_id,
        session_id=session_id,
        model=model,
        picture=picture,
        factor=order.factor,
        fine_noise=order.fine_noise,
        is_document=order.is_document,
        seed=order.seed,
        device=order.device,
    )
