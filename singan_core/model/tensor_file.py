"""Named tensors as bytes: safetensors with a JSON header and a hash over all of it.

Nothing here can run code: bytes that are not plain safetensors are refused before anything
is allocated, pickles and torch archives by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import safetensors
import safetensors.torch
import torch

from singan_core.errors import CheckpointError
from singan_core.model.pickle_check import LENGTH_BYTES, MAX_HEADER_BYTES, header_length, is_pickle
from singan_core.model.trained import tensors_sha256

VERSION = 1
_METADATA_KEY = "singan"


def tensors_to_bytes(
    kind: str, tensors: Mapping[str, torch.Tensor], header: Mapping[str, Any]
) -> bytes:
    """Return one safetensors file.

    Args:
        kind: what the file holds; ``tensors_from_bytes`` asks for the same.
        tensors: any shapes and number types; values are stored bit for bit.
        header: plain JSON values kept beside the tensors.
    """
    text = json.dumps(header, sort_keys=True)
    plain = {name: _plain(tensor) for name, tensor in tensors.items()}
    described = {
        "kind": kind,
        "version": VERSION,
        "header": text,
        "sha256": _content_sha256(kind, plain, text),
    }
    # one entry only: safetensors writes several in an order that changes from run to run
    return safetensors.torch.save(plain, {_METADATA_KEY: json.dumps(described)})


def tensors_from_bytes(kind: str, data: bytes) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Return tensors and header of ``tensors_to_bytes``.

    Raises:
        CheckpointError: cut off, altered, a pickle, of another kind or of a newer version.
    """
    metadata = _metadata(data)
    if metadata.get("kind") != kind:
        raise CheckpointError("The stored weights are of another kind than expected.")
    _check_version(metadata.get("version"))
    tensors, text = _tensors(data), str(metadata.get("header"))
    if metadata.get("sha256") != _content_sha256(kind, tensors, text):
        raise CheckpointError("The stored weights were altered, as their checksum shows.")
    return tensors, _json_object(text)


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    # a copy, since safetensors refuses tensors that share memory
    return tensor.detach().to("cpu", copy=True).contiguous()


def _content_sha256(kind: str, tensors: Mapping[str, torch.Tensor], header: str) -> str:
    content = f"{kind}|{VERSION}|{header}|{tensors_sha256(tensors)}"
    return hashlib.sha256(content.encode()).hexdigest()


def _metadata(data: bytes) -> dict[str, Any]:
    if is_pickle(data):
        raise CheckpointError("The stored weights are a pickle, which could run code: refused.")
    length = header_length(data)
    if len(data) < LENGTH_BYTES or length > min(MAX_HEADER_BYTES, len(data) - LENGTH_BYTES):
        raise CheckpointError("The stored weights are damaged or cut off.")
    header = _json_object(data[LENGTH_BYTES : LENGTH_BYTES + length])
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict) or _METADATA_KEY not in metadata:
        raise CheckpointError("The stored weights are not from this program.")
    return _json_object(str(metadata[_METADATA_KEY]))


def _tensors(data: bytes) -> dict[str, torch.Tensor]:
    try:
        return safetensors.torch.load(data)
    except (safetensors.SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise CheckpointError("The stored weights are damaged or cut off.") from error


def _json_object(text: str | bytes) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError("The description of the stored weights is damaged.") from error
    if not isinstance(values, dict):
        raise CheckpointError("The description of the stored weights is damaged.")
    return values


def _check_version(version: object) -> None:
    if not isinstance(version, int):
        raise CheckpointError("The stored weights are of an unknown version.")
    if version > VERSION:
        raise CheckpointError("The stored weights were written by a newer version of the program.")
