"""What a WebP's chunks promise (RFC 9649), read without a decoder."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.imaging.errors import corrupt, truncated


@dataclass(frozen=True, slots=True)
class WebpHeader:
    """The canvas in pixels, and frames (1 for a still)."""

    width: int
    height: int
    frames: int
    ends: bool
    """Whether the file is as long as it says."""


def read_webp_header(data: bytes, *, most_frames: int) -> WebpHeader:
    """Counts no further than one above `most_frames`. Raises CorruptImage or TruncatedImage."""
    if len(data) < 30:
        raise truncated()
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(data[n : n + 3], "little") for n in (24, 27))
    elif kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(data[n : n + 2], "little") & 0x3FFF for n in (26, 28))
    else:
        raise corrupt()
    if not width or not height:
        raise corrupt()
    frames = _frames(data, most_frames) if kind == b"VP8X" and data[20] & 2 else 1
    ends = len(data) >= 8 + int.from_bytes(data[4:8], "little")
    return WebpHeader(width, height, frames, ends)


def _frames(data: bytes, most: int) -> int:
    frames, at = 0, 12
    while at + 8 <= len(data) and frames <= most:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        frames += data[at : at + 4] == b"ANMF"
        at += 8 + length + length % 2
    return max(1, frames)
