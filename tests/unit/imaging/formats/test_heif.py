"""HEIC: what its boxes say, and what pillow-heif finds."""

from __future__ import annotations

import struct

import piexif
import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.document import read_metadata
from darkroom.imaging.formats.heif import HeifImage
from PIL import Image

from tests.unit.imaging.pictures import encoded, photo, refusal


def test_size_is_that_of_the_whole_when_it_is_of_tiles() -> None:
    header = HeifImage(encoded(photo(200, 136), "HEIF", tile_size=64), ImageLimits()).header
    assert (header.width, header.height) == (200, 136)


def test_bomb_is_refused_from_its_boxes_when_they_promise_gigabytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = encoded(photo(100, 80), "HEIF")
    lie = data.replace(struct.pack(">II", 100, 80), struct.pack(">II", 30_000, 30_000))
    assert lie != data
    monkeypatch.setattr("pillow_heif.register_heif_opener", lambda: pytest.fail("it was opened"))

    assert "900 megapixels" in refusal(lie).sentence


def test_orientation_is_only_told_when_its_exif_has_one() -> None:
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    metadata = read_metadata(encoded(photo(96, 64), "HEIF", exif=exif), ImageLimits())
    assert metadata.exif.orientation == 6
    assert (metadata.width, metadata.height) == (metadata.stored_width, metadata.stored_height)


def test_bit_depth_is_the_stored_one_when_grey_is_deep() -> None:
    ramp = Image.frombytes("I;16", (64, 64), struct.pack("<64H", *range(0, 65536, 1024)) * 64)
    assert read_metadata(encoded(ramp, "HEIF"), ImageLimits()).bit_depth == 10


@pytest.mark.parametrize(("cut", "code"), [(40, "truncated"), (None, "corrupt")])
def test_heic_is_refused_when_its_boxes_name_no_size(cut: int | None, code: str) -> None:
    data = encoded(photo(96, 64), "HEIF").replace(b"ispe", b"free").replace(b"hvc1", b"free")
    assert refusal(data[:cut]).code == code
