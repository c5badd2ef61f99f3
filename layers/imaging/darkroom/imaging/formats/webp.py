"""WebP (RFC 9649). libwebp decodes it, at an eighth to the whole of its size."""

from __future__ import annotations

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import EncodedImage, Header
from darkroom.kinds import Format
from PIL import Image

_ANIMATION_FLAG = 2


class WebpImage(EncodedImage):
    """A WebP. Width and height are those of its canvas."""

    format = Format.WEBP
    scales = (1, 2, 4, 8)

    def read_header(self) -> Header:
        """Counts to one frame above the limit. Raises CorruptImage or TruncatedImage."""
        data = self.data
        if len(data) < 30:
            raise truncated()
        kind = data[12:16]
        if kind == b"VP8X":
            width, height = (1 + int.from_bytes(data[n : n + 3], "little") for n in (24, 27))
        elif kind == b"VP8L" and data[20] == 0x2F:
            bits = int.from_bytes(data[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
            width, height = (int.from_bytes(data[n : n + 2], "little") & 0x3FFF for n in (26, 28))
        else:
            raise corrupt()
        if not width or not height:
            raise corrupt()
        is_animation = kind == b"VP8X" and data[20] & _ANIMATION_FLAG
        milliseconds = self._milliseconds_of_frames() if is_animation else []
        return Header(
            width=width,
            height=height,
            frames=max(1, len(milliseconds)),
            seconds=sum(milliseconds) / 1000,
            is_complete=len(data) >= 8 + int.from_bytes(data[4:8], "little"),
        )

    def _milliseconds_of_frames(self) -> list[int]:
        data, found, at = self.data, list[int](), 12
        while at + 8 <= len(data) and len(found) <= self.limits.max_frames:
            length = int.from_bytes(data[at + 4 : at + 8], "little")
            if data[at : at + 4] == b"ANMF":
                found.append(int.from_bytes(data[at + 20 : at + 23], "little"))
            at += 8 + length + length % 2
        return found

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`: the still, or the first frame of an animation on its canvas."""
        from darkroom.imaging.codecs.libwebp import webp_picture

        return webp_picture(self.data, self.pillow.size, scale)
