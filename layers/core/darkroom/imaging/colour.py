"""Every mode that decoders give, as 8-bit sRGB."""

from __future__ import annotations

import io
from functools import cache
from typing import Any, cast

from PIL import Image, ImageChops, ImageCms

from darkroom.imaging.icc_name import profile_name

# The colour space signatures of the ICC specification (ICC.1:2022, table 19) that a mode can have.
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_BAND = 256  # rows
_BROKEN = (ImageCms.PyCMSError, OSError, TypeError, ValueError)


def eight_bits(image: Image.Image) -> Image.Image:
    """A picture of any mode as RGB, RGBA, L, LA, CMYK or LAB."""
    if image.mode.startswith(("I", "F")):
        return _deep_grey(image)
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "CMYK" and image.format in ("JPEG", "MPO") and "adobe" not in image.info:
        # Pillow takes every JPEG's inks for inverted; that is so where Adobe's marker stands.
        return ImageChops.invert(image)
    if image.mode in ("RGB", "L", "CMYK", "LAB") and "transparency" not in image.info:
        return image
    if image.mode in ("RGBA", "LA"):
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


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
        return _transformed(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    if icc is None or (profile_name(icc) or "").startswith("sRGB"):
        return _rgb(image)
    return _converted(image, icc) or _rgb(image)


def _rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")


def _converted(image: Image.Image, icc: bytes) -> Image.Image | None:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if profile.profile.xcolor_space.strip() != _SPACES[image.mode]:
            return None
        return _transformed(image, profile)
    except _BROKEN:
        return None


def _transformed(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    transform = ImageCms.buildTransform(
        profile, _srgb(), image.mode, "RGB", ImageCms.Intent.PERCEPTUAL
    )
    return transform.apply(image)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
