"""Requests of structural analogy, but for the training itself: ids and arrays only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.arrays import copied

if TYPE_CHECKING:
    from singan_core.config import TrainConfig
    from singan_core.model.trained import TrainedPyramid
    from singan_core.model.trained_pair import Direction, TrainedPair


@dataclass(frozen=True, slots=True)
class AnalogyRequest:
    """Translate a picture; see ``singan_core.applications.structural_analogy.translation``.

    Attributes:
        id: number chosen by the caller, handed back with the result.
        picture: (H, W, 3) uint8 RGB with the structure, as a rule photo A for a2b and photo B for
            b2a; copied, and kept with the result.
        scale: see ``Translation``; None = the best by measuring, where the appearance is given.
        inject, refine, refiner, seed, size: see ``Translation``.
        appearance: (h, w, 3) uint8 RGB, the photo that gives the appearance, as it was trained on;
            copied. None = its patches are not used.
        patch_scales, structure: see ``Translation``; None = its own.
        memory_limit: as of a ``RenderRequest``.
        more_seeds: of variations; each is a further result of the same request.
        shown_size: (H, W) that the results are enlarged or reduced to; None = as rendered.
    """

    id: int
    session_id: str
    pair: TrainedPair
    picture: NDArray[np.uint8]
    direction: Direction = "a2b"
    scale: int | None = None
    inject: int | None = None
    refine: int | None = None
    refiner: TrainedPyramid | None = None
    seed: int = 0
    size: tuple[int, int] | None = None
    device: str = "auto"
    memory_limit: int | None = None
    more_seeds: tuple[int, ...] = ()
    shown_size: tuple[int, int] | None = None
    appearance: NDArray[np.uint8] | None = None
    patch_scales: int | None = None
    structure: float | None = None

    @property
    def channel(self) -> str:
        """As of renders."""
        return "render"

    def __post_init__(self) -> None:
        object.__setattr__(self, "appearance", copied(self.appearance))
        object.__setattr__(self, "picture", copied(self.picture))


@dataclass(frozen=True, slots=True)
class AnalogyStripRequest:
    """Translate one picture at every scale, as ``StripReady`` thumbnails.

    Attributes:
        render: the picture; its scale is not used.
        is_quick_first: where patches are put in, which takes the most time, every scale is shown
            without them before; not needed where those pictures are known.
    """

    render: AnalogyRequest
    is_quick_first: bool = True

    @property
    def session_id(self) -> str:
        """The document it belongs to."""
        return self.render.session_id

    @property
    def channel(self) -> str:
        """Newer requests of the same channel and session supersede this one."""
        return "analogy strip"


@dataclass(frozen=True, slots=True)
class SwitchScaleRequest:
    """Try several K for two photos on a short schedule; see ``switch_scale``.

    Attributes:
        config: of the training that K is wanted for.
    """

    session_id: str
    photo: NDArray[np.uint8]
    photo_b: NDArray[np.uint8]
    config: TrainConfig
    device: str = "auto"

    @property
    def channel(self) -> str:
        """Newer requests of the same channel and session supersede this one."""
        return "switch scale"

    def __post_init__(self) -> None:
        object.__setattr__(self, "photo", copied(self.photo))
        object.__setattr__(self, "photo_b", copied(self.photo_b))
