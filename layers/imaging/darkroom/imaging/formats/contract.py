"""What every format offers: its header, an opened decoder, its pixels at a scale, its frames."""

from __future__ import annotations

import io
import struct
import sys
import warnings
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.limits import MAX_ANIMATED_PIXELS, ImageLimits
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
# Copies of the metadata that Pillow keeps in memory in addition to the file's own (measured,
# Pillow 13.0.0).
COPIES_OF_METADATA = 3
# Above this many bytes of metadata we free Pillow's copies before decoding.
_MUCH_METADATA = 1 << 20
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
    code_points: tuple[int, int] | None = None
    """Primaries and transfer characteristics, where they name the colours (ITU-T H.273)."""
    is_complete: bool = True
    """Whether the file has its end."""
    decodes_by_row: bool = False
    """Whether the decoder holds a few rows at a time, so that memory does not limit the size."""
    metadata_bytes: int = 0
    """Size of all data that is not pixels."""
    decoder_bytes: int = 0
    """Working memory of the decoder beyond the image itself."""


class EncodedImage(ABC):
    """An upload in one format.

    The constructor reads the header. `open` has Pillow read the header too; after that `pillow`,
    the metadata and the pixels are there. Whoever calls a method that decodes does so within
    `reading`.
    """

    format: ClassVar[Format]
    scales: ClassVar[tuple[int, ...]] = (1,)
    """What each side can be divided by while the image is decoded."""
    max_edge: ClassVar[int] = sys.maxsize
    """The decoder's own limit of either side, in pixels."""
    pillow: Image.Image

    def __init__(self, data: bytes, limits: ImageLimits) -> None:
        """Raises CorruptImage, TruncatedImage or UnsupportedFormat for a header not to be read."""
        self.data, self.limits = data, limits
        self.header = self.read_header()
        self.is_open = False

    @abstractmethod
    def read_header(self) -> Header:
        """The header, read from `data` without a decoder. Raises as the constructor does."""

    # Opening

    def open(self) -> None:
        """Have Pillow read the header. Raises CorruptImage or TruncatedImage."""
        with self.reading():
            self.pillow = self.open_with_pillow()
        self.is_open = True
        if self.header.metadata_bytes > _MUCH_METADATA:
            self.drop_copies_of_metadata()

    def open_with_pillow(self) -> Image.Image:
        """Pillow's image of the file, its pixels not decoded. Raises what Pillow does."""
        return Image.open(io.BytesIO(self.data), formats=[self.format.name])

    def drop_copies_of_metadata(self) -> None:
        """Free EXIF that is too long to be read."""
        from darkroom.imaging.codecs.memory import release  # 2 ms of start-up that few images need

        if len(self.pillow.info.get("exif", b"")) > MAX_EXIF_BYTES:
            del self.pillow.info["exif"]
            self.pillow._exif = None  # as it was before Pillow read the resolution from it
        release()

    def close(self) -> None:
        """Free the memory of the image and its decoder. Afterwards it is an empty image."""
        self.pillow = Image.new("1", (1, 1))

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
    def size(self) -> Size:
        """Width and height in pixels, before the orientation is applied."""
        return self.pillow.size if self.is_open else (self.header.width, self.header.height)

    @property
    def frames(self) -> int:
        """Frames of an animation; 1 for a still image."""
        return self.header.frames

    @property
    def metadata_bytes(self) -> int:
        """Size of all data that is not pixels."""
        if not self.is_open:
            return self.header.metadata_bytes
        notes = self.pillow.info.get("metadata", [])  # pillow-heif's, apart from EXIF and XMP
        values = [*self.pillow.info.values(), *(note["data"] for note in notes)]
        return sum(len(value) for value in values if isinstance(value, bytes | str))

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

    # Pixels

    @property
    def bit_depth(self) -> int:
        """Bits of a channel as stored; Pillow decodes most deeper formats to 8."""
        mode = self.pillow.mode
        by_mode = {"1": 1, "I": 32, "F": 32}.get(mode, 16 if mode.startswith("I;16") else 8)
        return self.header.bit_depth or by_mode

    @property
    def has_alpha(self) -> bool:
        """Whether some pixels may be transparent."""
        return self.pillow.has_transparency_data

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

    def decode_at(self, scale: int) -> Image.Image:
        """The pixels as they are stored, each side divided by one of `scales` and rounded up.

        A format with more scales than 1 has its own.
        """
        self.pillow.load()
        return self.pillow

    # Frames

    @property
    def first_frame(self) -> int:
        """The index of the frame that the animation begins with."""
        return 0

    @property
    def loops(self) -> int:
        """How often the animation is played; 0 for ever."""
        return int(self.pillow.info.get("loop", 0))

    def decode_frames(self, count: int, wanted: Size) -> Iterator[tuple[Image.Image, int]]:
        """The first frames as they are stored, any mode, and the milliseconds that each is shown.

        A frame is good until the next one is asked for. `wanted` is the size that is needed; frames
        may be larger.
        """
        for index in range(self.first_frame, self.first_frame + count):
            self.pillow.seek(index)
            self.pillow.load()  # some formats tell the duration when the pixels are read
            yield self.pillow, ceil(self.pillow.info.get("duration", 0))

    # Metadata: blocks of bytes, for the readers in `darkroom.imaging.metadata`.

    @property
    def exif(self) -> bytes | None:
        """The EXIF block. That of a PNG may stand behind the pixels: decode it first."""
        block = self.pillow.info.get("exif")
        return block if isinstance(block, bytes) and len(block) <= MAX_EXIF_BYTES else None

    @property
    def exif_orientation(self) -> int | None:
        """The orientation that the EXIF block had where a decoder has overwritten it."""
        return None

    @property
    def xmp(self) -> bytes | None:
        """The XMP packet."""
        packet = self.pillow.info.get("xmp") or self.pillow.info.get("XML:com.adobe.xmp")
        if isinstance(packet, str):
            packet = packet.encode("utf-8", "replace")
        return packet if isinstance(packet, bytes) else None

    @property
    def xmp_packets(self) -> tuple[bytes, ...]:
        """All XMP packets, where a format may hold several."""
        packet = self.xmp
        return () if packet is None else (packet,)

    @property
    def iptc(self) -> bytes | None:
        """The block of IPTC records."""
        return None

    @property
    def texts(self) -> dict[str, str]:
        """Texts by keyword, where a format has them."""
        return {}

    @property
    def icc(self) -> bytes | None:
        """The embedded colour profile."""
        profile = self.pillow.info.get("icc_profile")
        return profile if isinstance(profile, bytes) and profile else None
