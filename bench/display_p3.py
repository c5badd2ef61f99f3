"""The Display P3 profile that phones embed, built from its definition: a matrix and a curve.

Primaries: SMPTE EG 432-1, white D65, adapted to D50 by Bradford; curve: IEC 61966-2-1 (sRGB's).
Layout: ICC.1:2001-04 (version 2), clauses 6 and 7.
"""

from __future__ import annotations

import struct

_D50 = (0.9642, 1.0, 0.8249)
_COLORANTS = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
_CURVE_POINTS = 1024
_DATE = (2022, 1, 1, 0, 0, 0)


def display_p3() -> bytes:
    """An RGB display profile of version 2.4."""
    curve = _curve()
    tags = {
        b"desc": _description("Display P3"),
        b"cprt": b"text\0\0\0\0No copyright\0",
        b"wtpt": _xyz(_D50),
        **{name: _xyz(value) for name, value in _COLORANTS.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">II", start + len(body), len(tag))
        body += tag + bytes(-len(tag) % 4)
    header = struct.pack(
        ">I4xI4s4s4s6H4s4x4x4x4x8xI3i48x",
        start + len(body), 0x02400000, b"mntr", b"RGB ", b"XYZ ", *_DATE, b"acsp", 0,
        *(_fixed(value) for value in _D50),
    )  # fmt: skip
    return header + struct.pack(">I", len(tags)) + table + body


def _fixed(value: float) -> int:
    return round(value * 65536)


def _xyz(value: tuple[float, float, float]) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(_fixed(part) for part in value))


def _curve() -> bytes:
    def linear(level: float) -> float:
        return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4

    points = [round(65535 * linear(at / (_CURVE_POINTS - 1))) for at in range(_CURVE_POINTS)]
    return struct.pack(f">4s4xI{_CURVE_POINTS}H", b"curv", _CURVE_POINTS, *points)


def _description(text: str) -> bytes:
    ascii_ = text.encode() + b"\0"
    return struct.pack(">4s4xI", b"desc", len(ascii_)) + ascii_ + bytes(4 + 4 + 2 + 1 + 67)
