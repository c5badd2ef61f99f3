"""The boxes of HEIF and AVIF files, put together here from ISO/IEC 14496-12 and 23008-12."""

from __future__ import annotations

import struct

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


@pytest.mark.parametrize("version", [2, 3])
def test_only_the_type_of_the_item_changes_when_exif_is_hidden(version: int) -> None:
    item = struct.pack(">HH" if version == 2 else ">IH", 2, 0)
    image = full(b"infe", struct.pack(">HH", 1, 0), b"av01Exif\0", version=2)
    entry = full(b"infe", item, b"Exif\0", version=version)
    table = full(b"iinf", struct.pack(">H", 2), image, entry)
    pixels = box(b"mdat", entry, b"Exif")
    data = FTYP + full(b"meta", table) + pixels

    hidden = Bmff(data).without_exif()

    assert hidden == data.replace(entry, entry.replace(b"Exif", b"free"), 1)
    assert Bmff(hidden).without_exif() is None


def test_exif_of_a_real_file_is_hidden_when_it_has_some() -> None:
    plain, described = (
        encoded(quartered(), "AVIF", exif=exif) for exif in (b"", exif_with(0x0131, 2, 4, b"abc\0"))
    )
    assert Bmff(plain).without_exif() is None
    entry = b"infe\2\0\0\0\0\2\0\0Exif"
    assert described.count(entry) == 1
    assert Bmff(described).without_exif() == described.replace(entry, entry[:-4] + b"free")


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
        _ = list(boxes.av1_configurations), boxes.without_exif()
