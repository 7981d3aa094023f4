"""What the user chose for renders, as it is read back."""

from __future__ import annotations

import math

import pytest

from app.document.render_settings import RenderSettings


@pytest.mark.parametrize("structure", [None, 0.0, 1, 2.5])
def test_the_structure_is_read_back(structure: float | None) -> None:
    settings = RenderSettings(structure=structure)
    assert RenderSettings.from_values(settings._asdict()).structure == structure


@pytest.mark.parametrize("damaged", [True, "2", [2.0], {}, -0.1, 4.1, 1e300, math.nan])
def test_what_cannot_be_meant_is_the_default(damaged: object) -> None:
    assert RenderSettings.from_values({"structure": damaged}).structure is None


@pytest.mark.parametrize(("stored", "usable"), [(0.0, 0.0), (1, 1), (1.1, None), ("1", None)])
def test_the_likeness_of_samples_is_read_back_where_it_is_usable(
    stored: object, usable: float | None
) -> None:
    assert RenderSettings.from_values({"sample_likeness": stored}).sample_likeness == usable


def test_settings_from_before_there_was_a_structure_keep_their_choices() -> None:
    values = RenderSettings(analogy_scale=2, switch_scale=3)._asdict()
    del values["structure"]
    assert RenderSettings.from_values(values) == RenderSettings(analogy_scale=2, switch_scale=3)
    # the journal keeps them in order
    assert RenderSettings(*RenderSettings(switch_scale=3)[:-1]) == RenderSettings(switch_scale=3)
