"""A file's kind and format are told from its first bytes, whatever they are."""

from __future__ import annotations

import gzip
import struct

import pytest
from darkroom.errors import PermanentError
from darkroom.kinds import (
    HEAD_BYTES,
    Format,
    Kind,
    TableFormat,
    VideoFormat,
    format_of,
    kind_of,
    refusal_of,
    table_format_of,
    video_format_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.unit.imaging.pictures import encoded


def ftyp(brand: bytes, *others: bytes) -> bytes:
    body = brand + b"\0\0\0\0" + b"".join(others)
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + b"\0" * 64


SIGNATURES = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"II+\0", Format.TIFF),  # BigTIFF
    (b"MM\0+", Format.TIFF),
    (b"RIFF\x40\0\0\0WEBP", Format.WEBP),
    *(
        (b"BM" + b"\0" * 12 + bytes([size]) + b"\0\0\0", Format.BMP)
        for size in (12, 16, 40, 52, 56, 64, 108, 124)
    ),
    (ftyp(b"heic", b"mif1"), Format.HEIF),
    (ftyp(b"mif1", b"heic"), Format.HEIF),
    (ftyp(b"avif", b"mif1"), Format.AVIF),
    (ftyp(b"avis", b"msf1"), Format.AVIF),
    (ftyp(b"mif1", b"avif"), Format.AVIF),
)
UNSUPPORTED = (
    (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
    (b"\xef\xbb\xbf <svg width='1'/>", "an SVG drawing"),
    (b"%PDF-1.7\n" + b"x" * 64, "a PDF document"),
    (b"FLV\1" + b"x" * 64, "a video"),
    (b"RIFF\x40\0\0\0WAVE" + b"x" * 64, "a sound recording"),
    (b"\x1aE\xdf\xa3" + b"x" * 64, "a video"),
    (ftyp(b"crx "), "a camera's raw file"),
    (b"II*\0\x10\0\0\0CR\2\0" + b"x" * 64, "a camera's raw file"),
    (b"IIRO\x08\0\0\0" + b"x" * 64, "a camera's raw file"),
    (b"FUJIFILMCCD-RAW 0201", "a camera's raw file"),
    (b"\xff\x0a" + b"x" * 64, "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  \r\n\x87\n" + b"x" * 64, "a JPEG 2000 picture"),
    (b"8BPS\0\1" + b"x" * 64, "a Photoshop document"),
    (ftyp(b"avci", b"mif1"), "a HEIF picture with H.264 inside"),
    (ftyp(b"jpeg", b"mif1"), "a HEIF picture with JPEG inside"),
    (ftyp(b"j2ki", b"mif1"), "a HEIF picture with JPEG 2000 inside"),
    (ftyp(b"vvic", b"mif1"), "a HEIF picture with H.266 inside"),
    (b"PK\3\4" + b"x" * 64, "a ZIP archive"),
    (b"<!DOCTYPE html><html>", "a web page"),
    (b"<?php system($_GET[0]);", "a PHP script"),
    (b"BPG\xfb" + b"x" * 64, "a BPG picture"),
    (b"MZ" + b"x" * 64, "a program"),
    (b'{\n  "a": 1\n}\n', "a JSON document"),
    (b'[{"a": 1},\n{"a": 2}]\n', "a JSON document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 64, "with a password"),
    (b"BM is how this text begins, and not a bitmap", "none that we can read"),
    (b"x", "none that we can read"),
)
OFFER = (
    "Please upload a picture (JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF or BMP), a video (MP4, MOV, "
    "3GP, WebM, MKV or AVI) or a table (CSV, JSON lines or Excel's .xlsx)."
)


@pytest.mark.parametrize(("signature", "format_"), SIGNATURES)
def test_file_is_a_picture_when_it_begins_as_one(signature: bytes, format_: Format) -> None:
    for head in (signature, signature + b"\0" * HEAD_BYTES):
        assert (kind_of(head), format_of(head), refusal_of(head)) == (Kind.PICTURE, format_, None)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "HEIF", "AVIF"])
def test_file_is_a_picture_when_an_encoder_wrote_it(format_: str) -> None:
    data = encoded(Image.new("RGB", (8, 8)), format_)

    assert kind_of(data[:HEAD_BYTES]) is Kind.PICTURE


@pytest.mark.parametrize(("signature", "format_"), SIGNATURES)
def test_file_is_no_picture_when_its_signature_is_cut_short(
    signature: bytes, format_: Format
) -> None:
    needed = {Format.BMP: 18, Format.WEBP: 12, Format.HEIF: 12, Format.AVIF: 12}
    shortest = needed.get(format_, len(signature))
    for length in range(shortest):
        assert kind_of(signature[:length]) is Kind.OTHER


@pytest.mark.parametrize(("head", "name"), UNSUPPORTED)
def test_file_is_refused_by_name_when_it_is_of_no_kind_that_is_processed(
    head: bytes, name: str
) -> None:
    refusal = refusal_of(head)

    assert kind_of(head) is Kind.OTHER
    assert refusal is not None
    assert refusal.code == "unsupported"
    assert name in refusal.sentence
    assert refusal.sentence.endswith(OFFER)


@pytest.mark.parametrize(
    ("on", "offered"),
    [
        ({Kind.PICTURE}, "a picture (JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF or BMP)."),
        (
            {Kind.TABLE, Kind.PICTURE},
            "a picture (JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF or BMP) or "
            "a table (CSV, JSON lines or Excel's .xlsx).",
        ),
    ],
    ids=len,
)
@pytest.mark.parametrize("head", [b"x", b"%PDF-1.7\n", ftyp(b"isom", b"mp42")])
def test_refusal_offers_the_kinds_that_are_processed_and_no_others(
    head: bytes, on: set[Kind], offered: str
) -> None:
    assert str(refusal_of(head, on)).endswith(f". Please upload {offered}")


def test_file_is_refused_as_empty_when_it_has_no_bytes() -> None:
    refusal = refusal_of(b"")

    assert kind_of(b"") is Kind.OTHER
    assert refusal is not None
    assert refusal.code == "empty"


BYTES = st.builds(
    lambda start, rest: start + rest,
    st.sampled_from([b"", *(head for head, _ in (*SIGNATURES, *UNSUPPORTED))]).flatmap(
        lambda head: st.integers(0, len(head)).map(lambda length: head[:length])
    ),
    st.binary(max_size=2 * HEAD_BYTES),
)


@given(BYTES)
def test_kind_is_told_by_the_head_alone_whatever_the_bytes_are(data: bytes) -> None:
    head = data[:HEAD_BYTES]

    assert kind_of(data) is kind_of(head)
    if kind_of(head) is Kind.OTHER:
        refusal = refusal_of(head)
        assert isinstance(refusal, PermanentError)
        assert str(refusal_of(data)) == str(refusal)
        assert refusal.sentence.endswith(".")
    elif kind_of(head) is Kind.PICTURE:
        assert format_of(data) is format_of(head)


def ebml(doctype: bytes) -> bytes:
    return b"\x1aE\xdf\xa3\x93\x42\x86\x81\1\x42\x82" + bytes([0x80 + len(doctype)]) + doctype


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ftyp(b"isom", b"mp42"), VideoFormat.MP4),
        (ftyp(b"M4V "), VideoFormat.MP4),
        (ftyp(b"qt  "), VideoFormat.MOV),
        (b"\0\0\0\x08wide\0\0\1\0mdat", VideoFormat.MOV),
        (ftyp(b"3gp4"), VideoFormat.THREE_GP),
        (ftyp(b"3g2a"), VideoFormat.THREE_GP),
        (ebml(b"webm"), VideoFormat.WEBM),
        (ebml(b"matroska"), VideoFormat.MATROSKA),
        (b"RIFF\x40\0\0\0AVI LIST", VideoFormat.AVI),
        (ebml(b"another"), None),
        (ftyp(b"M4A "), None),
        (ftyp(b"crx "), None),
        (ftyp(b"avis", b"msf1"), None),
        (b"RIFF\x40\0\0\0WAVE", None),
        (b"#EXTM3U\n", None),
        (b"", None),
    ],
    ids=repr,
)
def test_format_of_a_video_is_told_by_its_first_bytes(
    head: bytes, expected: VideoFormat | None
) -> None:
    assert video_format_of(head) == expected
    assert (kind_of(head) is Kind.VIDEO) is (expected is not None)


@pytest.mark.parametrize(
    "head", [ftyp(b"isom", b"mp42"), ftyp(b"qt  "), b"RIFF\x40\0\0\0AVI LIST" + b"x" * 64]
)
def test_video_is_refused_like_any_other_file_when_videos_are_off(head: bytes) -> None:
    refusal = refusal_of(head, {Kind.PICTURE})

    assert (kind_of(head), refusal_of(head)) == (Kind.VIDEO, None)
    assert kind_of(head, {Kind.PICTURE}) is Kind.OTHER
    assert refusal is not None
    assert (refusal.code, "This is a video" in str(refusal)) == ("unsupported", True)


@settings(deadline=None)
@given(st.sampled_from([head for head, _ in SIGNATURES]) | st.binary(max_size=64))
def test_picture_is_no_video(head: bytes) -> None:
    assert video_format_of(head) is None or refusal_of(head) is not None


TABLE = b"town,price\nGraz,410000\nLinz,99000\n"
WIDE = b"how wide,how long\n3,4\n5,6\n"  # with the name of a box where a film has it


@pytest.mark.parametrize("head", [TABLE, WIDE])
def test_file_is_a_table_when_it_begins_as_one(head: bytes) -> None:
    assert (kind_of(head), refusal_of(head)) == (Kind.TABLE, None)


def test_table_is_refused_like_any_other_file_when_tables_are_off() -> None:
    refusal = refusal_of(TABLE, {Kind.PICTURE})

    assert kind_of(TABLE, {Kind.PICTURE}) is Kind.OTHER
    assert refusal is not None
    assert (refusal.code, "This is a table, which is not" in str(refusal)) == ("unsupported", True)


FORMATS = [
    (TABLE, TableFormat.DELIMITED),
    (gzip.compress(TABLE), TableFormat.DELIMITED),
    (b'{"a":1}\n{"a":2}\n', TableFormat.JSON_LINES),
    (b'\n {"a":1}\n\n{broken\n', TableFormat.JSON_LINES),
    (b'{"a":"<html><body>"}\n', TableFormat.JSON_LINES),
    (b'{"a":1}', TableFormat.JSON_LINES),
    (b"{}\r\n{}\r\n", TableFormat.JSON_LINES),
    (b'{"a":"' + b"x" * 2000 + b'"}\n', TableFormat.JSON_LINES),
    (b'{"a":' + b"[" * 1005 + b"]" * 1005, TableFormat.JSON_LINES),
    ('{"a":"é"}\n'.encode("utf-16"), TableFormat.JSON_LINES),
    (gzip.compress(b'{"a":1}\n' * 5000), TableFormat.JSON_LINES),
    (b'{"a":1}, {"a":2}\n{"a":3}\n', None),
    (b'{\n"a":1\n}\n', None),
    (b'[{"a":1}]\n', None),
    (b"[1,2]\n[3,4]\n", None),
    (b"{a,b}\n{c,d}\n", None),
    (gzip.compress(b'{"a":1}\n')[:12], None),
    (b"", None),
]


@pytest.mark.parametrize(("data", "format_"), FORMATS, ids=[str(at) for at in range(len(FORMATS))])
def test_format_of_a_table_is_told_by_its_first_bytes(
    data: bytes, format_: TableFormat | None
) -> None:
    head = data[:HEAD_BYTES]

    assert table_format_of(data) is table_format_of(head) is format_
    assert (kind_of(head) is Kind.TABLE) is (format_ is not None)


@pytest.mark.parametrize("start", [b"%PDF-1.7\n", b"<html>\n", b"\x89PNG\r\n\x1a\n", b"MZ"])
def test_file_is_what_its_first_bytes_say_when_a_table_follows_them(start: bytes) -> None:
    assert kind_of(start + TABLE) is not Kind.TABLE
