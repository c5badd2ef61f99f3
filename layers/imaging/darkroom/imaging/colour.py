"""Every mode that decoders give, as 8-bit sRGB."""

from __future__ import annotations

from typing import Any, cast

from PIL import Image, ImageChops

_BAND = 256  # rows


def eight_bits(image: Image.Image) -> Image.Image:
    """A picture of any mode as RGB, RGBA, L, LA, CMYK or LAB: itself, if it is that.

    The inks of a JPEG in CMYK without Adobe's marker are inverted in it: call this once.
    """
    if image.mode.startswith(("I", "F")):
        return _deep_grey(image)
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "CMYK" and image.format in ("JPEG", "MPO") and "adobe" not in image.info:
        # Pillow takes every JPEG's inks for inverted; that is so where Adobe's marker stands.
        return _inverted(image)
    if image.mode in ("RGB", "L", "CMYK", "LAB") and "transparency" not in image.info:
        return image
    if image.mode in ("RGBA", "LA"):
        return image
    if image.mode == "La":  # of a TIFF: grey that has been multiplied by its alpha
        return image.convert("LA")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _inverted(image: Image.Image) -> Image.Image:
    """The image itself, changed band by band: a second one would be the most that memory holds."""
    for top in range(0, image.height, _BAND):
        band = image.crop((0, top, image.width, min(top + _BAND, image.height)))
        image.paste(ImageChops.invert(band), (0, top))
    return image


def _deep_grey(image: Image.Image) -> Image.Image:
    """More than 8 bits a level as 8; a plain conversion would clip all but the darkest to white.

    Band by band: the steps between take up to 12 bytes a pixel.
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
    """16 or 32 bits; `clear` is the one level that cannot be seen, None if there is none."""
    depth = 16 if brightest < 1 << 16 else 32
    grey = levels.point(lambda level: level * (1 / (1 << depth - 8))).convert("L")
    if isinstance(clear, int):
        above = levels.point(lambda level: level * 255 - 255 * clear).convert("L")
        below = levels.point(lambda level: level * -255 + 255 * clear).convert("L")
        grey.putalpha(ImageChops.lighter(above, below))
    return grey


def _floating_grey(levels: Image.Image, brightest: float) -> Image.Image:
    """Floating point has no white of its own: 1 unless something is above it, else that of 8 or 16
    bits, or the brightest there is."""
    white = next((white for white in (1, 255, 65535) if brightest <= white), brightest)
    return levels.point(lambda level: level * (255 / white) + 0.5).convert("L")


def _brightest(image: Image.Image) -> float:
    if image.mode.startswith("I;16"):  # Pillow knows the extremes of one of their orders of bytes
        return (1 << 16) - 1
    (_, brightest) = cast("tuple[float, float]", image.getextrema())
    return brightest


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """A picture of mode RGB, RGBA, L, LA, CMYK or LAB as sRGB, in mode RGB or RGBA:
    itself, if it is that.

    The profile is applied with perceptual intent; one that is broken, or of another colour space
    than the pixels, is passed over.
    """
    if image.mode in ("RGBA", "LA"):
        alpha = image.getchannel("A")
        colours = to_srgb(image.convert(image.mode.removesuffix("A")), icc)
        colours.putalpha(alpha)
        return colours
    if image.mode == "LAB":  # defined without a profile
        from darkroom.imaging.colour_management import lab_to_srgb  # which not all pictures need

        return lab_to_srgb(image)
    if icc is None:
        return _rgb(image)
    from darkroom.imaging.colour_management import profiled_to_srgb

    return profiled_to_srgb(image, icc) or _rgb(image)


def _rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")
