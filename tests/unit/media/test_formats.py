"""Every format that people upload is read, shown and converted."""

from __future__ import annotations

import struct
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.unit.media import clips
from tests.unit.media.clips import BLUE, GREEN, RED, WHITE, X264, X265, encoded, mp4
from tests.unit.media.reading import corners, facts_of, inspected, is_close, played, transcoded

# By a name: the format, the codecs, and how such a file is made.
CLIPS: dict[str, tuple[str, str, str | None, dict[str, Any]]] = {
    "MP4": ("mp4", "h264", "aac", {"format_": "mp4", "codec": "libx264", "options": X264}),
    "MOV": ("mov", "h264", "aac", {"format_": "mov", "codec": "libx264", "options": X264}),
    "HEVC in MOV": ("mov", "hevc", "aac", {"format_": "mov", "codec": "libx265", "options": X265}),
    "3GP": ("3gp", "h263", "amr_nb", {
        "format_": "3gp", "codec": "h263", "audio": "amr_nb", "size": (352, 288),
    }),
    "WebM": ("webm", "vp9", "opus", {
        "format_": "webm", "codec": "libvpx-vp9", "audio": "libopus",
        "options": {"cpu-used": "8", "deadline": "realtime", "threads": "1"},
    }),
    "MKV": ("mkv", "h264", "mp3", {
        "format_": "matroska", "codec": "libx264", "audio": "libmp3lame", "options": X264,
    }),
    "AVI": ("avi", "mjpeg", "pcm_s16le", {
        "format_": "avi", "codec": "mjpeg", "audio": "pcm_s16le", "pixels": "yuvj420p",
    }),
}  # fmt: skip
each_clip = pytest.mark.parametrize("name", CLIPS)


@cache
def clip(name: str) -> bytes:
    made = dict(CLIPS[name][3])
    size = made.pop("size", (clips.WIDTH, clips.HEIGHT))
    return encoded(images=clips.scenes(20, size), **made)


@each_clip
def test_facts_are_those_of_the_clip(name: str, tmp_path: Path) -> None:
    format_, video, audio, made = CLIPS[name]
    width, height = made.get("size", (320, 240))

    facts = facts_of(clip(name), tmp_path)

    assert (facts["format"], facts["video_codec"], facts["audio_codec"]) == (format_, video, audio)
    assert facts["stored_width"] == width
    assert facts["height"] == height
    assert facts["seconds"] == pytest.approx(2.0, abs=0.1)
    assert facts["frame_rate"] == pytest.approx(10, abs=0.6)
    assert facts["bytes"] == len(clip(name))


@each_clip
def test_poster_and_preview_show_the_clip(name: str, tmp_path: Path) -> None:
    found = inspected(clip(name), tmp_path)

    poster = Image.open(tmp_path / "poster.png")
    preview = Image.open(tmp_path / "preview.webp")
    for image in (poster, preview.convert("RGB")):
        for at, colour in zip(corners(image), (RED, GREEN, WHITE, BLUE), strict=True):
            assert is_close(at, colour)
    assert getattr(preview, "n_frames", 1) == found["preview"]["frames"] >= 8


@each_clip
def test_version_is_what_every_browser_plays(name: str, tmp_path: Path) -> None:
    found = transcoded(clip(name), tmp_path)

    version = played(tmp_path / "web.mp4")
    assert (version.video_codec, version.audio_codec, version.tracks) == ("h264", "aac", 2)
    assert version.frames[0].format.name == "yuv420p"
    assert len(version.frames) == found["made"]["frames"] == 20
    assert version.times == pytest.approx([n / 10 for n in range(20)], abs=0.04)
    assert version.sound_seconds == pytest.approx(2.0, abs=0.15)
    for at, colour in zip(corners(version.image(5)), (RED, GREEN, WHITE, BLUE), strict=True):
        assert is_close(at, colour)
    assert not found["made"]["cut_off"]


@pytest.mark.parametrize(
    ("turned", "expected"),
    [
        (90, (GREEN, WHITE, BLUE, RED)),
        (180, (WHITE, BLUE, RED, GREEN)),
        (270, (BLUE, RED, GREEN, WHITE)),
    ],
)
def test_everything_is_upright_when_a_phone_was_held_on_its_side(
    turned: int, expected: tuple[tuple[int, int, int], ...], tmp_path: Path
) -> None:
    data = encoded("mov", "libx264", options=X264, turned=turned)

    facts = facts_of(data, tmp_path)
    transcoded(data, tmp_path)

    size = (320, 240) if turned == 180 else (240, 320)
    assert (facts["width"], facts["height"], facts["turned_degrees"]) == (*size, turned)
    version = played(tmp_path / "web.mp4")
    assert version.frames[0].rotation == 0
    pictures = [Image.open(tmp_path / "poster.png"), version.image(5)]
    for picture in pictures:
        assert (picture.width < picture.height) is (turned != 180)
        for at, colour in zip(corners(picture), expected, strict=True):
            assert is_close(at, colour)


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        ((-1, 0, 0, 1), (GREEN, RED, BLUE, WHITE)),
        ((1, 0, 0, -1), (BLUE, WHITE, GREEN, RED)),
        ((0, 1, 1, 0), (RED, BLUE, WHITE, GREEN)),
        ((0, -1, -1, 0), (WHITE, GREEN, RED, BLUE)),
    ],
)
def test_picture_is_as_in_the_mirror_when_the_file_says_so(
    axes: tuple[int, ...], expected: tuple[tuple[int, int, int], ...], tmp_path: Path
) -> None:
    a, b, c, d = (value * 0x10000 for value in axes)
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    start = mp4().index(b"tkhd") + 44
    data = mp4()[:start] + matrix + mp4()[start + len(matrix) :]

    facts = facts_of(data, tmp_path)
    transcoded(data, tmp_path)

    assert (facts["width"], facts["height"]) == ((320, 240) if a else (240, 320))
    for picture in (Image.open(tmp_path / "poster.png"), played(tmp_path / "web.mp4").image(5)):
        for at, colour in zip(corners(picture), expected, strict=True):
            assert is_close(at, colour)


def test_pixels_are_square_when_those_of_the_video_are_wide(tmp_path: Path) -> None:
    data = encoded("mp4", "libx264", options=X264, aspect=Fraction(4, 3))

    facts = facts_of(data, tmp_path)
    plan = transcoded(data, tmp_path)["plan"]

    assert (facts["width"], facts["height"], facts["stored_width"]) == (427, 240, 320)
    assert (plan["width"], plan["height"]) == (320, 180)
    assert played(tmp_path / "web.mp4").image(0).size == (320, 180)


def test_variable_frame_rate_is_kept(tmp_path: Path) -> None:
    times = [0.0, 0.1, 0.15, 0.7, 0.8, 1.6, 1.65, 1.9]
    data = encoded("mp4", "libx264", clips.scenes(8), options=X264, times=times, audio=None)

    transcoded(data, tmp_path)

    assert played(tmp_path / "web.mp4").times == pytest.approx(times, abs=0.002)


def test_no_second_has_more_than_sixty_frames_when_the_video_has(tmp_path: Path) -> None:
    data = encoded(
        "mp4", "libx264", clips.scenes(120, (64, 48)), options=X264, rate=240,
        times=[n / 240 for n in range(120)], audio=None,
    )  # fmt: skip

    found = transcoded(data, tmp_path, short_edge=32)

    assert 30 <= found["made"]["frames"] <= 31
    assert found["made"]["seconds"] == pytest.approx(0.5, abs=0.02)


def test_nothing_that_the_file_says_is_in_its_version(tmp_path: Path) -> None:
    data = encoded(
        "mov", "libx264", options=X264, container_options={"movflags": "use_metadata_tags"},
        metadata={
            "com.apple.quicktime.location.ISO6709": "+48.2082+016.3738+171.000/",
            "com.apple.quicktime.make": "Apple",
            "com.apple.quicktime.model": "iPhone 17",
            "com.apple.quicktime.creationdate": "2026-11-20T11:11:12+0100",
            "title": "Anna's birthday",
        },
    )  # fmt: skip

    facts = facts_of(data, tmp_path)
    transcoded(data, tmp_path)

    assert facts["taken_at"] == "2026-11-20T11:11:12+01:00"
    assert facts["camera"] == "Apple iPhone 17"
    assert facts["place"] == {"latitude": 48.2082, "longitude": 16.3738, "altitude_m": 171.0}
    made = (tmp_path / "web.mp4").read_bytes()
    for told in (b"48.2082", b"Apple", b"iPhone", b"2026", b"Anna"):
        assert told not in made


def test_player_may_start_before_it_has_the_whole_version(tmp_path: Path) -> None:
    transcoded(clip("MOV"), tmp_path)

    made = (tmp_path / "web.mp4").read_bytes()
    assert made.index(b"moov") < made.index(b"mdat")


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    told: list[int] = []

    transcoded(clip("MP4"), tmp_path, on_progress=told.append)

    assert told == sorted(set(told))
    assert told[-1] >= 90
