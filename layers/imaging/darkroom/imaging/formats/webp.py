"""WebP (RFC 9649). libwebp decodes it, at an eighth to the whole of its size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.canvas import Disposal, DrawnFrame, composed
from darkroom.imaging.formats.contract import Blocks, EncodedImage, Header, Size
from darkroom.kinds import Format
from PIL import Image

_ANIMATION_FLAG = 2
_EXTENDED, _LOSSY, _LOSSLESS, _ALPHA, _FRAME = b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANMF"
_PIXELS = (_LOSSY, _LOSSLESS, _ALPHA)
_FRAME_HEADER = 16  # bytes
_MAX_CHUNKS = 65_536
_NOT_BLENDED, _CLEARED = 2, 1


class _Chunk(NamedTuple):
    """A chunk, and where its content is, which may reach beyond the file."""

    kind: bytes
    start: int
    end: int


class _Picture(NamedTuple):
    """What libwebp is given: the chunks of a still, or of a frame, that hold pixels."""

    size: Size
    has_alpha: bool
    chunks: Sequence[_Chunk]


class WebpImage(EncodedImage):
    """A WebP. Width and height are those of its canvas."""

    format = Format.WEBP
    scales = (1, 2, 4, 8)

    def read_header(self) -> Header:
        """Counts to one frame above the limit. Raises CorruptImage or TruncatedImage."""
        data = self.data
        chunks = list(_chunks(data, 12, len(data)))
        if not chunks:
            raise truncated()
        extended = self._body(chunks[0]) if chunks[0].kind == _EXTENDED else b""
        is_animation = bool(extended and extended[0] & _ANIMATION_FLAG)
        frames = [chunk for chunk in chunks if chunk.kind == _FRAME] if is_animation else []
        self._frames = [frame for frame in frames if frame.end <= len(data)] or frames[:1]
        self._frames = self._frames[: self.limits.max_frames + 1]
        if self._frames:
            held = list(_chunks(data, self._frames[0].start + _FRAME_HEADER, self._frames[0].end))
        else:
            held = chunks
        self._first = _picture(data, held)
        width, height = self._first.size
        if len(extended) >= 10:
            width, height = (1 + int.from_bytes(extended[n : n + 3], "little") for n in (4, 7))
        if not self._frames and (width, height) != self._first.size:
            raise corrupt()
        beside = [chunk for chunk in chunks if chunk.kind not in (*_PIXELS, _FRAME)]
        self._blocks = {chunk.kind: self._body(chunk) for chunk in reversed(beside)}
        milliseconds = [self._number(frame, 12, 3) for frame in self._frames]
        pixels = self._first.chunks[-1]
        return Header(
            width=width,
            height=height,
            frames=max(1, len(milliseconds)),
            seconds=sum(milliseconds) / 1000,
            is_complete=pixels.end <= len(data),
            metadata_bytes=sum(map(len, self._blocks.values())),
            decoder_bytes=pixels.end - self._first.chunks[0].start,  # a copy for libwebp
        )

    def read_blocks(self) -> Blocks:
        """See `EncodedImage`."""
        found = self._blocks.get
        return Blocks(
            exif=found(b"EXIF"), xmp=tuple(filter(None, [found(b"XMP ")])), icc=found(b"ICCP")
        )

    @property
    def mode(self) -> str:
        """Pillow's name of the pixels' kind, as the decoder gives them."""
        return "RGBA" if self.has_alpha else "RGB"

    @property
    def has_alpha(self) -> bool:
        """Whether some pixels may be transparent."""
        return self._first.has_alpha or self._first.size != self.size

    @property
    def loops(self) -> int:
        """How often the animation is played; 0 for ever."""
        return int.from_bytes(self._blocks.get(b"ANIM", b"")[4:6], "little")

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`: the still, or the first frame of an animation on its canvas."""
        pixels = self._decoded(self._first, scale)
        if self._first.size == self.size:
            return pixels
        width, height = (-(-side // scale) for side in self.size)
        canvas = Image.new("RGBA", (width, height))
        left, top = self._place(self._frames[0])
        canvas.paste(pixels, (left // scale, top // scale))
        return canvas

    def decode_frames(self, count: int, wanted: Size) -> Iterator[tuple[Image.Image, int]]:
        """See `EncodedImage`. Mode RGBA."""
        return composed(self.size, map(self._drawn, self._frames[:count]))

    def _drawn(self, frame: _Chunk) -> DrawnFrame:
        picture = _picture(
            self.data, list(_chunks(self.data, frame.start + _FRAME_HEADER, frame.end))
        )
        flags, (left, top) = self._number(frame, 15, 1), self._place(frame)
        if left + picture.size[0] > self.size[0] or top + picture.size[1] > self.size[1]:
            raise corrupt()
        return DrawnFrame(
            pixels=self._decoded(picture, 1),
            left=left,
            top=top,
            milliseconds=self._number(frame, 12, 3),
            disposal=Disposal.CLEARED if flags & _CLEARED else Disposal.KEPT,
            is_blended=not flags & _NOT_BLENDED,
        )

    def _decoded(self, picture: _Picture, scale: int) -> Image.Image:
        from darkroom.imaging.codecs.libwebp import webp_picture

        chunks = b"".join(
            self.data[start - 8 : end + (end - start) % 2] for _, start, end in picture.chunks
        )
        return webp_picture(chunks, picture.size, picture.has_alpha, scale)

    def _place(self, frame: _Chunk) -> tuple[int, int]:
        return 2 * self._number(frame, 0, 3), 2 * self._number(frame, 3, 3)

    def _number(self, chunk: _Chunk, at: int, size: int) -> int:
        return int.from_bytes(self.data[chunk.start + at : chunk.start + at + size], "little")

    def _body(self, chunk: _Chunk) -> bytes:
        return self.data[chunk.start : chunk.end]


def _chunks(data: bytes, start: int, end: int) -> Iterator[_Chunk]:
    """The chunks between two places of the file, up to more than any frames need."""
    end = min(end, len(data))
    for _ in range(_MAX_CHUNKS):
        if start + 8 > end:
            return
        length = int.from_bytes(data[start + 4 : start + 8], "little")
        yield _Chunk(data[start : start + 4], start + 8, start + 8 + length)
        start += 8 + length + length % 2


def _picture(data: bytes, chunks: Sequence[_Chunk]) -> _Picture:
    """What holds the pixels among a still's or a frame's chunks.

    Raises CorruptImage where nothing does, and TruncatedImage where the file ends before it.
    """
    kinds = [chunk.kind for chunk in chunks]
    for index, (kind, start, end) in enumerate(chunks):
        body = data[start : min(end, start + 10)]
        if kind == _LOSSY and body[3:6] == b"\x9d\x01\x2a":
            sides = [int.from_bytes(body[n : n + 2], "little") & 0x3FFF for n in (6, 8)]
            alpha = kinds[:index].index(_ALPHA) if _ALPHA in kinds[:index] else None
        elif kind == _LOSSLESS and body[:1] == b"\x2f":
            bits = int.from_bytes(body[1:5], "little")
            sides = [(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1]
            alpha = index if bits >> 28 & 1 else None
        else:
            continue
        if not all(sides):
            raise corrupt()
        used = sorted({index} | ({alpha} if alpha is not None else set()))
        return _Picture((sides[0], sides[1]), alpha is not None, [chunks[n] for n in used])
    raise truncated() if not chunks or chunks[-1].end > len(data) else corrupt()
