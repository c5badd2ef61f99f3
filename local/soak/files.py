"""The files of a soak, by their kind: small ones, because it tests the queues and not the codecs.

Each is another one for each number, and the same for the same chance.
"""

from __future__ import annotations

import gzip
import io
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from darkroom.kinds import Kind
from PIL import Image

Make = Callable[[int, random.Random], bytes]
_SIZE = (640, 480)
_FRAME, _FRAMES, _RATE = (96, 64), 10, 10
_ROWS = 40


@dataclass(frozen=True)
class Files:
    """How the files of a kind are made, and how they are called."""

    suffix: str
    content_type: str
    honest: Make
    hostile: Make


def photo(number: int, chance: random.Random) -> bytes:
    """A smooth picture."""
    small = Image.frombytes("RGB", (8, 6), chance.randbytes(8 * 6 * 3))
    out = io.BytesIO()
    comment = f"photo {number}".encode()
    small.resize(_SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=85, comment=comment)
    return out.getvalue()


def _no_photo(number: int, chance: random.Random) -> bytes:
    """Text, noise after a JPEG's first bytes, half a photo, or a WebP of 82 Mpx."""
    bomb = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\xff\xff\xc7\x04" + number.to_bytes(
        9, "big"
    )
    kinds = (
        f"This is no picture, it is number {number}.".encode(),
        b"\xff\xd8\xff\xe0" + chance.randbytes(2000),
        photo(number, chance)[:3000],
        bomb,
    )
    return kinds[number % len(kinds)]


def _video(number: int, _: random.Random) -> bytes:
    """A second in a format that no browser plays, so that it is converted."""
    return _clip() + _box(b"free", number.to_bytes(9, "big", signed=True))


def _no_video(number: int, chance: random.Random) -> bytes:
    """Half a video, or one without a picture, or noise where its index should be."""
    head = _box(b"ftyp", b"isom\0\0\0\0")
    kinds = (
        _clip()[: len(_clip()) // 2] + number.to_bytes(9, "big"),
        head + _box(b"moov", b"") + _box(b"free", number.to_bytes(9, "big")),
        head + _box(b"moov", chance.randbytes(2000)),
    )
    return kinds[number // len(FILES) % len(kinds)]  # each, where kinds take turns


def _table(number: int, chance: random.Random) -> bytes:
    """A CSV file of which every row is sound."""
    rows = [f"{number},{row},{chance.randrange(10**6) / 100:.2f}" for row in range(_ROWS)]
    return "\r\n".join(["file,row,price", *rows, ""]).encode()


def _no_table(number: int, chance: random.Random) -> bytes:
    """A compressed table that is cut off, or noise after the first bytes of a workbook."""
    name = b"xl/workbook.xml"
    kinds = (
        gzip.compress(_table(number, chance), mtime=0)[:-12],
        struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 2000, 2000, len(name), 0)
        + name
        + chance.randbytes(2000),
    )
    return kinds[number // len(FILES) % len(kinds)]


@cache
def _clip() -> bytes:
    import av  # which a soak of pictures does not need
    from av.video.frame import VideoFrame

    out = io.BytesIO()
    with av.open(out, "w", format="mov") as container:
        track = container.add_stream("libx264", rate=_RATE, options={"preset": "ultrafast"})
        track.width, track.height = _FRAME
        track.pix_fmt = "yuv420p"
        track.codec_context.thread_count = 1
        for number in range(_FRAMES):
            image = Image.linear_gradient("L").resize(_FRAME).rotate(9 * number).convert("RGB")
            container.mux(track.encode(VideoFrame.from_image(image)))
        container.mux(track.encode(None))
    return out.getvalue()


def _box(name: bytes, body: bytes) -> bytes:
    """A box of an MP4 or MOV: its size, its name and what is in it."""
    return (8 + len(body)).to_bytes(4, "big") + name + body


FILES: dict[Kind, Files] = {
    Kind.PICTURE: Files("jpg", "image/jpeg", photo, _no_photo),
    Kind.VIDEO: Files("mov", "video/quicktime", _video, _no_video),
    Kind.TABLE: Files("csv", "text/csv", _table, _no_table),
}
