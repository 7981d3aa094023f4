"""The command ``animate``."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import torch

from app.document.files.animations import Playing, check_animation_name, write_animation
from app.document.files.images.image_files import check_size
from app.document.files.videos import VIDEO_CODECS, even_size
from app.document.pixels import Pixels
from app.jobs.recipe import Application, Recipe
from app.storage.model_cache import ModelCache
from app.terminal.console import Console, Eta
from app.terminal.errors import CommandError
from app.terminal.kind_models import (
    ModelNeed,
    Origin,
    PhotoSource,
    checkpoint_beside,
    needed_model,
    read_source,
)
from app.terminal.output_paths import check_can_write
from app.terminal.preferences import is_model_cache_on
from app.terminal.sampling import wanted_size
from app.terminal.training import DEFAULT_PRESET
from singan_core.applications.animation import Animation, animation_config, animation_steps
from singan_core.device import pick_device
from singan_core.model.pyramid import plan_pyramid
from singan_core.model.trained import TrainedPyramid
from singan_core.presets import preset

MAX_FILM_BYTES = 4 * 1024**3
_ORIGINS: dict[Origin, str] = {
    "project": "of the project",
    "cache": "of the model cache",
    "training": "new",
}


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Film a photo, and train the model for that where it lacks.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence.
        InterruptedRunError: stopped by a signal while training; the training is kept.
    """
    started = time.monotonic()
    output = Path(arguments.output)
    playing = Playing(arguments.fps, not arguments.once)
    _check_output(output, Path(arguments.input), playing)
    pick_device(arguments.device)
    source = read_source(arguments.input, console)
    film = _film(arguments, source)
    need = _need(arguments, output)
    _check_film(film, source, need)
    model, origin = needed_model(source, need, console)
    frames = _filmed(model, film, arguments.device, console)
    write_animation(output, frames, playing)
    height, width = shown_size(output, (frames[0].shape[0], frames[0].shape[1]), console)
    values = {
        "output": str(output),
        "size": [height, width],
        "frames": len(frames),
        "fps": playing.fps,
        "model": origin,
        "recipe": _recipe(film, model, arguments).to_dict(),
        "seconds": round(time.monotonic() - started, 3),
    }
    return [
        f"{output}: {len(frames)} frames of {width} x {height} px, {playing.fps:g} a second, "
        f"model {_ORIGINS[origin]}, seed {film.seed}."
    ], values


def _check_output(output: Path, given: Path, playing: Playing) -> None:
    check_animation_name(output, playing.fps)
    check_can_write(output)
    if output.exists() and given.exists() and output.samefile(given):
        raise CommandError(f"“{output}” is the picture to animate; choose another name for OUT.")


def _film(arguments: Namespace, source: PhotoSource) -> Animation:
    return Animation(
        start_scale=arguments.start_scale,
        alpha=arguments.alpha,
        beta=arguments.beta,
        frame_count=arguments.frames,
        is_loop=arguments.loop,
        seed=arguments.seed or 0,
        size=wanted_size(arguments, source.photo, "a frame"),
    )


def _need(arguments: Namespace, output: Path) -> ModelNeed:
    wanted = arguments.preset

    def is_fitting(model: TrainedPyramid) -> bool:
        is_wanted = wanted in (None, model.config.preset)
        return is_wanted and model.kind == "animation" and model.is_complete

    return ModelNeed(
        purpose="animation",
        config=animation_config(preset(wanted or DEFAULT_PRESET)),
        is_fitting=is_fitting,
        checkpoint_path=checkpoint_beside(output),
        device=arguments.device,
        cache=ModelCache(is_enabled=is_model_cache_on() and not arguments.no_cache),
    )


def _check_film(film: Animation, source: PhotoSource, need: ModelNeed) -> None:
    """Refuse before minutes of training what would be refused after them."""
    models = [model for model in source.models if need.is_fitting(model)]
    photo_size = source.photo.shape[:2]
    plan = models[0].plan if models else plan_pyramid(photo_size[0], photo_size[1], need.config)
    if film.start_scale >= plan.scale_count:
        raise CommandError(
            f"Start scale {film.start_scale} does not exist: the model has scales 0 to "
            f"{plan.scale_count - 1}."
        )
    height, width = film.size or plan.sizes[-1]
    check_size("a frame", width, height)
    if film.frame_count * height * width * 3 > MAX_FILM_BYTES:
        raise CommandError(
            f"{film.frame_count} frames of {width} x {height} px need too much memory; make fewer "
            "or smaller ones."
        )


def _filmed(model: TrainedPyramid, film: Animation, device: str, console: Console) -> list[Pixels]:
    frames: list[Pixels] = []
    eta = Eta()
    for step in animation_steps(model, film, pick_device(device)):
        share = step.done / step.total
        console.bar("animating", share, eta.seconds_left(share))
        if step.frame is not None:
            frames.append(step.frame)
    return frames


def shown_size(output: Path, size: tuple[int, int], console: Console) -> tuple[int, int]:
    """Return (H, W) of a film whose frames have a size, and tell where that is another."""
    height, width = size
    if output.suffix.lower() not in VIDEO_CODECS:
        return height, width
    even_height, even_width = even_size(height, width)
    if (even_height, even_width) != (height, width):
        console.notice(
            f"The sides of a video are even: {width} x {height} px became {even_width} x "
            f"{even_height} px, with the border repeated."
        )
    return even_height, even_width


def _recipe(film: Animation, model: TrainedPyramid, arguments: Namespace) -> Recipe:
    return Recipe(
        application=Application.ANIMATION.value,
        model_id=model.model_id,
        scale=film.start_scale,
        scale_count=model.scale_count,
        seed=film.seed,
        grow_px=0,
        feather_px=0,
        mask_tolerance=None,
        threads=torch.get_num_threads(),
        device=pick_device(arguments.device).type,
        finest_size=film.size,
        parameters={
            "alpha": film.alpha,
            "beta": film.beta,
            "frame_count": film.frame_count,
            "is_loop": film.is_loop,
            "fps": arguments.fps,
        },
    )
