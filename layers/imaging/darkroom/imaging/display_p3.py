"""The profile of phones' colours, for pictures that name them instead of embedding it.

Primaries: SMPTE EG 432-1, white D65, adapted to D50 by Bradford; curve: IEC 61966-2-1 (sRGB's).
"""

from __future__ import annotations

import struct
from functools import cache

from darkroom.imaging.matrix_profile import matrix_profile

_COLORANTS = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)
_CURVE_POINTS = 1024


@cache
def display_p3() -> bytes:
    """An ICC profile of RGB pictures."""
    return matrix_profile("Display P3", _COLORANTS, _curve())


def _curve() -> bytes:
    def linear(level: float) -> float:
        return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4

    points = [round(65535 * linear(at / (_CURVE_POINTS - 1))) for at in range(_CURVE_POINTS)]
    return struct.pack(f">4s4xI{_CURVE_POINTS}H", b"curv", _CURVE_POINTS, *points)
