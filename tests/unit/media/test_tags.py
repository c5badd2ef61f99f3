"""When, where and by what a video was taken, of what cameras write."""

from __future__ import annotations

import pytest
from darkroom.media.tags import Place, read_tags


@pytest.mark.parametrize(
    ("texts", "taken_at"),
    [
        ({"creation_time": "2026-11-20T10:11:12.000000Z"}, "2026-11-20T10:11:12.000000+00:00"),
        (
            {
                "creation_time": "2026-11-20T10:11:12.000000Z",
                "com.apple.quicktime.creationdate": "2026-11-20T11:11:12+0100",
            },
            "2026-11-20T11:11:12+01:00",
        ),
        (
            {"creation_time": "2026-11-20T10:11:12Z;2026-11-27T00:00:00Z"},
            "2026-11-20T10:11:12+00:00",
        ),
        ({"date": "2026"}, "2026"),
        ({"creation_time": "1904-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00.000000Z"}, None),
        ({"date": "yesterday", "creation_time": "2026-11-20"}, "2026-11-20"),
        ({}, None),
    ],
)  # fmt: skip
def test_time_is_as_the_camera_wrote_it(texts: dict[str, str], taken_at: str | None) -> None:
    assert read_tags(texts).taken_at == taken_at


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("+48.2082+016.3738/", Place(latitude=48.2082, longitude=16.3738)),
        (
            "-33.8568+151.2153+004.500/",
            Place(latitude=-33.8568, longitude=151.2153, altitude_m=4.5),
        ),
        ("+4812.5+01622.25/", Place(latitude=48.2083333, longitude=16.3708333)),
        ("+481230-0162215/", Place(latitude=48.2083333, longitude=-16.3708333)),
        ("+40.75-074.00+012CRSWGS_84/", Place(latitude=40.75, longitude=-74.0, altitude_m=12.0)),
        ("+00.0000+000.0000/", None),
        ("+91.0000+000.0000/", None),
        ("+48.2082", None),
        ("home", None),
    ],
)  # fmt: skip
def test_place_is_in_degrees(text: str, place: Place | None) -> None:
    assert read_tags({"location": text}).place == place
    assert read_tags({"com.apple.quicktime.location.ISO6709": text}).place == place


@pytest.mark.parametrize(
    ("texts", "camera"),
    [
        ({"com.apple.quicktime.make": "Apple", "com.apple.quicktime.model": "iPhone 17"},
         "Apple iPhone 17"),
        ({"com.android.manufacturer": "Google", "com.android.model": "Pixel 11"},
         "Google Pixel 11"),
        ({"make": "NIKON CORPORATION", "model": "NIKON Z 6"}, "NIKON Z 6"),
        ({"model": "X" * 999}, "X" * 200),
        ({"encoder": "Lavf"}, None),
    ],
)  # fmt: skip
def test_camera_has_one_name(texts: dict[str, str], camera: str | None) -> None:
    assert read_tags(texts).camera == camera
