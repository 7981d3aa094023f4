"""Image files of unusual depth and layout, made by hand where Pillow cannot write them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_chunk(name: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def png_header(width: int, height: int, bits: int = 8, colour_type: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    return PNG_START + png_chunk(b"IHDR", header)


def deep_png(pixels: NDArray[np.uint16], extra: bytes = b"") -> bytes:
    """(H, W, 1 to 4) uint16 as a 16-bit PNG."""
    height, width, channels = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    return (
        png_header(width, height, 16, PNG_COLOUR_TYPES[channels])
        + extra
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def deep_tiff(pixels: NDArray[np.uint16], orientation: int = 1) -> bytes:
    """(H, W, 3 or 4) uint16 as an uncompressed 16-bit TIFF; a fourth channel is straight alpha."""
    height, width, channels = pixels.shape
    data = pixels.astype("<u2").tobytes()
    tags = {256: width, 257: height, 259: 1, 262: 2, 274: orientation, 277: channels, 278: height}
    tags |= {279: len(data), 284: 1, 258: 0, 273: 0}
    if channels == 4:
        tags[338] = 2
    after_directory = 8 + 2 + 12 * len(tags) + 4
    tags[258], tags[273] = after_directory, after_directory + 2 * channels
    entries = b"".join(
        struct.pack("<HHII", tag, 3 if tag == 258 else 4, channels if tag == 258 else 1, value)
        for tag, value in sorted(tags.items())
    )
    bits = struct.pack(f"<{channels}H", *[16] * channels)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<I", 8) + directory + bits + data


def raw_dng(mosaic: NDArray[np.uint16], orientation: int = 1) -> bytes:
    """A camera raw photo: (H, W) linear values of an RGGB sensor (DNG 1.4)."""
    height, width = mosaic.shape
    pixels = mosaic.astype("<u2").tobytes()
    unit = [(10_000 if row == column else 0, 10_000) for row in range(3) for column in range(3)]
    tags: list[tuple[int, str, list[Any]]] = [
        (254, "I", [0]), (256, "I", [width]), (257, "I", [height]), (258, "H", [16]),
        (259, "H", [1]), (262, "H", [32803]), (271, "s", [b"A camera\0"]), (272, "s", [b"One\0"]),
        (273, "I", [8]), (274, "H", [orientation]), (277, "H", [1]), (278, "I", [height]),
        (279, "I", [len(pixels)]), (33421, "H", [2, 2]), (33422, "B", [0, 1, 1, 2]),
        (50706, "B", [1, 4, 0, 0]), (50708, "s", [b"A camera One\0"]), (50714, "H", [0]),
        (50717, "I", [65535]), (50721, "ii", unit), (50728, "II", [(1, 1)] * 3),
        (50778, "H", [21]),
    ]  # fmt: skip
    kinds = {"B": 1, "s": 2, "H": 3, "I": 4, "II": 5, "ii": 10}
    start = 8 + len(pixels)
    values_at, directory, values = start + 6 + 12 * len(tags), struct.pack("<H", len(tags)), b""
    for tag, kind, items in tags:
        data = _packed(kind, items)
        count = len(data) if kind == "s" else len(items)
        directory += struct.pack("<HHI", tag, kinds[kind], count)
        if len(data) <= 4:
            directory += data.ljust(4, b"\0")
        else:
            directory += struct.pack("<I", values_at + len(values))
            values += data + bytes(len(data) % 2)
    return b"II*\0" + struct.pack("<I", start) + pixels + directory + bytes(4) + values


def _packed(kind: str, items: list[Any]) -> bytes:
    if kind == "s":
        return bytes(items[0])
    parts = (item if isinstance(item, tuple) else (item,) for item in items)
    return b"".join(struct.pack(f"<{kind}", *part) for part in parts)
