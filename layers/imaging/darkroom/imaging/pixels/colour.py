"""Pixels of every mode that decoders give, as 8-bit sRGB."""

from __future__ import annotations

from typing import Any, cast

from PIL import Image, ImageChops

_BAND = 256  # rows


def eight_bits(image: Image.Image) -> Image.Image:
    """A picture of any mode as RGB, RGBA, L, LA, CMYK or LAB: itself, if it has that mode."""
    if image.mode.startswith(("I", "F")):
        return _deep_grey(image)
    if image.mode == "1" and "transparency" not in image.info:
        return image.convert("L")
    if image.mode in ("RGB", "L", "CMYK", "LAB") and "transparency" not in image.info:
        return image
    if image.mode in ("RGBA", "LA"):
        return image
    if image.mode == "La":  # a TIFF's grey, premultiplied with its alpha
        return image.convert("LA")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _deep_grey(image: Image.Image) -> Image.Image:
    """Grey of more than 8 bits as 8 bits, mode L or LA.

    Pillow's conversion would clip all but the darkest levels to white. The work is done band by
    band, because the steps between take up to 12 bytes a pixel.
    """
    brightest, clear = _brightest(image), image.info.get("transparency")
    grey = Image.new("LA" if isinstance(clear, int) else "L", image.size)
    for top in range(0, image.height, _BAND):
        band = image.crop((0, top, image.width, min(top + _BAND, image.height)))
        if image.mode == "F":
            grey.paste(_floating_grey(band, brightest), (0, top))
        else:
            grey.paste(_whole_grey(band.convert("I"), brightest, clear), (0, top))
    return grey


def _whole_grey(levels: Image.Image, brightest: float, clear: Any) -> Image.Image:
    """Grey of 16 or 32 bits as 8 bits. `clear` is the one transparent level, None without one."""
    depth = 16 if brightest < 1 << 16 else 32
    grey = levels.point(lambda level: level * (1 / (1 << depth - 8))).convert("L")
    if isinstance(clear, int):
        above = levels.point(lambda level: level * 255 - 255 * clear).convert("L")
        below = levels.point(lambda level: level * -255 + 255 * clear).convert("L")
        grey.putalpha(ImageChops.lighter(above, below))
    return grey


def _floating_grey(levels: Image.Image, brightest: float) -> Image.Image:
    """Floating-point grey as 8 bits.

    White is 1, or 255 or 65535 where a level is above the one before, or else the brightest level.
    """
    white = next((white for white in (1, 255, 65535) if brightest <= white), brightest)
    return levels.point(lambda level: level * (255 / white) + 0.5).convert("L")


def _brightest(image: Image.Image) -> float:
    if image.mode.startswith("I;16"):  # Pillow finds the extremes of one byte order alone
        return 65_535
    (_, brightest) = cast("tuple[float, float]", image.getextrema())
    return brightest


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """A picture of mode RGB, RGBA, L, LA, CMYK or LAB as sRGB, in mode RGB or RGBA.

    It is the picture itself where nothing has to be converted, or changed, if it has mode RGB. The
    profile is applied with perceptual intent. One that is broken, or of another colour space than
    the pixels, is ignored.
    """
    if image.mode in ("RGBA", "LA"):
        alpha = image.getchannel("A")
        colours = to_srgb(image.convert(image.mode.removesuffix("A")), icc)
        colours.putalpha(alpha)
        return colours
    if image.mode == "LAB":  # defined without a profile
        from darkroom.imaging.pixels.colour_management import lab_to_srgb  # few pictures need it

        return lab_to_srgb(image)
    if icc is None:
        return _rgb(image)
    from darkroom.imaging.pixels.colour_management import profiled_to_srgb

    return profiled_to_srgb(image, icc) or _rgb(image)


def _rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")


def flattened(image: Image.Image, background: str) -> Image.Image:
    """A picture of mode RGB or RGBA on a colour: mode RGB."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, background)
    paper.paste(image, mask=image.getchannel("A"))
    return paper
