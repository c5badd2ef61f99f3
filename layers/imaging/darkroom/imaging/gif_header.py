"""What a GIF's blocks promise (GIF89a specification), read without a decoder."""

from __future__ import annotations

import re
from dataclasses import dataclass

from darkroom.imaging.errors import corrupt, truncated

# What begins an image, an extension and the end; decoders skip whatever else stands between blocks.
_BLOCK = re.compile(rb"[,!;]")


@dataclass(frozen=True, slots=True)
class GifHeader:
    """The canvas in pixels (the logical screen and whatever frames reach beyond it), and frames."""

    width: int
    height: int
    frames: int
    ends: bool
    description: int
    """Bytes of all extensions: comments, XMP, and what each frame has of its own."""


def read_gif_header(data: bytes, *, most_frames: int) -> GifHeader:
    """Counts no further than one above `most_frames`.

    Raises CorruptImage for a screen without size, TruncatedImage without a whole first frame.
    """
    if len(data) < 13:
        raise truncated()
    width, height = _pair(data, 6)
    frames, ends, description, at = 0, False, 0, 13 + _palette(data[10])
    while frames <= most_frames:
        found = _BLOCK.search(data, at)
        start = at = found.start() if found else len(data)
        if data[at : at + 1] == b"!":
            at += 2
        elif data[at : at + 1] == b"," and at + 10 <= len(data):
            left, top = _pair(data, at + 1)
            across, down = _pair(data, at + 5)
            width, height = max(width, left + across), max(height, top + down)
            at += 11 + _palette(data[at + 9])
            frames += 1
        else:
            break
        while at < len(data) and data[at]:  # sub-blocks
            at += data[at] + 1
        at += 1
        description += at - start if data[start : start + 1] == b"!" else 0
    ends = at < len(data) and data[at] == 0x3B
    if not frames and not ends and at >= len(data):
        raise truncated()
    if not width or not height:
        raise corrupt()
    return GifHeader(width, height, max(1, frames), ends, description)


def _palette(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _pair(data: bytes, at: int) -> tuple[int, int]:
    return int.from_bytes(data[at : at + 2], "little"), int.from_bytes(
        data[at + 2 : at + 4], "little"
    )
