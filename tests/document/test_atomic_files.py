"""Files are written whole or not at all, and a failure is one sentence."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from app.document.files.atomic_files import FileWriteError, write_atomic, write_bytes_atomic

resource = pytest.importorskip("resource")

is_posix_root = os.name == "posix" and os.geteuid() == 0
REPOSITORY = Path(__file__).parents[2]


@contextmanager
def tiny_disk(folder: Path, size: str = "64k") -> Iterator[Path]:
    disk = folder / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if not is_posix_root or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@contextmanager
def file_size_limit(byte_count: int) -> Iterator[None]:
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (byte_count, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def assert_old_file_is_whole(path: Path, message: str) -> None:
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == [path.name]
    assert message.count(".") - path.name.count(".") == 1
    assert path.name in message


def test_content_replaces_the_old_file_and_nothing_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_bytes_atomic(path, b"old")
    write_bytes_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_the_writer_can_seek_back(tmp_path: Path) -> None:
    def writer(file: BinaryIO) -> None:
        file.write(b"....tail")
        file.seek(0)
        file.write(b"head")

    write_atomic(tmp_path / "a", writer)
    assert (tmp_path / "a").read_bytes() == b"headtail"


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    with tiny_disk(tmp_path) as disk:
        path = disk / "a.singan"
        path.write_bytes(b"old")
        with pytest.raises(FileWriteError, match="disk is full") as caught:
            write_bytes_atomic(path, bytes(1 << 20))
        assert_old_file_is_whole(path, str(caught.value))


def test_a_full_disk_on_a_larger_file_leaves_the_old_one(tmp_path: Path) -> None:
    def writer(file: BinaryIO) -> None:
        file.write(b"a few bytes")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a.singan"
    path.write_bytes(b"old")
    with pytest.raises(FileWriteError, match="disk is full") as caught:
        write_atomic(path, writer)
    assert_old_file_is_whole(path, str(caught.value))


def test_a_file_size_limit_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.singan"
    path.write_bytes(b"old")
    with file_size_limit(4096), pytest.raises(FileWriteError, match="larger than") as caught:
        write_bytes_atomic(path, bytes(100_000))
    assert_old_file_is_whole(path, str(caught.value))


def test_a_failing_writer_leaves_the_old_file_and_its_own_error(tmp_path: Path) -> None:
    def writer(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, writer)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


SAVE_UNTIL_KILLED = """
import sys, time
from app.document.files.atomic_files import write_atomic
def writer(file):
    file.write(bytes(100_000))
    file.flush()
    print("half", flush=True)
    time.sleep(60)
write_atomic(sys.argv[1], writer)
"""


def test_a_kill_while_saving_leaves_the_old_file_and_the_next_save_tidies_up(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.singan"
    path.write_bytes(b"old")
    command = [sys.executable, "-c", SAVE_UNTIL_KILLED, str(path)]
    program = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert program.stdout is not None
    assert program.stdout.readline().strip() == b"half"
    program.kill()
    program.communicate(timeout=30)
    assert path.read_bytes() == b"old"
    (partial,) = tmp_path.glob(".*.partial")
    write_bytes_atomic(path, b"new")
    assert partial.exists()  # it might belong to a program that is still writing
    os.utime(partial, (1, 1))
    write_bytes_atomic(path, b"newer")
    assert os.listdir(tmp_path) == ["a.singan"]
    assert path.read_bytes() == b"newer"


def test_a_missing_folder_and_a_folder_as_target_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileWriteError, match="folder does not exist"):
        write_bytes_atomic(tmp_path / "no" / "a.png", b"")
    with pytest.raises(FileWriteError, match="it is a folder"):
        write_bytes_atomic(tmp_path, b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileWriteError, match="its folder is a file"):
        write_bytes_atomic(tmp_path / "file" / "a.png", b"")
    with pytest.raises(FileWriteError, match="name is too long"):
        write_bytes_atomic(tmp_path / ("x" * 300), b"")


WRITE_AS_ANOTHER_USER = """
import os, sys
from app.document.files.atomic_files import FileWriteError, write_bytes_atomic
os.setuid(65534)
try:
    write_bytes_atomic(sys.argv[1], b"new")
except FileWriteError as error:
    print(error)
"""


@pytest.mark.skipif(not is_posix_root, reason="a process of another user needs root")
@pytest.mark.parametrize("protected", ["folder", "file"])
def test_missing_permission_is_one_sentence(tmp_path: Path, protected: str) -> None:
    for folder in (tmp_path.parent.parent, tmp_path.parent, tmp_path):
        folder.chmod(0o755)
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.png"
    path.write_bytes(b"old")
    path.chmod(0o666 if protected == "folder" else 0o444)
    folder.chmod(0o555 if protected == "folder" else 0o777)
    command = [sys.executable, "-c", WRITE_AS_ANOTHER_USER, str(path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert "writing there is not permitted" in done.stdout, done.stderr
    assert_old_file_is_whole(path, done.stdout.strip())


@pytest.mark.skipif(not is_posix_root, reason="mounting needs root")
def test_a_read_only_disk_is_one_sentence(tmp_path: Path) -> None:
    with tiny_disk(tmp_path) as disk:
        path = disk / "a.png"
        path.write_bytes(b"old")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(FileWriteError, match=r"read-only|not permitted") as caught:
            write_bytes_atomic(path, b"new")
        assert_old_file_is_whole(path, str(caught.value))


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_permissions_are_kept_or_private_on_request(tmp_path: Path) -> None:
    kept, private = tmp_path / "kept", tmp_path / "private"
    kept.write_bytes(b"old")
    kept.chmod(0o640)
    write_bytes_atomic(kept, b"new")
    write_bytes_atomic(private, b"new", mode=0o600)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_bytes_atomic(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
