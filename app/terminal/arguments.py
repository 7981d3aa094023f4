"""The words and options of the terminal commands."""

from __future__ import annotations

import argparse
from typing import Any

from app.terminal.analogy_arguments import add_analogy
from app.terminal.option_values import ALL_SCALES, number, scale_or_all, training_size, whole_number
from app.terminal.parsing import (
    PRESETS,
    PROGRAM,
    Parser,
    add_checkpoint_seconds,
    add_command,
    add_common,
    add_memory_limit,
    add_training_rounds,
)


def build_parser() -> Parser:
    """Return the parser of all commands; the result has the command's name as ``command``."""
    parser = Parser(
        prog=PROGRAM,
        allow_abbrev=False,
        description="Train a pyramid of small GANs on one photo and redraw edits in its textures. "
        "Without a command, or with a photo or project alone, the window opens.",
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=Parser
    )
    _add_train(commands)
    _add_info(commands)
    _add_sample(commands)
    _add_mask(_add_render(commands, "edit", "make moved or pasted patches fit the photo"))
    _add_mask(_add_render(commands, "harmonize", "give pasted objects the look of the photo"))
    purpose = "turn a clip-art layout into a picture like the photo"
    _add_quantize(_add_render(commands, "paint", purpose, "PAINT"))
    _add_superres(commands)
    _add_rerender(commands)
    _add_animate(commands)
    add_analogy(commands)
    return parser


def _add_train(commands: Any) -> None:
    command = add_command(
        commands,
        "train",
        "train on a photo and write a project",
        "Ctrl-C saves what was trained; --resume goes on exactly there.",
    )
    command.add_argument("photo", metavar="PHOTO")
    command.add_argument("-o", "--output", metavar="P.singan", help="needed unless --estimate")
    command.add_argument(
        "--estimate",
        action="store_true",
        help="only tell scales, sizes, time and memory on this device, after measuring it for "
        "about a second",
    )
    command.add_argument("--preset", choices=PRESETS, help="standard unless given")
    command.add_argument(
        "--max-size",
        type=training_size,
        metavar="PX",
        help="long side of the finest scale, 250 unless given; native = the photo's own",
    )
    add_training_rounds(command)
    existing = command.add_mutually_exclusive_group()
    existing.add_argument(
        "--resume",
        action="store_true",
        help="go on with an interrupted training of the same photo; everything else that "
        "the project holds is kept",
    )
    existing.add_argument(
        "--force", action="store_true", help="replace an existing project by a new one"
    )
    command.add_argument(
        "--no-cache",
        action="store_true",
        help="neither use nor keep the finished model of this photo in the model cache",
    )
    add_checkpoint_seconds(command)
    add_common(command, "number that all random numbers derive from, 0 unless given")


def _add_info(commands: Any) -> None:
    command = add_command(commands, "info", "describe a project")
    command.add_argument("project", metavar="P.singan")
    add_common(command, "accepted by every command; this one draws nothing")


def _add_sample(commands: Any) -> None:
    command = add_command(commands, "sample", "draw random pictures like the photo")
    command.add_argument("project", metavar="P.singan")
    command.add_argument("-o", "--output", required=True, metavar="DIR")
    command.add_argument(
        "-n", "--count", type=whole_number(1, 10_000), default=4, metavar="N", help="default: 4"
    )
    command.add_argument(
        "--start-scale",
        type=whole_number(0, 1000),
        default=0,
        metavar="K",
        help="first scale that is new; below it the photo stays (default: 0, the layout is new)",
    )
    command.add_argument(
        "--likeness",
        type=number(0.0, 1.0),
        metavar="SHARE",
        help="how much of the photo's layout stays where a new one is made up, 0 to 1 (default: "
        "0.4); for samples of the photo's size and start scale 0",
    )
    command.add_argument(
        "--layouts",
        type=whole_number(1, 100),
        metavar="N",
        help="draw so many layouts for each picture and work out the one nearest to the photo "
        "(default: 4; 1 = whatever comes); for start scale 0",
    )
    _add_size(command, "pictures")
    _add_patch_scales(command)
    add_memory_limit(command)
    add_common(command, "number that picks the pictures (default: 0)")


def _add_patch_scales(command: Any) -> None:
    command.add_argument(
        "--patch-scales",
        type=whole_number(0, 100),
        metavar="N",
        help="how many of the finest scales put the photo's own patches in the place of what they "
        "made; 0 = none, as in the paper (unless given: the application's own)",
    )


def _add_rerender(commands: Any) -> None:
    command = add_command(
        commands,
        "rerender",
        "make the results that a project keeps again",
        "Each is made from its recipe alone, with the model that made it, and compared.",
    )
    command.add_argument("project", metavar="P.singan")
    command.add_argument("-o", "--output", required=True, metavar="DIR")
    command.add_argument(
        "--result",
        type=whole_number(1, 100_000),
        metavar="N",
        help="only the Nth result of the strip, counted from 1",
    )
    add_common(command, "accepted by every command; every result has its own")


def _add_superres(commands: Any) -> None:
    command = add_command(
        commands,
        "superres",
        "make a picture larger, with fine detail that looks like its own",
        "This takes a model of its own: it is trained first, unless the project or the model "
        "cache has one, and kept in both. Ctrl-C keeps what was trained beside OUT.",
    )
    command.add_argument("input", metavar="PHOTO|P.singan")
    command.add_argument("-o", "--output", required=True, metavar="OUT")
    command.add_argument(
        "--factor", type=number(1.1, 8.0), default=4.0, metavar="F", help="1.1 to 8 (default: 4)"
    )
    command.add_argument(
        "--noise",
        type=number(0.0, 4.0),
        default=1.0,
        metavar="X",
        help="strength of the noise that detail and grain are made from: 0 = none, 1 = the "
        "usual strength (default), up to 4",
    )
    command.add_argument(
        "--document",
        action="store_true",
        help="enlarge what the project shows, with all its layers, instead of its photo",
    )
    _add_model_source(command)
    add_memory_limit(command)
    add_common(command, "number that picks the noise (default: 0)")


def _add_animate(commands: Any) -> None:
    command = add_command(
        commands,
        "animate",
        "make a short film of a photo",
        "This takes a model of its own: it is trained first, unless the project or the model "
        "cache has one, and kept in both. Ctrl-C keeps what was trained beside OUT.",
    )
    command.add_argument("input", metavar="PHOTO|P.singan")
    command.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="OUT",
        help="its name ends in .gif, .webp, .apng, .mp4 or .webm; the sides of the last two are "
        "even, so an odd one grows by a pixel",
    )
    command.add_argument(
        "--start-scale",
        type=whole_number(0, 1000),
        default=0,
        metavar="K",
        help="first scale that moves; below it the photo stays (default: 0, everything moves)",
    )
    command.add_argument(
        "--alpha",
        type=number(0.0, 1.0),
        default=0.45,
        metavar="A",
        help="how strongly everything is drawn back to the photo, 0 to 1 (default: 0.45)",
    )
    command.add_argument(
        "--beta",
        type=number(0.0, 1.0),
        default=0.9,
        metavar="B",
        help="how smooth the motion is, 0 to 1 (default: 0.9)",
    )
    command.add_argument(
        "--frames", type=whole_number(2, 10_000), default=100, metavar="N", help="default: 100"
    )
    command.add_argument(
        "--fps", type=number(1.0, 60.0), default=10.0, metavar="F", help="default: 10"
    )
    command.add_argument(
        "--loop", action="store_true", help="let the last frame lead back to the first"
    )
    command.add_argument(
        "--once", action="store_true", help="play once instead of again and again (not in videos)"
    )
    _add_size(command, "frames")
    _add_model_source(command)
    add_common(command, "number that picks the motion (default: 0)")


def _add_size(command: Parser, what: str) -> None:
    for side in ("width", "height"):
        command.add_argument(
            f"--{side}",
            type=whole_number(16, 20_000),
            metavar="PX",
            help=f"{side} of the {what}; with one side alone the photo's aspect is kept",
        )


def _add_model_source(command: Parser) -> None:
    command.add_argument(
        "--preset",
        choices=PRESETS,
        help="of the model; unless given: any that there is, or else standard",
    )
    command.add_argument(
        "--no-cache", action="store_true", help="neither use nor keep models in the model cache"
    )


def _add_render(commands: Any, name: str, purpose: str, picture: str = "COMPOSITE") -> Parser:
    command = add_command(
        commands, name, purpose, "Pictures may be .png, .jpg or .ora (and what else can be opened)."
    )
    command.add_argument("project", metavar="P.singan")
    command.add_argument("composite", metavar=picture)
    command.add_argument(
        "--scale",
        type=scale_or_all,
        metavar=f"K|{ALL_SCALES}",
        help="injection scale, counted from 0 = coarsest, so 1 = most freedom; all = every one "
        "of them, into the directory OUT, with a contact sheet (unless given: chosen for this "
        "purpose)",
    )
    command.add_argument("-o", "--output", required=True, metavar="OUT")
    command.add_argument(
        "--fit",
        choices=("keep", "stretch"),
        default="keep",
        help=f"keep the aspect of {picture} (the default) or stretch it onto the photo's",
    )
    _add_patch_scales(command)
    add_memory_limit(command)
    add_common(command, "number that picks the noise (default: 0)")
    command.set_defaults(mask=None, mask_tolerance=None, grow=None, feather=None)
    command.set_defaults(colour_match=None, match=None)
    command.set_defaults(quantize=False, colours=None, finetune=False)
    return command


def _add_quantize(command: Parser) -> None:
    command.add_argument(
        "--quantize",
        action="store_true",
        help="replace the colours of PAINT by the main colours of the photo that play the same "
        "part; the injection scale is trained for that first, once, and kept in the project",
    )
    command.add_argument(
        "--colours",
        type=whole_number(2, 64),
        metavar="N",
        help="how many main colours, 6 unless given",
    )


def _add_mask(command: Parser) -> None:
    command.add_argument(
        "--finetune",
        action="store_true",
        help="train the injection scale and the finer ones on COMPOSITE for a while first, once; "
        "the model is kept in the project",
    )
    command.add_argument(
        "--mask",
        metavar="MASK",
        help="picture of COMPOSITE's size, white where the result may change (unless given: "
        "where COMPOSITE differs from the photo)",
    )
    command.add_argument(
        "--mask-tolerance",
        type=number(0.0, 255.0),
        metavar="LEVELS",
        help="colour difference that still counts as equal (unless given: estimated)",
    )
    command.add_argument(
        "--colour-match",
        type=number(0.0, 1.0),
        metavar="SHARE",
        help="how far the colours inside the mask are moved towards the photo's first, 0 to 1 "
        "(unless given: 0.5 to harmonize, 0 to edit)",
    )
    command.add_argument(
        "--match",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="let colours and grain go on across the border of the mask (default: no)",
    )
    for option, what in (("grow", "how far the mask grows"), ("feather", "width of its soft rim")):
        command.add_argument(
            f"--{option}",
            type=whole_number(0, 20_000),
            metavar="PX",
            help=f"{what}, in pixels of COMPOSITE (unless given: follows its size)",
        )
