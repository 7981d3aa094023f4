"""Frozen requests: everything a job needs, ids and arrays only, never live objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from app.document.document import PhotoTransform
from app.jobs.analogy_requests import AnalogyRequest, AnalogyStripRequest, SwitchScaleRequest
from app.jobs.arrays import copied
from app.jobs.recipe import Application, Fit
from app.jobs.video_request import VideoRequest

if TYPE_CHECKING:
    from app.jobs.results import JobStream
    from singan_core.config import TrainConfig
    from singan_core.model.pyramid import PyramidPlan
    from singan_core.model.trained import TrainedPyramid, TrainState


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """Train a pyramid on one photo.

    Attributes:
        session_id: the document it belongs to.
        photo: (H, W, 3) uint8 RGB; copied here, so the caller may go on painting.
        config: every constant of the run.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        resume: state to continue from.
        recovery_id: name of its checkpoint in the recovery folder; empty = the session's.
        checkpoint_interval_s: longest time between two checkpoints, in seconds.
    """

    session_id: str
    photo: NDArray[np.uint8]
    config: TrainConfig
    device: str = "auto"
    resume: TrainState | None = None
    recovery_id: str = ""
    checkpoint_interval_s: float = 30.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "photo", copied(self.photo))


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """Inject one edit and render it.

    Attributes:
        id: number chosen by the caller, handed back with the result.
        session_id: the document it belongs to.
        photo: (H, W, 3) uint8 RGB, the training photo as the canvas shows it.
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
        is_matched: whether colours and grain are matched to what lies around the mask; None = the
            application's own.
        patch_scales: see ``Injection``; None = the application's own.
        more_seeds: of variations made in the same job, one result each.
        photo_place: see ``Recipe``; where the training photo lies on the canvas.
        training_photo: (H, W, 3) uint8 RGB, the whole of it where there is a place; not copied.
        detail_scales: see ``Injection``; "own" = the application's own.
        memory_limit: bytes that the program may take; None = see ``app.jobs.memory``. The result
            does not depend on it.
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
    is_confining: bool = False
    finest_size: tuple[int, int] | None = None
    more_seeds: tuple[int, ...] = ()
    photo_place: PhotoTransform | None = None
    training_photo: NDArray[np.uint8] | None = None
    detail_scales: int | Literal["own"] | None = "own"
    is_matched: bool | None = None
    patch_scales: int | None = None
    memory_limit: int | None = None

    @property
    def channel(self) -> str:
        """Newer requests of the same channel and session supersede this one."""
        return "render"

    def __post_init__(self) -> None:
        for name in ("photo", "composite", "mask"):
            object.__setattr__(self, name, copied(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizeRequest(TrainRequest):
    """Train one scale of a model again, for few flat colours as paints have.

    Attributes:
        parent: the finished model.
        scale: the injection scale.
    """

    parent: TrainedPyramid
    scale: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinetuneRequest(TrainRequest):
    """Train a model further on one edit.

    Attributes:
        render: the edit and the finished model; ``photo`` is its photo.
    """

    render: RenderRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRequest(TrainRequest):
    """Train two photos together; events tell of ``photo``, with B's model as ``partner``.

    Attributes:
        photo_b: (h, w, 3) uint8 RGB, the second photo; copied.
        more_frames: where ``photo`` is the first of a clip: others of its size; not copied.
    """

    photo_b: NDArray[np.uint8]
    more_frames: tuple[NDArray[np.uint8], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "photo", copied(self.photo))
        object.__setattr__(self, "photo_b", copied(self.photo_b))


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """Draw random samples from a pyramid.

    Attributes:
        id: number chosen by the caller, handed back with every sample.
        count: number of samples; sample i has the seed ``seed + i``.
        start_scale: first scale with fresh noise; 0 = everything is new.
        size: (H, W) of the samples in pixels; None = the photo's.
        patch_scales, likeness, layouts: see ``random_samples``; None = its own choice.
        memory_limit: as of a ``RenderRequest``.
    """

    id: int
    session_id: str
    model: TrainedPyramid
    photo: NDArray[np.uint8]
    count: int = 1
    seed: int = 0
    start_scale: int = 0
    size: tuple[int, int] | None = None
    patch_scales: int | None = None
    likeness: float | None = None
    layouts: int | None = None
    device: str = "auto"
    memory_limit: int | None = None

    @property
    def channel(self) -> str:
        """As of renders."""
        return "render"

    def __post_init__(self) -> None:
        object.__setattr__(self, "photo", copied(self.photo))


@dataclass(frozen=True, slots=True)
class SuperResolutionRequest:
    """Enlarge a picture.

    Attributes:
        id: number chosen by the caller, handed back with the result.
        model: a complete one that suits the factor.
        picture: (H, W, 3) uint8 RGB; copied.
        factor: 1.1 to 8.
        fine_noise: share of the finest scale's noise that is added, 0 to 1.
        is_document: whether the picture is what the document shows, not its photo; it is then
            kept with the result.
        memory_limit: as of a ``RenderRequest``.
    """

    id: int
    session_id: str
    model: TrainedPyramid
    picture: NDArray[np.uint8]
    factor: float
    fine_noise: float = 1.0
    is_document: bool = False
    seed: int = 0
    device: str = "auto"
    memory_limit: int | None = None

    @property
    def channel(self) -> str:
        """As of renders."""
        return "render"

    def __post_init__(self) -> None:
        object.__setattr__(self, "picture", copied(self.picture))


@dataclass(frozen=True, slots=True)
class AnimationRequest:
    """Film the photo of a model; see ``singan_core.applications.animation.Animation``.

    Attributes:
        id: number chosen by the caller.
    """

    id: int
    session_id: str
    model: TrainedPyramid
    start_scale: int = 0
    alpha: float = 0.45
    beta: float = 0.9
    frame_count: int = 100
    is_loop: bool = False
    seed: int = 0
    device: str = "auto"

    @property
    def channel(self) -> str:
        """Newer requests of the same channel and session supersede this one."""
        return "animation"


@dataclass(frozen=True, slots=True)
class StripRequest:
    """Render one edit at every injection scale, as thumbnails.

    Attributes:
        render: the edit; its scale is not used.
    """

    render: RenderRequest

    @property
    def id(self) -> int:
        """Number of the request."""
        return self.render.id

    @property
    def session_id(self) -> str:
        """The document it belongs to."""
        return self.render.session_id

    @property
    def channel(self) -> str:
        """Newer requests of the same channel and session supersede this one."""
        return "strip"


class FollowingPicture(Protocol):
    """A picture that follows an edit; see ``app.jobs.live_stream.LivePicture``."""

    def events(self, request: RenderRequest) -> JobStream:
        """Take another edit over and render what it changed."""


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """Bring a live picture up to date with an edit.

    Attributes:
        render: the edit as it is now.
        picture: what the requests of one live picture share.
    """

    render: RenderRequest
    picture: FollowingPicture

    @property
    def session_id(self) -> str:
        """The document it belongs to."""
        return self.render.session_id

    @property
    def channel(self) -> str:
        """Newer requests of the same channel and session supersede this one."""
        return "live"


@dataclass(frozen=True, slots=True)
class SpeedRequest:
    """Measure how fast a device trains and renders; of no document.

    Attributes:
        plan: of the model: whose sizes and widths are trained.
        config: of which rounds and steps are used.
    """

    plan: PyramidPlan
    config: TrainConfig
    device: str = "auto"

    @property
    def session_id(self) -> str:
        """None: what is measured belongs to the machine."""
        return ""

    @property
    def channel(self) -> str:
        """Measurements do not supersede each other."""
        return f"speed {self.config.preset} {self.device}"


JobRequest = (
    TrainRequest
    | SpeedRequest
    | RenderRequest
    | SampleRequest
    | SuperResolutionRequest
    | AnimationRequest
    | AnalogyRequest
    | AnalogyStripRequest
    | SwitchScaleRequest
    | VideoRequest
    | StripRequest
    | LiveRequest
)
