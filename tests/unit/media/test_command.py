"""python -m darkroom.media: what is made of every video of a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from darkroom.media.command.main import main

from tests.unit.media.clips import X264, encoded, mp4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "videos"
    (root / "trip").mkdir(parents=True)
    (root / "trip" / "beach.mov").write_bytes(encoded("mov", "libx264", options=X264, turned=90))
    (root / "list.mp4").write_text("#EXTM3U\nhttp://127.0.0.1:9/\n")
    (root / "web.mp4").write_bytes(mp4())
    (root / ".hidden").write_bytes(b"")
    return root


def test_every_video_has_its_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "list.mp4"
    assert lines[1].startswith("  reject  unsupported: This file is not a video that we read.")
    assert lines[2].startswith("trip/beach.mov  mov 240×320 0:02, h264 + aac, 10 fps, ")
    assert lines[3].startswith("  MP4 240×320 0:02, ")
    assert lines[4].startswith("web.mp4  mp4 320×240 0:02, h264 + aac, 10 fps, ")
    assert lines[5].startswith("  no version, web-ready; ")
    assert len(lines) == 6


def test_what_is_made_is_kept_when_asked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"

    assert main([str(folder / "trip"), "--json", "--save", str(kept), "--edge", "120"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["path"], found["outcome"]) == ("beach.mov", "ok")
    assert (found["version"]["width"], found["version"]["height"]) == (120, 160)
    assert sorted(path.name for path in (kept / "beach.mov").iterdir()) == [
        "poster.png", "preview.webp", "web.mp4",
    ]  # fmt: skip


def test_usage_is_told_when_there_is_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == main([str(tmp_path / "none")]) == 2
    assert "Name a folder of videos" in capsys.readouterr().err
