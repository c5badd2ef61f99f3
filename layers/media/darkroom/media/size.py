"""How large a video is as people see it, and how large its versions are."""

from __future__ import annotations

from fractions import Fraction

_WIDEST = Fraction(16, 9)
_ROUNDED_DEGREES = 2


def quarter_turn(degrees: int) -> int:
    """The turn of a frame, counter-clockwise, as it is made: 0, 90, 180 or 270 degrees.

    Any other, which no camera writes, is left out.
    """
    nearest = 90 * round(degrees / 90)
    return nearest % 360 if abs(degrees - nearest) <= _ROUNDED_DEGREES else 0


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
