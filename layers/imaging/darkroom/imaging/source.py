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
from darkroom.imaging.pixels.icc import adobe_rgb
from darkroom.imaging.pixels.named import profile_of
from PIL import Image

# A file this large takes seconds to arrive on a phone's connection, where a WebP would take one.
HEAVY_BYTES = 8_000_000
_DEEP_MODES = ("I", "F", "CMYK", "LAB", "YCbCr", "HSV")


@dataclass(frozen=True, slots=True, kw_only=True)
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
    is_recoloured: bool
    """Whether some browsers show other colours than are meant."""

    @property
    def is_web_ready(self) -> bool:
        """Whether every browser shows the original right: upright, in its colours, in no time.

        So it is whole, and has no deep or exotic pixels and no heavy file. An animation is ready
        only in a format that keeps it small.
        """
        facts = FORMATS[self.image.format]
        is_upright = self.orientation == self.image.orientation_in_browsers
        if self.is_recoloured or not is_upright or not self.image.header.is_complete:
            return False
        if self.image.frames > 1:
            return facts.has_compact_animations
        return (
            facts.shown_by_browsers
            and self.image.header.bit_depth != 16
            and not self.image.mode.startswith(_DEEP_MODES)
            and len(self.image.data) <= HEAVY_BYTES
        )

    def stored(self, size: Size) -> Size:
        """The size that an upright size has before the orientation is applied."""
        return (size[1], size[0]) if self.orientation >= 5 else size

    def decode(self, size: Size) -> Image.Image:
        """The pixels as they are stored, of any mode, at least as large as this upright size."""
        return self.image.decode(self.stored(size))

    def whole_frames(self, count: int, size: Size) -> Iterator[tuple[Image.Image, int]]:
        """The first frames, each as `decode` gives it, and the milliseconds that each is shown.

        They end before one that is broken. Raises CorruptImage or TruncatedImage if none is whole.
        """
        return self.image.whole_frames(count, self.stored(size))


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
    named = image.header.colours if image.blocks.icc is None else None
    by_camera = image.blocks.icc is None and named is None and names_adobe_rgb(image.blocks.exif)
    is_hdr = named is not None and named.is_hdr
    return Source(
        image=image,
        width=width,
        height=height,
        orientation=orientation,
        has_alpha=image.has_alpha,
        icc=image.blocks.icc
        or (named and profile_of(named))
        or (adobe_rgb() if by_camera else None),
        is_recoloured=by_camera or is_hdr or not image.is_shown_as_meant,
    )


def _check(image: EncodedImage) -> None:
    """Raises where the image is over its limits."""
    limits, (width, height) = image.limits, image.size
    max_edge = min(limits.max_edge, image.max_edge)
    check_size(width, height, max_pixels=image.max_pixels, max_edge=max_edge)
    check_metadata(image.header.metadata_bytes)
    check_memory(image.memory_bytes, limits)
    check_frames(image.frames, width, height, limits, is_animated=image.is_animated)


def _orientation(image: EncodedImage) -> int:
    """EXIF's number, 1 to 8, from the container, EXIF or XMP; 1 where they hold nonsense."""
    return (
        image.header.orientation
        or read_exif(image.blocks.exif).orientation
        or next(filter(None, map(orientation_in, image.blocks.xmp)), None)
        or 1
    )
