"""How a workbook of Excel begins: as a ZIP archive whose first parts tell what it holds.

An archive tells its parts' names at its end. Its first ones have their name and their bytes in the
head, too, and one of them mostly names the folder of the main part: `xl`, as `word` in a document.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from struct import unpack_from

ZIP = b"PK\x03\x04"
# What programs that keep a file from being read put around a workbook with a password; also what
# Excel wrote before 2007.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER_BYTES = 30  # of a part, before its name
_STORED, _DEFLATED = 0, 8
_SIZES_FOLLOW = 8  # a flag: the header does not know them
_MOST_UNPACKED = 1 << 16
# The main parts, by https://ecma-international.org/publications-and-standards/standards/ecma-376/
_MAIN = re.compile(rb'(?:^|["/])(xl|word|ppt|visio)/((?:workbook\.bin)?)')
_EXCEL = re.compile(rb"<Application>\s*Microsoft Excel")


def begins_as_workbook(head: bytes) -> bool:
    """Whether a file that begins so is a workbook of Excel (.xlsx, .xlsm)."""
    for name, content in _parts(head):
        main = _MAIN.match(name) or _MAIN.search(content)
        if main:
            return main[1] == b"xl" and not main[2]
        if name == b"docProps/app.xml" and _EXCEL.search(content):
            return True
    return False


def _parts(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts that a head holds: their names, and as much of their content as it has."""
    at = 0
    while head.startswith(ZIP, at) and len(head) >= at + _HEADER_BYTES:
        flags, method = unpack_from("<HH", head, at + 6)
        packed, _, name_length, extra_length = unpack_from("<IIHH", head, at + 18)
        name = head[at + _HEADER_BYTES :][:name_length]
        body = head[at + _HEADER_BYTES + name_length + extra_length :]
        size: int | None = packed
        if method == _DEFLATED:
            content, size = _inflated(body)
        else:
            content = body[:packed] if method == _STORED else b""
        yield name, content
        if size is None:
            return
        at = len(head) - len(body) + size
        if flags & _SIZES_FOLLOW:
            at = head.find(ZIP, at)
        if at < 0:
            return


def _inflated(body: bytes) -> tuple[bytes, int | None]:
    """What is at the beginning of packed bytes, and how many they are if they end there."""
    unpacker = zlib.decompressobj(-15)
    try:
        content = unpacker.decompress(body, _MOST_UNPACKED)
    except zlib.error:
        return b"", None
    return content, len(body) - len(unpacker.unused_data) if unpacker.eof else None
