"""The ``stack.xml`` of OpenRaster 0.0.6: layers as other programs see them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.document.errors import DocumentError
from app.document.layers import BlendMode

VERSION = "0.0.6"
MAX_DEPTH = 64
MAX_LAYERS = 5_000
MAX_OFFSET_PX = 10_000_000
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MODES = {mode.value: mode for mode in BlendMode}


class OpenRasterError(DocumentError):
    """A file is not OpenRaster, or its layers cannot be read."""


@dataclass(frozen=True, slots=True)
class StackLayer:
    """One ``<layer>``.

    Attributes:
        source: name of its image in the archive.
        x, y: document pixels of its top left corner.
        opacity: 0..1.
    """

    source: str
    name: str
    x: int
    y: int
    opacity: float
    is_visible: bool
    is_locked: bool
    is_active: bool
    blend_mode: BlendMode


@dataclass(frozen=True, slots=True)
class Stack:
    """The whole ``<image>``.

    Attributes:
        layers: bottom first.
        has_groups: whether groups were flattened into their layers.
        unknown_modes: blend modes that became Normal.
    """

    width: int
    height: int
    layers: tuple[StackLayer, ...]
    has_groups: bool = False
    unknown_modes: tuple[str, ...] = ()


def stack_xml(width: int, height: int, layers: Sequence[StackLayer]) -> bytes:
    """Return ``stack.xml`` for layers given bottom first."""
    image = ElementTree.Element("image", version=VERSION, w=str(width), h=str(height))
    stack = ElementTree.SubElement(image, "stack")
    for layer in reversed(layers):
        ElementTree.SubElement(stack, "layer", _attributes(layer))
    return bytes(ElementTree.tostring(image, encoding="UTF-8", xml_declaration=True))


def parse_stack(data: bytes, name: str) -> Stack:
    """Read ``stack.xml``; groups become their layers, with the group's opacity and visibility.

    Args:
        data: the XML; document type declarations, which can expand without end, are refused.
        name: of the file, for messages.

    Raises:
        OpenRasterError: damaged, or of an implausible size.
    """
    try:
        image = _parsed(data)
        width, height = int(image.get("w", "")), int(image.get("h", ""))
        reader = _StackReader()
        layers = tuple(reader.layers(image.findall("stack")))
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise OpenRasterError(f"The layer list of “{name}” is damaged.") from error
    if width < 1 or height < 1 or len(layers) > MAX_LAYERS:
        raise OpenRasterError(f"The layer list of “{name}” is not plausible.")
    modes = tuple(sorted(reader.unknown_modes))
    return Stack(width, height, layers[::-1], reader.has_groups, modes)


class _NoDoctype(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ValueError("document type declarations are not allowed")


class _StackReader:
    """Walks nested stacks and remembers what could not be kept."""

    def __init__(self) -> None:
        self.has_groups = False
        self.unknown_modes: set[str] = set()

    def layers(
        self,
        elements: Sequence[ElementTree.Element],
        opacity: float = 1.0,
        is_visible: bool = True,
        depth: int = 0,
    ) -> Iterator[StackLayer]:
        """Yield the layers of ``<stack>`` elements, topmost first."""
        if depth > MAX_DEPTH:
            raise ValueError("groups are nested too deeply")
        for child in (child for element in elements for child in element):
            child_opacity = opacity * _opacity(child)
            child_visible = is_visible and child.get("visibility", "visible") != "hidden"
            if child.tag == "layer" and child.get("src"):
                yield self._layer(child, child_opacity, child_visible)
            elif child.tag == "stack":
                self.has_groups = True
                yield from self.layers([child], child_opacity, child_visible, depth + 1)

    def _layer(self, element: ElementTree.Element, opacity: float, is_visible: bool) -> StackLayer:
        return StackLayer(
            source=element.get("src", ""),
            name=element.get("name", ""),
            x=_offset(element.get("x", "0")),
            y=_offset(element.get("y", "0")),
            opacity=opacity,
            is_visible=is_visible,
            is_locked=element.get("edit-locked") == "true",
            is_active=element.get("selected") == "true",
            blend_mode=self._mode(element.get("composite-op", BlendMode.NORMAL.value)),
        )

    def _mode(self, value: str) -> BlendMode:
        if value not in _MODES:
            self.unknown_modes.add(value)
        return _MODES.get(value, BlendMode.NORMAL)


def _parsed(data: bytes) -> ElementTree.Element:
    parser = ElementTree.XMLParser(target=_NoDoctype())
    parser.feed(data)
    image = parser.close()
    if image.tag != "image":
        raise ValueError("not an image")
    return image


def _opacity(element: ElementTree.Element) -> float:
    value = float(element.get("opacity", "1"))
    return min(1.0, max(0.0, value)) if value == value else 1.0


def _offset(text: str) -> int:
    value = round(float(text))
    if abs(value) > MAX_OFFSET_PX:
        raise ValueError("a layer lies too far outside")
    return value


def _attributes(layer: StackLayer) -> dict[str, str]:
    attributes = {
        "name": _NOT_XML.sub(" ", layer.name),
        "src": layer.source,
        "x": str(layer.x),
        "y": str(layer.y),
        "opacity": repr(layer.opacity),
        "visibility": "visible" if layer.is_visible else "hidden",
        "composite-op": layer.blend_mode.value,
    }
    if layer.is_locked:
        attributes["edit-locked"] = "true"
    if layer.is_active:
        attributes["selected"] = "true"
    return attributes
