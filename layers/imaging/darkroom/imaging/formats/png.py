"""PNG and APNG (PNG specification, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BufferedReader
from math import ceil
from typing import NamedTuple

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import BROKEN, Blocks, Header, Size
from darkroom.imaging.formats.excerpt import excerpt
from darkroom.imaging.formats.pillow import PillowImage
from darkroom.imaging.metadata.exif import read_exif
from darkroom.imaging.metadata.iptc import iptc_in_resources
from darkroom.imaging.metadata.png_text import raw_profile
from darkroom.imaging.pixels.icc import REC_709, Primaries
from darkroom.imaging.pixels.named import NamedColours, by_code_points, by_gamma
from darkroom.imaging.pixels.resampling import WHOLE_PIXELS, averaged
from darkroom.kinds import Format
from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_CHUNKS = 300_000
_PIXELS = (b"IDAT", b"fdAT")
_ANIMATION = (b"acTL", b"fcTL", b"fdAT")
_XMP_KEYWORD = "XML:com.adobe.xmp"
_MAX_TEXT_BYTES = 1 << 23
_MAX_PROFILE_BYTES = 1 << 22
_GREY, _RGB, _PALETTE = 0, 2, 3
_SAMPLES = {_GREY: 1, _RGB: 3, _PALETTE: 1, 4: 2, 6: 4}
_MODES = {_GREY: "L", _RGB: "RGB", 4: "LA", 6: "RGBA"}
# First column and row, and steps between them, of Adam7's passes (8.1).
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
          (0, 1, 1, 2))  # fmt: skip
_PIECE_BYTES = 1 << 10
_SRGB_GAMMA = 0.45455


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    end: int


class PngImage(PillowImage):
    """A PNG. Its metadata may stand behind the pixels."""

    format = Format.PNG

    def read_header(self) -> Header:
        """Raises CorruptImage, or TruncatedImage when not even the first chunk is whole."""
        data = self.data
        if len(data) < 33:
            raise truncated()
        width, height = (int.from_bytes(data[n : n + 4], "big") for n in (16, 20))
        if data[12:16] != b"IHDR" or not width or not height:
            raise corrupt()
        self._chunks = list(_chunks(data))
        kinds = [chunk.kind for chunk in self._chunks]
        # As photographs and screenshots are. Pillow decodes what is left.
        self._is_plain = (
            data[24] == 8 and data[25] in _MODES and not data[28] and b"tRNS" not in kinds
        )
        if self._is_plain and width * height > WHOLE_PIXELS:
            self.scales = (1, 2, 4, 8)
        before = kinds.index(b"IDAT") if b"IDAT" in kinds else len(kinds)
        self._before_pixels = {chunk.kind: self._body(chunk) for chunk in self._chunks[:before]}
        palette = self._before_pixels.get(b"PLTE", b"")
        if data[25] == _PALETTE and (not palette or len(palette) % 3):
            raise corrupt()
        controls = [
            self._body(chunk)
            for chunk in self._chunks
            if chunk.kind == b"fcTL" and chunk.end - chunk.start == 26
        ]
        animation = self._before_pixels.get(b"acTL", b"")
        said = int.from_bytes(animation[:4], "big") if len(animation) == 8 else 1
        return Header(
            width=width,
            height=height,
            frames=max(1, min(said, len(controls))),
            seconds=round(sum(_delay(control[20:24]) for control in controls), 3),
            bit_depth=data[24],
            colours=self._colours(),
            is_complete=kinds[-1] == b"IEND",
            metadata_bytes=sum(
                chunk.end - chunk.start for chunk in self._chunks if chunk.kind not in _PIXELS
            ),
        )

    @property
    def must_halve(self) -> bool:
        """Memory has room for all of it, because a broken one is decoded whole."""
        return False

    @property
    def is_shown_as_meant(self) -> bool:
        """Code points of colours are too new for some browsers."""
        return b"cICP" not in self._known() or self.header.colours is None

    @property
    def orientation_in_browsers(self) -> int:
        """That of EXIF in its own chunk, in front of the pixels."""
        return read_exif(self._before_pixels.get(b"eXIf")).orientation or 1

    def read_blocks(self) -> Blocks:
        """See `EncodedImage`. EXIF, XMP and IPTC may also be text, where ImageMagick puts them."""
        texts = self._texts()
        exif = next((self._body(chunk) for chunk in self._chunks if chunk.kind == b"eXIf"), None)
        packet = texts.get(_XMP_KEYWORD, "").encode("utf-8", "replace")
        packet = packet or raw_profile(texts, "xmp") or raw_profile(texts, "app1") or b""
        records = raw_profile(texts, "iptc", "8bim")
        profile = self._before_pixels.get(b"iCCP", b"") if b"cICP" not in self._known() else b""
        return Blocks(
            exif=b"Exif\0\0" + exif if exif else raw_profile(texts, "exif", "app1"),
            xmp=(packet,) if packet else (),
            iptc=records and (iptc_in_resources(records) or records),
            icc=_inflated(profile[profile.find(b"\0") + 2 :], _MAX_PROFILE_BYTES) or None,
            texts=texts,
        )

    def _colours(self) -> NamedColours | None:
        """What the chunks of numbers say, in their order of precedence (4.3; 11.3.2)."""
        known = self._known()
        if b"cICP" in known:
            primaries, transfer, *_ = known[b"cICP"]
            return by_code_points(primaries, transfer, _most_nits(known))
        gamma = int.from_bytes(known.get(b"gAMA", b""), "big") / 100_000
        if b"iCCP" in known or b"sRGB" in known or not gamma:
            return None
        if b"cHRM" not in known:  # 1 / 2.2 then stands for sRGB
            return None if gamma == _SRGB_GAMMA else by_gamma(1 / gamma, REC_709)
        x = [number / 100_000 for number in struct.unpack(">8I", known[b"cHRM"])]
        white, red, green, blue = zip(x[::2], x[1::2], strict=True)
        return by_gamma(1 / gamma, Primaries(red, green, blue, white))

    def _known(self) -> dict[bytes, bytes]:
        """The chunks on colours in front of the pixels that are of a right length."""
        lengths = {b"cICP": 4, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"mDCV": 24, b"cLLI": 8}
        return {
            kind: body
            for kind, body in self._before_pixels.items()
            if kind == b"iCCP" or len(body) == lengths.get(kind)
        }

    def _texts(self) -> dict[str, str]:
        """The texts by their keywords (11.3.3), the first of each, up to a bound over all."""
        found: dict[str, str] = {}
        left = _MAX_TEXT_BYTES
        for chunk in self._chunks:
            if chunk.kind not in (b"tEXt", b"zTXt", b"iTXt"):
                continue
            keyword, _, text = self._body(chunk).partition(b"\0")
            is_international = chunk.kind == b"iTXt"
            is_packed = chunk.kind == b"zTXt" or (is_international and text[:1] == b"\1")
            if is_international:
                text = text[2:].split(b"\0", 2)[-1]  # behind language and translated keyword
            elif is_packed:
                text = text[1:]
            unpacked = _inflated(text, left) if is_packed else text
            left -= len(unpacked)
            if left < 0:
                break
            encoding = "utf-8" if is_international else "latin-1"
            name, words = keyword.decode("latin-1"), unpacked.decode(encoding, "replace")
            found.setdefault(name, words)
        return found

    def pixels_only(self) -> BufferedReader:
        """See `PillowImage`: without the animation."""
        return self._rewritten([chunk for chunk in self._chunks if chunk.kind not in _ANIMATION])

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`. A stream that holds every row may end as it likes."""
        if self._is_plain:
            from darkroom.imaging.codecs.libspng import png_picture

            with suppress(OSError):  # of a broken one Pillow decodes what there is
                return png_picture(self.pixels_only(), self.size, _MODES[self.data[25]], scale)
        try:
            self.pillow.load()
        except BROKEN:
            self.pillow = Image.open(self._repacked(), formats=["PNG"])
            self.pillow.load()
        return averaged(self.pillow, scale)

    def decode_frames(self, count: int, wanted: Size) -> Iterator[tuple[Image.Image, int]]:
        """See `EncodedImage`. The picture for those who cannot play the animation is left out."""
        with Image.open(self._rewritten(self._chunks), formats=["PNG"]) as pillow:
            first = 1 if pillow.info.get("default_image") else 0
            for index in range(first, first + count):
                pillow.seek(index)
                pillow.load()
                yield pillow, ceil(pillow.info.get("duration", 0))

    @property
    def loops(self) -> int:
        """How often the animation is played; 0 for ever."""
        return int.from_bytes(self._before_pixels.get(b"acTL", b"")[4:8], "big")

    def _rewritten(self, chunks: list[_Chunk], pixels: bytes | None = None) -> BufferedReader:
        """These chunks as far as Pillow needs them, with right checksums; `pixels` for its IDAT."""
        return excerpt(self._parts(chunks, pixels))

    def _parts(self, chunks: list[_Chunk], pixels: bytes | None) -> Iterator[bytes | memoryview]:
        whole = memoryview(self.data)
        yield _SIGNATURE
        for chunk in chunks:
            if chunk.kind in _PIXELS and pixels is None:
                length = (chunk.end - chunk.start).to_bytes(4, "big")
                yield length + chunk.kind
                yield whole[chunk.start : chunk.end]
                yield bytes(4)  # Pillow does not look at a checksum of pixels
            elif chunk.kind == b"tRNS" and self._is_needed(chunk):
                yield _written(chunk.kind, self._clear_level(self._body(chunk)))
            elif self._is_needed(chunk):
                yield _written(chunk.kind, self._body(chunk))
        if pixels is not None:
            yield _written(b"IDAT", pixels)
        yield _written(b"IEND", b"")

    def _is_needed(self, chunk: _Chunk) -> bool:
        """Whether pixels are decoded by this chunk, and its length is one that it may have."""
        colour, length = self.data[25], chunk.end - chunk.start
        clear = {_GREY: length == 2, _RGB: length == 6, _PALETTE: 0 < length <= 256}
        return {
            b"IHDR": length == 13,
            b"PLTE": colour == _PALETTE and length % 3 == 0,
            b"tRNS": clear.get(colour, False),
            b"acTL": self.header.frames > 1,
            b"fcTL": self.header.frames > 1 and length == 26,
        }.get(chunk.kind, False)

    def _clear_level(self, level: bytes) -> bytes:
        """A body of tRNS (11.3.1.1) that fits the pixels which Pillow makes, of 8 bits mostly.

        Of colours of 16 bits the lower bytes are gone: the clear one is told by its higher bytes.
        """
        depth, colour = self.data[24:26]
        if colour == _PALETTE or (colour == _GREY and depth == 16):
            return level
        most = (1 << depth) - 1
        samples = [(sample & most) * 255 // most for (sample,) in struct.iter_unpack(">H", level)]
        return struct.pack(f">{len(samples)}H", *samples)

    def _repacked(self) -> BufferedReader:
        """The still, its pixels packed anew. Raises ValueError where some of them are missing."""
        packed, missing = zlib.compressobj(1), self._packed_bytes()
        pixels = bytearray()
        for rows in _unpacked(self._stream(), missing):
            pixels += packed.compress(rows)
            missing -= len(rows)
        if missing:
            raise ValueError("rows are missing")
        pixels += packed.flush()
        stills = [chunk for chunk in self._chunks if chunk.kind not in _ANIMATION]
        return self._rewritten(stills, bytes(pixels))

    def _stream(self) -> Iterator[memoryview]:
        whole = memoryview(self.data)
        for chunk in self._chunks:
            if chunk.kind == b"IDAT":
                for at in range(chunk.start, chunk.end, _PIECE_BYTES):
                    yield whole[at : min(at + _PIECE_BYTES, chunk.end)]

    def _packed_bytes(self) -> int:
        """Bytes of all rows, each with its filter, of all passes (7.2, 8.1)."""
        width, height = self.header.width, self.header.height
        bits = self.data[24] * _SAMPLES.get(self.data[25], 4)
        total = 0
        for left, top, across, down in _ADAM7 if self.data[28] else ((0, 0, 1, 1),):
            columns, rows = ceil((width - left) / across), ceil((height - top) / down)
            total += rows * (1 + ceil(columns * bits / 8)) if columns > 0 and rows > 0 else 0
        return total

    def _body(self, chunk: _Chunk) -> bytes:
        return self.data[chunk.start : chunk.end]


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """The chunks up to IEND; the last one may be cut short. Raises CorruptImage for too many."""
    at = 8
    for _ in range(_MAX_CHUNKS):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if len(kind) < 4:
            return
        end = at + 8 + length
        yield _Chunk(kind, at + 8, min(end, len(data)))
        if kind == b"IEND":
            return
        at = end + 4
    raise corrupt()


def _most_nits(known: Mapping[bytes, bytes]) -> float:
    """The most light of a pixel (11.3.2.8), or of the display it was made on (11.3.2.7); or 0."""
    of_pixel, of_display = known.get(b"cLLI", b"")[:4], known.get(b"mDCV", b"")[16:20]
    units = int.from_bytes(of_pixel, "big") or int.from_bytes(of_display, "big")
    return units / 10_000


def _written(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + checksum


def _unpacked(stream: Iterator[memoryview], most: int) -> Iterator[bytes]:
    """The bytes of a zlib stream, up to so many, whatever its header and its checksum are."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    skipped = 2  # the header
    for piece in stream:
        piece, skipped = piece[skipped:], max(0, skipped - len(piece))
        tail = bytes(piece)
        while tail and most > 0:
            try:
                rows = inflater.decompress(tail, min(most, 1 << 20))
            except zlib.error:
                return
            most -= len(rows)
            yield rows
            tail = inflater.unconsumed_tail
        if inflater.eof or most <= 0:
            return


def _inflated(packed: bytes, most: int) -> bytes:
    """What is packed, up to a few bytes more than `most`; empty where it is broken."""
    try:
        return zlib.decompressobj().decompress(packed, most + 1)
    except zlib.error:
        return b""


def _delay(fraction: bytes) -> float:
    """Seconds; a denominator of 0 stands for 100 (11.3.6.2)."""
    return int.from_bytes(fraction[:2], "big") / (int.from_bytes(fraction[2:], "big") or 100)
