"""A function's disk has no more on it than its own run when an earlier one was killed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from local.tables import houses
from tests.functional.pipeline import Pipeline
from tests.functional.test_videos import film


@pytest.mark.parametrize(
    ("function", "name", "data"),
    [("convert", "a.mov", film), ("probe", "a.mov", film), ("profile", "a.csv", houses)],
)
def test_disk_is_empty_when_a_function_begins_after_a_run_that_was_killed(
    pipeline: Pipeline,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    name: str,
    data: Callable[[], bytes],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "darkroom-work-left"
    left.mkdir()
    (left / "web.mp4").write_bytes(bytes(1000))
    uploaded = pipeline.world.put("ann", name, data())

    assert pipeline.world.deliver(pipeline.apps[function], uploaded) == []

    assert list(tmp_path.iterdir()) == []
