"""Cached models are found again, limited in size, private, and never trusted blindly."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from app.document.files.atomic_files import FileWriteError
from app.storage.model_cache import ModelCache
from app.storage.user_folders import cache_folder
from singan_core.model.trained import TrainedPyramid
from tests.document.project_samples import make_model

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def model() -> TrainedPyramid:
    return make_model()


def other_settings(model: TrainedPyramid, seed: int) -> TrainedPyramid:
    return TrainedPyramid(
        model.kind,
        model.config.changed(seed=seed),
        model.plan,
        model.scales,
        model.rec_noise,
        model.photo_sha256,
    )


def entries(cache: ModelCache) -> list[Path]:
    return sorted(cache.folder.iterdir(), key=lambda path: path.stat().st_mtime)


def test_a_model_is_found_by_its_pixels_and_settings(tmp_path: Path, model: TrainedPyramid) -> None:
    cache = ModelCache(tmp_path / "cache")
    assert cache.find(model.photo_sha256, model.config) is None
    cache.store(model)
    found = ModelCache(tmp_path / "cache").find(model.photo_sha256, model.config)
    assert found is not None
    assert found.model_id == model.model_id
    weight = model.scales[0].weights["last.weight"]
    assert torch.equal(found.scales[0].weights["last.weight"], weight)
    assert cache.find(model.photo_sha256, model.config.changed(seed=9)) is None
    assert cache.find("0" * 64, model.config) is None


def test_the_newest_model_of_a_photo(tmp_path: Path, model: TrainedPyramid) -> None:
    cache = ModelCache(tmp_path)
    assert cache.find_newest(model.photo_sha256) is None
    for seed in (1, 2):
        cache.store(other_settings(model, seed))
        os.utime(entries(cache)[-1], (seed, seed))
    newest = cache.find_newest(model.photo_sha256)
    assert newest is not None
    assert newest.config.seed == 2
    assert cache.find_newest("0" * 64) is None


def test_drafts_are_not_kept(tmp_path: Path) -> None:
    cache = ModelCache(tmp_path / "cache")
    cache.store(make_model(scale_count=1))
    assert cache.size_bytes == 0


def test_the_longest_unused_goes_first(tmp_path: Path, model: TrainedPyramid) -> None:
    cache = ModelCache(tmp_path)
    cache.store(model)
    cache.limit_bytes = int(cache.size_bytes * 2.5)
    for seed in (1, 2):
        cache.store(other_settings(model, seed))
        for age, path in enumerate(reversed(entries(cache))):
            os.utime(path, (time.time() - 1000 * (age + 1),) * 2)
        assert cache.find(model.photo_sha256, model.config) is not None
    assert cache.find(model.photo_sha256, model.config.changed(seed=1)) is None
    assert cache.find(model.photo_sha256, model.config.changed(seed=2)) is not None
    assert cache.size_bytes <= cache.limit_bytes


def test_a_model_above_the_limit_is_not_kept(tmp_path: Path, model: TrainedPyramid) -> None:
    cache = ModelCache(tmp_path / "cache", limit_bytes=100)
    cache.store(model)
    assert cache.size_bytes == 0


def test_off_means_nothing_is_found_or_stored(tmp_path: Path, model: TrainedPyramid) -> None:
    cache = ModelCache(tmp_path, is_enabled=False)
    cache.store(model)
    assert entries(cache) == []
    cache.is_enabled = True
    cache.store(model)
    cache.is_enabled = False
    assert cache.find(model.photo_sha256, model.config) is None
    assert cache.find_newest(model.photo_sha256) is None


def test_clear_removes_everything(tmp_path: Path, model: TrainedPyramid) -> None:
    cache = ModelCache(tmp_path)
    cache.clear()
    cache.store(model)
    (tmp_path / ".half.partial").write_bytes(b"half")
    cache.clear()
    assert entries(cache) == []


@pytest.mark.parametrize("damage", ["cut", "changed", "pickle", "empty", "renamed"])
def test_a_damaged_entry_is_ignored_and_removed(
    tmp_path: Path, model: TrainedPyramid, damage: str
) -> None:
    cache = ModelCache(tmp_path)
    cache.store(model if damage != "renamed" else other_settings(model, 4))
    (path,) = entries(cache)
    content = path.read_bytes()
    if damage == "renamed":
        wanted = ModelCache(tmp_path / "other")
        wanted.store(model)
        path = path.rename(tmp_path / entries(wanted)[0].name)
        wanted.clear()
    changed = {
        "cut": content[:-10],
        "changed": content[:-10] + bytes(10),
        "pickle": b"\x80\x04\x95" + content,
        "empty": b"",
        "renamed": content,
    }
    path.write_bytes(changed[damage])
    assert cache.find(model.photo_sha256, model.config) is None
    assert not path.exists()


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_entries_are_private(tmp_path: Path, model: TrainedPyramid) -> None:
    cache = ModelCache(tmp_path / "a" / "cache")
    cache.store(model)
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entries(cache)[0].stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, model: TrainedPyramid
) -> None:
    (tmp_path / "file").touch()
    cache = ModelCache(tmp_path / "file" / "cache")
    with pytest.raises(FileWriteError, match="cache cannot be made"):
        cache.store(model)
    assert cache.find(model.photo_sha256, model.config) is None
    assert cache.size_bytes == 0


def test_forgotten_halves_are_removed(tmp_path: Path, model: TrainedPyramid) -> None:
    old, new = tmp_path / ".old.partial", tmp_path / ".new.partial"
    old.touch()
    new.touch()
    os.utime(old, (1, 1))
    ModelCache(tmp_path).store(model)
    assert not old.exists()
    assert new.exists()


STORE_MANY = """
import sys
from pathlib import Path
from app.storage.model_cache import ModelCache
from tests.document.project_samples import make_model
from tests.document.test_model_cache import other_settings
model = make_model()
cache = ModelCache(Path(sys.argv[1]), limit_bytes=int(sys.argv[2]))
for turn in range(10):
    cache.store(other_settings(model, turn % 4))
    found = cache.find(model.photo_sha256, model.config.changed(seed=turn % 4))
    assert found is None or found.model_id == model.model_id
"""


def test_two_programs_may_store_at_once(tmp_path: Path, model: TrainedPyramid) -> None:
    cache = ModelCache(tmp_path)
    cache.store(model)
    limit = int(cache.size_bytes * 2.5)
    command = [sys.executable, "-c", STORE_MANY, str(tmp_path), str(limit)]
    programs = [subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE) for _ in range(2)]
    for program in programs:
        _, errors = program.communicate(timeout=60)
        assert program.returncode == 0, errors.decode()
    assert cache.size_bytes <= limit
    assert all(path.suffix == ".safetensors" for path in entries(cache))
    assert cache.find_newest(model.photo_sha256) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders")
def test_the_folder_follows_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert ModelCache().folder == tmp_path / "singan-studio" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == Path.home() / ".cache" / "singan-studio"
