"""Drawing a watermark at the size a picture wants it."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import font_source_sans_pro
from darkroom.imaging.recipe import ImageMark, TextMark
from darkroom.imaging.resampling import lanczos
from PIL import Image, ImageDraw, ImageFont

_REFERENCE_PIXELS = 100  # text is measured at this height, then drawn at the right one
_MAX_HEIGHT_SHARE = 0.5  # of the picture: short texts on wide pictures stay readable pictures
_UNASSIGNED = "\U0010ffff"  # a font draws what it lacks like this, which no font has
_OUTLINE_SHARE = 1 / 16  # of the letters' height: white letters then show on any ground


def undrawable(text: str) -> str:
    """Those characters of a text that its font has no shape for, each once."""
    font = _font(_REFERENCE_PIXELS)
    missing = _shape(font, _UNASSIGNED)
    return "".join(sign for sign in dict.fromkeys(text) if _shape(font, sign) == missing)


def draw_mark(mark: TextMark | ImageMark, width: int, picture_height: int) -> Image.Image:
    """The mark, mode RGBA, `width` pixels wide, but never taller than half the picture."""
    tallest = max(1, int(picture_height * _MAX_HEIGHT_SHARE))
    if isinstance(mark, TextMark):
        return _text(mark.text, width, tallest)
    with Image.open(io.BytesIO(mark.data), formats=["PNG", "WEBP"]) as logo:
        scale = min(width / logo.width, tallest / logo.height)
        size = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
        return lanczos(logo.convert("RGBA"), size)


def _text(text: str, width: int, tallest: int) -> Image.Image:
    reference = _font(_REFERENCE_PIXELS)
    left, top, right, bottom = reference.getbbox(text, stroke_width=_outline(_REFERENCE_PIXELS))
    scale = min(width / (right - left), tallest / (bottom - top))
    pixels = max(4, int(_REFERENCE_PIXELS * scale))
    font, outline = _font(pixels), _outline(pixels)
    left, top, right, bottom = (round(n) for n in font.getbbox(text, stroke_width=outline))
    drawn = Image.new("RGBA", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(drawn).text(
        (-left, -top), text, "white", font, stroke_width=outline, stroke_fill=(0, 0, 0, 160)
    )
    return drawn


@cache
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    # Pillow's own font lacks even the letters of French and German.
    files = Path(font_source_sans_pro.__file__).parent / "files"
    return ImageFont.truetype(files / "SourceSansPro-Semibold.ttf", pixels)


def _shape(font: ImageFont.FreeTypeFont, sign: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(sign)
    return mask.size, bytes(mask)


def _outline(pixels: int) -> int:
    return max(1, round(pixels * _OUTLINE_SHARE))
