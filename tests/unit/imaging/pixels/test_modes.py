"""Pixels of each mode that decoders give, step by step on their way to 8-bit sRGB."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import pytest
from darkroom.imaging.pixels.colour import eight_bits, flattened, to_srgb
from PIL import Image, ImageCms

from tests.unit.imaging.colours import DISPLAY_P3


def grey(mode: str, levels: Sequence[float], **info: Any) -> Image.Image:
    """A column of levels. Its height shows whether bands of rows fit together."""
    picture = Image.new(mode, (1, len(levels)))
    picture.putdata(levels)
    picture.info.update(info)
    return picture


def column(picture: Image.Image) -> list[Any]:
    return [picture.getpixel((0, y)) for y in range(picture.height)]


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "LAB", "RGBA", "LA"])
def test_picture_is_itself_when_its_mode_has_8_bits(mode: str) -> None:
    picture = Image.new(mode, (2, 1))
    assert eight_bits(picture) is picture


@pytest.mark.parametrize(
    ("mode", "pixel", "expected_mode", "expected"),
    [
        ("1", 1, "L", 255),
        ("La", (60, 128), "LA", (119, 128)),  # 60 of 128 that can be seen
        ("YCbCr", (128, 128, 128), "RGB", (128, 128, 128)),
        ("RGBX", (1, 2, 3, 4), "RGB", (1, 2, 3)),
    ],
)
def test_mode_is_one_of_few_when_it_was_another(
    mode: str, pixel: Any, expected_mode: str, expected: Any
) -> None:
    made = eight_bits(Image.new(mode, (2, 1), pixel))
    assert (made.mode, made.getpixel((1, 0))) == (expected_mode, expected)


@pytest.mark.parametrize(
    ("mode", "pixel", "clear", "expected"),
    [
        ("RGB", (1, 2, 3), (1, 2, 3), (1, 2, 3, 0)),
        ("RGB", (1, 2, 3), (3, 2, 1), (1, 2, 3, 255)),
        ("L", 7, 7, (7, 7, 7, 0)),
        ("1", 1, 255, (255, 255, 255, 0)),
        ("1", 0, 255, (0, 0, 0, 255)),
        ("P", 0, 0, (9, 8, 7, 0)),
    ],
)
def test_one_colour_is_clear_when_the_file_says_so(
    mode: str, pixel: Any, clear: Any, expected: Any
) -> None:
    picture = Image.new(mode, (2, 1), pixel)
    if mode == "P":
        picture.putpalette([9, 8, 7])
    picture.info["transparency"] = clear
    made = eight_bits(picture)
    assert (made.mode, made.getpixel((1, 0))) == ("RGBA", expected)


@pytest.mark.parametrize("height", [1, 255, 256, 257, 600])
def test_every_row_is_kept_when_grey_is_deep(height: int) -> None:
    levels = [(y * 257) % 65_536 for y in range(height)]
    for mode in ("I;16", "I;16B"):
        packed = struct.pack(f"{'<' if mode == 'I;16' else '>'}{height}H", *levels)
        made = eight_bits(Image.frombytes(mode, (1, height), packed))
        assert (made.mode, column(made)) == ("L", [level // 256 for level in levels])
    for mode in ("I", "F"):
        made = eight_bits(grey(mode, [*levels, 65_535]))
        expected = [round(level / 257) if mode == "F" else level // 256 for level in levels]
        assert (made.mode, column(made)) == ("L", [*expected, 255])


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([256, 32_768, 65_535], [1, 128, 255]),
        # One that is brighter tells that 65,536 is not white: white is 2**32 then.
        ([1 << 16, 1 << 24, 1 << 30], [0, 1, 64]),
        ([65_536, 3 << 24], [0, 3]),
        ([65_535, 300], [255, 1]),
        ([65_536, 300], [0, 0]),
        ([100_000, 300], [0, 0]),
    ],
)
def test_white_is_that_of_16_or_32_bits_when_grey_is_whole(
    levels: list[float], expected: list[int]
) -> None:
    assert column(eight_bits(grey("I", levels))) == expected


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([0.0, 0.25, 0.5, 1.0], [0, 64, 128, 255]),
        ([0.0, 1.01], [0, 1]),
        ([64.0, 255.0], [64, 255]),
        ([257.0, 256.0], [1, 1]),
        ([257.0 * 100, 65_535.0], [100, 255]),
        ([70_000.0, 140_000.0], [128, 255]),
    ],
)
def test_white_is_the_least_that_is_usual_when_grey_is_a_fraction(
    levels: list[float], expected: list[int]
) -> None:
    assert column(eight_bits(grey("F", levels))) == expected


def test_one_level_alone_is_clear_when_deep_grey_says_so() -> None:
    levels = [0x1233, 0x1234, 0x1235, 0x1334, 0xFFFF]
    made = eight_bits(grey("I", levels, transparency=0x1234))
    assert made.mode == "LA"
    assert column(made) == [(0x12, 255), (0x12, 0), (0x12, 255), (0x13, 255), (255, 255)]


def test_colours_are_srgb_when_nothing_says_otherwise() -> None:
    picture = Image.new("RGB", (2, 1), (1, 2, 3))
    assert to_srgb(picture, None) is picture
    made = to_srgb(Image.new("L", (2, 1), 9), None)
    assert (made.mode, made.getpixel((1, 0))) == ("RGB", (9, 9, 9))


def test_alpha_stays_when_colours_are_converted() -> None:
    made = to_srgb(Image.new("RGBA", (2, 1), (200, 60, 60, 7)), DISPLAY_P3.profile())
    red, green, blue, alpha = made.getpixel((1, 0))  # type: ignore[misc]
    assert (red > 205, green < 55, blue < 60, alpha) == (True, True, True, 7)
    assert to_srgb(Image.new("LA", (2, 1), (90, 7)), None).getpixel((1, 0)) == (90, 90, 90, 7)


def test_profile_is_left_out_when_it_cannot_be_read() -> None:
    made = to_srgb(Image.new("L", (2, 1), 9), b"no profile")
    assert (made.mode, made.getpixel((1, 0))) == ("RGB", (9, 9, 9))


def test_colours_are_lab_s_own_when_there_is_a_profile_too() -> None:
    lab = ImageCms.profileToProfile(
        Image.new("RGB", (2, 1), (200, 60, 60)), ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"), outputMode="LAB",
    )  # fmt: skip
    assert lab is not None
    made = to_srgb(lab, DISPLAY_P3.profile())
    assert made.mode == "RGB"
    assert made.getpixel((1, 0)) == pytest.approx((200, 60, 60), abs=2)


def test_picture_is_opaque_when_it_is_put_on_a_colour() -> None:
    picture = Image.new("RGB", (1, 1))
    assert flattened(picture, "#ff0000") is picture
    half = flattened(Image.new("RGBA", (2, 1), (0, 0, 255, 51)), "#ff0000")
    assert (half.mode, half.getpixel((1, 0))) == ("RGB", (204, 0, 51))
