"""Drawing a watermark at the size a picture wants it."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from darkroom.imaging.pixels import resized

_REFERENCE_PIXELS = 100  # text is measured at this height, then drawn at the right one
_MAX_HEIGHT_SHARE = 0.5  # of the picture: short texts on wide pictures stay readable pictures
_OUTLINE_SHARE = 1 / 16  # of the letters' height: white letters then show on any ground


@dataclass(frozen=True, slots=True)
class TextMark:
    """A line of text, white with a dark outline."""

    text: str


@dataclass(frozen=True, slots=True)
class ImageMark:
    """A picture, usually a logo with alpha: the bytes of a PNG or WebP of the operator's own."""

    data: bytes


def draw_mark(mark: TextMark | ImageMark, width: int, picture_height: int) -> Image.Image:
    """The mark, mode RGBA, `width` pixels wide, but never taller than half the picture."""
    tallest = max(1, int(picture_height * _MAX_HEIGHT_SHARE))
    if isinstance(mark, TextMark):
        return _text(mark.text, width, tallest)
    with Image.open(io.BytesIO(mark.data), formats=["PNG", "WEBP"]) as logo:
        scale = min(width / logo.width, tallest / logo.height)
        size = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
        return resized(logo.convert("RGBA"), size)


def _text(text: str, width: int, tallest: int) -> Image.Image:
    reference = ImageFont.load_default(_REFERENCE_PIXELS)
    left, top, right, bottom = reference.getbbox(text, stroke_width=_outline(_REFERENCE_PIXELS))
    scale = min(width / (right - left), tallest / (bottom - top))
    pixels = max(4, int(_REFERENCE_PIXELS * scale))
    font, outline = ImageFont.load_default(pixels), _outline(pixels)
    left, top, right, bottom = (round(n) for n in font.getbbox(text, stroke_width=outline))
    drawn = Image.new("RGBA", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(drawn).text(
        (-left, -top), text, "white", font, stroke_width=outline, stroke_fill=(0, 0, 0, 160)
    )
    return drawn


def _outline(pixels: int) -> int:
    return max(1, round(pixels * _OUTLINE_SHARE))
