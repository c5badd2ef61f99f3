"""People are told of their photos, and of files where not all of them are pictures."""

from __future__ import annotations

from typing import Any

import pytest
from darkroom.people.words import compose, compose_reminder


def notification(end: str, **more: str) -> Any:
    return {"kind": end, "image": "users/ann/a.jpg", "message": "Because.", **more}


PICTURE = notification("processed", file_kind="picture")
OLD = notification("processed")  # of a release before kinds
TEXT = notification("rejected", file_kind="other")


@pytest.mark.parametrize(
    ("told", "subject", "reminder"),
    [
        ([PICTURE], "Your photo is ready", "A photo waits for you"),
        ([OLD], "Your photo is ready", "A photo waits for you"),
        ([TEXT], "Your file could not be processed", "A file waits for you"),
        ([PICTURE, OLD], "2 photos", "2 photos wait for you"),
        ([PICTURE, TEXT], "2 files", "2 files wait for you"),
    ],
)
def test_files_are_called_what_they_are_when_their_owner_is_told(
    told: list[Any], subject: str, reminder: str
) -> None:
    assert compose(told).subject == subject
    assert compose_reminder(told).subject == reminder
