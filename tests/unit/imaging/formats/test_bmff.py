"""The boxes of HEIF and AVIF files, put together here from ISO/IEC 14496-12 and 23008-12."""

from __future__ import annotations

import struct

import piexif
import pytest
from darkroom.imaging.formats.bmff import Bmff
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.imaging.pictures import encoded, exif_with, quartered


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def ispe(width: int, height: int) -> bytes:
    return full(b"ispe", struct.pack(">II", width, height))


def nclx(primaries: int, transfer: int) -> bytes:
    return box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, 0, 0))


def meta(properties: list[bytes], associations: bytes, *more: bytes, primary: int = 1) -> bytes:
    pitm = full(b"pitm", struct.pack(">H", primary))
    return full(b"meta", pitm, *more, box(b"iprp", box(b"ipco", *properties), associations))


def ipma(entries: dict[int, list[int]], *, version: int = 0, flags: int = 0) -> bytes:
    body = struct.pack(">I", len(entries))
    for item, indices in entries.items():
        body += struct.pack(">I" if version else ">H", item) + bytes([len(indices)])
        for index in indices:  # the first bit says that a property is essential
            body += struct.pack(">H", 0x8000 | index) if flags & 1 else bytes([0x80 | index])
    return full(b"ipma", body, version=version, flags=flags)


def track(*media: bytes) -> bytes:
    return box(b"moov", box(b"trak", box(b"mdia", *media)))


FTYP = box(b"ftyp", b"heic\0\0\0\0mif1")
MDAT = box(b"mdat", bytes(100))


@pytest.mark.parametrize(("version", "flags"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_properties_are_the_primary_images_when_a_thumbnail_comes_first(
    version: int, flags: int
) -> None:
    properties = [ispe(10, 8), nclx(1, 13), ispe(400, 300), nclx(12, 13)]
    places = ipma({1: [1, 2], 2: [3, 4]}, version=version, flags=flags)

    boxes = Bmff(FTYP + meta(properties, places, primary=2) + MDAT)

    assert (boxes.size, boxes.code_points) == ((400, 300), (12, 13))


def test_size_is_the_first_one_when_the_primary_image_has_none() -> None:
    assert Bmff(FTYP + meta([ispe(10, 8)], ipma({7: [1]}))).size == (10, 8)


def test_name_of_a_box_is_no_box_when_it_stands_in_text_or_pixels() -> None:
    lies = ispe(60_000, 60_000) + nclx(12, 13) + box(b"av1C", b"\x81\0\x60\0")
    boxes = Bmff(
        FTYP + box(b"uuid", lies) + meta([ispe(4, 3)], ipma({1: [1]})) + box(b"mdat", lies)
    )

    assert (boxes.size, boxes.code_points) == ((4, 3), None)
    assert list(boxes.av1_configurations) == []


def test_size_is_the_tracks_when_a_sequence_has_no_image() -> None:
    entry = box(b"av01", bytes(24), struct.pack(">HH", 640, 480), bytes(50), nclx(12, 13))
    table = full(b"stsd", struct.pack(">I", 1), entry)

    boxes = Bmff(FTYP + track(box(b"minf", box(b"stbl", table))))

    assert (boxes.size, boxes.code_points) == ((640, 480), (12, 13))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (full(b"mdhd", struct.pack(">IIII", 0, 0, 600, 450)), 0.75),
        (full(b"mdhd", struct.pack(">QQIQ", 0, 0, 600, 450), version=1), 0.75),
        (full(b"mdhd", struct.pack(">IIII", 0, 0, 600, 0xFFFFFFFF)), None),
        (full(b"mdhd", struct.pack(">IIII", 0, 0, 0, 450)), None),
    ],
    ids=["32 bits", "64 bits", "unknown", "no units"],
)
def test_duration_is_that_of_the_track(header: bytes, seconds: float | None) -> None:
    assert Bmff(FTYP + track(header)).seconds == seconds


def located(items: dict[int, tuple[bytes, bytes]], *, version: int) -> bytes:
    """A file whose items, each a type and its bytes, are found in all the ways that there are."""
    wide = version == 2
    entries, places, body = b"", b"", b""
    start = 0 if version else len(FTYP) + 8
    for number, (kind, content) in items.items():
        name = struct.pack(">I" if wide else ">H", number)
        entries += full(b"infe", name, bytes(2), kind, b"\0", version=3 if wide else 2)
        method = struct.pack(">H", 1) if version else b""  # in `idat`, but for the oldest
        at = start + len(body)
        places += name + method + struct.pack(">HHII", 0, 1, at, len(content))
        body += content
    count = struct.pack(">I" if wide else ">H", len(items))
    iinf = full(b"iinf", struct.pack(">H", len(items)), entries)
    if version:
        iloc = full(b"iloc", b"\x44\0", count, places, version=version)
        return FTYP + full(b"meta", iinf, iloc, box(b"idat", body))
    return FTYP + box(b"mdat", body) + full(b"meta", iinf, full(b"iloc", b"\x44\0", count, places))


EXIF = exif_with(0x0131, 2, 4, b"abc\0")


@pytest.mark.parametrize("version", [0, 1, 2])
@pytest.mark.parametrize(
    "before",
    [bytes(4), b"\0\0\0\6Exif\0\0", b"\0\0\0\0Exif\0\0", bytes(4) + b"\xff\xe1\0\x2aExif\0\0"],
    ids=["nothing", "a name", "a name that is not counted", "a marker of JPEG"],
)
def test_metadata_are_found_wherever_the_file_keeps_them(version: int, before: bytes) -> None:
    items = {1: (b"uri ", b"another"), 2: (b"Exif", before + EXIF.removeprefix(b"Exif\0\0"))}
    data = located(items, version=version)

    assert Bmff(data).exif == EXIF


def test_metadata_are_those_of_a_real_file() -> None:
    data = encoded(quartered(), "AVIF", exif=EXIF, xmp=b"<x:xmpmeta/>", icc_profile=bytes(200))
    boxes = Bmff(data)
    assert (boxes.exif, boxes.xmp, boxes.icc) == (EXIF, (b"<x:xmpmeta/>",), bytes(200))
    assert len(EXIF) + 212 <= boxes.metadata_bytes < len(EXIF) + 220


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_that_of_the_turns_and_mirrors(orientation: int) -> None:
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation}})
    assert Bmff(encoded(quartered(), "AVIF", exif=exif)).orientation == orientation


@pytest.mark.parametrize("data", [FTYP + MDAT, FTYP + b"\0\0\0\0mdat" + bytes(9), FTYP + b"\0"])
def test_file_is_complete_when_its_boxes_end_within_it(data: bytes) -> None:
    assert Bmff(data).is_complete


@pytest.mark.parametrize("missing", [1, 50, 100])
def test_file_is_not_complete_when_its_last_box_was_cut(missing: int) -> None:
    assert not Bmff((FTYP + MDAT)[:-missing]).is_complete


def test_long_box_is_measured_when_its_length_has_64_bits() -> None:
    long = b"\0\0\0\1mdat" + (116).to_bytes(8, "big") + bytes(100)

    assert Bmff(FTYP + long).is_complete
    assert not Bmff(FTYP + long[:-1]).is_complete


def test_junk_is_not_taken_for_a_cut_box_when_it_has_no_type() -> None:
    assert Bmff(FTYP + b"\0\x74\x61\0" + b"\0\0\0\0" + bytes(9)).is_complete


def test_reading_ends_when_boxes_are_nested_without_end_or_are_millions() -> None:
    nested = b""
    for _ in range(2_000):
        nested = box(b"moov", nested)
    assert Bmff(FTYP + nested).size is None
    assert Bmff(FTYP + box(b"moov", box(b"free") * 1_000_000)).size is None


@given(st.binary(max_size=300), st.sampled_from([b"meta", b"moov", b"stsd", b"iinf"]))
def test_reading_never_fails_when_boxes_hold_random_bytes(noise: bytes, kind: bytes) -> None:
    for data in (noise, FTYP + full(kind, noise), meta([noise], full(b"ipma", noise), noise)):
        boxes = Bmff(data)
        _ = boxes.size, boxes.code_points, boxes.seconds, boxes.is_complete
        _ = list(boxes.av1_configurations), boxes.exif, boxes.xmp, boxes.icc, boxes.codec
        _ = boxes.orientation, boxes.metadata_bytes
