from __future__ import annotations

from darkroom.imaging.metadata.text import plain_text


def test_text_is_clean_when_it_holds_control_characters() -> None:
    assert plain_text("a\x1b[31m\x00b\x85\u202ec\td\n") == "a[31mb c d"
    assert plain_text("x" * 9_000) == "x" * 500
    assert plain_text(" \0 ") is None
