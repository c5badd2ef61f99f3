"""An upload that is open: what it is and how large, known before a pixel is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from darkroom.errors import check_bytes
from darkroom.imaging.formats import FORMATS, read_image
from darkroom.imaging.formats.contract import EncodedImage, Size
from darkroom.imaging.limits import (
    ImageLimits,
    check_frames,
    check_memory,
    check_metadata,
    check_size,
)
from darkroom.imaging.metadata.exif import names_adobe_rgb, read_exif
from darkroom.imaging.metadata.xmp import orientation_in
from darkroom.imaging.pixels.icc import adobe_rgb, named_profile
from PIL import Image

# A file this large takes seconds to arrive on a phone's connection, where a WebP would take one.
HEAVY_BYTES = 8_000_000
_DEEP_MODES = ("I", "F", "CMYK", "LAB", "YCbCr", "HSV")


@dataclass(frozen=True, slots=True)
class Source:
    """An upload that is open and within the limits; its pixels are not decoded yet."""

    image: EncodedImage
    width: int
    """Pixels of the upright image; so is `height`."""
    height: int
    orientation: int
    """EXIF's number, 1 to 8: what is still to be applied to decoded pixels."""
    has_alpha: bool
    icc: bytes | None
    """The profile of the colours; None where they are taken as sRGB."""

    @property
    def is_web_ready(self) -> bool:
        """Whether browsers show the original well: no deep or exotic pixels, no heavy file.

        An animation is ready only in a format that keeps it small.
        """
        facts = FORMATS[self.image.format]
        if self.image.frames > 1:
            return facts.has_compact_animations
        return (
            facts.shown_by_browsers
            and self.image.header.bit_depth != 16
            and not self.image.pillow.mode.startswith(_DEEP_MODES)
            and len(self.image.data) <= HEAVY_BYTES
        )

    def stored(self, size: Size) -> Size:
        """The size that an upright size has before the orientation is applied."""
        return (size[1], size[0]) if self.orientation >= 5 else size

    def decode(self, size: Size) -> Image.Image:
        """The pixels as they are stored, of any mode, at least as large as this upright size."""
        return self.image.decode(self.stored(size))

    def decode_frames(self, count: int, size: Size) -> Iterator[tuple[Image.Image, int]]:
        """The first frames, each as `decode` gives it, and the milliseconds that each is shown."""
        return self.image.decode_frames(count, self.stored(size))


def open_source(data: bytes, limits: ImageLimits) -> Source:
    """Open an upload's bytes; nothing larger than `limits` gets past its header.

    Raises:
        PermanentError: one of this package's kinds, for whatever is not a picture to process.
    """
    check_bytes(len(data), limits.max_bytes)
    image = read_image(data, limits)
    _check(image)  # what the header says
    image.open()
    _check(image)  # what a decoder sees, which may be something else
    orientation = _orientation(image)
    width, height = image.size[::-1] if orientation >= 5 else image.size
    return Source(image, width, height, orientation, image.has_alpha, _profile(image))


def _check(image: EncodedImage) -> None:
    """Raises where the image is over its limits."""
    limits, (width, height) = image.limits, image.size
    by_row = image.header.decodes_by_row
    check_size(
        width,
        height,
        max_pixels=limits.max_jpeg_pixels if by_row else limits.max_pixels,
        max_edge=min(limits.max_edge, image.max_edge),
    )
    check_metadata(image.metadata_bytes)
    check_memory(image.memory_bytes, limits)
    check_frames(image.frames, width, height, limits, is_animated=image.is_animated)


def _orientation(image: EncodedImage) -> int:
    """EXIF's number, 1 to 8, from the container, EXIF or XMP; 1 where they hold nonsense."""
    return (
        image.header.orientation
        or read_exif(image.exif).orientation
        or orientation_in(image.xmp)
        or 1
    )


def _profile(image: EncodedImage) -> bytes | None:
    """The embedded profile, or the one that code points or a camera's EXIF name."""
    if image.icc is not None:
        return image.icc
    named = named_profile(image.header.code_points)
    return named or (adobe_rgb() if names_adobe_rgb(image.exif) else None)
