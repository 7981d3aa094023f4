"""What the training of two photos together leaves: a pyramid of each, with the same scales."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from singan_core.config import TrainConfig
from singan_core.errors import CheckpointError, ConfigError, ScaleError
from singan_core.model.trained import TrainedPyramid

Direction = Literal["a2b", "b2a"]
"""Whose structure is given whose appearance: a2b has the structure of A in the appearance of B."""


@dataclass(frozen=True)
class TrainedPair:
    """Two pyramids that were trained together (structural analogy, arXiv 2004.02222).

    The generators G_A and G_B of the two are all there is: the translation of a picture of A at
    scale n is what G_B_n makes of it (section 3.1), so both are ordinary pyramids.

    Attributes:
        a: of the first photo (A).
        b: of the second one (B), with as many scales of sizes of its own.
    """

    a: TrainedPyramid
    b: TrainedPyramid

    @property
    def config(self) -> TrainConfig:
        """The constants that both were trained with."""
        return self.a.config

    @property
    def switch_scale(self) -> int:
        """K: scales from it on are not residual."""
        residual = self.a.config.residual_scales
        return self.a.plan.scale_count if residual is None else residual

    @property
    def scale_count(self) -> int:
        """Number of finished scales."""
        return min(self.a.scale_count, self.b.scale_count)

    @property
    def is_complete(self) -> bool:
        """Whether every planned scale is trained."""
        return self.a.is_complete and self.b.is_complete

    @cached_property
    def model_id(self) -> str:
        """Content hash (hex, 64 digits): equal weights, equal id."""
        text = f"pair|{self.a.model_id}|{self.b.model_id}"
        return hashlib.sha256(text.encode()).hexdigest()

    def ends(self, direction: Direction) -> tuple[TrainedPyramid, TrainedPyramid]:
        """Return the pyramid that gives the structure, and that which gives the appearance.

        Raises:
            ConfigError: there is no such direction.
        """
        if direction not in get_args(Direction):
            raise ConfigError(
                "The direction “{name}” is not known: use a2b or b2a.", name=direction
            )
        return (self.a, self.b) if direction == "a2b" else (self.b, self.a)

    @property
    def is_usable(self) -> bool:
        """Whether pictures can be translated: that takes two finished scales."""
        return self.scale_count >= 2

    def check_usable(self) -> None:
        """Raise unless pictures can be translated.

        Raises:
            ScaleError: fewer than two scales are finished.
        """
        if not self.is_usable:
            raise ScaleError("A pair needs at least two finished scales to translate a picture.")

    def swapped(self) -> TrainedPair:
        """Return the same pair with the parts of A and B exchanged."""
        return TrainedPair(self.b, self.a)

    def check_belongs(self) -> None:
        """Raise unless the two pyramids can have been trained together.

        Raises:
            CheckpointError: they differ in kind, constants or number of scales.
        """
        is_pair = self.a.kind == self.b.kind == "pair" and self.a.config == self.b.config
        if not is_pair or self.a.plan.scale_count != self.b.plan.scale_count:
            raise CheckpointError("The two models of the pair do not belong together.")
