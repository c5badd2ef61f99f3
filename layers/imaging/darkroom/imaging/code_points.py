"""Colours that a file names by numbers instead of embedding a profile (ITU-T H.273)."""

from __future__ import annotations

from darkroom.imaging.boxes import HEAD
from darkroom.imaging.icc import display_p3

# Primaries and transfer characteristics (H.273, tables 2 and 3). Those of sRGB need nothing; those
# of HDR would need tone mapping, and are taken as sRGB.
_DISPLAY_P3 = (12, 13)


def nclx_code_points(data: bytes) -> tuple[int, int] | None:
    """Primaries and transfer of a HEIF's or AVIF's first `colr` box of type `nclx`, the picture's
    own (ISO/IEC 14496-12, 12.1.5)."""
    at = data.find(b"colrnclx", 0, HEAD) + 8
    if at < 8 or at + 4 > len(data):
        return None
    return int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")


def named_profile(code_points: tuple[int, int] | None) -> bytes | None:
    """An ICC profile of RGB pictures; None where they are taken as sRGB."""
    return display_p3() if code_points == _DISPLAY_P3 else None
