"""A picture with a mark on it, as a rendition of its own."""

from __future__ import annotations

from PIL import Image

from darkroom.imaging.authorship import authorship_of
from darkroom.imaging.limits import Limits
from darkroom.imaging.marks import ImageMark, TextMark, draw_mark
from darkroom.imaging.pixels import decode
from darkroom.imaging.placing import Position, places
from darkroom.imaging.renditions import OutputFormat, Rendition, encode
from darkroom.imaging.source import open_source

NAME = "watermark"


def apply_watermark(
    data: bytes,
    mark: TextMark | ImageMark,
    *,
    position: Position,
    opacity: float,
    size: float,
    longest_edge: int,
    format_: OutputFormat,
    quality: int,
    limits: Limits,
) -> Rendition:
    """The picture, at most `longest_edge` pixels long and never enlarged, with a mark on it.

    `opacity` is 0 to 1; `size` is the mark's width as a share, 0 to 1, of the picture's.

    Raises:
        PermanentError: one of this package's kinds, for whatever is not a picture to process.
    """
    source = open_source(data, limits)
    picture = decode(source, longest_edge)
    drawn = _faded(draw_mark(mark, max(1, round(picture.width * size)), picture.height), opacity)
    layer = Image.new("RGBA", picture.size)
    for place in places(position, picture.size, drawn.size):
        layer.paste(drawn, place)
    marked = Image.alpha_composite(picture.convert("RGBA"), layer)
    return encode(
        marked if picture.mode == "RGBA" else marked.convert("RGB"),
        name=NAME,
        format_=format_,
        quality=quality,
        authorship=authorship_of(source.image),
    )


def _faded(mark: Image.Image, opacity: float) -> Image.Image:
    mark.putalpha(mark.getchannel("A").point(lambda alpha: round(alpha * opacity)))
    return mark
