"""A watermark: a text or a logo, drawn at the size that a picture needs, and pasted over it."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import font_source_sans_pro
from darkroom.imaging.pixels.resampling import lanczos
from darkroom.imaging.recipe.types import ImageMark, Position, TextMark, Watermark
from PIL import Image, ImageDraw, ImageFont

_REFERENCE_PIXELS = 100  # text is measured at this height, then drawn at the right one
_MAX_HEIGHT_FRACTION = 0.5  # of the picture: short texts on wide pictures stay readable pictures
_UNASSIGNED = "\U0010ffff"  # a font draws what it lacks like this, which no font has
_OUTLINE_FRACTION = 1 / 16  # of the letters' height: white letters then show on any ground
_MARGIN_FRACTION = 0.02  # of the picture's shorter edge
_GAP_FRACTION = 0.6  # of the mark's width, between two tiles


def watermarked(picture: Image.Image, watermark: Watermark) -> Image.Image:
    """The picture, mode RGB or RGBA, with the mark on it. Its mode stays."""
    if picture.mode == "RGB":  # opaque, so only the pixels below the mark change
        mark, corners = _placed(watermark, picture.size)
        marked = picture.copy()
        for corner in corners:
            marked.paste(mark, corner, mark)
        return marked
    return Image.alpha_composite(picture, layer_of(watermark, picture.size))


def layer_of(watermark: Watermark, size: tuple[int, int]) -> Image.Image:
    """What a watermark lays over a picture of this size, in pixels: mode RGBA, clear beside it."""
    mark, corners = _placed(watermark, size)
    layer = Image.new("RGBA", size)
    for corner in corners:
        layer.paste(mark, corner)
    return layer


def _placed(
    watermark: Watermark, size: tuple[int, int]
) -> tuple[Image.Image, list[tuple[int, int]]]:
    """The mark as it is pasted, and the top left corners, in pixels, of all its places."""
    width, height = size
    mark = draw_mark(watermark.mark, max(1, round(width * watermark.size)), height)
    mark.putalpha(mark.getchannel("A").point(lambda alpha: round(alpha * watermark.opacity)))
    return mark, positions(watermark.position, size, mark.size)


def undrawable(text: str) -> str:
    """The characters of a text that the font has no shape for, each once."""
    font = _font(_REFERENCE_PIXELS)
    missing = _shape(font, _UNASSIGNED)
    return "".join(sign for sign in dict.fromkeys(text) if _shape(font, sign) == missing)


def draw_mark(mark: TextMark | ImageMark, width: int, picture_height: int) -> Image.Image:
    """The mark, mode RGBA, `width` pixels wide, but never taller than half the picture."""
    tallest = max(1, int(picture_height * _MAX_HEIGHT_FRACTION))
    if isinstance(mark, TextMark):
        return _text(mark.text, width, tallest)
    with Image.open(io.BytesIO(mark.data), formats=["PNG", "WEBP"]) as logo:
        scale = min(width / logo.width, tallest / logo.height)
        size = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
        return lanczos(logo.convert("RGBA"), size)


def positions(
    position: Position, picture: tuple[int, int], mark: tuple[int, int]
) -> list[tuple[int, int]]:
    """The top left corners, in pixels, at which to paste a mark. Both sizes are in pixels."""
    if position == "tile":
        return _tiles(picture, mark)
    margin = round(min(picture) * _MARGIN_FRACTION)
    far_x, far_y = (max(0, picture[n] - mark[n] - margin) for n in (0, 1))
    middle_x, middle_y = ((picture[n] - mark[n]) // 2 for n in (0, 1))
    x = margin if "left" in position else far_x if "right" in position else middle_x
    y = margin if "top" in position else far_y if "bottom" in position else middle_y
    return [(x, y)]


def _tiles(picture: tuple[int, int], mark: tuple[int, int]) -> list[tuple[int, int]]:
    """Rows of marks from edge to edge, every other one shifted by half."""
    gap = max(1, round(mark[0] * _GAP_FRACTION))
    across, down = mark[0] + gap, mark[1] + gap
    rows = enumerate(range(-mark[1] // 2, picture[1], down))
    return [
        (x, y) for row, y in rows for x in range(-(across // 2) * (row % 2), picture[0], across)
    ]


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
    return max(1, round(pixels * _OUTLINE_FRACTION))
