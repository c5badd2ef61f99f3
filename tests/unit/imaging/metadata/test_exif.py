from __future__ import annotations

import dataclasses
import json
import struct
import tracemalloc
from typing import Any

import piexif
import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.document import read_metadata
from darkroom.imaging.metadata.exif import Exif, read_exif
from darkroom.imaging.metadata.gps import Gps
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.imaging.pictures import encoded, photo

MAIN, EXIF, GPS = "0th", "Exif", "GPS"
I0, EX, GP = piexif.ImageIFD, piexif.ExifIFD, piexif.GPSIFD

Tags = dict[str, dict[int, Any]]

FULL: Tags = {
    MAIN: {
        I0.Make: b"Canon",
        I0.Model: b"Canon EOS R6",
        I0.Software: b"Firmware 1.8\0\0",
        I0.Artist: "Zoë".encode(),
        I0.Copyright: "© Zoë".encode("latin-1"),
        I0.ImageDescription: b"Dawn",
        I0.Orientation: 6,
    },
    EXIF: {
        EX.LensMake: b"Canon",
        EX.LensModel: b"RF24-105mm F4 L IS USM",
        EX.ExposureTime: (1, 125),
        EX.FNumber: (56, 10),
        EX.ISOSpeedRatings: 400,
        EX.FocalLength: (35, 1),
        EX.FocalLengthIn35mmFilm: 35,
        EX.Flash: 0x19,
        EX.ExposureBiasValue: (-2, 3),
        EX.WhiteBalance: 1,
        EX.DateTimeOriginal: b"2026:07:31 05:06:07",
        EX.SubSecTimeOriginal: b"089",
        EX.OffsetTimeOriginal: b"-03:30",
    },
    GPS: {
        GP.GPSLatitudeRef: b"S",
        GP.GPSLatitude: ((33, 1), (51, 1), (31, 1)),
        GP.GPSLongitudeRef: b"W",
        GP.GPSLongitude: ((151, 1), (12, 1), (51, 1)),
        GP.GPSAltitudeRef: 1,
        GP.GPSAltitude: (125, 10),
        GP.GPSImgDirectionRef: b"T",
        GP.GPSImgDirection: (27050, 100),
        GP.GPSDateStamp: b"2026:07:31",
        GP.GPSTimeStamp: ((8, 1), (36, 1), (7, 1)),
    },
}


def with_tags(changes: Tags, base: Tags | None = None) -> bytes:
    names = (MAIN, EXIF, GPS)
    merged = {name: {**(base or {}).get(name, {}), **changes.get(name, {})} for name in names}
    return bytes(piexif.dump(merged))


def raw_exif(tag: int, kind: int, count: int, value: bytes, tail: bytes = b"") -> bytes:
    """One directory of one tag, which piexif would refuse to write."""
    return (
        b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHI4sI", 1, tag, kind, count, value, 0) + tail
    )


def test_every_field_is_read_when_the_camera_wrote_all() -> None:
    assert read_exif(with_tags(FULL)) == Exif(
        make="Canon",
        model="Canon EOS R6",
        lens_make="Canon",
        lens_model="RF24-105mm F4 L IS USM",
        software="Firmware 1.8",
        exposure_seconds=0.008,
        exposure="1/125",
        f_number=5.6,
        iso=400,
        focal_length_mm=35.0,
        focal_length_35mm=35.0,
        flash_fired=True,
        exposure_bias_ev=-0.67,
        white_balance="manual",
        taken_at="2026-07-31T05:06:07.089-03:30",
        gps=Gps(
            latitude=-33.8586111,
            longitude=-151.2141667,
            altitude_m=-12.5,
            direction_degrees=270.5,
            taken_at="2026-07-31T08:36:07Z",
        ),
        description="Dawn",
        artist="Zoë",
        copyright="© Zoë",
        orientation=6,
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_every_field_is_read_when_the_format_is(kind: str) -> None:
    data = encoded(photo(16, 8), kind, exif=piexif.dump(FULL))
    # Pillow's AVIF writer turns the picture itself and writes text as ASCII.
    written: dict[str, Any] = (
        dict.fromkeys(("orientation", "artist", "copyright")) if kind == "AVIF" else {}
    )
    expected = dataclasses.replace(read_exif(with_tags(FULL)), **written)
    read = read_metadata(data, ImageLimits()).exif
    assert dataclasses.replace(read, **written) == expected


def test_every_field_is_none_when_there_is_no_exif() -> None:
    assert read_exif(None) == read_exif(b"") == Exif()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({EXIF: {EX.ExposureTime: (1, 0)}}, "exposure_seconds"),
        ({EXIF: {EX.ExposureTime: (0, 0)}}, "exposure"),
        ({EXIF: {EX.FNumber: (0, 1)}}, "f_number"),
        ({EXIF: {EX.ExposureBiasValue: (-1, 0)}}, "exposure_bias_ev"),
        ({EXIF: {EX.DateTimeOriginal: b"2026:13:01 00:00:00"}}, "taken_at"),
        ({EXIF: {EX.DateTimeOriginal: b"0000:00:00 00:00:00"}}, "taken_at"),
        ({EXIF: {EX.DateTimeOriginal: b"yesterday"}}, "taken_at"),
        ({EXIF: {EX.WhiteBalance: 7}}, "white_balance"),
        ({GPS: {GP.GPSLatitude: ((91, 1), (0, 1), (0, 1))}}, "gps"),
        ({GPS: {GP.GPSLatitude: ((1, 0), (0, 1), (0, 1))}}, "gps"),
        ({GPS: {GP.GPSLongitude: ((180, 1), (0, 1), (1, 1))}}, "gps"),
        ({GPS: {GP.GPSLongitudeRef: b"?"}}, "gps"),
        ({MAIN: {I0.Orientation: 9}}, "orientation"),
        ({MAIN: {I0.Make: b"\0\0\0"}}, "make"),
    ],
)
def test_only_that_field_is_dropped_when_it_is_nonsense(changes: Tags, field: str) -> None:
    missing: dict[str, Any] = {field: None}
    lost = dataclasses.replace(read_exif(with_tags(FULL)), **missing)
    if field.startswith("exposure") and "bias" not in field:
        lost = dataclasses.replace(lost, exposure=None, exposure_seconds=None)
    assert read_exif(with_tags(changes, FULL)) == lost


def test_place_is_none_when_the_phone_had_no_fix() -> None:
    zero = ((0, 1), (0, 1), (0, 1))
    image = with_tags({GPS: {GP.GPSLatitude: zero, GP.GPSLongitude: zero}}, FULL)
    assert read_exif(image).gps is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (b"N", b"E", (33.8586111, 151.2141667)),
        (b"N", b"W", (33.8586111, -151.2141667)),
        (b"S", b"E", (-33.8586111, 151.2141667)),
    ],
)
def test_place_is_signed_when_the_reference_says_so(
    latitude: bytes, longitude: bytes, expected: tuple[float, float]
) -> None:
    changes = {GPS: {GP.GPSLatitudeRef: latitude, GP.GPSLongitudeRef: longitude}}
    gps = read_exif(with_tags(changes, FULL)).gps
    assert gps is not None
    assert (gps.latitude, gps.longitude) == expected


def test_altitude_is_positive_when_the_reference_is_above_the_sea() -> None:
    gps = read_exif(with_tags({GPS: {GP.GPSAltitudeRef: 0}}, FULL)).gps
    assert gps is not None
    assert gps.altitude_m == 12.5


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ((1, 8000), "1/8000"),
        ((10, 600), "1/60"),
        ((3, 10), "0.3"),
        ((1, 2), "1/2"),
        ((30, 1), "30"),
    ],
)
def test_exposure_reads_as_on_a_camera_when_the_time_is(
    time: tuple[int, int], expected: str
) -> None:
    assert read_exif(with_tags({EXIF: {EX.ExposureTime: time}})).exposure == expected


def test_taken_at_is_local_time_when_no_offset_is_known() -> None:
    image = with_tags({EXIF: {EX.DateTimeOriginal: b"2026:07:31 05:06:07"}})
    assert read_exif(image).taken_at == "2026-07-31T05:06:07"


@pytest.mark.parametrize("offset", [b"+99:00", b"   :  ", b"later"])
def test_taken_at_is_local_time_when_the_offset_is_nonsense(offset: bytes) -> None:
    image = with_tags({EXIF: {EX.OffsetTimeOriginal: offset}}, FULL)
    assert read_exif(image).taken_at == "2026-07-31T05:06:07.089"


@pytest.mark.parametrize(
    ("edited", "offset"),
    [(None, "+02:00"), (b"2026:07:31 05:06:07", "+02:00"), (b"2027:01:01 00:00:00", "")],
)
def test_offset_of_the_edit_is_that_of_the_taking_when_nothing_was_edited(
    edited: bytes | None, offset: str
) -> None:
    tags: Tags = {
        MAIN: {I0.DateTime: edited} if edited else {},
        EXIF: {EX.DateTimeOriginal: b"2026:07:31 05:06:07", EX.OffsetTime: b"+02:00"},
    }
    assert read_exif(with_tags(tags)).taken_at == "2026-07-31T05:06:07" + offset


def test_taken_at_is_that_of_the_scan_when_no_other_is_a_time() -> None:
    tags = {EX.DateTimeOriginal: b"    :  :     :  :  ", EX.DateTimeDigitized: b"1993:07:04"}
    assert read_exif(with_tags({EXIF: tags})).taken_at == "1993-07-04"


def test_taken_at_is_none_when_only_the_time_of_editing_is_known() -> None:
    assert read_exif(with_tags({MAIN: {I0.DateTime: b"2026:07:31 05:06:07"}})).taken_at is None


def test_iso_is_the_higher_one_when_the_short_tag_overflows() -> None:
    tags = {EX.ISOSpeedRatings: 65535, EX.RecommendedExposureIndex: 102400}
    assert read_exif(with_tags({EXIF: tags})).iso == 102400


@pytest.mark.parametrize(
    ("tags", "exposure", "f_number"),
    [
        ({EX.ShutterSpeedValue: (6_966, 1_000), EX.ApertureValue: (4_971, 1_000)}, "1/125", 5.6),
        ({EX.ShutterSpeedValue: (-3, 1), EX.ApertureValue: (2, 1)}, "8", 2.0),
        ({EX.ShutterSpeedValue: (0, 1), EX.ApertureValue: (0, 1)}, None, None),
        ({EX.ShutterSpeedValue: (1, 0), EX.ApertureValue: (999, 1)}, None, None),
        ({EX.ExposureTime: (1, 60), EX.FNumber: (4, 1), EX.ShutterSpeedValue: (1, 1),
          EX.ApertureValue: (1, 1)}, "1/60", 4.0),
    ],
)  # fmt: skip
def test_exposure_is_read_from_its_logarithms_when_nothing_else_tells(
    tags: dict[int, Any], exposure: str | None, f_number: float | None
) -> None:
    read = read_exif(with_tags({EXIF: tags}))
    assert (read.exposure, read.f_number) == (exposure, f_number)


def windows(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def test_words_are_read_when_windows_wrote_them() -> None:
    tags = {
        I0.XPTitle: windows("Größe"),
        I0.XPComment: windows("A remark"),
        I0.XPAuthor: windows("Zoë;Max"),
        I0.XPKeywords: windows("one; two;;one"),
        I0.Rating: 4,
    }
    assert read_exif(with_tags({MAIN: tags})) == Exif(
        title="Größe",
        description="A remark",
        artist="Zoë;Max",
        keywords=("one", "two"),
        rating=4.0,
    )


@pytest.mark.parametrize(("percent", "stars"), [(1, 1), (25, 2), (50, 3), (75, 4), (99, 5)])
def test_rating_is_in_stars_when_windows_wrote_a_share(percent: int, stars: int) -> None:
    assert read_exif(with_tags({MAIN: {I0.RatingPercent: percent}})).rating == stars


@pytest.mark.parametrize(
    ("written", "expected"),
    [(b"Ann\0Max", "Ann"), (b" \0Max", "Max"), (b" \0", None), (b"\x93Ann\x94", "“Ann”")],
)
def test_copyright_is_the_photographers_or_the_editors_when_it_is(
    written: bytes, expected: str | None
) -> None:
    assert read_exif(with_tags({MAIN: {I0.Copyright: written}})).copyright == expected


def text_degrees(latitude: bytes, longitude: bytes, *references: bytes) -> bytes:
    """A GPS directory whose degrees are text, which piexif would refuse to write."""
    values = (*references[:1], latitude, *references[1:], longitude)
    tags = (1, 2, 3, 4) if references else (2, 4)
    data, at = b"", 26 + 2 + 12 * len(tags) + 4
    entries = struct.pack("<H", len(tags))
    for tag, value in zip(tags, values, strict=True):
        text = value + b"\0"
        is_short = len(text) <= 4
        stored = text.ljust(4, b"\0") if is_short else struct.pack("<I", at + len(data))
        entries += struct.pack("<HHI4s", tag, 2, len(text), stored)
        data += b"" if is_short else text
    return raw_exif(I0.GPSTag, 4, 1, struct.pack("<I", 26), entries + bytes(4) + data)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (text_degrees(b"49,51.5", b"2,17.67", b"N", b"W"), (49.8583333, -2.2945)),
        (text_degrees(b"49/1,51/1,30/1", b"2/1,17/1,402/10", b"S", b"E"), (-49.8583333, 2.2945)),
        (text_degrees(b"49.8583333", b"-2.2945"), (49.8583333, -2.2945)),
        (text_degrees(b"49 deg 51' 30.00\" N", b"2 deg 17' 40.20\" W"), (49.8583333, -2.2945)),
        (text_degrees(b"N 49.8583333", b"E 2.2945"), (49.8583333, 2.2945)),
        (text_degrees(b"here", b"there"), None),
        (text_degrees(b"149.8", b"2.2"), None),
    ],
)
def test_place_is_read_when_its_degrees_are_text(
    block: bytes, expected: tuple[float, float] | None
) -> None:
    gps = read_exif(block).gps
    assert (gps and (gps.latitude, gps.longitude)) == expected


@pytest.mark.parametrize(
    "prefix",
    [b"", b"Exif\0\0", b"Exif\0\0Exif\0\0", b"\xff\xe1\x00\x6eExif\0\0", b"\0\0\0\6Exif\0\0"],
)
def test_block_is_read_when_this_stands_before_its_header(prefix: bytes) -> None:
    assert read_exif(prefix + with_tags(FULL).removeprefix(b"Exif\0\0")) == read_exif(
        with_tags(FULL)
    )


def test_fields_of_the_exif_directory_are_read_when_they_stand_in_the_first() -> None:
    assert read_exif(raw_exif(EX.ISOSpeedRatings, 3, 1, struct.pack("<I", 320))).iso == 320


def test_camera_names_the_make_once() -> None:
    assert Exif(make="Canon", model="Canon EOS R6").camera == "Canon EOS R6"
    assert Exif(make="Apple", model="iPhone 17").camera == "Apple iPhone 17"
    assert Exif(make="Apple").camera == "Apple"
    assert Exif().camera is None


def test_memory_is_bounded_when_a_text_is_as_long_as_a_tiff() -> None:
    long = raw_exif(I0.ImageDescription, 2, 30_000_000, struct.pack("<I", 26), b"x" * 30_000_000)
    block = long.removeprefix(b"Exif\0\0")
    tracemalloc.start()
    assert read_exif(block).description == "x" * 500
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_other_fields_survive_when_one_tag_claims_a_billion_values() -> None:
    exif = piexif.dump({MAIN: {I0.Make: b"Canon", I0.Software: b"Firmware 1.8"}})
    at = exif.index(struct.pack(">HH", I0.Software, 2))
    bomb = exif[: at + 4] + struct.pack(">I", 1 << 30) + exif[at + 8 :]
    assert read_exif(bomb) == Exif(make="Canon")


def test_nothing_is_read_when_the_exif_is_larger_than_a_mebibyte() -> None:
    exif = piexif.dump(FULL).removeprefix(b"Exif\0\0")
    exif += bytes((1 << 20) - len(exif))
    for more, make in ((b"", "Canon"), (b"\0", None)):
        data = encoded(photo(16, 8), "WEBP", exif=exif + more)
        assert read_metadata(data, ImageLimits()).exif.make == make


def test_header_may_be_there_twice_when_a_writer_doubled_it() -> None:
    assert read_exif(b"Exif\0\0" + piexif.dump(FULL)).make == "Canon"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 5e-324, 1e308])
def test_number_is_dropped_when_a_double_is_beyond_reason(value: float) -> None:
    # A camera tag of type DOUBLE, which the standard does not foresee, in the Exif directory.
    inner = struct.pack("<HHHIII", 1, EX.ExposureTime, 12, 1, 44, 0) + struct.pack("<d", value)
    read = read_exif(raw_exif(I0.ExifTag, 4, 1, struct.pack("<I", 26), inner))
    assert (read.exposure_seconds, read.exposure) == (None, None)


def assert_plain(exif: Exif) -> None:
    json.dumps(dataclasses.asdict(exif), allow_nan=False)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.binary(min_size=1, max_size=4)), max_size=12))
def test_reading_never_fails_when_bytes_are_mutated(edits: list[tuple[int, bytes]]) -> None:
    raw = bytearray(piexif.dump(FULL))
    for at, new in edits:
        at %= len(raw)
        raw[at : at + len(new)] = new
    assert_plain(read_exif(bytes(raw)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"Exif\0\0II*\0\x08\0\0\0", b"MM\0*"]))
def test_reading_never_fails_when_bytes_are_random(tail: bytes, head: bytes) -> None:
    assert_plain(read_exif(head + tail))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([*FULL[MAIN], I0.ExifTag, I0.GPSTag]),
    st.integers(0, 20),
    st.integers(0, 2**32 - 1),
    st.binary(min_size=4, max_size=4),
    st.binary(max_size=64),
)
def test_reading_never_fails_when_a_tag_has_the_wrong_type(
    tag: int, kind: int, count: int, value: bytes, tail: bytes
) -> None:
    assert_plain(read_exif(raw_exif(tag, kind, count % 40, value, tail)))
    assert_plain(read_exif(raw_exif(tag, kind, count, value, tail)))
