"""What stands beside the pixels of a file, whatever it is: the renditions are the same."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from functools import cache

import pytest
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.document import read_metadata
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from tests.unit.imaging.formats.test_bmff import box
from tests.unit.imaging.pictures import encoded, exif_with, photo, png_chunk

RECIPE = Recipe(renditions=(RenditionSpec(name="one", width=32, format="png"),))
Made = list[tuple[int, int, bytes]]

often = settings(
    max_examples=120, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


def made(data: bytes) -> Made:
    read_metadata(data, ImageLimits())
    found = render(data, RECIPE, ImageLimits()).renditions
    return [(one.width, one.height, one.data) for one in found]


@cache
def plain(format_: str) -> bytes:
    return encoded(photo(61, 43), format_)


@cache
def expected(format_: str) -> Made:
    return made(plain(format_))


# What decoders and cameras begin their segments with, and what they have made of it.
STARTS = [
    b"", b"JFIF\0", b"JFXX\0\x10", b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08", b"Exif\0\0II*\0",
    b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0", b"ICC_PROFILE\0",
    b"ICC_PROFILE\0\1\1", b"MPF\0", b"MPF\0II*\0\x08\0\0\0", b"FPXR\0", b"Photoshop 3.0\0",
    b"Photoshop 3.0\x008BIM\3\xed\0\0\0\0\0\x10", b"Photoshop 3.0\x008BIM\4\4\0\0\xff\xff\xff\xff",
    b"Adobe", b"Adobe\0", b"urn:iso:std:iso:ts:21496:-1\0", b"SEFH", b"\xff\xd8\xff\xd9",
]  # fmt: skip


@often
@given(
    marker=st.sampled_from([*range(0xE0, 0xF0), 0xFE, 0xF0, 0xFD]),
    start=st.sampled_from(STARTS),
    rest=st.binary(max_size=60),
    length=st.sampled_from(["right", 0, 1]),
)
@example(marker=0xED, start=STARTS[14], rest=b"", length="right")
@example(marker=0xEE, start=b"Adobe", rest=b"\0", length="right")
@example(marker=0xE0, start=b"JFIF\0", rest=b"", length="right")
@example(marker=0xE2, start=b"ICC_PROFILE\0", rest=b"", length="right")
@example(marker=0xE2, start=b"", rest=b"", length=0)
def test_jpeg_is_the_same_whatever_a_segment_holds(
    marker: int, start: bytes, rest: bytes, length: str | int
) -> None:
    body = (start + rest).replace(b"\xff", b"\xfe") if length != "right" else start + rest
    if marker == 0xEE:  # from the twelfth byte on Adobe's says how colours are stored
        body = body[:11]
    said = len(body) + 2 if length == "right" else int(length)
    segment = bytes([0xFF, marker]) + struct.pack(">H", said) + body
    whole = plain("JPEG")
    assert made(whole[:2] + segment + whole[2:]) == expected("JPEG")
    tables = whole.index(b"\xff\xdb")
    assert made(whole[:tables] + segment + whole[tables:]) == expected("JPEG")


# The chunks of the third edition and of its extensions that say nothing of pixels, and others.
ANCILLARY = [
    b"pHYs", b"tIME", b"tEXt", b"zTXt", b"iTXt", b"bKGD", b"hIST", b"sPLT", b"oFFs", b"sCAL",
    b"pCAL", b"gIFg", b"gIFx", b"gIFt", b"sTER", b"dSIG", b"sBIT", b"eXIf", b"iCCP", b"caBX",
    b"iDOT", b"prIv", b"acTL", b"fcTL", b"fdAT", b"PLTE", b"tRNS", b"vpAg", b"mkBF", b"JUNk",
]  # fmt: skip


@often
@given(
    kind=st.sampled_from(ANCILLARY),
    body=st.binary(max_size=5) | st.binary(min_size=7, max_size=80),
    checksum=st.none() | st.binary(min_size=4, max_size=4),
    is_behind=st.booleans(),
)
@example(kind=b"pHYs", body=bytes(9), checksum=bytes(4), is_behind=False)
@example(kind=b"iTXt", body=b"Title\0\1\0\0\0x", checksum=None, is_behind=False)
@example(kind=b"iCCP", body=b"name\0\7", checksum=None, is_behind=False)
@example(kind=b"zTXt", body=b"Title\0\7abc", checksum=None, is_behind=True)
def test_png_is_the_same_whatever_a_chunk_holds(
    kind: bytes, body: bytes, checksum: bytes | None, is_behind: bool
) -> None:
    chunk = png_chunk(kind, body)
    if checksum is not None:
        chunk = chunk[:-4] + checksum
    whole = plain("PNG")
    at = whole.index(b"IEND") - 4 if is_behind else 33
    assert made(whole[:at] + chunk + whole[at:]) == expected("PNG")


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"iTXt"])
def test_png_is_the_same_when_a_chunk_unpacks_to_megabytes(kind: bytes) -> None:
    from zlib import compress

    start = {b"iTXt": b"Comment\0\1\0\0\0", b"zTXt": b"Comment\0\0", b"iCCP": b"name\0\0"}[kind]
    whole = plain("PNG")
    chunk = png_chunk(kind, start + compress(bytes(3_000_000)))
    assert made(whole[:33] + chunk + whole[33:]) == expected("PNG")


@often
@given(kind=st.sampled_from([b"gAMA", b"cHRM", b"sRGB", b"cICP", b"mDCV", b"cLLI"]),
       body=st.binary(max_size=40))  # fmt: skip
def test_png_is_processed_whatever_its_colours_are_said_to_be(kind: bytes, body: bytes) -> None:
    whole = plain("PNG")
    assert made(whole[:33] + png_chunk(kind, body) + whole[33:])


@often
@given(
    kind=st.sampled_from([b"EXIF", b"XMP ", b"ICCP", b"JUNK", b"ANIM", b"ANMF"]),
    body=st.binary(max_size=60),
    is_behind=st.booleans(),
    flags=st.integers(0, 255).map(lambda flags: flags & ~2),  # but for the flag of animations
)
def test_webp_is_the_same_whatever_a_chunk_holds(
    kind: bytes, body: bytes, is_behind: bool, flags: int
) -> None:
    pixels = plain("WEBP")[12:]
    chunk = kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    extended = b"VP8X\x0a\0\0\0" + struct.pack("<I", flags) + b"\x3c\0\0\x2a\0\0"
    chunks = extended + (pixels + chunk if is_behind else chunk + pixels)
    data = b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks
    assert made(data) == expected("WEBP")


@often
@given(
    label=st.sampled_from([0xFE, 0xFF, 0x01, 0x00, 0xCE]),
    start=st.sampled_from([b"", b"NETSCAPE2.0", b"XMP DataXMP", b"ICCRGBG1012", b"ImageMagick"]),
    blocks=st.lists(st.binary(min_size=1, max_size=40), max_size=3),
    is_behind=st.booleans(),
)
@example(label=0xFF, start=b"NETSCAPE2.0", blocks=[b"\1"], is_behind=False)
def test_gif_is_the_same_whatever_an_extension_holds(
    label: int, start: bytes, blocks: list[bytes], is_behind: bool
) -> None:
    whole = plain("GIF")
    parts = [part for part in (start, *blocks) if part]
    extension = b"!" + bytes([label])
    extension += b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
    at = len(whole) - 1 if is_behind else 13 + (3 << (whole[10] & 7) + 1)
    assert made(whole[:at] + extension + whole[at:]) == expected("GIF")


# Tags that a baseline reader decodes by, or that name colours and orientation.
_MEANT = {
    254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 293, 317, 320, 322,
    323, 324, 325, 330, 332, 338, 339, 347, *range(512, 522), 529, 530, 531, 532, 34665, 34675,
    50706,
}  # fmt: skip


@often
@given(
    tag=st.integers(1, 65535).filter(lambda tag: tag not in _MEANT),
    kind=st.sampled_from([1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 16]),
    body=st.binary(min_size=8, max_size=80),
)
@example(tag=700, kind=7, body=b"<x:xmpmeta")
@example(tag=33723, kind=4, body=b"\x1c\2\5\xff\xff\xff\xff\xff")
@example(tag=282, kind=3, body=bytes(8))
def test_tiff_is_the_same_whatever_a_tag_holds(tag: int, kind: int, body: bytes) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[65000] = body
    tags.tagtype[65000] = 7
    data = encoded(photo(61, 43), "TIFF", tiffinfo=tags)
    size = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 9: 4, 11: 4, 13: 4}.get(kind, 8)
    entry = struct.pack("<HHI", 65000, 7, len(body))
    assert data.count(entry) == 1
    changed = data.replace(entry, struct.pack("<HHI", tag, kind, len(body) // size))
    assert made(changed) == expected("TIFF")


@often
@given(body=st.binary(max_size=80), format_=st.sampled_from(["AVIF", "HEIF"]))
@example(body=b"\xff\xff\xff\xff", format_="AVIF")
def test_picture_of_boxes_is_the_same_whatever_its_exif_and_xmp_hold(
    body: bytes, format_: str
) -> None:
    exif, xmp = exif_with(0x0131, 2, 4, b"abc\0")[6:] + b"EXIF" * 30, b"<x:xmp" * 20
    described = encoded(photo(61, 43), format_, exif=b"Exif\0\0" + exif, xmp=xmp)
    assert (described.count(exif), described.count(xmp)) == (1, 1)
    for held in (exif, xmp):
        data = described.replace(held, (body * 30)[: len(held)].ljust(len(held), b"\0"))
        assert made(data) == expected(format_)


@often
@given(
    kind=st.sampled_from([b"free", b"skip", b"uuid", b"udta", b"iods", b"abcd"]),
    body=st.binary(max_size=80),
    format_=st.sampled_from(["AVIF", "HEIF"]),
)
def test_picture_of_boxes_is_the_same_whatever_another_box_holds(
    kind: bytes, body: bytes, format_: str
) -> None:
    assert made(plain(format_) + box(kind, body)) == expected(format_)


Cutter = Callable[[bytes], bytes]


def restarted(progressive: bool) -> bytes:
    out = io.BytesIO()
    photo(61, 43).save(out, "JPEG", restart_marker_blocks=2, progressive=progressive)
    return out.getvalue()


@pytest.mark.parametrize("data", [
    pytest.param(encoded(photo(61, 43), "JPEG"), id="baseline"),
    pytest.param(encoded(photo(61, 43), "JPEG", progressive=True), id="progressive"),
    pytest.param(encoded(photo(61, 43).convert("L"), "JPEG", progressive=True), id="grey"),
    pytest.param(encoded(photo(61, 43).convert("CMYK"), "JPEG"), id="inks"),
    pytest.param(restarted(False), id="restarts"),
    pytest.param(restarted(True), id="restarts of a progressive one"),
])  # fmt: skip
def test_jpeg_is_whole_without_its_end_and_cut_short_without_a_block(data: bytes) -> None:
    whole = made(data)
    for tail in (b"", bytes(4_096), b"\0"):
        assert made(data[:-2] + tail) == whole
    scan = data.rindex(b"\xff\xda") + 10
    for share in (0.2, 0.5, 0.8, 0.95):
        for tail in (b"", bytes(4_096)):
            cut = data[: scan + int((len(data) - scan) * share)]
            assert code_of(cut + tail) == "truncated"


def code_of(data: bytes) -> str:
    from darkroom.errors import PermanentError

    with pytest.raises(PermanentError) as caught:
        render(data, Recipe(renditions=(RenditionSpec(name="one"),)), ImageLimits())
    return caught.value.code


def test_jpeg_is_cut_short_when_its_last_scans_are_missing() -> None:
    """What is there decodes to a picture without its finest detail."""
    data = encoded(photo(61, 43), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    assert code_of(data[:at]) == "truncated"


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (3, 2)])
def test_webp_is_whole_when_it_is_tiny(size: tuple[int, int], lossless: bool) -> None:
    data = encoded(Image.new("RGB", size, "red"), "WEBP", lossless=lossless)
    found = Image.open(io.BytesIO(made(data)[0][2])).convert("RGB")
    assert found.size == size
    assert found.getpixel((0, 0))[0] > 240  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
@pytest.mark.parametrize(
    "end",
    [
        lambda stream: stream[:-4] + bytes(4),
        lambda stream: stream[:-4],
        lambda stream: stream[:-1],
        lambda stream: b"\0\0" + stream[2:],
        lambda stream: stream + b"more",
    ],
    ids=["wrong checksum", "no checksum", "a byte missing", "no header", "junk behind it"],
)
def test_png_is_whole_however_its_stream_ends(mode: str, end: Cutter) -> None:
    data = encoded(photo(61, 43).convert(mode), "PNG")
    at = data.index(b"IDAT") + 4
    (length,) = struct.unpack_from(">I", data, at - 8)
    changed = png_chunk(b"IDAT", end(data[at : at + length]))
    for tail in (png_chunk(b"IEND", b""), b""):
        assert made(data[: at - 8] + changed + tail) == made(data)


def test_png_is_cut_short_when_a_row_is_missing() -> None:
    data = plain("PNG")
    at = data.index(b"IDAT") + 4
    (length,) = struct.unpack_from(">I", data, at - 8)
    for kept in (length // 2, length - 40):
        assert code_of(data[: at + kept]) == "truncated"
        whole = data[: at - 8] + png_chunk(b"IDAT", data[at : at + kept])
        assert code_of(whole + png_chunk(b"IEND", b"")) == "corrupt"
