"""python -m darkroom.imaging: a line for every file, whatever the file does to its process."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from darkroom.imaging.command.inspection import Inspected
from darkroom.imaging.command.isolation import ProcessLimits, isolated
from darkroom.imaging.command.listing import row
from PIL import Image

from local.paths import LAYERS, ROOT
from tests.unit.imaging.pictures import encoded, photo

BOUNDS = ProcessLimits(memory_bytes=4 << 30, cpu_seconds=20, wall_seconds=60)


ENVIRONMENT = {**os.environ, "PYTHONPATH": LAYERS, "COLUMNS": "100"}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "darkroom.imaging", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )


def slow_gif() -> bytes:
    """Under every limit and yet minutes of work: one large frame, four hundred times."""
    one = encoded(Image.linear_gradient("L").resize((1500, 1500)), "GIF")
    frame = one.index(b"\x2c\0\0\0\0" + struct.pack("<HH", 1500, 1500))
    return one[:frame] + one[frame:-1] * 400 + b";"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two good pictures, one refused, one that ends its process, one hidden."""
    root = tmp_path_factory.mktemp("pictures")
    (root / "avatars").mkdir()
    (root / "avatars" / "me.png").write_bytes(encoded(photo(300, 200), "PNG"))
    (root / "beach.jpg").write_bytes(encoded(photo(300, 200), "JPEG"))
    (root / "list.jpg").write_text("milk, eggs")
    (root / "slow.gif").write_bytes(slow_gif())
    (root / ".hidden").write_text("not to be seen")
    return root


def test_every_file_has_its_line_when_one_ends_its_process(folder: Path, tmp_path: Path) -> None:
    recipes = tmp_path / "recipes.json"
    recipes.write_text('{"avatars/": [{"name": "round", "width": 48, "format": "webp"}]}')

    ran = run(folder, "--json", "--recipes", recipes, "--seconds", "1", "--save", tmp_path / "out")

    found = {line["path"]: line for line in map(json.loads, ran.stdout.splitlines())}
    assert ran.returncode == 1  # something crashed
    assert list(found) == ["avatars/me.png", "beach.jpg", "list.jpg", "slow.gif"]
    assert [(line["outcome"], line["reason"]) for line in found.values()] == [
        ("ok", None), ("ok", None), ("reject", "unsupported"), ("crash", "out-of-time"),
    ]  # fmt: skip
    me, beach, refused, _ = found.values()
    assert (me["format"], me["width"], me["height"]) == ("png", 300, 200)
    assert [(made["name"], made["width"]) for made in me["renditions"]] == [
        ("round", 48), ("watermark", 300),
    ]  # fmt: skip
    assert len(beach["renditions"]) == 9
    saved = tmp_path / "out" / "avatars" / "me.png" / "round.webp"
    assert saved.stat().st_size == me["renditions"][0]["bytes"] > 0
    assert refused["message"].startswith("This file is none that we can read. Please")
    for line in found.values():
        assert line["peak_rss_bytes"] > 5_000_000
        assert line["cpu_seconds"] >= 0


def test_table_fits_the_terminal_when_it_is_read_by_people(folder: Path) -> None:
    ran = run(folder / "list.jpg")

    assert ran.returncode == 0
    assert all(len(line) <= 100 for line in ran.stdout.splitlines()[:-1])
    assert "reject" in ran.stdout
    assert "1 files: 0 ok, 1 reject, 0 crash" in ran.stdout
    assert ran.stderr == ""  # no progress where no one watches


@pytest.mark.parametrize("width", [60, 80, 200])
def test_line_fits_when_name_and_message_are_long(width: int) -> None:
    line = row(
        Inspected(
            path="a" * 300 + "\n\x1b.jpg", outcome="reject", reason="corrupt", message="b" * 300,
            renditions=[{"bytes": 123_456_789}], peak_rss_bytes=1_234_000_000, cpu_seconds=123.4,
        ),
        width,
    )  # fmt: skip
    assert len(line) <= width
    assert line.isprintable()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "There is no nowhere"),
        ([], "Name a folder of pictures"),
        (["{empty}"], "There is no file in"),
        (["{folder}", "--recipes", "nowhere.json"], "nowhere.json cannot be read"),
        (["{folder}", "--recipes", "{folder}/list.jpg"], "this is not JSON"),
        (["{folder}", "--seconds", "none"], "'none' is not a whole number above 0"),
    ],
)
def test_one_line_says_what_to_do_when_the_call_is_wrong(
    folder: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    ran = run(*(text.format(folder=folder, empty=tmp_path) for text in arguments))

    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


def test_recipes_are_refused_when_their_bytes_do_not_fit_a_function(
    folder: Path, tmp_path: Path
) -> None:
    """Deployed, a letter such as ü has six bytes."""
    path = tmp_path / "recipes.json"
    letters = {letter * 180 + "/": [{"name": "a", "width": 48}] for letter in "äöü"}
    path.write_text(json.dumps(letters, ensure_ascii=False, indent=2))

    ran = run(folder / "list.jpg", "--recipes", path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "a function's variables have room for 2,700" in ran.stderr

    path.write_text(path.read_text().replace("ä" * 180, "a" * 180))
    assert run(folder / "list.jpg", "--recipes", path).returncode == 0


def test_nothing_is_said_when_who_reads_has_read_enough(folder: Path) -> None:
    command = [sys.executable, "-m", "darkroom.imaging", "--json", str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"path": "avatars/me.png"')
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == -signal.SIGPIPE


def test_schema_is_the_documented_one_when_printed() -> None:
    ran = run("--schema")

    documented = (ROOT / "docs" / "recipes.schema.json").read_text(encoding="utf-8")
    assert json.loads(ran.stdout) == json.loads(documented)


# A process of its own


def _die(signal_number: int) -> Callable[[], Any]:
    def work() -> None:
        faulthandler.disable()  # or pytest's tells at length of what is meant
        os.kill(os.getpid(), signal_number)

    return work


def _fill_memory() -> int:
    return len(b"x" * (8 << 30))


@pytest.mark.parametrize(
    ("work", "failure"),
    [
        (_die(signal.SIGKILL), "killed-by-SIGKILL"),
        (_die(signal.SIGSEGV), "killed-by-SIGSEGV"),
        (lambda: os._exit(7), "ended-with-status-7"),
        (_fill_memory, "out-of-memory"),
        (lambda: [][1], "IndexError: list index out of range"),
    ],
    ids=["killed", "invalid memory", "left", "too much memory", "a bug"],
)
def test_reason_is_told_when_a_process_ends_badly(work: Callable[[], Any], failure: str) -> None:
    ended = isolated(work, BOUNDS)
    assert (ended.value, ended.failure) == (None, failure)


def test_process_is_ended_when_it_waits_for_ever() -> None:
    bounds = ProcessLimits(memory_bytes=4 << 30, cpu_seconds=20, wall_seconds=1)
    assert isolated(lambda: time.sleep(30), bounds).failure == "out-of-time"


def test_value_comes_back_when_work_ends_well() -> None:
    ended = isolated(lambda: {"found": [1, 2], "name": "ñ" * 100_000}, BOUNDS)
    assert ended.failure is None
    assert ended.value["found"] == [1, 2]
    assert len(ended.value["name"]) == 100_000
