"""What is no video to process ends by a named reason, whatever it is."""

from __future__ import annotations

import socket
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from darkroom.errors import PermanentError
from darkroom.media import MediaLimits, ProcessLimits, inspect, transcode

from tests.measuring import measured
from tests.unit.media import clips
from tests.unit.media.clips import X264, encoded, mp4
from tests.unit.media.hostile import (
    HOSTILE,
    Make,
    avi,
    box,
    damaged,
    index_last,
    mkv,
    of_hours,
    playlist,
    recorded_live,
    webm,
    with_table,
)
from tests.unit.media.reading import MemorySource, facts_of, inspected, played, transcoded


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_video_ends_as_expected(name: str, tmp_path: Path) -> None:
    case, taken = HOSTILE[name], dict[str, float]()
    data = case.make()
    with measured(taken):
        if case.reason:
            for work in (inspected, transcoded):
                with pytest.raises(PermanentError) as refused:
                    work(data, tmp_path)
                assert refused.value.code == case.reason
                assert refused.value.sentence.endswith(".")
        else:
            facts = facts_of(data, tmp_path)
            made = transcoded(data, tmp_path, short_edge=120)["made"]
            assert (made["frames"], (made["width"], made["height"])) == (case.frames, case.size)
            assert made["cut_off"] is case.is_cut_off
            assert facts["turned_degrees"] == case.turned
            assert 0 < facts.get("seconds", 1) < 2**32
    assert taken["seconds"] < 20
    assert taken["bytes"] < 450 << 20


def test_there_are_forty_hostile_videos() -> None:
    assert len(HOSTILE) >= 40
    assert sum(1 for case in HOSTILE.values() if case.reason) >= 40


@pytest.mark.parametrize("count", [2**31 - 1, 2**32 - 1])
@pytest.mark.parametrize("kind", [b"stsz", b"stts", b"stco", b"stsc", b"stss"])
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
