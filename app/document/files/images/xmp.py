"""What of a photo's XMP travels on to exported files: who made it, when, where and how."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from contextlib import suppress

from app.document.files.plain_xml import parsed_xml

MAX_XMP_BYTES = 60_000
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XMP_META = "adobe:ns:meta/"
# Only namespaces that describe the photo: others tell of the old file's parts (thumbnails, depth
# maps, films, regions) or of edits that are in the pixels already.
_KEPT = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "cc": "http://creativecommons.org/ns#",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
_OF_THE_FILE = {
    f"{{{_KEPT[prefix]}}}{name}"
    for prefix, names in {
        "xmp": ("Thumbnails",),
        "photoshop": ("ColorMode", "ICCProfile", "DocumentAncestors", "TextLayers"),
        "tiff": (
            "Orientation", "ImageWidth", "ImageLength", "BitsPerSample", "Compression",
            "PhotometricInterpretation", "SamplesPerPixel", "PlanarConfiguration",
            "YCbCrSubSampling", "YCbCrPositioning", "XResolution", "YResolution", "ResolutionUnit",
        ),
        "exif": ("PixelXDimension", "PixelYDimension", "ColorSpace", "NativeDigest"),
    }.items()
    for name in names
}  # fmt: skip

for _prefix, _namespace in {**_KEPT, "rdf": _RDF, "x": _XMP_META}.items():
    ElementTree.register_namespace(_prefix, _namespace)


def descriptive_xmp(packet: bytes | str | None) -> bytes | None:
    """Return an XMP packet with what describes the photo, or None where nothing does.

    Args:
        packet: as it was found in a file; a damaged one gives None.
    """
    if not packet:
        return None
    data = packet.encode() if isinstance(packet, str) else packet
    with suppress(ElementTree.ParseError, ValueError, LookupError):
        return _described(parsed_xml(data.strip(b"\0 \t\r\n")))
    return None


def _described(root: ElementTree.Element) -> bytes | None:
    meta = ElementTree.Element(f"{{{_XMP_META}}}xmpmeta")
    rdf = ElementTree.SubElement(meta, f"{{{_RDF}}}RDF")
    kept = ElementTree.SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
    for description in root.iter(f"{{{_RDF}}}Description"):
        for name, value in description.items():
            if _is_descriptive(name):
                kept.set(name, value)
        kept.extend(child for child in description if _is_descriptive(child.tag))
        # a description inside a value belongs to that value
        description.clear()
    if len(kept) == 0 and len(kept.attrib) == 1:
        return None
    data = bytes(ElementTree.tostring(meta, encoding="UTF-8", xml_declaration=False))
    packet = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    packet += data + b'\n<?xpacket end="w"?>'
    return packet if len(packet) <= MAX_XMP_BYTES else None


def _is_descriptive(name: str) -> bool:
    namespace = name[1:].partition("}")[0]
    return namespace in _KEPT.values() and name not in _OF_THE_FILE
