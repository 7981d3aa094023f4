"""Damaged projects open as far as possible, harmful ones are refused, each with one sentence."""

from __future__ import annotations

import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.errors import DocumentError
from app.document.files.atomic_files import FileWriteError
from app.document.files.project.project_file import ProjectFileError, load_project, save_project
from singan_core.events import TrainingDone
from singan_core.model.checkpoint import scale_from_bytes, scale_to_bytes
from singan_core.model.trained import TrainedScale
from singan_core.training.train import train_pyramid
from tests.document.project_samples import (
    decoded_photo,
    make_model,
    make_project,
    rewritten,
)
from tests.document.test_atomic_files import file_size_limit, tiny_disk

Parts = dict[str, bytes]
ACTIVE = f"singan/models/{make_model().model_id}"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("projects") / "a.singan"
    save_project(path, make_project())
    return path


def the_scale(parts: Parts, number: int) -> str:
    return next(entry for entry in parts if entry.endswith(f"/scale_{number:02d}.safetensors"))


def assert_one_sentence(message: str) -> None:
    assert message.endswith(".")
    assert "\n" not in message
    assert "Traceback" not in message


def lose_scale(parts: Parts) -> None:
    del parts[the_scale(parts, 1)]


def alter_scale(parts: Parts) -> None:
    entry = the_scale(parts, 1)
    parts[entry] = parts[entry][:-4] + struct.pack("<f", 0.125)


def lose_a_tensor(parts: Parts) -> None:
    entry = the_scale(parts, 1)
    scale = scale_from_bytes(parts[entry])
    weights = {name: weight for name, weight in scale.weights.items() if name != "last.bias"}
    fewer = TrainedScale(scale.size, scale.channels, scale.noise_amplitude, scale.rmse, weights)
    parts[entry] = scale_to_bytes(fewer)


def exchange_scale(parts: Parts) -> None:
    parts[the_scale(parts, 1)] = scale_to_bytes(make_model(seed=77).scales[1])


def cut_scale(parts: Parts) -> None:
    parts[the_scale(parts, 1)] = parts[the_scale(parts, 1)][:100]


@pytest.mark.parametrize(
    "damage", [lose_scale, alter_scale, lose_a_tensor, exchange_scale, cut_scale]
)
def test_a_missing_or_altered_tensor_names_its_scale(
    saved: Path, damage: Callable[[Parts], None]
) -> None:
    loaded = load_project(rewritten(saved, damage))
    assert make_model().model_id not in loaded.models
    assert "Scale 1 of the model" in loaded.notices[0]
    for notice in loaded.notices:
        assert_one_sentence(notice)
    with pytest.raises(ProjectFileError, match="Scale 1 of the model"):
        loaded.require_model()
    assert len(loaded.document.layers) == 4
    assert np.array_equal(loaded.photo, decoded_photo())
    assert len(loaded.results) == 2


def test_training_goes_on_from_the_scales_below_a_damaged_one(saved: Path) -> None:
    def damage(parts: Parts) -> None:
        lose_scale(parts)
        del parts["singan/training.safetensors"]

    loaded = load_project(rewritten(saved, damage))
    state = loaded.train_state
    assert state is not None
    assert (state.scale, state.model.scale_count) == (1, 1)
    assert state.model.scales[0].sha256 == make_model().scales[0].sha256
    assert any("training can go on from scale 1" in notice for notice in loaded.notices)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    stream = train_pyramid(loaded.photo, state.model.config, torch.device("cpu"), state)
    finished = list(stream)[-1]
    torch.set_num_threads(threads)
    assert isinstance(finished, TrainingDone)
    assert finished.model.is_complete
    assert finished.model.scales[0].sha256 == make_model().scales[0].sha256


def test_nothing_goes_on_where_the_coarsest_scale_is_lost(saved: Path) -> None:
    def damage(parts: Parts) -> None:
        del parts[the_scale(parts, 0)]
        del parts["singan/training.safetensors"]

    loaded = load_project(rewritten(saved, damage))
    assert loaded.train_state is None
    assert loaded.models == {}


def test_an_untrained_project_says_so(saved: Path) -> None:
    def forget(parts: Parts) -> None:
        values = json.loads(parts["singan/project.json"])
        values |= {"models": [], "active_model_id": None}
        parts["singan/project.json"] = json.dumps(values).encode()

    with pytest.raises(ProjectFileError, match="no trained model yet"):
        load_project(rewritten(saved, forget)).require_model()


@pytest.mark.parametrize(
    ("entry", "content", "notice"),
    [
        (f"{ACTIVE}/model.json", None, "model is missing"),
        (f"{ACTIVE}/model.json", b"{}", "description of the model is damaged"),
        (f"{ACTIVE}/model.json", b"[" * 100_000, "description of the model is damaged"),
        (f"{ACTIVE}/rec_noise.safetensors", None, "fixed noise of the model is lost"),
        ("singan/training.safetensors", b"cut", "unfinished training cannot be continued"),
        ("singan/photo.jpg", None, "photo was taken from the layers"),
        ("singan/photo.jpg", b"\xff\xd8\xff", "photo was taken from the layers"),
        ("singan/results/0000_image.png", None, "result 1 is damaged"),
        ("singan/masks/layer0002.png", b"?", "layer “Result” was left out"),
        ("data/layer0001.png", None, "layer “Strokes & <more> ” was left out"),
        ("singan/project.json", b"{", "only its layers were opened"),
        ("singan/project.json", b'{"format": 1}', "changed by another program"),
    ],
)
def test_a_damaged_part_is_told_and_the_rest_opens(
    saved: Path, entry: str, content: bytes | None, notice: str
) -> None:
    def damage(parts: Parts) -> None:
        assert entry in parts
        if content is None:
            del parts[entry]
        else:
            parts[entry] = content

    loaded = load_project(rewritten(saved, damage))
    assert any(notice in each for each in loaded.notices), loaded.notices
    for each in loaded.notices:
        assert_one_sentence(each)
    assert len(loaded.document.layers) >= 3
    assert loaded.photo.shape == decoded_photo().shape


def test_the_photo_of_a_lost_file_is_that_of_its_layer(saved: Path) -> None:
    loaded = load_project(rewritten(saved, lambda parts: parts.__delitem__("singan/photo.jpg")))
    assert np.array_equal(loaded.photo, decoded_photo())
    assert loaded.photo_bytes == b""


def test_a_photo_that_decodes_differently_keeps_its_trained_pixels(saved: Path) -> None:
    def other_decoder(parts: Parts) -> None:
        changed = bytearray(parts["singan/photo.jpg"])
        changed[-100] ^= 1
        parts["singan/photo.jpg"] = bytes(changed)

    loaded = load_project(rewritten(saved, other_decoder))
    assert np.array_equal(loaded.photo, decoded_photo())


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/a_pickle_was_run",)


def torch_archive() -> bytes:
    import io

    buffer = io.BytesIO()
    torch.save({"weights": torch.zeros(3)}, buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "entry", ["scale", "singan/training.safetensors", "singan/extra.pkl", "data/notes"]
)
@pytest.mark.parametrize("content", [pickle.dumps(Harmful(), 2), pickle.dumps(Harmful(), 5), None])
def test_a_pickle_is_refused(saved: Path, entry: str, content: bytes | None) -> None:
    def plant(parts: Parts) -> None:
        name = the_scale(parts, 1) if entry == "scale" else entry
        parts[name] = content or torch_archive()

    with pytest.raises(ProjectFileError, match="pickle") as caught:
        load_project(rewritten(saved, plant))
    assert_one_sentence(str(caught.value))
    assert not os.path.exists("/tmp/a_pickle_was_run")


def test_a_newer_format_is_one_sentence(saved: Path) -> None:
    def newer(parts: Parts) -> None:
        values = json.loads(parts["singan/project.json"]) | {"format": 2}
        parts["singan/project.json"] = json.dumps(values).encode()

    with pytest.raises(ProjectFileError, match="newer version of the program") as caught:
        load_project(rewritten(saved, newer))
    assert_one_sentence(str(caught.value))


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    for name, content, message in (
        ("empty.singan", b"", "is empty"),
        ("text.singan", b"hello there", "is not a project, or it is damaged"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ProjectFileError, match=message):
            load_project(tmp_path / name)
    with pytest.raises(ProjectFileError, match="does not exist"):
        load_project(tmp_path / "none.singan")
    with pytest.raises(ProjectFileError, match="is a folder"):
        load_project(tmp_path)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DocumentError, match="not an OpenRaster file or project"):
        load_project(tmp_path / "other.zip")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_project_is_refused(saved: Path, tmp_path: Path, share: float) -> None:
    content = saved.read_bytes()
    path = tmp_path / "cut.singan"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DocumentError, match="damaged or cut off") as caught:
        load_project(path)
    assert_one_sentence(str(caught.value))


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 1), value=st.integers(0, 255), count=st.integers(1, 40))
def test_any_damage_opens_or_is_refused(
    saved: Path,
    tmp_path_factory: pytest.TempPathFactory,
    place: float,
    value: int,
    count: int,
) -> None:
    content = bytearray(saved.read_bytes())
    start = int(place * (len(content) - 1))
    for at in range(start, min(len(content), start + count)):
        content[at] ^= value
    path = tmp_path_factory.getbasetemp() / "damaged.singan"
    path.write_bytes(content)
    try:
        loaded = load_project(path)
    except DocumentError as error:
        assert_one_sentence(str(error))
    else:
        assert loaded.photo.shape == decoded_photo().shape


def test_a_full_disk_while_saving_keeps_the_old_project(tmp_path: Path) -> None:
    contents = make_project()
    with tiny_disk(tmp_path, "1m") as disk:
        path = disk / "a.singan"
        save_project(path, contents)
        old = path.read_bytes()
        filler = disk / "filler"
        filler.write_bytes(bytes((1 << 20) - len(old) - 60_000))
        with pytest.raises(FileWriteError, match="disk is full") as caught:
            save_project(path, contents)
        assert_one_sentence(str(caught.value))
        assert path.read_bytes() == old
        assert sorted(os.listdir(disk)) == ["a.singan", "filler"]


def test_a_file_size_limit_while_saving_keeps_the_old_project(tmp_path: Path) -> None:
    contents, path = make_project(), tmp_path / "a.singan"
    save_project(path, contents)
    old = path.read_bytes()
    with file_size_limit(20_000), pytest.raises(FileWriteError, match="larger than"):
        save_project(path, contents)
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["a.singan"]


def test_a_read_only_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileWriteError, match="folder does not exist"):
        save_project(tmp_path / "none" / "a.singan", make_project())
