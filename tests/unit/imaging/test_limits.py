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
from darkroom.errors import FileTooLarge, PermanentError
from darkroom.imaging import ImageLimits, errors
from darkroom.imaging.document import read_metadata
from darkroom.imaging.limits import check_frames, check_memory, check_metadata, check_size
from darkroom.pipeline.pixel_worker import limits_of
from PIL import Image

from tests.unit.imaging.pictures import encoded, exif_with, png_chunk, refusal, rendered


def picture(format_: str, width: int = 100, height: int = 80, **options: Any) -> bytes:
    return encoded(Image.new("RGB", (width, height)), format_, **options)


def moving(count: int) -> bytes:
    frames = [Image.new("L", (100, 80), n) for n in range(count)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "TIFF", "BMP"]


@pytest.mark.parametrize("format_", FORMATS)
def test_picture_is_refused_from_its_header_when_it_has_too_many_pixels(format_: str) -> None:
    data = picture(format_)
    rendered(data, ImageLimits(max_pixels=8_000, max_jpeg_pixels=8_000))

    error = refusal(data, ImageLimits(max_pixels=7_999, max_jpeg_pixels=7_999))

    assert isinstance(error, errors.ImageTooLarge)
    assert error.code == "too-large"
    assert "(100 × 80)" in error.sentence


@pytest.mark.parametrize("format_", FORMATS)
def test_picture_is_refused_when_a_side_is_too_long(format_: str) -> None:
    error = refusal(picture(format_), ImageLimits(max_edge=99))
    assert isinstance(error, errors.ExtremeAspect)
    assert error.code == "bad-aspect"
    assert "100 × 80" in error.sentence


def test_animation_is_shown_by_its_first_frame_when_it_is_too_large_to_move(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web: dict[str, Any] = {"width": 50, "format": "webp", "animated": True}
    data = moving(4)
    assert rendered(data, ImageLimits(max_total_frame_pixels=4 * 8_000), **web).frames == 4

    monkeypatch.setattr("darkroom.imaging.formats.contract.MAX_ANIMATED_PIXELS", 7_999)

    # Its frames are not gone through: their pixels in all are of no interest.
    made = rendered(data, ImageLimits(max_total_frame_pixels=4 * 8_000 - 1), **web)
    assert (made.frames, made.width) == (1, 50)


def test_file_is_refused_when_it_has_too_many_bytes() -> None:
    data = picture("PNG")
    error = refusal(data, ImageLimits(max_bytes=len(data) - 1))
    assert isinstance(error, FileTooLarge)
    assert "MB" in error.sentence


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (ImageLimits(max_frames=3), "at most 3"),
        (ImageLimits(max_total_frame_pixels=31_999), "too much"),
    ],
)
def test_animation_is_refused_when_it_is_too_much(limits: ImageLimits, words: str) -> None:
    error = refusal(moving(4), limits)
    assert isinstance(error, errors.TooManyFrames)
    assert error.code == "too-many-frames"
    assert words in error.sentence


_LIMITS = ImageLimits(max_memory=1_000, max_frames=3, max_total_frame_pixels=240)


@pytest.mark.parametrize(
    ("check", "most"),
    [
        (lambda size: check_metadata(size), 16_777_216),
        (lambda needed: check_memory(needed, _LIMITS), 1_000),
        (lambda width: check_size(width, 20, max_pixels=2_000, max_edge=2_000), 100),
        (lambda width: check_size(width, 20, max_pixels=9_000, max_edge=100), 100),
        (lambda height: check_size(20, height, max_pixels=9_000, max_edge=100), 100),
        (lambda frames: check_frames(frames, 1, 1, _LIMITS, is_animated=True), 3),
        (lambda width: check_frames(2, width, 3, _LIMITS, is_animated=True), 40),
        (lambda height: check_frames(3, 2, height, _LIMITS, is_animated=True), 40),
    ],
)
def test_limit_itself_is_allowed_when_one_more_is_refused(
    check: Callable[[int], None], most: int
) -> None:
    check(most)
    with pytest.raises(PermanentError):
        check(most + 1)


def test_pixels_of_all_frames_do_not_count_when_only_the_first_is_decoded() -> None:
    check_frames(3, 1_000, 1_000, _LIMITS, is_animated=False)


# What a picture within those limits takes of memory.

_SEGMENT = b"\xff\xed" + struct.pack(">H", 65_535) + b"a private thing" + bytes(65_518)
_EXIF = exif_with(0x0131, 2, 4, b"abc\0")
_COMMENT = b"!\xfe" + (b"\xff" + bytes(255)) * 256 * 250 + b"\0"


def between(data: bytes, at: int, more: bytes) -> bytes:
    return data[:at] + more + data[at:]


@pytest.mark.parametrize(
    "described",
    [
        lambda: between(picture("JPEG"), 2, 260 * _SEGMENT),
        lambda: between(picture("PNG"), -12, png_chunk(b"prIv", bytes(17_000_000))),
        lambda: between(picture("GIF"), -1, 2 * _COMMENT),
        *(
            lambda format_=format_: picture(format_, exif=_EXIF + bytes(17_000_000))
            for format_ in ("WEBP", "AVIF", "HEIF")
        ),
    ],
    ids=["JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF"],
)
def test_picture_is_refused_when_it_has_megabytes_beside_its_pixels(
    described: Callable[[], bytes],
) -> None:
    error = refusal(described())
    assert isinstance(error, errors.ImageTooLarge)
    assert "beside its picture; at most 17 MB" in error.sentence


@pytest.mark.parametrize(
    ("format_", "order", "size", "promised"),
    [
        ("PNG", ">II", (100, 80), (60_000, 60_000)),
        ("JPEG", ">HH", (80, 100), (60_000, 60_000)),
        ("WEBP", "<HH", (100, 80), (16_383, 16_383)),
        ("GIF", "<HH", (100, 80), (65_535, 65_535)),
        ("TIFF", "<HHII", (256, 4, 1, 100), (256, 4, 1, 60_000_000)),
        ("BMP", "<ii", (100, 80), (60_000, 60_000)),
        ("HEIF", ">II", (100, 80), (30_000, 30_000)),
        ("AVIF", ">II", (100, 80), (30_000, 30_000)),
    ],
)
def test_bomb_is_refused_from_its_header_when_it_promises_gigabytes(
    format_: str, order: str, size: tuple[int, ...], promised: tuple[int, ...]
) -> None:
    """A few bytes, and the limits' defaults."""
    data = picture(format_)
    stored = struct.pack(order, *size)
    assert stored in data

    error = refusal(data.replace(stored, struct.pack(order, *promised)))

    assert error.code in ("too-large", "bad-aspect", "corrupt")


def test_every_limit_is_a_variable_when_functions_are_configured() -> None:
    """The template's own tests hold variables and parameters together."""
    values = {
        "max_upload_bytes": 1, "max_jpeg_pixels": 2, "max_pixels": 3, "max_frames": 4,
        "max_total_frame_pixels": 5, "max_edge_pixels": 6,
        "max_decoding_bytes": 7,
    }  # fmt: skip
    config = ImageConfig(
        images_table="", idempotency_table="", processed_bucket="", processed_topic_arn="",
        steps={}, keep_other_files="false", **values
    )  # fmt: skip
    assert limits_of(config) == ImageLimits(
        max_bytes=1, max_jpeg_pixels=2, max_pixels=3, max_frames=4, max_total_frame_pixels=5,
        max_edge=6, max_memory=7,
    )  # fmt: skip
    assert len(fields(ImageLimits)) == len(values)


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
        rendered(upload)
        read_metadata(upload, ImageLimits())

    # Two fields of plain text, and nothing that was read.
    assert written == [{"0th": {0x8298: b"(c) Ann", 0x013B: b"Ann Author"}}]
