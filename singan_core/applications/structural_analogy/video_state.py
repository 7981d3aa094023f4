"""The state of a film as bytes, to go on after its last frame in another run."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch

from singan_core.applications.structural_analogy.steadying import SteadyState
from singan_core.applications.structural_analogy.video import VideoState
from singan_core.errors import CheckpointError
from singan_core.model.tensor_file import tensors_from_bytes, tensors_to_bytes

_KIND: Final = "video"
_FRAME: Final = "frame"
_PICTURE: Final = "picture."


def video_state_to_bytes(state: VideoState) -> bytes:
    """Return all of a state, bit for bit."""
    pictures = {
        _PICTURE + name: torch.from_numpy(np.array(planes))
        for name, planes in state.steady.pictures.items()
    }
    tensors = {_FRAME: torch.from_numpy(np.array(state.steady.frame))} | pictures
    header = {
        "frame_count": state.frame_count,
        "frame_size": list(state.frame_size),
        "structure": state.structure,
    }
    return tensors_to_bytes(_KIND, tensors, header)


def video_state_from_bytes(data: bytes) -> VideoState:
    """Return the state of ``video_state_to_bytes``.

    Raises:
        CheckpointError: cut off, altered, or something else.
    """
    tensors, header = tensors_from_bytes(_KIND, data)
    try:
        frame = tensors.pop(_FRAME).numpy()
        height, width = (int(side) for side in header["frame_size"])
        count = int(header["frame_count"])
        structure = header.get("structure")
        structure = None if structure is None else float(structure)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError("The stored state of the film is damaged.") from error
    pictures = {name.removeprefix(_PICTURE): each.numpy() for name, each in tensors.items()}
    return VideoState(count, (height, width), SteadyState(frame, pictures), structure)
