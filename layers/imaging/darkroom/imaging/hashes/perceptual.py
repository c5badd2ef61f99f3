"""A fingerprint that survives resizing and re-encoding, to find pictures that look the same."""

from __future__ import annotations

import math
from operator import mul

from darkroom.imaging.pixels.colour import eight_bits, to_srgb
from darkroom.imaging.pixels.resampling import lanczos
from PIL import Image

_EDGE = 32
_SMALL_EDGE = 256
_KEPT = 8
# Below this many grey levels a coefficient is rounding noise: a flat picture hashes the same twice.
_NOISE = 0.05


def perceptual_hash(image: Image.Image, *, turn: Image.Transpose | None = None) -> str:
    """The 64-bit pHash of a picture in any mode, as 16 hexadecimal digits.

    `turn` puts the picture upright; turning its small copy costs nothing.

    The sign of each of the 8x8 lowest cosine coefficients of its 32x32 grey copy (the average left
    out of the median, http://www.hackerfactor.com/blog/index.php?/archives/432), row by row. Copies
    of one picture differ in at most 6 bits, different pictures in more than 16.
    """
    small = _grey(image)
    grey = (small if turn is None else small.transpose(turn)).tobytes()
    lines = [grey[start : start + _EDGE] for start in range(0, len(grey), _EDGE)]
    by_column = [[sum(map(mul, line, wave)) for line in lines] for wave in _WAVES]
    coefficients = [sum(map(mul, column, wave)) for wave in _WAVES for column in by_column]
    middle = sorted(coefficients[1:])[len(coefficients) // 2 - 1]  # their number is odd
    bits = "".join("1" if value - middle > _NOISE else "0" for value in coefficients)
    return f"{int(bits, 2):016x}"


def _grey(image: Image.Image) -> Image.Image:
    if image.has_transparency_data or image.mode in ("CMYK", "LAB"):
        # Resized first: 50 whole megapixels would take 600 MB on white, and 450 MB as CMYK.
        scale = min(1.0, _SMALL_EDGE / max(image.size))
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = lanczos(eight_bits(image), size)
    if image.mode == "LAB":
        image = to_srgb(image, None)
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    if image.mode.startswith(("I", "F")):
        image = eight_bits(image)
    if image.mode != "RGB":  # RGB can be averaged without converting millions of pixels first
        image = image.convert("L")
    size = (_EDGE, _EDGE)
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0).convert("L")


_WAVES = [
    [math.cos(math.pi / _EDGE * n * (at + 0.5)) / _EDGE for at in range(_EDGE)]
    for n in range(_KEPT)
]
