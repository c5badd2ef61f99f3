"""What a file is, told from its first bytes: never from its name or Content-Type.

A kind decides which functions process a file; a picture's format decides how. Both are told here
and nowhere else: the signatures of all formats are in this module.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from darkroom.delimited import GZIP, begins_as_table
from darkroom.errors import EmptyUpload, PermanentError, UnsupportedFormat
from darkroom.json_lines import begins_as_json_lines
from darkroom.workbooks import COMPOUND, ZIP, begins_as_workbook


class Kind(StrEnum):
    """The kinds of files. What is of none that has functions of its own is OTHER."""

    PICTURE = "picture"
    TABLE = "table"
    VIDEO = "video"
    OTHER = "other"


class Format(StrEnum):
    """The formats of pictures that are read; written are JPEG, WEBP, AVIF and PNG."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    HEIF = "heic"
    AVIF = "avif"
    TIFF = "tiff"
    BMP = "bmp"


class VideoFormat(StrEnum):
    """The formats of videos that are read; written is MP4."""

    MP4 = "mp4"
    MOV = "mov"
    THREE_GP = "3gp"
    WEBM = "webm"
    MATROSKA = "mkv"
    AVI = "avi"


class TableFormat(StrEnum):
    """The formats of tables that are read; text also where it is packed with gzip."""

    DELIMITED = "csv"
    JSON_LINES = "jsonl"
    WORKBOOK = "xlsx"


HEAD_BYTES = 1024  # of a file; more than these are never looked at

# What each kind's files are called, and the formats that are read, as people know them.
_TAKEN = {
    Kind.PICTURE: ("a picture", "JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF or BMP"),
    Kind.VIDEO: ("a video", "MP4, MOV, 3GP, WebM, MKV or AVI"),
    Kind.TABLE: ("a table", "CSV, JSON lines or Excel's .xlsx"),
}
# Brands of ISO/IEC 23008-12 (HEIF) with HEVC, and of the AV1 Image File Format.
_HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AV1_BRANDS = {b"avif", b"avis"}
_CONTAINER_BRANDS = {b"mif1", b"mif2", b"msf1", b"miaf"}
# Of HEIF with other codecs (ISO/IEC 23008-12, annexes E to M; 23001-17).
_OTHER_BRANDS = {
    b"avci": "H.264", b"avcs": "H.264", b"jpeg": "JPEG", b"jpgs": "JPEG", b"j2ki": "JPEG 2000",
    b"j2is": "JPEG 2000", b"vvic": "H.266", b"vvis": "H.266", b"evbi": "EVC", b"evbs": "EVC",
    b"evmi": "EVC", b"evms": "EVC", b"unif": "uncompressed pixels",
}  # fmt: skip
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_NO_VIDEO_BRANDS = (
    _HEVC_BRANDS | _AV1_BRANDS | _CONTAINER_BRANDS | {*_OTHER_BRANDS} | _SOUND_BRANDS | {b"crx "}
)

JPEG_START = b"\xff\xd8\xff"
_PICTURES: tuple[tuple[bytes, Format], ...] = (
    (JPEG_START, Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
)
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# Of Windows, and of OS/2, whose second header may end after any of its fields.
_BMP_HEADERS = {size.to_bytes(4, "little") for size in (12, *range(16, 65, 2), 108, 124)}
RAW = "a camera's raw file"
_EBML = b"\x1aE\xdf\xa3"
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (ZIP, "a ZIP archive or an office document"),
    (COMPOUND, "an office document with a password, or of a format from before 2007"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"BPG\xfb", "a BPG picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"8BPS", "a Photoshop document"),
    (b"%!PS", "a PostScript document"),
    (b"\0\0\1\0", "a Windows icon"),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"IIU\0", RAW),
    (b"IIRO", RAW),
    (b"IIRS", RAW),
    (_EBML, "a video"),
    (b"\0\0\1\xba", "a video"),
    (b"\0\0\1\xb3", "a video"),
    (b"FLV\1", "a video"),
    (b"OggS", "a video or a sound recording"),
    (b"ID3", "a sound recording"),
    (b"fLaC", "a sound recording"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_DOCTYPE = re.compile(rb"\x42\x82[\x81-\x88](webm|matroska)")  # RFC 8794, 11.2.7
# First boxes of a QuickTime file that is older than the box of brands.
_QUICKTIME = {b"moov", b"mdat", b"wide", b"pnot"}
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (rb"<svg[\s>]", "an SVG drawing"),
    (rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<script[\s>]", "a web page"),
    (rb"<\?php", "a PHP script"),
    (rb"^\s*<\?xml", "an XML document"),
    (rb'^\s*(?:\{\s*"|\[\s*[\[{"\d])', "a JSON document"),
)


def kind_of(head: bytes, on: Collection[Kind] = frozenset(Kind)) -> Kind:
    """The kind of a file by its first `HEAD_BYTES`, or all of its bytes if it is shorter.

    `on` are the kinds that functions process: a file of another one is OTHER.
    """
    kind = _told(head)
    return kind if kind in on else Kind.OTHER


def refusal_of(head: bytes, on: Collection[Kind] = frozenset(Kind)) -> PermanentError | None:
    """Why a file of kind OTHER is refused; None for a file of any other kind.

    The sentence says what it is, when known, and what is taken instead.
    """
    if kind_of(head, on) is not Kind.OTHER:
        return None
    if not head:
        return _empty()
    kind = _told(head)
    if kind is Kind.OTHER:
        return unsupported(_name_of(head), on)
    return UnsupportedFormat(
        f"This is {_TAKEN[kind][0]}, which is not processed here. {_offer(on)}"
    )


def _told(head: bytes) -> Kind:
    try:
        format_of(head)
    except (EmptyUpload, UnsupportedFormat):
        # Asked first: a text may begin with the name of a box, "how wide,how long".
        if table_format_of(head) is not None:
            return Kind.TABLE
        return Kind.OTHER if video_format_of(head) is None else Kind.VIDEO
    return Kind.PICTURE


def _name_of(head: bytes) -> str | None:
    """What a file is that is of no kind, when known."""
    try:
        _picture_format_of(head)
    except _Named as named:
        return named.name
    return None


def format_of(head: bytes) -> Format:
    """The format of a picture by its first `HEAD_BYTES`, or all of its bytes if it is shorter.

    Raises:
        EmptyUpload: there are none.
        UnsupportedFormat: it is not one that we read; its sentence names what it is, when known.
    """
    if not head:
        raise _empty()
    try:
        return _picture_format_of(head)
    except _Named as named:
        raise unsupported(named.name) from None


class _Named(Exception):
    """A file is no picture that we read, but what `name` says, when known."""

    def __init__(self, name: str | None) -> None:
        super().__init__(name)
        self.name = name


def _picture_format_of(head: bytes) -> Format:
    for magic, format_ in _PICTURES:
        if head.startswith(magic):
            return format_
    if head.startswith(_TIFF):
        if head[8:10] == b"CR":  # Canon's CR2 is a TIFF by its first bytes
            raise _Named(RAW)
        return Format.TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    # "BM" alone is too little to tell a bitmap from text; its header has one of few sizes.
    if head[:2] == b"BM" and head[14:18] in _BMP_HEADERS:
        return Format.BMP
    if head[4:8] == b"ftyp":
        return _format_by_brands(head)
    raise _Named(_known_other(head))


def table_format_of(head: bytes) -> TableFormat | None:
    """The format of a table by its first `HEAD_BYTES`; None for what is none that we read."""
    head, whole = head[:HEAD_BYTES], len(head) < HEAD_BYTES
    if begins_as_workbook(head):
        return TableFormat.WORKBOOK
    if begins_as_json_lines(head, whole=whole):
        return TableFormat.JSON_LINES
    is_text = head.startswith(GZIP) or _known_other(head) is None
    return TableFormat.DELIMITED if is_text and begins_as_table(head, whole=whole) else None


def video_format_of(head: bytes) -> VideoFormat | None:
    """The format of a video by its first `HEAD_BYTES`; None for what is none that we read."""
    major = head[8:12]
    if head.startswith(_EBML):
        doctype = _DOCTYPE.search(head)
        found = {b"webm": VideoFormat.WEBM, b"matroska": VideoFormat.MATROSKA}
        return found[doctype[1]] if doctype else None
    if head[:4] == b"RIFF":
        return VideoFormat.AVI if major == b"AVI " else None
    if head[4:8] in _QUICKTIME:
        return VideoFormat.MOV
    if head[4:8] != b"ftyp" or len(major) < 4 or major in _NO_VIDEO_BRANDS:
        return None
    if major == b"qt  ":
        return VideoFormat.MOV
    return VideoFormat.THREE_GP if major[:2] == b"3g" else VideoFormat.MP4


def _format_by_brands(head: bytes) -> Format:
    size = min(int.from_bytes(head[:4], "big"), 256)
    major = head[8:12]
    brands = {major, *(head[at : at + 4] for at in range(16, size, 4))}
    if major in _AV1_BRANDS:
        return Format.AVIF
    if major in _HEVC_BRANDS:
        return Format.HEIF
    if major in _CONTAINER_BRANDS and brands & _AV1_BRANDS:
        return Format.AVIF
    if major in _CONTAINER_BRANDS:
        return Format.HEIF
    if major in _OTHER_BRANDS:
        raise _Named(f"a HEIF picture with {_OTHER_BRANDS[major]} inside")
    raise _Named(RAW if major == b"crx " else "a video")


def _known_other(head: bytes) -> str | None:
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF":
        return "a video" if head[8:12] == b"AVI " else "a sound recording"
    text = head[:HEAD_BYTES].lower()
    for pattern, name in _MARKUP:
        if re.search(pattern, text):
            return name
    return None


def unsupported(
    name: str | None, on: Collection[Kind] = frozenset({Kind.PICTURE})
) -> UnsupportedFormat:
    """The refusal of what is none of the kinds that are on; `name` is what it is, when known."""
    what = f"This is {name}, which we cannot read" if name else "This file is none that we can read"
    return UnsupportedFormat(f"{what}. {_offer(on)}")


def _offer(on: Collection[Kind]) -> str:
    """What may be uploaded instead, in a sentence."""
    taken = [f"{what} ({formats})" for kind, (what, formats) in _TAKEN.items() if kind in on]
    last = taken.pop()
    return f"Please upload {' or '.join([', '.join(taken), last] if taken else [last])}."


def _empty() -> EmptyUpload:
    return EmptyUpload("This file is empty. Please choose it again and upload it.")
