"""JPEG (ITU-T T.81, annex B). libjpeg-turbo decodes it, at an eighth to the whole of its size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import shake_128
from io import BufferedReader
from math import ceil
from typing import NamedTuple
from zlib import crc32

from darkroom.errors import UnsupportedFormat
from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import Blocks, Header
from darkroom.imaging.formats.excerpt import excerpt
from darkroom.imaging.formats.pillow import PillowImage
from darkroom.imaging.metadata.exif import read_exif
from darkroom.imaging.metadata.jpeg_segments import iptc_in_segments, xmp_in_segments
from darkroom.kinds import JPEG_START, Format
from PIL import Image, ImageChops

# A camera writes about 20 segments, a panorama's extended XMP some hundred.
_MAX_SEGMENTS = 10_000
# A progressive JPEG has about 10 scans. Each passes over the whole picture, however few its bytes.
_MAX_SCANS = 200
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL = {0xC0, 0xC1, 0xC9}
_LOSSLESS = {0xC3, 0xC7, 0xCB, 0xCF}
_ARITHMETIC = {*range(0xC9, 0xD0)}
_MARKER = re.compile(rb"\xff[^\xff]")  # behind any number of fill bytes
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_WITHOUT_SEGMENT = {0x00, 0x01, *range(0xD0, 0xD9)}
_START_OF_SCAN, _END = 0xDA, b"\xff\xd9"
_APP0, _APP1, _APP2, _APP13, _APP14 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE
# Segments that libjpeg decodes by: frames, tables of quantization and codes, restart intervals.
_DECODED = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDD, _START_OF_SCAN}
_BAND = 256  # rows
_EXIF, _ICC = b"Exif\0\0", b"ICC_PROFILE\0"
# What tells libjpeg that colours are YCbCr (jdapimin.c, default_decompress_parms).
_JFIF, _JFIF_BYTES = b"JFIF\0", 14
_JFIF_SEGMENT = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
_ADOBE, _ADOBE_BYTES = b"Adobe", 12


class _Segment(NamedTuple):
    """A segment: its marker, where that is, and where the content begins and ends."""

    marker: int
    at: int
    start: int
    end: int


class JpegImage(PillowImage):
    """A JPEG, or the first picture of a file of several (MPO)."""

    format = Format.JPEG
    scales = (1, 2, 4, 8)

    def read_header(self) -> Header:
        """Raises UnsupportedFormat for 12 bits and lossless, CorruptImage or TruncatedImage."""
        self._segments = list(_segments(self.data))
        self._adobe, self._is_jfif = self._colour_marks()
        marker, frame = self._frame()
        scan = self._segments[-1]
        components_of_scan, at = self.data[scan.start], scan.end
        if len(frame) < 9 or len(frame) < 6 + 3 * frame[5]:
            raise corrupt()
        if marker in _LOSSLESS or frame[0] != 8:
            raise UnsupportedFormat(
                "This is a 12-bit or lossless JPEG, which we cannot read. Please export it as an "
                "ordinary JPEG and upload that."
            )
        height, width = (int.from_bytes(frame[n : n + 2], "big") for n in (1, 3))
        if not width or not height or frame[5] not in (1, 3, 4):
            raise corrupt()
        # Searched from the end, where it nearly always is: from the start it takes 1 ms a megabyte.
        end = self.data.rfind(_END, at)
        self._end = end if end >= 0 else _end_of_codes(self.data)
        is_sequential = marker in _SEQUENTIAL
        # A baseline JPEG with a scan for each component is kept by libjpeg like a progressive one.
        decodes_by_row = is_sequential and components_of_scan == frame[5]
        if not decodes_by_row:
            self._segments += _later_segments(self.data, at, self._end)
        blocks = _blocks(frame, width, height)
        if marker not in _ARITHMETIC:
            # Huffman codes have one bit or more: a DC and an end-of-block for each block.
            least = blocks * (2 if is_sequential else 1) // 8
            if len(self.data) - at < least:  # a header far larger than its scan can fill
                raise corrupt() if end >= 0 else truncated()
        return Header(
            width=width,
            height=height,
            is_complete=end >= 0,
            decodes_by_row=decodes_by_row,
            metadata_bytes=sum(s.end - s.at for s in self._segments if s.marker not in _DECODED),
            decoder_bytes=0 if decodes_by_row else 128 * blocks,
        )

    @property
    def is_shown_as_meant(self) -> bool:
        """Browsers decode no arithmetic codes."""
        return self._frame()[0] not in _ARITHMETIC

    @property
    def orientation_in_browsers(self) -> int:
        """That of the EXIF block; not that of XMP."""
        return read_exif(self.blocks.exif).orientation or 1

    def read_blocks(self) -> Blocks:
        """See `EncodedImage`. EXIF of several segments is joined."""
        exif = b"".join(body.removeprefix(_EXIF) for body in self._bodies(_APP1, _EXIF))
        profile = {body[12]: body[14:] for body in self._bodies(_APP2, _ICC) if len(body) > 14}
        return Blocks(
            exif=_EXIF + exif if exif else None,
            xmp=xmp_in_segments(self._bodies(_APP1)),
            iptc=iptc_in_segments(self._bodies(_APP13)),
            icc=b"".join(profile[number] for number in sorted(profile)) or None,
        )

    def pixels_only(self, tail: bytes = b"") -> BufferedReader:
        """See `PillowImage`. `tail` follows on the last scan."""
        return excerpt(self._parts(tail))

    def _parts(self, tail: bytes) -> Iterator[bytes | memoryview]:
        whole = memoryview(self.data)
        yield JPEG_START[:2]
        if self._is_jfif:
            yield _JFIF_SEGMENT
        if self._adobe is not None:
            yield b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([self._adobe])
        for index, segment in enumerate(self._segments):
            if segment.marker not in _DECODED:
                continue
            end = segment.end
            if segment.marker == _START_OF_SCAN:
                is_last = index + 1 == len(self._segments)
                end = self._end if is_last else self._segments[index + 1].at
            yield whole[segment.at : end]
        yield tail + _END

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`."""
        self._load(scale)
        if not self.header.is_complete:
            self._expect_every_block(scale)
        if self.pillow.mode == "CMYK" and self._adobe is None:
            # Pillow inverts the inks of every JPEG, as Adobe stores them.
            _invert(self.pillow)
        return self.pillow

    def _load(self, scale: int) -> None:
        # draft() rounds up: ask for side // scale so that it picks exactly this scale.
        width, height = (max(1, side // scale) for side in self.pillow.size)
        self.pillow.draft(self.pillow.mode, (width, height))
        self.pillow.load()

    def _expect_every_block(self, scale: int) -> None:
        """Raises TruncatedImage where blocks are missing.

        libjpeg makes up grey for them. What else stands in their place shows in the picture; behind
        the last block it does not.
        """
        if not _has_every_bit(self.data, self._segments):
            raise truncated()
        pixels = _checksum(self.pillow)
        self.pillow = Image.open(self.pixels_only(_NONSENSE), formats=["JPEG"])
        self._load(scale)
        if _checksum(self.pillow) != pixels:
            raise truncated()

    def _frame(self) -> tuple[int, bytes]:
        """Marker and body of the frame header."""
        for segment in reversed(self._segments):
            if segment.marker in _FRAMES:
                return segment.marker, self.data[segment.start : segment.end]
        raise corrupt()

    def _colour_marks(self) -> tuple[int | None, bool]:
        """Adobe's number of the colour transform, None without one; whether the file is a JFIF."""
        adobe = [body[11] for body in self._bodies(_APP14, _ADOBE) if len(body) >= _ADOBE_BYTES]
        jfif = [body for body in self._bodies(_APP0, _JFIF) if len(body) >= _JFIF_BYTES]
        return (adobe[-1] if adobe else None), bool(jfif)

    def _bodies(self, marker: int, start: bytes = b"") -> Iterator[bytes]:
        """The bodies of the segments of this marker that begin so."""
        for segment in self._segments:
            if segment.marker == marker and self.data.startswith(start, segment.start):
                yield self.data[segment.start : segment.end]


def _segments(data: bytes) -> Iterator[_Segment]:
    """The segments up to and with the header of the first scan. Raises CorruptImage without one."""
    at = 2
    for _ in range(_MAX_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None or (at := found.start()) + 4 > len(data):
            raise corrupt()
        marker = data[at + 1]
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _END[1] or (marker in _DECODED and length < 2):
            raise corrupt()
        if marker in _WITHOUT_SEGMENT or length < 2:
            at += 2
            continue
        end = at + 2 + length
        if end > len(data):
            raise corrupt()
        yield _Segment(marker, at, at + 4, end)
        if marker == _START_OF_SCAN:
            if end == at + 4:
                raise corrupt()
            return
        at = end
    raise corrupt()


def _later_segments(data: bytes, at: int, end: int) -> Iterator[_Segment]:
    """The segments behind the header of the first scan, the last of which may be the end's marker.

    Raises CorruptImage for too many of them, or too many scans.
    """
    scans = 1
    for _ in range(_MAX_SEGMENTS):
        found = _MARKER_IN_SCAN.search(data, at, end)
        if found is None or (at := found.start()) + 4 > end:
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        scans += data[at + 1] == _START_OF_SCAN
        if scans > _MAX_SCANS:
            raise corrupt()
        yield _Segment(data[at + 1], at, at + 4, min(at + 2 + length, end))
        if data[at + 1] == _END[1]:
            return
        at += 2 + max(2, length)
    raise corrupt()


def _end_of_codes(data: bytes) -> int:
    """Where the zeros begin that fill the end of a file without an end of its own."""
    end = len(data.rstrip(b"\0"))
    return end + (end < len(data) and data[end - 1] == 0xFF)  # a stuffed zero belongs to its code


def _has_every_bit(data: bytes, segments: list[_Segment]) -> bool:
    """Whether the scans of a progressive JPEG bring every coefficient in full (G.1.2).

    True of any other: each of its scans brings its components whole.
    """
    frame = next(segment for segment in segments if segment.marker in _FRAMES)
    components = data[frame.start + 5]
    missing = {
        (data[frame.start + 6 + 3 * n], coefficient)
        for n in range(components)
        for coefficient in range(64)
    }
    for segment in segments:
        if segment.marker == _START_OF_SCAN:
            body = data[segment.start : segment.end]
            *_, first, last, approximation = body
            if frame.marker in _SEQUENTIAL:
                first, last, approximation = 0, 63, 0
            if approximation & 15 == 0:
                named = body[1 : 1 + 2 * body[0] : 2]
                missing -= {(name, n) for name in named for n in range(first, last + 1)}
    return not missing


def _checksum(image: Image.Image) -> int:
    found = 0
    for top in range(0, image.height, _BAND):
        band = image.crop((0, top, image.width, min(top + _BAND, image.height)))
        found = crc32(band.tobytes(), found)
    return found


def _invert(image: Image.Image) -> None:
    """Change the image band by band: a second one would be the most that memory holds."""
    for top in range(0, image.height, _BAND):
        band = image.crop((0, top, image.width, min(top + _BAND, image.height)))
        image.paste(ImageChops.invert(band), (0, top))


def _nonsense() -> bytes:
    """Codes of no meaning, between every marker at which libjpeg may be waiting to restart."""
    codes = shake_128().digest(512).replace(b"\xff", b"\0")
    return b"".join(codes + bytes([0xFF, 0xD0 + n % 8]) for n in range(16))


_NONSENSE = _nonsense()


def _blocks(frame: bytes, width: int, height: int) -> int:
    """Blocks of 8 x 8 samples, over all components."""
    samplings = [(max(1, s >> 4), max(1, s & 15)) for s in frame[7 : 6 + 3 * frame[5] : 3]]
    across, down = (max(sampling[axis] for sampling in samplings) for axis in (0, 1))
    return sum(
        ceil(width * horizontal / across / 8) * ceil(height * vertical / down / 8)
        for horizontal, vertical in samplings
    )
