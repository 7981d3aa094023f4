"""Training checkpoints survive the program, and only those of ended programs are offered."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
import torch

from app.document.files.atomic_files import FileWriteError
from app.storage import recovery as recovery_module
from app.storage.recovery import AbandonedTraining, RecoveryFolder
from tests.document.project_samples import make_state

REPOSITORY = Path(__file__).parents[2]


def test_a_checkpoint_is_written_replaced_read_and_removed(tmp_path: Path) -> None:
    recovery = RecoveryFolder(tmp_path)
    state = make_state()
    assert recovery.read("a") is None
    for _ in range(2):
        recovery.write_state("a", state)
    loaded = recovery.read("a")
    assert loaded is not None
    assert loaded.model.model_id == state.model.model_id
    assert all(torch.equal(loaded.tensors[name], state.tensors[name]) for name in state.tensors)
    assert recovery.read("b") is None
    recovery.remove("a")
    recovery.remove("a")
    assert recovery.read("a") is None


TRAIN_UNTIL_KILLED = """
import sys
from pathlib import Path
from app.storage.recovery import RecoveryFolder
from tests.document.project_samples import make_state
recovery, state = RecoveryFolder(Path(sys.argv[1])), make_state()
recovery.write_state("session", state)
print("written", flush=True)
while True:
    recovery.write_state("session", state)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_checkpoint_survives_sigkill_and_is_offered_only_then(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TRAIN_UNTIL_KILLED, str(tmp_path)]
    program = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert program.stdout is not None
    assert program.stdout.readline() == b"written\n"
    recovery = RecoveryFolder(tmp_path)
    assert recovery.abandoned() == ()
    program.send_signal(signal.SIGKILL)
    program.communicate(timeout=30)
    (found,) = recovery.abandoned()
    state = make_state()
    assert found.photo_sha256 == state.model.photo_sha256
    assert (found.scale, found.scale_count) == (1, state.model.plan.scale_count)
    assert recovery.find_abandoned(found.photo_sha256) == found
    assert recovery.find_abandoned("0" * 64) is None
    recovery.adopt(found, "new session")
    adopted = recovery.read("new session")
    assert adopted is not None
    assert adopted.iteration == state.iteration
    assert recovery.abandoned() == ()


def abandon(folder: Path) -> None:
    """A training whose program has ended: its lock goes with it."""
    recovery = RecoveryFolder(folder)
    recovery.write_state("a", make_state())
    del recovery


def test_a_discarded_training_leaves_nothing(tmp_path: Path) -> None:
    abandon(tmp_path)
    recovery = RecoveryFolder(tmp_path)
    (found,) = recovery.abandoned()
    recovery.discard(found)
    assert recovery.abandoned() == ()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("damage", ["cut", "pickle", "old"])
def test_damaged_and_very_old_checkpoints_are_removed(tmp_path: Path, damage: str) -> None:
    abandon(tmp_path)
    (path,) = tmp_path.glob("*/*.safetensors")
    if damage == "old":
        os.utime(path, (1, 1))
    else:
        path.write_bytes(b"\x80\x04\x95" + bytes(20) if damage == "pickle" else b"cut")
    assert RecoveryFolder(tmp_path).abandoned() == ()
    assert not path.exists()


def test_the_newest_is_listed_first(tmp_path: Path) -> None:
    abandon(tmp_path)
    (old,) = tmp_path.glob("*/*.safetensors")
    os.utime(old, (old.stat().st_mtime - 500,) * 2)
    abandon(tmp_path)
    listed = RecoveryFolder(tmp_path).abandoned()
    assert [training.path == old for training in listed] == [False, True]


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_checkpoints_are_private(tmp_path: Path) -> None:
    recovery = RecoveryFolder(tmp_path / "a" / "recovery")
    recovery.write_state("a", make_state())
    (path,) = recovery.folder.glob("*/*.safetensors")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    recovery = RecoveryFolder(tmp_path / "file" / "recovery")
    with pytest.raises(FileWriteError, match="recovery folder cannot be made"):
        recovery.write_state("a", make_state())
    assert recovery.read("a") is None
    assert recovery.abandoned() == ()


def test_two_threads_that_look_at_once_both_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = RecoveryFolder(tmp_path)
    state = make_state()
    ended.write_state("a", state)
    del ended
    recovery = RecoveryFolder(tmp_path)
    is_reading, may_go_on = Event(), Event()
    described = recovery_module._described

    def slow(path: Path) -> AbandonedTraining | None:
        is_reading.set()
        may_go_on.wait(5)
        return described(path)

    monkeypatch.setattr(recovery_module, "_described", slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(recovery.photo_hashes)
        assert is_reading.wait(5)
        second = threads.submit(recovery.find_abandoned, state.model.photo_sha256)
        time.sleep(0.05)
        may_go_on.set()
        assert first.result() == {state.model.photo_sha256}
        assert second.result() is not None
