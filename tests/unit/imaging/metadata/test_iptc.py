from __future__ import annotations

import struct
import time

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.document import read_metadata
from darkroom.imaging.metadata.iptc import Iptc, iptc_in_resources, read_iptc
from hypothesis import given
from hypothesis import strategies as st
from PIL import TiffImagePlugin

from tests.unit.imaging.pictures import encoded, photo


def record(dataset: int, value: bytes, number: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, number, dataset, len(value)) + value


def records(encoding: str) -> bytes:
    texts = [
        (5, "Château"),
        (105, "Élection"),
        (120, "A crowd\r\nwaits"),
        (25, "vote"),
        (25, "Zürich"),
        (80, "Zoë"),
        (90, "Zürich"),
        (101, "Suisse"),
        (116, "© Agence"),
        (55, "20260731"),
        (60, "050607+0200"),
    ]
    return b"".join(record(dataset, text.encode(encoding)) for dataset, text in texts)


READ = Iptc(
    title="Château",
    headline="Élection",
    caption="A crowd  waits",
    keywords=("vote", "Zürich"),
    bylines=("Zoë",),
    city="Zürich",
    country="Suisse",
    copyright="© Agence",
    created_at="2026-07-31T05:06:07+02:00",
)
UTF8_MARK = record(90, b"\x1b%G", number=1)


def jpeg_with(iptc: bytes) -> bytes:
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    body = b"Photoshop 3.0\0" + block
    data = encoded(photo(16, 8), "JPEG")
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + data[2:]


@pytest.mark.parametrize(
    "data",
    [
        UTF8_MARK + records("utf-8"),
        records("utf-8"),
        records("latin-1"),
        UTF8_MARK + records("latin-1"),
        b"\0\0" + records("utf-8"),
    ],
    ids=["marked utf-8", "utf-8", "latin-1", "marked wrongly", "behind other bytes"],
)
def test_every_field_is_read_when_the_encoding_is(data: bytes) -> None:
    assert read_iptc(data) == READ


def test_every_field_is_read_when_it_comes_in_a_file() -> None:
    iptc = UTF8_MARK + records("utf-8")
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33723], tags.tagtype[33723] = iptc, 7
    for data in (jpeg_with(iptc), encoded(photo(16, 8), "TIFF", tiffinfo=tags)):
        assert read_metadata(data, ImageLimits()).iptc == READ


def test_nothing_is_read_when_there_is_none() -> None:
    assert read_iptc(None) == Iptc()


def test_letters_of_windows_are_read_when_the_text_is_no_utf_8() -> None:
    text = "„Straße“ – 5 €"
    assert read_iptc(record(5, text.encode("cp1252"))).title == text


def test_half_a_letter_is_left_out_when_a_marked_text_ends_in_it() -> None:
    assert read_iptc(UTF8_MARK + record(90, "Zürü".encode()[:-1])).city == "Zür"


def test_the_others_are_read_when_a_record_is_cut_short() -> None:
    data = record(105, b"Headline") + record(90, b"City")[:-1]
    assert read_iptc(data) == Iptc(headline="Headline")
    too_long = bytearray(record(105, b"Headline"))
    too_long[3] = 0x7F
    assert read_iptc(bytes(too_long) + record(90, b"City")) == Iptc(city="City")


def test_record_is_read_when_its_size_is_extended() -> None:
    data = b"\x1c\x02\x69\x80\x04" + struct.pack(">I", 8) + b"Headline"
    assert read_iptc(data) == Iptc(headline="Headline")


@pytest.mark.parametrize("length", [0xFFFF, 0x8005])
def test_nothing_is_read_when_an_extended_size_is_absurd(length: int) -> None:
    assert read_iptc(struct.pack(">BBBH", 0x1C, 2, 105, length) + b"\xff" * 40) == Iptc()


@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        (b"20260731", b"", "2026-07-31"),
        (b"20260731", b"990000+0000", "2026-07-31"),
        (b"20160128", b"122120", "2016-01-28T12:21:20"),
        (b"2016-01-28", b"12:21:20+01:00", "2016-01-28T12:21:20+01:00"),
        (b"20160100", b"122120", "2016-01"),
        (b"20160000", b"", "2016"),
        (b"20261301", b"050607+0200", None),
        (b"00000000", b"", None),
    ],
)
def test_date_is_as_exact_as_is_valid_when_parts_are_broken(
    day: bytes, time: bytes, expected: str | None
) -> None:
    assert read_iptc(record(55, day) + record(60, time)).created_at == expected


def test_time_of_scanning_is_read_when_there_is_no_other() -> None:
    scanned = record(62, b"20160128") + record(63, b"122120+0100")
    assert read_iptc(scanned).created_at == "2016-01-28T12:21:20+01:00"
    assert read_iptc(record(55, b"19200000") + scanned).created_at == "1920"


@pytest.mark.parametrize("name", [b"\0\0", b"\4name\0", b"\5names"])
def test_records_are_found_when_other_resources_stand_around_them(name: bytes) -> None:
    other = b"8BIM\x04\x25\0\0" + struct.pack(">I", 4) + bytes(4)
    mine = b"8BIM\x04\x04" + name + struct.pack(">I", len(records("utf-8")))
    block = iptc_in_resources(other + mine + records("utf-8") + b"\0" + other + b"8BIM\x04\x04")
    assert read_iptc(block) == READ


def test_time_is_bounded_when_resources_claim_each_other() -> None:
    claimed = b"8BIM\x04\x04\0\0" + struct.pack(">I", 1 << 24)
    start = time.process_time()
    assert len(iptc_in_resources(claimed * (1 << 20)) or b"") == 1 << 20
    read_iptc(record(25, b"") * (4 << 20))
    assert time.process_time() - start < 5


@given(st.binary(max_size=60))
def test_reading_resources_never_fails_when_bytes_are_broken(noise: bytes) -> None:
    iptc_in_resources(b"8BIM\x04\x04" + noise + b"8BIM\x04\x04")


def test_list_is_cut_when_it_is_endless() -> None:
    data = b"".join(record(25, str(n).encode()) for n in range(5_000))
    assert len(read_iptc(data).keywords) == 100


@given(st.binary(max_size=200), st.integers(0, 120))
def test_reading_never_fails_when_bytes_are_broken(noise: bytes, at: int) -> None:
    whole = records("utf-8")
    read_iptc(noise)
    read_iptc(whole[:at] + noise + whole[at + len(noise) :])
