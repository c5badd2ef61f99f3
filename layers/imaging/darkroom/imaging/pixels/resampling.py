"""LANCZOS with SIMD: the pixels of `Image.resize`, in a fifth to a third of its time.

Stock Pillow resamples without SIMD, which was the largest part of every rendition. pic-scale does
the same arithmetic (both differ from exact LANCZOS by a third of a level) on decoded pixels: it
never sees a file.
"""

from __future__ import annotations

import pic_scale
from PIL import Image

_MODES = ("L", "LA", "La", "RGB", "RGBA", "CMYK", "LAB", "YCbCr")
_PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}  # Pillow's modes of premultiplied colours
# Modes that pic-scale knows, with the same channels. LAB's signed bytes become unsigned ones, which
# can be averaged.
_SAME_CHANNELS = {"CMYK": "RGBA", "LAB": "RGB", "YCbCr": "RGB", "La": "LA"}
# pic-scale works on copies, 10 bytes a pixel together with Pillow's own. A larger picture is
# resized in bands that fit a processor's cache, which takes 12 MB, whatever its size.
WHOLE_PIXELS = 6_000_000
_BAND_PIXELS = 300_000


def lanczos(image: Image.Image, size: tuple[int, int], *, in_place: bool = False) -> Image.Image:
    """The picture at a size: a new one of the same mode, or itself where it has that size already.

    pic-scale makes pictures smaller. Pillow enlarges them, and resizes modes other than L, LA, La,
    RGB, RGBA, CMYK, LAB and YCbCr. Both premultiply colours with their alpha.

    `in_place` says that nobody needs the pixels of `image` any more, so that a large picture can be
    its own scratch space.
    """
    if image.size == size:
        return image
    enlarges = size[0] > image.width or size[1] > image.height
    if image.mode not in _MODES or enlarges:
        return image.resize(size, Image.Resampling.LANCZOS)
    if image.width * image.height <= WHOLE_PIXELS:
        return _smaller(image, size)
    return _in_bands(image, size, in_place=in_place)


def averaged(image: Image.Image, divisor: int) -> Image.Image:
    """The picture, each side divided by a whole number and rounded up; itself for 1.

    A pixel is the average of those that it stands for. Mode L, LA, RGB, RGBA, CMYK, or any for 1.
    """
    if divisor == 1:
        return image
    if image.mode not in _PREMULTIPLIED:
        return image.reduce(divisor)
    small = Image.new(image.mode, (-(-image.width // divisor), -(-image.height // divisor)))
    rows = divisor * max(1, _BAND_PIXELS // (image.width * divisor))
    for top in range(0, image.height, rows):  # Pillow premultiplies a copy
        band = image.crop((0, top, image.width, min(image.height, top + rows)))
        small.paste(band.reduce(divisor), (0, top // divisor))
    return small


def _smaller(
    image: Image.Image, size: tuple[int, int], *, premultiplied: bool = False
) -> Image.Image:
    """The picture at a smaller size. Colours that are premultiplied already stay so."""
    mode = _SAME_CHANNELS.get(image.mode)
    resized: Image.Image = pic_scale.resize(
        image if mode is None else _renamed(image, mode),
        size,
        pic_scale.Resampling.LANCZOS,
        premultiply_alpha=mode is None and not premultiplied,
    )
    return resized if mode is None else _renamed(resized, image.mode)


def _in_bands(image: Image.Image, size: tuple[int, int], *, in_place: bool) -> Image.Image:
    """The picture at a smaller size, band by band: LANCZOS resizes first rows, then columns."""
    width, height = size
    narrow = image if in_place else Image.new(image.mode, (width, image.height))
    rows = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, rows):
        bottom = min(image.height, top + rows)
        band = _premultiplied(image.crop((0, top, image.width, bottom)))
        narrow.paste(_smaller(band, (width, bottom - top), premultiplied=True), (0, top))
    small = Image.new(image.mode, size)
    columns = max(1, _BAND_PIXELS // image.height)
    for left in range(0, width, columns):
        right = min(width, left + columns)
        band = narrow.crop((left, 0, right, image.height))
        small.paste(_smaller(band, (right - left, height), premultiplied=True), (left, 0))
    if in_place:
        narrow.close()  # its memory is needed: pixels with alpha are copied two more times
    return _straight(small)


def _premultiplied(image: Image.Image) -> Image.Image:
    """The picture with premultiplied colours, under its own mode: pic-scale knows no other."""
    if image.mode not in _PREMULTIPLIED:
        return image
    return _renamed(image.convert(_PREMULTIPLIED[image.mode]), image.mode)


def _straight(image: Image.Image) -> Image.Image:
    if image.mode not in _PREMULTIPLIED:
        return image
    return _renamed(image, _PREMULTIPLIED[image.mode]).convert(image.mode)


def _renamed(image: Image.Image, mode: str) -> Image.Image:
    return Image.frombytes(mode, image.size, image.tobytes())
