"""From a picture's own colour space to sRGB, by LittleCMS and perceptual intent."""

from __future__ import annotations

import io
from functools import cache, lru_cache
from typing import cast

from darkroom.imaging.metadata.text import plain_text
from PIL import Image, ImageChops, ImageCms

# The colour space signatures of the ICC specification (ICC.1:2022, table 19) that a mode can have.
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_UNSEEN = 2  # levels
_BROKEN = (ImageCms.PyCMSError, OSError, TypeError, ValueError)


def lab_to_srgb(image: Image.Image) -> Image.Image:
    """A picture of mode LAB, which is defined without a profile, in mode RGB."""
    return _transformed(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))


def profiled_to_srgb(image: Image.Image, icc: bytes) -> Image.Image | None:
    """A picture of mode RGB, L or CMYK in mode RGB; None if its pixels can be taken as sRGB.

    That is so where the profile is sRGB's own, is broken, or is of another colour space than the
    pixels. A picture of mode RGB is itself changed, which takes a seventh less than a new one.
    """
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        space = profile.profile.xcolor_space.strip()
        if space == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if space != _SPACES[image.mode] or (space == "RGB" and _is_srgb(icc)):
            return None
        return _transformed(image, profile)
    except _BROKEN:
        return None


@lru_cache(maxsize=16)
def _is_srgb(icc: bytes) -> bool:
    """Whether a profile of RGB changes no colour of a sample: its name may say anything."""
    steps = range(0, 256, 17)
    sample = Image.frombytes(
        "RGB", (16, 256), bytes(v for r in steps for g in steps for b in steps for v in (r, g, b))
    )
    shown = _transformed(sample.copy(), ImageCms.ImageCmsProfile(io.BytesIO(icc)))
    extremes = ImageChops.difference(sample, shown).convert("L").getextrema()
    return cast("tuple[int, int]", extremes)[1] <= _UNSEEN


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
    return transform.apply_in_place(image) if image.mode == "RGB" else transform.apply(image)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
