"""XMP and IPTC in the segments of a JPEG, each of which may need several of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from darkroom.imaging.metadata.iptc import iptc_in_resources

_APP1, _APP13, _START_OF_SCAN, _END_OF_IMAGE = 0xE1, 0xED, 0xDA, 0xD9
_WITHOUT_LENGTH = {0x00, 0x01, *range(0xD0, 0xD9)}
_MARKER = re.compile(rb"\xff[^\xff]")  # behind any number of fill bytes
_MAX_SEGMENTS = 10_000
# XMP specification, part 3, 1.1.3.
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_GUID_BYTES, _HEAD_BYTES = 32, 40  # the name of a packet; with its length and this part's offset
_RESOURCES = b"Photoshop 3.0\0"


def xmp_in_segments(data: bytes) -> tuple[bytes, ...]:
    """The packets of a JPEG in their order, then those that were cut into several segments."""
    packets: list[bytes] = []
    parts: dict[bytes, dict[int, bytes]] = {}
    for body in _segments(data, _APP1):
        if body.startswith(_XMP):
            packets.append(body[len(_XMP) :])
        elif body.startswith(_EXTENSION):
            head = body[len(_EXTENSION) :][:_HEAD_BYTES]
            offset = int.from_bytes(head[_GUID_BYTES + 4 :], "big")
            part = body[len(_EXTENSION) + _HEAD_BYTES :]
            parts.setdefault(head[:_GUID_BYTES], {}).setdefault(offset, part)
    joined = (b"".join(part for _, part in sorted(found.items())) for found in parts.values())
    return (*packets, *joined)


def iptc_in_segments(data: bytes) -> bytes | None:
    """The IPTC records of a JPEG; None if it has none."""
    resources = (
        body[len(_RESOURCES) :] for body in _segments(data, _APP13) if body.startswith(_RESOURCES)
    )
    return iptc_in_resources(b"".join(resources))


def _segments(data: bytes, wanted: int) -> Iterator[bytes]:
    """The bodies of these segments before the first scan; one that is cut short ends there."""
    at = 2
    for _ in range(_MAX_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None:
            return
        at, marker = found.end(), data[found.end() - 1]
        if marker in _WITHOUT_LENGTH:
            continue
        if marker in (_START_OF_SCAN, _END_OF_IMAGE):
            return
        length = max(2, int.from_bytes(data[at : at + 2], "big"))
        if marker == wanted:
            yield data[at + 2 : at + length]
        at += length
