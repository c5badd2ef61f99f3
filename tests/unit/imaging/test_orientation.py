"""Every format, upright whatever its orientation says, and undisturbed by nonsense there."""

from __future__ import annotations

import struct
from typing import Any

import piexif
import pytest
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.rendering import decoded
from darkroom.imaging.source import open_source
from PIL import Image

from tests.unit.imaging.pictures import (
    QUARTERS,
    STORED,
    encoded,
    exif_with,
    png_chunk,
    quartered,
    quarters,
)

ORIENTATION = 0x0112
OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95},
    "PNG": {},
    "WEBP": {"lossless": True},
    "TIFF": {},
    "AVIF": {},
    "HEIF": {},
}
BROKEN = {
    "0": (3, 1, b"\0\0"),
    "9": (3, 1, b"\0\x09"),
    "text": (2, 2, b"6\0"),
    "two numbers": (3, 2, b"\0\x09\0\x06"),
    "a type unknown": (99, 1, b"\0\x06"),
    "a fraction outside of the file": (5, 1, b"\x7f\xff\xff\xff"),
    "a billion numbers": (3, 1 << 30, b"\0\0\0\x08"),
}


def turned(orientation: int) -> Image.Image:
    turn = STORED[orientation]
    return quartered() if turn is None else quartered().transpose(turn)


def stored(format_: str, orientation: int, **more: Any) -> bytes:
    options = OPTIONS[format_] | more
    if format_ == "TIFF":
        options["tiffinfo"] = {ORIENTATION: orientation}
    else:
        options["exif"] = piexif.dump({"0th": {ORIENTATION: orientation}})
    return encoded(turned(orientation), format_, **options)


def assert_upright(data: bytes) -> None:
    source = open_source(data, ImageLimits())
    assert (source.width, source.height) == (96, 64)
    picture = decoded(source, 48)
    assert picture.size == (48, 32)
    assert quarters(picture) == QUARTERS


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", OPTIONS)
def test_picture_is_upright_when_it_is_stored_turned(format_: str, orientation: int) -> None:
    assert_upright(stored(format_, orientation))


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "jpeg"])
@pytest.mark.parametrize("orientation", [3, 6])
def test_picture_is_upright_when_a_library_unpacks_the_tiff(
    compression: str, orientation: int
) -> None:
    assert_upright(stored("TIFF", orientation, compression=compression))


def test_tiff_is_upright_when_its_numbers_are_64_bits_long() -> None:
    assert_upright(stored("TIFF", 8, big_tiff=True))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_png_is_upright_when_its_exif_stands_behind_the_pixels(orientation: int) -> None:
    data = encoded(turned(orientation), "PNG")
    exif = exif_with(ORIENTATION, 3, 1, struct.pack(">H", orientation)).removeprefix(b"Exif\0\0")
    end = data.rindex(b"IEND") - 4
    assert_upright(data[:end] + png_chunk(b"eXIf", exif) + data[end:])


@pytest.mark.parametrize("form", ['tiff:Orientation="6"', "<tiff:Orientation>6</tiff:Orientation>"])
def test_picture_is_upright_when_only_its_xmp_says_how(form: str) -> None:
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r {form}</x:xmpmeta>'.encode()
    assert_upright(encoded(turned(6), "JPEG", quality=95, xmp=packet))
    assert_upright(encoded(turned(6), "WEBP", lossless=True, xmp=packet))
    chunk = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
    for place in (b"IDAT", b"IEND"):
        data = encoded(turned(6), "PNG")
        at = data.index(place) - 4
        assert_upright(data[:at] + chunk + data[at:])


def test_exif_is_believed_when_xmp_says_otherwise() -> None:
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'
    assert_upright(stored("JPEG", 3, xmp=packet))


@pytest.mark.parametrize("wrong", BROKEN)
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_picture_stays_as_stored_when_its_orientation_is(format_: str, wrong: str) -> None:
    exif = exif_with(ORIENTATION, *BROKEN[wrong])
    data = encoded(quartered(), format_, **OPTIONS[format_])
    placed = encoded(quartered(), format_, **OPTIONS[format_], exif=_harmless(len(exif)))
    assert len(placed) > len(data)
    assert_upright(_replaced(placed, _harmless(len(exif)), exif))


@pytest.mark.parametrize("wrong", BROKEN)
def test_tiff_stays_as_stored_when_its_orientation_is(wrong: str) -> None:
    kind, count, value = BROKEN[wrong]
    data = bytearray(encoded(quartered(), "TIFF", tiffinfo={ORIENTATION: 1}))
    entry = data.index(struct.pack("<HHI", ORIENTATION, 3, 1))
    data[entry : entry + 12] = struct.pack("<HHI", ORIENTATION, kind, count) + value.ljust(4, b"\0")
    assert_upright(bytes(data))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_picture_is_read_when_its_exif_is_garbage(format_: str) -> None:
    exif = _harmless(64)
    placed = encoded(quartered(), format_, **OPTIONS[format_], exif=exif)
    assert_upright(_replaced(placed, exif, b"Exif\0\0" + b"\xa5" * (len(exif) - 6)))


def _harmless(length: int) -> bytes:
    """EXIF of exactly this length that says nothing, for others to take its place."""
    start = b"Exif\0\0MM\0*" + struct.pack(">IHI", 8, 0, 0)
    return start + b"\x5a" * (length - len(start))


def _replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """Encoders may drop `Exif\\0\\0`, which is the header of JPEG's segment alone."""
    old, new = old.removeprefix(b"Exif\0\0"), new.removeprefix(b"Exif\0\0")
    assert data.count(old) == 1
    changed = data.replace(old, new)
    if data.startswith(b"\x89PNG"):  # whose chunks have checksums
        at = changed.index(b"eXIf")
        length = int.from_bytes(changed[at - 4 : at], "big")
        chunk = png_chunk(b"eXIf", changed[at + 4 : at + 4 + length])
        changed = changed[: at - 4] + chunk + changed[at + 8 + length :]
    return changed
