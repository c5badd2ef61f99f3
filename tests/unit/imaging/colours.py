"""Colour science for the tests: profiles made from their definitions, and CIEDE2000.

Written from the standards, not from the library under test: primaries and white points of IEC
61966-2-1 (sRGB), SMPTE EG 432-1 with sRGB's curve (Display P3) and Adobe RGB (1998).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

D65 = (0.3127, 0.3290)
D50: Triple = (0.9642, 1.0, 0.8249)  # of the profile connection space (ICC.1:2022, 7.2.16)
# Bradford's cone responses (ICC.1:2022, annex E).
_BRADFORD: Matrix = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)


@dataclass(frozen=True)
class Space:
    """A colour space with white point D65: chromaticities of red, green and blue, and its curve.

    `gamma` is a plain exponent; without one it is sRGB's curve.
    """

    name: str
    primaries: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    gamma: float | None = None

    def lab(self, pixel: Sequence[float]) -> Triple:
        """CIELAB under D50 of a pixel, 0 to 255 each."""
        r, g, b = (self.linear(value / 255) for value in pixel)
        return _lab(_times(self.to_d50(), (r, g, b)))

    def linear(self, value: float) -> float:
        if self.gamma is not None:
            return float(value**self.gamma)
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    def to_d50(self) -> Matrix:
        """From linear red, green, blue to XYZ, adapted to D50."""
        xyz = [_xyz(*primary) for primary in self.primaries]
        columns: Matrix = tuple(zip(*xyz, strict=True))  # type: ignore[assignment]  # 3 x 3
        scales = _times(_inverse(columns), _xyz(*D65))
        scaled: Matrix = tuple(  # type: ignore[assignment]  # 3 x 3
            tuple(value * scale for value, scale in zip(row, scales, strict=True))
            for row in columns
        )
        return _product(_adaptation(_xyz(*D65), D50), scaled)

    def profile(self) -> bytes:
        """An ICC profile, version 2, display class, of matrix and curves."""
        to_d50 = self.to_d50()
        columns = list(zip(*to_d50, strict=True))
        curve = _curve_tag(self)
        text = self.name.encode() + b"\0"
        description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + b"\0" * 78
        tags = [
            (b"desc", description),
            (b"cprt", b"text\0\0\0\0Public domain\0"),
            (b"wtpt", _xyz_tag(D50)),
            *((kind, _xyz_tag(column)) for kind, column in zip(_COLUMNS, columns, strict=True)),
            *((kind, curve) for kind in (b"rTRC", b"gTRC", b"bTRC")),
        ]
        return _profile(b"RGB ", b"mntr", tags)


SRGB = Space("sRGB", ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)))
DISPLAY_P3 = Space("Display P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)))
ADOBE_RGB = Space("Adobe RGB (1998)", ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), 563 / 256)


def grey_profile(gamma: float) -> bytes:
    """An ICC profile of one curve."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    tags = [
        (b"desc", b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Grey\0" + b"\0" * 78),
        (b"cprt", b"text\0\0\0\0Public domain\0"),
        (b"wtpt", _xyz_tag(D50)),
        (b"kTRC", curve),
    ]
    return _profile(b"GRAY", b"mntr", tags)


def difference(one: Triple, other: Triple) -> float:
    """CIEDE2000 of two colours in CIELAB.

    G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 Color-Difference Formula: Implementation Notes,
    Supplementary Test Data, and Mathematical Observations", 2005; equations 2 to 22, k = 1.
    """
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_chroma = (hypot(a1, b1) + hypot(a2, b2)) / 2
    g = 0.5 * (1 - sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = (
        degrees(atan2(b, a)) % 360 if (a, b) != (0, 0) else 0.0 for a, b in ((a1, b1), (a2, b2))
    )
    turn = h2 - h1
    if c1 * c2 == 0:
        turn = 0.0
    elif turn > 180:
        turn -= 360
    elif turn < -180:
        turn += 360
    d_l, d_c = l2 - l1, c2 - c1
    d_h = 2 * sqrt(c1 * c2) * sin(radians(turn / 2))
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    h_mean = h1 + h2
    if c1 * c2 != 0:
        if abs(h1 - h2) > 180:
            h_mean += 360 if h_mean < 360 else -360
        h_mean /= 2
    t = (
        1
        - 0.17 * cos(radians(h_mean - 30))
        + 0.24 * cos(radians(2 * h_mean))
        + 0.32 * cos(radians(3 * h_mean + 6))
        - 0.20 * cos(radians(4 * h_mean - 63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / sqrt(20 + (l_mean - 50) ** 2)
    s_c = 1 + 0.045 * c_mean
    s_h = 1 + 0.015 * c_mean * t
    rotation = (
        -2
        * sqrt(c_mean**7 / (c_mean**7 + 25.0**7))
        * sin(radians(60 * exp(-(((h_mean - 275) / 25) ** 2))))
    )
    l_term, c_term, h_term = d_l / s_l, d_c / s_c, d_h / s_h
    return sqrt(l_term**2 + c_term**2 + h_term**2 + rotation * c_term * h_term)


_COLUMNS = (b"rXYZ", b"gXYZ", b"bXYZ")


def _profile(space: bytes, kind: bytes, tags: list[tuple[bytes, bytes]]) -> bytes:
    head = struct.pack(">I4sI4s4s4s", 0, b"\0\0\0\0", 0x02400000, kind, space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += b"".join(_fixed(value) for value in D50) + b"\0" * 48
    at, table, body = 132 + 12 * len(tags), b"", b""
    for name, tag in tags:
        padded = tag + b"\0" * (-len(tag) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(tag))
        body += padded
    whole = head + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def _curve_tag(space: Space) -> bytes:
    if space.gamma is not None:
        return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(space.gamma * 256)) + b"\0\0"
    points = [round(65535 * space.linear(n / 1023)) for n in range(1024)]
    return b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *points)


def _xyz_tag(xyz: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(value) for value in xyz)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(x: float, y: float) -> Triple:
    return (x / y, 1.0, (1 - x - y) / y)


def _lab(xyz: Triple) -> Triple:
    """CIE 15:2004, 8.2.1."""

    def f(value: float) -> float:
        return (
            float(value ** (1 / 3)) if value > (6 / 29) ** 3 else value * (29 / 6) ** 2 / 3 + 4 / 29
        )

    x, y, z = (f(value / white) for value, white in zip(xyz, D50, strict=True))
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


def _adaptation(source: Triple, target: Triple) -> Matrix:
    before, after = _times(_BRADFORD, source), _times(_BRADFORD, target)
    gains = [b / a for a, b in zip(before, after, strict=True)]
    scaled: Matrix = tuple(  # type: ignore[assignment]  # 3 x 3
        tuple(value * gain for value in row) for row, gain in zip(_BRADFORD, gains, strict=True)
    )
    return _product(_inverse(_BRADFORD), scaled)


def _times(matrix: Matrix, vector: Triple) -> Triple:
    x, y, z = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return (x, y, z)


def _product(left: Matrix, right: Matrix) -> Matrix:
    columns: Matrix = tuple(zip(*right, strict=True))  # type: ignore[assignment]  # 3 x 3
    rows = [_times(left, column) for column in columns]
    return tuple(zip(*rows, strict=True))  # type: ignore[return-value]  # 3 x 3


def _inverse(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det),
        ((f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det),
        ((d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det),
    )
