"""What of a record can be asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from darkroom.search.days import milliseconds

from tests.unit.search.records import document


def test_picture_is_found_by_all_that_people_see_of_it() -> None:
    found = document(
        "20261124T083000123-0123456789ab/Sunset.JPG",
        {
            "exif": {"description": "At the river", "keywords": ["holiday"]},
            "xmp": {"headline": "Evening", "tags": ["Places/Mur"]},
            "iptc": {"caption": "Boats", "city": "Leibnitz"},
            "png": {"comment": "scanned"},
        },
        metadata={
            "title": "Golden hour",
            "camera": "Canon EOS R5",
            "lens": "RF 50mm",
            "place": {"town": "Graz", "region": "Styria", "country": "Austria"},
        },
    )
    assert set(found.names) == {
        "sunset", "jpg", "golden", "hour", "holiday", "evening", "places", "mur",
    }  # fmt: skip
    assert set(found.words) - set(found.names) == {
        "at", "the", "river", "boats", "leibnitz", "scanned", "canon", "eos", "r5", "rf", "50mm",
        "graz", "styria", "austria",
    }  # fmt: skip
    assert found.places == ("Graz", "Styria", "Austria")
    assert (found.camera, found.lens) == ("Canon EOS R5", "RF 50mm")


def test_folder_is_part_of_the_name_unless_the_page_made_it() -> None:
    assert document("Rome 2024/a.jpg").names == ("rome", "2024", "a", "jpg")
    assert document("20261124T083000-0123456789ab/a.jpg").names == ("a", "jpg")


def test_table_is_found_by_its_columns_and_frequent_texts() -> None:
    found = document(
        "t.csv",
        {
            "columns": [
                {"name": "Street", "type": "text", "frequent": [{"value": "Elm", "count": 3}]},
                {"name": "price", "type": "integer", "frequent": [{"value": "100", "count": 3}]},
            ]
        },
        kind="table",
    )
    assert set(found.words) == {"t", "csv", "street", "price", "elm"}


@pytest.mark.parametrize(
    ("taken_at", "expected"),
    [
        ("2024-05-31T23:30:00+09:00", "2024-05-31T23:30:00Z"),
        ("2024-05", "2024-05-01"),
        ("never", "2026-11-24T08:30:00Z"),
        (None, "2026-11-24T08:30:00Z"),
    ],
)
def test_moment_is_when_it_was_taken_by_the_cameras_clock_or_uploaded(
    taken_at: str | None, expected: str
) -> None:
    found = document(metadata={"taken_at": taken_at} if taken_at else {})
    assert found.moment == milliseconds(expected)
    assert found.year == expected[:4]


@pytest.mark.parametrize(
    ("width", "height", "orientation"),
    [(3, 2, "landscape"), (2, 3, "portrait"), (2, 2, "square"), (None, 2, None)],
)
def test_orientation_is_how_a_picture_lies(
    width: int | None, height: int | None, orientation: str | None
) -> None:
    sizes = {"width": width, "height": height}
    given: dict[str, Any] = {name: size for name, size in sizes.items() if size is not None}
    assert document(**given).orientation == orientation


def test_place_is_known_only_with_both_coordinates() -> None:
    both = document(metadata={"latitude": Decimal("47.07"), "longitude": Decimal("-15.4")})
    assert (both.latitude, both.longitude) == (47.07, -15.4)
    for metadata in ({"latitude": 47}, {"longitude": 15}, {"latitude": 91, "longitude": 15}):
        one = document(metadata=metadata)
        assert (one.latitude, one.longitude) == (None, None)


def test_flat_pictures_look_the_same_only_if_they_have_the_same_colour() -> None:
    def fingerprint(perceptual_hash: str, colour: str) -> int | None:
        return document(perceptual_hash=perceptual_hash, dominant_colour=colour).fingerprint

    flat = "8000000000000000"
    assert fingerprint(flat, "#ff0000") == fingerprint(flat, "#ff0000")
    red, blue = fingerprint(flat, "#ff0000"), fingerprint(flat, "#0000ff")
    assert red is not None
    assert blue is not None
    assert (red ^ blue).bit_count() > 10
    assert fingerprint("00000000000000ff", "#ff0000") == 0xFF
    assert fingerprint("nonsense", "#ff0000") is None


@pytest.mark.parametrize(
    "details",
    [
        {"exif": None, "xmp": [], "iptc": "x", "png": {"title": 3}},
        {"exif": {"keywords": [None, {}, "word"]}},
        {"columns": "none"},
        {"columns": [None, {"name": 3}, {"type": "text", "frequent": [None, {"value": 1}]}]},
    ],
)
def test_details_of_another_shape_are_no_error(details: Any) -> None:
    assert set(document("a.jpg", details).names) <= {"a", "jpg", "word"}


def test_number_that_has_no_room_counts_as_not_known() -> None:
    found = document(width=2**63, height=-1)
    assert (found.width, found.height) == (None, None)


def test_words_of_a_huge_document_are_bounded() -> None:
    columns = [{"name": f"c{number}", "type": "integer"} for number in range(5000)]
    found = document("t.csv", {"columns": columns, "xmp": {"keywords": ["k"] * 9000}})
    assert len(found.words) <= 2_500
    assert len(document("a.jpg", {"exif": {"title": "x " * 10**6}}).names) <= 500
