"""Hostile and odd videos, made when they are needed, each with how it ends.

A `reason` is that of a rejection, by both functions. A video without one is converted to 160 × 120,
and so many frames of it; of one that was cut off, as many as were saved.
"""

from __future__ import annotations

import math
import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from tests.unit.media import clips
from tests.unit.media.clips import X264, encoded, mp4

Make = Callable[[], bytes]
KEYS = {"options": X264, "audio": None}
FULL = (160, 120)


@dataclass(frozen=True)
class Hostile:
    """A file, and how it ends."""

    make: Make
    reason: str = ""
    frames: int = 20
    size: tuple[int, int] = FULL
    is_cut_off: bool = False
    turned: int = 0


def converted(
    make: Make, frames: int = 20, size: tuple[int, int] = FULL, turned: int = 0
) -> Hostile:
    """What is odd, and a video all the same."""
    return Hostile(make, "", frames, size, turned=turned)


def refused(data: bytes, reason: str = "unsupported") -> Hostile:
    """What is short enough to be written here."""
    return Hostile(lambda: data, reason)


@cache
def index_last() -> bytes:
    return encoded("mp4", "libx264", options=X264)


@cache
def avi() -> bytes:
    return encoded("avi", "mjpeg", pixels="yuvj420p", audio=None)


@cache
def mkv() -> bytes:
    return encoded("matroska", "libx264", options=X264)


@cache
def webm() -> bytes:
    options = {"cpu-used": "8", "deadline": "realtime", "threads": "1"}
    return encoded("webm", "libvpx", options=options, audio="libopus")


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def sound_alone() -> bytes:
    return encoded("mp4", "libx264", tracks=0)


def in_unknown_codec() -> bytes:
    return mp4().replace(b"avc1", b"zzz1").replace(b"avcC", b"zzzC")


@cache
def of_many_tracks() -> bytes:
    return encoded("mp4", "libx264", clips.scenes(1, (32, 32)), tracks=70, **KEYS)  # type: ignore[arg-type]


def nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = box(b"moov", data)
    return data


@cache
def of_hours() -> bytes:
    return encoded("matroska", "libx264", clips.scenes(3), times=[0, 1, 360_000], **KEYS)  # type: ignore[arg-type]


@cache
def recorded_live() -> bytes:
    """Without a duration, as browsers record."""
    return encoded("matroska", "libx264", container_options={"live": "1"}, **KEYS)  # type: ignore[arg-type]


def damaged(seed: int) -> bytes:
    data = bytearray(mp4())
    chance = random.Random(seed)
    for _ in range(60):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def playlist(*, url: str = "http://127.0.0.1:9/secret") -> bytes:
    return f"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\n{url}\n#EXT-X-ENDLIST\n".encode()


def with_table(kind: bytes, count: int) -> bytes:
    """The file with a table that says it has `count` entries."""
    data = bytearray(mp4())
    at = data.index(kind) + 8 + (4 if kind == b"stsz" else 0)
    data[at : at + 4] = struct.pack(">I", count)
    return bytes(data)


def field_set(kind: bytes, at: int, value: bytes) -> bytes:
    """The file with bytes of its first box of a kind replaced, `at` behind the box's name."""
    start = mp4().index(kind) + 4 + at
    return mp4()[:start] + value + mp4()[start + len(value) :]


def cut(make: Make, percent: int) -> Make:
    """The file's first part, as of an upload that broke off."""
    return lambda: make()[: len(make()) * percent // 100]


def matrix(degrees: float) -> bytes:
    """A matrix that turns a picture by so much (ISO/IEC 14496-12, 8.3.2)."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    a, b, c, d = (round(value * 0x10000) for value in (cosine, sine, -sine, cosine))
    return struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)


def mirrored() -> bytes:
    return struct.pack(">i", -0x10000) + matrix(0)[4:]


def with_duration(seconds: float) -> bytes:
    """A Matroska file that says it lasts so long; whatever can be written as a number."""
    data = bytearray(mkv())
    at = data.index(b"\x44\x89\x88") + 3
    data[at : at + 8] = struct.pack(">d", seconds)
    return bytes(data)


def with_cover_alone() -> bytes:
    """A song with a picture of its cover, in the brands of a video."""
    data = sound_alone().replace(b"udta", b"free")
    small = encoded("mov", "png", clips.scenes(1, (64, 64)), pixels="rgb24", audio=None)
    picture = small[small.index(b"\x89PNG") : small.index(b"IEND") + 8]
    cover = box(b"covr", box(b"data", struct.pack(">II", 14, 0) + picture))
    handler = box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    tags = box(b"udta", box(b"meta", bytes(4) + handler + box(b"ilst", cover)))
    at = data.index(b"moov") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    end = at + size
    grown = struct.pack(">I", size + len(tags))
    return data[:at] + grown + data[at + 4 : end] + tags + data[end:]


def subtitles_alone() -> bytes:
    data = encoded("matroska", "libx264", **KEYS)  # type: ignore[arg-type]
    return data.replace(b"\x83\x81\x01", b"\x83\x81\x11").replace(
        b"V_MPEG4/ISO/AVC", b"S_TEXT/UTF8\0\0\0\0"
    )


def claiming(side: int) -> bytes:
    """A film of one PNG that says it is so large, and is not."""
    small = encoded("mov", "png", clips.scenes(1, (64, 64)), pixels="rgb24", audio=None)
    start = small.index(b"\x89PNG")
    header = struct.pack(">II", side, side) + b"\x08\x02\0\0\0"
    data = bytearray(small)
    data[start + 16 : start + 29] = header
    data[start + 29 : start + 33] = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return bytes(data)


def rgb(count: int, size: tuple[int, int]) -> bytes:
    """A film of PNGs, which may have any size."""
    return encoded("mov", "png", clips.scenes(count, size), pixels="rgb24", audio=None)


def of_tracks(format_: str, count: int) -> bytes:
    pictures = clips.scenes(1, (16, 16))
    return encoded(format_, "mjpeg", pictures, pixels="yuvj420p", audio=None, tracks=count)


HOSTILE: dict[str, Hostile] = {
    # Odd, and videos all the same.
    "no duration in its header": converted(lambda: field_set(b"mvhd", 16, bytes(4))),
    "a duration of years": converted(lambda: field_set(b"mvhd", 16, b"\xff\xff\xff\xfe")),
    "no unit of time": converted(lambda: field_set(b"mvhd", 12, bytes(4))),
    "an edit that ends before it begins": converted(
        lambda: field_set(b"elst", 8, b"\x7f\xff\xff\xff\xff\xff\xff\xfe"),
    ),
    "turned by nothing that is a turn": converted(
        lambda: field_set(b"tkhd", 40, bytes(36)),
    ),
    "a second index": converted(lambda: mp4() + mp4()[mp4().index(b"moov") - 4 :]),
    "the file twice": converted(lambda: mp4() + mp4()),
    "zeros behind it": converted(lambda: mp4() + bytes(5000)),
    "noise behind it": converted(lambda: mp4() + random.Random(1).randbytes(5000)),
    "240 frames a second": converted(
        lambda: encoded("mov", "libx264", rate=240, seconds=0.5, **KEYS), 30, (160, 120),  # type: ignore[arg-type]
    ),
    "a frame in ten seconds": converted(
        lambda: encoded("mov", "libx264", clips.scenes(3), times=[0, 10, 20], **KEYS),  # type: ignore[arg-type]
        3, (160, 120),
    ),
    "it begins after five minutes": converted(
        lambda: encoded("mov", "libx264", clips.scenes(3), times=[300, 300.1, 300.2], **KEYS),  # type: ignore[arg-type]
        3, (160, 120),
    ),
    "four pixels": converted(
        lambda: encoded("mov", "libx264", clips.scenes(5, (2, 2)), **KEYS), 5, (2, 2),  # type: ignore[arg-type]
    ),
    "a line": converted(
        lambda: encoded("mov", "libx264", clips.scenes(3, (16, 2000)), **KEYS), 3, (2, 214),  # type: ignore[arg-type]
    ),
    "odd sides": converted(
        lambda: encoded("mov", "mpeg4", clips.scenes(5, (33, 17)), audio=None), 5, (32, 16),
    ),
    "pixels a thousand times as wide as high": converted(
        lambda: encoded("mov", "libx264", aspect=Fraction(1000), **KEYS), 20, (160, 120),  # type: ignore[arg-type]
    ),
    "sound for twelve times as long": converted(
        lambda: encoded("mov", "libx264", clips.scenes(5), options=X264, seconds=6), 5, (160, 120),
    ),
    "ten bits, every colour": converted(
        lambda: encoded("mov", "libx264", pixels="yuv444p10le", **KEYS), 20, (160, 120),  # type: ignore[arg-type]
    ),
    "seen in a mirror": converted(lambda: field_set(b"tkhd", 40, mirrored()), turned=180),
    "turned by 45 degrees": converted(lambda: field_set(b"tkhd", 40, matrix(45))),
    "turned by 30 degrees": converted(lambda: field_set(b"tkhd", 40, matrix(30))),
    "turned by 359 degrees": converted(lambda: field_set(b"tkhd", 40, matrix(359))),
    "turned out of all bounds": converted(
        lambda: field_set(b"tkhd", 40, b"\x7f\xff\xff\xff" * 9)
    ),
    "one pixel": converted(lambda: rgb(3, (1, 1)), 3, (2, 2)),
    "a size of 16,384 in its index alone": converted(
        lambda: field_set(b"tkhd", 76, struct.pack(">II", 16384 << 16, 16384 << 16))
    ),
    "no size in its index": converted(lambda: field_set(b"tkhd", 76, bytes(8))),
    "no size of its pictures": converted(lambda: field_set(b"avc1", 24, bytes(4))),
    "a size of 65,535": converted(lambda: field_set(b"avc1", 24, b"\xff" * 4)),
    "times before the beginning": converted(
        lambda: encoded("matroska", "libx264", clips.scenes(3), times=[-0.5, 0, 0.5], **KEYS), 3,  # type: ignore[arg-type]
    ),
    "a duration of 2^32 ticks": converted(lambda: field_set(b"mdhd", 16, b"\xff" * 4)),
    "a duration without end": converted(lambda: with_duration(math.inf)),
    "a duration that is no number": converted(lambda: with_duration(math.nan)),
    "a duration that is negative": converted(lambda: with_duration(-5)),
    "a duration of 10^297 years": converted(lambda: with_duration(1e300)),
    "its pictures twice": converted(lambda: mp4() + mp4()[mp4().index(b"mdat") - 4 :]),
    "an index that says it is the rest": converted(lambda: field_set(b"mdat", -8, bytes(4))),
    "sound at no rate": converted(lambda: field_set(b"mp4a", 28, bytes(4))),
    "65,535 channels of sound": converted(lambda: field_set(b"mp4a", 20, b"\xff\xff")),
    "nobody to handle its tracks": converted(lambda: mp4().replace(b"hdlr", b"free")),
    "500 tracks in Matroska": converted(lambda: of_tracks("matroska", 500), 1, (16, 16)),
    "half of it": Hostile(cut(mp4, 50), frames=1, is_cut_off=True),
    "three quarters of it": Hostile(cut(mp4, 75), frames=10, is_cut_off=True),
    "all but a hundredth": Hostile(cut(mp4, 99), frames=19, is_cut_off=True),
    "half of it in Matroska": Hostile(cut(mkv, 50), frames=6, is_cut_off=True),
    # No video to process.
    "no bytes": Hostile(lambda: b"", "empty"),
    "one byte": Hostile(lambda: b"\0", "unsupported"),
    "text": Hostile(lambda: b"milk, eggs", "unsupported"),
    "playlist": Hostile(playlist, "unsupported"),
    "playlist of files": Hostile(lambda: playlist(url="file:///etc/passwd"), "unsupported"),
    "list for concat": Hostile(lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "unsupported"),
    "playlist in a box": Hostile(lambda: box(b"ftyp", b"isom\0\0\0\0") + playlist(), "truncated"),
    "picture": Hostile(lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "unsupported"),
    "sound": Hostile(sound_alone, "no-picture"),
    "brands alone": Hostile(lambda: box(b"ftyp", b"isom\0\0\0\0isom"), "truncated"),
    "brands and nonsense": Hostile(
        lambda: box(b"ftyp", b"isom\0\0\0\0") + b"\xff" * 4096, "truncated",
    ),
    "empty index": Hostile(lambda: box(b"ftyp", b"isom\0\0\0\0") + box(b"moov"), "no-picture"),
    "index cut off": Hostile(lambda: index_last()[:-300], "truncated"),
    "no index": Hostile(lambda: index_last()[: len(index_last()) // 2], "truncated"),
    "cut before its first picture": Hostile(
        lambda: mp4()[: mp4().index(b"mdat") + 20], "truncated",
    ),
    "unknown codec": Hostile(in_unknown_codec, "codec-lacking"),
    "many tracks": Hostile(of_many_tracks, "too-many-tracks"),
    "EBML alone": Hostile(lambda: b"\x1aE\xdf\xa3\x8b\x42\x82\x84webm" + b"\0" * 99, "corrupt"),
    "RIFF alone": Hostile(lambda: b"RIFF\x40\0\0\0AVI " + b"\0" * 99, "corrupt"),
    "web page": Hostile(lambda: b"<html><video src='http://127.0.0.1:9/'></video>", "unsupported"),
    "archive": Hostile(lambda: b"PK\x03\x04" + b"\0" * 99, "unsupported"),
    "song": Hostile(lambda: box(b"ftyp", b"M4A \0\0\0\0") + mp4()[24:], "unsupported"),
    "photo of a phone": Hostile(
        lambda: box(b"ftyp", b"heic\0\0\0\0mif1") + mp4()[24:], "unsupported",
    ),
    "fragment without its index": Hostile(
        lambda: box(b"ftyp", b"isom\0\0\0\0") + box(b"moof", b"\0" * 64), "truncated",
    ),
    "box larger than any file": Hostile(
        lambda: box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\1mdat" + b"\x7f" * 8, "truncated",
    ),
    "box smaller than its header": Hostile(
        lambda: box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\3moov" + b"\0" * 99, "truncated",
    ),
    "boxes in boxes": Hostile(
        lambda: box(b"ftyp", b"isom\0\0\0\0") + nested(3000), "corrupt",
    ),
    "ten thousand empty boxes": Hostile(
        lambda: box(b"ftyp", b"isom\0\0\0\0") + box(b"free") * 20_000, "truncated",
    ),
    "song in Matroska": Hostile(
        lambda: encoded("matroska", "libx264", tracks=0, audio="libmp3lame"), "no-picture",
    ),
    "encrypted": Hostile(lambda: mp4().replace(b"avc1", b"encv"), "codec-lacking"),
    "Matroska in the brands of MP4": Hostile(
        lambda: box(b"ftyp", b"isom\0\0\0\0") + mkv(), "truncated",
    ),
    "no place of its samples": Hostile(lambda: mp4().replace(b"stco", b"free"), "corrupt"),
    "samples beyond its end": Hostile(
        lambda: field_set(b"stco", 4, b"\0\0\0\1\x7f\xff\xff\xff"), "corrupt",
    ),
    "samples in no group": Hostile(lambda: field_set(b"stsc", 4, bytes(4)), "corrupt"),
    "zeros after its index": Hostile(
        lambda: mp4()[: mp4().index(b"mdat") + 4] + b"\0" * 9000, "corrupt",
    ),
    "a hundredth of it": Hostile(cut(mp4, 1), "no-picture"),
    "a twentieth of it": Hostile(cut(mp4, 5), "codec-lacking"),
    "a tenth of it": Hostile(cut(mp4, 10), "truncated"),
    "a quarter of it": Hostile(cut(mp4, 25), "truncated"),
    "a tenth of it in Matroska": Hostile(cut(mkv, 10), "corrupt"),
    "two indexes before its pictures": Hostile(
        lambda: mp4()[: mp4().index(b"mdat") - 4] + mp4()[mp4().index(b"moov") - 4 :], "corrupt",
    ),
    "a line of 16,384 pixels": Hostile(lambda: rgb(2, (1, 16_384)), "too-large"),
    "16,384 × 16,384 in a header": Hostile(lambda: claiming(16_384), "corrupt"),
    "the tag of another codec": Hostile(lambda: mp4().replace(b"avc1", b"hvc1"), "corrupt"),
    "the tag of pictures": Hostile(lambda: mp4().replace(b"avc1", b"jpeg"), "corrupt"),
    "the tag of what has other boxes": Hostile(
        lambda: mp4().replace(b"avc1", b"mp4v"), "no-picture",
    ),
    "nothing of how it is coded": Hostile(lambda: mp4().replace(b"avcC", b"free"), "corrupt"),
    "nonsense of how it is coded": Hostile(lambda: field_set(b"avcC", 0, bytes(20)), "corrupt"),
    "subtitles alone": Hostile(subtitles_alone, "no-picture"),
    "a cover alone": Hostile(with_cover_alone, "no-picture"),
    "no sample": Hostile(lambda: field_set(b"stsz", 8, bytes(4)), "corrupt"),
    "samples of a byte": Hostile(lambda: field_set(b"stsz", 4, b"\0\0\0\1"), "corrupt"),
    "no track": Hostile(lambda: mp4().replace(b"trak", b"free"), "no-picture"),
    "no tables": Hostile(lambda: mp4().replace(b"stbl", b"free"), "codec-lacking"),
    "brands without end": Hostile(lambda: b"\xff\xff\xff\xff" + mp4()[4:], "truncated"),
    "100 tracks": Hostile(lambda: of_tracks("mov", 100), "too-many-tracks"),
    "animation": refused(b"GIF89a" + bytes(100)),
    "animation of WebP": refused(b"RIFF\x40\0\0\0WEBPVP8X" + bytes(99)),
    "wave": refused(b"RIFF\x40\0\0\0WAVEfmt " + bytes(99)),
    "stream of television": refused((b"\x47\x40\0\x10" + b"\xff" * 184) * 20),
    "Flash": refused(b"FLV\1\5\0\0\0\x09" + bytes(100)),
    "Windows Media": refused(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(200)),
    "Ogg": refused(b"OggS" + bytes(100)),
    "Matroska that breaks off": Hostile(
        lambda: mkv()[:40] + b"\xec\x08" + bytes(8) + b"\xff" * 3000, "corrupt",
    ),
    "segments in segments": refused(
        b"\x1aE\xdf\xa3\x84\x42\x82\x81m" + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 * 3000
    ),
    "an address of a stream": refused(
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"
    ),
    "addresses of DASH": refused(
        b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>'
    ),
    "addresses of DASH in a box": Hostile(
        lambda: box(b"ftyp", b"isom\0\0\0\0") + b'<?xml version="1.0"?><MPD/>', "truncated",
    ),
}  # fmt: skip
