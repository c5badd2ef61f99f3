"""Every mode that decoders give, as 8-bit sRGB."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageCms

from darkroom.imaging.icc_name import profile_name

# The colour space signatures of the ICC specification (ICC.1:2022, table 19) that a mode can have.
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_BROKEN = (ImageCms.PyCMSError, OSError, TypeError, ValueError)


def eight_bits(image: Image.Image) -> Image.Image:
    """A picture of any mode as RGB, RGBA, L, LA or CMYK."""
    if image.mode.startswith("I"):
        # 16 bits a channel; a plain conversion would clip all but the darkest to white.
        return image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("RGB", "L", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode in ("RGBA", "LA"):
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """A picture of mode RGB, RGBA, L, LA or CMYK as sRGB, in mode RGB or RGBA.

    The profile is applied with perceptual intent; one that is broken, or of another colour space
    than the pixels, is passed over.
    """
    if image.mode in ("RGBA", "LA"):
        alpha = image.getchannel("A")
        colours = to_srgb(image.convert(image.mode.removesuffix("A")), icc)
        colours.putalpha(alpha)
        return colours
    if icc is None or (profile_name(icc) or "").startswith("sRGB"):
        return image.convert("RGB")
    return _converted(image, icc) or image.convert("RGB")


def _converted(image: Image.Image, icc: bytes) -> Image.Image | None:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if profile.profile.xcolor_space.strip() != _SPACES[image.mode]:
            return None
        return ImageCms.profileToProfile(
            image, profile, _srgb(), ImageCms.Intent.PERCEPTUAL, outputMode="RGB"
        )
    except _BROKEN:
        return None


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
