"""What an AVIF's `av1C` boxes promise of its AV1 (AV1 Codec ISO Media File Format Binding, 2.3.3),
read without a decoder."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.imaging.boxes import HEAD

_HIGH_BIT_DEPTH, _TWELVE_BIT, _MONOCHROME = 0x40, 0x20, 0x10
_HALF_AS_WIDE, _HALF_AS_HIGH = 0x08, 0x04  # chroma


@dataclass(frozen=True, slots=True)
class Av1Header:
    """Bits of a channel, and the bytes that a decoded pixel takes, without alpha."""

    bit_depth: int
    pixel_bytes: float


def read_av1_header(data: bytes) -> Av1Header:
    """Of the picture or sequence that takes most; one of 8 bits and 4:2:0 where nothing is said."""
    found = [Av1Header(8, 1.5)]
    at = data.find(b"av1C", 0, HEAD)
    while 0 <= at < len(data) - 6:
        found.append(_header(data[at + 6]))
        at = data.find(b"av1C", at + 4, HEAD)
    return max(found[1:] or found, key=lambda header: header.pixel_bytes)


def _header(flags: int) -> Av1Header:
    depth = (12 if flags & _TWELVE_BIT else 10) if flags & _HIGH_BIT_DEPTH else 8
    chroma = 2 / (1 + bool(flags & _HALF_AS_WIDE)) / (1 + bool(flags & _HALF_AS_HIGH))
    samples = 1 if flags & _MONOCHROME else 1 + chroma
    return Av1Header(depth, samples * (2 if depth > 8 else 1))
