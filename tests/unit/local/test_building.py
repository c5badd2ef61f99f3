"""When a build is made anew."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from local.building import build_if_changed, one_process_at_a_time
from operations.command import CommandError


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("template.yaml", "functions/one/app.py", "layers/core/Makefile", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def is_built_anew(tree: Path) -> bool:
    """Build, and say whether that was done."""
    folder, calls = tree / ".aws-sam" / "local", list[Path]()

    def build() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        calls.append(folder)

    build_if_changed(folder, tree, build)
    return bool(calls)


def test_nothing_is_built_again_while_nothing_changes(tree: Path) -> None:
    assert is_built_anew(tree)
    assert not is_built_anew(tree)
    (tree / "README.md").write_text("other words")
    (tree / "functions/one/__pycache__").mkdir()
    (tree / "functions/one/__pycache__/app.pyc").write_text("what Python notes")
    assert not is_built_anew(tree)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "template.yaml").write_text("other"),
        lambda tree: (tree / "functions/one/app.py").unlink(),
        lambda tree: (tree / "layers/core/Makefile").rename(tree / "layers/core/build.mk"),
        lambda tree: (tree / "layers/new.txt").write_text(""),
    ],
    ids=["written", "removed", "renamed", "made"],
)
def test_all_is_built_again_when_a_file_of_it_is(
    tree: Path, change: Callable[[Path], object]
) -> None:
    is_built_anew(tree)
    change(tree)
    assert is_built_anew(tree)
    assert not is_built_anew(tree)


def test_build_that_failed_is_no_build(tree: Path) -> None:
    is_built_anew(tree)
    (tree / "template.yaml").write_text("broken")

    def fail() -> None:
        raise CommandError("`sam build` failed")

    with pytest.raises(CommandError):
        build_if_changed(tree / ".aws-sam" / "local", tree, fail)
    (tree / "template.yaml").write_text("template.yaml")
    assert is_built_anew(tree)


def test_another_waits_until_a_build_is_done(tree: Path) -> None:
    lock, steps = tree / ".aws-sam" / "local.lock", list[str]()

    def build() -> None:
        (tree / ".aws-sam" / "local").mkdir()
        steps.append("built")

    other = threading.Thread(
        target=build_if_changed, args=(tree / ".aws-sam" / "local", tree, build)
    )
    with one_process_at_a_time(lock):
        other.start()
        other.join(0.1)
        steps.append("the first is done")
    other.join()
    assert steps == ["the first is done", "built"]
