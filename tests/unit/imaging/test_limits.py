"""Everything too large is refused from its header, by a name and a sentence, pixels untouched."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import darkroom.errors
import piexif
import pytest
from darkroom.config import ImageConfig
from darkroom.errors import PermanentError
from darkroom.imaging import Limits, Recipe, RenditionSpec, errors, render
from darkroom.imaging.metadata import read_metadata
from darkroom.pipeline.pixel_worker import limits_of
from PIL import Image, ImageFile, TiffImagePlugin

from tests.unit.imaging.pictures import encoded, exif_with, in_scans, png_chunk

SPEC = RenditionSpec(name="one", width=16)


def refusal(data: bytes, limits: Limits) -> PermanentError:
    """The error that a picture is refused with; fails if that takes decoding it."""

    def load(_: Any) -> None:
        raise AssertionError("pixels were decoded")

    with pytest.MonkeyPatch.context() as patch:
        for kind in (Image.Image, ImageFile.ImageFile):
            patch.setattr(kind, "load", load)
        with pytest.raises(PermanentError) as caught:
            render(data, Recipe(renditions=(SPEC,)), limits)
    return caught.value


def picture(format_: str, width: int = 100, height: int = 80, **options: Any) -> bytes:
    return encoded(Image.new("RGB", (width, height)), format_, **options)


def moving(count: int) -> bytes:
    frames = [Image.new("L", (100, 80), n) for n in range(count)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "TIFF", "BMP"]


@pytest.mark.parametrize("format_", FORMATS)
def test_picture_is_refused_from_its_header_when_it_has_too_many_pixels(format_: str) -> None:
    data = picture(format_)
    render(data, Recipe(renditions=(SPEC,)), Limits(max_pixels=8_000, max_jpeg_pixels=8_000))

    error = refusal(data, Limits(max_pixels=7_999, max_jpeg_pixels=7_999))

    assert isinstance(error, errors.ImageTooLarge)
    assert error.code == "too-large"
    assert "(100 × 80)" in error.sentence


@pytest.mark.parametrize(
    ("data", "most"),
    [
        pytest.param(picture("JPEG"), "max_jpeg_pixels", id="baseline"),
        pytest.param(picture("JPEG", progressive=True), "max_pixels", id="progressive"),
        pytest.param(in_scans(Image.new("RGB", (100, 80))), "max_pixels", id="in several scans"),
    ],
)
def test_jpeg_has_the_limit_of_its_kind_when_it_is(data: bytes, most: str) -> None:
    one = {"max_jpeg_pixels": 1_000_000, "max_pixels": 1_000_000}

    assert refusal(data, Limits(**one | {most: 7_999})).code == "too-large"
    other = "max_pixels" if most == "max_jpeg_pixels" else "max_jpeg_pixels"
    render(data, Recipe(renditions=(SPEC,)), Limits(**one | {other: 7_999}))


@pytest.mark.parametrize("format_", FORMATS)
def test_picture_is_refused_when_a_side_is_too_long(format_: str) -> None:
    error = refusal(picture(format_), Limits(max_edge=99))
    assert isinstance(error, errors.ExtremeAspect)
    assert error.code == "bad-aspect"
    assert "100 × 80" in error.sentence


@pytest.mark.parametrize("exif", [b"", exif_with(0x0131, 2, 4, b"abc\0")], ids=["plain", "EXIF"])
def test_avif_is_refused_when_a_side_is_longer_than_its_decoder_allows(exif: bytes) -> None:
    error = refusal(picture("AVIF", 32_769, 8, exif=exif), Limits())
    assert isinstance(error, errors.ExtremeAspect)
    assert "32,769 × 8 pixels; a side may have at most 32,768" in error.sentence
    render(picture("AVIF", 32_768, 8), Recipe(renditions=(SPEC,)), Limits())


def test_animation_is_shown_by_its_first_frame_when_it_is_too_large_to_move(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web = Recipe(renditions=(RenditionSpec(name="web", width=50, format="webp", animated=True),))
    data = moving(4)
    enough = Limits(max_total_frame_pixels=4 * 8_000)
    assert [each.frames for each in render(data, web, enough).renditions] == [4]

    monkeypatch.setattr("darkroom.imaging.limits._MAX_MOVING_PIXELS", 7_999)

    # Its frames are not gone through: their pixels in all are of no interest.
    shown = render(data, web, Limits(max_total_frame_pixels=4 * 8_000 - 1))
    assert [(each.frames, each.width) for each in shown.renditions] == [(1, 50)]
    assert shown.facts.frames == 4


def test_file_is_refused_when_it_has_too_many_bytes() -> None:
    data = picture("PNG")
    error = refusal(data, Limits(max_bytes=len(data) - 1))
    assert isinstance(error, errors.ImageTooLarge)
    assert "MB" in error.sentence


@pytest.mark.parametrize(
    ("limits", "words"),
    [(Limits(max_frames=3), "at most 3"), (Limits(max_total_frame_pixels=31_999), "too much")],
)
def test_animation_is_refused_when_it_is_too_much(limits: Limits, words: str) -> None:
    error = refusal(moving(4), limits)
    assert isinstance(error, errors.TooManyFrames)
    assert error.code == "too-many-frames"
    assert words in error.sentence


# What a picture within those limits takes of memory.

_SEGMENT = b"\xff\xed" + struct.pack(">H", 65_535) + b"a private thing" + bytes(65_518)
_COMMENT = b"!\xfe" + (b"\xff" + bytes(255)) * 256 * 250 + b"\0"


def jpeg_with_segments() -> bytes:
    data = picture("JPEG")
    return data[:2] + 260 * _SEGMENT + data[2:]


def png_with_chunk() -> bytes:
    data = picture("PNG")
    return data[:-12] + png_chunk(b"prIv", bytes(17_000_000)) + data[-12:]


def gif_with_comment() -> bytes:
    data = picture("GIF")
    return data[:-1] + 2 * _COMMENT + data[-1:]


def with_exif(format_: str) -> bytes:
    return picture(format_, exif=exif_with(0x0131, 2, 4, b"abc\0") + bytes(17_000_000))


@pytest.mark.parametrize(
    "described",
    [
        jpeg_with_segments, png_with_chunk, gif_with_comment,
        lambda: with_exif("WEBP"), lambda: with_exif("AVIF"), lambda: with_exif("HEIF"),
    ],
)  # fmt: skip
def test_picture_is_refused_when_it_has_megabytes_beside_its_pixels(
    described: Callable[[], bytes],
) -> None:
    error = refusal(described(), Limits())
    assert isinstance(error, errors.ImageTooLarge)
    assert "beside its picture; at most 17 MB" in error.sentence


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
def test_jpeg_is_refused_when_the_coefficients_of_its_scans_are_too_much(mode: str) -> None:
    """Two bytes for each sample of a progressive one, here without subsampling; then its pixels."""
    image = Image.new(mode, (160, 80))
    data = encoded(image, "JPEG", progressive=True, subsampling=0)
    scan = data.index(b"\xff\xda")
    header = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    needed = len(data) + 3 * header + 160 * 80 * (2 * len(image.getbands()) + 4)

    render(data, Recipe(renditions=(SPEC,)), Limits(max_memory=needed))
    error = refusal(data, Limits(max_memory=needed - 1))

    assert isinstance(error, errors.ImageTooLarge)
    assert "memory" in error.sentence
    baseline = encoded(image, "JPEG", subsampling=0)
    render(baseline, Recipe(renditions=(SPEC,)), Limits(max_memory=needed - 1))  # for it streams


def test_jpeg_is_taken_at_a_half_when_it_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    data = picture("JPEG", progressive=True)
    limits = Limits(max_memory=8_000 * 5 + 3 * len(data))
    assert "memory" in refusal(data, limits).sentence

    monkeypatch.setattr("darkroom.imaging.source.MAX_PIXELS", 7_999)
    render(data, Recipe(renditions=(SPEC,)), limits)


@pytest.mark.parametrize(("subsampling", "pixel_bytes"), [("4:2:0", 1.5), ("4:4:4", 3)])
def test_avif_is_refused_when_its_planes_are_too_much(subsampling: str, pixel_bytes: float) -> None:
    """A fifth more than they are, for the decoder; then its pixels."""
    data = picture("AVIF", 1000, 800, subsampling=subsampling)
    needed = len(data) + 800_000 * (1.2 * pixel_bytes + 4)

    assert "memory" in refusal(data, Limits(max_memory=int(needed) - 1)).sentence
    render(data, Recipe(renditions=(SPEC,)), Limits(max_memory=int(needed) + 4_000_000))


@pytest.mark.parametrize(
    ("options", "strip"),
    [
        ({"compression": "tiff_lzw", "strip_size": 1 << 20}, 8_000 * 4),
        ({"compression": "tiff_lzw", "strip_size": 100 * 3 * 8}, 800 * 4),
        ({"compression": "jpeg", "strip_size": 1 << 20}, 8_000 * 10),
        ({}, 0),
    ],
)
def test_tiff_is_refused_when_its_strips_are_too_much(options: dict[str, Any], strip: int) -> None:
    data = picture("TIFF", **options)
    tags = 512  # what it has of them, about
    needed = len(data) + strip + 4 * 8_000

    render(data, Recipe(renditions=(SPEC,)), Limits(max_memory=needed + 3 * tags))
    assert "memory" in refusal(data, Limits(max_memory=needed - 1)).sentence


def test_tiff_is_refused_when_copies_of_its_tags_are_too_much() -> None:
    layers = TiffImagePlugin.ImageFileDirectory_v2()
    layers[37724] = bytes(100_000)  # where an editor keeps its layers
    layers.tagtype[37724] = 7
    data = picture("TIFF", tiffinfo=layers)

    render(data, Recipe(renditions=(SPEC,)), Limits(max_memory=len(data) + 4 * 8_000 + 310_000))
    assert "memory" in refusal(data, Limits(max_memory=len(data) + 4 * 8_000 + 300_000)).sentence


@pytest.mark.parametrize(
    ("mode", "subsampling", "pixel_bytes"),
    [("RGB", "4:2:0", 1.5), ("RGB", "4:4:4", 3), ("RGBA", "4:4:4", 4), ("RGBA", "4:2:2", 3)],
)
def test_avif_moves_when_ten_of_its_frames_fit(
    mode: str, subsampling: str, pixel_bytes: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [Image.new(mode, (100, 80), (n, 0, 200, 90)[: len(mode)]) for n in (0, 90, 180)]
    options = {"save_all": True, "append_images": frames[1:], "subsampling": subsampling}
    data = encoded(frames[0], "AVIF", speed=10, **options)
    web = Recipe(renditions=(RenditionSpec(name="web", width=50, format="webp", animated=True),))

    for room, shown in ((0, 3), (-1, 1)):
        monkeypatch.setattr("darkroom.imaging.limits._MAX_MOVING_BYTES", 8_000 * pixel_bytes + room)
        assert render(data, web, Limits()).renditions[0].frames == shown


# Bombs: a few bytes that promise gigabytes. Each is refused with the limits' defaults.


def png_bomb() -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0))
        + png_chunk(b"IDAT", b"x")
        + png_chunk(b"IEND", b"")
    )


def jpeg_bomb() -> bytes:
    data = bytearray(picture("JPEG"))
    frame = data.index(b"\xff\xc0") + 5
    data[frame : frame + 4] = struct.pack(">HH", 60_000, 60_000)
    return bytes(data)


def webp_bomb() -> bytes:
    bits = (16_383 - 1) | (5_001 - 1) << 14
    body = b"VP8L" + struct.pack("<I", 6) + b"\x2f" + struct.pack("<I", bits) + b"\0" * 11
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def gif_bomb() -> bytes:
    data = bytearray(picture("GIF"))
    data[6:10] = b"\xff\xff\xff\xff"
    return bytes(data)


def tiff_bomb() -> bytes:
    data = picture("TIFF")
    old = struct.pack("<HHII", 256, 4, 1, 100) + struct.pack("<HHII", 257, 4, 1, 80)
    new = struct.pack("<HHII", 256, 4, 1, 60_000) + struct.pack("<HHII", 257, 4, 1, 60_000)
    assert old in data
    return data.replace(old, new)


def bmp_bomb() -> bytes:
    data = bytearray(picture("BMP"))
    data[18:26] = struct.pack("<ii", 60_000, 60_000)
    return bytes(data)


def heif_bomb() -> bytes:
    data = picture("HEIF")
    old = b"ispe\0\0\0\0" + struct.pack(">II", 100, 80)
    assert old in data
    return data.replace(old, b"ispe\0\0\0\0" + struct.pack(">II", 30_000, 30_000))


@pytest.mark.parametrize(
    "bomb", [png_bomb, jpeg_bomb, webp_bomb, gif_bomb, tiff_bomb, bmp_bomb, heif_bomb]
)
def test_bomb_is_refused_from_its_header_when_it_promises_gigabytes(
    bomb: Callable[[], bytes],
) -> None:
    assert refusal(bomb(), Limits()).code in ("too-large", "bad-aspect", "corrupt")


def test_avif_is_refused_when_its_pixels_are_more_than_its_header_says() -> None:
    data = picture("AVIF", 400, 300)
    header = b"ispe\0\0\0\0" + struct.pack(">II", 400, 300)
    assert header in data
    lie = data.replace(header, header[:8] + struct.pack(">II", 100, 80))

    error = refusal(lie, Limits(max_pixels=400 * 300 - 1))

    assert isinstance(error, errors.CorruptImage)


def gif_image(width: int, height: int, body: bytes = b"") -> bytes:
    """An image of these pixels, with one sub-block, which may hold more than it should."""
    descriptor = b"," + struct.pack("<HHHH", 0, 0, width, height) + b"\0"
    return descriptor + b"\x02" + bytes([len(body)]) + body + (b"\0" if body else b"")


GIF_SCREEN = b"GIF89a" + struct.pack("<HH", 10, 10) + b"\0\0\0"
GIF_CLEARED = b"!\xf9\x04\x08\0\0\0\0"  # what is cleared afterwards, Pillow allocates at once


def test_gif_is_refused_when_its_large_frame_stands_behind_what_is_no_block() -> None:
    data = GIF_SCREEN + GIF_CLEARED + b"\x99" * 5 + gif_image(60_000, 60_000) + b";"
    assert refusal(data, Limits()).code == "too-large"


def test_gif_is_refused_when_only_a_decoder_sees_its_large_frame() -> None:
    """Behind an empty extension Pillow reads on where the specification has it end."""
    hidden = gif_image(10, 10, bytes(34) + gif_image(60_000, 60_000))
    assert hidden[45] == 0  # what Pillow takes for one sub-block of 44 bytes ends here
    data = GIF_SCREEN + GIF_CLEARED + b"!\xf9\0" + hidden + b";"

    assert isinstance(refusal(data, Limits()), errors.CorruptImage)


def test_every_limit_is_a_variable_when_functions_are_configured() -> None:
    """The template's own tests hold variables and parameters together."""
    values = {
        "max_upload_bytes": 1, "max_jpeg_pixels": 2, "max_pixels": 3, "max_frames": 4,
        "max_total_frame_pixels": 5, "max_edge_pixels": 6,
        "max_decoding_bytes": 7,
    }  # fmt: skip
    config = ImageConfig(
        images_table="", idempotency_table="", processed_bucket="", steps={}, **values
    )
    assert limits_of(config) == Limits(
        max_bytes=1, max_jpeg_pixels=2, max_pixels=3, max_frames=4, max_total_frame_pixels=5,
        max_edge=6, max_memory=7,
    )  # fmt: skip
    assert len(fields(Limits)) == len(values)


def test_every_refusal_has_a_name_and_a_sentence_when_it_is_told() -> None:
    kinds = [
        kind
        for kind in (vars(errors) | vars(darkroom.errors)).values()
        if isinstance(kind, type)
        and issubclass(kind, PermanentError)
        and kind is not PermanentError
    ]
    assert len(kinds) >= 8
    assert all(kind.code != PermanentError.code for kind in kinds)
    for error in (errors.corrupt(), errors.truncated()):
        assert error.sentence.endswith(".")
        assert "upload" in error.sentence


# piexif costs gigabytes on a tag with a huge count. It writes clean EXIF; it never reads.


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"])
def test_untrusted_exif_never_reaches_piexif_when_a_picture_is_processed(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = piexif.dump({"0th": {0x013B: b"Ann Author", 0x8298: b"(c) Ann"}})
    bomb = exif_with(0x0112, 1, 1 << 30, b"\0\0\0\x08")
    written: list[Any] = []
    dump = piexif.dump

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("piexif was given what somebody uploaded")

    def record(fields: dict[str, Any], *_: Any) -> bytes:
        written.append(fields)
        return bytes(dump(fields))

    for name in ("load", "transplant", "insert", "remove"):
        monkeypatch.setattr(piexif, name, refuse)
    monkeypatch.setattr(piexif, "dump", record)

    options: dict[str, Any] = {"exif": author}
    if format_ == "TIFF":
        options = {"tiffinfo": {0x013B: "Ann Author", 0x8298: "(c) Ann"}}
    data = picture(format_, **options)
    with warnings.catch_warnings(action="ignore"):  # Pillow looks into it while it saves
        hostile = picture(format_) if format_ == "TIFF" else picture(format_, exif=bomb)
    for upload in (data, hostile):
        render(upload, Recipe(renditions=(SPEC,)), Limits())
        read_metadata(upload, Limits())

    # Two fields of plain text, and nothing that was read.
    assert written == [{"0th": {0x8298: b"(c) Ann", 0x013B: b"Ann Author"}}]
