"""libwebp by ctypes: the picture that Pillow makes, at a fraction of its size."""

from __future__ import annotations

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.formats.webp import WebpImage
from PIL import Image

from tests.unit.imaging.pictures import (
    EVEN,
    ODD,
    clear,
    differences,
    encoded,
    largest_difference,
    opened,
    photo,
    quartered,
)


def decoded(data: bytes, scale: int) -> Image.Image:
    return WebpImage(data, ImageLimits()).decode_at(scale)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("scale", [1, 2, 4])
def test_webp_is_the_average_of_its_pixels_when_divided(scale: int, alpha: bool) -> None:
    picture = clear(photo(*EVEN)) if alpha else photo(*EVEN)
    data = encoded(picture, "WEBP", lossless=True)

    assert largest_difference(decoded(data, scale), picture.reduce(scale)) <= 1


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("scale", [1, 2, 8])
def test_webp_looks_as_pillow_makes_it_when_divided(
    scale: int, lossless: bool, alpha: bool
) -> None:
    picture = clear(photo(*ODD)) if alpha else photo(*ODD)
    data = encoded(picture, "WEBP", lossless=lossless, quality=90)

    divided = decoded(data, scale)

    reference = opened(data).resize(divided.size, Image.Resampling.LANCZOS)
    if scale == 1:
        assert largest_difference(divided, reference) == 0
    assert max(differences(divided, reference).mean) < 1.5


def test_first_frame_is_on_its_canvas_when_a_webp_moves() -> None:
    """The first frame fills a corner of its canvas; the rest of that is clear."""
    canvas = Image.new("RGBA", (64, 48))
    canvas.paste(quartered(32, 16), (16, 24))
    frames = [canvas, Image.new("RGBA", (64, 48), "blue")]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert data.count(b"ANMF") == 2

    for scale in (1, 2):
        assert largest_difference(decoded(data, scale), canvas.reduce(scale)) <= 1
