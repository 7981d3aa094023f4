"""The command ``analogy video``."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import Any, Literal

from app.document.files.film_folder import FilmFolder
from app.jobs.results import FrameReady, StepDone, VideoWritten
from app.jobs.streams import job_events
from app.jobs.video_request import VideoRequest
from app.terminal.analogy_rendering import read_refiner, read_trained_pair, source_picture
from app.terminal.animating import shown_size
from app.terminal.console import Console, Eta
from app.terminal.errors import CommandError, InterruptedRunError
from app.terminal.interruption import HeldInterrupt, interrupts_held
from app.terminal.output_paths import check_can_write

_TOLD_FRAMES = 10
"""After how many frames the progress is told where there is no bar."""


def run(arguments: Namespace, console: Console) -> tuple[list[str], dict[str, Any]]:
    """Draw a clip, frame by frame, in the appearance of a picture of a pair.

    Returns:
        Lines for people, and values for programs.

    Raises:
        CommandError, DocumentError, EngineError: one sentence; finished frames are kept.
        InterruptedRunError: stopped by a signal; finished frames are kept.
    """
    started = time.monotonic()
    output = Path(arguments.output)
    check_can_write(output)
    request = _request(arguments, console)
    with interrupts_held() as held:
        written = _written(request, held, console)
    height, width = shown_size(output, written.size, console)
    values = {
        "output": str(output),
        "size": [height, width],
        "frames": written.frame_count,
        "frames_resumed": written.resumed_count,
        "fps": written.fps,
        "recipe": written.recipe,
        "seconds": round(time.monotonic() - started, 3),
        "status": "done",
    }
    return [
        f"{output}: {written.frame_count} frames of {width} x {height} px, {written.fps:g} a "
        f"second, {arguments.direction} at scale {written.recipe['scale']}."
    ], values


def _request(arguments: Namespace, console: Console) -> VideoRequest:
    existing: Literal["refuse", "resume", "replace"] = "refuse"
    if arguments.resume or arguments.force:
        existing = "resume" if arguments.resume else "replace"
    folder = FilmFolder(arguments.output)
    if existing == "refuse" and folder.exists:
        raise CommandError(
            f"“{folder.path}” holds frames of an interrupted run: --resume goes on with them, "
            "--force begins again."
        )
    contents, pair = read_trained_pair(arguments.project, console)
    opposite = "b2a" if arguments.direction == "a2b" else "a2b"
    return VideoRequest(
        id=0,
        session_id="terminal",
        pair=pair,
        clip_path=arguments.clip,
        output_path=arguments.output,
        direction=arguments.direction,
        scale=arguments.scale,
        inject=arguments.inject,
        refine=arguments.refine,
        refiner=read_refiner(arguments, pair, console),
        seed=arguments.seed,
        appearance=source_picture(contents, opposite),
        patch_scales=arguments.patch_scales,
        structure=arguments.structure,
        fps=arguments.fps,
        is_repeating=not arguments.once,
        existing=existing,
        device=arguments.device,
        memory_limit=arguments.memory_limit,
    )


def _written(request: VideoRequest, held: HeldInterrupt, console: Console) -> VideoWritten:
    eta, stream = Eta(), job_events(request)
    try:
        for event in stream:
            if isinstance(event, VideoWritten):
                return event
            if isinstance(event, StepDone) and event.total:
                share = event.done / event.total
                console.bar("translating", share, eta.seconds_left(share))
            elif isinstance(event, FrameReady):
                done = event.index + 1
                if done % _TOLD_FRAMES == 0:
                    console.milestone(f"{done} frames are done.")
            if held.is_requested:
                raise _interrupted(FilmFolder(request.output_path))
    finally:
        stream.close()
    raise AssertionError("a film ends with its file")


def _interrupted(folder: FilmFolder) -> InterruptedRunError:
    count = folder.kept_count
    told = (
        f"{count} frames are kept in “{folder.path}”, and --resume goes on there."
        if folder.exists
        else "no frame was begun."
    )
    values = {"status": "interrupted", "frames_done": count}
    return InterruptedRunError(f"Interrupted; {told}", values)
