"""An ICC profile of a matrix and a curve, written from the definition of its colour space.

Layout: ICC.1:2001-04 (version 2), clauses 6 and 7.
"""

from __future__ import annotations

import struct

Colorant = tuple[float, float, float]

_D50: Colorant = (0.9642, 1.0, 0.8249)
_VERSION = 0x02400000
_DATE = (2022, 1, 1, 0, 0, 0)


def matrix_profile(
    name: str, colorants: tuple[Colorant, Colorant, Colorant], curve: bytes
) -> bytes:
    """An RGB display profile: XYZ of red, green and blue, adapted to D50, and one `curv` tag."""
    text = name.encode() + b"\0"
    tags = {
        b"desc": struct.pack(">4s4xI", b"desc", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0No copyright\0",
        b"wtpt": _xyz(_D50),
        **dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(_xyz, colorants), strict=True)),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = struct.pack(
        ">I4xI4s4s4s6H4s4x4x4x4x8xI3i48x",
        start + len(body), _VERSION, b"mntr", b"RGB ", b"XYZ ", *_DATE, b"acsp", 0,
        *(_fixed(part) for part in _D50),
    )  # fmt: skip
    return header + struct.pack(">I", len(tags)) + table + body


def _xyz(value: Colorant) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(_fixed(part) for part in value))


def _fixed(value: float) -> int:
    return round(value * 65536)
