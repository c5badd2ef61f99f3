"""BMP: its sides, in each of the headers that it may have."""

from __future__ import annotations

import struct

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.errors import UndecodableImage
from darkroom.imaging.formats.bmp import BmpImage
from PIL import Image

from tests.unit.imaging.charts import bmp_of, bmp_of_runs, chart, clear_chart
from tests.unit.imaging.colours import DISPLAY_P3
from tests.unit.imaging.pictures import differences, encoded, opened, refusal, rendered, shown


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


HEADERS = (12, *range(16, 65, 2), 108, 124)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 24])
def test_colours_are_read_when_the_header_is_of_any_length(bits: int, header: int) -> None:
    expected = chart() if bits == 24 else chart().quantize(1 << bits).convert("RGB")
    assert max(differences(shown(bmp_of(bits, header)), expected).mean) == 0


FIELDS = {
    "565": (16, (0xF800, 0x7E0, 0x1F)),
    "555": (16, (0x7C00, 0x3E0, 0x1F)),
    "444": (16, (0xF00, 0xF0, 0xF)),
    "332": (16, (0xE0, 0x1C, 0x3)),
    "the other way": (32, (0xFF, 0xFF00, 0xFF0000)),
    "10 bits": (32, (0x3FF00000, 0xFFC00, 0x3FF)),
    "16 bits of red": (32, (0xFFFF0000, 0xFF00, 0xFF)),
    "between bytes": (32, (0x3FC0000, 0x3FC00, 0x3FC)),
    "no blue": (32, (0xFF0000, 0xFF00, 0)),
}


@pytest.mark.parametrize("header", [40, 52, 56, 108, 124])
@pytest.mark.parametrize("name", FIELDS)
def test_colours_are_read_when_they_are_in_bit_fields(name: str, header: int) -> None:
    bits, masks = FIELDS[name]
    expected = chart()
    if not masks[2]:
        expected = Image.merge("RGB", [*expected.split()[:2], Image.new("L", expected.size)])
    few = min(mask.bit_count() for mask in masks if mask)
    difference = differences(shown(bmp_of(bits, header, masks)), expected)
    assert max(difference.mean) <= max(1.0, 128 / (1 << few))


@pytest.mark.parametrize("header", [56, 108, 124])
@pytest.mark.parametrize(
    ("bits", "masks"),
    [
        (32, (0xFF0000, 0xFF00, 0xFF, 0xFF000000)),
        (16, (0xF00, 0xF0, 0xF, 0xF000)),
        (32, (0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000)),
    ],
)
def test_alpha_is_read_when_it_has_a_mask(bits: int, masks: tuple[int, ...], header: int) -> None:
    data = bmp_of(bits, header, masks, picture=clear_chart())
    found, expected = (picture.getchannel("A") for picture in (shown(data), clear_chart()))
    few = masks[3].bit_count()
    assert differences(found, expected).mean[0] <= max(1.0, 128 / (1 << few))


def test_bmp_is_opaque_when_its_alpha_is_0_everywhere() -> None:
    clear = chart().convert("RGBA")
    clear.putalpha(0)
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    made = shown(bmp_of(32, 108, masks, picture=clear))
    assert max(differences(made.convert("RGB"), chart()).mean) == 0
    assert made.getchannel("A").getextrema() == (255, 255)


@pytest.mark.parametrize("bits", [4, 8])
def test_runs_and_single_pixels_are_read_when_a_bmp_is_packed(bits: int) -> None:
    made = shown(bmp_of_runs(bits))
    assert [made.getpixel((20, y)) for y in (1, 4, 7, 10)] == [
        (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255),
    ]  # fmt: skip
    assert made.getpixel((35, 1)) == (255, 0, 0)
    jumped = shown(bmp_of_runs(bits, jumps=True))
    assert (jumped.getpixel((25, 1)), jumped.getpixel((35, 1))) == ((0, 0, 0), (255, 0, 0))


def test_colours_are_those_of_an_embedded_profile() -> None:
    plain = bmp_of(24, 124)
    icc = DISPLAY_P3.profile()
    data = bytearray(plain + icc)
    data[70:74] = b"DEBM"
    data[126:134] = struct.pack("<II", len(plain) - 14, len(icc))
    expected = shown(encoded(chart(), "PNG", icc_profile=icc))
    assert max(differences(shown(bytes(data)), expected).mean) == 0


@pytest.mark.parametrize("compression", [4, 5, 7, 11])
def test_bmp_is_refused_by_name_when_its_compression_is_another(compression: int) -> None:
    error = refusal(bmp_of(24, 40, compression=compression))
    assert error.code == "unsupported"
    assert "a kind of BMP picture, which we cannot read" in error.sentence


@pytest.mark.parametrize("data", [bmp_of(24), bmp_of(8), bmp_of(16), bmp_of_runs(8)])
def test_bmp_is_cut_short_when_rows_are_missing(data: bytes) -> None:
    with pytest.raises(UndecodableImage) as caught:
        shown(data[: len(data) * 2 // 3])
    assert caught.value.code == "truncated"


def test_bmp_is_refused_as_cut_short_when_its_header_is() -> None:
    assert refusal(encoded(Image.new("RGB", (8, 8)), "BMP")[:25]).code == "truncated"
