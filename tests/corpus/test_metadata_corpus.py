"""Real photos and hostile files, none of which are in the repository: what is read of each."""

from __future__ import annotations

from typing import Any

import pytest
from darkroom.imaging.document import read_metadata
from darkroom.imaging.limits import ImageLimits

from tests.corpus.conftest import CORPUS, needs_corpus

pytestmark = needs_corpus


def document(name: str) -> dict[str, Any]:
    path = CORPUS / name
    if not path.is_file():
        pytest.skip(f"{name} is not in this corpus")
    return read_metadata(path.read_bytes(), ImageLimits()).to_dict()


def test_everything_is_known_when_an_iphone_wrote_the_heic() -> None:
    read = document("metadata__IMG_1034.heic")
    assert sorted((read["width"], read["height"])) == [3024, 4032]  # 12 Mpx
    assert read["format"] == "heic"
    assert read["colour_profile"] == "Display P3"
    assert read["exif"]["make"] == "Apple"
    assert read["exif"]["model"].startswith("iPhone")
    assert -90 <= read["exif"]["gps"]["latitude"] <= 90
    assert read["exif"]["gps"]["altitude_m"] == pytest.approx(42.8, abs=0.1)
    assert read["exif"]["taken_at"].startswith("2018-02-05T15:11:44")


def test_place_is_read_when_the_jpeg_is_turned() -> None:
    read = document("synth_gps.jpg")
    # 49° 51' 30.5" N, 2° 17' 40.25" E, as its maker wrote them.
    assert read["exif"]["gps"] == {"latitude": 49.8584722, "longitude": 2.2945139}
    assert read["exif"]["orientation"] == 6
    assert (read["width"], read["height"]) == (read["stored_height"], read["stored_width"])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_dimensions_are_upright_when_the_orientation_is(orientation: int) -> None:
    read = document(f"exif__Portrait_{orientation}.jpg")
    assert (read["width"], read["height"]) == (1200, 1800)


def test_hashes_are_near_when_only_the_stored_orientation_differs() -> None:
    hashes = [int(document(f"exif__Portrait_{n}.jpg")["perceptual_hash"], 16) for n in range(1, 9)]
    assert max((hashes[0] ^ other).bit_count() for other in hashes[1:]) <= 6


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("sharp__p3.png", "Display P3"),
        ("sharp__prophoto.png", "ProPhoto RGB"),
        ("libavif__apple_gainmap_new.jpg", "Display P3"),
        ("libavif__paris_icc_exif_xmp.avif", "sRGB IEC61966-2.1"),
    ],
)
def test_profile_is_named_when_the_file_carries_one(name: str, profile: str) -> None:
    assert document(name)["colour_profile"] == profile


def test_profile_is_absent_when_it_is_garbage() -> None:
    assert "colour_profile" not in document("synth_icc_garbage.jpg")


def test_keywords_and_place_are_read_when_a_jpeg_has_iptc() -> None:
    iptc = document("pillow__iptc.jpg")["iptc"]
    assert (iptc["city"], iptc["country"]) == ("Budapest", "Hungary")
    assert "summer" in iptc["keywords"]


def test_accents_survive_when_xmp_is_latin_1() -> None:
    assert "Aimé" in document("pillow_h__L_xmp_latin1.heic")["xmp"]["description"]


@pytest.mark.parametrize(
    ("name", "frames"),
    [("wuffs__muybridge.apng", 15), ("sharp__rotating-squares.gif", 30)],
)
def test_duration_is_known_when_the_picture_is_animated(name: str, frames: int) -> None:
    read = document(name)
    assert read["frames"] == frames
    assert 0.1 < read["duration_seconds"] < 60


def test_broken_exif_leaves_the_rest_when_counts_are_in_the_billions() -> None:
    read = document("synth_exif_count_bomb.jpg")
    assert read["exif"] == {"orientation": 6}
