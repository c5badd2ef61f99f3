"""XMP and IPTC in the segments of a JPEG, each of which may need several of them."""

from __future__ import annotations

from collections.abc import Iterable

from darkroom.imaging.metadata.iptc import iptc_in_resources

# XMP specification, part 3, 1.1.3.
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_GUID_BYTES, _HEAD_BYTES = 32, 40  # the name of a packet; with its length and this part's offset
_RESOURCES = b"Photoshop 3.0\0"


def xmp_in_segments(bodies: Iterable[bytes]) -> tuple[bytes, ...]:
    """The packets in the APP1 segments of a JPEG, then those that were cut into several of them."""
    packets: list[bytes] = []
    parts: dict[bytes, dict[int, bytes]] = {}
    for body in bodies:
        if body.startswith(_XMP):
            packets.append(body[len(_XMP) :])
        elif body.startswith(_EXTENSION):
            head = body[len(_EXTENSION) :][:_HEAD_BYTES]
            offset = int.from_bytes(head[_GUID_BYTES + 4 :], "big")
            part = body[len(_EXTENSION) + _HEAD_BYTES :]
            parts.setdefault(head[:_GUID_BYTES], {}).setdefault(offset, part)
    joined = (b"".join(part for _, part in sorted(found.items())) for found in parts.values())
    return (*packets, *joined)


def iptc_in_segments(bodies: Iterable[bytes]) -> bytes | None:
    """The IPTC records in the APP13 segments of a JPEG; None if they hold none."""
    resources = (body[len(_RESOURCES) :] for body in bodies if body.startswith(_RESOURCES))
    return iptc_in_resources(b"".join(resources))
