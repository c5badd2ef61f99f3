"""JPEG (ITU-T T.81, annex B). libjpeg-turbo decodes it, at an eighth to the whole of its size."""

from __future__ import annotations

import re
from math import ceil
from typing import cast

from darkroom.errors import UnsupportedFormat
from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import COPIES_OF_METADATA, EncodedImage, Header
from darkroom.imaging.metadata.jpeg_segments import iptc_in_segments, xmp_in_segments
from darkroom.kinds import Format
from PIL import Image, ImageChops
from PIL.JpegImagePlugin import JpegImageFile

# A camera writes about 20 segments, a panorama's extended XMP some hundred. Pillow keeps each as an
# object of its own, so a header of millions would cost gigabytes.
_MAX_SEGMENTS = 10_000
# A progressive JPEG has about 10 scans. Each passes over the whole picture, however few its bytes.
_MAX_SCANS = 200
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL = {0xC0, 0xC1, 0xC9}
_LOSSLESS = {0xC3, 0xC7, 0xCB, 0xCF}
_ARITHMETIC = {*range(0xC9, 0xD0)}
_MARKER = re.compile(rb"\xff[^\xff]")  # behind any number of fill bytes
_WITHOUT_SEGMENT = {0x00, 0x01, *range(0xD0, 0xD9)}
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_BAND = 256  # rows


class JpegImage(EncodedImage):
    """A JPEG, or the first picture of a file of several (MPO)."""

    format = Format.JPEG
    scales = (1, 2, 4, 8)

    def read_header(self) -> Header:
        """Raises UnsupportedFormat for 12 bits and lossless, CorruptImage or TruncatedImage."""
        marker, frame, components_of_scan, at = _first_scan(self.data)
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
        is_complete = self.data.rfind(b"\xff\xd9", at) >= 0
        is_sequential = marker in _SEQUENTIAL
        # A baseline JPEG with a scan for each component is kept by libjpeg like a progressive one.
        decodes_by_row = is_sequential and components_of_scan == frame[5]
        if not decodes_by_row and _has_too_many_scans(self.data, at):
            raise corrupt()
        blocks = _blocks(frame, width, height)
        if marker not in _ARITHMETIC:
            # Huffman codes have one bit or more: a DC and an end-of-block for each block.
            least = blocks * (2 if is_sequential else 1) // 8
            if len(self.data) - at < least:  # a header far larger than its scan can fill
                raise corrupt() if is_complete else truncated()
        coefficients = 0 if decodes_by_row else 128 * blocks
        return Header(
            width=width,
            height=height,
            is_complete=is_complete,
            decodes_by_row=decodes_by_row,
            metadata_bytes=at,
            decoder_bytes=coefficients + COPIES_OF_METADATA * at,
        )

    def drop_copies_of_metadata(self) -> None:
        """Free Pillow's second copy of each segment, too."""
        cast("JpegImageFile", self.pillow).applist.clear()
        super().drop_copies_of_metadata()

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`."""
        # draft() rounds up: ask for side // scale so that it picks exactly this scale.
        width, height = (max(1, side // scale) for side in self.pillow.size)
        self.pillow.draft(self.pillow.mode, (width, height))
        self.pillow.load()
        if self.pillow.mode == "CMYK" and "adobe" not in self.pillow.info:
            # Pillow inverts the inks of every JPEG, as Adobe stores them.
            _invert(self.pillow)
        return self.pillow

    @property
    def xmp(self) -> bytes | None:
        """The first XMP packet."""
        return next(iter(self.xmp_packets), None)

    @property
    def xmp_packets(self) -> tuple[bytes, ...]:
        """The XMP packets, and behind them those that were too long for one segment."""
        return xmp_in_segments(self.data)

    @property
    def iptc(self) -> bytes | None:
        """The IPTC records among Photoshop's image resources."""
        return iptc_in_segments(self.data)


def _invert(image: Image.Image) -> None:
    """Change the image band by band: a second one would be the most that memory holds."""
    for top in range(0, image.height, _BAND):
        band = image.crop((0, top, image.width, min(top + _BAND, image.height)))
        image.paste(ImageChops.invert(band), (0, top))


def _first_scan(data: bytes) -> tuple[int, bytes, int, int]:
    """Marker and body of the frame header; components of the first scan, and where it begins."""
    frame: tuple[int, bytes] | None = None
    at = 2
    for _ in range(_MAX_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None or (at := found.start()) + 4 > len(data):
            raise corrupt()
        marker = data[at + 1]
        if marker in _WITHOUT_SEGMENT:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at + 4 : at + 2 + length]
        if marker == _END_OF_IMAGE or length < 2 or at + 2 + length > len(data):
            raise corrupt()
        if marker in _FRAMES:
            frame = (marker, segment)
        at += 2 + length
        if marker == _START_OF_SCAN:
            if frame is None or not segment:
                raise corrupt()
            return (*frame, segment[0], at)
    raise corrupt()


def _has_too_many_scans(data: bytes, at: int) -> bool:
    for _ in range(_MAX_SCANS + 1):
        at = data.find(b"\xff\xda", at) + 2
        if at < 2:
            return False
    return True


def _blocks(frame: bytes, width: int, height: int) -> int:
    """Blocks of 8 x 8 samples, over all components."""
    samplings = [(max(1, s >> 4), max(1, s & 15)) for s in frame[7 : 6 + 3 * frame[5] : 3]]
    across, down = (max(sampling[axis] for sampling in samplings) for axis in (0, 1))
    return sum(
        ceil(width * horizontal / across / 8) * ceil(height * vertical / down / 8)
        for horizontal, vertical in samplings
    )
