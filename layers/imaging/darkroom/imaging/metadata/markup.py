"""XMP's markup, read although it is broken: XML's rules, none of which loses more than one value.

A parser of XML gives up a whole packet for a bare ampersand, an undeclared prefix or a byte behind
the end, and real files have all three. Here each tag is found by itself. An element that nobody
closed ends where its parent ends; an end without a beginning is passed over. There are no entities
but XML's own five and HTML's names of letters, so nothing can be made to grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from darkroom.imaging.metadata.text import plain_text

_MAX_VALUES = 100  # of a property
_MAX_DEPTH = 100
_MAX_PIECES = 2_000  # characters of a value
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<\?.*?(?:\?>|\Z)"
    r"|<!\[CDATA\[(?P<literal>.*?)(?:\]\]>|\Z)"
    r"""|<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*+)(?P<rest>(?:[^<>"']|"[^"]*+"|'[^']*+')*+)>"""
    r"|(?P<text>(?:[^<]|<(?![A-Za-z_/!?]))++|<)",
    re.DOTALL | re.ASCII,
)
_ATTRIBUTE = re.compile(
    r"""([A-Za-z_][\w:.-]*+)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++)""", re.ASCII
)
_REFERENCE = re.compile(r"&(#[xX]?[0-9A-Fa-f]{1,7}|[A-Za-z]\w{0,30});", re.ASCII)
_NAMESPACES = {
    "adobe:ns:meta": "x",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://ns.adobe.com/xap/1.0": "xmp",
    "http://ns.adobe.com/exif/1.0": "exif",
    "http://cipa.jp/exif/1.0": "exifEX",
    "http://ns.adobe.com/exif/1.0/aux": "aux",
    "http://ns.adobe.com/tiff/1.0": "tiff",
    "http://ns.adobe.com/photoshop/1.0": "photoshop",
    "http://ns.adobe.com/lightroom/1.0": "lr",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://www.digikam.org/ns/1.0": "digiKam",
    "http://ns.iview-multimedia.com/mediapro/1.0": "mediapro",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns": "Iptc4xmpCore",
}
_OTHER_PREFIXES = {"xap": "xmp"}
_DESCRIPTION, _ITEM, _ENDS = "rdf:Description", "rdf:li", ("rdf:RDF", "x:xmpmeta")

Properties = dict[str, list[str]]


@dataclass(slots=True)
class _Element:
    name: str
    property: str | None
    """The property that this element is, or is part of."""
    is_default: bool = False
    """Whether it is the text for speakers of any language."""
    has_items: bool = False
    pieces: list[str] = field(default_factory=list)


def properties_of(text: str, names: Iterable[str]) -> Properties:
    """The values of each of these properties (`dc:title`), in any of RDF's spellings.

    Attribute, text, or a list of items; of alternatives in several languages the default comes
    first. Prefixes are those that everybody uses, whatever the packet calls them. The packet ends
    where its first RDF ends. At most 100 values each, of at most 500 characters.
    """
    reader = _Reader(frozenset(names))
    for token in _TOKEN.finditer(text):
        if token["name"] is None:
            reader.add(token["literal"] or _unescaped(token["text"] or ""))
        elif not token["end"]:
            reader.begin(token["name"], token["rest"].removesuffix("/"))
            if token["rest"].endswith("/"):
                reader.end(token["name"])
        elif reader.end(token["name"]) in _ENDS:
            break
    return {name: default + others for name, (default, others) in reader.found.items()}


class _Reader:
    """Elements that are open, and what was found in those that ended."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._prefixes: dict[str, str] = {}
        self._open: list[_Element] = []
        self.found: dict[str, tuple[list[str], list[str]]] = {}
        """Of each property: values for speakers of any language, and all others."""

    def begin(self, name: str, rest: str) -> None:
        attributes = {
            key: _unescaped(value.strip("\"'")) for key, value in _ATTRIBUTE.findall(rest)
        }
        for key, value in attributes.items():
            prefix, _, declared = key.partition(":")
            if prefix == "xmlns":
                self._prefixes[declared] = _NAMESPACES.get(value.strip().rstrip("/#"), "?")
        if len(self._open) >= _MAX_DEPTH:
            return
        name, parent = self._known(name), self._open[-1] if self._open else None
        within = parent.property if parent else None
        if name == _DESCRIPTION and within is None:
            for key, value in attributes.items():
                self._keep(self._known(key), value, is_default=False)
        elif within is None and parent and parent.name == _DESCRIPTION:
            within = name
        if name == _ITEM:
            for element in self._open:
                element.has_items = True
        is_default = attributes.get("xml:lang") == "x-default"
        self._open.append(_Element(name, within, is_default))

    def end(self, name: str) -> str | None:
        """The name of the element that ended; None where none of that name was open."""
        name = self._known(name)
        if not any(element.name == name for element in self._open):
            return None
        while True:
            element = self._open.pop()
            is_value = element.name in (_ITEM, element.property) and not element.has_items
            if element.property and is_value:
                text = "".join(element.pieces)
                self._keep(element.property, text, is_default=element.is_default)
            if element.name == name:
                return name

    def add(self, text: str) -> None:
        if self._open and len(self._open[-1].pieces) < _MAX_PIECES:
            self._open[-1].pieces.append(text[:_MAX_PIECES])

    def _keep(self, name: str, value: str, *, is_default: bool) -> None:
        text = plain_text(value) if name in self._names else None
        if text:
            default, others = self.found.setdefault(name, ([], []))
            values = default if is_default else others
            if len(values) < _MAX_VALUES:
                values.append(text)

    def _known(self, name: str) -> str:
        """The name with the prefix that everybody uses; an undeclared one is taken as such."""
        prefix, _, local = name.rpartition(":")
        known = self._prefixes.get(prefix) or _OTHER_PREFIXES.get(prefix, prefix)
        return f"{known}:{local}"


def _unescaped(text: str) -> str:
    """The text with XML's and HTML's references resolved; what is no reference stays as it is."""
    if "&" not in text:
        return text
    from html import unescape  # 2 ms of a cold start that few photos need

    return _REFERENCE.sub(lambda found: unescape(found[0]), text)
