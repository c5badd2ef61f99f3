"""Windows and OS/2 bitmaps."""

from __future__ import annotations

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import EncodedImage, Header
from darkroom.kinds import Format

_CORE_HEADER = 12  # bytes of the oldest header, whose sides have 16 bits


class BmpImage(EncodedImage):
    """A bitmap, stored from the bottom up or, with a negative height, from the top down."""

    format = Format.BMP

    def read_header(self) -> Header:
        """Raises CorruptImage or TruncatedImage."""
        data = self.data
        if len(data) < 26:
            raise truncated()
        if int.from_bytes(data[14:18], "little") == _CORE_HEADER:
            width, height = (int.from_bytes(data[n : n + 2], "little") for n in (18, 20))
        else:
            width = int.from_bytes(data[18:22], "little")
            height = abs(int.from_bytes(data[22:26], "little", signed=True))
        if not width or not height:
            raise corrupt()
        is_complete = len(data) >= int.from_bytes(data[2:6], "little")
        return Header(width=width, height=height, is_complete=is_complete)
