"""What the catalogue's rows hold of an item."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from darkroom.catalogue.rows import COLUMNS, NOTIFICATION_COLUMNS, Unstorable, ended, notification
from darkroom.catalogue.rows import image_id as id_of
from darkroom.pipeline.join import has_ended

ITEM: Any = {
    "identity_id": "ann",
    "image": "users/ann/a.jpg",
    "version": "0066",
    "status": "processed",
    "bytes": 7,
    "uploaded_at": "2026-11-24T08:30:00.123Z",
    "finished_at": "2026-11-24T08:31:00.000Z",
    "steps": {"thumbnail": {"state": "done"}},
    "renditions": {},
}
NOTIFICATION: Any = {
    "identity_id": "ann",
    "notification_id": "2026-11-24T08:31:00.000Z-0123",
    "kind": "processed",
    "image": "users/ann/a.jpg",
    "version": "0066",
    "message": "Ready.",
    "sent_at": "2026-11-24T08:31:00.000Z",
    "expiration": 1800000000,
}


def item(**changes: Any) -> Any:
    return {**ITEM, **changes}


def test_item_has_a_row_only_where_something_is_known() -> None:
    assert set(ended(ITEM).rows) == {"images"}

    metadata: dict[str, Any] = {
        "camera": "Pentax K-70",
        "f_number": Decimal("2.8"),
        "latitude": 0,
        "longitude": 0,
    }
    table = {"rows": 1, "columns": 2, "rejected_rows": 0, "wrong_values": 0}
    metadata |= {"video_codec": "hevc", "frame_rate": Decimal("29.97"), "bit_rate": 8_000_000}
    video = {"key": "users/ann/a.jpg/0066/video.mp4", "bytes": 5}
    rows = ended(item(metadata=metadata, table=table, video=video)).rows

    assert {name: tuple(row) for name, row in rows.items()}.keys() == COLUMNS.keys()
    assert all(set(row) == set(COLUMNS[name]) for name, row in rows.items())
    assert rows["cameras"]["f_number"] == 2.8
    assert isinstance(rows["cameras"]["f_number"], float)
    assert rows["places"]["latitude"] == 0.0
    assert (rows["videos"]["video_codec"], rows["videos"]["converted_bytes"]) == ("hevc", 5)
    assert rows["images"]["uploaded_at"] == datetime(2026, 11, 24, 8, 30, 0, 123000, UTC)


def test_place_has_its_coordinates_alone_when_it_has_no_name() -> None:
    """At sea, or of a record from before there were names."""
    at_sea: dict[str, Any] = {"latitude": Decimal("30"), "longitude": Decimal("-40")}
    row = ended(item(metadata=at_sea)).rows["places"]
    assert (row["latitude"], row["country"], row["region"], row["town"]) == (30.0, None, None, None)
    named = ended(item(metadata={**at_sea, "place": {"country": "Niger", "country_code": "NE"}}))
    row = named.rows["places"]
    assert (row["country_code"], row["country"], row["town"]) == ("NE", "Niger", None)


def test_text_has_no_nul_when_it_becomes_a_row() -> None:
    assert ended(item(metadata={"title": "a\0b"})).rows["images"]["title"] == "ab"
    with pytest.raises(Unstorable):
        ended(item(image="users/ann/\0"))


def test_number_is_not_known_when_no_column_holds_it() -> None:
    rows = ended(item(metadata={"bit_rate": 2**63, "video_codec": "h264", "iso": 2**63 - 1})).rows
    assert (rows["videos"]["bit_rate"], rows["videos"]["video_codec"]) == (None, "h264")
    assert rows["cameras"]["iso"] == 2**63 - 1


def test_id_is_short_however_long_the_key_is() -> None:
    assert len(id_of("users/ann/" + "ä" * 500)) == 32
    assert id_of("users/ann/a") != id_of("users/ann/b")


@pytest.mark.parametrize(
    "said",
    [
        {"seen_at": 7, "response": ["keep"], "responded_at": "2026-11-24T09:00:00Z"},
        {"seen_at": "yesterday", "response": "retry!", "responded_at": "2026-11-24T09:00:00Z"},
        {"seen_at": "2026-11-24T09:00:00", "response": "keep"},
        {"seen_at": "9999-12-31T23:59:59-14:00", "response": "keep"},
    ],
)
def test_what_an_owner_wrote_counts_as_nothing_when_it_has_not_its_form(said: Any) -> None:
    answered: Any = {**NOTIFICATION, **said}
    row = notification(answered)
    assert set(row) == set(NOTIFICATION_COLUMNS)
    assert (row["seen_at"], row["response"], row["responded_at"]) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"status": "processing"}, False),
        ({"steps": {"thumbnail": {"state": "pending"}}}, False),  # it is processed once more
        ({"steps": {"thumbnail": {"state": "rejected"}}}, False),  # its new end is not written yet
        ({"renditions": {"small": {"key": "users/ann/a.jpg/0055/thumbnail-240.jpg"}}}, False),
        ({"status": "failed", "steps": {"thumbnail": {"state": "pending"}}}, True),
    ],
)
def test_version_has_ended_when_its_item_says_so_for_good(
    changes: dict[str, Any], expected: bool
) -> None:
    assert has_ended(item(**changes)) is expected
