"""AVIF (AV1 Image File Format). libavif decodes it, at an eighth to the whole of its size."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.bmff import Bmff
from darkroom.imaging.formats.contract import Blocks, EncodedImage, Header, Size
from darkroom.kinds import Format
from PIL import Image

# Memory of dav1d as a share of the image's planes, for an image near the limit (measured: 1.14 of
# 400 MB). That film grain takes more, only the memory budget of decoding notices.
_AV1_SHARE = 1.2
# Going from frame to frame takes ten frames of AV1 (its specification, 7.20) as they are stored,
# most often of 1.5 bytes a pixel. A larger animation is shown by its first frame.
_MAX_ANIMATED_BYTES = 15_000_000
_HIGH_BIT_DEPTH, _TWELVE_BIT, _MONOCHROME = 0x40, 0x20, 0x10
_HALF_AS_WIDE, _HALF_AS_HIGH = 0x08, 0x04  # chroma


class AvifImage(EncodedImage):
    """An AVIF: a still, or an image sequence, which is an animation."""

    format = Format.AVIF
    scales = (1, 2, 4, 8)
    max_edge = 32_768  # pixels; libavif's own limit (AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT)

    def read_header(self) -> Header:
        """Raises CorruptImage or TruncatedImage."""
        self._boxes = Bmff(self.data)
        if self._boxes.size is None:
            raise corrupt() if self._boxes.is_complete else truncated()
        width, height = self._boxes.size
        self._av1 = _most_demanding(self._boxes.av1_configurations)
        return Header(
            width=width,
            height=height,
            seconds=self._boxes.seconds,
            bit_depth=self._av1.bit_depth,
            orientation=self._boxes.orientation,  # EXIF and XMP only note what has been done
            metadata_bytes=self._boxes.metadata_bytes,
            colours=self._boxes.colours,
            is_complete=self._boxes.is_complete,
        )

    @property
    def orientation_in_browsers(self) -> int:
        """That of the boxes."""
        return self.header.orientation or 1

    def read_blocks(self) -> Blocks:
        """See `EncodedImage`."""
        return Blocks(exif=self._boxes.exif, xmp=self._boxes.xmp, icc=self._boxes.icc)

    def open_decoder(self) -> None:
        """See `EncodedImage`. libavif is told to read no metadata."""
        from darkroom.imaging.codecs.libavif import avif_facts

        self._facts = avif_facts(self.data, self.limits)

    @property
    def size(self) -> Size:
        """Width and height in pixels, before the orientation is applied."""
        return self._facts.size if self.is_open else super().size

    @property
    def mode(self) -> str:
        """Pillow's name of the pixels' kind, as the decoder gives them."""
        return self._facts.mode

    @property
    def frames(self) -> int:
        """Frames of an image sequence; 1 for a still image."""
        return self._facts.frames if self.is_open else 1

    @property
    def decoder_bytes(self) -> int:
        """Memory of the AV1 decoder, which has the whole image as planes."""
        width, height = self.size
        return round(_AV1_SHARE * self._plane_bytes * width * height)

    @property
    def is_animated(self) -> bool:
        """Whether the frames after the first are decoded, of which ten are in memory at a time."""
        width, height = self.size
        return super().is_animated and width * height * self._plane_bytes <= _MAX_ANIMATED_BYTES

    @property
    def _plane_bytes(self) -> float:
        """Bytes that the planes of a pixel take."""
        alpha = (self._av1.bit_depth + 7) // 8 if self.is_open and self.has_alpha else 0
        return self._av1.plane_bytes + alpha

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`. Mode L, RGB or RGBA."""
        ((picture, _),) = islice(self._decoded(scale), 1)
        return picture

    def decode_frames(self, count: int, wanted: Size) -> Iterator[tuple[Image.Image, int]]:
        """See `EncodedImage`: at the smallest scale that holds `wanted`."""
        return islice(self._decoded(self.scale_for(wanted)), count)

    def _decoded(self, scale: int) -> Iterator[tuple[Image.Image, int]]:
        from darkroom.imaging.codecs.libavif import avif_frames

        return avif_frames(self.data, self.limits, scale)


class _Av1(NamedTuple):
    """Bits of a channel, and the bytes that a decoded pixel takes, without alpha."""

    bit_depth: int
    plane_bytes: float


def _most_demanding(configurations: Iterator[bytes]) -> _Av1:
    """That of the image or sequence that takes most; 8 bits and 4:2:0 where the file has none.

    AV1 Codec ISO Media File Format Binding, 2.3.3.
    """
    found = [_av1(configuration[2]) for configuration in configurations if len(configuration) > 2]
    return max(found, key=lambda av1: av1.plane_bytes, default=_Av1(8, 1.5))


def _av1(flags: int) -> _Av1:
    depth = (12 if flags & _TWELVE_BIT else 10) if flags & _HIGH_BIT_DEPTH else 8
    chroma = 2 / (1 + bool(flags & _HALF_AS_WIDE)) / (1 + bool(flags & _HALF_AS_HIGH))
    samples = 1 if flags & _MONOCHROME else 1 + chroma
    return _Av1(depth, samples * (2 if depth > 8 else 1))
