"""What is asked for, and what comes out: one encoded picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

from PIL import Image

OutputFormat = Literal["jpeg", "webp", "avif", "png"]

# WebP's method 2 takes 0.4 of the time of the default 4 for about 3 % more bytes; AVIF at speed 8
# is close to WebP's time. Both measured on 12-megapixel photographs, Pillow 13.0.0.
_SETTINGS: dict[str, dict[str, int]] = {"webp": {"method": 2}, "avif": {"speed": 8}}
_BACKGROUND = "white"


@dataclass(frozen=True, slots=True)
class RenditionSpec:
    """A rendition to make: `longest_edge` in pixels, `quality` 1 to 100 on the format's scale."""

    name: str
    longest_edge: int
    format: OutputFormat
    quality: int = 80


@dataclass(frozen=True, slots=True)
class Rendition:
    """An encoded picture: upright, sRGB, with no metadata but copyright and artist."""

    name: str
    format: OutputFormat
    width: int
    height: int
    data: bytes
    frames: int = 1


def encode(
    image: Image.Image, *, name: str, format_: OutputFormat, quality: int, authorship: bytes
) -> Rendition:
    """Encode a picture of mode RGB or RGBA; JPEG, which has no alpha, gets a white background.

    `authorship` is EXIF as bytes, possibly empty.
    """
    if format_ == "jpeg":
        image = flattened(image)
    options: dict[str, object] = dict(_SETTINGS.get(format_, {}))
    if format_ != "png":
        options["quality"] = quality
    if authorship:
        options["exif"] = authorship
    out = io.BytesIO()
    image.save(out, format_.upper(), **options)
    return Rendition(name, format_, image.width, image.height, out.getvalue())


def flattened(image: Image.Image) -> Image.Image:
    """The picture, mode RGB or RGBA, on white: mode RGB."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, _BACKGROUND)
    paper.paste(image, mask=image.getchannel("A"))
    return paper
