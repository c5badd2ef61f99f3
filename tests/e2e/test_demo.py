"""The demo tells the truth: what became of each upload, and failure where one ended otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from local import demo
from local.cloud import LocalCloud
from local.photos import Photo
from local.user import User
from operations.command import CommandError
from tests.e2e.photos import photo


@pytest.fixture
def run(
    cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[int, dict[str, Any]]]:
    """Runs the demo on the cloud of all tests, into a folder of its own."""

    @contextmanager
    def deployed(_: str) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(
            build=lambda: None,
            deploy=lambda: None,
            new_user=cloud.new_user,
            dead_letters=cloud.dead_letters,
        )

    monkeypatch.setattr(demo, "LocalCloud", deployed)
    monkeypatch.setattr(demo, "OUTPUT", tmp_path / "demo-output")
    monkeypatch.setenv("DEMO_JSON", str(tmp_path / "demo.json"))

    def run() -> tuple[int, dict[str, Any]]:
        code = demo.main()
        return code, json.loads((tmp_path / "demo.json").read_text())

    return run


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the demo is given; empty."""
    folder = tmp_path / "photos"
    folder.mkdir()
    monkeypatch.setenv("PHOTOS", str(folder))
    return folder


def test_own_photos_are_shown_when_a_folder_is_given(
    run: Callable[[], tuple[int, dict[str, Any]]],
    photos: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (photos / "größe & co.jpg").write_bytes(photo(40))
    (photos / "b.png").write_bytes(photo(41, (300, 500), file_format="PNG"))
    (photos / "notes.txt").write_text("no picture")

    code, result = run()

    assert code == 0, result["faults"]
    assert {each["file"]: each["status"] for each in result["images"]} == {
        "größe & co.jpg": "processed",
        "b.png": "processed",
        "notes.txt": "rejected",
    }
    assert result["warm"]["seconds"] > 0
    stored = {name: rows["total"]["stored_objects"] for name, rows in result["usage"].items()}
    assert sum(stored.values()) == 4  # one of them once more
    assert {name: len(told) for name, told in result["notifications"].items()} == stored
    folder = tmp_path / "demo-output"
    watermarked = next(folder.glob("*/größe & co.jpg/watermark.jpg"))
    with Image.open(watermarked) as picture, Image.open(folder / "contact-sheet.jpg") as sheet:
        assert picture.size == (1200, 800)
        assert sheet.width > 600
    assert "größe &amp; co.jpg" in (folder / "index.html").read_text()
    assert "3 of 3 uploads ended as they should" in capsys.readouterr().out


def test_names_are_shown_as_text_when_they_hold_line_breaks_and_escape_sequences(
    run: Callable[[], tuple[int, dict[str, Any]]],
    photos: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ["first\nsecond.jpg", "clear\x1b[2J.jpg", "a\u202egpj.exe"]
    for number, name in enumerate(names):
        (photos / name).write_bytes(photo(43 + number, (320, 240)))

    code, result = run()

    assert code == 0, result["faults"]
    assert {each["file"] for each in result["images"]} == set(names)
    shown = capsys.readouterr().out
    assert {c for c in shown if not c.isprintable()} <= {"\n"}
    assert "first second.jpg" in shown


def test_demo_ends_with_the_reason_when_an_upload_is_denied(
    run: Callable[[], tuple[int, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = User.upload

    def deny(user: User, path: str, *rest: Any) -> str:
        return upload(replace(user, identity_id="somebody"), path, *rest)

    monkeypatch.setattr(User, "upload", deny)
    monkeypatch.setattr(
        demo, "sample_files", lambda: [Photo("a.jpg", photo(46), frozenset({"processed"}))]
    )

    with pytest.raises(CommandError, match="may not do s3:PutObject"):
        run()


def test_demo_fails_when_an_upload_ends_otherwise(
    run: Callable[[], tuple[int, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Photo("fine.jpg", photo(42), frozenset({"rejected"}))
    monkeypatch.setattr(demo, "sample_files", lambda: [wrong])

    code, result = run()

    assert code == 1
    assert result["faults"] == ["fine.jpg ended processed, not rejected"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: None, "is not a folder"),
        (lambda folder: folder.mkdir(), "holds no files"),
    ],
)
def test_demo_says_what_is_wrong_when_there_is_nothing_to_upload(
    run: Callable[[], tuple[int, dict[str, Any]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], None],
    said: str,
) -> None:
    folder = tmp_path / "photos"
    make(folder)
    monkeypatch.setenv("PHOTOS", str(folder))

    with pytest.raises(CommandError, match=said):
        run()


def test_folder_is_left_alone_when_it_holds_something_else(
    run: Callable[[], tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    mine = tmp_path / "demo-output" / "holiday.jpg"
    mine.parent.mkdir()
    mine.write_bytes(b"x")

    with pytest.raises(CommandError, match="move them away"):
        run()
    assert mine.read_bytes() == b"x"
