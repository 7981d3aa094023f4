"""The making of a translation: drawn anew, translated, pieced together and refined, in steps."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from singan_core.applications.structural_analogy.leading import Leading
from singan_core.applications.structural_analogy.piecing import LAST_ROUNDS, Piecing
from singan_core.applications.structural_analogy.translation import Translation
from singan_core.model.pyramid import scaled_sizes
from singan_core.pixels.image import ImageArray, to_array, to_tensor
from singan_core.pixels.noise import derive_seed
from singan_core.pixels.resize import Size, Window
from singan_core.rendering.edit_windows import EditWindows, InjectedWindows
from singan_core.rendering.finishing import Finishing
from singan_core.rendering.retouching import photo_dense_size, photo_detail, retouchable_count
from singan_core.rendering.sample import Renderer
from singan_core.rendering.tiling import StartSource, TiledPicture, TiledWalk, TileStep, Tiling
from singan_core.rendering.window_sample import enlarging


@dataclass(frozen=True, slots=True)
class StructureSettled:
    """It is decided how strictly the structure leads, where nobody said: 0 to MOST_STRUCTURE."""

    structure: float


_Steps = Generator[TileStep | StructureSettled, None, ImageArray]


def translation_steps(
    translation: Translation, device: torch.device, tiling: Tiling | None = None
) -> Iterator[TileStep | StructureSettled | ImageArray]:
    """Translate a picture, with a step per tile to cancel at.

    Args:
        translation: the picture and its scales.
        device: where to compute.
        tiling: how the work is cut; None = by the device alone.

    Yields:
        ``TileStep``s of every part of the work, a ``StructureSettled`` among them where patches
        are led by a structure of no given strictness, then (H, W, 3) uint8.

    Raises:
        ConfigError, ScaleError, PhotoError: see ``Translation.check``.
        OutOfMemoryError: there is not enough memory for the smallest tile.
    """
    translation.check()
    tiling = tiling or Tiling()
    source, _ = translation.pair.ends(translation.direction)
    picture = translation.picture
    if translation.inject is not None:
        picture = yield from _drawn_anew(translation, Renderer.of(source, device), tiling)
    if (piecing := translation.piecing) is None:
        words = translation.sizes, translation.used_scale, picture, translation.seed, tiling
        is_native = translation.is_native
        picture = yield from _walked(translation.renderer(device), *words, is_native=is_native)
    else:
        picture = yield from _pieced(translation, piecing, picture, device, tiling)
    if translation.refine is not None:
        picture = yield from _refined(translation, picture, device, tiling)
    yield picture


def translated(translation: Translation, device: torch.device) -> ImageArray:
    """Return the (H, W, 3) uint8 of ``translation_steps``."""
    for event in translation_steps(translation, device):
        if not isinstance(event, TileStep | StructureSettled):
            return event
    raise AssertionError("a translation ends with its picture")


def settling_steps(
    translation: Translation, device: torch.device, tiling: Tiling
) -> Generator[TileStep, None, float | None]:
    """Find out how strictly the structure leads where nobody says, by the coarser scales alone.

    Args:
        translation: of a picture that is to be translated as it is.
        device: where to compute.
        tiling: how the work is cut.

    Yields:
        ``TileStep``s.

    Returns:
        0 to ``MOST_STRUCTURE``; None = nothing leads.
    """
    piecing = translation.piecing
    if piecing is None or translation.structure is not None:
        return translation.structure
    leading = Leading(piecing, translation.picture, translation.sizes, device)
    walk = _translating_walk(translation, piecing.scales.start, translation.picture, device, tiling)
    return (yield from _told(_settled(leading, walk), 0))


def _drawn_anew(
    translation: Translation, renderer: Renderer, tiling: Tiling
) -> Generator[TileStep, None, ImageArray]:
    """Return what the picture's own pyramid makes of it from the injection scale on (a_t)."""
    assert translation.inject is not None
    sizes = translation.sizes[: translation.used_scale + 1]
    seed = derive_seed(translation.seed, "inject")
    return (
        yield from _walked(renderer, sizes, translation.inject, translation.picture, seed, tiling)
    )


def _walked(
    renderer: Renderer,
    sizes: tuple[Size, ...],
    first: int,
    picture: ImageArray,
    seed: int,
    tiling: Tiling,
    *,
    is_native: bool = False,
) -> Generator[TileStep, None, ImageArray]:
    """Walk from a scale that a picture enters, reduced to it, to the last of the sizes."""
    entering = EditWindows(picture, renderer.device)

    def start(window: Window) -> torch.Tensor:
        return entering.at(sizes[first], window)

    words = renderer, sizes, first, start, seed, tiling
    return (yield from _made(*words, is_native=is_native))


def _pieced(
    translation: Translation,
    piecing: Piecing,
    picture: ImageArray,
    device: torch.device,
    tiling: Tiling,
) -> _Steps:
    """Translate, piece the scales after that together, and let the finest ones follow."""
    sizes, finer = translation.sizes, piecing.scales.stop
    walk = _translating_walk(translation, piecing.scales.start, picture, device, tiling)
    total = walk.tile_count(Window.of(walk.size)) + piecing.step_count
    leading = Leading(piecing, picture, sizes, device)
    strictness, image = yield from _told(_led(leading, walk, translation.structure), total)
    if translation.structure is None:
        yield StructureSettled(strictness)
    renderer = translation.following_renderer(device)
    start = enlarging(image, sizes[finer - 1], sizes[finer])
    words = renderer, sizes, finer, start, translation.seed, tiling
    made = yield from _made(*words, is_native=translation.is_native)
    return (yield from _searched_again(piecing, made, sizes, device))


def _searched_again(
    piecing: Piecing, made: ImageArray, sizes: tuple[Size, ...], device: torch.device
) -> Generator[TileStep, None, ImageArray]:
    """Let the patches of a picture fit each other, where it is not too large for that."""
    own, shape = piecing.model.plan.sizes[len(sizes) - 1], piecing.appearance.shape
    if made.shape[:2] != sizes[-1]:
        own = shape[0], shape[1]
    if retouchable_count([(made.shape[0], made.shape[1]), own]) < 2:
        return made
    steps = piecing.last_steps(to_tensor(made, device), own)
    return to_array((yield from _told(steps, LAST_ROUNDS)))


def _translating_walk(
    translation: Translation, last: int, picture: ImageArray, device: torch.device, tiling: Tiling
) -> TiledWalk:
    """Return the walk from the scale of the translation to a later one."""
    sizes, first = translation.sizes[: last + 1], translation.used_scale
    entering = EditWindows(picture, device)

    def start(window: Window) -> torch.Tensor:
        return entering.at(sizes[first], window)

    renderer, seed = translation.renderer(device), translation.seed
    return TiledWalk(renderer, sizes, seed, tiling, start_scale=first, start=start)


@torch.inference_mode()
def _led(
    leading: Leading, walk: TiledWalk, structure: float | None
) -> Generator[int, None, tuple[float, torch.Tensor]]:
    """Translate and piece together; returns how strictly the structure led, and the picture."""
    image = yield from walk.steps(Window.of(walk.size))
    scales = leading.piecing.scales
    if structure is None:
        leading, image = yield from leading.settled_steps(image)
        scales = leading.remaining_scales
    image = yield from leading.steps(image, scales)
    return leading.piecing.structure, image


@torch.inference_mode()
def _settled(leading: Leading, walk: TiledWalk) -> Generator[int, None, float]:
    image = yield from walk.steps(Window.of(walk.size))
    leading, _ = yield from leading.settled_steps(image)
    return leading.piecing.structure


_Made = TypeVar("_Made")


def _told(work: Generator[int, None, _Made], total: int) -> Generator[TileStep, None, _Made]:
    """Turn the scales that are worked on into steps."""
    done = 0
    while True:
        try:
            scale = next(work)
        except StopIteration as stop:
            made: _Made = stop.value
            return made
        done += 1
        yield TileStep(scale, done, max(done, total))


def _refined(
    translation: Translation, picture: ImageArray, device: torch.device, tiling: Tiling
) -> Generator[TileStep, None, ImageArray]:
    """Inject the result into the generators of the photo that gives the appearance."""
    assert translation.refine is not None
    _, target = translation.pair.ends(translation.direction)
    sizes = translation.sizes
    if translation.refiner is not None:
        target = translation.refiner
        sizes = scaled_sizes(target.plan, sizes[-1])[: target.scale_count]
    start = InjectedWindows(
        EditWindows(picture, device),
        translation.refine,
        sizes,
        Window.of(sizes[translation.refine]),
    )
    seed = derive_seed(translation.seed, "refine")
    renderer = translation.with_patches(Renderer.of(target, device), target)
    words = renderer, sizes, translation.refine, start, seed, tiling
    return (yield from _made(*words, is_native=translation.size is None))


def _made(
    renderer: Renderer,
    sizes: tuple[Size, ...],
    first: int,
    start: StartSource,
    seed: int,
    tiling: Tiling,
    *,
    is_native: bool,
) -> Generator[TileStep, None, ImageArray]:
    size = photo_dense_size(renderer, sizes[-1]) if is_native else sizes[-1]
    image = np.empty((*size, 3), np.uint8)
    walk = TiledWalk(renderer, sizes, seed, tiling, start_scale=first, start=start)
    detail = photo_detail(renderer, size, sizes[-1])
    finishing = Finishing.of(size, sizes[-1], None, detail)
    yield from TiledPicture(walk, finishing, image).steps(Window.of(size))
    return image
