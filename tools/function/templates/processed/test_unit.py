"""What the function faces notes, without AWS."""

from __future__ import annotations

import pytest

from tests.functions import load_function


def test_end_is_kept_when_a_file_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = load_function("faces", monkeypatch)

    assert faces.note("processed") == {"ended": "processed"}
