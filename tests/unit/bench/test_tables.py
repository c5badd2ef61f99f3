"""What `make bench-csv` prints: speed, memory and lost rows, and which promises are kept."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from darkroom.tables import profile_table

from bench.table_files import BROKEN, LINES, SOUND, WORKBOOK, broken_rows, make, make_large
from bench.tables import Case, Run, report

ROWS = 3000


def test_promise_is_kept_or_missed_by_what_was_measured() -> None:
    fast, slow = Run(2, 400_000_000, 90, 10), Run(4, 600_000_000, 99)
    lines = report({
        Case(SOUND, 100_000_000, 100): {"darkroom": [fast] * 3, "other": [slow] * 3},
        Case(LINES, 100_000_000, 99): {"darkroom": [slow], "other": [Run(note="it broke")]},
    })  # fmt: skip

    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line]
    assert [SOUND, "darkroom", "50.0", "2.0", "400", "90", "10", "0"] in cells
    assert [SOUND, "other", "25.0", "4.0", "600", "99", "0", "1"] in cells
    assert [LINES, "other", "", "", "", "stops: it broke", "", ""] in cells
    assert [row[1:] for row in cells if "at " in row[0]] == [
        ["50", "kept"], ["400", "kept"], ["600", "missed"],
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tables")
    make(made, ROWS, ROWS)
    return made


@pytest.mark.parametrize("name", [SOUND, BROKEN, LINES, WORKBOOK])
def test_files_hold_as_many_sound_rows_as_they_are_measured_by(
    name: str, folder: Path, tmp_path: Path
) -> None:
    data = (folder / f"{ROWS}-{name}").read_bytes()
    profile, _ = profile_table([data], tmp_path)

    broken = broken_rows(ROWS) if name == BROKEN else 0
    assert (profile.rows, profile.rejected_rows) == (ROWS - broken, broken)
    assert [column.type for column in profile.columns] == [
        "integer", "text", "text", "date", "decimal", "integer", "boolean", "text",
    ]  # fmt: skip


def test_files_hold_the_same_houses(folder: Path) -> None:
    with (folder / f"{ROWS}-{SOUND}").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = (folder / f"{ROWS}-{LINES}").read_text(encoding="utf-8").splitlines()

    assert [
        {name: str(value) for name, value in json.loads(line).items()} for line in lines
    ] == rows


def test_large_file_just_reaches_its_size_and_loses_no_row(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"

    rows = make_large(path, 100_000)

    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 1 + rows
    assert path.stat().st_size >= 100_000 > path.stat().st_size - len(lines[-1])
