"""Updates replayed from CUDA graphs: one launch instead of some hundred small ones.

At the coarse scales a GPU computes an update faster than Python can ask for its operations. So
an update is run a few times as it is, then recorded once on tensors that stay where they are,
and from then on replayed. The batch is copied into those tensors on the device; weights, Adam's
state and the step size live in tensors anyway; nothing waits for the device or is copied to it.

Written for CUDA but not run on a GPU yet: what does not depend on one is tested on the CPU.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import torch

from singan_core.training.batch import Batch, GeneratorInput
from singan_core.training.updates import PlainUpdates, Updates

WARM_UPS = 2
"""Updates of a kind done before it is recorded: they choose kernels and make Adam's state."""
_IN_FLIGHT = 12
"""Updates asked for and not done yet: two rounds of the paper."""
Work = Callable[[], None]


class Recorder(Protocol):
    """How work is recorded and repeated on a device."""

    def warm(self, work: Work) -> None:
        """Do work so that it can be recorded afterwards."""
        ...

    def recorded(self, work: Work) -> Work:
        """Record work without doing it and return what does it.

        Raises:
            RuntimeError: it cannot be recorded.
        """
        ...

    def keep_pace(self) -> None:
        """Wait while far more is asked for than was done."""
        ...


class CudaRecorder:
    """Records CUDA graphs that share one pool of memory, on one stream of their own."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._pool = torch.cuda.graph_pool_handle()
        self._events: deque[torch.cuda.Event] = deque()

    def warm(self, work: Work) -> None:
        """Do work on the stream that will record, with the kernels timed and chosen."""
        main = torch.cuda.current_stream(self._device)
        self._stream.wait_stream(main)
        with torch.cuda.stream(self._stream), _chosen_kernels():
            work()
        main.wait_stream(self._stream)

    def recorded(self, work: Work) -> Work:
        """Record a graph and return its replay (``Recorder``)."""
        graph = torch.cuda.CUDAGraph()
        # Only this thread records: others may use the device for renderings meanwhile.
        recording = torch.cuda.graph(
            graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"
        )
        with _chosen_kernels(), recording:
            work()
        return graph.replay

    def keep_pace(self) -> None:
        """Wait for the update of two rounds ago: a cancel must not find a long queue."""
        event = torch.cuda.Event()  # type: ignore[no-untyped-call]
        event.record(torch.cuda.current_stream(self._device))
        self._events.append(event)
        if len(self._events) > _IN_FLIGHT:
            self._events.popleft().synchronize()


class Captures:
    """Work of one or more pairs of networks, on tensors that stay, recorded when done twice.

    Where recording fails, all goes on plainly.

    Args:
        plains: compute what is recorded; the optimizers of all of them are stepped by it.
        recorder: of the device.
    """

    def __init__(self, plains: Sequence[PlainUpdates], recorder: Recorder) -> None:
        self.losses: tuple[dict[str, torch.Tensor], ...] = tuple({} for _ in plains)
        self._plains = tuple(plains)
        self._recorder = recorder
        self._source: tuple[torch.Tensor, ...] = ()
        self._place: tuple[torch.Tensor, ...] = ()
        self._done: dict[object, int] = {}
        self._replays: dict[object, Work] = {}
        self._is_recording = True

    @property
    def recorded_count(self) -> int:
        """How many kinds of work are replayed."""
        return len(self._replays)

    def forget(self) -> None:
        """Drop all recordings."""
        for plain in self._plains:
            plain.forget()
        self._done.clear()
        self._replays.clear()

    def placed(self, batches: Sequence[Batch]) -> tuple[Batch, ...]:
        """Copy batches into the tensors that stay; what is the same as before, not again."""
        source = tuple(tensor for batch in batches for tensor in _tensors(batch))
        if [tensor.shape for tensor in source] != [tensor.shape for tensor in self._place]:
            self.forget()
            self._place = tuple(tensor.clone() for tensor in source)
        else:
            for place, new, old in zip(self._place, source, self._source, strict=True):
                if new is not old:
                    place.copy_(new)
        self._source = source
        count = len(source) // len(batches)
        parts = range(0, len(source), count)
        return tuple(_batch(self._place[first : first + count]) for first in parts)

    def do(self, kind: object, work: Work) -> None:
        """Do work of a kind, which does the same operations on the same tensors every time."""
        if self._is_recording and kind not in self._replays and self._is_warm(kind):
            self._record(kind, work)
        if kind in self._replays:
            self._replays[kind]()
        elif self._is_recording:
            self._recorder.warm(self._keeping_losses(work))
            self._done[kind] = self._done.get(kind, 0) + 1
        else:
            self._keeping_losses(work)()
        self._recorder.keep_pace()

    def _is_warm(self, kind: object) -> bool:
        return self._done.get(kind, 0) >= WARM_UPS

    def _record(self, kind: object, work: Work) -> None:
        self._drop_gradients()
        try:
            self._replays[kind] = self._recorder.recorded(self._keeping_losses(work))
        except RuntimeError:
            # Also for want of memory: recordings hold more of it than plain updates.
            self._is_recording = False
            self._replays.clear()
        self._drop_gradients()

    def _drop_gradients(self) -> None:
        """Gradients live in the memory of the recording that made them, and nowhere else."""
        for plain in self._plains:
            for optimizer in plain.optimizers.values():
                optimizer.zero_grad(set_to_none=True)

    def _keeping_losses(self, work: Work) -> Work:
        """Return work that leaves its losses where every recording leaves them."""
        for plain, losses in zip(self._plains, self.losses, strict=True):
            for name in ("critic", "generator", "reconstruction"):
                losses.setdefault(name, torch.zeros((), device=plain.device))

        def work_and_keep() -> None:
            for plain in self._plains:
                plain.losses = {}
            work()
            for plain, losses in zip(self._plains, self.losses, strict=True):
                for name, value in plain.losses.items():
                    losses[name].copy_(value)
                plain.losses = {}

        return work_and_keep


class CapturedUpdates:
    """Updates on tensors that stay in place, recorded when they have been done twice.

    Equal to ``PlainUpdates`` up to rounding; the first generator update of a round computes its
    sample once more instead of keeping the critic's.

    Args:
        plain: computes what is recorded.
        recorder: of the device.
    """

    def __init__(self, plain: PlainUpdates, recorder: Recorder) -> None:
        self._plain = plain
        self.captures = Captures((plain,), recorder)
        self.losses = self.captures.losses[0]

    def update_critic(
        self, batch: Batch, rate: float, penalty_weight: float, *, is_last: bool
    ) -> None:
        """Do one optimizer step of the critic (``Updates``)."""
        del is_last  # a recorded update keeps no graph for the next one
        (placed,) = self.captures.placed((batch,))
        self._plain.set_rate("critic", rate)

        def work() -> None:
            with torch.no_grad():
                fake = self._plain.generated(placed.fake)
            self._plain.step_critic(placed, fake, penalty_weight)

        self.captures.do(("critic", penalty_weight), work)

    def update_generator(self, batch: Batch, rate: float) -> None:
        """Do one optimizer step of the generator (``Updates``)."""
        (placed,) = self.captures.placed((batch,))
        self._plain.set_rate("generator", rate)

        def work() -> None:
            self._plain.step_generator(placed, self._plain.generated(placed.fake))

        self.captures.do("generator", work)

    def forget(self) -> None:
        """Drop all recordings."""
        self.captures.forget()


def updates_on(plain: PlainUpdates) -> Updates:
    """Return the fastest way to do the updates: recorded on a CUDA device, else plain."""
    if plain.device.type != "cuda":
        return plain
    return CapturedUpdates(plain, CudaRecorder(plain.device))


@contextmanager
def _chosen_kernels() -> Iterator[None]:
    """Let cuDNN time its kernels for shapes that come again and again, and choose."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = True
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before


def _tensors(batch: Batch) -> tuple[torch.Tensor, ...]:
    fake, rec = batch.fake, batch.rec
    weight = () if batch.rec_weight is None else (batch.rec_weight,)
    return (
        batch.real,
        fake.padded,
        fake.base,
        rec.padded,
        rec.base,
        batch.rec_real,
        batch.epsilon,
        *weight,
    )


def _batch(tensors: tuple[torch.Tensor, ...]) -> Batch:
    real, fake_padded, fake_base, rec_padded, rec_base, rec_real, epsilon, *weight = tensors
    fake, rec = GeneratorInput(fake_padded, fake_base), GeneratorInput(rec_padded, rec_base)
    return Batch(real, fake, rec, rec_real, epsilon, *weight)
