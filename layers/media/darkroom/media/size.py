"""How large a video is as people see it, and how large its versions are."""

from __future__ import annotations

import struct
from fractions import Fraction

_WIDEST = Fraction(16, 9)
_ROUNDED_DEGREES = 2
_MATRIX = struct.Struct("=9i")


def quarter_turn(degrees: int) -> int:
    """The turn of a frame, counter-clockwise, as it is made: 0, 90, 180 or 270 degrees.

    Any other, which no camera writes, is left out.
    """
    nearest = 90 * round(degrees / 90)
    return nearest % 360 if abs(degrees - nearest) <= _ROUNDED_DEGREES else 0


def is_mirrored(matrix: bytes | None) -> bool:
    """Whether a frame's display matrix has a mirror in it, as of some phones' front cameras.

    It is nine numbers of 32 bits (ISO/IEC 14496-12, 8.5.3), in the machine's order; its first two
    rows say where the axes go.
    """
    if matrix is None or len(matrix) != _MATRIX.size:
        return False
    right_x, right_y, _, down_x, down_y, *_ = _MATRIX.unpack(matrix)
    return bool(right_x * down_y - right_y * down_x < 0)


def upright(width: int, height: int, aspect: Fraction | None, turn: int) -> tuple[int, int]:
    """Width and height of stored pixels as they are shown.

    `aspect` is of one pixel, width to height; `turn` in degrees. Nonsense of both is left out.
    """
    if aspect and Fraction(1, 4) <= aspect <= 4:
        width = max(1, round(width * aspect))
    return (height, width) if quarter_turn(turn) % 180 else (width, height)


def fitted(width: int, height: int, short_edge: int) -> tuple[int, int]:
    """The size at which no side is longer than those of a 16:9 picture of this short edge.

    Never larger than it is. Both sides are even, which the codecs of versions demand.
    """
    long_edge = short_edge * _WIDEST
    scale = min(
        Fraction(1),
        Fraction(short_edge, min(width, height)),
        Fraction(long_edge) / max(width, height),
    )
    return _even(width * scale), _even(height * scale)


def _even(length: Fraction) -> int:
    return max(2, round(length / 2) * 2)
