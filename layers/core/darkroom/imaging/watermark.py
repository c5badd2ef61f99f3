"""A mark over a finished picture."""

from __future__ import annotations

from PIL import Image

from darkroom.imaging.marks import draw_mark
from darkroom.imaging.placing import places
from darkroom.imaging.recipe import Watermark


def watermarked(picture: Image.Image, watermark: Watermark) -> Image.Image:
    """The picture, mode RGB or RGBA, with the mark on it; its mode stays."""
    wanted = max(1, round(picture.width * watermark.size))
    drawn = _faded(draw_mark(watermark.mark, wanted, picture.height), watermark.opacity)
    layer = Image.new("RGBA", picture.size)
    for place in places(watermark.position, picture.size, drawn.size):
        layer.paste(drawn, place)
    marked = Image.alpha_composite(picture.convert("RGBA"), layer)
    return marked if picture.mode == "RGBA" else marked.convert("RGB")


def _faded(mark: Image.Image, opacity: float) -> Image.Image:
    mark.putalpha(mark.getchannel("A").point(lambda alpha: round(alpha * opacity)))
    return mark
