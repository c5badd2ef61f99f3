"""Samples of any depth and kind as bytes, one a sample: what TIFF and BMP hold."""

from __future__ import annotations

import math
import struct
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache
from typing import cast

from PIL import Image

_NOT_NEGATIVE = bytes([255] * 128 + [0] * 128)  # a mask, by the highest byte of a sample
_FLOATS = {32: "F;32NF", 64: "F;64NF"}
_HALF = 16


class SampleKind(Enum):
    """What a sample is, by TIFF's numbers (section 19)."""

    UNSIGNED = 1
    SIGNED = 2
    FLOATING = 3


def eight_bits_of(rows: bytes, across: int, bits: int, kind: SampleKind, white: float) -> bytes:
    """Rows of samples as bytes: 0 for black, which is 0, and 255 for `white`.

    Each row begins at a byte; samples of more than 8 bits that fill bytes are in the machine's own
    order, others from the highest bit on. What is below black or above white is cut off.
    """
    if kind is SampleKind.FLOATING:
        return _of_floats(rows, across, bits, white)
    if bits % 8:
        return bits_of(rows, across, [range(min(bits, 8))], bits)[0].translate(scaled(bits))
    found = _byte(rows, bits, int(white).bit_length() // 8 - 1)
    if kind is SampleKind.SIGNED:
        mask = _byte(rows, bits, bits // 8 - 1).translate(_NOT_NEGATIVE)
        kept = int.from_bytes(found, "big") & int.from_bytes(mask, "big")
        return kept.to_bytes(len(found), "big")
    return found


def white_of(blocks: Iterable[bytes], bits: int, kind: SampleKind) -> float:
    """The level of white of samples, all of whose blocks are looked through if that is needed.

    Whole numbers: the most that the sample can be, but 65535 where none of them is above. Floating
    point: 1, or 255 or 65535 where one is above the level before; or else the brightest.
    """
    if kind is SampleKind.FLOATING:
        most = max((_brightest(block, bits) for block in blocks), default=1.0)
        return next((white for white in (1, 255, 65535) if most <= white), most)
    if bits > 16 and bits % 8 == 0 and all(_fits_16_bits(block, bits, kind) for block in blocks):
        return (1 << 16) - 1
    return (1 << bits) - 1


def _byte(rows: bytes, bits: int, number: int) -> bytes:
    """One byte of each sample; 0 is the least significant."""
    size = bits // 8
    return rows[number if sys.byteorder == "little" else size - 1 - number :: size]


def _fits_16_bits(rows: bytes, bits: int, kind: SampleKind) -> bool:
    empty = b"\0\xff" if kind is SampleKind.SIGNED else b"\0"
    return not any(_byte(rows, bits, n).strip(empty) for n in range(2, bits // 8))


def bits_of(rows: bytes, across: int, places: Sequence[Sequence[int]], bits: int) -> list[bytes]:
    """Parts of samples that are `bits` wide, one byte for each, rows beginning at a byte.

    A part is given by the places of its bits, counted from the first in the file, the most
    significant one first.
    """
    stride = (across * bits + 7) // 8
    plane = Image.frombuffer("1", (across * bits, len(rows) // stride), rows, "raw", "1", stride, 1)
    spread = plane.convert("L").tobytes()
    found = []
    for part in places:
        value, size = 0, len(spread) // bits
        for weight, place in enumerate(reversed(part)):
            one = spread[place::bits].translate(_one(1 << weight))
            value |= int.from_bytes(one, "big")
        found.append(value.to_bytes(size, "big"))
    return found


@cache
def scaled(bits: int) -> bytes:
    """The table that spreads levels of so many bits over all of a byte."""
    most = (1 << min(bits, 8)) - 1
    return bytes(min(255, round(value * 255 / most)) for value in range(256))


def _brightest(rows: bytes, bits: int) -> float:
    """The largest of floating-point samples."""
    count = len(rows) // (bits // 8)
    if bits == _HALF:  # of those that are not negative, the numbers are in the order of their bits
        levels = Image.frombuffer("I", (count, 1), rows, "raw", "I;16NS", 0, 1)
        (_, most) = cast("tuple[int, int]", levels.getextrema())
        return float(struct.unpack("<e", struct.pack("<h", max(0, most)))[0])
    floats = Image.frombuffer("F", (count, 1), rows, "raw", _FLOATS[bits], 0, 1)
    (_, found) = cast("tuple[float, float]", floats.getextrema())
    return found if math.isfinite(found) else 1.0


def _of_floats(rows: bytes, across: int, bits: int, white: float) -> bytes:
    count = len(rows) // (bits // 8)
    if bits == _HALF:
        levels = Image.frombuffer("I;16N", (count, 1), rows, "raw", "I;16N", 0, 1).convert("I")
        return levels.point(_halves(white), "L").tobytes()
    levels = Image.frombuffer("F", (count, 1), rows, "raw", _FLOATS[bits], 0, 1)
    return levels.point(lambda level: level * (255 / white) + 0.5).convert("L").tobytes()


@cache
def _halves(white: float) -> list[int]:
    numbers = struct.unpack("<65536e", struct.pack("<65536H", *range(65536)))
    levels = (0.0 if math.isnan(number) else number * 255 / white for number in numbers)
    return [round(min(255.0, max(0.0, level))) for level in levels]


@cache
def _one(weight: int) -> bytes:
    return bytes([0]) + bytes([weight]) * 255
