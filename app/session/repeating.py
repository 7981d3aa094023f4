"""Making something like a kept result again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.document.render_settings import STRUCTURE, RenderSettings
from app.jobs.recipe import Application, Recipe
from app.session.analogy_orders import AnalogyOrder
from app.session.render_orders import EnlargementOrder, SampleOrder

if TYPE_CHECKING:
    from app.jobs.results import RenderResult
    from app.session.analogy_session import AnalogySession


def settings_of(recipe: Recipe, settings: RenderSettings) -> RenderSettings:
    """Return settings that make what a recipe made; what it does not know stays as it is."""
    application = Application(recipe.application)
    chosen = settings._replace(application=application.value)
    if application.is_injection:
        return chosen._replace(
            scale=recipe.scale,
            grow_px=recipe.grow_px,
            feather_px=recipe.feather_px,
            is_matched=_match_of(recipe),
            is_quantized=_is_quantized(recipe, settings.is_quantized),
            patch_scales=recipe.patch_scales,
        )
    if application is Application.SAMPLE:
        height, width = sample_size(recipe) or (0, 0)
        return chosen._replace(
            sample_scale=recipe.scale,
            sample_likeness=likeness(recipe),
            sample_width=width,
            sample_height=height,
            patch_scales=recipe.patch_scales,
        )
    if application is Application.SUPER_RESOLUTION:
        values = recipe.parameters
        return chosen._replace(
            factor=float(values.get("factor", settings.factor)),
            fine_noise=fine_noise(recipe),
            is_document_enlarged=bool(values.get("is_document")),
        )
    if application is Application.ANALOGY:
        values = recipe.parameters
        return chosen._replace(
            is_analogy_reversed=values.get("direction") == "b2a",
            analogy_scale=recipe.scale,
            analogy_inject=values.get("inject"),
            analogy_refine=values.get("refine"),
            is_refined_by_own=bool(values.get("refiner_model_id")),
            patch_scales=recipe.patch_scales,
            structure=values.get("structure", STRUCTURE),
        )
    return chosen


def _match_of(recipe: Recipe) -> bool | None:
    """Return the choice that leads to what a recipe did about colours and grain."""
    if recipe.is_matched:
        return True
    return None if recipe.colour_match > 0 else False


def _is_quantized(recipe: Recipe, otherwise: bool = False) -> bool:
    """Whether a paint took the photo's own colours; of what is no paint nothing is known."""
    if recipe.application != Application.PAINT.value:
        return otherwise
    return recipe.parameters.get("model_kind") == "quantized"


def sample_size(recipe: Recipe) -> tuple[int, int] | None:
    """Return the (H, W) of a random sample, as far as its recipe knows."""
    size = recipe.parameters.get("size")
    return None if size is None else (int(size[0]), int(size[1]))


def likeness(recipe: Recipe) -> float:
    """Return how like the photo a sample's noise was: not at all before there was a choice."""
    return float(recipe.parameters.get("likeness", 0.0))


def layouts(recipe: Recipe) -> int:
    """Return of how many layouts a sample's is the best: one, before there was a choice."""
    return int(recipe.parameters.get("layouts", 1))


def fine_noise(recipe: Recipe) -> float:
    """Return the share of the fine noise of an enlargement."""
    return float(recipe.parameters.get("fine_noise", 1.0))


def render_again(session: AnalogySession, result: RenderResult) -> None:
    """Make a result anew, of the document and with the model as they are now.

    What was a draft when it was made takes all scales that are finished since.
    """
    recipe = result.recipe
    application = Application(recipe.application)
    if application.is_injection:
        session.request_render(
            application,
            recipe.scale,
            recipe.seed,
            recipe.grow_px,
            recipe.feather_px,
            is_matched=_match_of(recipe),
            is_quantized=_is_quantized(recipe),
            patch_scales=recipe.patch_scales,
        )
    elif application is Application.SAMPLE:
        samples = SampleOrder(
            seed=recipe.seed,
            start_scale=recipe.scale,
            size=sample_size(recipe),
            patch_scales=recipe.patch_scales,
            likeness=likeness(recipe),
            layouts=layouts(recipe),
            device=recipe.device,
        )
        session.request_samples(samples)
    elif application is Application.SUPER_RESOLUTION:
        values = recipe.parameters
        order = EnlargementOrder(
            factor=float(values["factor"]),
            fine_noise=fine_noise(recipe),
            is_document=bool(values.get("is_document")),
            seed=recipe.seed,
        )
        session.request_enlargement(order, None)
    elif application is Application.ANALOGY:
        values = recipe.parameters
        analogy = AnalogyOrder(
            direction="b2a" if values.get("direction") == "b2a" else "a2b",
            scale=recipe.scale,
            inject=values.get("inject"),
            refine=values.get("refine"),
            patch_scales=recipe.patch_scales,
            structure=values.get("structure", STRUCTURE),
            is_document=session.document.render_settings.is_analogy_of_document,
            is_refined_by_own=bool(values.get("refiner_model_id")),
            seed=recipe.seed,
            device=recipe.device,
        )
        session.request_translation(analogy)
