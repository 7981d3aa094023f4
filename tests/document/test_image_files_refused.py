"""Files that cannot be opened are refused with one sentence, quickly and without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.document.errors import DocumentError
from app.document.files.images.image_files import (
    ImageFileError,
    ImageTooLargeError,
    image_from_bytes,
    open_image,
)
from tests.document.photo_files import encoded, png_header

REPOSITORY = Path(__file__).parents[2]
FORMATS = ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "AVIF", "PPM"]
PIXELS = np.random.default_rng(3).integers(0, 256, (40, 50, 3), dtype=np.uint8)
SAMPLES = {name: encoded(Image.fromarray(PIXELS), name) for name in FORMATS}
SAMPLES["TIFF LZW"] = encoded(Image.fromarray(PIXELS), "TIFF", compression="tiff_lzw")
SAMPLES["TIFF jpeg"] = encoded(Image.fromarray(PIXELS), "TIFF", compression="jpeg")
SAMPLES["PNG palette"] = encoded(Image.fromarray(PIXELS).quantize(9), "PNG", transparency=1)


def refusal(path: Path) -> str:
    with pytest.raises(ImageFileError) as caught:
        open_image(path)
    message = str(caught.value)
    assert path.name in message
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_not_an_image(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_text("Dear Sir or Madam")
    assert refusal(path) == "“letter.png” is not an image that can be opened."


def test_empty_missing_and_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    assert refusal(tmp_path / "empty.png") == "“empty.png” is empty."
    assert refusal(tmp_path / "none.png") == "“none.png” does not exist."
    (tmp_path / "folder.png").mkdir()
    assert refusal(tmp_path / "folder.png") == "“folder.png” is a folder, not a file."
    assert refusal(tmp_path / "empty.png" / "x.png") == "“x.png” does not exist."
    with pytest.raises(ImageFileError, match="does not exist"):
        open_image(str(tmp_path / "a") + "\0.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert refusal(tmp_path / "pipe.png") == "“pipe.png” is not an ordinary file."


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_truncated_image(tmp_path: Path, name: str, share: float) -> None:
    data = SAMPLES[name]
    path = tmp_path / "photo.bin"
    path.write_bytes(data[: max(16, int(len(data) * share))])
    assert refusal(path) == "“photo.bin” is damaged or cut off."


LITTLE, BIG = b"\x30\x75", b"\x75\x30"  # 30000
JPEG_SIZE = b"\xff\xc0\0\x11\x08"
HUGE_HEADERS = {
    "png": png_header(30000, 30000) + bytes(64),
    "bmp": b"BM" + bytes(8) + b"\x36\0\0\0\x28\0\0\0" + (LITTLE + b"\0\0") * 2
    + b"\1\0\x18" + bytes(25),
    "gif": b"GIF89a" + LITTLE * 2 + bytes(3) + b"," + bytes(4) + LITTLE * 2 + bytes(32),
    "ppm": b"P6 30000 30000 255\n" + bytes(64),
    "jpg": SAMPLES["JPEG"].replace(JPEG_SIZE + b"\0\x28\0\x32", JPEG_SIZE + BIG * 2),
}  # fmt: skip


@pytest.mark.parametrize("suffix", HUGE_HEADERS)
def test_a_huge_header_is_refused_before_decoding(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"huge.{suffix}"
    path.write_bytes(HUGE_HEADERS[suffix])
    # of the processor: a busy machine may give it to others
    start = time.process_time()
    message = refusal(path)
    assert time.process_time() - start < 1.0
    assert message == (
        f"“huge.{suffix}” is 30000 x 30000 px (900 megapixels); "
        "at most 100 megapixels can be opened."
    )


def test_a_huge_psd_is_refused_by_its_header() -> None:
    pytest.importorskip("psd_tools")
    data = b"8BPS\0\1" + bytes(6) + b"\0\3" + b"\0\0\x75\x30" * 2 + b"\0\x08\0\3" + bytes(64)
    with pytest.raises(ImageTooLargeError):
        image_from_bytes(data, "huge.psd")


OPEN_AS_ANOTHER_USER = """
import os, sys
from app.document.files.images.image_files import ImageFileError, open_image
os.setuid(65534)
try:
    open_image(sys.argv[1])
except ImageFileError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="another user needs root")
def test_missing_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(SAMPLES["PNG"])
    path.chmod(0o600)
    for folder in (tmp_path.parent.parent, tmp_path.parent, tmp_path):
        folder.chmod(0o755)
    command = [sys.executable, "-c", OPEN_AS_ANOTHER_USER, str(path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.stdout.strip() == "“secret.png” cannot be read: permission is missing."


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(SAMPLES)),
    places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    end=st.floats(0.01, 1),
)
def test_damaged_bytes_open_or_are_refused(
    name: str, places: list[tuple[float, int]], end: float
) -> None:
    data = bytearray(SAMPLES[name])
    for place, value in places:
        # half of the damage goes to the header, where it matters most
        data[int((place if value % 2 else place / 40) * (len(data) - 1))] = value
    with suppress(DocumentError):
        opened = image_from_bytes(bytes(data[: int(len(data) * end)]), "photo")
        assert opened.rgba.ndim == 3
        assert opened.rgba.shape[2] == 4


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_open_or_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        image_from_bytes(data, "photo")
