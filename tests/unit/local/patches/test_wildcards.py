"""A pattern of IAM's as a regular expression."""

from __future__ import annotations

import pytest

from local.emulator.patches.wildcards import compiled


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("users/ann/*", "users/ann/a\nb.jpg", True),
        ("users/ann/*", "users/ann/", True),
        ("users/ann/?.jpg", "users/ann/\n.jpg", True),
        ("users/ann", "users/ann\n", False),
        ("users/ann/*.jpg", "users/ann/a.jpg\n", False),
        ("users/a.n/*", "users/ann/a", False),
        ("s3:Get*", "S3:GETOBJECT", False),
    ],
)
def test_wildcard_stands_for_any_character_when_a_text_is_compared(
    pattern: str, text: str, matches: bool
) -> None:
    assert (compiled(pattern, False).match(text) is not None) is matches


def test_case_is_ignored_when_actions_are_compared() -> None:
    assert compiled("s3:Get*", True).match("S3:GETOBJECT")
