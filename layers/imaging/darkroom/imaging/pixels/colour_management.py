"""From a picture's own colour space to sRGB, by LittleCMS and perceptual intent."""

from __future__ import annotations

import io
from functools import cache

from darkroom.imaging.metadata.text import plain_text
from PIL import Image, ImageCms

# The colour space signatures of the ICC specification (ICC.1:2022, table 19) that a mode can have.
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_BROKEN = (ImageCms.PyCMSError, OSError, TypeError, ValueError)


def lab_to_srgb(image: Image.Image) -> Image.Image:
    """A picture of mode LAB, which is defined without a profile, in mode RGB."""
    return _transformed(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))


def profiled_to_srgb(image: Image.Image, icc: bytes) -> Image.Image | None:
    """A picture of mode RGB, L or CMYK in mode RGB; None if its pixels can be taken as sRGB.

    That is so where the profile is sRGB's own, is broken, or is of another colour space than the
    pixels.
    """
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if (_name(profile) or "").startswith("sRGB"):
            return None
        if profile.profile.xcolor_space.strip() != _SPACES[image.mode]:
            return None
        return _transformed(image, profile)
    except _BROKEN:
        return None


def profile_name(icc: bytes) -> str | None:
    """The description of an ICC profile (`Display P3`); None if the profile is broken."""
    try:
        return _name(ImageCms.ImageCmsProfile(io.BytesIO(icc)))
    except _BROKEN:
        return None


def _name(profile: ImageCms.ImageCmsProfile) -> str | None:
    return plain_text(ImageCms.getProfileDescription(profile))


def _transformed(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    transform = ImageCms.buildTransform(
        profile, _srgb(), image.mode, "RGB", ImageCms.Intent.PERCEPTUAL
    )
    return transform.apply(image)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
