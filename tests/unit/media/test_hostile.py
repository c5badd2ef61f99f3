"""What is no video to process ends by a named reason, whatever it is."""

from __future__ import annotations

import random
import socket
import struct
import zlib
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from darkroom.errors import PermanentError
from darkroom.media import MediaLimits, ProcessLimits, inspect, transcode

from tests.unit.media import clips
from tests.unit.media.clips import X264, encoded, mp4
from tests.unit.media.reading import MemorySource, facts_of, inspected, played, transcoded

Make = Callable[[], bytes]
KEYS = {"options": X264, "audio": None}


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


# What is odd, and a video all the same: how many frames its version has, and its size.
ODD: dict[str, tuple[Make, int, tuple[int, int]]] = {
    "no duration in its header": (lambda: field_set(b"mvhd", 16, bytes(4)), 20, (160, 120)),
    "a duration of years": (lambda: field_set(b"mvhd", 16, b"\xff\xff\xff\xfe"), 20, (160, 120)),
    "no unit of time": (lambda: field_set(b"mvhd", 12, bytes(4)), 20, (160, 120)),
    "an edit that ends before it begins": (
        lambda: field_set(b"elst", 8, b"\x7f\xff\xff\xff\xff\xff\xff\xfe"), 20, (160, 120),
    ),
    "turned by nothing that is a turn": (
        lambda: field_set(b"tkhd", 40, bytes(36)), 20, (160, 120),
    ),
    "a second index": (lambda: mp4() + mp4()[mp4().index(b"moov") - 4 :], 20, (160, 120)),
    "the file twice": (lambda: mp4() + mp4(), 20, (160, 120)),
    "zeros behind it": (lambda: mp4() + bytes(5000), 20, (160, 120)),
    "noise behind it": (lambda: mp4() + random.Random(1).randbytes(5000), 20, (160, 120)),
    "240 frames a second": (
        lambda: encoded("mov", "libx264", rate=240, seconds=0.5, **KEYS), 30, (160, 120),  # type: ignore[arg-type]
    ),
    "a frame in ten seconds": (
        lambda: encoded("mov", "libx264", clips.scenes(3), times=[0, 10, 20], **KEYS),  # type: ignore[arg-type]
        3, (160, 120),
    ),
    "it begins after five minutes": (
        lambda: encoded("mov", "libx264", clips.scenes(3), times=[300, 300.1, 300.2], **KEYS),  # type: ignore[arg-type]
        3, (160, 120),
    ),
    "four pixels": (
        lambda: encoded("mov", "libx264", clips.scenes(5, (2, 2)), **KEYS), 5, (2, 2),  # type: ignore[arg-type]
    ),
    "a line": (
        lambda: encoded("mov", "libx264", clips.scenes(3, (16, 2000)), **KEYS), 3, (2, 214),  # type: ignore[arg-type]
    ),
    "odd sides": (
        lambda: encoded("mov", "mpeg4", clips.scenes(5, (33, 17)), audio=None), 5, (32, 16),
    ),
    "pixels a thousand times as wide as high": (
        lambda: encoded("mov", "libx264", aspect=Fraction(1000), **KEYS), 20, (160, 120),  # type: ignore[arg-type]
    ),
    "sound for twelve times as long": (
        lambda: encoded("mov", "libx264", clips.scenes(5), options=X264, seconds=6), 5, (160, 120),
    ),
    "ten bits, every colour": (
        lambda: encoded("mov", "libx264", pixels="yuv444p10le", **KEYS), 20, (160, 120),  # type: ignore[arg-type]
    ),
}  # fmt: skip


REFUSED: dict[str, tuple[Make, str]] = {
    "no bytes": (lambda: b"", "empty"),
    "one byte": (lambda: b"\0", "unsupported"),
    "text": (lambda: b"milk, eggs", "unsupported"),
    "playlist": (playlist, "unsupported"),
    "playlist of files": (lambda: playlist(url="file:///etc/passwd"), "unsupported"),
    "list for concat": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "unsupported"),
    "playlist in a box": (lambda: box(b"ftyp", b"isom\0\0\0\0") + playlist(), "truncated"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "unsupported"),
    "sound": (sound_alone, "no-picture"),
    "brands alone": (lambda: box(b"ftyp", b"isom\0\0\0\0isom"), "truncated"),
    "brands and nonsense": (lambda: box(b"ftyp", b"isom\0\0\0\0") + b"\xff" * 4096, "truncated"),
    "empty index": (lambda: box(b"ftyp", b"isom\0\0\0\0") + box(b"moov"), "no-picture"),
    "index cut off": (lambda: index_last()[:-300], "truncated"),
    "no index": (lambda: index_last()[: len(index_last()) // 2], "truncated"),
    "cut before its first picture": (
        lambda: mp4()[: mp4().index(b"mdat") + 20], "truncated",
    ),
    "unknown codec": (in_unknown_codec, "codec-lacking"),
    "many tracks": (of_many_tracks, "too-many-tracks"),
    "EBML alone": (lambda: b"\x1aE\xdf\xa3\x8b\x42\x82\x84webm" + b"\0" * 99, "corrupt"),
    "RIFF alone": (lambda: b"RIFF\x40\0\0\0AVI " + b"\0" * 99, "corrupt"),
    "web page": (lambda: b"<html><video src='http://127.0.0.1:9/'></video>", "unsupported"),
    "archive": (lambda: b"PK\x03\x04" + b"\0" * 99, "unsupported"),
    "song": (lambda: box(b"ftyp", b"M4A \0\0\0\0") + mp4()[24:], "unsupported"),
    "photo of a phone": (lambda: box(b"ftyp", b"heic\0\0\0\0mif1") + mp4()[24:], "unsupported"),
    "fragment without its index": (
        lambda: box(b"ftyp", b"isom\0\0\0\0") + box(b"moof", b"\0" * 64), "truncated",
    ),
    "box larger than any file": (
        lambda: box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\1mdat" + b"\x7f" * 8, "truncated",
    ),
    "box smaller than its header": (
        lambda: box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\3moov" + b"\0" * 99, "truncated",
    ),
    "boxes in boxes": (
        lambda: box(b"ftyp", b"isom\0\0\0\0") + nested(3000), "corrupt",
    ),
    "ten thousand empty boxes": (
        lambda: box(b"ftyp", b"isom\0\0\0\0") + box(b"free") * 20_000, "truncated",
    ),
    "song in Matroska": (
        lambda: encoded("matroska", "libx264", tracks=0, audio="libmp3lame"), "no-picture",
    ),
    "encrypted": (lambda: mp4().replace(b"avc1", b"encv"), "codec-lacking"),
    "Matroska in the brands of MP4": (
        lambda: box(b"ftyp", b"isom\0\0\0\0") + mkv(), "truncated",
    ),
    "no place of its samples": (lambda: mp4().replace(b"stco", b"free"), "corrupt"),
    "samples beyond its end": (
        lambda: field_set(b"stco", 4, b"\0\0\0\1\x7f\xff\xff\xff"), "corrupt",
    ),
    "samples in no group": (lambda: field_set(b"stsc", 4, bytes(4)), "corrupt"),
    "zeros after its index": (
        lambda: mp4()[: mp4().index(b"mdat") + 4] + b"\0" * 9000, "corrupt",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_reason_is_named_when_a_file_is_no_video_to_process(name: str, tmp_path: Path) -> None:
    make, reason = REFUSED[name]
    with pytest.raises(PermanentError) as refused:
        inspected(make(), tmp_path)
    assert refused.value.code == reason
    assert refused.value.sentence.endswith(".")

    with pytest.raises(PermanentError) as refused:
        transcoded(make(), tmp_path)
    assert refused.value.code == reason


@pytest.mark.parametrize("name", ODD)
def test_odd_video_is_converted_whole(name: str, tmp_path: Path) -> None:
    make, frames, size = ODD[name]
    data = make()

    facts = facts_of(data, tmp_path)
    made = transcoded(data, tmp_path, short_edge=120)["made"]

    assert (made["frames"], (made["width"], made["height"])) == (frames, size)
    assert not made["cut_off"]
    assert facts["turned_degrees"] == 0


@pytest.mark.parametrize(("kind", "count"), [(b"stsz", 2**31 - 1), (b"stts", 2**31 - 1)])
def test_table_takes_no_memory_when_it_says_it_has_billions(
    kind: bytes, count: int, tmp_path: Path
) -> None:
    limits = MediaLimits(process=ProcessLimits(memory_bytes=400_000_000, cpu_seconds=20))
    ended = end_of(lambda: inspect(MemorySource(with_table(kind, count)), tmp_path, limits))

    assert ended in (None, "corrupt", "truncated", "too-large")


def end_of(work: Callable[[], object]) -> str | None:
    """The reason of a refusal; None where there was none."""
    try:
        work()
    except PermanentError as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("make", [mp4, avi, mkv, webm])
def test_what_was_saved_is_told_when_a_video_was_cut_off(make: Make, tmp_path: Path) -> None:
    data = make()[: len(make()) * 3 // 5]

    found = transcoded(data, tmp_path, short_edge=120)

    assert found["made"]["cut_off"]
    assert 1 <= found["made"]["frames"] < 20
    assert found["made"]["seconds"] < 1.9
    assert len(played(tmp_path / "web.mp4").frames) == found["made"]["frames"]


def test_picture_is_kept_when_its_sound_is_in_no_codec_that_we_have(tmp_path: Path) -> None:
    object_type = b"\x04\x80\x80\x80\x17\x40"  # ISO/IEC 14496-1, 7.2.6.6: AAC
    assert object_type in index_last()
    data = index_last().replace(object_type, b"\x04\x80\x80\x80\x17\xfe")
    data = data.replace(b"mp4a", b"zzz2")

    found = transcoded(data, tmp_path, short_edge=120)

    assert found["made"]["frames"] == 20
    assert played(tmp_path / "web.mp4").audio_codec is None


def test_damaged_packet_of_sound_is_passed_over(tmp_path: Path) -> None:
    """Whatever FFmpeg says of it: here a number of the decoder's own."""
    data = bytearray(encoded("matroska", "libx264", options=X264, audio="ac3"))
    start = data.index(b"\x0b\x77")  # ATSC A/52, 5.3.1: a frame's first word
    data[start + 4] = 0x85

    found = transcoded(bytes(data), tmp_path, short_edge=120)

    assert found["made"]["frames"] == 20
    assert played(tmp_path / "web.mp4").audio_codec == "aac"


def test_version_has_one_size_when_the_video_changes_its_own(tmp_path: Path) -> None:
    """As recorders of screens do: AVI says the size once, and each JPEG its own."""
    small = encoded("avi", "mjpeg", clips.scenes(10, (160, 120)), pixels="yuvj420p", audio=None)
    others = frames_of(avi())[1:]
    data = bytearray(avi())
    for (at, size), (start, length) in zip(others[:5], frames_of(small)[:5], strict=True):
        assert length <= size
        data[at : at + size] = small[start : start + length] + b"\0" * (size - length)

    found = transcoded(bytes(data), tmp_path, short_edge=120)

    version = played(tmp_path / "web.mp4")
    assert found["made"]["frames"] == len(version.frames) == 20
    assert {(frame.width, frame.height) for frame in version.frames} == {(160, 120)}


def frames_of(data: bytes) -> list[tuple[int, int]]:
    """Where the frames of an AVI are: first byte and length."""
    end = data.index(b"idx1")
    places = []
    at = data.index(b"movi") + 4
    while at < end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        places.append((at + 8, size))
        at += 8 + size + size % 2
    return places


def test_memory_is_bounded_when_a_picture_unpacks_to_a_gigabyte(tmp_path: Path) -> None:
    """FFmpeg decodes it to learn what the track holds, before any limit of ours is asked."""
    small = encoded("mov", "png", clips.scenes(1, (64, 64)), pixels="rgb24", audio=None)
    start = small.index(b"\x89PNG")
    header = struct.pack(">II", 20_000, 20_000) + b"\x08\x02\0\0\0"
    data = bytearray(small)
    data[start + 16 : start + 29] = header
    data[start + 29 : start + 33] = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    limits = MediaLimits(process=ProcessLimits(memory_bytes=600_000_000, cpu_seconds=20))

    ended = end_of(lambda: inspect(MemorySource(bytes(data)), tmp_path, limits))

    assert ended in ("too-large", "corrupt")


def test_video_is_too_long_when_it_says_that_it_lasts_for_days(tmp_path: Path) -> None:
    found = transcoded(of_hours(), tmp_path)

    assert found["plan"]["reason"] == "too-long"
    assert found["plan"]["message"] == (
        "This video lasts 100:00:00; versions for the web are made of up to 10:00. "
        "It can be downloaded as it is."
    )
    assert found["made"] is None
    assert inspected(of_hours(), tmp_path)["facts"]["seconds"] == pytest.approx(360_000, abs=1)


def test_video_is_too_long_when_it_lasts_longer_than_it_says(tmp_path: Path) -> None:
    with pytest.raises(PermanentError) as refused:
        transcoded(recorded_live(), tmp_path, MediaLimits(max_seconds=0.5), short_edge=120)
    assert refused.value.code == "too-long"


def test_version_is_made_when_a_browser_wrote_no_duration(tmp_path: Path) -> None:
    found = transcoded(recorded_live(), tmp_path, short_edge=120)

    assert "seconds" not in inspected(recorded_live(), tmp_path)["facts"]
    assert (found["made"]["seconds"], found["made"]["cut_off"]) == (2.0, False)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_video_ends_by_a_reason_or_as_a_version(seed: int, tmp_path: Path) -> None:
    for work in (inspected, transcoded):
        assert end_of(lambda work=work: work(damaged(seed), tmp_path)) in (  # type: ignore[misc]
            None, "corrupt", "truncated", "no-picture", "codec-lacking", "too-large", "too-long",
            "unsupported",
        )  # fmt: skip


def test_no_address_is_asked_when_a_file_names_one(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/secret"
        with pytest.raises(PermanentError):
            inspect(MemorySource(playlist(url=url)), tmp_path, MediaLimits())
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_file_is_opened_when_a_video_names_one(tmp_path: Path) -> None:
    """QuickTime may keep its samples in another file, which an alias of its index names."""
    secret = tmp_path / "secret"
    secret.write_bytes(mp4())

    with pytest.raises(PermanentError) as refused:
        inspect(MemorySource(referring(str(secret))), tmp_path, MediaLimits())
    assert refused.value.code in ("truncated", "corrupt")


def referring(path: str) -> bytes:
    """The index of a video whose samples are in another file."""
    data = mp4()
    index = data[: data.index(b"mdat") - 4]
    at = index.index(b"url \0\0\0\x01")
    name = path.replace("/", ":").encode()
    name += b"\0" * (len(name) % 2)
    alias = b"\0" * 10 + b"\0" + b"\0" * 27 + b"\0" * 12 + b"\0" + b"\0" * 63 + b"\0" * 16
    alias += struct.pack(">HH", 1, 1) + b"\0" * 16 + struct.pack(">HH", 2, len(name)) + name
    alias += b"\xff\xff\0\0"
    entry = box(b"alis", b"\0\0\0\0" + alias)
    grown = len(entry) - 12
    changed = bytearray(index[: at - 4] + entry + index[at + 8 :])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        place = changed.index(kind) - 4
        size = int.from_bytes(changed[place : place + 4], "big") + grown
        changed[place : place + 4] = struct.pack(">I", size)
    return bytes(changed)


def test_limits_hold_when_pictures_are_too_large(tmp_path: Path) -> None:
    limits = MediaLimits(max_pixels=320 * 240 - 1)
    with pytest.raises(PermanentError) as refused:
        inspected(mp4(), tmp_path, limits)
    assert refused.value.code == "too-large"
    assert "320 × 240" in refused.value.sentence


def test_file_is_not_read_when_it_has_too_many_bytes(tmp_path: Path) -> None:
    source = MemorySource(mp4())
    with pytest.raises(PermanentError) as refused:
        transcode(source, tmp_path, MediaLimits(max_bytes=100), short_edge=720)
    assert refused.value.code == "too-large"
    assert source.read_parts == []
