"""Making a kept result again, to the pixel, from its recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.document.document import Document, PhotoTransform
from app.document.errors import DocumentError
from app.document.pixels import Pixels
from app.document.render_settings import STRUCTURE
from app.document.transforming.photo_place import placed_photo
from app.document.wording import translate
from app.jobs.analogy_requests import AnalogyRequest
from app.jobs.recipe import Application, Recipe
from app.jobs.requests import RenderRequest, SampleRequest, SuperResolutionRequest

if TYPE_CHECKING:
    from singan_core.model.trained import TrainedPyramid

REPLAY_SESSION = "replay"


class ReplayError(DocumentError):
    """A result cannot be made again."""


@dataclass(frozen=True, slots=True)
class ReplayInputs:
    """The pixels that a recipe was applied to.

    Attributes:
        photo: (H, W, 3) uint8 RGB, the training photo.
        composite: (h, w, 3) uint8 RGB, as kept with the result; None = there was none.
        edit_mask: (h, w) uint8, likewise.
        photo_b: (h, w, 3) uint8 RGB, the second photo of the project's pair; None = it has none.
    """

    photo: NDArray[np.uint8]
    composite: NDArray[np.uint8] | None = None
    edit_mask: NDArray[np.uint8] | None = None
    photo_b: NDArray[np.uint8] | None = None


def replay_request(
    recipe: Recipe,
    inputs: ReplayInputs,
    models: Mapping[str, TrainedPyramid],
    device: str | None = None,
) -> RenderRequest | SampleRequest | SuperResolutionRequest | AnalogyRequest:
    """Return the request that makes a result again.

    The same pixels come of it on a CPU with ``recipe.threads`` threads, elsewhere the same within
    one 8-bit level, whatever was trained since.

    Args:
        recipe: of the result.
        inputs: kept with it.
        models: of the project and of its pair, by id.
        device: None = the kind of device that the recipe names, where this machine has it.

    Raises:
        ReplayError: the model or the edit is not there, or nothing is known of the application.
    """
    model = _model(models, recipe.model_id)
    device = _device(recipe) if device is None else device
    known = {each.value: each for each in Application}
    application = known.get(recipe.application)
    if application is not None and application.is_injection:
        return _render_request(recipe, application, inputs, model, device)
    if application is Application.SAMPLE:
        return _sample_request(recipe, inputs, model, device)
    if application is Application.SUPER_RESOLUTION:
        return _enlargement_request(recipe, inputs, model, device)
    if application is Application.ANALOGY:
        return _analogy_request(recipe, inputs, models, device)
    text = translate("Errors", "Results of “{application}” cannot be made again.")
    raise ReplayError(text.format(application=recipe.application))


@contextmanager
def recorded_threads(recipe: Recipe) -> Iterator[None]:
    """Compute with as many CPU threads as a recipe names: another number may change last bits."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(recipe.threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _render_request(
    recipe: Recipe,
    application: Application,
    inputs: ReplayInputs,
    model: TrainedPyramid,
    device: str,
) -> RenderRequest:
    if inputs.composite is None:
        text = translate("Errors", "The edit of this result was not kept.")
        raise ReplayError(text)
    return RenderRequest(
        id=0,
        session_id=REPLAY_SESSION,
        application=application,
        model=model,
        photo=_photo_below(recipe.photo_place, inputs.photo, inputs.composite),
        composite=inputs.composite,
        mask=inputs.edit_mask,
        scale=recipe.scale,
        seed=recipe.seed,
        grow_px=recipe.grow_px,
        feather_px=recipe.feather_px,
        device=device,
        fit=recipe.fit,
        mask_tolerance=recipe.mask_tolerance,
        colour_match=recipe.colour_match,
        is_confining=recipe.is_confining,
        finest_size=recipe.finest_size,
        photo_place=recipe.photo_place,
        training_photo=None if recipe.photo_place is None else inputs.photo,
        detail_scales=recipe.detail_scales,
        is_matched=recipe.is_matched,
        patch_scales=recipe.patch_scales,
    )


def _photo_below(place: PhotoTransform | None, photo: Pixels, composite: Pixels) -> Pixels:
    """Return the photo as it lay on the canvas, beyond it the composite; see ``edit_of``."""
    if place is None:
        return photo
    height, width = composite.shape[:2]
    placed = placed_photo(Document(width, height, photo_transform=place), photo)
    return np.where(placed.is_beyond[..., None], composite, placed.rgb)


def _sample_request(
    recipe: Recipe, inputs: ReplayInputs, model: TrainedPyramid, device: str
) -> SampleRequest:
    size = recipe.parameters.get("size")
    return SampleRequest(
        id=0,
        session_id=REPLAY_SESSION,
        model=model,
        photo=inputs.photo,
        seed=recipe.seed,
        start_scale=recipe.scale,
        size=None if size is None else (int(size[0]), int(size[1])),
        patch_scales=recipe.patch_scales,
        likeness=float(recipe.parameters.get("likeness", 0.0)),
        layouts=int(recipe.parameters.get("layouts", 1)),
        device=device,
    )


def _enlargement_request(
    recipe: Recipe, inputs: ReplayInputs, model: TrainedPyramid, device: str
) -> SuperResolutionRequest:
    values = recipe.parameters
    return SuperResolutionRequest(
        id=0,
        session_id=REPLAY_SESSION,
        model=model,
        picture=inputs.photo if inputs.composite is None else inputs.composite,
        factor=float(values["factor"]),
        fine_noise=float(values["fine_noise"]),
        is_document=bool(values["is_document"]),
        seed=recipe.seed,
        device=device,
    )


def _analogy_request(
    recipe: Recipe, inputs: ReplayInputs, models: Mapping[str, TrainedPyramid], device: str
) -> AnalogyRequest:
    from singan_core.model.trained_pair import TrainedPair

    values = recipe.parameters
    is_a2b, refiner_id = values["direction"] == "a2b", values.get("refiner_model_id")
    source, target = _model(models, values["source_model_id"]), _model(models, recipe.model_id)
    size, shown_size = values.get("size"), values.get("shown_size")
    return AnalogyRequest(
        id=0,
        session_id=REPLAY_SESSION,
        pair=TrainedPair(source, target) if is_a2b else TrainedPair(target, source),
        picture=inputs.photo if inputs.composite is None else inputs.composite,
        direction="a2b" if is_a2b else "b2a",
        scale=recipe.scale,
        inject=values.get("inject"),
        refine=values.get("refine"),
        refiner=None if refiner_id is None else _model(models, refiner_id),
        seed=recipe.seed,
        size=None if size is None else (int(size[0]), int(size[1])),
        device=device,
        shown_size=None if shown_size is None else (int(shown_size[0]), int(shown_size[1])),
        appearance=_appearance(recipe, inputs, target),
        patch_scales=recipe.patch_scales,
        structure=values.get("structure", STRUCTURE),
    )


def _appearance(
    recipe: Recipe, inputs: ReplayInputs, target: TrainedPyramid
) -> NDArray[np.uint8] | None:
    """Return the photo whose patches a translation has; None = it has none."""
    from singan_core.pixels.image import photo_sha256

    if not recipe.patch_scales:
        return None
    for photo in (inputs.photo, inputs.photo_b):
        if photo is not None and photo_sha256(photo) == target.photo_sha256:
            return photo
    text = translate("Errors", "The picture that gave this result its appearance is not here.")
    raise ReplayError(text)


def _model(models: Mapping[str, TrainedPyramid], model_id: object) -> TrainedPyramid:
    model = models.get(str(model_id))
    if model is None:
        text = translate("Errors", "The model of this result is not in the project.")
        raise ReplayError(text)
    return model


def _device(recipe: Recipe) -> str:
    from singan_core.device import available_devices

    kinds = [name.partition(":")[0] for name in available_devices()]
    return recipe.device if recipe.device in kinds else "auto"
