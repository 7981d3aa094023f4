"""Which device computes, and what it is good at."""

from __future__ import annotations

import torch

from singan_core.errors import DeviceError


def available_devices() -> list[str]:
    """Return the names that ``pick_device`` accepts here, best first; "cpu" is always last."""
    names = (
        [f"cuda:{index}" for index in range(torch.cuda.device_count())]
        if torch.cuda.is_available()
        else []
    )
    if torch.backends.mps.is_available():
        names.append("mps")
    return [*names, "cpu"]


def pick_device(name: str = "auto") -> torch.device:
    """Return the device of that name; "auto" takes the best, "cuda" the first GPU.

    Raises:
        DeviceError: unknown, or not on this machine.
    """
    devices = available_devices()
    if name == "auto":
        return torch.device(devices[0])
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in devices:
        raise DeviceError(
            "The device “{name}” is not available here; choose from: auto, {devices}.",
            name=name,
            devices=", ".join(devices),
        )
    return torch.device(wanted)


def describe_device(device: torch.device) -> str:
    """Return a name for people: the GPU's own, or the CPU with its thread count."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    count = torch.get_num_threads()
    return "CPU (1 thread)" if count == 1 else f"CPU ({count} threads)"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the device, or the machine, has no memory left.

    torch has an error of its own for GPUs only; its CPU allocator raises a plain
    ``RuntimeError`` that can be told by its words alone.
    """
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    words = ("out of memory", "not enough memory", "can't allocate memory")
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in words)


def has_native_bfloat16(device: torch.device) -> bool:
    """Whether convolutions in bfloat16 are faster than float32 on the device.

    On a CPU that takes AVX-512 BF16 or AMX instructions; emulation is slower than float32.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return device.type == "cpu" and _cpu_has_bfloat16()


def fastest_memory_format(device: torch.device) -> torch.memory_format:
    """Return the layout in which convolutions need no reordering of their input.

    With channels last the kernels of CPUs and GPUs for bfloat16 took two thirds of the time
    of a training round (64 channels, 250x168 px, one CPU thread).
    """
    return torch.contiguous_format if device.type == "mps" else torch.channels_last


def _cpu_has_bfloat16() -> bool:
    # Private names of torch: where a release lacks them the slower float32 is always right.
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, probe, bool)()) for probe in probes)
