"""The formats that are read: a row for each here, and a module for each beside this one.

`formats/jpeg.py` has the class `JpegImage`, and so on for every row. Each class keeps the contract
of `formats/contract.py`, and nothing outside this package asks which format an image has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from darkroom.kinds import HEAD_BYTES, Format, format_of

if TYPE_CHECKING:
    from darkroom.imaging.formats.contract import EncodedImage
    from darkroom.imaging.limits import ImageLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatFacts:
    """What others than decoders have to know of a format."""

    extension: str
    content_type: str
    may_animate: bool
    """Whether frames after the first are read: the pages of a TIFF and the images of a HEIC are no
    animation."""
    shown_by_browsers: bool
    has_compact_animations: bool = False
    """Whether an animation is as small as browsers need it: a GIF or an APNG is many times larger
    than a WebP."""


FORMATS: Mapping[Format, FormatFacts] = {
    Format.JPEG: FormatFacts(
        extension="jpg", content_type="image/jpeg", may_animate=False, shown_by_browsers=True
    ),
    Format.PNG: FormatFacts(
        extension="png", content_type="image/png", may_animate=True, shown_by_browsers=True
    ),
    Format.GIF: FormatFacts(
        extension="gif", content_type="image/gif", may_animate=True, shown_by_browsers=True
    ),
    Format.WEBP: FormatFacts(
        extension="webp", content_type="image/webp", may_animate=True, shown_by_browsers=True,
        has_compact_animations=True,
    ),
    Format.AVIF: FormatFacts(
        extension="avif", content_type="image/avif", may_animate=True, shown_by_browsers=True
    ),
    Format.HEIF: FormatFacts(
        extension="heic", content_type="image/heic", may_animate=False, shown_by_browsers=False
    ),
    Format.TIFF: FormatFacts(
        extension="tiff", content_type="image/tiff", may_animate=False, shown_by_browsers=False
    ),
    Format.BMP: FormatFacts(
        extension="bmp", content_type="image/bmp", may_animate=False, shown_by_browsers=False
    ),
}  # fmt: skip


def read_image(data: bytes, limits: ImageLimits) -> EncodedImage:
    """An upload as an image of its format, of which the header alone is read so far.

    Raises:
        PermanentError: it is empty, of no format that we read, or has a broken header.
    """
    return image_class(format_of(data[:HEAD_BYTES]))(data, limits)


def image_class(format_: Format) -> type[EncodedImage]:
    """The class that reads a format. Its module is imported when the first such file comes."""
    module = import_module(f"{__name__}.{format_.name.lower()}")
    found: type[EncodedImage] = getattr(module, f"{format_.name.title()}Image")
    return found
