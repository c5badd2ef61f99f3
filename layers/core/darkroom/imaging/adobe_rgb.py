"""The profile of a camera that names Adobe RGB instead of embedding it: a matrix and a gamma.

Adobe RGB (1998) Color Image Encoding, 2005-05: 4.3.1.2 (gamma) and annex B (colorants under D50).
Layout: ICC.1:2001-04 (version 2), clauses 6 and 7.
"""

from __future__ import annotations

import struct
from functools import cache

NAME = "Adobe RGB (1998)"
_D50 = (0.9642, 1.0, 0.8249)
_COLORANTS = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}
_GAMMA = struct.pack(">4s4xIH2x", b"curv", 1, 563)  # 2 51/256


@cache
def adobe_rgb() -> bytes:
    """An RGB display profile of version 2.1."""
    name = NAME.encode() + b"\0"
    tags = {
        b"desc": struct.pack(">4s4xI", b"desc", len(name)) + name + bytes(78),
        b"cprt": b"text\0\0\0\0No copyright\0",
        b"wtpt": _xyz(_D50),
        **{tag: _xyz(value) for tag, value in _COLORANTS.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _GAMMA),
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = struct.pack(
        ">I4xI4s4s4s6H4s4x4x4x4x8xI3i48x",
        start + len(body), 0x02100000, b"mntr", b"RGB ", b"XYZ ", 2005, 5, 1, 0, 0, 0, b"acsp", 0,
        *(_fixed(part) for part in _D50),
    )  # fmt: skip
    return header + struct.pack(">I", len(tags)) + table + body


def _xyz(value: tuple[float, float, float]) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(_fixed(part) for part in value))


def _fixed(value: float) -> int:
    return round(value * 65536)
