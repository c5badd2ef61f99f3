"""The names of colours, as people call them."""

from __future__ import annotations

import colorsys
import re

COLOURS = (
    "black", "white", "grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink",
    "brown",
)  # fmt: skip
_HEXADECIMAL = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)
# Up to which hue, in degrees, a bright colour has its name; red is at both ends.
_HUES = (
    (15, "red"), (42, "orange"), (70, "yellow"), (160, "green"), (195, "teal"), (255, "blue"),
    (295, "purple"), (345, "pink"), (360, "red"),
)  # fmt: skip


def colour_name(colour: str) -> str | None:
    """The name of a colour that is written `#rrggbb`; None for what is not."""
    found = _HEXADECIMAL.fullmatch(colour)
    if found is None:
        return None
    red, green, blue = (int(part, 16) / 255 for part in found.groups())
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if lightness < 0.12:
        return "black"
    if lightness > 0.93:
        return "white"
    # Near black and white a slight tint has a high saturation, so what counts is how much colour
    # there is in all.
    if max(red, green, blue) - min(red, green, blue) < 0.11 or saturation < 0.12:
        return "black" if lightness < 0.18 else "white" if lightness > 0.88 else "grey"
    name = next(name for up_to, name in _HUES if hue * 360 <= up_to)
    if name in ("red", "orange") and lightness < 0.42 and hue * 360 > 8:
        return "brown"
    if name == "pink" and lightness < 0.4:
        return "purple"
    if name == "red" and lightness > 0.72:
        return "pink"
    return name
