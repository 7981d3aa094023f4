"""A project comes back from its file exactly as it was, and stays a plain OpenRaster file."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from app.document.document import Document
from app.document.files.images.image_files import image_from_bytes
from app.document.files.openraster.openraster_file import open_flat
from app.document.files.png_parts import png_bytes
from app.document.files.project.project_file import ProjectContents, load_project, save_project
from app.document.layers import Layer
from app.document.planes import Plane
from tests.document.project_samples import (
    assert_equal_layers,
    decoded_photo,
    make_document,
    make_model,
    make_project,
    photo_bytes,
    rewritten,
)


@pytest.fixture
def saved(tmp_path: Path) -> tuple[ProjectContents, Path]:
    contents = make_project()
    path = tmp_path / "a.singan"
    save_project(path, contents)
    return contents, path


def test_the_document_comes_back_pixel_for_pixel(saved: tuple[ProjectContents, Path]) -> None:
    contents, path = saved
    loaded = load_project(path)
    before, after = contents.document, loaded.document
    assert (after.width, after.height) == (before.width, before.height)
    assert after.photo_id == before.photo_id
    assert after.active_id == before.active_id
    assert len(after.layers) == len(before.layers)
    for first, second in zip(before.layers, after.layers, strict=True):
        assert_equal_layers(first, second)
    assert before.selection is not None
    assert after.selection is not None
    assert np.array_equal(before.selection.mask, after.selection.mask)
    assert loaded.notices == ()


def test_the_photo_is_untouched(saved: tuple[ProjectContents, Path]) -> None:
    _, path = saved
    loaded = load_project(path)
    assert loaded.photo_bytes == photo_bytes()
    assert loaded.photo_extension == ".jpg"
    assert np.array_equal(loaded.photo, decoded_photo())
    with zipfile.ZipFile(path) as archive:
        assert archive.read("singan/photo.jpg") == photo_bytes()


def test_models_come_back_with_the_same_ids(saved: tuple[ProjectContents, Path]) -> None:
    contents, path = saved
    loaded = load_project(path)
    assert loaded.models.keys() == contents.models.keys()
    assert loaded.active_model_id == contents.active_model_id
    assert loaded.require_model().config == contents.require_model().config
    for model_id, model in loaded.models.items():
        assert model.model_id == model_id
        assert model.plan == contents.models[model_id].plan
        for scale, original in zip(model.scales, contents.models[model_id].scales, strict=True):
            assert scale.noise_amplitude == original.noise_amplitude
            assert all(torch.equal(scale.weights[n], original.weights[n]) for n in original.weights)


def test_shared_scales_are_stored_once(saved: tuple[ProjectContents, Path]) -> None:
    contents, path = saved
    with zipfile.ZipFile(path) as archive:
        scales = [name for name in archive.namelist() if "/scale_" in name]
    assert len(scales) == contents.require_model().scale_count


def test_an_unfinished_training_comes_back(saved: tuple[ProjectContents, Path]) -> None:
    contents, path = saved
    before, after = contents.train_state, load_project(path).train_state
    assert before is not None
    assert after is not None
    assert (after.scale, after.iteration, after.update) == (1, 5, 2)
    assert after.learning_rate == before.learning_rate
    assert after.photo_shape == before.photo_shape
    assert after.model.model_id == before.model.model_id
    assert after.tensors.keys() == before.tensors.keys()
    assert all(torch.equal(after.tensors[name], before.tensors[name]) for name in before.tensors)


def test_results_settings_and_config_come_back(saved: tuple[ProjectContents, Path]) -> None:
    contents, path = saved
    loaded = load_project(path)
    assert loaded.settings == contents.settings
    assert loaded.config == contents.config
    for before, after in zip(contents.results, loaded.results, strict=True):
        assert after.recipe == before.recipe
        for name in ("image", "mask", "composite", "edit_mask"):
            first, second = getattr(before, name), getattr(after, name)
            assert (first is None) == (second is None)
            assert first is None or np.array_equal(first, second)


def test_saving_what_was_loaded_gives_the_same_bytes(
    saved: tuple[ProjectContents, Path], tmp_path: Path
) -> None:
    _, path = saved
    save_project(tmp_path / "b.singan", load_project(path))
    assert (tmp_path / "b.singan").read_bytes() == path.read_bytes()


def test_an_untrained_project_needs_no_engine(tmp_path: Path) -> None:
    contents = ProjectContents(make_document(), b"", ".png", decoded_photo())
    save_project(tmp_path / "a.singan", contents)
    script = (
        "import sys;"
        "from app.document.files.project.project_file import load_project, save_project;"
        f"c = load_project({str(tmp_path / 'a.singan')!r});"
        f"save_project({str(tmp_path / 'b.singan')!r}, c);"
        "print(len(c.document.layers), 'torch' in sys.modules)"
    )
    repository = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=repository, capture_output=True, text=True
    )
    assert done.stdout.split() == ["4", "False"], done.stderr
    loaded = load_project(tmp_path / "a.singan")
    assert np.array_equal(loaded.photo, decoded_photo())
    assert image_from_bytes(loaded.photo_bytes, "a.png").extension == ".png"


def test_a_document_without_layers_comes_back(tmp_path: Path) -> None:
    contents = ProjectContents(Document(30, 20), photo_bytes(), ".jpg", decoded_photo())
    save_project(tmp_path / "a.singan", contents)
    loaded = load_project(tmp_path / "a.singan").document
    assert (loaded.width, loaded.height, loaded.layers) == (30, 20, [])


def test_a_snapshot_is_saved_while_the_document_is_painted_on(tmp_path: Path) -> None:
    contents = make_project()
    snapshot = contents.snapshot()
    before = contents.document.layers[1].plane.read().copy()
    contents.document.layers[1].plane.write()[...] = 0
    contents.document.layers.pop()
    save_project(tmp_path / "a.singan", snapshot)
    loaded = load_project(tmp_path / "a.singan").document
    assert len(loaded.layers) == 4
    assert np.array_equal(loaded.layers[1].plane.read(), before)


def test_premultiplied_pixels_survive_for_every_value_and_alpha(tmp_path: Path) -> None:
    alpha, value = np.mgrid[0:256, 0:256].astype(np.uint8)
    value = np.minimum(value, alpha)  # premultiplied colour never exceeds alpha
    bgra = np.dstack([value, value.T.copy(), np.minimum(value // 2, alpha), alpha])
    bgra[..., 1] = np.minimum(bgra[..., 1], alpha)
    plane = Plane.from_pixels(bgra.copy())
    document = Document(256, 256, [Layer("all", plane)])
    save_project(tmp_path / "a", ProjectContents(document, b"", "", decoded_photo()))
    loaded = load_project(tmp_path / "a").document
    assert np.array_equal(loaded.layers[0].plane.read(), bgra)


@settings(max_examples=20, deadline=None)
@given(
    pixels=arrays.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(4))),
    place=st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000)),
    name=st.text(max_size=12),
    opacity=st.floats(0, 1),
)
def test_any_layer_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    pixels: NDArray[np.uint8],
    place: tuple[int, int],
    name: str,
    opacity: float,
) -> None:
    layer = Layer(name, Plane.from_rgba(pixels, *place), opacity=opacity)
    document = Document(7, 8, [layer])
    path = tmp_path_factory.getbasetemp() / "any.singan"
    save_project(path, ProjectContents(document, photo_bytes(), ".jpg", decoded_photo()))
    assert_equal_layers(load_project(path).document.layers[0], layer)


@pytest.mark.parametrize("has_older_state", [False, True])
def test_training_goes_on_after_every_scale_that_was_saved(
    tmp_path: Path, has_older_state: bool
) -> None:
    """Checkpoints come every 30 s; scales finished since then are in the model only."""
    contents, model = make_project(), make_model(scale_count=2)
    contents.models, contents.active_model_id = {model.model_id: model}, model.model_id
    if not has_older_state:
        contents.train_state = None
    save_project(tmp_path / "a.singan", contents)
    state = load_project(tmp_path / "a.singan").train_state
    assert state is not None
    assert (state.scale, state.iteration, state.model.model_id) == (2, 0, model.model_id)


def test_a_later_checkpoint_wins_over_the_finished_scales(tmp_path: Path) -> None:
    contents, model = make_project(), make_model(scale_count=1)
    contents.models, contents.active_model_id = {model.model_id: model}, model.model_id
    save_project(tmp_path / "a.singan", contents)
    state = load_project(tmp_path / "a.singan").train_state
    assert state is not None
    assert (state.scale, state.iteration) == (1, 5)


def test_a_finished_training_has_nothing_to_go_on_with(tmp_path: Path) -> None:
    contents = make_project()
    contents.train_state = None
    save_project(tmp_path / "a.singan", contents)
    assert load_project(tmp_path / "a.singan").train_state is None


def test_without_our_part_it_opens_like_any_openraster_file(
    saved: tuple[ProjectContents, Path],
) -> None:
    contents, path = saved

    def drop_ours(parts: dict[str, bytes]) -> None:
        for entry in [entry for entry in parts if entry.startswith("singan/")]:
            del parts[entry]

    foreign = load_project(rewritten(path, drop_ours, "foreign.ora"))
    assert foreign.models == {}
    assert foreign.notices == ()
    assert [layer.name for layer in foreign.document.layers][:1] == ["Photo"]
    assert len(foreign.document.layers) == len(contents.document.layers)
    assert np.array_equal(open_flat(path), open_flat(path.with_name("foreign.ora")))


def test_layers_changed_by_another_program_win(saved: tuple[ProjectContents, Path]) -> None:
    _, path = saved

    def add_layer(parts: dict[str, bytes]) -> None:
        new = b'<stack><layer name="new" src="data/new.png" x="1" y="2" />'
        parts["stack.xml"] = parts["stack.xml"].replace(b"<stack>", new)
        parts["data/new.png"] = png_bytes(np.full((3, 3, 4), 9, np.uint8))

    loaded = load_project(rewritten(path, add_layer))
    assert loaded.document.layers[-1].name == "new"
    assert "changed by another program" in loaded.notices[0]
    assert loaded.active_model_id == make_model().model_id


@pytest.mark.skipif(not os.path.exists("/usr/bin/unzip"), reason="needs unzip")
def test_other_unpackers_accept_the_archive(saved: tuple[ProjectContents, Path]) -> None:
    done = subprocess.run(["unzip", "-tqq", str(saved[1])], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
