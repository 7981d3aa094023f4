"""The words and options of the command ``analogy``."""

from __future__ import annotations

from typing import Any, Final, Literal

from app.document.render_settings import MOST_STRUCTURE
from app.terminal.option_values import number, training_size, whole_number
from app.terminal.parsing import (
    PRESETS,
    Parser,
    add_checkpoint_seconds,
    add_command,
    add_common,
    add_memory_limit,
    add_training_rounds,
)

AUTO_SCALE: Final = "auto"


def add_analogy(commands: Any) -> None:
    """Add the command and its own commands, whose name is ``analogy`` in the result."""
    command = add_command(
        commands,
        "analogy",
        "give one picture the structure of another",
        "Two pictures are trained together; then either is drawn in the appearance of the other.",
    )
    inner = command.add_subparsers(
        dest="analogy", metavar="COMMAND", required=True, parser_class=Parser
    )
    _add_train(inner)
    _add_render(inner)
    _add_video(inner)


def switch_scale(text: str) -> int | Literal["auto"]:
    """Return a scale, or the word that one is to be found."""
    return AUTO_SCALE if text == AUTO_SCALE else whole_number(1, 40)(text)


def _add_train(commands: Any) -> None:
    command = add_command(
        commands,
        "train",
        "train two pictures together and write a project",
        "Ctrl-C saves what was trained; --resume goes on exactly there.",
    )
    command.add_argument("photo", metavar="A", help="a picture, or a clip: some of its frames")
    command.add_argument("photo_b", metavar="B")
    command.add_argument("-o", "--output", metavar="PAIR.singan", help="needed unless --estimate")
    command.add_argument(
        "--estimate",
        action="store_true",
        help="only tell scales, sizes, time and memory on this device, after measuring it for "
        "some seconds",
    )
    command.add_argument("--preset", choices=PRESETS, help="standard unless given")
    command.add_argument(
        "--switch-scale",
        type=switch_scale,
        metavar=f"K|{AUTO_SCALE}",
        help="scale from which on the finer ones draw the whole picture instead of adding to the "
        "one below; auto = several are tried briefly first (unless given: all but the two finest "
        "add)",
    )
    command.add_argument(
        "--max-size",
        type=training_size,
        metavar="PX",
        help="long side of the finest scale, 220 unless given (128 with draft); native = that of A",
    )
    add_training_rounds(command)
    existing = command.add_mutually_exclusive_group()
    existing.add_argument(
        "--resume",
        action="store_true",
        help="go on with an interrupted training of the same pictures, or add the pair to the "
        "project of A; everything else that the project holds is kept",
    )
    existing.add_argument(
        "--force", action="store_true", help="replace an existing project by a new one"
    )
    add_checkpoint_seconds(command)
    add_common(command, "number that all random numbers derive from, 0 unless given")


def _add_render(commands: Any) -> None:
    command = add_command(
        commands, "render", "draw one picture of a pair in the appearance of the other"
    )
    command.add_argument("project", metavar="PAIR.singan")
    command.add_argument(
        "--direction",
        choices=("a2b", "b2a"),
        required=True,
        help="a2b = the structure of A in the appearance of B",
    )
    command.add_argument("-o", "--output", required=True, metavar="OUT")
    command.add_argument(
        "--picture",
        metavar="PICTURE",
        help="draw this picture instead of the one that was trained",
    )
    add_translation(command)
    add_memory_limit(command)
    add_common(command, "number that picks the noise (default: 0)")


def _add_video(commands: Any) -> None:
    command = add_command(
        commands,
        "video",
        "draw a clip, frame by frame, in the appearance of a picture of a pair",
        "Finished frames are kept beside OUT until the film is whole: Ctrl-C loses none of them, "
        "and --resume goes on there.",
    )
    command.add_argument("project", metavar="PAIR.singan")
    command.add_argument(
        "clip", metavar="CLIP", help="a video, an animated picture, or a folder of pictures"
    )
    command.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT",
        help="its name ends in .mp4, .webm, .gif, .webp or .apng; the sides of the first two are "
        "even, so an odd one grows by a pixel",
    )
    command.add_argument(
        "--direction",
        choices=("a2b", "b2a"),
        default="a2b",
        help="a2b = the clip has the structure of A and gets the appearance of B (the default)",
    )
    add_translation(command)
    command.add_argument(
        "--fps",
        type=number(1.0, 60.0),
        metavar="F",
        help="frames a second, unless given those of the clip (25 of a folder of pictures)",
    )
    command.add_argument(
        "--once", action="store_true", help="play once instead of again and again (not in videos)"
    )
    existing = command.add_mutually_exclusive_group()
    existing.add_argument(
        "--resume", action="store_true", help="go on with the frames of an interrupted run"
    )
    existing.add_argument(
        "--force", action="store_true", help="drop the frames of an interrupted run"
    )
    add_memory_limit(command)
    add_common(
        command,
        "number that picks noise, equal in every frame, for livelier textures that swim a little "
        "(unless given: no noise, which is steadiest)",
    )


def add_translation(command: Parser) -> None:
    """Add the scales of a translation."""
    scale = whole_number(0, 1000)
    command.add_argument(
        "--scale",
        type=scale,
        metavar="T",
        help="scale at which the picture changes over, counted from 0 = coarsest: a coarse one "
        "takes large parts of the form of the other picture, the finest its texture alone "
        "(unless given: one of about 32 px; with --patch-scales 0 the finest that adds to the one "
        "below)",
    )
    command.add_argument(
        "--inject",
        type=scale,
        metavar="K",
        help="let the picture's own pyramid draw it anew from this scale on first",
    )
    command.add_argument(
        "--refine",
        type=whole_number(1, 1000),
        metavar="K",
        help="inject the result at this scale into the generators of the other picture",
    )
    command.add_argument(
        "--refiner",
        metavar="P.singan",
        help="refine with the model of this project, trained on the picture that gives the "
        "appearance, instead of the pair's own",
    )
    command.add_argument(
        "--patch-scales",
        type=whole_number(0, 100),
        metavar="N",
        help="how many of the finest scales, from that of the translation on, put patches of the "
        "picture that gives the appearance in the place of what they made; 0 = none, as in the "
        "paper (unless given: all of them)",
    )
    command.add_argument(
        "--structure",
        type=number(0.0, MOST_STRUCTURE),
        metavar="X",
        help="how strictly those patches follow the structure, 0 = not at all to "
        f"{MOST_STRUCTURE:g}; ignored with --patch-scales 0 (unless given: 1, and more where "
        "the contours of the structure would hardly be followed)",
    )
