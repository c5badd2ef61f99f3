"""GIF (GIF89a specification)."""

from __future__ import annotations

import re

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import EncodedImage, Header
from darkroom.kinds import Format

# What begins an image, an extension and the end; decoders skip whatever else stands between blocks.
_BLOCK = re.compile(rb"[,!;]")
_GRAPHIC_CONTROL = 0xF9
_XMP_EXTENSION = b"!\xff\x0bXMP DataXMP"
_XMP_END = b"\x01\xff\xfe"
_MAX_XMP_BYTES = 1 << 20


class GifImage(EncodedImage):
    """A GIF. Its canvas is the logical screen and whatever frames reach beyond it."""

    format = Format.GIF

    def read_header(self) -> Header:
        """Counts to one frame above the limit.

        Raises CorruptImage for a screen without size, TruncatedImage without a whole first frame.
        """
        data = self.data
        if len(data) < 13:
            raise truncated()
        width, height = _pair(data, 6)
        frames, hundredths, metadata_bytes, at = 0, 0, 0, 13 + _palette_bytes(data[10])
        while frames <= self.limits.max_frames:
            found = _BLOCK.search(data, at)
            start = at = found.start() if found else len(data)
            is_extension = data[at : at + 1] == b"!"
            if is_extension:
                if data[at + 1 : at + 2] == bytes([_GRAPHIC_CONTROL]):
                    hundredths += int.from_bytes(data[at + 4 : at + 6], "little")
                at += 2
            elif data[at : at + 1] == b"," and at + 10 <= len(data):
                left, top = _pair(data, at + 1)
                across, down = _pair(data, at + 5)
                width, height = max(width, left + across), max(height, top + down)
                at += 11 + _palette_bytes(data[at + 9])
                frames += 1
            else:
                break
            while at < len(data) and data[at]:  # sub-blocks
                at += data[at] + 1
            at += 1
            metadata_bytes += at - start if is_extension else 0
        is_complete = data[at : at + 1] == b";"
        if not frames and at >= len(data):
            raise truncated()
        if not width or not height:
            raise corrupt()
        return Header(
            width=width,
            height=height,
            frames=max(1, frames),
            seconds=hundredths / 100,
            is_complete=is_complete,
            metadata_bytes=metadata_bytes,
        )

    @property
    def xmp(self) -> bytes | None:
        """The XMP packet (XMP specification, part 3, 1.1.2).

        It stands in its block as it is, in front of a trailer that leads decoders out of it. Some
        programs cut it into sub-blocks, as everything else in a GIF is.
        """
        data, at = self.data, self.data.find(_XMP_EXTENSION) + len(_XMP_EXTENSION)
        if at < len(_XMP_EXTENSION):
            return None
        if data[at + 1 : at + 2] != b"<":
            end = data.find(_XMP_END, at)
            return data[at:end] if end > 0 else None
        packet = bytearray()
        while at < len(data) and data[at] and len(packet) <= _MAX_XMP_BYTES:
            packet += data[at + 1 : at + 1 + data[at]]
            at += data[at] + 1
        return bytes(packet)

    @property
    def loops(self) -> int:
        """How often the animation is played; 0 for ever, and once where the file does not say."""
        return int(self.pillow.info.get("loop", 1))


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _pair(data: bytes, at: int) -> tuple[int, int]:
    first, second = data[at : at + 2], data[at + 2 : at + 4]
    return int.from_bytes(first, "little"), int.from_bytes(second, "little")
