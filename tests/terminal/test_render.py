"""The commands edit, harmonize and paint: what comes out, and what is refused."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.document.document import Document
from app.document.files.openraster.openraster_file import save_openraster
from tests.terminal.terminal_runs import Terminal, Trained, photo_pixels, read_image, write_image

BOX = np.s_[8:14, 10:18]


@pytest.fixture
def composite(tmp_path: Path) -> Path:
    pixels = photo_pixels()
    pixels[BOX] = (250, 40, 40)
    return write_image(tmp_path / "composite.png", pixels)


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    pixels = np.zeros((32, 40), np.uint8)
    pixels[BOX] = 200
    return write_image(tmp_path / "mask.png", pixels)


@pytest.mark.parametrize("command", ["edit", "harmonize"])
def test_pixels_outside_the_mask_are_the_photo(
    terminal: Terminal, trained: Trained, composite: Path, mask: Path, tmp_path: Path, command: str
) -> None:
    out = tmp_path / "out.png"
    words = (command, trained.path, composite, "--mask", mask, "-o", out, "--json")
    ran = terminal.run(*words, "--grow", "1", "--feather", "2")
    assert ran.code == 0
    result = read_image(out)
    far = np.ones((32, 40), bool)
    far[4:18, 6:22] = False
    assert (result[far] == trained.photo[far]).all()
    assert (result[BOX] != trained.photo[BOX]).any()
    recipe = ran.values["recipe"]
    assert {
        "application": command,
        "seed": 0,
        "grow_px": 1,
        "feather_px": 2,
    }.items() <= recipe.items()
    assert 0 < ran.values["mask_share"] < 0.3


def test_without_a_mask_only_the_edit_and_its_surroundings_change(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    assert terminal.run("edit", trained.path, composite, "-o", out).code == 0
    result = read_image(out)
    assert (result[24:] == trained.photo[24:]).all()
    assert (result[BOX] != trained.photo[BOX]).any()


def test_the_seed_decides(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path
) -> None:
    outs = [tmp_path / f"{index}.png" for index in range(3)]
    for out, seed in zip(outs, (3, 3, 4), strict=True):
        words = ("edit", trained.path, composite, "-o", out, "--scale", "1", "--seed", seed)
        assert terminal.run(*words).code == 0
    first, same, other = (out.read_bytes() for out in outs)
    assert first == same
    assert first != other


def test_all_scales_come_with_a_contact_sheet(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "folder"
    ran = terminal.run("paint", trained.path, composite, "--scale", "all", "-o", folder, "--json")
    assert ran.code == 0
    assert sorted(os.listdir(folder)) == [
        "composite_paint_seed0_contact_sheet.png",
        "composite_paint_seed0_scale1.png",
        "composite_paint_seed0_scale2.png",
    ]
    assert [each["recipe"]["scale"] for each in ran.values["results"]] == [1, 2]
    sheet = read_image(ran.values["contact_sheet"])
    assert sheet.shape[0] > 64
    assert sheet.shape[1] > 80


def test_the_result_has_the_size_and_aspect_of_the_composite(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    wide = write_image(tmp_path / "wide.jpg", photo_pixels(30, 70, seed=2))
    for fit, detail_is_photo in (("keep", False), ("stretch", True)):
        out = tmp_path / f"{fit}.png"
        ran = terminal.run("paint", trained.path, wide, "-o", out, "--fit", fit, "--json")
        assert ran.values["size"] == [30, 70]
        assert (ran.values["detail_size"] == [32, 40]) == detail_is_photo
        assert read_image(out).shape == (30, 70, 3)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".ora"])
def test_composites_of_several_formats(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"edit{suffix}"
    pixels = read_image(composite)
    if suffix == ".ora":
        opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
        save_openraster(path, Document.from_photo(opaque, "flat"))
    else:
        Image.fromarray(pixels).save(path, quality=95)
    out = tmp_path / "out.png"
    ran = terminal.run("edit", trained.path, path, "-o", out, "--json")
    assert ran.code == 0
    assert 0 < ran.values["mask_share"] < 0.6


def test_transparent_parts_of_a_composite_show_the_photo(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    clip_art = np.zeros((32, 40, 4), np.uint8)
    clip_art[BOX] = (250, 40, 40, 255)
    path = write_image(tmp_path / "clip_art.png", clip_art)
    out = tmp_path / "out.png"
    assert terminal.run("edit", trained.path, path, "-o", out).code == 0
    assert (read_image(out)[24:] == trained.photo[24:]).all()


def test_a_mask_counts_by_half_of_its_brightest_value(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path
) -> None:
    faint = np.zeros((32, 40, 4), np.uint8)
    faint[..., 3] = 7
    faint[:16, :, :3] = 1
    path = write_image(tmp_path / "faint.png", faint)
    out = tmp_path / "out.png"
    words = ("edit", trained.path, composite, "--mask", path, "-o", out, "--json")
    assert terminal.run(*words, "--grow", "0", "--feather", "0").values["mask_share"] == 0.5


@pytest.mark.parametrize("scale", ["0", "3", "-1", "99"])
def test_a_scale_out_of_range_is_refused(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path, scale: str
) -> None:
    words = ("edit", trained.path, composite, "--scale", scale, "-o", tmp_path / "out.png")
    assert "scales 1 to 2" in terminal.refused(*words)


def test_masks_that_do_not_fit_are_refused(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path
) -> None:
    words = ("edit", trained.path, composite, "-o", tmp_path / "out.png", "--mask")
    small = write_image(tmp_path / "small.png", np.full((16, 20), 255, np.uint8))
    assert "20 x 16" in terminal.refused(*words, small)
    black = write_image(tmp_path / "black.png", np.zeros((32, 40), np.uint8))
    assert "black" in terminal.refused(*words, black)
    assert not (tmp_path / "out.png").exists()


def test_an_edit_that_changes_nothing_is_refused(
    terminal: Terminal, trained: Trained, photo: Path, tmp_path: Path
) -> None:
    words = ("edit", trained.path, photo, "-o", tmp_path / "out.png")
    assert "nothing to render" in terminal.refused(*words)


@pytest.mark.parametrize(
    "output", ["out.gif", "out", "missing/out.png", "/proc/out.png", "photo.png/out.png"]
)
def test_a_place_that_cannot_be_written_is_refused(
    terminal: Terminal, trained: Trained, composite: Path, photo: Path, output: str
) -> None:
    terminal.refused("edit", trained.path, composite, "-o", photo.parent / output)


def test_all_scales_need_a_folder(
    terminal: Terminal, trained: Trained, composite: Path, photo: Path
) -> None:
    words = ("edit", trained.path, composite, "--scale", "all", "-o", photo)
    assert "folder" in terminal.refused(*words)


def test_a_folder_as_output_of_one_scale_is_refused(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.png").mkdir()
    words = ("edit", trained.path, composite, "-o", tmp_path / "folder.png")
    assert "folder" in terminal.refused(*words)


def changed_project(source: Path, target: Path, change: str) -> Path:
    """Copy a project: one model tensor altered or left out, or a pickle put in."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        tensors = [name for name in old.namelist() if name.endswith(".safetensors")]
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == tensors[0]:
                if change == "missing":
                    continue
                if change == "altered":
                    content = content[:-4] + bytes(value ^ 0xFF for value in content[-4:])
            new.writestr(entry, content)
        if change == "pickle":
            new.writestr("singan/models/weights.pkl", b"\x80\x04K\x01.")
    return target


@pytest.mark.parametrize("change", ["missing", "altered", "pickle"])
def test_a_tampered_project_is_refused(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path, change: str
) -> None:
    project = changed_project(trained.path, tmp_path / "tampered.singan", change)
    terminal.refused("edit", project, composite, "-o", tmp_path / "out.png")


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder", "cut"])
def test_what_is_no_project_is_refused(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "p.singan"
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        whole = trained.path.read_bytes()
        path.write_bytes({"empty": b"", "text": b"hello", "cut": whole[: len(whole) // 2]}[kind])
    terminal.refused("edit", path, composite, "-o", tmp_path / "out.png")
    terminal.refused("info", path)


def test_the_project_itself_is_never_written_by_a_render(
    terminal: Terminal, trained: Trained, composite: Path, tmp_path: Path
) -> None:
    project = tmp_path / "p.singan"
    shutil.copy(trained.path, project)
    before = project.read_bytes()
    assert terminal.run("edit", project, composite, "-o", tmp_path / "out.png").code == 0
    assert project.read_bytes() == before


def test_matching_the_surroundings_is_a_switch_and_part_of_the_recipe(
    terminal: Terminal, trained: Trained, tmp_path: Path
) -> None:
    composite = trained.photo.copy()
    composite[8:18, 10:24] = (180, 90, 60)
    edit = write_image(tmp_path / "edit.png", composite)

    def recipe(command: str, *options: str) -> dict[str, object]:
        ran = terminal.run(
            command, trained.path, edit, "-o", tmp_path / "o.png", *options, "--json"
        )
        assert ran.code == 0, ran.err
        values: dict[str, object] = ran.values["recipe"]
        return values

    assert not recipe("edit")["is_matched"]
    assert recipe("edit", "--match")["is_matched"]
    assert recipe("harmonize", "--match")["is_matched"]
    assert not recipe("harmonize", "--no-match")["is_matched"]
