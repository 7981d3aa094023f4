from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from app.document.compositing import flatten
from app.document.document import Document
from app.document.geometry import Rect
from app.document.lazy_memory import lazy_zeros
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.painting import layer_target
from app.document.planes import Plane
from tests.document.float_reference import random_document


def test_a_worker_reads_a_snapshot_while_the_document_is_painted() -> None:
    document = random_document(1, 3)
    document.layers[0].is_visible = True
    wanted = flatten(document)
    snapshot = document.snapshot()
    seen: list[bool] = []
    is_done = threading.Event()

    def read() -> None:
        # once at least, however late a busy machine lets the thread begin
        while not seen or not is_done.is_set():
            seen.append(np.array_equal(flatten(snapshot), wanted))

    worker = threading.Thread(target=read)
    worker.start()
    random = np.random.default_rng(0)
    for layer in document.layers * 5:
        stroke = Stroke(layer_target(document, layer.id), BrushSettings(size_px=15))
        for x, y in random.uniform(0, 40, (20, 2)):
            stroke.add(x, y)
        stroke.finish()
    is_done.set()
    worker.join()
    assert seen
    assert all(seen)
    assert not np.array_equal(flatten(document), wanted)


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_empty_layers_take_no_memory_even_when_read() -> None:
    before = resident_bytes()
    document = Document(4096, 3072)
    planes = [Plane(document.rect) for _ in range(20)]
    assert sum(int(plane.read(Rect(0, 0, 4096, 500)).max()) for plane in planes) == 0
    planes[3].write(Rect(9, 9, 9, 9))[...] = 5
    assert resident_bytes() - before < 30 * 2**20


def test_lazy_zeros_are_writable_zeros() -> None:
    for shape in ((0, 4), (3, 5), (700, 800, 2)):
        array = lazy_zeros(shape, np.uint16)
        assert array.shape == shape
        assert not array.any()
        array[...] = 65535
        assert array.min(initial=65535) == 65535
