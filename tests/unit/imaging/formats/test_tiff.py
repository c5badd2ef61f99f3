"""A TIFF in each of the many ways that they come."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.document import read_metadata
from PIL import Image, TiffImagePlugin

from tests.unit.imaging.pictures import encoded, refusal, rendered, shown

SIZE = (64, 48)
PLAIN = Image.new("RGB", (100, 80))
SHORT, LONG = 3, 4  # types of values: TIFF 6.0, section 2
_CODES = {SHORT: "H", LONG: "I"}


def tiff(
    order: bytes,
    photometric: int,
    sample_format: Sequence[int],
    fill_order: int,
    bits: Sequence[int],
    extra: Sequence[int],
    samples: bytes = b"",
) -> bytes:
    """Uncompressed, in one strip; the arguments are Pillow's for the same. Slopes, or `samples`."""
    endian = "<" if order == b"II" else ">"
    width, height = SIZE
    size = (width * sum(bits) + 7) // 8 * height
    pixels = (samples * size)[:size] or bytes(n * 7 & 255 for n in range(size))
    colours = [n * 997 & 65535 for n in range(3 << bits[0])] if photometric == 3 else []
    entries = {
        256: (LONG, [width]), 257: (LONG, [height]), 258: (SHORT, bits), 259: (SHORT, [1]),
        262: (SHORT, [photometric]), 266: (SHORT, [fill_order]), 273: (LONG, [8]),
        277: (SHORT, [len(bits)]), 278: (LONG, [height]), 279: (LONG, [size]),
        320: (SHORT, colours), 338: (SHORT, extra),
        339: (SHORT, [*sample_format] * (len(bits) // len(sample_format))),
    }  # fmt: skip
    entries = {tag: entry for tag, entry in entries.items() if entry[1]}
    directory = struct.pack(endian + "H", len(entries))
    rest, behind = b"", 8 + size + 2 + 12 * len(entries) + 4
    for tag, (kind, values) in entries.items():
        packed = struct.pack(f"{endian}{len(values)}{_CODES[kind]}", *values)
        if len(packed) > 4:
            at, rest = behind + len(rest), rest + packed
            packed = struct.pack(endian + "I", at)
        directory += struct.pack(endian + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    start = order + struct.pack(endian + "HI", 42, 8 + size)
    return start + pixels + directory + bytes(4) + rest


# Bytes whose bits are in reverse, for palettes and inverted grey: Pillow knows no way to read them.
READ = [
    way
    for way, (_, raw) in TiffImagePlugin.OPEN_INFO.items()
    if raw not in ("L;IR", "P;1R", "P;2R", "P;4R")
]


@pytest.mark.parametrize("way", READ, ids=lambda way: "-".join(map(str, way)))
def test_tiff_is_processed_in_every_way_that_pillow_reads(
    way: tuple[bytes, int, tuple[int, ...], int, tuple[int, ...], tuple[int, ...]],
) -> None:
    data = tiff(*way)

    assert shown(data, 32).size == (32, 24)
    assert read_metadata(data, ImageLimits()).bit_depth == way[4][0]


@pytest.mark.parametrize("order", [b"II", b"MM"])
def test_grey_of_16_bits_is_as_bright_as_it_is_in_either_order(order: bytes) -> None:
    levels = struct.pack("<2H" if order == b"II" else ">2H", 0x4040, 0x4040)
    picture = shown(tiff(order, 1, (1,), 1, (16,), (), levels), 32)
    assert picture.getpixel((5, 5)) == (64, 64, 64)


def test_grey_is_divided_by_its_alpha_when_it_was_multiplied_by_it() -> None:
    data = tiff(b"II", 1, (1,), 1, (8, 8), (1,), bytes([50, 100]))
    picture: Image.Image = shown(data, 64)
    assert picture.mode == "RGBA"
    assert picture.getpixel((5, 5)) == pytest.approx((127, 127, 127, 100), abs=1)


@pytest.mark.parametrize(
    "tags",
    [{50706: b"\1\4\0\0"}, {254: 1, 330: 8}],
    ids=["DNG's version", "a preview, which comes first"],
)
def test_tiff_is_refused_by_name_when_it_is_a_raw_file(tags: dict[int, int | bytes]) -> None:
    data = encoded(PLAIN, "TIFF", tiffinfo=dict(tags))

    error = refusal(data)

    assert error.code == "unsupported"
    assert "a camera's raw file" in error.sentence


@pytest.mark.parametrize(
    ("options", "unpacked"),
    [
        pytest.param({}, 100 * 64 * 14, id="a band of rows, whatever the strip is"),
        pytest.param({"compression": "tiff_lzw"}, 8_000 * 14, id="a packed strip"),
        pytest.param({"compression": "jpeg"}, 8_000 * (14 + 6), id="and its coefficients"),
    ],
)
def test_tiff_is_refused_when_unpacking_it_is_too_much(
    options: dict[str, Any], unpacked: int
) -> None:
    data = encoded(PLAIN, "TIFF", strip_size=1 << 20, **options)
    tags = 512  # what it has of them, about
    needed = len(data) + unpacked + 4 * 8_000

    rendered(data, ImageLimits(max_memory=needed + 3 * tags))
    assert "memory" in refusal(data, ImageLimits(max_memory=needed - 1)).sentence


def test_tiff_is_refused_when_copies_of_its_tags_are_too_much() -> None:
    layers = TiffImagePlugin.ImageFileDirectory_v2()
    layers[37724] = bytes(100_000)  # where an editor keeps its layers
    layers.tagtype[37724] = 7
    data = encoded(PLAIN, "TIFF", tiffinfo=layers)

    needed = len(data) + 100 * 64 * 14 + 4 * 8_000 + 300_000

    rendered(data, ImageLimits(max_memory=needed + 10_000))
    assert "memory" in refusal(data, ImageLimits(max_memory=needed)).sentence


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
@pytest.mark.parametrize("strip_rows", [1, 7, 64, 100, 333])
def test_strips_make_the_picture_when_they_are_of_any_height(
    strip_rows: int, compression: str
) -> None:
    picture = Image.effect_noise((301, 333), 50).convert("RGB")
    tags = {278: strip_rows}
    data = encoded(picture, "TIFF", compression=compression, tiffinfo=tags)
    assert read_tag(data, 278) == strip_rows
    assert shown(data).tobytes() == picture.tobytes()


def read_tag(data: bytes, tag: int) -> Any:
    with TiffImagePlugin.TiffImageFile(io.BytesIO(data)) as opened:
        return opened.tag_v2[tag]
