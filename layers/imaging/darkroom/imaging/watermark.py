"""A mark over a finished picture."""

from __future__ import annotations

from darkroom.imaging.marks import draw_mark
from darkroom.imaging.placing import places
from darkroom.imaging.recipe import Watermark
from PIL import Image


def watermarked(picture: Image.Image, watermark: Watermark) -> Image.Image:
    """The picture, mode RGB or RGBA, with the mark on it; its mode stays."""
    wanted = max(1, round(picture.width * watermark.size))
    drawn = _faded(draw_mark(watermark.mark, wanted, picture.height), watermark.opacity)
    spots = places(watermark.position, picture.size, drawn.size)
    if picture.mode == "RGB":  # opaque, so only the pixels below the mark change
        marked = picture.copy()
        for spot in spots:
            marked.paste(drawn, spot, drawn)
        return marked
    layer = Image.new("RGBA", picture.size)
    for spot in spots:
        layer.paste(drawn, spot)
    return Image.alpha_composite(picture, layer)


def _faded(mark: Image.Image, opacity: float) -> Image.Image:
    mark.putalpha(mark.getchannel("A").point(lambda alpha: round(alpha * opacity)))
    return mark
