"""Bytes become text: whatever they are packed and written in, within bounds."""

from __future__ import annotations

import gzip
import zlib

import pytest
from darkroom.errors import FileTooLarge, PermanentError
from darkroom.tables import TableLimits
from darkroom.tables.errors import BrokenArchive, UnpacksTooLarge
from darkroom.tables.source import Decoder, unpacked
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tables.reading import chunks_of

TEXT = "näme,prïce\r\nbøok,5\rpen,6\nend"
LINES = "näme,prïce\nbøok,5\npen,6\nend"
SIZES = st.integers(1, 9)


def decoded(data: bytes, size: int) -> tuple[str, str]:
    decoder = Decoder(data)
    parts = [decoder.decode(chunk) for chunk in chunks_of(data, size)]
    parts.append(decoder.decode(b"", final=True))
    return b"".join(parts).decode(), decoder.encoding


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
@given(size=SIZES)
def test_text_is_the_same_whatever_it_is_written_in(written: str, told: str, size: int) -> None:
    assert decoded(TEXT.encode(written), size) == (LINES, told)


@given(SIZES)
def test_encoding_is_told_late_when_a_file_begins_in_ascii(size: int) -> None:
    decoder = Decoder(b"a,b\n" * 10)
    parts = [decoder.decode(c) for c in chunks_of(b"a,b\n" * 10 + "5 €,é\n".encode("cp1252"), 50)]

    assert b"".join(parts).decode().endswith("5 €,é\n")
    assert decoder.encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("before", ["", "a" * 8])
def test_encoding_is_told_when_the_first_letter_beyond_ascii_ends_a_part(
    before: str, encoding: str
) -> None:
    first = "café".encode(encoding)[:4]
    parts = [before.encode(), first] if before else [first]
    decoder = Decoder(parts[0])
    rest = f"{before}caféé,x".encode(encoding)[len(b"".join(parts)) :]

    text = b"".join(map(decoder.decode, [*parts, rest])) + decoder.decode(b"", final=True)

    assert (text.decode(), decoder.encoding) == (f"{before}caféé,x", encoding)


@given(SIZES)
def test_bytes_that_are_no_text_are_none_afterwards_when_a_file_is_utf_16(size: int) -> None:
    lone, cut = b"\x00\xd8", b"x"  # half of a character, half of a unit
    data = TEXT.encode("utf-16") + "\na".encode("utf-16-le") + lone + "b\nc".encode("utf-16-le")
    decoder = Decoder(data + cut)
    parts = [decoder.decode(chunk) for chunk in chunks_of(data + cut, size)]
    parts.append(decoder.decode(b"", final=True))
    *lines, broken, last = b"".join(parts).split(b"\n")

    assert b"\n".join(lines).decode() == LINES
    assert (broken[:1], broken[-1:], last[:1]) == (b"a", b"b", b"c")
    for line in (broken, last):
        with pytest.raises(UnicodeDecodeError):
            line.decode()


def test_byte_stands_for_itself_when_its_encoding_has_no_letter_for_it() -> None:
    assert decoded(b"\xe9,\x81", 5) == ("é,\x81", "cp1252")


@given(st.binary(max_size=300), SIZES, st.booleans())
def test_archive_is_unpacked_whole_when_it_has_several_parts(
    data: bytes, size: int, twice: bool
) -> None:
    packed = gzip.compress(data) + (gzip.compress(b"more") if twice else b"")

    found = b"".join(unpacked(chunks_of(packed, size), TableLimits()))

    assert found == data + (b"more" if twice else b"")


@given(st.binary(max_size=300).filter(lambda data: data[:2] != b"\x1f\x8b"), SIZES)
def test_bytes_are_left_as_they_are_when_they_are_not_packed(data: bytes, size: int) -> None:
    assert b"".join(unpacked(chunks_of(data, size), TableLimits())) == data


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda data: data[:-9], BrokenArchive),
        (lambda data: data[:12] + b"\xff\xff\xff" + data[15:], BrokenArchive),
        (lambda data: data + b"tail", BrokenArchive),
    ],
)
def test_archive_is_refused_when_it_is_damaged(damage, error: type[PermanentError]) -> None:  # type: ignore[no-untyped-def]
    packed = damage(gzip.compress(b"a,b\n" * 1000))
    with pytest.raises(error):
        list(unpacked(chunks_of(packed, 64), TableLimits()))


def test_archive_is_refused_early_when_it_unpacks_to_a_bomb() -> None:
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(200)), packer.flush()])
    limits = TableLimits(free_unpacked_bytes=8 << 20)
    made: list[int] = []
    with pytest.raises(UnpacksTooLarge):
        made.extend(map(len, unpacked(chunks_of(packed, 1 << 16), limits)))
    assert sum(made) <= 16 << 20
    assert max(made) <= 1 << 20


@pytest.mark.parametrize(
    ("pack", "error"), [(bytes, FileTooLarge), (gzip.compress, UnpacksTooLarge)]
)
def test_file_is_refused_when_it_is_larger_than_allowed(pack, error: type[PermanentError]) -> None:  # type: ignore[no-untyped-def]
    limits = TableLimits(max_bytes=1000)
    assert len(b"".join(unpacked([pack(b"x" * 1000)], limits))) == 1000
    with pytest.raises(error):
        list(unpacked([pack(b"x" * 1001)], limits))
