"""What editing, harmonization and paint-to-image share: an injection with its own defaults."""

from __future__ import annotations

from dataclasses import dataclass

from singan_core.model.trained import TrainedPyramid
from singan_core.pixels.image import ImageArray
from singan_core.pixels.mask import Mask
from singan_core.pixels.palette import palette_match
from singan_core.pixels.resize import Size
from singan_core.rendering.injection import Fit, Injection


@dataclass(frozen=True, slots=True)
class InjectingApplication:
    """An application that injects an edit.

    Attributes:
        name: as used in recipes and on the terminal.
        depth: which scale is the default: 0 = the coarsest, 1 = the finest of the plan.
        has_mask: whether the result is joined to the photo inside a mask; without one the
            whole picture is rendered.
        detail_scales: see ``Injection``.
        colour_match: see ``Injection``.
        is_matched: see ``Injection``.
        patch_scales: see ``Injection``.
    """

    name: str
    depth: float
    has_mask: bool
    detail_scales: int | None
    colour_match: float = 0.0
    is_matched: bool = False
    patch_scales: int = 0

    def default_scale(self, model: TrainedPyramid) -> int:
        """Return the injection scale used when none is given: that of a derived model is fixed.

        The choice follows the plan, not the finished part: a draft renders at the scale that
        the complete model will use, or at its own finest one.

        Raises:
            ScaleError: fewer than two scales are finished.
        """
        model.check_usable()
        if model.derivation is not None:
            return model.derivation.scale
        wanted = round(self.depth * (model.plan.scale_count - 1))
        return min(max(1, wanted), model.scale_count - 1)

    def injection(
        self,
        model: TrainedPyramid,
        photo: ImageArray,
        composite: ImageArray,
        mask: Mask | None = None,
        *,
        scale: int | None = None,
        seed: int = 0,
        grow_px: int | None = None,
        feather_px: int | None = None,
        fit: Fit = "keep",
        colour_match: float | None = None,
        finest_size: Size | None = None,
        is_matched: bool | None = None,
        patch_scales: int | None = None,
        training_photo: ImageArray | None = None,
        photo_size: Size | None = None,
    ) -> Injection:
        """Return the injection of an edit, with this application's defaults filled in.

        With a model that knows few colours the composite's are replaced by those first.

        Args:
            model: a pyramid with at least two finished scales.
            photo: (H, W, 3) uint8 it was trained on, as the canvas shows it.
            composite: (H', W', 3) uint8, the edit.
            mask: (H', W') uint8, 255 where the result may differ; None = everywhere.
            scale: injection scale; None = ``default_scale``.
            seed: noise of the result.
            grow_px: see ``Injection``.
            feather_px: see ``Injection``.
            fit: see ``Injection``.
            colour_match: see ``Injection``; None = the application's own.
            finest_size: see ``Injection``.
            is_matched: see ``Injection``; None = the application's own.
            patch_scales: see ``Injection``; None = the application's own.
            training_photo: see ``Injection``.
            photo_size: see ``Injection``.

        Raises:
            ScaleError: the scale does not exist.
        """
        scale = self.default_scale(model) if scale is None else scale
        model.check_injection_scale(scale)
        used_mask = mask if self.has_mask else None
        if model.derivation is not None and model.derivation.palette:
            composite = palette_match(composite, model.derivation.palette).applied(composite)
        return Injection(
            model,
            photo,
            composite,
            used_mask,
            scale,
            seed,
            grow_px,
            feather_px,
            fit,
            self.detail_scales,
            self.colour_match if colour_match is None else colour_match,
            finest_size,
            self.is_matched if is_matched is None else is_matched,
            self.patch_scales if patch_scales is None else patch_scales,
            training_photo,
            photo_size,
        )
