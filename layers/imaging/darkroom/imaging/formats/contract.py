"""What every format offers: its header, an opened decoder, its pixels at a scale, its frames."""

from __future__ import annotations

import struct
import sys
import warnings
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil
from typing import ClassVar

from darkroom.imaging.errors import UndecodableImage, corrupt, truncated
from darkroom.imaging.limits import MAX_ANIMATED_PIXELS, ImageLimits
from darkroom.imaging.pixels.named import NamedColours
from darkroom.imaging.recipe.types import MAX_PIXELS
from darkroom.kinds import Format
from PIL import Image

# Our own limits are checked in the header. Pillow's limit is for a decoder that sees more in a file
# than the header says: it refuses more than twice this number, the most that our limit can be.
Image.MAX_IMAGE_PIXELS = 100_000_000

# What Pillow's readers raise on broken files, all formats together.
BROKEN = (
    EOFError,
    Image.DecompressionBombError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
# Largest EXIF read. A JPEG segment holds 64 KiB; other formats have no bound of their own.
MAX_EXIF_BYTES = 1 << 20
# A decoder that works row by row gives 4 bytes a pixel: beside the file and the renditions, memory
# has room for so many pixels. Other decoders take 6 to 22 bytes a pixel, so that `MAX_PIXELS` of
# the renditions is their bound, too.
_MAX_WHOLE_PIXELS_BY_ROW = 64_000_000

Size = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a file says of its image, read without a decoder."""

    width: int
    """Stored pixels, before the orientation is applied; so is `height`."""
    height: int
    frames: int = 1
    """Frames of an animation; 1 for a still image."""
    seconds: float | None = None
    """Duration of one loop of an animation; None where the container does not say."""
    bit_depth: int | None = None
    """Bits of a channel as stored; None where Pillow's mode says it."""
    orientation: int | None = None
    """EXIF's number, 1 to 8, where the container decides it; None where EXIF or XMP do."""
    colours: NamedColours | None = None
    """What numbers in the file say of its colours, unless that is sRGB."""
    is_complete: bool = True
    """Whether the file has its end."""
    decodes_by_row: bool = False
    """Whether the decoder holds a few rows at a time, so that memory does not limit the size."""
    metadata_bytes: int = 0
    """Size of all data that is not pixels."""
    decoder_bytes: int = 0
    """Working memory of the decoder beyond the image itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The metadata of a file: blocks of bytes for the readers in `darkroom.imaging.metadata`.

    No decoder sees them, so that nothing in them can keep a picture from being shown.
    """

    exif: bytes | None = None
    xmp: tuple[bytes, ...] = ()
    """All packets; those of several segments are joined and come last."""
    iptc: bytes | None = None
    """The IPTC records."""
    icc: bytes | None = None
    """The colour profile."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Texts by keyword."""


class EncodedImage(ABC):
    """An upload in one format.

    The constructor reads the header, `blocks` the metadata: both from the container, without a
    decoder. `open` hands a decoder what holds pixels, and nothing else of the file; after that the
    pixels are there. Whoever calls a method that decodes does so within `reading`.
    """

    format: ClassVar[Format]
    scales: tuple[int, ...] = (1,)
    """What each side can be divided by while the image is decoded."""
    max_edge: ClassVar[int] = sys.maxsize
    """The decoder's own limit of either side, in pixels."""

    def __init__(self, data: bytes, limits: ImageLimits) -> None:
        """Raises CorruptImage, TruncatedImage or UnsupportedFormat for a header not to be read."""
        self.data, self.limits = data, limits
        self.header = self.read_header()
        self.is_open = False

    @abstractmethod
    def read_header(self) -> Header:
        """The header, read from `data` without a decoder. Raises as the constructor does."""

    def read_blocks(self) -> Blocks:
        """The metadata, read from `data` without a decoder. Never raises for what it holds."""
        return Blocks()

    @cached_property
    def blocks(self) -> Blocks:
        """The metadata as the file has it; EXIF that is too long to be read is left out."""
        found = self.read_blocks()
        is_long = found.exif is not None and len(found.exif) > MAX_EXIF_BYTES
        # Of a TIFF it is the whole file.
        return replace(found, exif=None) if is_long and found.exif is not self.data else found

    # Opening

    def open(self) -> None:
        """Have a decoder read the header. Raises CorruptImage or TruncatedImage."""
        with self.reading():
            self.open_decoder()
        self.is_open = True

    def open_decoder(self) -> None:  # noqa: B027  # no decoder of three formats has a state
        """Have a decoder read the header; nothing where it has no state before it decodes.

        Raises one of `BROKEN`.
        """

    def close(self) -> None:  # noqa: B027  # most formats keep nothing
        """Free the memory of the image and its decoder; nothing where none is kept."""

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turn what Pillow raises on broken files into TruncatedImage or CorruptImage.

        Pillow's warnings are silenced: they are of what it mends itself, such as broken EXIF.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except BROKEN as error:
            raise (corrupt() if self.header.is_complete else truncated()) from error

    # Sizes: those of the header at first, and those that the decoder found once it is open.

    @property
    @abstractmethod
    def mode(self) -> str:
        """Pillow's name of the pixels' kind, as they are decoded."""

    @property
    def size(self) -> Size:
        """Width and height in pixels, before the orientation is applied."""
        return self.header.width, self.header.height

    @property
    def max_pixels(self) -> int:
        """Limit of the pixels, by how the decoder works."""
        limits = self.limits
        return limits.max_jpeg_pixels if self.header.decodes_by_row else limits.max_pixels

    @property
    def frames(self) -> int:
        """Frames of an animation; 1 for a still image."""
        return self.header.frames

    @property
    def decoder_bytes(self) -> int:
        """Working memory of the decoder beyond the image itself."""
        return self.header.decoder_bytes

    @property
    def memory_bytes(self) -> int:
        """Bytes that the file and its decoding take together.

        The decoded image counts unless the decoder works row by row, for then it is decoded at the
        requested size.
        """
        decoded = 4 * self._pixels // (4 if self.must_halve else 1)
        if self.header.decodes_by_row:
            decoded = 0
        return len(self.data) + self.decoder_bytes + decoded

    @property
    def is_animated(self) -> bool:
        """Whether the frames after the first are decoded.

        A larger animation is shown by its first frame.
        """
        return self.frames > 1 and self._pixels <= MAX_ANIMATED_PIXELS

    @property
    def exceeds_output_limit(self) -> bool:
        """Whether its pixels take much of the memory that there is."""
        return self._pixels > MAX_PIXELS and not self.header.decodes_by_row

    @property
    def must_halve(self) -> bool:
        """Whether memory has room for half of its sides at most, which the decoder can give."""
        by_row = self.header.decodes_by_row
        most = _MAX_WHOLE_PIXELS_BY_ROW if by_row else MAX_PIXELS
        return self._pixels > most and len(self.scales) > 1

    @property
    def _pixels(self) -> int:
        width, height = self.size
        return width * height

    # In browsers

    @property
    def is_shown_as_meant(self) -> bool:
        """Whether browsers that know the format decode it, and by the colours that it names."""
        return True

    @property
    def orientation_in_browsers(self) -> int:
        """EXIF's number, 1 to 8, as far as every browser looks for it."""
        return 1

    # Pixels

    @property
    def bit_depth(self) -> int:
        """Bits of a channel as stored; Pillow decodes most deeper formats to 8."""
        by_mode = {"1": 1, "I": 32, "F": 32}.get(self.mode, 16 if self.mode.startswith("I;") else 8)
        return self.header.bit_depth or by_mode

    @property
    def has_alpha(self) -> bool:
        """Whether some pixels may be transparent."""
        return self.mode in ("LA", "RGBA", "RGBa")

    def scale_for(self, wanted: Size) -> int:
        """The largest decoder scale at which the image is still at least `wanted` on both sides.

        An image that has to be halved comes at 2 or more, unless it is decoded row by row.
        """
        fitting = (
            scale
            for scale in self.scales
            if all(
                ceil(side / scale) >= least for side, least in zip(self.size, wanted, strict=True)
            )
        )
        least = 2 if self.must_halve and not self.header.decodes_by_row else 1
        return max(least, *fitting, 1)

    def decode(self, wanted: Size) -> Image.Image:
        """The pixels as they are stored, any mode, at the smallest scale that holds `wanted`."""
        if self.exceeds_output_limit:
            from darkroom.imaging.codecs.memory import release  # 2 ms that few images need

            release()
        return self.decode_at(self.scale_for(wanted))

    @abstractmethod
    def decode_at(self, scale: int) -> Image.Image:
        """The pixels as they are stored, each side divided by one of `scales` and rounded up."""

    # Frames

    @property
    def loops(self) -> int:
        """How often the animation is played; 0 for ever."""
        return 0

    def whole_frames(self, count: int, wanted: Size) -> Iterator[tuple[Image.Image, int]]:
        """Of the first frames, as `decode_frames` has them, those before one that is broken.

        Raises CorruptImage or TruncatedImage if that is the first.
        """
        frames = self.decode_frames(count, wanted)
        for index in range(count):
            try:
                with self.reading():
                    frame = next(frames, None)
            except UndecodableImage:
                if index == 0:
                    raise
                return
            if frame is None:
                return
            yield frame
            del frame  # its memory is needed for the next one

    def decode_frames(self, count: int, wanted: Size) -> Iterator[tuple[Image.Image, int]]:
        """The first frames as they are stored, any mode, and the milliseconds that each is shown.

        A frame is good until the next one is asked for. `wanted` is the size that is needed; frames
        may be larger. A still is its own only frame.
        """
        yield self.decode(wanted), 0
