"""What a killed run left on disk is gone when the next one begins."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from darkroom.work_folders import WorkFolder

from local.paths import LAYERS

TAKE = """
import sys
from darkroom.work_folders import WorkFolder
folder = WorkFolder().path
(folder / "half").write_bytes(bytes(1000))
(folder / "deeper").mkdir()
print(folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def run(disk: Path) -> subprocess.Popen[str]:
    """A process that works in a folder until it is ended."""
    environment = {**os.environ, "PYTHONPATH": LAYERS, "TMPDIR": str(disk)}
    command = [sys.executable, "-c", TAKE]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def folder_of(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_folder_of_a_run_that_was_killed_goes_when_the_next_one_begins(disk: Path) -> None:
    process = run(disk)
    left = folder_of(process)
    killed(process)
    assert (left / "half").stat().st_size == 1000

    with WorkFolder() as folder:
        assert list(disk.iterdir()) == [folder]
        assert list(folder.iterdir()) == []
    assert list(disk.iterdir()) == []


def test_folder_stays_while_another_process_works_in_it(disk: Path) -> None:
    process = run(disk)
    other = folder_of(process)
    try:
        with WorkFolder() as folder:
            assert set(disk.iterdir()) == {folder, other}
            assert (other / "half").exists()
        assert (other / "half").exists()
    finally:
        killed(process)


def test_folder_stays_while_this_process_works_in_it(disk: Path) -> None:
    with WorkFolder() as first:
        (first / "a").write_text("a")
        with WorkFolder() as second:
            assert first != second
        assert [path.name for path in first.iterdir()] == ["a"]
    assert list(disk.iterdir()) == []


def test_folder_is_removed_when_the_work_in_it_fails(disk: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "a").mkdir()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), WorkFolder() as folder:
        fail(folder)
    assert list(disk.iterdir()) == []


def test_what_is_of_others_stays(disk: Path) -> None:
    (disk / "index-1").mkdir()
    (disk / "darkroom-work-but-a-file").write_text("mine")
    with WorkFolder():
        pass
    assert {path.name for path in disk.iterdir()} == {"index-1", "darkroom-work-but-a-file"}


def test_nothing_comes_into_a_folder_while_it_goes(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine of search has threads that write to their folder's path when they look at it."""
    folder, remove = WorkFolder(), os.rmdir

    def meanwhile(path: Any, **more: Any) -> None:
        with pytest.raises(FileNotFoundError):
            (folder.path / ".lock").touch()
        remove(path, **more)

    monkeypatch.setattr(os, "rmdir", meanwhile)
    folder.remove()
    assert list(disk.iterdir()) == []
