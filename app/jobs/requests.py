"""Frozen requests, and the one function that turns a request into a stream of events.

The worker thread and the terminal run the same streams. torch is imported inside the
streams only, so that a window or ``--help`` is there before it is loaded.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from singan_core.config import TrainConfig

if TYPE_CHECKING:
    import torch

    from singan_core.events import TrainEvent
    from singan_core.injection import Injection, Rendering
    from singan_core.sample import WalkStep
    from singan_core.trained import TrainedPyramid, TrainState

Fit = Literal["keep", "stretch"]
CHECKPOINT_REQUEST = "checkpoint"
"""Sent into a training stream, it is answered by a ``CheckpointDue`` of that very moment."""


class Application(str, Enum):
    """What an injected edit is for; the values are the engine's and the terminal's names."""

    EDIT = "edit"
    HARMONIZE = "harmonize"
    PAINT = "paint"

    def __str__(self) -> str:
        return self.value


def _copied(array: NDArray[np.uint8] | None) -> NDArray[np.uint8] | None:
    return None if array is None else np.array(array, dtype=np.uint8, order="C", copy=True)


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """Train a pyramid on one photo.

    Attributes:
        session_id: the document it belongs to.
        photo: (H, W, 3) uint8 RGB; copied here, so the caller may go on painting.
        config: every constant of the run.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        resume: state to continue from.
        checkpoint_interval_s: longest time between two checkpoints, in seconds.
    """

    session_id: str
    photo: NDArray[np.uint8]
    config: TrainConfig
    device: str = "auto"
    resume: TrainState | None = None
    checkpoint_interval_s: float = 30.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "photo", _copied(self.photo))


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """Inject one edit and render it.

    Attributes:
        id: number chosen by the caller, handed back with the result.
        session_id: the document it belongs to; a newer render of it supersedes this one.
        photo: (H, W, 3) uint8 RGB, the training photo.
        composite: (h, w, 3) uint8 RGB, the edit; copied.
        mask: (h, w) uint8, white where the result may change; None = where it differs
            from the photo. Painting to an image renders everything whatever it says.
        is_confining: whether the mask was chosen by hand (a selection) and so bounds what is
            shown of the result also where everything is rendered.
        scale: injection scale; None = the application's own rule.
        grow_px, feather_px: finite support of the mask in pixels of the composite; None =
            the defaults for its size.
        fit: ``keep`` renders at the composite's aspect, ``stretch`` maps it onto the photo's.
        mask_tolerance: colour difference (0-255) that still counts as equal; None = estimated.
        colour_match: how far colours inside the mask are moved towards the photo's first, 0 to
            1; None = the application's own.
        finest_size: (H, W) at which the finest scale renders the composite; None = judged by the
            sizes of photo and composite.
        is_live: goes before other renders (a preview while the user paints).
    """

    id: int
    session_id: str
    application: Application
    model: TrainedPyramid
    photo: NDArray[np.uint8]
    composite: NDArray[np.uint8]
    mask: NDArray[np.uint8] | None
    scale: int | None
    seed: int = 0
    grow_px: int | None = None
    feather_px: int | None = None
    device: str = "auto"
    fit: Fit = "keep"
    mask_tolerance: float | None = None
    colour_match: float | None = None
    is_live: bool = False
    is_confining: bool = False
    finest_size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        for name in ("photo", "composite", "mask"):
            object.__setattr__(self, name, _copied(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """Draw random samples from a pyramid.

    Attributes:
        count: number of samples.
        start_scale: first scale with fresh noise; 0 = everything is new.
        size: (H, W) of the samples in pixels; None = the size of the finest scale.
    """

    session_id: str
    model: TrainedPyramid
    photo: NDArray[np.uint8]
    count: int = 1
    seed: int = 0
    start_scale: int = 0
    size: tuple[int, int] | None = None
    device: str = "auto"

    def __post_init__(self) -> None:
        object.__setattr__(self, "photo", _copied(self.photo))


JobRequest = TrainRequest | RenderRequest | SampleRequest


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that, with the input and the mask, makes a result again.

    Attributes:
        scale_count: finished scales of the model that made it (a draft has fewer).
        grow_px, feather_px: as used, in pixels of the composite.
        mask_tolerance: None = estimated from the photo's own noise.
        threads: number of CPU threads; another number may change the last bits.
        device: kind of device, e.g. ``cpu``.
        fit: ``keep`` or ``stretch``, as in the request.
        colour_match: as used, 0 to 1.
        detail_scales, finest_size: as used; see ``singan_core.injection.Injection``.
    """

    application: str
    model_id: str
    scale: int
    scale_count: int
    seed: int
    grow_px: int
    feather_px: int
    mask_tolerance: float | None
    threads: int
    device: str
    fit: Fit = "keep"
    colour_match: float = 0.0
    detail_scales: int | None = None
    finest_size: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, the inverse of ``from_dict``."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """Rebuild a recipe; entries of newer versions are ignored.

        Raises:
            KeyError: when an entry without a default is missing.
        """
        known = {
            field.name: values[field.name]
            for field in dataclasses.fields(cls)
            if field.name in values or field.default is dataclasses.MISSING
        }
        if known.get("finest_size") is not None:
            height, width = known["finest_size"]
            known["finest_size"] = (int(height), int(width))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class RenderResult:
    """One rendered image with its recipe.

    Attributes:
        id: the request's.
        image: uint8 RGB of the composite's size, joined with the photo (or the composite) by
            the mask: a picture to write to a file.
        generated: the same before it was joined: what a layer shows through the mask, so that
            the soft rim is not applied twice and what lies below shows through it.
        mask: (H, W) uint8, the grown and feathered mask that was used.
        detail_size: (H, W) it was rendered at before being enlarged.
        is_draft: finer scales were not trained yet.
    """

    id: int
    session_id: str
    image: NDArray[np.uint8]
    generated: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    recipe: Recipe
    detail_size: tuple[int, int]
    is_draft: bool


@dataclass(frozen=True, slots=True)
class SampleReady:
    """One random sample: (H, W, 3) uint8 RGB, ``index`` counted from 0."""

    index: int
    image: NDArray[np.uint8]


if TYPE_CHECKING:
    JobEvent = TrainEvent | WalkStep | RenderResult | SampleReady
    JobStream = Generator[JobEvent, str | None, None]


def job_events(request: JobRequest) -> JobStream:
    """Return the stream of events of a request; nothing runs before it is asked for.

    A training stream also takes ``send(CHECKPOINT_REQUEST)`` between two events, answered by
    a ``CheckpointDue``. ``close()`` at any time cancels.

    Raises:
        EngineError: while iterating, with one sentence for the user.
    """
    if isinstance(request, TrainRequest):
        return _training_events(request)
    if isinstance(request, RenderRequest):
        return _render_events(request)
    return _sample_events(request)


def _training_events(request: TrainRequest) -> JobStream:
    from singan_core.device import pick_device
    from singan_core.train import train_pyramid

    yield from train_pyramid(
        request.photo,
        request.config,
        pick_device(request.device),
        request.resume,
        checkpoint_interval_s=request.checkpoint_interval_s,
    )


def _render_events(request: RenderRequest) -> JobStream:
    from singan_core.device import pick_device
    from singan_core.injection import Rendering, injection_steps

    device = pick_device(request.device)
    injection = _injection(request)
    for step in injection_steps(injection, device):
        yield _result(request, injection, step, device) if isinstance(step, Rendering) else step


def _injection(request: RenderRequest) -> Injection:
    from singan_core.applications import APPLICATIONS
    from singan_core.injection import automatic_mask

    application = APPLICATIONS[request.application.value]
    mask = request.mask
    if mask is None and application.has_mask:
        mask = automatic_mask(request.photo, request.composite, request.mask_tolerance)
    return application.injection(
        request.model,
        request.photo,
        request.composite,
        mask,
        scale=request.scale,
        seed=request.seed,
        grow_px=request.grow_px,
        feather_px=request.feather_px,
        fit=request.fit,
        colour_match=request.colour_match,
        finest_size=request.finest_size,
    )


def _result(
    request: RenderRequest, injection: Injection, rendering: Rendering, device: torch.device
) -> RenderResult:
    recipe = _recipe(request, injection, device)
    image, mask = rendering.image, rendering.mask
    if request.is_confining and request.mask is not None and injection.mask is None:
        image, mask = _confined(request.composite, rendering.generated, request.mask, recipe)
    return RenderResult(
        id=request.id,
        session_id=request.session_id,
        image=image,
        generated=rendering.generated,
        mask=mask,
        recipe=recipe,
        detail_size=rendering.detail_size,
        is_draft=rendering.is_draft,
    )


def _confined(
    below: NDArray[np.uint8],
    generated: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    recipe: Recipe,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a whole rendering joined with what lies below it by a mask, and the soft mask."""
    from singan_core.mask import composite, soft_mask

    soft = soft_mask(mask, recipe.grow_px, recipe.feather_px)
    return composite(below, generated, soft), soft


def _recipe(request: RenderRequest, injection: Injection, device: torch.device) -> Recipe:
    import torch

    from singan_core.mask import default_feather_px, default_grow_px

    height, width = request.composite.shape[:2]
    grow, feather = request.grow_px, request.feather_px
    return Recipe(
        application=request.application.value,
        model_id=request.model.model_id,
        scale=injection.scale,
        scale_count=request.model.scale_count,
        seed=request.seed,
        grow_px=default_grow_px(height, width) if grow is None else grow,
        feather_px=default_feather_px(height, width) if feather is None else feather,
        mask_tolerance=request.mask_tolerance,
        threads=torch.get_num_threads(),
        device=device.type,
        fit=injection.fit,
        colour_match=injection.colour_match,
        detail_scales=injection.detail_scales,
        finest_size=injection.finest_size,
    )


def _sample_events(request: SampleRequest) -> JobStream:
    from singan_core.applications.random_samples import sample_images
    from singan_core.device import pick_device

    images = sample_images(
        request.model,
        request.photo,
        count=request.count,
        seed=request.seed,
        start_scale=request.start_scale,
        size=request.size,
        device=pick_device(request.device),
    )
    for index, image in enumerate(images):
        yield SampleReady(index, image)
