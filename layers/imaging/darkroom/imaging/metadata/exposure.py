"""Exposure times and apertures: from APEX, and as cameras show them."""

from __future__ import annotations


def apex_seconds(steps: float | None) -> float | None:
    """The exposure time of APEX's logarithm (EXIF 2.32, annex C).

    0 stands for a time that is not known: cameras write it that do not measure one.
    """
    return round(2**-steps, 7) if steps and -16 <= steps <= 19 else None


def apex_f_number(steps: float | None) -> float | None:
    """The aperture of APEX's logarithm; None for 0, as for the time."""
    return round(2 ** (steps / 2), 1) if steps and 0 < steps <= 20 else None


def shutter_speed(seconds: float | None) -> str | None:
    """An exposure time as cameras show it: `1/125`, `0.4`, `30`."""
    if seconds is None:
        return None
    whole = round(1 / seconds)
    if seconds < 1 and abs(1 / seconds - whole) <= 0.02 * whole:
        return f"1/{whole}"
    return f"{seconds:.3g}" if seconds < 100 else f"{seconds:.0f}"
