"""Colours that numbers in a file name, which has no profile then (ITU-T H.273; PNG, 11.3.2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from darkroom.imaging.pixels.icc import (
    DISPLAY_P3,
    REC_709,
    SRGB_CURVE,
    Curve,
    Primaries,
    matrix_profile,
)

_C = (0.310, 0.316)  # white of NTSC and film
_SMPTE = Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))
REC_2020 = Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
_PRIMARIES = {
    1: ("Rec. 709", REC_709),
    4: ("NTSC", Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C)),
    5: ("PAL", Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06))),
    6: ("SMPTE 170M", _SMPTE),
    7: ("SMPTE 240M", _SMPTE),
    8: ("film", Primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C)),
    9: ("Rec. 2020", REC_2020),
    11: ("DCI-P3", Primaries(*DISPLAY_P3[:3], white=(0.314, 0.351))),
    12: ("Display P3", DISPLAY_P3),
    22: ("EBU 3213", Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077))),
}
# Video's curves are those of displays in dim rooms (ITU-R BT.1886).
_VIDEO = Curve(2.4)
_CURVES = {
    1: _VIDEO, 4: Curve(2.2), 5: Curve(2.8), 6: _VIDEO,
    7: Curve(1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4, 0.0913),
    8: Curve(1), 13: SRGB_CURVE, 14: _VIDEO, 15: _VIDEO,
    17: Curve(2.6, (52.37 / 48) ** (1 / 2.6)),
}  # fmt: skip
PEAK_NITS = 1_000  # of a display that HDR is graded for (ITU-R BT.2100, table 5, note 5f)
_MOST_NITS = 10_000  # of PQ (table 4)
_HDR_CURVES: dict[int, Literal["PQ", "HLG"]] = {16: "PQ", 18: "HLG"}


@dataclass(frozen=True, slots=True)
class NamedColours:
    """A colour space other than sRGB that has no embedded profile."""

    name: str
    primaries: Primaries
    curve: Curve | Literal["PQ", "HLG"]
    """Those of HDR are tone-mapped."""
    peak_nits: float = PEAK_NITS
    """The brightest light of a picture of HDR."""

    @property
    def is_hdr(self) -> bool:
        """Whether light goes beyond white."""
        return isinstance(self.curve, str)


@lru_cache(maxsize=16)
def profile_of(colours: NamedColours) -> bytes | None:
    """The ICC profile of colours; None where their primaries make no sense."""
    try:
        if isinstance(colours.curve, str):
            from darkroom.imaging.pixels.hdr import hdr_profile  # which few pictures need

            return hdr_profile(colours)
        return matrix_profile(colours.name, colours.primaries, colours.curve)
    except (ArithmeticError, ValueError, struct.error):  # out of the numbers of a profile
        return None


def by_code_points(primaries: int, transfer: int, nits: float = 0) -> NamedColours | None:
    """Colours by their code points (tables 2 and 3); None for sRGB, and for what is not known.

    `nits` is the brightest light that a file says; 0 where it says nothing.
    """
    name, found = _PRIMARIES.get(primaries, ("", None))
    if found and (hdr_curve := _HDR_CURVES.get(transfer)):
        peak = min(nits or PEAK_NITS, _MOST_NITS)
        return NamedColours(f"{name} {hdr_curve}", found, hdr_curve, peak)
    curve = _CURVES.get(transfer)
    if found is None or curve is None or (found, curve) == (REC_709, SRGB_CURVE):
        return None
    suffix = "" if curve == SRGB_CURVE else f", transfer {transfer}"
    return NamedColours(name + suffix, found, curve)


def by_gamma(exponent: float, primaries: Primaries) -> NamedColours | None:
    """Colours of plain gamma; None where no display has such a one."""
    if not 1 / 100 <= exponent <= 100:
        return None
    return NamedColours(f"gamma {exponent:.2f}", primaries, Curve(exponent))
