"""What a page hears of a change: every table's items, of any type, and no more than it may."""

from __future__ import annotations

import json
from typing import Any

import pytest
from darkroom.people.live import messages

Attributes = dict[str, dict[str, Any]]


def record(key: str, *, event: str = "MODIFY", **images: Attributes) -> dict[str, Any]:
    """A record of a stream: Ann's item `x` of the table whose sort key is this."""
    keys = {"identity_id": {"S": "ann"}, key: {"S": "x"}}
    sides = {side: {**keys, **attributes} for side, attributes in images.items()}
    return {"eventName": event, "dynamodb": {"Keys": keys, **sides}}


def told(*records: dict[str, Any]) -> list[Any]:
    found = messages(records)
    assert {message.identity_id for message in found} <= {"ann"}
    return [json.loads(message.text) for message in found]


@pytest.mark.parametrize("event", ["INSERT", "MODIFY"])
@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("image", "image"),
        ("album_id", "album"),
        ("notification_id", "notification"),
        ("period", "usage"),
    ],
)
def test_message_says_what_it_is_about_when_an_item_changes(
    key: str, kind: str, event: str
) -> None:
    changed = record(key, event=event, NewImage={"kind": {"S": "picture"}})
    assert told(changed) == [{"type": kind, key: "x", "kind": "picture"}]


def test_every_item_has_a_message_when_items_of_two_tables_have_one_name() -> None:
    found = told(*(record(key, NewImage={}) for key in ("image", "period", "image")))
    assert [each["type"] for each in found] == ["usage", "image"]


def test_only_removals_of_images_and_albums_are_told_when_items_go() -> None:
    keys = ("image", "notification_id", "period", "album_id")
    went = [record(key, event="REMOVE") for key in keys]
    assert told(*went) == [
        {"type": "image-removed", "image": "x"},
        {"type": "album-removed", "album_id": "x"},
    ]
    known = record("image", event="REMOVE", OldImage={"version": {"S": "1"}, "etag": {"S": "e"}})
    assert told(known) == [{"type": "image-removed", "image": "x", "version": "1"}]


def test_values_have_a_form_in_json_when_a_table_has_types_that_json_has_not() -> None:
    values: Attributes = {
        "half": {"N": "0.5"}, "whole": {"N": "3E2"}, "names": {"SS": ["b", "a"]},
    }  # fmt: skip
    assert told(record("image", NewImage=values)) == [
        {"type": "image", "image": "x", "half": 0.5, "whole": 300, "names": ["a", "b"]}
    ]


def test_whole_number_is_written_as_one() -> None:
    """Not all languages read 300.0 as a number of bytes."""
    [message] = messages([record("image", NewImage={"bytes": {"N": "3E2"}})])
    assert message.text == '{"type": "image", "image": "x", "bytes": 300}'


@pytest.mark.parametrize("beyond", [0, 1])
def test_message_is_as_long_as_a_socket_takes(beyond: int) -> None:
    around = len('{"type": "image", "image": "x", "text": ""}')
    text = "ä" * ((128 * 1024 - around) // 2) + "x" * ((128 * 1024 - around) % 2 + beyond)
    found = messages([record("image", NewImage={"text": {"S": text}})])
    assert [len(each.text.encode()) for each in found] == ([] if beyond else [128 * 1024])


def test_of_metadata_only_when_a_photo_was_taken_is_told() -> None:
    metadata: Attributes = {"taken_at": {"S": "1999-12-31T23:59:59+01:00"}, "lens": {"S": "50 mm"}}
    assert told(
        record("image", NewImage={"metadata": {"M": metadata}}),
        record("image", NewImage={"metadata": {"M": {}}}),
    ) == [{"type": "image", "image": "x"}]
    assert told(record("image", NewImage={"metadata": {"M": metadata}})) == [
        {"type": "image", "image": "x", "taken_at": "1999-12-31T23:59:59+01:00"}
    ]


def test_nothing_is_told_when_a_value_has_no_form_in_json() -> None:
    odd = record("image", NewImage={"bytes": {"B": b"a"}})
    assert told(odd, record("period", NewImage={})) == [{"type": "usage", "period": "x"}]
