"""libheif by ctypes: the picture that pillow-heif makes, at a fraction of its size, by tiles."""

from __future__ import annotations

import struct
from functools import cache

import piexif
import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.codecs.libheif import heif_picture
from darkroom.imaging.errors import CorruptImage
from darkroom.imaging.pixels.orientation import upright
from PIL import Image

from tests.unit.imaging.pictures import (
    EVEN,
    ODD,
    STORED,
    clear,
    encoded,
    largest_difference,
    opened,
    photo,
    rendered,
)


@cache
def of_tiles(mode: str, orientation: int) -> bytes:
    turned = piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation}})
    picture = photo(*EVEN).convert(mode)
    return encoded(picture, "HEIF", tile_size=64, exif=turned, enc_params={"preset": "ultrafast"})


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("scale", [1, 2, 8])
def test_heic_is_the_average_of_its_pixels_when_it_is_of_tiles(
    scale: int, mode: str, orientation: int
) -> None:
    """The last column of tiles and their last row reach beyond the picture."""
    data = of_tiles(mode, orientation)
    whole, turn = opened(data), STORED[orientation]
    assert (whole.mode, whole.info["tiling"]["tile_width"]) == (mode, 64)

    divided = heif_picture(data, whole.size, mode, ImageLimits(), scale)

    stored = whole.transpose(turn) if turn is not None else whole
    assert largest_difference(divided, upright(stored.reduce(scale), orientation)) == 0


@pytest.mark.parametrize("size", [ODD, EVEN])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize("scale", [1, 2, 8])
def test_heic_is_the_average_of_its_pixels_when_it_is_whole(
    scale: int, mode: str, size: tuple[int, int]
) -> None:
    """One of odd sides is cropped: what is coded has even ones."""
    picture = clear(photo(*size)) if mode == "RGBA" else photo(*size).convert(mode)
    data = encoded(picture, "HEIF", quality=90)

    assert (
        largest_difference(
            heif_picture(data, size, mode, ImageLimits(), scale), opened(data).reduce(scale)
        )
        == 0
    )


def test_heic_has_8_bits_when_it_is_deep_and_grey() -> None:
    """pillow-heif writes 10 bits of the 16, and reads them back as 16."""
    ramp = Image.frombytes("I;16", (256, 64), struct.pack("<256H", *range(0, 65536, 256)) * 64)
    data = encoded(ramp, "HEIF", quality=-1)
    assert opened(data).mode == "I;16"

    grey = heif_picture(data, (256, 64), "L", ImageLimits(), 1)

    assert largest_difference(grey, Image.frombytes("L", (256, 64), bytes(range(256)) * 64)) <= 1


def test_heic_of_tiles_is_decoded_whole_when_they_cannot_be_divided() -> None:
    data = encoded(photo(200, 136), "HEIF", tile_size=100, quality=90, chroma=444)
    whole = opened(data)
    assert whole.info["tiling"]["tile_width"] == 100

    assert (
        largest_difference(heif_picture(data, whole.size, "RGB", ImageLimits(), 8), whole.reduce(8))
        == 0
    )


def test_heic_of_tiles_is_cropped_when_its_file_says_so() -> None:
    """The clean aperture (ISO/IEC 14496-12, 12.1.4.1) stands where a profile of its length was,
    which is taken from the tiles: their third property becomes their fifth."""
    data = encoded(photo(200, 136), "HEIF", tile_size=64, icc_profile=bytes(28))
    place = data.index(b"colrprof")
    aperture = struct.pack(">8I", 150, 1, 100, 1, 0, 1, 0, 1)
    cropped = data[:place] + b"clap" + aperture + data[place + 36 :]
    cropped = cropped.replace(bytes([4, 0x82, 3, 4, 5]), bytes([4, 0x82, 5, 4, 5]))
    whole = opened(cropped)
    assert (whole.size, whole.info["tiling"]["tile_width"]) == ((150, 100), 64)

    assert (
        largest_difference(
            heif_picture(cropped, whole.size, "RGB", ImageLimits(), 2), whole.reduce(2)
        )
        == 0
    )


@pytest.mark.parametrize("side", [b"\x7f\xff", b"\x00\x20", b"\x01\x2b"])
def test_heic_of_tiles_is_refused_when_their_whole_is_of_another_size(side: bytes) -> None:
    """The grid item (ISO/IEC 23008-12, 6.6.2.3.2) has sides of its own beside the header's."""
    data = of_tiles("RGB", 1)
    grid = data.index(bytes([0, 0, 5, 4]) + struct.pack(">HH", *EVEN)) + 4
    broken = data[:grid] + side + data[grid + 2 :]
    assert broken != data

    with pytest.raises(CorruptImage):
        rendered(broken)
