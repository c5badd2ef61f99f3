"""The steps of the pipeline: each takes a picture and what there is to know, and gives the next."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.imaging.pixels import colour, orientation
from darkroom.imaging.pixels.attention import attention_offset
from darkroom.imaging.pixels.crop import CropPlan, Size
from darkroom.imaging.pixels.resampling import WHOLE_PIXELS, averaged, lanczos
from darkroom.imaging.recipe.types import Gravity, RenditionSpec
from darkroom.imaging.source import Source
from PIL import Image, ImageFilter
from PIL.ImageFile import ImageFile

_SHARPEN_RADIUS = 0.8  # pixels: about what one reduction blurs
_SHARPEN_THRESHOLD = 2  # levels: flat areas keep their noise as it is

Offset = tuple[float, float]
"""Crop or padding position as fractions (0 to 1) of the free space, across and down."""


# From decoded pixels to a picture that can be shown


@dataclass(frozen=True, slots=True)
class Preparation:
    """How decoded pixels of an upload are made a picture of this upright size."""

    source: Source
    size: Size
    in_place: bool = False
    """Whether nobody needs the decoded pixels any more, so that they can be scratch space."""


def to_eight_bits(picture: Image.Image, _: Preparation) -> Image.Image:
    """Mode RGB, RGBA, L, LA, CMYK or LAB."""
    return colour.eight_bits(picture)


def average(picture: Image.Image, how: Preparation) -> Image.Image:
    """A large picture at a half, a third and so on, which still holds the size.

    So decoders give it that can. LANCZOS then takes a fifth of its time.
    """
    if picture.width * picture.height <= WHOLE_PIXELS or picture.mode == "LAB":  # it has signs
        return picture
    wanted = how.source.stored(how.size)
    divisor = min(side // least for side, least in zip(picture.size, wanted, strict=True))
    return averaged(picture, max(1, divisor))


def add_alpha(picture: Image.Image, _: Preparation) -> Image.Image:
    """Mode RGBA."""
    return picture.convert("RGBA")


def resize(picture: Image.Image, how: Preparation) -> Image.Image:
    """The upright size, before it is turned."""
    return lanczos(picture, how.source.stored(how.size), in_place=how.in_place)


def to_srgb(picture: Image.Image, how: Preparation) -> Image.Image:
    """Mode RGB or RGBA."""
    return colour.to_srgb(picture, how.source.icc)


def turn_upright(picture: Image.Image, how: Preparation) -> Image.Image:
    """As it is meant to be seen."""
    return orientation.upright(picture, how.source.orientation)


def drop_metadata(picture: Image.Image, _: Preparation) -> Image.Image:
    """Without profile, comment and EXIF, and not the file's own image."""
    if isinstance(picture, ImageFile):
        picture = picture.copy()
    picture.info.clear()
    return picture


# From a picture to a rendition


@dataclass(frozen=True, slots=True)
class Cut:
    """How a picture, scaled as its plan says, becomes a rendition."""

    spec: RenditionSpec
    plan: CropPlan
    offset: Offset


def offset_of(picture: Image.Image, plan: CropPlan, gravity: Gravity) -> Offset:
    """Where the kept part, or the padded picture, lies: gravity as fractions of the free space."""
    if gravity == "attention":
        return attention_offset(picture, plan.kept_fraction)
    x = 0.0 if "left" in gravity else 1.0 if "right" in gravity else 0.5
    y = 0.0 if "top" in gravity else 1.0 if "bottom" in gravity else 0.5
    return x, y


def crop(picture: Image.Image, cut: Cut) -> Image.Image:
    """The part that the plan keeps, at its size."""
    size, kept = cut.plan.size, cut.plan.kept_fraction
    if picture.size == size:
        return picture
    width, height = picture.width * kept[0], picture.height * kept[1]
    left, top = (picture.width - width) * cut.offset[0], (picture.height - height) * cut.offset[1]
    if (round(width), round(height)) == size:  # no need to resample what is sharp
        left, top = round(left), round(top)
        return picture.crop((left, top, left + size[0], top + size[1]))
    box = (left, top, min(left + width, picture.width), min(top + height, picture.height))
    return picture.resize(size, Image.Resampling.LANCZOS, box=box)


def sharpen(picture: Image.Image, cut: Cut) -> Image.Image:
    """Edges sharpened as much as the recipe says; alpha stays."""
    if not cut.spec.sharpen:
        return picture
    mask = ImageFilter.UnsharpMask(_SHARPEN_RADIUS, cut.spec.sharpen, _SHARPEN_THRESHOLD)
    if picture.mode != "RGBA":
        return picture.filter(mask)
    colours = picture.convert("RGB").filter(mask)
    colours.putalpha(picture.getchannel("A"))
    return colours


def flatten(picture: Image.Image, cut: Cut) -> Image.Image:
    """On the recipe's background, mode RGB, where there is one."""
    background = cut.spec.background
    return picture if background is None else colour.flattened(picture, background)


def pad(picture: Image.Image, cut: Cut) -> Image.Image:
    """On the plan's canvas: of the background's colour, or clear (a JPEG is put on white later)."""
    size, canvas, background = cut.plan.size, cut.plan.canvas, cut.spec.background
    if canvas == size:
        return picture
    mode, ground = ("RGBA", (0, 0, 0, 0)) if background is None else ("RGB", background)
    padded = Image.new(mode, canvas, ground)
    left, top = (round((canvas[n] - size[n]) * cut.offset[n]) for n in (0, 1))
    padded.paste(picture, (left, top))
    return padded


def mark(picture: Image.Image, cut: Cut) -> Image.Image:
    """With the watermark, where the recipe has one."""
    if cut.spec.watermark is None:
        return picture
    from darkroom.imaging.pixels.watermark import watermarked  # fonts, which few renditions need

    return watermarked(picture, cut.spec.watermark)
