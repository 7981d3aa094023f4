"""Photoshop documents with their layers, through the optional extra “psd”."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from app.document.document import Document
from app.document.errors import DocumentError
from app.document.files.images.conversions import conversion_notices, depth_note
from app.document.files.images.exif import BROKEN_METADATA
from app.document.files.images.image_files import ImageFileError, check_size
from app.document.files.images.optional_formats import psd_reader
from app.document.files.openraster.openraster_stack import MAX_LAYERS, MAX_OFFSET_PX
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.pixels import Pixels
from app.document.planes import Plane
from app.document.wording import translate

PSD_START = b"8BPS"
PSD_MODES: dict[BlendMode, bytes] = {
    BlendMode.NORMAL: b"norm",
    BlendMode.MULTIPLY: b"mul ",
    BlendMode.SCREEN: b"scrn",
    BlendMode.OVERLAY: b"over",
    BlendMode.SOFT_LIGHT: b"sLit",
    BlendMode.HARD_LIGHT: b"hLit",
    BlendMode.DARKEN: b"dark",
    BlendMode.LIGHTEN: b"lite",
    BlendMode.COLOR_DODGE: b"div ",
    BlendMode.COLOR_BURN: b"idiv",
    BlendMode.DIFFERENCE: b"diff",
    BlendMode.HUE: b"hue ",
    BlendMode.SATURATION: b"sat ",
    BlendMode.COLOR: b"colr",
    BlendMode.LUMINOSITY: b"lum ",
    BlendMode.PLUS: b"lddg",
}
PASS_THROUGH = b"pass"
LOCKS_TRANSPARENCY, LOCKS_ALL = 1, 0x80000000
MAX_TOTAL_PIXELS = 2_000_000_000
_OUR_MODES = {value: mode for mode, value in PSD_MODES.items()}
_BROKEN = (*BROKEN_METADATA, AssertionError, MemoryError)


def read_psd(data: bytes, name: str) -> tuple[Document, list[str]]:
    """Read the layers of a Photoshop document as 8-bit sRGB.

    Args:
        data: content of the file.
        name: of the file, for messages.

    Returns:
        The document, and one sentence for everything that could not be kept.

    Raises:
        MissingExtraError: the extra is not installed.
        ImageFileError: damaged, too large, or without any pixels.
    """
    library = psd_reader(name)
    with _one_sentence(name), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (18, 14))
        check_size(name, width, height)
        source = library.PSDImage.open(io.BytesIO(data))
        reader = _PsdLayers(name)
        reader.read(source)
        if all(layer.is_group for layer in reader.layers):
            reader.layers.append(_flat(source))
    if reader.layers[0].kind is LayerKind.PAINT and _covers(reader.layers[0], width, height):
        reader.layers[0].kind = LayerKind.PHOTO
    black = translate(
        "Errors", "Parts of the file are damaged and were opened black or transparent."
    )
    damage = [black] if any(_is_damage(each) for each in caught) else []
    notices = [*_conversions(source), *damage, *reader.notices]
    return Document(width, height, reader.layers), notices


class _PsdLayers:
    """Reads layers one by one, bottom first, and remembers what could not be kept."""

    def __init__(self, name: str) -> None:
        self.layers: list[Layer] = []
        self._name = name
        self._pixels_left = MAX_TOTAL_PIXELS
        self._lost: dict[str, list[str]] = {}

    @property
    def notices(self) -> list[str]:
        """A sentence for every kind of loss, with the layers concerned."""
        return [
            reason.format(names=", ".join(f"“{each}”" for each in _printable(names)))
            for reason, names in self._lost.items()
        ]

    def read(self, sources: Iterable[Any], group_id: str | None = None) -> None:
        """Add the layers of a document or group."""
        for source in sources:
            if len(self.layers) >= MAX_LAYERS:
                sentence = translate("Errors", "“{name}” has more than {limit} layers.")
                raise ImageFileError(sentence.format(name=self._name, limit=MAX_LAYERS))
            if source.is_group():
                group = Layer.group(_name(source) or translate("Names", "Group"), group_id)
                group.is_pass_through = source.blend_mode == PASS_THROUGH
                group.is_expanded = bool(getattr(source, "open_folder", True))
                self.read(source, group.id)
                self._add(group, source)
            else:
                self._read_pixels(source, group_id)

    def _read_pixels(self, source: Any, group_id: str | None) -> None:
        image = source.topil() if source.has_pixels() and self._fits(source.bbox) else None
        if image is None:
            if source.kind != "pixel":
                self._note(
                    translate(
                        "Errors", "Layers without pixels of their own were left out: {names}."
                    ),
                    source,
                )
                return
            pixels: Pixels = np.zeros((0, 0, 4), np.uint8)
        else:
            pixels = np.array(image.convert("RGBA"))
        plane = Plane.from_rgba(pixels, source.left, source.top)
        if source.kind not in ("pixel", "smartobject"):
            self._note(
                translate("Errors", "Text, shapes and fills became pixels: {names}."), source
            )
        self._add(
            Layer(_name(source) or translate("Names", "Layer"), plane, group_id=group_id), source
        )

    def _add(self, layer: Layer, source: Any) -> None:
        if source.has_effects():
            self._note(translate("Errors", "Layer effects were left out: {names}."), source)
        mode = bytes(source.blend_mode)
        if mode not in _OUR_MODES and not layer.is_pass_through:
            self._note(
                translate(
                    "Errors", "Layers of a blend mode unknown here are shown as Normal: {names}."
                ),
                source,
            )
        layer.blend_mode = _OUR_MODES.get(mode, BlendMode.NORMAL)
        layer.opacity = source.opacity / 255 * (source.fill_opacity / 255)
        layer.is_visible, layer.is_clipped = bool(source.visible), bool(source.clipping)
        layer.mask = self._mask(source)
        locks = int(source.locks.value) if source.locks is not None else 0
        layer.is_locked = bool(locks & LOCKS_ALL)
        layer.is_alpha_locked = bool(locks & LOCKS_TRANSPARENCY)
        self.layers.append(layer)

    def _mask(self, source: Any) -> Plane | None:
        if not source.has_mask() or source.mask.disabled:
            return None
        fill = int(source.mask.background_color)
        x, y = int(source.mask.left), int(source.mask.top)
        image = source.mask.topil() if self._fits(source.mask.bbox) else None
        if image is None:
            return Plane(Rect(x, y, 0, 0), 1, fill) if fill < 255 else None
        return Plane.from_grey(np.array(image.convert("L")), x, y, fill)

    def _fits(self, box: tuple[int, int, int, int]) -> bool:
        """Whether a rectangle has pixels; too many are refused before they are decoded."""
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        if width <= 0 or height <= 0:
            return False
        check_size(self._name, width, height)
        self._pixels_left -= width * height
        if self._pixels_left < 0 or max(map(abs, box)) > MAX_OFFSET_PX:
            raise ImageFileError(
                translate("Errors", "The layers of “{name}” are not plausible.").format(
                    name=self._name
                )
            )
        return True

    def _note(self, reason: str, source: Any) -> None:
        self._lost.setdefault(reason, []).append(_name(source))


def _is_damage(warning: warnings.WarningMessage) -> bool:
    return warning.category.__name__ == "PSDDecompressionWarning"


def _name(source: Any) -> str:
    # Krita ends names with a zero
    return str(source.name).rstrip("\0")


def _flat(source: Any) -> Layer:
    image = source.topil()
    if image is None:
        raise ValueError("the document has no pixels")
    return Layer(translate("Names", "Background"), Plane.from_rgba(np.array(image.convert("RGBA"))))


def _covers(layer: Layer, width: int, height: int) -> bool:
    is_full = layer.rect == Rect.of_size(width, height) and layer.group_id is None
    return is_full and bool(layer.plane.read()[..., 3].min() == 255)


def _conversions(source: Any) -> list[str]:
    mode = source.color_mode.name
    to_rgb = translate("Errors", "{mode} to RGB").format(mode=mode.title())
    notes = [] if mode == "RGB" else [to_rgb]
    if source.depth > 8:
        notes.append(depth_note())
    return conversion_notices(notes)


def _printable(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield "".join(letter if letter.isprintable() else " " for letter in name)


@contextmanager
def _one_sentence(name: str) -> Iterator[None]:
    try:
        yield
    except DocumentError:
        raise
    except _BROKEN as error:
        raise ImageFileError(
            translate("Errors", "“{name}” is damaged or cut off.").format(name=name)
        ) from error
