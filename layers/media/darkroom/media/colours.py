"""The colours of a video: those of HDR become what every display shows, others what they say."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Literal

from av.video.frame import VideoFrame
from darkroom.imaging.pixels.hdr import shown_light
from darkroom.imaging.pixels.named import by_code_points

Hdr = Literal["pq", "hlg"]

_EDGE = 33  # colours of the cube along each side
# Code points of ITU-T H.273: what is not said, and what is reserved.
_UNKNOWN = {2, 3}
_REC_709, _REC_601, _REC_2020 = 1, 5, 9
_HDR_TRANSFERS: dict[int, Hdr] = {16: "pq", 18: "hlg"}
_HD_LINES = 720  # a picture of so many lines is of HD's colours, where it does not say


def hdr_of(transfer: int) -> Hdr | None:
    """The kind of HDR of a transfer's code point; None for none."""
    return _HDR_TRANSFERS.get(transfer)


def name_colours(frame: VideoFrame) -> None:
    """Give a frame of which colours are not known those that players take it for."""
    if not frame.format.is_rgb and frame.colorspace in _UNKNOWN:
        frame.colorspace = _REC_709 if frame.height >= _HD_LINES else _REC_601


def write_cube(hdr: Hdr, primaries: int, path: Path) -> None:
    """Write what HDR's colours become, as a table that FFmpeg's lut3d reads (Adobe's .cube)."""
    transfer = next(code for code, kind in _HDR_TRANSFERS.items() if kind == hdr)
    colours = by_code_points(primaries, transfer) or by_code_points(_REC_2020, transfer)
    if colours is None:
        raise ValueError(f"no colours of transfer {transfer}")
    light = list(shown_light(colours, _EDGE))
    lines = [f"LUT_3D_SIZE {_EDGE}"]
    # In the file red changes first, in the table blue.
    for blue, green, red in product(range(_EDGE), repeat=3):
        levels = (_curve(level) for level in light[(red * _EDGE + green) * _EDGE + blue])
        lines.append(" ".join(f"{level:.6f}" for level in levels))
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def _curve(light: float) -> float:
    """sRGB's curve (IEC 61966-2-1)."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def cube_of(frame: VideoFrame, folder: Path) -> Path | None:
    """The table for a frame's colours, made once; None where it needs none."""
    hdr = hdr_of(frame.color_trc)
    if hdr is None:
        return None
    path = folder / f"{hdr}-{frame.color_primaries}.cube"
    if not path.exists():
        write_cube(hdr, frame.color_primaries, path)
    return path
