"""AVIF: what its boxes tell of the memory that AV1 takes, and EXIF that Pillow trips over."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from darkroom.imaging import ImageLimits, errors
from darkroom.imaging.document import read_metadata
from darkroom.imaging.formats.avif import AvifImage
from PIL import Image

from tests.unit.imaging.pictures import (
    QUARTERS,
    encoded,
    exif_with,
    opened,
    quartered,
    quarters,
    refusal,
    rendered,
)

SOFTWARE = exif_with(0x0131, 2, 4, b"abc\0")


def avif(width: int = 100, height: int = 80, **options: Any) -> bytes:
    return encoded(Image.new("RGB", (width, height)), "AVIF", **options)


@pytest.mark.parametrize(("subsampling", "pixel_bytes"), [("4:2:0", 1.5), ("4:4:4", 3)])
def test_avif_is_refused_when_its_planes_are_too_much(subsampling: str, pixel_bytes: float) -> None:
    """A fifth more than they are, for the decoder; then its pixels."""
    data = avif(1000, 800, subsampling=subsampling)
    needed = len(data) + 800_000 * (1.2 * pixel_bytes + 4)

    assert "memory" in refusal(data, ImageLimits(max_memory=int(needed) - 1)).sentence
    rendered(data, ImageLimits(max_memory=int(needed) + 4_000_000))


@pytest.mark.parametrize(
    ("mode", "subsampling", "pixel_bytes"),
    [("RGB", "4:2:0", 1.5), ("RGB", "4:4:4", 3), ("RGBA", "4:4:4", 4), ("RGBA", "4:2:2", 3)],
)
def test_avif_is_animated_when_ten_of_its_frames_fit(
    mode: str, subsampling: str, pixel_bytes: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [Image.new(mode, (100, 80), (n, 0, 200, 90)[: len(mode)]) for n in (0, 90, 180)]
    options = {"save_all": True, "append_images": frames[1:], "subsampling": subsampling}
    data = encoded(frames[0], "AVIF", speed=10, **options)

    for room, count in ((0, 3), (-1, 1)):
        monkeypatch.setattr(
            "darkroom.imaging.formats.avif._MAX_ANIMATED_BYTES", 8_000 * pixel_bytes + room
        )
        assert rendered(data, width=50, format="webp", animated=True).frames == count


@pytest.mark.parametrize("exif", [b"", SOFTWARE], ids=["plain", "EXIF"])
def test_avif_is_refused_when_a_side_is_longer_than_its_decoder_allows(exif: bytes) -> None:
    error = refusal(avif(32_769, 8, exif=exif))

    assert isinstance(error, errors.ExtremeAspect)
    assert "32,769 × 8 pixels; a side may have at most 32,768" in error.sentence
    rendered(avif(32_768, 8))


def test_avif_is_refused_when_its_pixels_are_more_than_its_header_says() -> None:
    data = avif(400, 300)
    header = b"ispe\0\0\0\0" + struct.pack(">II", 400, 300)
    assert header in data
    lie = data.replace(header, header[:8] + struct.pack(">II", 100, 80))

    error = refusal(lie, ImageLimits(max_pixels=400 * 300 - 1))

    assert isinstance(error, errors.CorruptImage)


def test_picture_is_read_when_pillow_refuses_its_exif() -> None:
    data = encoded(quartered(), "AVIF", exif=SOFTWARE)
    item = SOFTWARE.removeprefix(b"Exif\0\0")
    assert data.count(item) == 1
    broken = data.replace(item, b"\xa5" * len(item))
    with pytest.raises(ValueError, match="Invalid Exif payload"):
        opened(broken)

    made = rendered(broken, width=96, format="png")

    assert quarters(opened(made.data)) == QUARTERS
    assert read_metadata(broken, ImageLimits()).exif.software is None


@pytest.mark.parametrize(
    ("flags", "bit_depth", "plane_bytes"),
    [(0x0C, 8, 1.5), (0x08, 8, 2), (0x00, 8, 3), (0x1C, 8, 1), (0x4C, 10, 3), (0x60, 12, 6)],
    ids=["4:2:0", "4:2:2", "4:4:4", "monochrome", "10 bits", "12 bits 4:4:4"],
)
def test_depth_and_planes_are_those_of_the_configuration(
    flags: int, bit_depth: int, plane_bytes: float
) -> None:
    data = avif()
    place = data.index(b"av1C") + 6
    image = AvifImage(data[:place] + bytes([flags]) + data[place + 1 :], ImageLimits())

    assert image.header.bit_depth == bit_depth
    assert image.decoder_bytes == round(1.2 * plane_bytes * 8_000)
