"""What a JPEG's header promises (ITU-T T.81, annex B), read without a decoder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from darkroom.errors import UnsupportedFormat
from darkroom.imaging.errors import corrupt, truncated

# A camera writes about 20 segments, a panorama's extended XMP some hundred. Pillow keeps each as an
# object of its own, so a header of millions would cost gigabytes.
_MAX_SEGMENTS = 10_000
# A progressive JPEG has about 10 scans. Each passes over the whole picture, however few its bytes.
_MAX_SCANS = 200
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL = {0xC0, 0xC1, 0xC9}
_LOSSLESS = {0xC3, 0xC7, 0xCB, 0xCF}
_ARITHMETIC = {*range(0xC9, 0xD0)}
_SIGN = re.compile(rb"\xff[^\xff]")  # of a marker, behind any number of bytes that fill up
_ALONE = {0x01, *range(0xD0, 0xD9)}


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """Stored dimensions in pixels; whether libjpeg decodes it row by row."""

    width: int
    height: int
    streams: bool
    ends: bool
    """Whether an end-of-image marker follows the scan."""
    description: int
    """Bytes of what comes before the scan: EXIF, XMP, profiles, comments."""
    coefficients: int
    """Bytes that libjpeg keeps of the whole picture where it does not stream."""


def read_jpeg_header(data: bytes) -> JpegHeader:
    """Raises CorruptImage, TruncatedImage, or UnsupportedFormat for 12 bits and lossless."""
    frame: tuple[int, bytes] | None = None
    at = 2
    for _ in range(_MAX_SEGMENTS):
        found = _SIGN.search(data, at)
        if found is None or (at := found.start()) + 4 > len(data):
            raise corrupt()
        marker = data[at + 1]
        if marker in _ALONE or marker == 0:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at + 4 : at + 2 + length]
        if marker == 0xD9 or length < 2 or at + 2 + length > len(data):
            raise corrupt()
        if marker in _FRAMES:
            frame = (marker, segment)
        at += 2 + length
        if marker == 0xDA:
            if frame is None or not segment:
                raise corrupt()
            return _header(data, at, *frame, scanned=segment[0])
    raise corrupt()


def _header(data: bytes, at: int, marker: int, frame: bytes, *, scanned: int) -> JpegHeader:
    if len(frame) < 9 or len(frame) < 6 + 3 * frame[5]:
        raise corrupt()
    if marker in _LOSSLESS or frame[0] != 8:
        raise UnsupportedFormat(
            "This is a 12-bit or lossless JPEG, which we cannot read. Please export it as an "
            "ordinary JPEG and upload that."
        )
    height, width = (int.from_bytes(frame[n : n + 2], "big") for n in (1, 3))
    components = frame[5]
    if not width or not height or components not in (1, 3, 4):
        raise corrupt()
    # Searched from the end, where it nearly always is: from the start it takes 1 ms a megabyte.
    ends = data.rfind(b"\xff\xd9", at) >= 0
    sequential = marker in _SEQUENTIAL
    streams = sequential and scanned == components
    if not streams and _has_too_many_scans(data, at):
        raise corrupt()
    blocks = _blocks(frame, width, height)
    if marker not in _ARITHMETIC:
        # Huffman codes have one bit or more: a DC and an end-of-block for each block.
        least = blocks * (2 if sequential else 1) // 8
        if len(data) - at < least:  # a header far larger than its scan can fill
            raise corrupt() if ends else truncated()
    return JpegHeader(width, height, streams, ends, at, 0 if streams else 128 * blocks)


def _has_too_many_scans(data: bytes, at: int) -> bool:
    for _ in range(_MAX_SCANS + 1):
        at = data.find(b"\xff\xda", at) + 2
        if at < 2:
            return False
    return True


def _blocks(frame: bytes, width: int, height: int) -> int:
    """Of 8 x 8 samples, over all components."""
    samplings = [frame[n] for n in range(7, 6 + 3 * frame[5], 3)]
    across, down = (
        max(1, *(s >> 4 for s in samplings), 0),
        max(1, *(s & 15 for s in samplings), 0),
    )
    blocks = 0
    for sampling in samplings:
        columns = ceil(width * max(1, sampling >> 4) / across / 8)
        rows = ceil(height * max(1, sampling & 15) / down / 8)
        blocks += columns * rows
    return blocks
