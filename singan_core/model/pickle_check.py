"""Recognising bytes that could run code when loaded."""

from __future__ import annotations

MAX_HEADER_BYTES = 32 * 1024 * 1024
LENGTH_BYTES = 8
_PICKLE_STARTS = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
_TORCH_ARCHIVE_START = b"PK\x03\x04"


def is_pickle(data: bytes) -> bool:
    """Return whether bytes start like a pickle or a torch archive, and not like safetensors.

    A safetensors file may begin with the same two bytes (they are the low bytes of its header
    length), so a plausible header decides first. The first 16 bytes are enough.
    """
    has_json = data[LENGTH_BYTES : LENGTH_BYTES + 1] == b"{"
    if has_json and header_length(data) <= MAX_HEADER_BYTES:
        return False
    return data.startswith((*_PICKLE_STARTS, _TORCH_ARCHIVE_START))


def header_length(data: bytes) -> int:
    """Return the number of header bytes that a safetensors file announces."""
    return int.from_bytes(data[:LENGTH_BYTES], "little")
