"""The presets, from the fastest to the paper's own constants, and what each of them gives up."""

from __future__ import annotations

from singan_core.config import TrainConfig
from singan_core.errors import ConfigError

_STANDARD_ROUNDS, _DRAFT_ROUNDS = (3000, 1000), (600, 75)
"""At the coarsest and at the finest scale: most of them where a layout is made up."""
_DETAIL_ROUNDS = {_STANDARD_ROUNDS: (1000, 1400), _DRAFT_ROUNDS: (400, 300)}
"""Where the layout is given, in their place."""


def for_detail(config: TrainConfig) -> TrainConfig:
    """Return the constants for a model whose layout is given and whose fine scales count.

    ``draft`` and ``standard`` train the coarse scales longest, for samples and layouts; an
    enlargement has no use for that. Other presets stay as they are.
    """
    for_layout = config.iterations, config.fine_iterations or config.iterations
    if for_layout not in _DETAIL_ROUNDS:
        return config
    coarsest, finest = _DETAIL_ROUNDS[for_layout]
    return config.changed(iterations=coarsest, fine_iterations=finest)


def draft() -> TrainConfig:
    """A few minutes on two CPU cores: to see soon whether an edit works.

    600 rounds at the coarsest to 75 at the finest scale instead of 2000; one critic and one
    generator step instead of three; 32 channels at every scale; one 96 px crop instead of the
    whole image at the fine scales; the gradient penalty at every fourth critic step; a sample
    of the coarser scales serves four rounds; bfloat16 where the processor has it.

    Two changes that cost nothing: twice the learning rate, and statistics frozen for the last
    fifth. On a 110 px photo, 5 samples, they took sliced patch distance from 6.7 to 5.7 and
    the reconstruction error from 0.114 to 0.089 at equal rounds.

    Most rounds where they cost least, as in ``standard``: five samples each of five photos, with
    patches, had a mean sifid of 0.37 (with 800 to 100) in place of 0.47 with 400 to 300 rounds, in
    less time. A quarter fewer again: edits, harmonizations and paints reach the same bars, samples
    of three photos were a tenth behind (two trainings of one photo differ by more). With 800 to 50,
    which takes as long, samples were ahead, but what was harmonized lost its structure.

    Three times the paper's noise, as in ``standard``.

    Gives up fine texture, which stays soft, and some variety of layout.
    """
    return TrainConfig(
        preset="draft",
        is_authors_scale_count=False,
        max_channels=32,
        iterations=_DRAFT_ROUNDS[0],
        fine_iterations=_DRAFT_ROUNDS[1],
        penalty_interval=4,
        noise_weight=0.3,
        learning_rate=1e-3,
        freeze_norm_at=0.8,
        critic_steps=1,
        generator_steps=1,
        sample_reuse=4,
        crop_px=96,
        crop_count=1,
        precision="bfloat16",
    )


def standard() -> TrainConfig:
    """The preset for results to keep: minutes on one CPU core, against hours for ``paper``.

    The full width of the networks, but 3000 rounds at the coarsest to 1000 at the finest scale
    instead of 2000; one critic and one generator step instead of three; one 64 px crop instead
    of the whole image; the gradient penalty at every fourth critic step; the closest fit of
    the scale factor (one or two scales fewer); a sample of the coarser scales serves eight
    rounds; statistics frozen for the last fifth; bfloat16 where the processor has it.

    On a 250x168 px photo, 3 samples, a quarter of the fine rounds on 112 px crops at twice the
    learning rate kept 0.62 of the photo's sharpness at sifid 3.5; this kept 0.81 at 1.4, with
    the statistics frozen at 0.6, which made scales of two other photos restart.

    Three times the paper's noise: so short a training makes little texture of the faint noise
    of the paper. On two photos, a few samples each, sifid went from 1.4 to 1.1 and from 1.5 to
    1.5, that of two paints from 6.6 to 5.0 and from 7.4 to 6.0; ten times the noise gave the
    first photo 0.6, but left grain in the sky of the second.

    Most rounds where they cost least: five samples each of three photos, with patches, went from
    sifid 0.98, 0.50 and 0.47 with 1000 to 1400 rounds to 0.53, 0.27 and 0.30 (their distance in
    deeper features fell by a third), for about a quarter more time. What lacked was the layout.

    Gives up fine texture still: samples and reconstruction stay softer than the photo.
    """
    return TrainConfig(
        preset="standard",
        is_authors_scale_count=False,
        iterations=_STANDARD_ROUNDS[0],
        fine_iterations=_STANDARD_ROUNDS[1],
        penalty_interval=4,
        noise_weight=0.3,
        freeze_norm_at=0.8,
        critic_steps=1,
        generator_steps=1,
        sample_reuse=8,
        crop_px=64,
        crop_count=1,
        precision="bfloat16",
    )


def full() -> TrainConfig:
    """All rounds and steps of the paper at the scale count that fits 4/3 best.

    One or two scales fewer than ``paper`` (at 250x188 px a third of its cost) and bfloat16
    where the processor has it. Equal quality is expected, but has not been measured.
    """
    return TrainConfig(preset="full", is_authors_scale_count=False, precision="bfloat16")


def paper() -> TrainConfig:
    """The constants of the paper and its authors' code, nothing else changed: slow."""
    return TrainConfig(preset="paper")


PRESETS: dict[str, TrainConfig] = {
    config.preset: config for config in (draft(), standard(), full(), paper())
}
"""All presets by name, fastest first."""


def preset(name: str) -> TrainConfig:
    """Return the preset of that name.

    Raises:
        ConfigError: there is none.
    """
    if name not in PRESETS:
        raise ConfigError(
            "There is no preset “{name}”: choose from {known}.", name=name, known=", ".join(PRESETS)
        )
    return PRESETS[name]
