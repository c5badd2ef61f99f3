"""The scans of a sequential JPEG that has its components in several (ITU-T T.81, A.2).

To libjpeg it might be a progressive one, of which it keeps every coefficient. But each of these
scans is whole in itself: behind the tables that the file has had so far, and a frame header of its
own components, it is a JPEG that streams.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from darkroom.imaging.file_bytes import FileBytes, search

# In a scan, a byte of 255 is followed by one of these: it stands for itself, restarts or fills up.
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_TABLES = (0xC4, 0xCC, 0xDB, 0xDD)  # Huffman's, arithmetic conditioning, quantisation, restarts
_START_OF_IMAGE, _END_OF_IMAGE, _START_OF_SCAN = 0xD8, 0xD9, 0xDA
_MAX_TABLES = 65_536  # bytes; those of a picture are less than 3,000
_MAX_SEGMENTS = 10_000  # as many steps as are taken through all that is no scan


@dataclass(frozen=True, slots=True)
class Scan:
    """The components of a frame that it holds, its size in samples, its place in the file."""

    components: tuple[int, ...]
    width: int
    height: int
    head: bytes
    """What a JPEG of this scan alone has before all that the scan codes."""
    start: int
    end: int
    ends: bool
    """Whether there is a marker behind it, not the end of the file."""


def scans_of(data: bytes | FileBytes, marker: int, frame: bytes) -> tuple[Scan, ...]:
    """The scans of a sequential JPEG with this frame header after its marker.

    None of them where not every component is in one scan, and in one alone.
    """
    ids = frame[6 : 6 + 3 * frame[5] : 3]
    missing, tables, scans, at = set(ids), b"", list[Scan](), 2
    for _ in range(_MAX_SEGMENTS):
        at = search(_MARKER, data, at)
        if at < 0 or data[at + 1] in (_START_OF_IMAGE, _END_OF_IMAGE):
            break
        after = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] in _TABLES:
            tables += data[at:after]
            if len(tables) > _MAX_TABLES:
                return ()
        if data[at + 1] == _START_OF_SCAN:
            start, header = after, data[at + 4 : after]
            found = set(header[1 : 1 + 2 * header[0] : 2]) if header else set()
            if not found or not found <= missing:
                return ()
            missing -= found
            components = tuple(n for n, id_ in enumerate(ids) if id_ in found)
            width, height, own_frame = _own_frame(frame, components)
            head = b"\xff\xd8" + tables + _segment(marker, own_frame) + data[at:start]
            found_at = search(_MARKER, data, start)
            after = found_at if found_at >= 0 else len(data)
            scans.append(Scan(components, width, height, head, start, after, found_at >= 0))
        at = after
    return () if missing else tuple(scans)


def _own_frame(frame: bytes, components: tuple[int, ...]) -> tuple[int, int, bytes]:
    """Width, height and frame header of a picture of these components alone (T.81, A.1.1)."""
    every = [frame[n : n + 3] for n in range(6, 6 + 3 * frame[5], 3)]
    own = [every[n] for n in components]
    height, width = (int.from_bytes(frame[n : n + 2], "big") for n in (1, 3))
    width = ceil(width * max(c[1] >> 4 for c in own) / max(1, *(c[1] >> 4 for c in every)))
    height = ceil(height * max(c[1] & 15 for c in own) / max(1, *(c[1] & 15 for c in every)))
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return width, height, frame[:1] + size + bytes([len(own)]) + b"".join(own)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body
