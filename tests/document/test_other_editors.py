"""Krita and MyPaint show our files as we do, and theirs open as they were painted."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.document.compositing import flatten
from app.document.document import Document
from app.document.files.openraster.openraster_file import open_flat, save_openraster
from app.document.files.project.project_file import load_project
from app.document.files.psd.psd_writing import save_psd
from app.document.layer_tree import layer_tree
from app.document.layers import BlendMode
from tests.document.interchange_scene import HEIGHT, WIDTH, scene
from tests.document.test_openraster_groups import foreign

FIXTURES = Path(__file__).parent / "fixtures"
# Krita composites in 8 bits per channel, a rounding for every layer.
KRITA_LEVELS = 4
ours = ["Back", "Multiplied", "Base", "Clipped", "Through", "Hidden", "Masked"]

needs_krita = pytest.mark.skipif(
    shutil.which("krita") is None or shutil.which("xvfb-run") is None,
    reason="Krita and xvfb-run are not installed",
)


def krita_export(source: Path, target: Path) -> None:
    """Let Krita open a file and write it in the format of the target's suffix."""
    home = source.parent / "krita home"
    home.mkdir(mode=0o700, exist_ok=True)
    environment = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_QPA_PLATFORM": "xcb"}
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    command = ["xvfb-run", "-a", "krita", "--export", "--export-filename", target, source]
    subprocess.run(command, env=kept | environment, capture_output=True, timeout=250, check=True)


def largest_difference(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> int:
    return int(np.abs(first.astype(int) - second).max())


def assert_is_the_scene(document: Document) -> None:
    nodes = [node for node in layer_tree(document.layers) if node.layer.name != "background"]
    assert [node.layer.name for node in nodes] == ours
    back, multiplied, base, clipped, through, hidden, masked = (node.layer for node in nodes)
    assert [node.layer.name for node in nodes[1].members] == ["Outside", "Screened"]
    assert multiplied.blend_mode is BlendMode.MULTIPLY
    assert multiplied.mask is not None
    assert [each.is_clipped for each in (back, base, clipped, masked)] == [
        False,
        False,
        True,
        False,
    ]
    assert (base.blend_mode, base.opacity) == (BlendMode.HARD_LIGHT, pytest.approx(0.9, abs=0.01))
    assert through.is_pass_through
    assert not multiplied.is_pass_through
    assert not hidden.is_visible


@pytest.mark.parametrize("name", ["krita.ora", "mypaint.ora"])
def test_files_of_other_editors_open_with_their_structure_and_picture(name: str) -> None:
    contents = load_project(FIXTURES / name)
    assert contents.notices == ()
    assert_is_the_scene(contents.document)
    assert largest_difference(flatten(contents.document), open_flat(FIXTURES / name)) <= 3


@needs_krita
def test_krita_shows_what_we_show(tmp_path: Path) -> None:
    document = scene()
    save_openraster(tmp_path / "scene.ora", document)
    krita_export(tmp_path / "scene.ora", tmp_path / "krita.png")
    with Image.open(tmp_path / "krita.png") as image:
        shown = np.asarray(image.convert("RGBA"))
    assert shown.shape == (HEIGHT, WIDTH, 4)
    assert largest_difference(shown, flatten(document)) <= KRITA_LEVELS


def test_linear_light_of_mypaint_is_said(tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.ora", '<layer src="full.png"/>', 'mypaint:eotf="2.2"')
    (notice,) = load_project(path).notices
    assert "linear light" in notice


@needs_krita
def test_krita_shows_our_photoshop_files_as_we_do(tmp_path: Path) -> None:
    """All but clipping, which Krita does not read from them."""
    pytest.importorskip("psd_tools", reason="the extra “psd” is not installed")
    document = scene()
    document.layers = [layer for layer in document.layers if layer.mask is None]
    for layer in document.layers:
        layer.is_visible &= not layer.is_clipped
        layer.group_id = layer.group_id if layer.name == "Burnt" else None
    save_psd(tmp_path / "scene.psd", document)
    krita_export(tmp_path / "scene.psd", tmp_path / "krita.png")
    with Image.open(tmp_path / "krita.png") as image:
        shown = np.asarray(image.convert("RGBA"))
    assert largest_difference(shown, flatten(document)) <= KRITA_LEVELS
