"""Notes as each maker lays them out, written here by hand: piexif knows them as bytes only."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from darkroom.imaging.metadata.exif import read_exif
from hypothesis import given, settings
from hypothesis import strategies as st

_SIZES = {"B": 1, "s": 1, "H": 2, "I": 4, "R": 8}
_KINDS = {"B": 7, "s": 2, "H": 3, "I": 4, "R": 5}
_EXIF_POINTER, _MAKER_NOTE, _MAKE = 0x8769, 0x927C, 0x010F
Tags = dict[int, tuple[str, Any]]


def directory(tags: Tags, at: int, order: str = "<") -> bytes:
    """A directory that stands `at` bytes behind what its offsets count from."""
    entries, values = b"", b""
    behind = at + 2 + 12 * len(tags) + 4
    for tag, (code, value) in sorted(tags.items()):
        if code in "Bs":
            packed = bytes(value)
        elif code == "R":
            packed = struct.pack(f"{order}{2 * len(value)}I", *(n for pair in value for n in pair))
        else:
            packed = struct.pack(f"{order}{len(value)}{code}", *value)
        count = len(packed) // _SIZES[code]
        head = struct.pack(f"{order}HHI", tag, _KINDS[code], count)
        if len(packed) <= 4:
            entries += head + packed.ljust(4, b"\0")
        else:
            entries += head + struct.pack(f"{order}I", behind + len(values))
            values += packed
    return struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + values


def exif_with(
    make: bytes, note: Callable[[int], bytes], order: str = "<", tags: Tags | None = None
) -> bytes:
    """EXIF whose note is made for the place where it stands."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)

    def whole(place: int) -> bytes:
        inner = {**(tags or {}), _MAKER_NOTE: ("B", note(place))}
        main: Tags = {_MAKE: ("s", make + b"\0"), _EXIF_POINTER: ("I", [0])}
        exif_at = 8 + len(directory(main, 8, order))
        main[_EXIF_POINTER] = ("I", [exif_at])
        return head + directory(main, 8, order) + directory(inner, exif_at, order)

    # The note is the last value, so where it stands does not depend on what it holds.
    place = len(whole(1_000)) - len(note(1_000))
    return b"Exif\0\0" + whole(place)


def canon_settings(**at: int) -> list[int]:
    numbers = [0] * 46
    numbers[0] = 2 * len(numbers)
    for name, value in at.items():
        numbers[int(name[1:])] = value
    return numbers


def canon(settings: list[int], shot: list[int], *, moved_by: int = 0, **more: Any) -> Any:
    tags: Tags = {1: ("H", settings), 4: ("H", shot), **more.get("tags", {})}
    return lambda place: directory(tags, place + moved_by)


COMPACT = canon_settings(_16=15, _23=682, _24=227, _25=32)
AUTO_50 = [30, 0, 128, *([0] * 12)]


def test_lens_and_iso_are_read_when_canon_wrote_them_as_numbers() -> None:
    read = read_exif(exif_with(b"Canon", canon(COMPACT, AUTO_50)))
    assert (read.lens_model, read.iso) == ("7.1-21.3mm", 50)


@pytest.mark.parametrize(
    ("code", "auto", "base", "iso"),
    [
        (0x4000 | 640, 0, 128, 640),
        (18, 0, 0, 200),
        (15, 32, 160, 200),
        (0x7FFF, 0, 160, 100),
        (15, 0, 0, None),
        (15, 65_000, 160, None),
    ],
)
def test_iso_is_the_one_set_or_the_automatic_one_when_canon_wrote(
    code: int, auto: int, base: int, iso: int | None
) -> None:
    note = canon(canon_settings(_16=code), [30, auto, base, *([0] * 12)])
    assert read_exif(exif_with(b"Canon", note)).iso == iso


def test_lens_has_its_name_when_canon_wrote_it() -> None:
    named: Tags = {0x0095: ("s", b"EF24-70mm f/2.8L USM\0")}
    note = canon(COMPACT, AUTO_50, tags=named)
    assert read_exif(exif_with(b"Canon", note)).lens_model == "EF24-70mm f/2.8L USM"


@pytest.mark.parametrize("moved_by", [-50, -6, 300])
def test_note_is_read_when_an_editor_moved_it_and_left_its_offsets(moved_by: int) -> None:
    note = canon(COMPACT, AUTO_50, moved_by=moved_by)
    read = read_exif(exif_with(b"Canon", note))
    assert (read.lens_model, read.iso) == ("7.1-21.3mm", 50)


def test_note_is_read_when_an_editor_changed_the_byte_order_around_it() -> None:
    read = read_exif(exif_with(b"Canon", canon(COMPACT, AUTO_50), order=">"))
    assert (read.lens_model, read.iso) == ("7.1-21.3mm", 50)


def test_nothing_is_told_when_canons_numbers_are_not_where_they_should_be() -> None:
    broken = [*COMPACT]
    broken[0] = 7
    read = read_exif(exif_with(b"Canon", canon(broken, AUTO_50)))
    assert (read.lens_model, read.iso) == (None, 50)


NIKON: Tags = {
    0x0002: ("H", [0, 400]),
    0x0083: ("B", b"\x0e"),
    0x0084: ("R", [(180, 10), (700, 10), (35, 10), (45, 10)]),
}


def nikon(tags: Tags, order: str = ">") -> Callable[[int], bytes]:
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    return lambda _: b"Nikon\0\2\x10\0\0" + head + directory(tags, 8, order)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("around", ["<", ">"])
def test_lens_and_iso_are_read_when_nikon_wrote_them(order: str, around: str) -> None:
    read = read_exif(exif_with(b"NIKON CORPORATION", nikon(NIKON, order), order=around))
    assert (read.lens_model, read.iso) == ("18-70mm f/3.5-4.5G VR", 400)


def test_iso_is_read_when_nikon_wrote_its_logarithm() -> None:
    note = nikon({0x0002: ("H", [0, 0]), 0x0025: ("B", bytes([72, 1, 12, 0, 0, 0, 72, 0]))})
    assert read_exif(exif_with(b"NIKON CORPORATION", note)).iso == 200


def test_iso_is_read_when_an_old_nikon_wrote_no_signature() -> None:
    note: Tags = {0x0002: ("H", [0, 100])}
    assert read_exif(exif_with(b"NIKON", lambda place: directory(note, place))).iso == 100


def test_nothing_is_told_when_the_note_is_of_the_first_coolpix() -> None:
    first: Tags = {0x0002: ("H", [0, 100])}
    note = lambda place: b"Nikon\0\1\0" + directory(first, place + 8)  # noqa: E731
    assert read_exif(exif_with(b"NIKON", note)).iso is None


@pytest.mark.parametrize("signature", [b"SONY DSC \0\0\0", b"SONY CAM \0\0\0", b""])
@pytest.mark.parametrize(
    ("spec", "lens"),
    [
        ("0300180055355600", "E 18-55mm f/3.5-5.6"),
        ("0200550055181800", "FE 55mm f/1.8"),
        ("0000700200282800", "70-200mm f/2.8"),
        ("0000000000000000", None),
        ("ffffffffffffffff", None),
    ],
)
def test_lens_is_read_when_sony_wrote_its_numbers(
    signature: bytes, spec: str, lens: str | None
) -> None:
    tags: Tags = {0xB02A: ("B", bytes.fromhex(spec))}
    note = lambda place: signature + directory(tags, place + len(signature))  # noqa: E731
    assert read_exif(exif_with(b"SONY", note)).lens_model == lens


def test_lens_is_read_when_fujifilm_wrote_its_numbers() -> None:
    tags: Tags = {
        0x1404: ("R", [(230, 10)]),
        0x1405: ("R", [(230, 10)]),
        0x1406: ("R", [(20, 10)]),
        0x1407: ("R", [(20, 10)]),
    }
    note = lambda _: b"FUJIFILM" + struct.pack("<I", 12) + directory(tags, 12)  # noqa: E731
    assert read_exif(exif_with(b"FUJIFILM", note, order=">")).lens_model == "23mm f/2"


EQUIPMENT: Tags = {
    0x0205: ("H", [925]),
    0x0206: ("H", [1272]),
    0x0207: ("H", [14]),
    0x0208: ("H", [42]),
}
NAMED: Tags = {0x0203: ("s", b"OLYMPUS M.14-42mm F3.5-5.6 II R\0")}


def olympus(signature: bytes, equipment: Tags) -> Callable[[int], bytes]:
    at = len(signature)

    def note(_: int) -> bytes:
        tags: Tags = {0x1001: ("R", [(6, 1)]), 0x2010: ("I", [0])}
        inner = at + len(directory(tags, at))
        tags[0x2010] = ("I", [inner])
        return signature + directory(tags, at) + directory(equipment, inner)

    return note


@pytest.mark.parametrize("signature", [b"OLYMPUS\0II\3\0", b"OM SYSTEM\0\0\0II\4\0"])
@pytest.mark.parametrize(
    ("equipment", "lens"),
    [(EQUIPMENT, "14-42mm f/3.5-5.6"), (NAMED, "OLYMPUS M.14-42mm F3.5-5.6 II R")],
)
def test_lens_and_iso_are_read_when_olympus_wrote_them(
    signature: bytes, equipment: Tags, lens: str
) -> None:
    read = read_exif(exif_with(b"OLYMPUS IMAGING CORP.", olympus(signature, equipment)))
    assert (read.lens_model, read.iso) == (lens, 200)


def test_lens_is_read_when_an_old_olympus_wrote_a_block_instead_of_an_offset() -> None:
    def note(place: int) -> bytes:
        tags: Tags = {0x2010: ("B", bytes(200))}
        within = place + 8 + 2 + 12 + 4
        return (
            b"OLYMP\0\1\0"
            + directory({0x2010: ("B", directory(NAMED, within).ljust(200, b"\0"))}, place + 8)[
                : len(directory(tags, 0))
            ]
        )

    read = read_exif(exif_with(b"OLYMPUS CORPORATION", note))
    assert read.lens_model == "OLYMPUS M.14-42mm F3.5-5.6 II R"


def test_lens_and_iso_are_read_when_panasonic_wrote_them() -> None:
    tags: Tags = {0x0051: ("s", b"LUMIX G VARIO 14-42/F3.5-5.6\0"), 0x00D1: ("I", [1600])}
    note = lambda place: b"Panasonic\0\0\0" + directory(tags, place + 12)  # noqa: E731
    read = read_exif(exif_with(b"Panasonic", note))
    assert (read.lens_model, read.iso) == ("LUMIX G VARIO 14-42/F3.5-5.6", 1600)


@pytest.mark.parametrize(
    ("make", "note"),
    [
        (b"CASIO COMPUTER CO.,LTD", b"QVC\0\0\0" + directory({0x3014: ("H", [64])}, 0, ">")),
        (b"CASIO", directory({0x0014: ("H", [64])}, 0, ">")),
        (b"Asahi Optical Co.,Ltd", directory({0x0014: ("H", [64])}, 0, ">")),
        (b"EASTMAN KODAK COMPANY", b"KDK INFO".ljust(0x68, b"\0") + b"\0\x40"),
        (b"EASTMAN KODAK COMPANY", b"KDK0101I".ljust(0x68, b"\0") + b"\x40\0"),
    ],
)
def test_iso_is_read_when_a_compact_camera_wrote_only_that(make: bytes, note: bytes) -> None:
    assert read_exif(exif_with(make, lambda _: note, order=">")).iso == 64


@pytest.mark.parametrize("code", [3, 9, 49])
def test_iso_is_unknown_when_an_old_pentax_wrote_a_code(code: int) -> None:
    note = directory({0x0014: ("H", [code])}, 0, ">")
    assert read_exif(exif_with(b"Asahi Optical Co.,Ltd", lambda _: note, order=">")).iso is None


@pytest.mark.parametrize(
    "note", [b"", b"K", b"KDK", b"KDK INFO", b"QVC\0\0\0", b"Nikon\0\2", b"FUJIFILM"]
)
def test_nothing_is_told_when_a_note_ends_behind_its_signature(note: bytes) -> None:
    read = read_exif(exif_with(b"Maker", lambda _: note))
    assert (read.make, read.lens_model, read.iso) == ("Maker", None, None)


@pytest.mark.parametrize("name", [b"NO-LENS\0", b"----\0", b"\0"])
def test_lens_is_unknown_when_its_name_says_that_there_is_none(name: bytes) -> None:
    note = lambda place: b"Panasonic\0\0\0" + directory({0x51: ("s", name)}, place + 12)  # noqa: E731
    assert read_exif(exif_with(b"Panasonic", note)).lens_model is None


def test_exifs_own_fields_go_first_when_the_note_has_others() -> None:
    own: Tags = {0x8827: ("H", [800]), 0xA434: ("s", b"Its own name\0")}
    read = read_exif(exif_with(b"NIKON CORPORATION", nikon(NIKON), tags=own))
    assert (read.lens_model, read.iso) == ("Its own name", 800)


def test_lens_is_described_when_only_exifs_specification_is_there() -> None:
    own: Tags = {0xA432: ("R", [(24, 1), (105, 1), (4, 1), (4, 1)])}
    assert read_exif(exif_with(b"Maker", lambda _: b"none", tags=own)).lens_model == "24-105mm f/4"


WHOLE = (
    exif_with(b"Canon", canon(COMPACT, AUTO_50)),
    exif_with(b"NIKON CORPORATION", nikon(NIKON)),
    exif_with(b"OLYMPUS", olympus(b"OLYMPUS\0II\3\0", EQUIPMENT)),
    exif_with(b"SONY", lambda at: directory({0xB02A: ("B", bytes(8))}, at)),
    exif_with(b"FUJIFILM", lambda _: b"FUJIFILM" + struct.pack("<I", 12) + bytes(40)),
)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.integers(0, 600), st.binary(min_size=1, max_size=4)), max_size=12),
    st.integers(0, 600),
)
def test_the_camera_stays_known_when_its_note_is_any_bytes(
    whole: bytes, edits: list[tuple[int, bytes]], cut: int
) -> None:
    raw = bytearray(whole)
    start = raw.index(b"\x7c\x92") if b"\x7c\x92" in raw else len(raw)
    behind = start + 12
    for at, new in edits:
        at = behind + at % (len(raw) - behind)
        raw[at : at + len(new)] = new[: len(raw) - at]
    read = read_exif(bytes(raw))
    assert read.make == read_exif(whole).make
    assert read.iso is None or 0 < read.iso <= 10_000_000
    assert read.lens_model is None or len(read.lens_model) <= 500
    read_exif(bytes(raw[: max(0, len(raw) - cut)]))
