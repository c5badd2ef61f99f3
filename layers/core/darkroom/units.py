"""Numbers as people read them."""

from __future__ import annotations


def size(count: float) -> str:
    """A number of bytes in decimal units, as phones and shops count them: `3.4 MB`, `5 GB`."""
    for power, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= power:
            return f"{count / power:,.1f}".removesuffix(".0") + f" {unit}"
    return f"{count:.0f} bytes"


def clock(seconds: float) -> str:
    """A duration as players show it: `0:07`, `12:30`, `1:02:03`."""
    whole = round(seconds)
    minutes, hours = whole // 60 % 60, whole // 3600
    shown = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{shown}:{whole % 60:02}"
