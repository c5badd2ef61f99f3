"""ICC profiles of colour spaces that files name instead of embedding a profile."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
# Primaries and transfer characteristics (ITU-T H.273, tables 2 and 3).
_DISPLAY_P3 = (12, 13)


@cache
def adobe_rgb() -> bytes:
    """The profile of Adobe RGB (1998): its primaries under D50, and its gamma of 563/256.

    Adobe RGB (1998) Color Image Encoding, 2005-05: 4.3.1.2 and annex B.
    """
    return (_FOLDER / "adobe_rgb.icc").read_bytes()


@cache
def display_p3() -> bytes:
    """The profile of Display P3: the primaries of SMPTE EG 432-1 with white D65, adapted to D50 by
    Bradford, and the curve of sRGB (IEC 61966-2-1)."""
    return (_FOLDER / "display_p3.icc").read_bytes()


def named_profile(code_points: tuple[int, int] | None) -> bytes | None:
    """The ICC profile of RGB pictures that code points name; None where they are taken as sRGB.

    Those of sRGB need no profile; those of HDR would need tone mapping, and are taken as sRGB.
    """
    return display_p3() if code_points == _DISPLAY_P3 else None
