"""JPEG: what decides whether it is decoded row by row, and what libjpeg keeps otherwise."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.errors import ImageTooLarge
from darkroom.imaging.formats.jpeg import JpegImage
from darkroom.imaging.source import open_source
from PIL import Image, ImageChops, ImageStat

from tests.unit.imaging.pictures import (
    QUARTERS,
    encoded,
    in_scans,
    opened,
    photo,
    quartered,
    quarters,
    refusal,
    rendered,
    shown,
)


def jpeg(width: int = 100, height: int = 80, mode: str = "RGB", **options: Any) -> bytes:
    return encoded(Image.new(mode, (width, height)), "JPEG", **options)


@pytest.mark.parametrize(
    ("data", "most"),
    [
        pytest.param(jpeg(), "max_jpeg_pixels", id="baseline"),
        pytest.param(jpeg(progressive=True), "max_pixels", id="progressive"),
        pytest.param(in_scans(Image.new("RGB", (100, 80))), "max_pixels", id="in several scans"),
    ],
)
def test_jpeg_has_the_limit_of_its_kind_when_it_is(data: bytes, most: str) -> None:
    one = {"max_jpeg_pixels": 1_000_000, "max_pixels": 1_000_000}

    assert refusal(data, ImageLimits(**one | {most: 7_999})).code == "too-large"
    other = "max_pixels" if most == "max_jpeg_pixels" else "max_jpeg_pixels"
    rendered(data, ImageLimits(**one | {other: 7_999}))


def test_picture_is_libjpegs_when_its_components_are_in_several_scans() -> None:
    data = in_scans(photo(317, 235))

    difference = ImageChops.difference(shown(data), opened(data).convert("RGB"))

    assert max(ImageStat.Stat(difference).sum) == 0


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
def test_jpeg_is_refused_when_the_coefficients_of_its_scans_are_too_much(mode: str) -> None:
    """Two bytes for each sample of a progressive one, here without subsampling; then its pixels."""
    image = Image.new(mode, (160, 80))
    data = encoded(image, "JPEG", progressive=True, subsampling=0)
    needed = len(data) + 160 * 80 * (2 * len(image.getbands()) + 4)

    rendered(data, ImageLimits(max_memory=needed))
    error = refusal(data, ImageLimits(max_memory=needed - 1))

    assert isinstance(error, ImageTooLarge)
    assert "memory" in error.sentence
    baseline = encoded(image, "JPEG", subsampling=0)
    rendered(baseline, ImageLimits(max_memory=needed - 1))  # it is decoded row by row


def test_half_of_the_pixels_count_when_a_jpeg_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    data = jpeg(progressive=True)
    limits = ImageLimits(max_memory=8_000 * 5 + len(data))
    assert "memory" in refusal(data, limits).sentence

    monkeypatch.setattr("darkroom.imaging.formats.contract.MAX_PIXELS", 7_999)
    rendered(data, limits)


@pytest.mark.parametrize(
    ("most", "written"), [(8_000, (100, 80)), (7_999, (50, 40))], ids=["enough", "too little"]
)
def test_baseline_jpeg_is_halved_when_memory_has_no_room_for_it_whole(
    most: int, written: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless a box has to be filled, for which pixels would have to be made up."""
    data = encoded(photo(100, 80), "JPEG")
    box: dict[str, Any] = {"width": 90, "height": 70, "resize": "cover"}
    sharp = rendered(data, **box)

    monkeypatch.setattr("darkroom.imaging.formats.contract._MAX_WHOLE_PIXELS_BY_ROW", most)

    made = rendered(data, width=16_000, height=16_000)
    assert (made.width, made.height) == written
    assert rendered(data, **box) == sharp


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (15, 2), (3, 3)])
def test_tiny_jpeg_is_decoded_when_less_than_that_is_wanted(size: tuple[int, int]) -> None:
    source = open_source(encoded(photo(*size), "JPEG"), ImageLimits())
    assert min(source.decode((1, 1)).size) >= 1


def test_first_picture_is_taken_when_a_phone_wrote_several_into_one_jpeg() -> None:
    second = Image.new("RGB", (96, 64), "black")
    data = encoded(quartered(), "MPO", save_all=True, append_images=[second], quality=95)

    made = rendered(data, width=96, animated=True, format="webp")

    assert (made.frames, quarters(opened(made.data))) == (1, QUARTERS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c"),
        (b"\xff\xc0\0\x11\x08", b"\xff\xc3\0\x11\x08"),
    ],
    ids=["12 bits", "lossless"],
)
def test_jpeg_is_refused_by_name_when_libjpeg_cannot_decode_it(old: bytes, new: bytes) -> None:
    data = jpeg()
    assert data.count(old) == 1

    error = refusal(data.replace(old, new))

    assert error.code == "unsupported"
    assert "a 12-bit or lossless JPEG" in error.sentence


def test_jpeg_is_refused_when_its_scan_cannot_fill_its_header() -> None:
    data = bytearray(jpeg())
    size = data.index(b"\xff\xc0") + 5
    data[size : size + 4] = struct.pack(">HH", 9_000, 9_000)

    assert refusal(bytes(data)).code == "corrupt"
    assert refusal(bytes(data[:-2])).code == "truncated"


def test_jpeg_is_refused_when_it_has_hundreds_of_scans() -> None:
    data = jpeg(progressive=True)
    scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0"

    assert refusal(data[:-2] + 200 * scan + data[-2:]).code == "corrupt"


@pytest.mark.parametrize(
    ("samplings", "blocks"),
    [
        ((0x11,), 13 * 10),
        ((0x11, 0x11, 0x11), 3 * 13 * 10),
        ((0x22, 0x11, 0x11), 13 * 10 + 2 * 7 * 5),
        ((0x21, 0x11, 0x11), 13 * 10 + 2 * 7 * 10),
        ((0x41, 0x11, 0x21), 13 * 10 + 4 * 10 + 7 * 10),
    ],
)
def test_coefficients_are_those_of_every_block_when_components_are_subsampled(
    samplings: tuple[int, ...], blocks: int
) -> None:
    """100 x 80 pixels: 12.5 x 10 blocks of 8 x 8, of two bytes each."""
    frame = b"\x08" + struct.pack(">HHB", 80, 100, len(samplings))
    frame += b"".join(bytes([n, sampling, 0]) for n, sampling in enumerate(samplings))
    data = b"\xff\xd8\xff\xc2" + struct.pack(">H", len(frame) + 2) + frame
    data += b"\xff\xda\0\x08\1\1\0\0\x3f\0" + bytes(100) + b"\xff\xd9"

    header = JpegImage(data, ImageLimits()).header

    assert header.decoder_bytes == 128 * blocks
