"""HDR as sRGB: light beyond white is compressed, as browsers do for displays without HDR.

A table of colours is made from the standards, as a profile in which LittleCMS interpolates: greys
between greys alone, so that a sky has no rings.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log, sqrt

from darkroom.imaging.pixels.icc import (
    D50,
    REC_709,
    Triple,
    adaptation,
    inverse,
    lab_bytes,
    product,
    table_profile,
    times,
    to_xyz,
)
from darkroom.imaging.pixels.named import PEAK_NITS, REC_2020, NamedColours

_EDGE = 33  # colours of the table along each side
_WHITE_NITS = 203  # of diffuse white (ITU-R BT.2408, table 1)
_LUMA = (0.2627, 0.6780, 0.0593)  # of Rec. 2020 (ITU-R BT.2020, table 4)
_SYSTEM_GAMMA = 1.2  # of HLG at the peak (ITU-R BT.2100, table 5)
# PQ (ITU-R BT.2100, table 4).
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
# HLG's inverse OETF (ITU-R BT.2100, table 5).
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073
# The operator that keeps reference white (SMPTE ST 2094-50): white is shown at half where light
# goes as far as displays do or further, and what is above white follows a quadratic Bézier curve to
# the peak. Its middle point is so far towards the corner.
_SHOWN_WHITE, _ROUNDNESS = 0.5, 0.65


def hdr_profile(colours: NamedColours) -> bytes:
    """An ICC profile of HDR's colours as sRGB shows them.

    A table: it has 35,937 colours, and the first picture of its kind waits for it.
    """
    (xr, xg, xb), (yr, yg, yb), (zr, zg, zb) = product(adaptation(REC_709.white), to_xyz(REC_709))
    table: list[bytes] = []
    for r, g, b in shown_light(colours, _EDGE):
        x = _cube_root((xr * r + xg * g + xb * b) / D50[0])
        y = _cube_root(yr * r + yg * g + yb * b)
        z = _cube_root((zr * r + zg * g + zb * b) / D50[2])
        table.append(lab_bytes(116 * y - 16, 500 * (x - y), 200 * (y - z)))
    return table_profile(colours.name, _EDGE, b"".join(table))


def shown_light(colours: NamedColours, edge: int) -> Iterator[Triple]:
    """The light that sRGB shows of HDR's colours, red, green and blue of 0 to 1, without a curve.

    The colours are `edge` levels along each side of the cube, from black on; blue changes first.
    Written out: a picture waits for it.
    """
    is_hlg = colours.curve == "HLG"
    peak = max(1.0, colours.peak_nits / _WHITE_NITS)
    white = 1 - (1 - _SHOWN_WHITE) * min(1.0, log(peak) / log(PEAK_NITS / _WHITE_NITS))
    linear = _light_of_hlg if is_hlg else _light_of_pq
    levels = [linear(n / (edge - 1)) for n in range(edge)]
    to_2020 = product(inverse(to_xyz(REC_2020)), to_xyz(colours.primaries))
    to_709 = product(inverse(to_xyz(REC_709)), to_xyz(REC_2020))
    (rr, rg, rb), (gr, gg, gb), (br, bg, bb) = to_709
    is_2020 = colours.primaries == REC_2020
    for red in levels:
        for green in levels:
            for blue in levels:
                r, g, b = (red, green, blue) if is_2020 else times(to_2020, (red, green, blue))
                if is_hlg:
                    r, g, b = _displayed(r, g, b)
                most = max(r, g, b)
                scale = _compressed(most, peak, white) / most if most > 1 < peak else white
                r, g, b = r * scale, g * scale, b * scale
                yield (
                    min(1.0, max(0.0, rr * r + rg * g + rb * b)),
                    min(1.0, max(0.0, gr * r + gg * g + gb * b)),
                    min(1.0, max(0.0, br * r + bg * g + bb * b)),
                )


def _light_of_pq(level: float) -> float:
    """Light as a multiple of diffuse white."""
    power = level ** (1 / _M2)
    return 10_000 / _WHITE_NITS * float((max(0.0, power - _C1) / (_C2 - _C3 * power)) ** (1 / _M1))


def _light_of_hlg(level: float) -> float:
    """Light of the scene, 0 to 1."""
    return level**2 / 3 if level <= 0.5 else (exp((level - _C) / _A) + _B) / 12


def _displayed(red: float, green: float, blue: float) -> Triple:
    """HLG's light on a display, as a multiple of diffuse white."""
    luma = _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
    scale = PEAK_NITS / _WHITE_NITS * max(0.0, luma) ** (_SYSTEM_GAMMA - 1)
    return red * scale, green * scale, blue * scale


def _compressed(light: float, peak: float, white: float) -> float:
    """From a multiple of diffuse white, 1 or more, to what is shown: `white` to 1."""
    if light >= peak:
        return 1.0
    middle_x = 1 - _ROUNDNESS + _ROUNDNESS / white
    middle_y = (1 - _ROUNDNESS) * white + _ROUNDNESS
    a, b, c = 1 - 2 * middle_x + peak, 2 * (middle_x - 1), 1 - light
    t = (sqrt(b * b - 4 * a * c) - b) / (2 * a)
    return (1 - t) ** 2 * white + 2 * t * (1 - t) * middle_y + t * t


def _cube_root(light: float) -> float:
    """The function of CIELAB."""
    return light ** (1 / 3) if light > 216 / 24389 else (24389 / 27 * light + 16) / 116
