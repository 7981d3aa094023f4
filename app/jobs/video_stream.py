"""The stream of a film that is translated frame by frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.document.errors import DocumentError
from app.document.files.animations import Playing, check_animation_name, writing_animation
from app.document.files.clips import Clip, clip_frames, looking
from app.document.files.film_folder import FilmFolder
from app.document.files.videos import VIDEO_CODECS
from app.document.wording import translate
from app.jobs.memory import tiling_of
from app.jobs.results import FrameReady, StepDone, VideoWritten

if TYPE_CHECKING:
    from collections.abc import Generator

    from app.jobs.results import JobStream
    from app.jobs.video_request import VideoRequest
    from singan_core.applications.structural_analogy.video import VideoState, VideoTranslation

LOOKING_FPS: Final = 10.0
"""Any speed that every format has: to check a name before the clip's own is known."""
MAX_PICTURES_BYTES: Final = 1 << 30
"""Of all frames of a film in a format that is not a video: such files are made in memory."""
_STEPS: Final = 1000
_BYTES_PER_PIXEL: Final = 8


class VideoJobError(DocumentError):
    """A film cannot be made as it was asked for."""


def video_events(request: VideoRequest) -> JobStream:
    """Translate a clip: ``StepDone``s, a ``FrameReady`` for each frame, and ``VideoWritten``.

    Finished frames are kept beside the film until it is whole, so that closing the stream at any
    time loses no more than the frame at work.
    """
    folder = FilmFolder(request.output_path)
    _check_paths(request, folder)
    for _ in (steps := _Returning(looking(request.clip_path))):
        yield StepDone(0, 0)
    clip: Clip = steps.value
    playing = Playing(clip.fps if request.fps is None else request.fps, request.is_repeating)
    check_animation_name(request.output_path, playing.fps)
    video = video_of(request)
    size = _checked_size(request, clip, video)
    state = _begun(request, folder, clip, video)
    resumed = 0 if state is None else state.frame_count
    yield from _frame_events(request, folder, clip, video, state)
    total = _STEPS * clip.frame_count
    for _ in writing_animation(request.output_path, folder.frames(clip.frame_count), playing):
        yield StepDone(total, total)
    folder.remove()
    yield VideoWritten(
        request.id,
        request.session_id,
        str(request.output_path),
        size,
        clip.frame_count,
        playing.fps,
        resumed,
        video_recipe(clip, video),
    )


def video_of(request: VideoRequest) -> VideoTranslation:
    """Return what a request asks the engine for."""
    from singan_core.applications.structural_analogy.translation import PATCH_SCALES
    from singan_core.applications.structural_analogy.video import VideoTranslation

    return VideoTranslation(
        request.pair,
        request.direction,
        request.scale,
        request.inject,
        request.refine,
        request.refiner,
        request.size,
        request.seed,
        appearance=request.appearance,
        patch_scales=PATCH_SCALES if request.patch_scales is None else request.patch_scales,
        structure=request.structure,
    )


def video_recipe(clip: Clip, video: VideoTranslation) -> dict[str, Any]:
    """Return all that the frames depend on, as plain JSON values."""
    refiner, patch_scales = video.refiner, 0 if video.appearance is None else video.patch_scales
    return {
        "clip_sha256": clip.sha256,
        "frame_count": clip.frame_count,
        "pair_id": video.pair.model_id,
        "direction": video.direction,
        "scale": video.used_scale,
        "inject": video.inject,
        "refine": video.refine,
        "refiner_model_id": None if refiner is None else refiner.model_id,
        "size": None if video.size is None else list(video.size),
        "seed": video.seed,
        "kept_share": video.kept_share,
        "patch_scales": patch_scales,
        "structure": video.structure if patch_scales else None,
    }


def _check_paths(request: VideoRequest, folder: FilmFolder) -> None:
    """Refuse before anything is read what would be refused after it."""
    clip, output = Path(request.clip_path), Path(request.output_path)
    check_animation_name(output, LOOKING_FPS)
    is_same = clip.exists() and output.exists() and clip.samefile(output)
    is_inside = clip.is_dir() and output.parent.resolve().is_relative_to(clip.resolve())
    if is_same or is_inside:
        sentence = translate(
            "Errors", "“{name}” belongs to the clip; choose another place for the film."
        )
        raise VideoJobError(sentence.format(name=output.name))
    if folder.exists and request.existing == "refuse":
        sentence = translate(
            "Errors", "“{name}” holds frames of an interrupted run: resume it, or begin again."
        )
        raise VideoJobError(sentence.format(name=folder.path.name))


def _checked_size(request: VideoRequest, clip: Clip, video: VideoTranslation) -> tuple[int, int]:
    """Return (H, W) of the film.

    Raises:
        EngineError: the frames cannot be translated so.
        VideoJobError: the film is too long for its format.
    """
    first = video.of(next(clip_frames(clip)))
    first.check()
    height, width = first.sizes[-1]
    is_video = Path(request.output_path).suffix.lower() in VIDEO_CODECS
    if not is_video and clip.frame_count * height * width * 3 > MAX_PICTURES_BYTES:
        sentence = translate(
            "Errors",
            "{count} frames of {width} x {height} px are too many for this format; choose .mp4 "
            "or .webm.",
        )
        raise VideoJobError(sentence.format(count=clip.frame_count, width=width, height=height))
    return height, width


def _begun(
    request: VideoRequest, folder: FilmFolder, clip: Clip, video: VideoTranslation
) -> VideoState | None:
    recipe = video_recipe(clip, video)
    if folder.exists and request.existing == "resume":
        return folder.resumed(recipe)
    folder.begin(recipe)
    return None


def _frame_events(
    request: VideoRequest,
    folder: FilmFolder,
    clip: Clip,
    video: VideoTranslation,
    state: VideoState | None,
) -> JobStream:
    from singan_core.applications.structural_analogy.video import video_steps
    from singan_core.device import pick_device

    device, done = pick_device(request.device), 0 if state is None else state.frame_count
    total = _STEPS * clip.frame_count
    yield StepDone(_STEPS * done, total)
    height, width = clip.size
    tiling = tiling_of(request.memory_limit, device, _BYTES_PER_PIXEL * height * width)
    for step in video_steps(video, clip_frames(clip, done), device, tiling, state):
        if step.frame is not None and step.state is not None:
            folder.keep(step.index, step.frame, step.state)
            yield FrameReady(step.index, step.frame)
        yield StepDone(_STEPS * step.index + _STEPS * step.done // step.total, total)


class _Returning:
    """Iterates a generator and holds what it returned at its end."""

    def __init__(self, steps: Generator[None, None, Any]) -> None:
        self._steps = steps
        self.value: Any = None

    def __iter__(self) -> Generator[None, None, None]:
        """Yield its steps."""
        self.value = yield from self._steps
