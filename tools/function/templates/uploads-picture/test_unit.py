"""What the function faces finds, without AWS."""

from __future__ import annotations

import pytest

from tests.functions import load_function


def test_size_is_kept_when_a_file_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = load_function("faces", monkeypatch)

    assert faces.look(b"abc") == {"bytes": 3}
