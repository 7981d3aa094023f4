"""The ``stack.xml`` of OpenRaster 0.0.6: layers and groups as other programs see them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.document.errors import DocumentError
from app.document.files.plain_xml import parsed_xml
from app.document.layers import BlendMode
from app.document.wording import translate

VERSION = "0.0.6"
MAX_DEPTH = 64
MAX_LAYERS = 5_000
MAX_OFFSET_PX = 10_000_000
_MYPAINT = "http://mypaint.org/ns/openraster"
_MYPAINT_GAMMA = f"{{{_MYPAINT}}}eotf"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("mypaint", _MYPAINT)


class OpenRasterError(DocumentError):
    """A file is not OpenRaster, or its layers cannot be read."""


class Operation:
    """Values of ``composite-op`` that are no blend modes; those are `BlendMode`'s values.

    Attributes:
        ATOP: drawn only where the layers below it, in its stack, are.
        KEEP: keeps of the layers below it, in its stack, what it covers; draws nothing itself.
        ERASE: erases of the layers below it, in its stack, what it covers.
        BEHIND: what is kept of the layers below is drawn over it.
    """

    ATOP = "svg:src-atop"
    KEEP = "svg:dst-in"
    ERASE = "svg:dst-out"
    BEHIND = "svg:dst-atop"


@dataclass(frozen=True, slots=True)
class StackLayer:
    """One ``<layer>``.

    Attributes:
        source: name of its image in the archive.
        x, y: document pixels of its top left corner.
        opacity: 0..1.
        operation: of `BlendMode`, of `Operation`, or of another program.
    """

    source: str
    name: str
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    is_visible: bool = True
    is_locked: bool = False
    is_active: bool = False
    operation: str = BlendMode.NORMAL.value


@dataclass(frozen=True, slots=True)
class StackGroup:
    """One ``<stack>`` inside another.

    Attributes:
        members: bottom first.
        opacity: 0..1.
        is_isolated: whether its members are composited on their own first.
        operation: as of a `StackLayer`.
    """

    members: tuple[StackEntry, ...]
    name: str
    opacity: float = 1.0
    is_visible: bool = True
    is_locked: bool = False
    is_active: bool = False
    is_isolated: bool = True
    operation: str = BlendMode.NORMAL.value


StackEntry: TypeAlias = StackLayer | StackGroup


@dataclass(frozen=True, slots=True)
class Stack:
    """The whole ``<image>``.

    Attributes:
        entries: bottom first.
        is_linear: MyPaint mixed its colours in linear light.
    """

    width: int
    height: int
    entries: tuple[StackEntry, ...]
    is_linear: bool = False

    @property
    def layer_count(self) -> int:
        """Number of layers at all levels, groups not counted."""
        return sum(1 for _ in _leaves(self.entries))


def stack_xml(width: int, height: int, entries: Sequence[StackEntry]) -> bytes:
    """Return ``stack.xml`` for layers and groups given bottom first."""
    image = ElementTree.Element("image", version=VERSION, w=str(width), h=str(height))
    # else MyPaint mixes the colours in linear light and shows another picture
    image.set(_MYPAINT_GAMMA, "1.0")
    _add_entries(ElementTree.SubElement(image, "stack"), entries)
    return bytes(ElementTree.tostring(image, encoding="UTF-8", xml_declaration=True))


def parse_stack(data: bytes, name: str) -> Stack:
    """Read ``stack.xml``.

    Args:
        data: the XML; document type declarations, which can expand without end, are refused.
        name: of the file, for messages.

    Raises:
        OpenRasterError: damaged, or of an implausible size.
    """
    try:
        image = parsed_xml(data)
        if image.tag != "image":
            raise ValueError("not an image")
        width, height = int(image.get("w", "")), int(image.get("h", ""))
        outermost = [child for stack in image.findall("stack") for child in stack]
        is_linear = float(image.get(_MYPAINT_GAMMA, "1")) != 1
        stack = Stack(width, height, _entries(outermost), is_linear)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise OpenRasterError(
            translate("Errors", "The layer list of “{name}” is damaged.").format(name=name)
        ) from error
    if width < 1 or height < 1 or stack.layer_count > MAX_LAYERS:
        raise OpenRasterError(
            translate("Errors", "The layer list of “{name}” is not plausible.").format(name=name)
        )
    return stack


def _leaves(entries: Sequence[StackEntry]) -> Iterator[StackLayer]:
    for entry in entries:
        if isinstance(entry, StackGroup):
            yield from _leaves(entry.members)
        else:
            yield entry


def _entries(elements: Sequence[ElementTree.Element], depth: int = 0) -> tuple[StackEntry, ...]:
    """The entries of elements that come topmost first."""
    if depth > MAX_DEPTH:
        raise ValueError("groups are nested too deeply")
    entries: list[StackEntry] = []
    for element in reversed(elements):
        if element.tag == "layer" and element.get("src"):
            entries.append(_layer(element))
        elif element.tag == "stack":
            entries.append(_group(element, _entries(list(element), depth + 1)))
    return tuple(entries)


def _layer(element: ElementTree.Element) -> StackLayer:
    return StackLayer(
        source=element.get("src", ""),
        name=element.get("name", ""),
        x=_offset(element.get("x", "0")),
        y=_offset(element.get("y", "0")),
        opacity=_opacity(element),
        is_visible=_is_visible(element),
        is_locked=element.get("edit-locked") == "true",
        is_active=element.get("selected") == "true",
        operation=_operation(element),
    )


def _group(element: ElementTree.Element, members: tuple[StackEntry, ...]) -> StackGroup:
    opacity, operation = _opacity(element), _operation(element)
    # only plain groups can let their members join what lies below
    is_plain = opacity == 1.0 and operation == BlendMode.NORMAL.value
    return StackGroup(
        members=members,
        name=element.get("name", ""),
        opacity=opacity,
        is_visible=_is_visible(element),
        is_locked=element.get("edit-locked") == "true",
        is_active=element.get("selected") == "true",
        is_isolated=element.get("isolation") == "isolate" or not is_plain,
        operation=operation,
    )


def _operation(element: ElementTree.Element) -> str:
    return element.get("composite-op", BlendMode.NORMAL.value)


def _is_visible(element: ElementTree.Element) -> bool:
    return element.get("visibility", "visible") != "hidden"


def _opacity(element: ElementTree.Element) -> float:
    value = float(element.get("opacity", "1"))
    return min(1.0, max(0.0, value)) if value == value else 1.0


def _offset(text: str) -> int:
    value = round(float(text))
    if abs(value) > MAX_OFFSET_PX:
        raise ValueError("a layer lies too far outside")
    return value


def _add_entries(parent: ElementTree.Element, entries: Sequence[StackEntry]) -> None:
    for entry in reversed(entries):
        attributes = _attributes(entry)
        if isinstance(entry, StackGroup):
            attributes["isolation"] = "isolate" if entry.is_isolated else "auto"
            _add_entries(ElementTree.SubElement(parent, "stack", attributes), entry.members)
        else:
            place = {"src": entry.source, "x": str(entry.x), "y": str(entry.y)}
            ElementTree.SubElement(parent, "layer", attributes | place)


def _attributes(entry: StackEntry) -> dict[str, str]:
    attributes = {
        "name": _NOT_XML.sub(" ", entry.name),
        "opacity": repr(entry.opacity),
        "visibility": "visible" if entry.is_visible else "hidden",
        "composite-op": entry.operation,
    }
    if entry.is_locked:
        attributes["edit-locked"] = "true"
    if entry.is_active:
        attributes["selected"] = "true"
    return attributes
