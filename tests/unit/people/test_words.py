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
FILM = notification("processed", file_kind="video")


@pytest.mark.parametrize(
    ("told", "subject", "reminder"),
    [
        ([PICTURE], "Your photo is ready", "A photo waits for you"),
        ([OLD], "Your photo is ready", "A photo waits for you"),
        ([TEXT], "Your file could not be processed", "A file waits for you"),
        ([FILM], "Your video is ready", "A video waits for you"),
        ([FILM, FILM], "2 videos", "2 videos wait for you"),
        ([PICTURE, FILM], "2 files", "2 files wait for you"),
        ([PICTURE, OLD], "2 photos", "2 photos wait for you"),
        ([PICTURE, TEXT], "2 files", "2 files wait for you"),
    ],
)
def test_files_are_called_what_they_are_when_their_owner_is_told(
    told: list[Any], subject: str, reminder: str
) -> None:
    assert compose(told).subject == subject
    assert compose_reminder(told).subject == reminder


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\r\nBcc: everyone@example.com", "a  Bcc: everyone@example.com"),
        ("a\u2028b\u0085c", "a b c"),
        ("\x1b]0;title\x07\x9b2Ja.jpg", " ]0;title  2Ja.jpg"),
        ("a\u202egpj.exe\u2066x\u200f", "a gpj.exe x "),
        ("می\u200cخواهم.jpg", "می\u200cخواهم.jpg"),
        ("👩\u200d👧.jpg", "👩\u200d👧.jpg"),
    ],
)
def test_name_is_text_and_nothing_else_when_a_mail_shows_it(name: str, shown: str) -> None:
    told = [notification("rejected", image=f"users/ann/{name}"), PICTURE]

    for mail in (compose(told[:1]), compose(told), compose_reminder(told)):
        assert f"{shown}: Because." in mail.text.splitlines()
        assert mail.subject.isascii()
        assert mail.subject.isprintable()
        assert len(mail.subject) < 100
