from __future__ import annotations

import itertools
import random
import re
from typing import Any

import pytest
from darkroom.imaging.hashes.perceptual import perceptual_hash
from PIL import Image, ImageCms, ImageDraw, ImageFilter

from tests.unit.imaging.pictures import encoded, opened


def scene(seed: int, size: tuple[int, int] = (480, 360)) -> Image.Image:
    """A picture with structure at every scale, as photos have; another seed, another picture."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for shape in range(40):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        radius = chance.randrange(8, 140 - 3 * shape)
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return image.filter(ImageFilter.GaussianBlur(2))


def distance(one: Image.Image, other: Image.Image) -> int:
    return (int(perceptual_hash(one), 16) ^ int(perceptual_hash(other), 16)).bit_count()


@pytest.mark.parametrize("seed", range(6))
def test_distance_is_small_when_the_picture_is_a_copy(seed: int) -> None:
    image = scene(seed)
    copies: dict[str, Any] = {
        "jpeg q30": opened(encoded(image, "JPEG", quality=30)),
        "webp q50": opened(encoded(image, "WEBP", quality=50)),
        "half": image.resize((240, 180)),
        "thumbnail": image.resize((96, 72)),
        "double": image.resize((960, 720)),
        "grey": image.convert("L"),
        "cielab": ImageCms.profileToProfile(
            image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        ),
        "brighter": image.point([min(255, int(v * 1.1)) for v in range(256)] * 3),
    }
    assert {name: d for name, c in copies.items() if (d := distance(image, c)) > 6} == {}


def test_distance_is_large_when_pictures_differ() -> None:
    pairs = itertools.combinations([scene(seed) for seed in range(10)], 2)
    assert min(distance(one, other) for one, other in pairs) > 16


def test_distance_is_large_when_the_picture_is_mirrored() -> None:
    assert distance(scene(1), scene(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT)) > 16


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_hash_is_16_hex_digits_when_the_mode_is_any(mode: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", perceptual_hash(scene(3).convert(mode)))


def test_hash_is_the_same_when_invisible_colours_differ() -> None:
    def cut_out(hidden: str) -> Image.Image:
        image = Image.new("RGBA", (200, 200), hidden)
        image.putalpha(0)
        image.paste(scene(4, (120, 120)), (40, 40))
        return image

    assert distance(cut_out("red"), cut_out("black")) == 0


def test_hash_is_stable_when_the_picture_is_flat() -> None:
    assert perceptual_hash(Image.new("L", (70, 50), 77)) == perceptual_hash(
        Image.new("L", (900, 3), 78)
    )
