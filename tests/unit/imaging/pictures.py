"""Pictures that the tests make for themselves, and what they look like."""

from __future__ import annotations

import io
import struct
from typing import Any

import pillow_heif
import pytest
from darkroom.errors import PermanentError
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.rendering import decoded
from darkroom.imaging.renditions import Rendition
from darkroom.imaging.source import open_source
from PIL import Image, ImageChops, ImageFile, ImageStat

pillow_heif.register_heif_opener()

# What turns an upright picture into the stored one of each orientation (EXIF 2.32, tag 0x0112).
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
ODD = (301, 333)  # several bands of an AVIF, the last one short
EVEN = (300, 332)
QUARTERS = ["red", "lime", "blue", "white"]
_COLOURS = {
    "red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255),
    "black": (0, 0, 0), "grey": (128, 128, 128), "yellow": (255, 255, 0),
}  # fmt: skip


def quartered(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Red and lime above blue and white: every turn and flip of it looks different."""
    picture = Image.new("RGB", (width, height))
    x, y = width // 2, height // 2
    boxes = [(0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)]
    for colour, box in zip(QUARTERS, boxes, strict=True):
        picture.paste(colour, box)
    return picture.convert(mode)


def quarters(picture: Image.Image) -> list[str]:
    """The names of the colours in the middle of each quarter, as one reads them."""
    rgb = picture.convert("RGB")
    width, height = rgb.size
    points = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    return [_nearest(rgb.getpixel(point)) for point in points]


def photo(width: int = 480, height: int = 320) -> Image.Image:
    """Something like a photograph: smooth shades, with detail that JPEG has to work for."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    rings = Image.radial_gradient("L").resize((width, height))
    detail = Image.effect_mandelbrot((width, height), (-2.0, -1.3, 1.0, 1.3), 60)
    return Image.merge("RGB", (across, Image.blend(down, detail, 0.4), rings))


def encoded(picture: Image.Image, format_: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, format_, **options)
    return out.getvalue()


def in_scans(picture: Image.Image) -> bytes:
    """A baseline JPEG with a scan for each component, which Pillow does not write.

    Put together from three grey ones, by the segments of ITU-T T.81, B.2.
    """
    start, frame, scans = b"", b"", b""
    for component, plane in enumerate(picture.convert("YCbCr").split(), start=1):
        grey = encoded(plane, "JPEG", quality=98)
        tables, size, scan = (grey.index(bytes([0xFF, marker])) for marker in (0xDB, 0xC0, 0xDA))
        start, frame = grey[:tables], grey[size + 4 : size + 9]
        scans += grey[tables:size] + grey[size + 13 : scan]
        scans += bytes([0xFF, 0xDA, 0, 8, 1, component, 0, 0, 63, 0]) + grey[scan + 10 : -2]
    components = bytes([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
    return start + b"\xff\xc0\0\x11" + frame + components + scans + b"\xff\xd9"


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def shown(data: bytes, longest_edge: int = 4_000) -> Image.Image:
    """An upload's picture as renditions are made of it: upright, in sRGB, at most this long."""
    return decoded(open_source(data, ImageLimits()), longest_edge)


def rendered(data: bytes, limits: ImageLimits | None = None, **wanted: Any) -> Rendition:
    """The one rendition of an upload, 16 pixels wide unless `wanted` says otherwise."""
    fields: dict[str, Any] = {"name": "one", "width": 16} | wanted
    spec = RenditionSpec(**fields)
    (rendition,) = render(data, Recipe(renditions=(spec,)), limits or ImageLimits()).renditions
    return rendition


def refusal(data: bytes, limits: ImageLimits | None = None) -> PermanentError:
    """The error that a picture is refused with. Fails if that takes decoding it."""

    def load(_: Any) -> None:
        raise AssertionError("pixels were decoded")

    with pytest.MonkeyPatch.context() as patch:
        for kind in (Image.Image, ImageFile.ImageFile):
            patch.setattr(kind, "load", load)
        with pytest.raises(PermanentError) as caught:
            rendered(data, limits)
    return caught.value


def clear(picture: Image.Image) -> Image.Image:
    """The picture, from clear at its left to opaque at its right."""
    picture = picture.convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").rotate(90).resize(picture.size))
    return picture


def differences(one: Image.Image, other: Image.Image) -> ImageStat.Stat:
    """Of each channel, in levels; colours count as far as they can be seen."""
    assert (one.mode, one.size) == (other.mode, other.size)
    if one.mode == "RGBA":
        one, other = one.convert("RGBa"), other.convert("RGBa")
    return ImageStat.Stat(ImageChops.difference(one, other))


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    return max(most for _, most in differences(one, other).extrema)


def exif_with(tag: int, kind: int, count: int, value: bytes) -> bytes:
    """EXIF of one entry, big-endian; `value` is its four bytes."""
    entry = struct.pack(">HHI", tag, kind, count) + value.ljust(4, b"\0")
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    from zlib import crc32

    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))


def _nearest(pixel: Any) -> str:
    def distance(name: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(pixel, _COLOURS[name], strict=True))

    return min(_COLOURS, key=distance)
