"""The outermost boxes of MP4 and QuickTime (ISO/IEC 14496-12, 4.2), and that of AVI."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

_MOST_BOXES = 10_000  # a fragmented file has two for each second or so


def outermost(file: io.RawIOBase, size: int) -> Iterator[tuple[bytes, int, int]]:
    """The kind, first byte and end of each box. The end may lie behind the file's."""
    yield from _boxes(file, 0, size)


def index_comes_first(file: io.RawIOBase, size: int) -> bool:
    """Whether a player can start before it has the whole file."""
    for kind, _, _ in outermost(file, size):
        if kind in (b"moov", b"mdat"):
            return kind == b"moov"
    return False


def is_cut_off(file: io.RawIOBase, size: int) -> bool:
    """Whether the file ends within a box, or without its index."""
    found = list(outermost(file, size))
    return any(end > size for _, _, end in found) or b"moov" not in {kind for kind, _, _ in found}


def riff_is_cut_off(file: io.RawIOBase, size: int) -> bool:
    """Whether a RIFF file, such as an AVI, ends before it says that it does."""
    file.seek(4)
    return 8 + int.from_bytes(file.read(4) or b"", "little") > size


def tracks(file: io.RawIOBase, size: int) -> int:
    """How many tracks the index lists."""
    count = 0
    for kind, first, end in outermost(file, size):
        if kind == b"moov":
            inner = _boxes(file, first + 8, min(end, size))
            count += sum(kind == b"trak" for kind, _, _ in inner)
    return count


def _boxes(file: io.RawIOBase, at: int, size: int) -> Iterator[tuple[bytes, int, int]]:
    for _ in range(_MOST_BOXES):
        if at + 8 > size:
            return
        file.seek(at)
        header = file.read(16) or b""
        length = int.from_bytes(header[:4], "big")
        kind = header[4:8]
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack(">Q", header[8:])
        elif length == 0:
            length = size - at  # to the end of the file
        if length < 8:
            return
        yield kind, at, at + length
        at += length
