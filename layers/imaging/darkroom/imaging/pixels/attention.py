"""Which part of a picture people look at, for cropping: detail, strong colours and skin."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter

_EDGE = 128
# Skin of all tones has nearly one hue: bounds of Cb and Cr from D. Chai and K. N. Ngan, "Face
# segmentation using skin-color map in videophone applications", 1999.
_SKIN_CB, _SKIN_CR = (77, 127), (133, 173)
_SATURATION_WEIGHT, _SKIN_WEIGHT = 0.3, 0.5  # edges count in full


def attention_offset(image: Image.Image, kept: tuple[float, float]) -> tuple[float, float]:
    """The position of a window that keeps these fractions of a picture's width and height.

    It is in fractions of the free space: 0 is the left or top edge, 1 the right or bottom edge. A
    picture without any detail gives the middle.
    """
    interest = _interest(image)
    across = interest.resize((interest.width, 1), Image.Resampling.BOX)
    down = interest.resize((1, interest.height), Image.Resampling.BOX)
    return _best(across.tobytes(), kept[0]), _best(down.tobytes(), kept[1])


def _interest(image: Image.Image) -> Image.Image:
    """How much each spot of a small copy draws the eye, mode L."""
    small = image.convert("RGBA")
    small.thumbnail((_EDGE, _EDGE), Image.Resampling.BOX)
    paper = Image.new("RGBA", small.size, "white")
    rgb = Image.alpha_composite(paper, small).convert("RGB")
    # The filter leaves the outermost pixels unchanged, so that all of them would look like edges.
    edges = rgb.convert("L").filter(ImageFilter.FIND_EDGES)
    inner = Image.new("L", edges.size)
    if min(edges.size) > 2:
        inner.paste(edges.crop((1, 1, edges.width - 1, edges.height - 1)), (1, 1))
    _, saturation, value = rgb.convert("HSV").split()
    vivid = ImageChops.multiply(saturation, value).point(lambda v: round(v * _SATURATION_WEIGHT))
    luma, cb, cr = rgb.convert("YCbCr").split()
    skin = ImageChops.multiply(_between(cb, *_SKIN_CB), _between(cr, *_SKIN_CR))
    skin = ImageChops.multiply(skin, luma).point(lambda v: round(v * _SKIN_WEIGHT))
    return ImageChops.add(ImageChops.add(inner, vivid), skin)


def _between(band: Image.Image, low: int, high: int) -> Image.Image:
    return band.point(lambda v: 255 if low <= v <= high else 0)


def _best(profile: Sequence[int], kept: float) -> float:
    """The position of the window that holds most interest; its middle counts more."""
    size = max(1, round(len(profile) * kept))
    room = len(profile) - size
    if room <= 0:
        return 0.5
    least = min(profile)  # an even ground is of no interest
    weights = [1 - abs(2 * (n + 0.5) / size - 1) / 2 for n in range(size)]

    def seen(start: int) -> tuple[float, float]:
        found = sum(
            (value - least) * weight
            for value, weight in zip(profile[start : start + size], weights, strict=True)
        )
        return (found, -abs(start - room / 2))

    return max(range(room + 1), key=seen) / room
