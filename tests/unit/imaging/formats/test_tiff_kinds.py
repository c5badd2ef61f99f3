"""Every kind of TIFF that can be put together here: the picture is the same in all of them."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from typing import Any, Literal

import pytest
from darkroom.errors import UnsupportedFormat
from PIL import Image, ImageCms

from tests.unit.imaging.charts import chart
from tests.unit.imaging.pictures import differences, encoded, shown

NONE, LZW, JPEG, DEFLATE, PACKBITS, LZMA, ZSTD, WEBP = 1, 5, 7, 8, 32773, 34925, 50000, 50001
UNSIGNED, SIGNED, FLOATING = 1, 2, 3
SIZE = (24, 17)
_CODES = {3: "H", 4: "I", 16: "Q"}  # SHORT, LONG, LONG8


@dataclass(frozen=True)
class Kind:
    """One way to store the chart."""

    photometric: int = 2
    bits: int = 8
    format_: int = UNSIGNED
    order: str = "<"
    big: bool = False
    planar: bool = False
    compression: int = NONE
    tile: int = 0
    strip_rows: int = 7
    extras: tuple[int, ...] = ()
    white: float = 1.0
    more: dict[int, tuple[int, Sequence[int]]] = field(default_factory=dict, hash=False)


@cache
def picture() -> Image.Image:
    return chart().resize(SIZE, Image.Resampling.NEAREST)


def planes_of(kind: Kind) -> list[bytes]:
    """The samples of each channel, a byte for each."""
    rgb = picture()
    if kind.photometric in (0, 1):
        grey = rgb.convert("L")
        planes = [grey.point(lambda v: 255 - v) if kind.photometric == 0 else grey]
    elif kind.photometric == 5:
        planes = list(rgb.convert("CMYK").split())
    elif kind.photometric in (8, 9):
        lab = ImageCms.profileToProfile(
            rgb, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        assert lab is not None
        lightness, a, b = lab.split()
        if kind.photometric == 8:
            a, b = (plane.point(lambda v: v ^ 128) for plane in (a, b))
        planes = [lightness, a, b]
    else:
        planes = list(rgb.split())
    planes += [Image.linear_gradient("L").resize(SIZE)] * len(kind.extras)
    if kind.extras[:1] == (1,):
        alpha = planes[-1]
        premultiplied = Image.merge("RGBA", [*planes[:3], alpha]).convert("RGBa")
        planes = list(premultiplied.split())
    return [plane.tobytes() for plane in planes]


def packed(levels: Sequence[int], kind: Kind) -> bytes:
    """Samples of a row at their depth, from levels of a byte."""
    if kind.format_ == FLOATING:
        code = {16: "e", 32: "f", 64: "d"}[kind.bits]
        numbers = [level / 255 * kind.white for level in levels]
        return struct.pack(f"{kind.order}{len(numbers)}{code}", *numbers)
    most = (1 << kind.bits) - 1
    whole = [(2 * level * most + 255) // 510 for level in levels]
    if kind.bits % 8 == 0:
        end: Literal["little", "big"] = "little" if kind.order == "<" else "big"
        return b"".join(value.to_bytes(kind.bits // 8, end) for value in whole)
    text = "".join(f"{value:0{kind.bits}b}" for value in whole)
    text = text.ljust(-(-len(text) // 8) * 8, "0")
    return int(text, 2).to_bytes(len(text) // 8, "big")


def compressed(data: bytes, compression: int) -> bytes:
    if compression == DEFLATE:
        return zlib.compress(data)
    if compression == LZMA:
        return lzma.compress(data)
    if compression == PACKBITS:  # literal runs
        return b"".join(
            bytes([len(part) - 1]) + part
            for part in (data[at : at + 128] for at in range(0, len(data), 128))
        )
    if compression == LZW:  # codes of nine bits: a table that is cleared before it grows
        codes = [256]
        for n, byte in enumerate(data):
            codes += [byte] if n % 200 else [256, byte]
        text = "".join(f"{code:09b}" for code in [*codes, 257])
        text = text.ljust(-(-len(text) // 8) * 8, "0")
        return int(text, 2).to_bytes(len(text) // 8, "big")
    return data


def blocks_of(kind: Kind) -> Iterator[bytes]:
    planes, (width, height) = planes_of(kind), SIZE
    groups = [[plane] for plane in planes] if kind.planar else [planes]
    down = kind.tile or kind.strip_rows
    across = kind.tile or width
    for group in groups:
        for top in range(0, height, down):
            for left in range(0, width, across):
                rows = b""
                last = top + down if kind.tile else min(top + down, height)
                for y in range(top, last):
                    row = [
                        plane[min(y, height - 1) * width + min(x, width - 1)]
                        for x in range(left, left + across)
                        for plane in group
                    ]
                    rows += packed(row, kind)
                yield compressed(rows, kind.compression)


def tiff_of(kind: Kind, blocks: Sequence[bytes] | None = None) -> bytes:
    blocks = list(blocks or blocks_of(kind))
    samples = len(planes_of(kind))
    start = 16 if kind.big else 8
    offsets, at = [], start
    for block in blocks:
        offsets.append(at)
        at += len(block) + len(block) % 2
    body = b"".join(block + bytes(len(block) % 2) for block in blocks)
    lengths = [len(block) for block in blocks]
    long = 16 if kind.big else 4
    entries: dict[int, tuple[int, Sequence[int]]] = {
        256: (3, [SIZE[0]]), 257: (4, [SIZE[1]]), 258: (3, [kind.bits] * samples),
        259: (3, [kind.compression]), 262: (3, [kind.photometric]), 277: (3, [samples]),
        284: (3, [2 if kind.planar else 1]), 339: (3, [kind.format_] * samples),
    }  # fmt: skip
    if kind.tile:
        entries |= {322: (3, [kind.tile]), 323: (3, [kind.tile])}
        entries |= {324: (long, offsets), 325: (4, lengths)}
    else:
        entries |= {273: (long, offsets), 278: (3, [kind.strip_rows]), 279: (4, lengths)}
    if kind.extras:
        entries[338] = (3, kind.extras)
    entries |= kind.more
    count, inner = ("Q", 8) if kind.big else ("I", 4)
    size = 8 + 20 * len(entries) + 8 if kind.big else 2 + 12 * len(entries) + 4
    table, rest = struct.pack(kind.order + ("Q" if kind.big else "H"), len(entries)), b""
    for tag in sorted(entries):
        type_, values = entries[tag]
        value = struct.pack(f"{kind.order}{len(values)}{_CODES[type_]}", *values)
        if len(value) > inner:
            place = struct.pack(kind.order + count, at + size + len(rest))
            rest += value
            value = place
        table += struct.pack(f"{kind.order}HH{count}", tag, type_, len(values))
        table += value.ljust(inner, b"\0")
    table += bytes(inner)
    mark = b"II" if kind.order == "<" else b"MM"
    head = (
        struct.pack(kind.order + "HHHQ", 43, 8, 0, at)
        if kind.big
        else struct.pack(kind.order + "HI", 42, at)
    )
    return mark + head + body + table + rest


STORED: list[dict[str, Any]] = [
    {"order": order, "big": big, "planar": planar, "compression": compression, "tile": tile}
    for order, big, planar, compression, tile in product(
        "<>", (False, True), (False, True), (NONE, LZW, DEFLATE, PACKBITS, LZMA), (0, 16)
    )
]
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "black is zero": [
        {"photometric": 1, "bits": bits} for bits in (1, 2, 4, 6, 8, 10, 12, 14, 16, 24, 32, 64)
    ],
    "white is zero": [{"photometric": 0, "bits": bits} for bits in (1, 4, 8, 12, 16, 32)],
    "colours": [{"bits": bits} for bits in (2, 4, 8, 10, 12, 16, 32)],
    "floating": [
        {"photometric": photometric, "bits": bits, "format_": FLOATING, "white": white}
        for photometric in (1, 2) for bits in (16, 32, 64) for white in (1.0, 255.0)
    ],
    "inks": [{"photometric": 5, "bits": bits} for bits in (8, 16)],
    "CIELAB": [{"photometric": 8, "bits": bits} for bits in (8,)],
    "ICCLAB": [{"photometric": 9, "bits": bits} for bits in (8, 16)],
    "with something": [{"bits": bits, "extras": (0,)} for bits in (8, 16)],
}  # fmt: skip


def expected_of(kind: Kind) -> tuple[Image.Image, float]:
    """What is shown, and how far from it levels may be on average."""
    few = 255 / ((1 << min(kind.bits, 8)) - 1) / 2 + 1
    if kind.photometric in (0, 1):
        return picture().convert("L").convert("RGB"), few
    if kind.photometric == 5:
        return picture().convert("CMYK").convert("RGB"), few
    return picture(), 6.0 if kind.photometric in (8, 9) else few


@pytest.mark.parametrize("name", SAMPLES)
def test_picture_is_the_same_in_every_kind_of_tiff(name: str) -> None:
    for number, samples in enumerate(SAMPLES[name]):
        # All ways to store the two that are common; of the others every eleventh, in turn.
        is_common = samples in ({"bits": 8}, {"bits": 16})
        for stored in STORED if is_common else STORED[number % 11 :: 11]:
            kind = Kind(**samples, **stored)
            expected, most = expected_of(kind)
            assert max(differences(shown(tiff_of(kind)), expected).mean) <= most, kind


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("extra", [1, 2])
@pytest.mark.parametrize("planar", [False, True])
def test_alpha_is_read_when_a_tiff_has_it(planar: bool, extra: int, bits: int) -> None:
    expected = picture().convert("RGBA")
    expected.putalpha(Image.linear_gradient("L").resize(SIZE))
    made = shown(tiff_of(Kind(bits=bits, planar=planar, extras=(extra,))))
    assert max(differences(made, expected).mean) < 1.5


@pytest.mark.parametrize("bits", [8, 16])
def test_inks_are_on_white_paper_where_they_are_clear(bits: int) -> None:
    paper = Image.new("RGB", SIZE, "white")
    inks = picture().convert("CMYK").convert("RGB")
    expected = Image.composite(inks, paper, Image.linear_gradient("L").resize(SIZE))
    made = shown(tiff_of(Kind(photometric=5, bits=bits, extras=(2,))))
    assert max(differences(made, expected).mean) < 12  # inks are mixed, not lights


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("tile", [0, 16])
def test_colours_of_a_palette_are_read_at_every_depth(tile: int, bits: int) -> None:
    indexed = picture().quantize(1 << bits)
    colours = (indexed.getpalette("RGB") or []) + [0] * 768
    table = [colours[3 * n + channel] * 257 for channel in range(3) for n in range(1 << bits)]
    kind = Kind(photometric=1, bits=bits, tile=tile, more={320: (3, table), 262: (3, [3])})
    width, height = SIZE
    levels = indexed.tobytes()
    blocks = []
    step, across = tile or kind.strip_rows, tile or width
    for top in range(0, height, step):
        for left in range(0, width, across):
            rows = b""
            for y in range(top, top + step if tile else min(top + step, height)):
                row = [levels[min(y, height - 1) * width + min(x, width - 1)]
                       for x in range(left, left + across)]  # fmt: skip
                text = "".join(f"{value:0{bits}b}" for value in row)
                text = text.ljust(-(-len(text) // 8) * 8, "0")
                rows += int(text, 2).to_bytes(len(text) // 8, "big")
            blocks.append(rows)
    made = shown(tiff_of(kind, blocks))
    assert max(differences(made, indexed.convert("RGB")).mean) == 0


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_levels_below_zero_are_black_when_samples_have_a_sign(bits: int) -> None:
    """Half of them are: a level of 128 or more of a byte here."""
    made = shown(tiff_of(Kind(photometric=1, bits=bits, format_=SIGNED)))
    grey = picture().convert("L").point(lambda v: 0 if v > 127 else v)
    assert differences(made.convert("L"), grey).mean[0] < 1.5


@pytest.mark.parametrize("bits", [32, 64])
def test_levels_are_those_of_16_bits_when_none_is_above(bits: int) -> None:
    kind = Kind(photometric=1, bits=16)
    samples = b"".join(blocks_of(replace(kind, strip_rows=17)))
    wide = b"".join(samples[n : n + 2] + bytes(bits // 8 - 2) for n in range(0, len(samples), 2))
    made = shown(tiff_of(Kind(photometric=1, bits=bits, strip_rows=17), [wide]))
    assert max(differences(made, shown(tiff_of(kind))).mean) == 0


@pytest.mark.parametrize(
    "codec", ["zstd", "jpeg", "tiff_lzw", "tiff_adobe_deflate", "lzma", "group4"]
)
def test_tiff_is_read_when_pillow_compresses_it(codec: str) -> None:
    source = picture().convert("1") if codec == "group4" else picture()
    data = encoded(source, "TIFF", compression=codec)
    assert max(differences(shown(data), source.convert("RGB")).mean) < 8


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_tiff_is_read_when_its_strips_are_webps(mode: str) -> None:
    source = picture().convert(mode)
    extras = (2,) if mode == "RGBA" else ()
    strips = [
        encoded(
            source.crop((0, top, SIZE[0], min(top + 7, SIZE[1]))), "WEBP", lossless=True, exact=True
        )
        for top in range(0, SIZE[1], 7)
    ]
    made = shown(tiff_of(Kind(compression=WEBP, extras=extras), strips))
    assert max(differences(made, source).mean) == 0


def test_page_is_the_picture_when_a_smaller_copy_comes_first() -> None:
    for tag, value in ((254, 1), (255, 2)):
        page = tiff_of(Kind(more={tag: (4 if tag == 254 else 3, [value])}))
        large = encoded(chart(), "TIFF")
        assert linked(page, large).size == chart().size


def linked(first: bytes, second: bytes) -> Image.Image:
    """The picture of a file whose pages are those of two: all offsets of the second are moved."""
    first += bytes(len(first) % 2)
    (at,) = struct.unpack_from("<I", second, 4)
    (count,) = struct.unpack_from("<H", second, at)
    moved = bytearray(second)
    for n in range(count):
        entry = at + 2 + 12 * n
        tag, kind, values, place = struct.unpack_from("<HHII", second, entry)
        size = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}[kind] * values
        if size > 4:
            struct.pack_into("<I", moved, entry + 8, place + len(first))
            if tag == 273:
                for k in range(values):
                    (offset,) = struct.unpack_from("<I", second, place + 4 * k)
                    struct.pack_into("<I", moved, place + 4 * k, offset + len(first))
        elif tag == 273:
            struct.pack_into("<I", moved, entry + 8, place + len(first))
    whole = bytearray(first)
    (start,) = struct.unpack_from("<I", first, 4)
    (count,) = struct.unpack_from("<H", first, start)
    struct.pack_into("<I", whole, start + 2 + 12 * count, at + len(first))
    return shown(bytes(whole + moved))


@pytest.mark.parametrize(
    "kind",
    [
        Kind(compression=34712), Kind(compression=34887), Kind(compression=50002),
        Kind(compression=34661, photometric=1, bits=1), Kind(photometric=10), Kind(photometric=4),
        Kind(photometric=51177), Kind(format_=6), Kind(format_=5), Kind(bits=40),
        Kind(bits=24, format_=FLOATING), Kind(compression=JPEG, bits=12),
        Kind(photometric=5, more={332: (3, [2])}), Kind(more={258: (3, [5, 6, 5])}),
    ],
    ids=["JPEG 2000", "LERC", "JPEG XL", "JBIG", "ITULAB", "mask", "depth", "complex",
         "whole complex", "40 bits", "24-bit floats", "12-bit JPEG", "other inks", "565"],
)  # fmt: skip
def test_tiff_is_refused_by_name_when_its_kind_is_not_read(kind: Kind) -> None:
    whole = replace(kind, format_=UNSIGNED, bits=kind.bits if kind.format_ == UNSIGNED else 8)
    data = tiff_of(kind, list(blocks_of(replace(whole, photometric=min(kind.photometric, 5)))))
    with pytest.raises(UnsupportedFormat, match="a kind of TIFF picture, which we cannot read"):
        shown(data)
