"""XML of unknown origin: nothing in it can expand without end."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree


def parsed_xml(data: bytes) -> ElementTree.Element:
    """Return the root element.

    Raises:
        ElementTree.ParseError: not XML.
        ValueError: it declares a document type, or is in an unknown encoding.
        LookupError: it is in an unknown encoding.
    """
    parser = ElementTree.XMLParser(target=_NoDoctype())
    parser.feed(data)
    root = parser.close()
    assert isinstance(root, ElementTree.Element)
    return root


class _NoDoctype(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ValueError("document type declarations are not allowed")
