"""ThumbHash and dominant colour, held to properties: a decoder of our own looks at the result."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator

import pytest
from darkroom.imaging.hashes.placeholder import dominant_colour, thumbhash
from PIL import Image, ImageDraw, ImageFilter, ImageStat


def decode(text: str, edge: int = 32) -> Image.Image:
    """A ThumbHash as a picture, written from the format alone."""
    raw = base64.b64decode(text)
    head = int.from_bytes(raw[:3], "little")
    shape = int.from_bytes(raw[3:5], "little")
    has_alpha, landscape, count = head >> 23, shape >> 15, shape & 7
    longest = 5 if has_alpha else 7
    columns = max(3, longest if landscape else count)
    rows = max(3, count if landscape else longest)
    ratio = (longest / count) if landscape else (count / longest)
    size = (edge, round(edge / ratio)) if ratio > 1 else (round(edge * ratio), edge)
    nibbles = iter([n for byte in raw[6 if has_alpha else 5 :] for n in (byte & 15, byte >> 4)])

    def channel(average: float, scale: float, nx: int, ny: int) -> dict[tuple[int, int], float]:
        cells = [(x, y) for y in range(ny) for x in range(nx) if x * ny < nx * (ny - y)]
        # The format doubles every weight, also where an exact inverse would double it twice.
        weights = {cell: 2 * (next(nibbles) / 7.5 - 1) * scale for cell in cells[1:]}
        return {(0, 0): average} | weights

    light = channel((head & 63) / 63, (head >> 18 & 31) / 31, columns, rows)
    p = channel((head >> 6 & 63) / 31.5 - 1, (shape >> 3 & 63) / 63, 3, 3)
    q = channel((head >> 12 & 63) / 31.5 - 1, (shape >> 9 & 63) / 63, 3, 3)
    a = channel((raw[5] & 15) / 15, (raw[5] >> 4) / 15, 5, 5) if has_alpha else {(0, 0): 1.0}

    def at(x: int, y: int, weights: dict[tuple[int, int], float]) -> float:
        across, down = math.pi / size[0] * (x + 0.5), math.pi / size[1] * (y + 0.5)
        return sum(w * math.cos(across * i) * math.cos(down * j) for (i, j), w in weights.items())

    def pixels() -> Iterator[bytes]:
        for y in range(size[1]):
            for x in range(size[0]):
                level, by, rg = (at(x, y, weights) for weights in (light, p, q))
                blue = level - 2 / 3 * by
                red = (3 * level - blue + rg) / 2
                values = (red, red - rg, blue, at(x, y, a))
                yield bytes(round(255 * min(1, max(0, value))) for value in values)

    return Image.frombytes("RGBA", size, b"".join(pixels()))


def landscape() -> Image.Image:
    """A blue sky over a green field, with a sun."""
    image = Image.new("RGB", (300, 200), (90, 150, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 120, 300, 200), fill=(60, 130, 40))
    draw.ellipse((200, 20, 260, 80), fill=(255, 230, 120))
    return image.filter(ImageFilter.GaussianBlur(12))


def mean_difference(one: Image.Image, other: Image.Image) -> float:
    pairs = zip(one.tobytes(), other.tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / len(one.tobytes())


@pytest.mark.parametrize("colour", [(200, 30, 90), (0, 0, 0), (255, 255, 255), (12, 200, 40)])
def test_average_colour_survives_when_the_picture_is_flat(colour: tuple[int, int, int]) -> None:
    shown = decode(thumbhash(Image.new("RGB", (80, 60), colour)))
    assert ImageStat.Stat(shown.convert("RGB")).mean == pytest.approx(colour, abs=8)


def test_decoded_blur_resembles_the_picture_when_it_is_a_landscape() -> None:
    image = landscape()
    shown = decode(thumbhash(image)).convert("RGB")
    assert mean_difference(shown, image.resize(shown.size)) < 16


def test_decoded_blur_differs_from_the_picture_when_it_is_mirrored() -> None:
    image = landscape()
    shown = decode(thumbhash(image)).convert("RGB")
    turned = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    assert mean_difference(shown, turned.resize(shown.size)) > 50


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (100, 100), (160, 90), (50, 700)])
def test_aspect_ratio_survives_when_the_picture_has_size(size: tuple[int, int]) -> None:
    shown = decode(thumbhash(Image.linear_gradient("L").resize(size).convert("RGB")))
    # Seven steps on the longer edge: the shorter one is at most half a step off.
    expected = min(size) / max(size)
    assert min(shown.size) / max(shown.size) == pytest.approx(expected, abs=0.1)
    assert (shown.width > shown.height) == (size[0] > size[1])


def test_alpha_survives_when_half_the_picture_is_transparent() -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((20, 60, 200, 255), (0, 0, 32, 64))
    shown = decode(thumbhash(image))
    left, right = (ImageStat.Stat(shown.crop((x, 12, x + 4, 20))).mean for x in (2, 26))
    assert left == pytest.approx([20, 60, 200, 255], abs=25)
    assert right[3] < 55


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_hash_is_short_when_the_mode_is_any(mode: str) -> None:
    assert 5 <= len(base64.b64decode(thumbhash(landscape().convert(mode)))) <= 25


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (20_000, 2)])
def test_hash_is_made_when_the_shape_is_extreme(size: tuple[int, int]) -> None:
    assert thumbhash(Image.new("RGB", size, "teal"))


def test_hash_is_made_when_every_pixel_is_transparent() -> None:
    shown = decode(thumbhash(Image.new("RGBA", (9, 9), (255, 0, 0, 0))))
    assert shown.getchannel("A").getextrema() == (0, 0)


def test_hash_is_the_same_when_flat_pictures_differ_only_in_size() -> None:
    assert thumbhash(Image.new("RGB", (80, 60), "teal")) == thumbhash(
        Image.new("RGB", (40, 30), "teal")
    )


def test_dominant_colour_is_the_largest_area_when_colours_are_plain() -> None:
    image = Image.new("RGB", (90, 90), (200, 16, 46))
    image.paste((255, 255, 255), (0, 0, 90, 30))
    assert dominant_colour(image) == "#c8102e"


def test_dominant_colour_holds_when_noise_spreads_it_over_cells() -> None:
    noise = Image.effect_noise((90, 90), 6)  # around 128, on the edge between two cells
    image = Image.merge("RGB", (noise, noise, noise))
    image.paste((250, 20, 20), (0, 0, 90, 30))
    channels = bytes.fromhex(dominant_colour(image)[1:])
    assert list(channels) == pytest.approx([128, 128, 128], abs=6)


def test_dominant_colour_ignores_what_is_transparent() -> None:
    image = Image.new("RGBA", (90, 90), (255, 0, 255, 0))
    image.paste((10, 120, 60, 255), (0, 0, 30, 30))
    assert dominant_colour(image) == "#0a783c"


def test_dominant_colour_is_white_when_nothing_is_visible() -> None:
    assert dominant_colour(Image.new("RGBA", (5, 5), (255, 0, 255, 0))) == "#ffffff"
