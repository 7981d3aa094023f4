"""Whether the engine's own measures rank pictures as instruments with trained features do.

    python -m tests.benchmarks.measures_rank DATA [--judge FILE] [--photos 12] [--json FILE]

DATA holds ``places`` and ``sigd16`` with ``real`` photos and published ``singan`` samples. Every
photo is compared with its sample and with damaged versions of itself: blurred, noisy, shifted in
colour, shuffled in blocks. Printed are Spearman's rank correlations of the engine's own
measures with each instrument: per photo over its versions, and pooled over all pictures.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import torch

from singan_core.pixels.patch_distance import PatchDistance, PictureDistance

SETS = ("places", "sigd16")
INSTRUMENTS = ("sifid", "sifid_p2", "swd", "swd_tex")
OWN = ("patch_distance", "texture_distance", "picture_distance")
Values = dict[str, float]


def versions(photo: torch.Tensor, sample: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return what a photo is compared with, by name.

    Args:
        photo: (3, H, W) in [0, 1].
        sample: (3, h, w), a published sample of it.
    """
    noise = torch.randn(photo.shape, generator=torch.Generator().manual_seed(0))
    shift = torch.tensor([0.06, 0.0, -0.06])[:, None, None]
    return {
        "sample": sample,
        "blur 0.7": _blurred(photo, 0.7),
        "blur 2": _blurred(photo, 2.0),
        "blur 2 of the sample": _blurred(sample, 2.0),
        "noise 5": (photo + noise * 5 / 255).clamp(0.0, 1.0),
        "noise 20": (photo + noise * 20 / 255).clamp(0.0, 1.0),
        "colour": (photo + shift).clamp(0.0, 1.0),
        "contrast": (photo - photo.mean()) * 0.7 + photo.mean(),
        "blocks 32": _shuffled(photo, 32),
        "blocks 8": _shuffled(photo, 8),
    }


def _blurred(picture: torch.Tensor, sigma_px: float) -> torch.Tensor:
    array = np.ascontiguousarray(picture.permute(1, 2, 0).numpy())
    return torch.from_numpy(cv2.GaussianBlur(array, (0, 0), sigma_px)).permute(2, 0, 1)


def _shuffled(picture: torch.Tensor, side: int) -> torch.Tensor:
    """Exchange whole blocks at random; what is left of a row or column of them stays."""
    shuffled = picture.clone()
    rows, columns = (length // side for length in picture.shape[1:])
    places = [(row * side, column * side) for row in range(rows) for column in range(columns)]
    order = torch.randperm(len(places), generator=torch.Generator().manual_seed(1))
    for (top, left), source in zip(places, order.tolist(), strict=True):
        from_top, from_left = places[source]
        block = picture[:, from_top : from_top + side, from_left : from_left + side]
        shuffled[:, top : top + side, left : left + side] = block
    return shuffled


class Judge:
    """The instruments of an evaluation script that has torch functions of those names."""

    def __init__(self, file: Path) -> None:
        self._tools = _module(file)
        self._deep = self._tools.Deep()

    def load(self, file: Path) -> torch.Tensor:
        """Return a picture as (3, H, W) in [0, 1]."""
        picture: torch.Tensor = self._tools.load(file)
        return picture

    def values(self, picture: torch.Tensor, photo: torch.Tensor) -> Values:
        """Return the distances of a picture from a photo, by instrument."""
        tools, values = self._tools, Values()
        tools.multiscale(tools.swd, "swd", values, [picture, photo])
        tools.multiscale(
            lambda a, b: tools.swd(a, b, texture=True), "swd_tex", values, [picture, photo]
        )
        features = [self._deep.inception(each) for each in (picture, photo)]
        for index, name in enumerate(("sifid", "sifid_p2")):
            first, second = (tools.rows(each[index]) for each in features)
            values[name] = tools.frechet(first, second)
        return {name: values[name] for name in INSTRUMENTS}

    def generated(self, photo: torch.Tensor, samples: Sequence[torch.Tensor]) -> Values:
        """Return what all instruments say of random samples of a photo, (3, H, W) each."""
        values: Values = self._tools.m_generate(photo, samples, self._deep)
        return values

    def translation(
        self, given: torch.Tensor, appearance: torch.Tensor, result: torch.Tensor
    ) -> Values:
        """Return what all instruments say of a translation; (3, H, W) in [0, 1] each."""
        values: Values = self._tools.m_analogy(given, appearance, result, self._deep)
        return values


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("judge", file)
    assert spec is not None, f"{file} is no Python file"
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measured(photo: torch.Tensor, sample: torch.Tensor, judge: Judge) -> dict[str, Values]:
    """Return all distances of all versions of a photo, by version."""
    signed = photo[None] * 2.0 - 1.0
    own = (
        PatchDistance(signed),
        PatchDistance(signed, is_texture=True),
        PictureDistance(signed),
    )
    results = {}
    for name, picture in versions(photo, sample).items():
        distances = [distance.of(picture[None] * 2.0 - 1.0) for distance in own]
        results[name] = dict(zip(OWN, distances, strict=True)) | judge.values(picture, photo)
    return results


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the rank correlation of two series without ties, -1 to 1."""
    ranks = [np.argsort(np.argsort(values)) for values in (first, second)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def report(results: dict[str, dict[str, Values]]) -> dict[str, dict[str, float]]:
    """Return the correlations of every own measure with every instrument.

    Args:
        results: values by photo and version.
    """
    pooled = [values for photo in results.values() for values in photo.values()]
    rows = {}
    for own, instrument in itertools.product(OWN, INSTRUMENTS):

        def correlation(
            values: Sequence[Values], own: str = own, instrument: str = instrument
        ) -> float:
            return spearman([v[own] for v in values], [v[instrument] for v in values])

        single = [correlation(list(photo.values())) for photo in results.values()]
        rows[f"{own} / {instrument}"] = {
            "median": statistics.median(single),
            "lowest": min(single),
            "pooled": correlation(pooled),
            "samples": correlation([photo["sample"] for photo in results.values()]),
        }
    return rows


def pairs(data: Path) -> Iterator[tuple[str, Path, Path]]:
    """Yield name, photo and published sample, the sets in turn."""
    lists = [_pairs_of(data / name) for name in SETS]
    for group in itertools.zip_longest(*lists):
        yield from (pair for pair in group if pair is not None)


def _pairs_of(folder: Path) -> list[tuple[str, Path, Path]]:
    found = []
    for photo in sorted((folder / "real").iterdir()):
        sample = folder / "singan" / f"{photo.stem}.png"
        if sample.is_file():
            found.append((f"{folder.name}/{photo.stem}", photo, sample))
    return found


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = print) -> None:
    """Measure, print the table and keep the values."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--judge", type=Path, help="default: tools/quality.py beside DATA")
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    judge = Judge(options.judge or options.data.parent / "tools" / "quality.py")
    results = {}
    for name, photo, sample in itertools.islice(pairs(options.data), options.photos):
        results[name] = measured(judge.load(photo), judge.load(sample), judge)
        say(f"{name}: {len(results[name])} versions measured")
    rows = report(results)
    say(f"{'':36} {'median':>8} {'lowest':>8} {'pooled':>8} {'samples':>8}")
    for name, row in rows.items():
        say(f"{name:36} " + " ".join(f"{value:8.3f}" for value in row.values()))
    if options.json:
        options.json.write_text(json.dumps({"correlations": rows, "values": results}, indent=1))


if __name__ == "__main__":
    main()
