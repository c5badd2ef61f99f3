"""Placeholders, which a page shows before the picture arrives: a ThumbHash, or one flat colour."""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Sequence
from itertools import compress, product, starmap
from operator import mul

from PIL import Image

_LONGEST_EDGE = 100
_COLOUR_EDGE = 64
_OPAQUE_FROM = 128
_ROUNDING_NOISE = 1e-9
_WHITE = "#ffffff"

_Grid = list[list[float]]


def thumbhash(image: Image.Image) -> str:
    """The ThumbHash of an upright sRGB picture in any mode, as base64.

    Evan Wallace's format (https://evanw.github.io/thumbhash/): the lowest cosine frequencies of
    lightness (7 on the longer edge, 5 with alpha), of two colour differences (3) and of alpha (5),
    as nibbles behind a header with averages, scales and the aspect ratio.
    """
    rgba = _fitted(image, _LONGEST_EDGE)
    width, height = rgba.size
    # The cosine transform is linear: transforming the bands and mixing the few coefficients is the
    # published per-pixel mixing, without a loop over pixels in Python.
    red, green, blue, alpha = _bands(rgba)
    has_alpha = min(alpha) < 1.0
    edge = 5 if has_alpha else 7
    columns = max(1, _half_up(edge * width / max(width, height)))
    rows = max(1, _half_up(edge * height / max(width, height)))

    r, g, b = (_cosines(band, width, height, 7) for band in (red, green, blue))
    a = _cosines(alpha, width, height, 7) if has_alpha else None
    if a is not None:
        # Transparent pixels take the average colour of the visible ones, so they pull on nothing.
        for band in (r, g, b):
            average = band[0][0] / a[0][0] if a[0][0] else 0.0
            _mix_in(band, a, average)

    lightness = [
        [(x + y + z) / 3 for x, y, z in zip(*line, strict=True)]
        for line in zip(r, g, b, strict=True)
    ]
    yellow_blue = [
        [(x + y) / 2 - z for x, y, z in zip(*line, strict=True)]
        for line in zip(r, g, b, strict=True)
    ]
    red_green = [[x - y for x, y in zip(*line, strict=True)] for line in zip(r, g, strict=True)]

    l_dc, l_scale, l_ac = _channel(lightness, max(3, columns), max(3, rows))
    p_dc, p_scale, p_ac = _channel(yellow_blue, 3, 3)
    q_dc, q_scale, q_ac = _channel(red_green, 3, 3)
    landscape = width > height
    head = (
        _half_up(63 * l_dc)
        | _half_up(31.5 + 31.5 * p_dc) << 6
        | _half_up(31.5 + 31.5 * q_dc) << 12
        | _half_up(31 * l_scale) << 18
        | has_alpha << 23
    )
    shape = (
        (rows if landscape else columns)
        | _half_up(63 * p_scale) << 3
        | _half_up(63 * q_scale) << 9
        | landscape << 15
    )
    out = head.to_bytes(3, "little") + shape.to_bytes(2, "little")
    nibbles = [*l_ac, *p_ac, *q_ac]
    if a is not None:
        a_dc, a_scale, a_ac = _channel(a, 5, 5)
        out += bytes([_half_up(15 * a_dc) | _half_up(15 * a_scale) << 4])
        nibbles += a_ac
    nibbles += [0] * (len(nibbles) % 2)
    out += bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return base64.b64encode(out).decode("ascii")


def dominant_colour(image: Image.Image) -> str:
    """The colour that most of an upright sRGB picture's visible pixels are close to: `#rrggbb`.

    Not the average, which is mud, but the densest spot of the colour cube: the 32-step cell that
    holds most pixels together with its 26 neighbours. White when no pixel is visible.
    """
    rgba = _fitted(image, _COLOUR_EDGE)
    visible = [alpha >= _OPAQUE_FROM for alpha in rgba.getchannel("A").tobytes()]
    rgb = rgba.convert("RGB")
    pixels = list(compress(_triples(rgb), visible))
    if not pixels:
        return _WHITE
    cells = list(compress(_triples(rgb.point(lambda value: value >> 3)), visible))
    population = Counter(cells)

    def around(cell: tuple[int, int, int]) -> set[tuple[int, int, int]]:
        r, g, b = (range(c - 1, c + 2) for c in cell)
        return set(product(r, g, b))

    # Only a well-filled cell can have the fullest neighbourhood, or near enough: 64 bound the work.
    densest = max(
        (cell for cell, _ in population.most_common(64)),
        key=lambda cell: (sum(population.get(near, 0) for near in around(cell)), cell),
    )
    near = around(densest)
    chosen = [pixel for pixel, cell in zip(pixels, cells, strict=True) if cell in near]
    mean = (_half_up(sum(band) / len(chosen)) for band in zip(*chosen, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mean)


def _fitted(image: Image.Image, edge: int) -> Image.Image:
    """A small copy, mode RGBA, no side longer than `edge`. Transparent pixels do not bleed."""
    # Shrinking first spares the conversion of millions of pixels; other modes do not average well.
    small = (
        image if image.mode == "RGB" and "transparency" not in image.info else image.convert("RGBA")
    )
    if max(small.size) > edge:
        scale = edge / max(small.size)
        size = (max(1, round(small.width * scale)), max(1, round(small.height * scale)))
        small = small.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return small.convert("RGBA")


def _triples(rgb: Image.Image) -> list[tuple[int, int, int]]:
    raw = rgb.tobytes()
    return list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))


def _bands(rgba: Image.Image) -> list[Sequence[float]]:
    """The bands: red, green and blue, premultiplied with alpha, and alpha; 0 to 1."""
    unit = [value / 255 for value in range(256)]
    bands: list[Sequence[float]] = [
        [unit[value] for value in band.tobytes()] for band in rgba.split()
    ]
    alpha = bands[3]
    if min(alpha) < 1.0:
        bands[:3] = [list(map(mul, band, alpha)) for band in bands[:3]]
    return bands


def _cosines(band: Sequence[float], width: int, height: int, count: int) -> _Grid:
    """The lowest `count` x `count` cosine coefficients of a band, `[vertical][horizontal]`."""
    across, down = _waves(width, count), _waves(height, count)
    lines = [band[start : start + width] for start in range(0, width * height, width)]
    by_column = [[sum(map(mul, line, wave)) for line in lines] for wave in across]
    return [[sum(map(mul, column, wave)) for column in by_column] for wave in down]


def _waves(length: int, count: int) -> _Grid:
    return [
        [math.cos(math.pi / length * n * (at + 0.5)) / length for at in range(length)]
        for n in range(count)
    ]


def _mix_in(band: _Grid, alpha: _Grid, average: float) -> None:
    for line, alpha_line in zip(band, alpha, strict=True):
        line[:] = starmap(lambda value, a: value - average * a, zip(line, alpha_line, strict=True))
    band[0][0] += average


def _channel(grid: _Grid, columns: int, rows: int) -> tuple[float, float, list[int]]:
    """The average, the largest coefficient, and the triangle of coefficients as nibbles."""
    triangle = [
        grid[row][column]
        for row in range(rows)
        for column in range(columns)
        if column * rows < columns * (rows - row)
    ]
    average, *rest = triangle
    scale = max(map(abs, rest))
    if scale < _ROUNDING_NOISE:  # a flat band: equal pictures must not differ in their last bits
        return average, 0.0, [0] * len(rest)
    return average, scale, [_half_up(7.5 + 7.5 * value / scale) for value in rest]


def _half_up(value: float) -> int:
    """The value rounded as by JavaScript's Math.round, in which the format was defined."""
    return math.floor(value + 0.5)
