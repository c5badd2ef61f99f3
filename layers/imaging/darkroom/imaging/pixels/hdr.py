"""HDR as sRGB: light beyond white is compressed, as browsers do for displays without HDR.

A table of colours is made once from the standards, and Pillow interpolates in it.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, sqrt

from darkroom.imaging.pixels.icc import REC_709, Triple, inverse, product, times, to_xyz
from darkroom.imaging.pixels.named import REC_2020, NamedColours
from PIL import Image, ImageFilter

_EDGE = 33  # colours of the table along each side
_WHITE_NITS = 203  # of diffuse white (ITU-R BT.2408, table 1)
_PEAK_NITS = 1_000  # of a display that HDR is graded for (ITU-R BT.2100, table 5, note 5f)
_LUMA = (0.2627, 0.6780, 0.0593)  # of Rec. 2020 (ITU-R BT.2020, table 4)
_SYSTEM_GAMMA = 1.2  # of HLG at the peak (ITU-R BT.2100, table 5)
# PQ (ITU-R BT.2100, table 4).
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
# HLG's inverse OETF (ITU-R BT.2100, table 5).
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073
# The operator that keeps reference white (SMPTE ST 2094-50): white is shown at half, and what is
# above follows a quadratic Bézier curve to the peak. Its middle point is so far towards the corner.
_SHOWN_WHITE, _ROUNDNESS = 0.5, 0.65


def to_srgb_from_hdr(image: Image.Image, colours: NamedColours) -> Image.Image:
    """A picture of mode RGB in HDR's colours as sRGB, mode RGB."""
    return image.filter(_table(colours))


@lru_cache(maxsize=2)
def _table(colours: NamedColours) -> ImageFilter.Color3DLUT:
    linear = _light_of_pq if colours.curve == "PQ" else _light_of_hlg
    levels = [linear(n / (_EDGE - 1)) for n in range(_EDGE)]
    to_2020 = product(inverse(to_xyz(REC_2020)), to_xyz(colours.primaries))
    to_709 = product(inverse(to_xyz(REC_709)), to_xyz(REC_2020))

    def shown(red: float, green: float, blue: float) -> Triple:
        light = times(to_2020, [levels[round(value * (_EDGE - 1))] for value in (red, green, blue)])
        if colours.curve == "HLG":
            light = _displayed(light)
        most = max(*light, 1e-9)
        scale = _compressed(most) / most
        r, g, b = times(to_709, [value * scale for value in light])
        return _srgb(r), _srgb(g), _srgb(b)

    return ImageFilter.Color3DLUT.generate(_EDGE, shown)


def _light_of_pq(level: float) -> float:
    """Light as a multiple of diffuse white."""
    power = level ** (1 / _M2)
    return 10_000 / _WHITE_NITS * float((max(0.0, power - _C1) / (_C2 - _C3 * power)) ** (1 / _M1))


def _light_of_hlg(level: float) -> float:
    """Light of the scene, 0 to 1."""
    return level**2 / 3 if level <= 0.5 else (exp((level - _C) / _A) + _B) / 12


def _displayed(scene: Triple) -> Triple:
    """HLG's light on a display, as a multiple of diffuse white."""
    luma = max(0.0, sum(value * weight for value, weight in zip(scene, _LUMA, strict=True)))
    scale = _PEAK_NITS / _WHITE_NITS * luma ** (_SYSTEM_GAMMA - 1)
    red, green, blue = scene
    return red * scale, green * scale, blue * scale


def _compressed(light: float) -> float:
    """From a multiple of diffuse white to 0 to 1, by the brightest channel."""
    peak = _PEAK_NITS / _WHITE_NITS
    if light <= 1:
        return light * _SHOWN_WHITE
    if light >= peak:
        return 1.0
    middle_x = 1 - _ROUNDNESS + _ROUNDNESS / _SHOWN_WHITE
    middle_y = (1 - _ROUNDNESS) * _SHOWN_WHITE + _ROUNDNESS
    a, b, c = 1 - 2 * middle_x + peak, 2 * (middle_x - 1), 1 - light
    t = (sqrt(b * b - 4 * a * c) - b) / (2 * a)
    return (1 - t) ** 2 * _SHOWN_WHITE + 2 * t * (1 - t) * middle_y + t * t


def _srgb(light: float) -> float:
    light = min(1.0, max(0.0, light))
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
