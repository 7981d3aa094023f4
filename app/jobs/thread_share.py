"""How much of the machine the computing thread leaves to the window: the knobs."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ThreadShare:
    """Knobs of the worker thread, measured with the brush benchmark.

    Attributes:
        niceness: Linux nice value of the thread and of the compute threads it starts
            (0 = like the window, 19 = only what is left over).
        spare_cores: CPU cores torch leaves to the window; one thread always remains.
        switch_interval_s: longest time the interpreter stays with one thread while
            another waits (Python's default is 0.005).
    """

    niceness: int = 15
    spare_cores: int = 1
    switch_interval_s: float = 0.001

    @property
    def compute_threads(self) -> int:
        """Number of CPU threads torch gets."""
        return max(1, (os.cpu_count() or 1) - self.spare_cores)

    def lower_this_thread(self) -> None:
        """Lower the calling thread; before torch starts its threads, which inherit it."""
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self.niceness)

    def limit_torch(self) -> None:
        """Limit torch's CPU threads; the limit belongs to the calling thread."""
        import torch

        torch.set_num_threads(self.compute_threads)
