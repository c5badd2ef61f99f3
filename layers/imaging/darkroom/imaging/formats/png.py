"""PNG and APNG (PNG specification, third edition)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import MAX_EXIF_BYTES, EncodedImage, Header
from darkroom.imaging.metadata.iptc import iptc_in_resources
from darkroom.imaging.metadata.png_text import raw_profile
from darkroom.kinds import Format

_MAX_CHUNKS = 300_000
_PIXELS = (b"IDAT", b"fdAT")
_XMP_KEYWORD = b"XML:com.adobe.xmp\0"
_MAX_XMP_BYTES = 1 << 20


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    end: int


class PngImage(EncodedImage):
    """A PNG. Its metadata may stand behind the pixels, where Pillow finds it while it decodes."""

    format = Format.PNG
    _trailing_exif: bytes | None = None
    _trailing_xmp: bytes | None = None

    def read_header(self) -> Header:
        """Raises CorruptImage, or TruncatedImage when not even the first chunk is whole."""
        data = self.data
        if len(data) < 33:
            raise truncated()
        width, height = (int.from_bytes(data[n : n + 4], "big") for n in (16, 20))
        if data[12:16] != b"IHDR" or not width or not height:
            raise corrupt()
        frames, seconds, metadata_bytes, is_complete, behind_pixels = 1, 0.0, 0, False, False
        code_points = None
        for kind, start, end in _chunks(data):
            length = end - start
            is_complete = kind == b"IEND"
            metadata_bytes += length if kind not in _PIXELS else 0
            if kind == b"acTL" and length == 8 and not behind_pixels:
                frames = max(1, int.from_bytes(data[start : start + 4], "big"))
            if kind == b"cICP" and length == 4 and not behind_pixels:
                code_points = data[start], data[start + 1]
            if kind == b"fcTL" and length == 26:
                seconds += _delay(data[start + 20 : start + 24])
            if behind_pixels:
                self._keep_trailing(kind, data[start:end])
            behind_pixels = behind_pixels or kind == b"IDAT"
        return Header(
            width=width,
            height=height,
            frames=frames,
            seconds=round(seconds, 3),
            bit_depth=data[24],
            code_points=code_points,
            is_complete=is_complete,
            metadata_bytes=metadata_bytes,
        )

    def _keep_trailing(self, kind: bytes, body: bytes) -> None:
        if kind == b"eXIf" and len(body) <= MAX_EXIF_BYTES:
            self._trailing_exif = self._trailing_exif or b"Exif\0\0" + body
        if kind == b"iTXt" and body.startswith(_XMP_KEYWORD) and len(body) <= _MAX_XMP_BYTES:
            self._trailing_xmp = self._trailing_xmp or body.removeprefix(_XMP_KEYWORD)

    @property
    def first_frame(self) -> int:
        """1 where the PNG begins with a picture for those who cannot play its animation."""
        return 1 if self.pillow.info.get("default_image") else 0

    @property
    def exif(self) -> bytes | None:
        """The EXIF of its eXIf chunk, or of a text chunk, where ImageMagick puts it."""
        return super().exif or self._trailing_exif or self._profile("exif", "app1")

    @property
    def xmp(self) -> bytes | None:
        """The XMP packet."""
        packet = super().xmp or self._trailing_xmp
        return packet or self._profile("xmp") or self._profile("app1")

    @property
    def iptc(self) -> bytes | None:
        """The IPTC records of ImageMagick's text chunk, as they are or among image resources."""
        profile = self._profile("iptc", "8bim")
        return profile and (iptc_in_resources(profile) or profile)

    @property
    def texts(self) -> dict[str, str]:
        """The texts of its chunks by keyword."""
        texts = self.pillow.info.items()
        return {key: text for key, text in texts if isinstance(key, str) and isinstance(text, str)}

    def _profile(self, *names: str) -> bytes | None:
        return raw_profile(self.texts, *names)


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """The chunks up to IEND, or to the one that is cut short. Raises CorruptImage for too many."""
    at = 8
    for _ in range(_MAX_CHUNKS):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 8 + length
        if len(kind) < 4 or end + 4 > len(data):
            return
        yield _Chunk(kind, at + 8, end)
        if kind == b"IEND":
            return
        at = end + 4
    raise corrupt()


def _delay(fraction: bytes) -> float:
    """Seconds; a denominator of 0 stands for 100 (11.3.6.2)."""
    return int.from_bytes(fraction[:2], "big") / (int.from_bytes(fraction[2:], "big") or 100)
