"""BMP: its sides, in each of the headers that it may have."""

from __future__ import annotations

import struct

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.formats.bmp import BmpImage
from PIL import Image

from tests.unit.imaging.pictures import encoded, opened, refusal, rendered


def bmp(header: bytes, pixels: bytes = b"") -> bytes:
    start = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + pixels


def test_sides_have_16_bits_when_the_header_is_the_oldest() -> None:
    header = struct.pack("<IHHHH", 12, 2, 1, 1, 24)
    data = bmp(header, bytes([0, 0, 255, 0, 255, 0, 0, 0]))

    made = opened(rendered(data, width=2, format="png").data)

    assert [made.getpixel((n, 0)) for n in (0, 1)] == [(255, 0, 0), (0, 255, 0)]


def test_height_is_positive_when_rows_are_stored_from_the_top() -> None:
    header = struct.pack("<IiiHHIIiiII", 40, 2, -1, 1, 24, 0, 8, 0, 0, 0, 0)
    image = BmpImage(bmp(header, bytes(8)), ImageLimits())
    assert (image.header.width, image.header.height, image.header.is_complete) == (2, 1, True)


@pytest.mark.parametrize(
    ("width", "height", "code"), [(0, 1, "corrupt"), (1, 0, "corrupt"), (1, 70_000, "bad-aspect")]
)
def test_bmp_is_refused_when_its_sides_are(width: int, height: int, code: str) -> None:
    data = bytearray(encoded(Image.new("RGB", (8, 8)), "BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    assert refusal(bytes(data)).code == code


def test_bmp_is_refused_as_cut_short_when_its_header_is() -> None:
    assert refusal(encoded(Image.new("RGB", (8, 8)), "BMP")[:25]).code == "truncated"
