from __future__ import annotations

import json
from typing import Any

import pytest
from darkroom.pipeline.events import MalformedMessage, object_events, version_of


def message(**stored: Any) -> str:
    record = {
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-11-24T08:30:00.123Z",
        "s3": {
            "bucket": {"name": "uploads"},
            "object": {"key": "users/ann/a.jpg", "sequencer": "0066A0", "size": 7, "eTag": "e"}
            | stored,
        },
    }
    return json.dumps({"Records": [record]})


def test_key_is_decoded_when_s3_encoded_it() -> None:
    [event] = object_events(message(key="users/ann/My+photo+%2B+%C3%A9.jpg"))

    assert event.key == "users/ann/My photo + é.jpg"


def test_event_is_a_removal_when_lifecycle_expired_the_object() -> None:
    body = message().replace("ObjectCreated:Put", "LifecycleExpiration:Delete")

    [event] = object_events(body)

    assert event.kind == "removed"


@pytest.mark.parametrize("sequencer", ["", "xyz", "12 34"])
def test_message_is_malformed_when_its_sequencer_is_none(sequencer: str) -> None:
    with pytest.raises(MalformedMessage):
        object_events(message(sequencer=sequencer))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("0055AED6DCD90281E5", "0055AED6DCD90281E6"),
        ("0055AED6", "0055AED601"),  # padded on the right: 0055AED600 < 0055AED601
        ("0055aed6dc", "0055AED6DD"),
        ("00", "01"),
    ],
)
def test_versions_compare_like_sequencers_when_lengths_and_case_differ(
    earlier: str, later: str
) -> None:
    assert version_of(earlier) < version_of(later)


def test_versions_are_equal_when_only_padding_differs() -> None:
    assert version_of("0055AE") == version_of("0055AE0000")
