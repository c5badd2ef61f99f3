"""The message group of an event: its owner, in what SQS takes."""

from __future__ import annotations

import re

import pytest
from darkroom.pipeline.relay import message_group

IDENTITY = "eu-central-1:3c8d1f52-0000-4d5e-9a7b-1234567890ab"


@pytest.mark.parametrize("path", ["a.jpg", "Fotos/Größe.jpg", "", "users/other/a.jpg", "a\nb.jpg"])
def test_group_is_the_owner_whatever_the_path_is(path: str) -> None:
    assert message_group(f"users/{IDENTITY}/{path}") == IDENTITY


@pytest.mark.parametrize("owner", ["größe", "with space", "x" * 129, "new\nline"])
def test_group_is_one_that_sqs_takes_when_the_owner_s_name_is_not(owner: str) -> None:
    group = message_group(f"users/{owner}/a.jpg")

    assert re.fullmatch(r"[A-Za-z0-9]{1,128}", group)
    assert group == message_group(f"users/{owner}/b.jpg")
    assert group != message_group(f"users/{owner}2/b.jpg")


def test_group_is_nobody_when_a_key_has_no_owner() -> None:
    assert message_group("assets/logo.png") == "nobody"
