"""What the user chose for renders of a document: kept and undone with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeGuard

STRUCTURE, MOST_STRUCTURE, LIKENESS = 1.0, 4.0, 0.4
"""As in the engine, which is too much to load for them."""
_MOST: Final = {"structure": MOST_STRUCTURE, "sample_likeness": 1.0}
"""Of numbers from 0 that are the application's own unless chosen."""


class RenderSettings(NamedTuple):
    """The choices of the generate panel; the seed belongs to each result instead.

    Attributes:
        application: name of the application; see `app.jobs.recipe.Application`.
        scale: injection scale; None = the application's default.
        grow_px: of the mask, document pixels; None = the default.
        feather_px: of the mask, document pixels; None = the default.
        patch_scales: how many of the finest scales put in the photo's own patches; None = the
            application's own choice.
        is_matched: whether colour and grain of the result are matched to its surroundings; None =
            the application's own choice.
        is_quantized: whether a painted layout takes the photo's own colours.
        sample_scale: first scale of random samples with fresh noise.
        sample_likeness: how much of the photo's layout they keep, 0 to 1; None = as usual.
        sample_count: how many samples a click makes.
        sample_width, sample_height: of the samples, pixels; 0 = the document's.
        factor: of super-resolution.
        fine_noise: share of the finest scale's noise that super-resolution adds, 0 to 1.
        is_document_enlarged: whether super-resolution is of what the document shows, not its photo.
        kind_preset: how thoroughly models for one application are trained; empty = any will do.
        animation_scale: first scale of an animation that moves.
        alpha, beta: steadiness and smoothness of its motion, 0 to 1.
        frame_count: frames of an animation.
        frames_per_second: of an animation.
        is_loop: whether its end leads back to its beginning.
        is_analogy_reversed: whether an analogy has the structure of the second picture.
        is_analogy_of_document: whether it translates what the document shows, not its photo.
        analogy_scale: where the other picture's generators take over; None = the default.
        analogy_inject: scale from which the structure is drawn anew first; None = as it is.
        analogy_refine: scale at which the result is injected once more; None = it is not.
        is_refined_by_own: whether into the own model of the picture with the appearance.
        switch_scale: first scale that is not residual; None = the default, 0 = found by trying.
        structure: how strictly the patches of an analogy follow the structure, 0 to
            ``MOST_STRUCTURE``; None = usually ``STRUCTURE``, stricter where that is too little.
    """

    application: str = "edit"
    scale: int | None = None
    grow_px: int | None = None
    feather_px: int | None = None
    is_matched: bool | None = None
    patch_scales: int | None = None
    is_quantized: bool = False
    sample_scale: int = 0
    sample_likeness: float | None = None
    sample_count: int = 4
    sample_width: int = 0
    sample_height: int = 0
    factor: float = 2.0
    fine_noise: float = 1.0
    is_document_enlarged: bool = False
    kind_preset: str = ""
    animation_scale: int = 0
    alpha: float = 0.45
    beta: float = 0.9
    frame_count: int = 100
    frames_per_second: int = 10
    is_loop: bool = False
    is_analogy_reversed: bool = False
    is_analogy_of_document: bool = False
    analogy_scale: int | None = None
    analogy_inject: int | None = None
    analogy_refine: int | None = None
    is_refined_by_own: bool = False
    switch_scale: int | None = None
    structure: float | None = None

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> RenderSettings:
        """Return what is usable of stored values by name; anything else is the default."""
        default = cls()
        known = {
            name: value
            for name, value in values.items()
            if name in cls._fields and _is_usable(name, value, getattr(default, name))
        }
        return default._replace(**known)


def _is_usable(name: str, value: object, default: object) -> bool:
    if name == "is_matched":
        return isinstance(value, bool)
    if name in _MOST:
        return _is_number(value) and 0 <= value <= _MOST[name]
    if default is None or isinstance(default, int):
        wanted: type | tuple[type, ...] = type(default) if isinstance(default, bool) else int
        return isinstance(value, wanted) and isinstance(value, bool) is isinstance(default, bool)
    if isinstance(default, float):
        return _is_number(value)
    return isinstance(value, type(default))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
