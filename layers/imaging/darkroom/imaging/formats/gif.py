"""GIF (GIF89a specification). Pillow decodes its frames, each as a GIF of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.canvas import Disposal, DrawnFrame, composed
from darkroom.imaging.formats.contract import Blocks, Header, Size
from darkroom.imaging.formats.excerpt import excerpt
from darkroom.imaging.formats.pillow import PillowImage
from darkroom.kinds import Format
from PIL import Image

# What begins an image, an extension and the end; decoders skip whatever else stands between blocks.
_BLOCK = re.compile(rb"[,!;]")
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPING = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")
_DISPOSALS = {2: Disposal.CLEARED, 3: Disposal.UNDONE}
_NO_CONTROL = bytes(4)
_XMP_EXTENSION = b"!\xff\x0bXMP DataXMP"
_XMP_END = b"\x01\xff\xfe"
_MAX_XMP_BYTES = 1 << 20
_MAX_BLOCKS = 300_000


@dataclass(frozen=True, slots=True)
class _Frame:
    """An image: where it is on the canvas, and where its parts are in the file."""

    box: tuple[int, int, int, int]
    flags: int
    """Of its descriptor: a palette of its own, interlacing."""
    control: bytes
    """The graphic control: flags, hundredths of a second, the transparent index."""
    start: int
    """Where the palette or the codes begin."""
    end: int

    @property
    def size(self) -> Size:
        """Width and height."""
        left, top, right, bottom = self.box
        return right - left, bottom - top

    @property
    def milliseconds(self) -> int:
        """How long it is shown."""
        return 10 * int.from_bytes(self.control[1:3], "little")

    @property
    def disposal(self) -> Disposal:
        """What becomes of it before the next one."""
        return _DISPOSALS.get(self.control[0] >> 2 & 7, Disposal.KEPT)


class GifImage(PillowImage):
    """A GIF. Its canvas is the logical screen and whatever frames reach beyond it."""

    format = Format.GIF
    loops = 1
    """How often the animation is played; 0 for ever, and once where the file does not say."""

    def read_header(self) -> Header:
        """Counts to one frame above the limit.

        Raises CorruptImage for a screen without size or too many blocks, TruncatedImage without a
        first frame.
        """
        data = self.data
        if len(data) < 13:
            raise truncated()
        width, height = _pair(data, 6)
        self._frames: list[_Frame] = []
        control, metadata_bytes, at = _NO_CONTROL, 0, 13 + _palette_bytes(data[10])
        for _ in range(_MAX_BLOCKS):
            found = _BLOCK.search(data, at)
            start = at = found.start() if found else len(data)
            if data[at : at + 1] == b"!":
                at = _behind_blocks(data, at + 2)
                body = data[start + 2 : at]
                if data[start + 1 : start + 2] == bytes([_GRAPHIC_CONTROL]) and len(body) >= 5:
                    control = body[1:5]
                if data[start + 1 : start + 2] == bytes([_APPLICATION]):
                    self._read_loops(body)
                metadata_bytes += at - start
            elif data[at : at + 1] == b"," and at + 10 <= len(data):
                (left, top), (across, down) = _pair(data, at + 1), _pair(data, at + 5)
                width, height = max(width, left + across), max(height, top + down)
                box = left, top, left + across, top + down
                codes = at + 10 + _palette_bytes(data[at + 9])
                at = _behind_blocks(data, codes + 1)
                frame = _Frame(box, data[start + 9], control, start + 10, at)
                self._frames.append(frame)
                control = _NO_CONTROL
                if len(self._frames) > self.limits.max_frames:
                    break
            else:
                break
        else:
            raise corrupt()
        if not self._frames and at >= len(data):
            raise truncated()
        if not width or not height or not self._frames:
            raise corrupt()
        first = self._frames[0]
        is_covered = first.box == (0, 0, width, height)
        whole = [frame for frame in self._frames if frame.end <= len(data)]
        return Header(
            width=width,
            height=height,
            frames=max(1, len(whole)),
            seconds=sum(frame.milliseconds for frame in whole) / 1000,
            is_complete=data[at : at + 1] == b";",
            metadata_bytes=metadata_bytes,
            # A frame that covers a part of its canvas: its indices, and its colours beside that.
            decoder_bytes=0 if is_covered else 5 * first.size[0] * first.size[1],
        )

    def _read_loops(self, extension: bytes) -> None:
        if extension.startswith(_LOOPING) and extension[12:14] == b"\3\1" and len(extension) > 15:
            self.loops = int.from_bytes(extension[14:16], "little")

    def read_blocks(self) -> Blocks:
        """See `EncodedImage`."""
        packet = _xmp(self.data)
        return Blocks(xmp=(packet,) if packet else ())

    def pixels_only(self) -> BufferedReader:
        """See `PillowImage`: the first frame alone."""
        return self._alone(self._frames[0])

    @property
    def size(self) -> Size:
        """Width and height of the canvas, in pixels."""
        return self.header.width, self.header.height

    @property
    def has_alpha(self) -> bool:
        """Whether some pixels may be transparent."""
        return super().has_alpha or not self._covers_canvas

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`. Mode RGBA where the first frame leaves some of the canvas clear."""
        self.pillow.load()
        if self._covers_canvas:
            return self.pillow
        canvas = Image.new("RGBA", self.size)
        canvas.paste(self.pillow.convert("RGBA"), self._frames[0].box)
        return canvas

    def decode_frames(self, count: int, wanted: Size) -> Iterator[tuple[Image.Image, int]]:
        """See `EncodedImage`. Mode RGBA."""
        return composed(self.size, map(self._drawn, self._frames[:count]))

    def _drawn(self, frame: _Frame) -> DrawnFrame:
        with Image.open(self._alone(frame), formats=["GIF"]) as pillow:
            pixels = pillow.convert("RGBA")
        left, top, *_ = frame.box
        return DrawnFrame(pixels, left, top, frame.milliseconds, frame.disposal)

    @property
    def _covers_canvas(self) -> bool:
        return self._frames[0].box == (0, 0, *self.size)

    def _alone(self, frame: _Frame) -> BufferedReader:
        """A GIF of one frame."""
        size = b"".join(side.to_bytes(2, "little") for side in frame.size)
        whole = memoryview(self.data)
        palette = whole[13 : 13 + _palette_bytes(self.data[10])]
        control = b"!\xf9\4" + bytes([frame.control[0] & 1]) + frame.control[1:] + b"\0"
        descriptor = b"," + bytes(4) + size + bytes([frame.flags])
        codes = whole[frame.start : frame.end]
        screen = b"GIF89a" + size + self.data[10:11] + bytes(2)
        return excerpt([screen, palette, control, descriptor, codes, b";"])


def _xmp(data: bytes) -> bytes | None:
    """The XMP packet (XMP specification, part 3, 1.1.2).

    It stands in its block as it is, in front of a trailer that leads decoders out of it. Some
    programs cut it into sub-blocks, as everything else in a GIF is.
    """
    at = data.find(_XMP_EXTENSION) + len(_XMP_EXTENSION)
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


def _behind_blocks(data: bytes, at: int) -> int:
    """Where sub-blocks end; beyond the file where they are cut short."""
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _pair(data: bytes, at: int) -> tuple[int, int]:
    first, second = data[at : at + 2], data[at + 2 : at + 4]
    return int.from_bytes(first, "little"), int.from_bytes(second, "little")
