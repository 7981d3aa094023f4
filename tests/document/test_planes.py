from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.document.geometry import Rect
from app.document.pixels import premultiplied_bgra, straight_rgba
from app.document.planes import BAND_ROWS, Plane, qimage_of

WIDTH, HEIGHT = 9, 3 * BAND_ROWS + 5


def noise(seed: int, height: int = HEIGHT, width: int = WIDTH) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), dtype=np.uint8)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "snapshot", "drop", "compact", "resize", "translate"]),
        st.integers(0, 10**6),
    ),
    max_size=25,
)


class Twin:
    """A plane beside a plain array that says what it must hold."""

    def __init__(self, plane: Plane, pixels: NDArray[np.uint8]) -> None:
        self.plane, self.pixels = plane, pixels

    def write(self, random: np.random.Generator) -> None:
        rect = self.plane.rect
        top, left = random.integers(0, rect.height), random.integers(0, rect.width)
        part = Rect(rect.x + left, rect.y + top, rect.width - left, int(random.integers(1, 99)))
        part = part.intersected(rect)
        value = int(random.integers(0, 256))
        self.plane.write(part)[...] = value
        self.pixels[part.slices_in(rect)] = value

    def resize(self, random: np.random.Generator) -> None:
        before = self.plane.rect
        rect = Rect(
            before.x + int(random.integers(-3, 4)),
            before.y + int(random.integers(-40, 41)),
            int(random.integers(1, 15)),
            int(random.integers(1, 250)),
        )
        pixels = np.zeros((rect.height, rect.width, 4), np.uint8)
        kept = rect.intersected(before)
        if not kept.is_empty:
            pixels[kept.slices_in(rect)] = self.pixels[kept.slices_in(before)]
        self.plane.resize(rect)
        self.pixels = pixels

    def check(self) -> None:
        np.testing.assert_array_equal(self.plane.read(), self.pixels)


@given(STEPS)
@settings(deadline=None, max_examples=60)
def test_snapshots_and_their_planes_never_see_each_other(steps: list[tuple[str, int]]) -> None:
    twins = [Twin(Plane.from_pixels(noise(0)), noise(0))]
    for action, seed in steps:
        random = np.random.default_rng(seed)
        twin = twins[seed % len(twins)]
        if action == "snapshot":
            twins.append(Twin(twin.plane.snapshot(), twin.pixels.copy()))
        elif action == "drop" and len(twins) > 1:
            twins.remove(twin)
        elif action == "compact":
            twin.plane.compact()
        elif action == "translate":
            twin.plane.translate(seed % 7 - 3, seed % 5 - 2)
        elif action == "write":
            twin.write(random)
        elif action == "resize":
            twin.resize(random)
    for twin in twins:
        twin.check()


def test_a_snapshot_copies_no_pixel() -> None:
    plane = Plane.from_pixels(noise(1))
    assert np.shares_memory(plane.read(), plane.snapshot().read())


def test_writing_copies_only_the_touched_bands() -> None:
    plane = Plane.from_pixels(noise(1))
    kept = plane.snapshot()
    plane.write(Rect(0, BAND_ROWS + 1, 2, 2))[...] = 0

    def band(each: Plane, index: int) -> NDArray[np.uint8]:
        return each.read(Rect(0, index * BAND_ROWS, WIDTH, BAND_ROWS))

    assert np.shares_memory(band(plane, 0), band(kept, 0))
    assert not np.shares_memory(band(plane, 1), band(kept, 1))
    assert np.shares_memory(band(plane, 2), band(kept, 2))


def test_compact_lets_superseded_bands_go() -> None:
    plane = Plane(Rect(0, 0, 4, 8 * BAND_ROWS))
    for index in range(8):
        plane.snapshot()
        plane.write(Rect(0, index * BAND_ROWS, 1, 1))[...] = index
    before = plane.read().copy()
    plane.compact()
    np.testing.assert_array_equal(plane.read(), before)
    assert np.shares_memory(plane.read(), plane.write())


def test_reading_beyond_a_plane_gives_its_fill() -> None:
    mask = Plane.from_grey(np.full((2, 2), 9, np.uint8), x=1, y=1, fill=255)
    expected = [[255, 255, 255, 255], [255, 9, 9, 255], [255, 9, 9, 255], [255, 255, 255, 255]]
    np.testing.assert_array_equal(mask.read(Rect(0, 0, 4, 4)), expected)
    assert mask.read(Rect(50, 50, 2, 3)).shape == (3, 2)


def test_growing_keeps_pixels_in_place_and_fills_the_rest() -> None:
    plane = Plane.from_pixels(np.full((2, 2, 4), 7, np.uint8), x=5, y=5)
    plane.resize(Rect(4, 4, 4, 4))
    assert plane.rect == Rect(4, 4, 4, 4)
    assert plane.read(Rect(5, 5, 2, 2)).min() == 7
    assert plane.read().sum() == 4 * 4 * 7


def test_versions_tell_changes() -> None:
    plane = Plane(Rect(0, 0, 3, 3))
    versions = [plane.version]
    plane.write()[...] = 1
    versions.append(plane.version)
    plane.translate(1, 0)
    versions.append(plane.version)
    plane.resize(Rect(0, 0, 5, 5))
    versions.append(plane.version)
    assert len(set(versions)) == 4


@given(st.integers(0, 255))
def test_straight_colours_survive_premultiplication_within_their_alpha(alpha: int) -> None:
    straight = noise(3, 16, 16)
    straight[..., 3] = alpha
    back = straight_rgba(premultiplied_bgra(straight))
    assert (back[..., 3] == alpha).all()
    error = np.abs(back.astype(int) - straight)[..., :3].max()
    assert error <= (255 / max(alpha, 1) / 2 + 0.5 if alpha else 255)


def test_opaque_images_come_back_bit_identical() -> None:
    straight = noise(4)
    straight[..., 3] = 255
    plane = Plane.from_rgba(straight, 3, -2)
    np.testing.assert_array_equal(plane.to_rgba(), straight)
    np.testing.assert_array_equal(plane.to_rgba(Rect(4, -1, 2, 2)), straight[1:3, 1:3])


def test_the_image_shows_the_plane_without_a_copy() -> None:
    plane = Plane(Rect(0, 0, 5, 4))
    image = qimage_of(plane.read())
    plane.write(Rect(2, 1, 1, 1))[...] = [10, 20, 30, 255]
    assert image.format() == QImage.Format.Format_ARGB32_Premultiplied
    assert image.pixelColor(2, 1).getRgb() == (30, 20, 10, 255)


@pytest.mark.parametrize("shape", [(0, 0, 4), (0, 3)])
def test_images_without_pixels_are_null(shape: tuple[int, ...]) -> None:
    assert qimage_of(np.zeros(shape, np.uint8)).isNull()


def test_empty_planes_read_and_write_nothing() -> None:
    plane = Plane(Rect(3, 3, 0, 0))
    assert plane.read().shape == (0, 0, 4)
    assert plane.write().shape == (0, 0, 4)
    assert plane.read(Rect(0, 0, 2, 2)).sum() == 0


def test_images_of_parts_copy_nothing() -> None:
    pixels = noise(5, 20, 30)
    image = qimage_of(pixels[3:9, 4:14])
    pixels[5, 6] = [1, 2, 3, 255]
    assert (image.width(), image.height()) == (10, 6)
    assert image.pixelColor(2, 2).getRgb() == (3, 2, 1, 255)
    mirrored = qimage_of(pixels[:, ::-1])
    assert mirrored.pixelColor(29 - 6, 5).getRgb() == (3, 2, 1, 255)


def test_images_keep_their_pixels_alive() -> None:
    images = [qimage_of(np.full((300, 300, 4), value, np.uint8)[5:, 5:]) for value in range(20)]
    assert [image.pixel(7, 7) for image in images] == [value * 0x01010101 for value in range(20)]


def test_what_is_read_cannot_be_written() -> None:
    plane = Plane.from_pixels(noise(6))
    with pytest.raises(ValueError, match="read-only"):
        plane.snapshot().read()[0, 0] = 0
    plane.write()[0, 0] = 0


def test_a_frozen_plane_can_be_put_back_and_is_written_in_place_again_after_it() -> None:
    plane = Plane.from_pixels(np.full((200, 8, 4), 7, np.uint8))
    buffer = plane.band_buffers[0]
    state = plane.freeze()
    plane.write(Rect(0, 0, 8, 70))[...] = 9
    plane.translate(3, 4)
    plane.put_back(state)
    assert plane.rect == Rect(0, 0, 8, 200)
    assert (plane.read() == 7).all()
    plane.freeze()
    plane.thaw()
    plane.write(Rect(0, 0, 1, 1))[...] = 1
    assert plane.band_buffers[0] is buffer


def test_a_snapshot_of_a_frozen_plane_keeps_its_pixels() -> None:
    for is_put_back in (False, True):
        plane = Plane.from_pixels(np.full((200, 8, 4), 7, np.uint8))
        state = plane.freeze()
        snapshot = plane.snapshot()
        if is_put_back:
            plane.put_back(state)
        else:
            plane.thaw()
        plane.write()[...] = 1
        assert (snapshot.read() == 7).all()
