"""ICC profiles of RGB colour spaces, written from what defines them (ICC.1:2022)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]
D50: Triple = (0.9642, 1.0, 0.8249)  # of the profile connection space (7.2.16)
# Bradford's cone responses (annex E).
_BRADFORD: Matrix = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)
_PARAMETRIC = 3  # (aX + b)^g from d on, and cX below (10.18)
_ADOBE_GAMMA = 563 / 256  # Adobe RGB (1998) Color Image Encoding, 2005-05, 4.3.1.2


class Primaries(NamedTuple):
    """Chromaticities x and y of red, green, blue and white."""

    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]
    white: tuple[float, float] = (0.3127, 0.3290)


class Curve(NamedTuple):
    """From a level to light, both 0 to 1: (a * level + b) ^ g from d on, and c * level below."""

    g: float
    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 0


SRGB_CURVE = Curve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # IEC 61966-2-1
REC_709 = Primaries((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
DISPLAY_P3 = Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))  # SMPTE EG 432-1
_ADOBE_RGB = Primaries((0.640, 0.330), (0.210, 0.710), (0.150, 0.060))


@cache
def adobe_rgb() -> bytes:
    """The profile of Adobe RGB (1998)."""
    return matrix_profile("Adobe RGB (1998)", _ADOBE_RGB, Curve(_ADOBE_GAMMA))


@cache
def display_p3() -> bytes:
    """The profile of Display P3."""
    return matrix_profile("Display P3", DISPLAY_P3, SRGB_CURVE)


def matrix_profile(name: str, primaries: Primaries, curve: Curve) -> bytes:
    """A profile of three primaries and one curve.

    Raises ZeroDivisionError where the primaries are on a line.
    """
    to_d50 = product(adaptation(primaries.white), to_xyz(primaries))
    light = b"para" + struct.pack(">IHH", 0, _PARAMETRIC, 0) + b"".join(map(_fixed, curve))
    columns = zip((b"rXYZ", b"gXYZ", b"bXYZ"), zip(*to_d50, strict=True), strict=True)
    return _profile(
        name,
        b"XYZ ",
        {
            **{kind: _xyz_tag(column) for kind, column in columns},
            **{channel + b"TRC": light for channel in (b"r", b"g", b"b")},
        },
    )


def table_profile(name: str, edge: int, colours: bytes) -> bytes:
    """A profile of a table of `edge` colours along each side, the last channel going fastest.

    A colour is CIELAB under D50, as `lab_bytes` has it (10.10).
    """
    identity = b"".join(map(_fixed, (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    straight = struct.pack(">2H", 0, 0xFFFF)
    table = b"mft2\0\0\0\0" + bytes([3, 3, edge, 0]) + identity + struct.pack(">2H", 2, 2)
    return _profile(name, b"Lab ", {b"A2B0": table + 3 * straight + colours + 3 * straight})


def lab_bytes(lightness: float, a: float, b: float) -> bytes:
    """CIELAB in the 16 bits of a table (6.3.4.2)."""
    return struct.pack(
        ">3H", round(lightness * 652.8), round(a * 256) + 32768, round(b * 256) + 32768
    )


def _profile(name: str, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile of version 4, for a display of RGB."""
    text = name.encode("utf-16-be")
    localized = struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(text), 28) + text
    tags = {
        b"desc": b"mluc\0\0\0\0" + localized,
        b"cprt": b"mluc\0\0\0\0" + struct.pack(">II", 0, 12),
        b"wtpt": _xyz_tag(D50),
        **tags,
    }
    bodies = [body.ljust(-(-len(body) // 4) * 4, b"\0") for body in tags.values()]
    start = 128 + 4 + 12 * len(tags)
    places = accumulate(map(len, bodies), initial=start)
    table = struct.pack(">I", len(tags)) + b"".join(
        struct.pack(">4sII", kind, at, len(body))
        for (kind, body), at in zip(tags.items(), places, strict=False)
    )
    size = start + sum(map(len, bodies))
    header = struct.pack(">I4sI4s4s4s", size, b"", 0x04300000, b"mntr", b"RGB ", connection)
    header += bytes(12) + b"acsp" + bytes(28) + b"".join(map(_fixed, D50)) + bytes(48)
    return header + table + b"".join(bodies)


def to_xyz(primaries: Primaries) -> Matrix:
    """From linear red, green and blue to XYZ, white at Y = 1."""
    columns = [xyz_of(primary) for primary in primaries[:3]]
    unscaled = _transposed(columns)
    scales = times(inverse(unscaled), xyz_of(primaries.white))
    return _transposed(
        [
            _triple(value * scale for value in column)
            for column, scale in zip(columns, scales, strict=True)
        ]
    )


def xyz_of(chromaticity: tuple[float, float]) -> Triple:
    """XYZ of a chromaticity at Y = 1."""
    x, y = chromaticity
    return x / y, 1.0, (1 - x - y) / y


def product(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that does `other` and then `one`."""
    return _transposed([times(one, column) for column in _transposed(other)])


def times(matrix: Matrix, vector: Sequence[float]) -> Triple:
    """The matrix applied to a vector."""
    return _triple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def inverse(matrix: Matrix) -> Matrix:
    """The inverse of a matrix. Raises ZeroDivisionError where there is none."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    cofactors = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    determinant = a * cofactors[0][0] + b * cofactors[1][0] + c * cofactors[2][0]
    return _matrix(_triple(value / determinant for value in row) for row in cofactors)


def adaptation(chromaticity: tuple[float, float]) -> Matrix:
    """From colours under a white to those under D50."""
    white = times(_BRADFORD, xyz_of(chromaticity))
    scales = [d50 / own for d50, own in zip(times(_BRADFORD, D50), white, strict=True)]
    scaled = _matrix(
        _triple(value * scale for value in row)
        for row, scale in zip(_BRADFORD, scales, strict=True)
    )
    # Each cone response is scaled: the rows of Bradford's matrix.
    return product(inverse(_BRADFORD), scaled)


def _transposed(rows: Sequence[Triple]) -> Matrix:
    return _matrix(_triple(column) for column in zip(*rows, strict=True))


def _matrix(rows: Iterable[Triple]) -> Matrix:
    first, second, third = rows
    return first, second, third


def _triple(values: Iterable[float]) -> Triple:
    x, y, z = values
    return x, y, z


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz_tag(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))
