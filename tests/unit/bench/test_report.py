"""What `make bench` makes of its measurements, on a case small enough to reckon by hand."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from bench.cost import MILLION, Work, cost_table
from bench.document import with_section
from bench.plot import bars
from bench.rows import DARKROOM, FLOOR, Row, Rows, Run
from bench.table import case_tables, peak_table, target_table
from bench.targets import targets
from operations.command import CommandError

LABELS = {DARKROOM: "Darkroom", FLOOR: "floor", "sharp": "sharp", "pyvips": "pyvips"}
PEERS = ("sharp", "pyvips")
COLUMNS = {
    "case", "engine", "threads", "cpu_seconds", "wall_seconds", "peak_rss_bytes", "output_bytes",
    "ssim",
}  # fmt: skip


def row(case: str, engine: str, *cpu: float, ssim: float = 0.96, peak: int = 90) -> Row:
    runs = [Run(seconds, 2 * seconds, peak * 1_000_000) for seconds in cpu]
    return Row(case, engine, 1, runs, output_bytes=5000, ssim=ssim)


def measured() -> Rows:
    return Rows(
        [
            row("small", DARKROOM, 0.1, 0.2, 0.3),
            row("small", "sharp", 0.2, 0.4, 0.3, ssim=0.961),
            Row("small", "pyvips", 1, note="pyvips is not installed"),
            row("large", DARKROOM, 0.8, 0.8, 0.8, ssim=0.95, peak=140),
            row("large", FLOOR, 0.64, 0.8, 0.64),
            row("large", "sharp", 0.4, 0.4, 0.4, ssim=0.96),
            row("large", "pyvips", 3.2, 3.2, 3.2),
        ]
    )


def promises(rows: Rows) -> dict[str, bool | None]:
    found = targets(
        rows,
        peers=PEERS,
        formats={"JPEG": ["large"], "PNG": ["small"]},
        baseline=["large"],
        every=["small", "large"],
    )
    return {target.promise: target.kept for target in found}


def test_ratio_is_taken_round_by_round_when_engines_took_turns() -> None:
    ratio = measured().against("small", "sharp")
    assert ratio is not None
    assert (ratio.middle, ratio.low, ratio.high) == (0.5, 0.5, 1.0)


def test_mean_is_geometric_when_there_are_several_cases() -> None:
    mean = measured().mean_against([["small", "large"]], lambda _: "sharp")
    assert mean is not None
    assert mean.middle == pytest.approx(1.0)  # of 0.5 and 2
    assert mean.high == pytest.approx(2**0.5)  # of 1 and 2


def test_group_counts_as_one_when_it_has_several_cases() -> None:
    mean = measured().mean_against([["small", "small", "small"], ["large"]], lambda _: "sharp")
    assert mean is not None
    assert mean.middle == pytest.approx(1.0)  # of 0.5 and 2


def test_fastest_peer_is_of_those_that_ran_when_some_are_absent() -> None:
    rows = measured()
    assert rows.fastest_peer("small", PEERS) == "sharp"
    assert rows.fastest_peer("small", ["pyvips"]) is None


def test_promise_is_missed_when_figure_is_above_its_bound() -> None:
    assert promises(measured()) == {
        "CPU, JPEG, of the fastest peer's ≤ 0.8": False,
        "CPU, PNG, of the fastest peer's ≤ 1.0": True,
        "CPU, mean of all formats, of the fastest peer's ≤ 0.85": False,
        "CPU, JPEG, of the floor's ≤ 1.3": True,
        "CPU, JPEG, of sharp's per rendition ≤ 0.35": False,
        "CPU, JPEG, of tutorial Pillow's ≤ 0.2": None,
        "SSIM below the best peer's ≤ 0.002": False,
        "peak of a baseline JPEG ≤ 200 MB": True,
        "peak of any picture ≤ 550 MB": True,
    }


def test_promises_are_unknown_when_nothing_was_measured() -> None:
    found = targets(Rows([]), peers=PEERS, formats={}, baseline=[], every=[])
    assert {target.kept for target in found} == {None}
    assert "not measured" in "\n".join(target_table(found))


def test_row_has_every_figure_when_it_is_written_as_json() -> None:
    rows = {(one.case, one.engine): one.figures() for one in measured()}
    whole = rows["small", DARKROOM]
    assert set(whole) == COLUMNS
    assert (whole["cpu_seconds"], whole["wall_seconds"]) == (0.2, 0.4)
    absent = rows["small", "pyvips"]
    assert set(absent) == COLUMNS | {"note"}
    assert absent["cpu_seconds"] is None
    assert json.loads(json.dumps(absent))["note"] == "pyvips is not installed"


def test_tables_fit_a_terminal_when_they_are_printed() -> None:
    rows = measured()
    found = targets(
        rows, peers=PEERS, formats={"JPEG": ["small"]}, baseline=["large"], every=["large"]
    )
    lines = [
        *case_tables(rows, LABELS, []),
        *peak_table(rows, ["large"]),
        *target_table(found),
    ]
    assert max(map(len, lines)) <= 100
    text = "\n".join(lines)
    assert "pyvips is not installed" in text
    assert "0.50 (0.50–1.00) of its" in text
    assert re.search(r"large +\| +140 ", text)


def test_plot_is_valid_and_small_when_an_engine_is_absent() -> None:
    svg = bars(measured(), ["small", "large"], LABELS, title="a < b", most_ms=1000)
    root = ElementTree.fromstring(svg)
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert {"a < b", "small", "200", "no figure", "3200 ▸"} <= set(texts)
    assert len(svg) < 200_000


def test_only_the_section_changes_when_page_is_written() -> None:
    page = "# Title\n\n<!-- a -->\nold\n<!-- /a -->\n\n<!-- b -->\nkept\n<!-- /b -->\n"
    changed = with_section(page, "a", ["new"])
    assert "old" not in changed
    assert changed.endswith("<!-- /a -->\n\n<!-- b -->\nkept\n<!-- /b -->\n")
    assert with_section(changed, "a", ["new"]) == changed
    with pytest.raises(CommandError, match="no section"):
        with_section(page, "c", [])


def test_dollars_are_those_of_time_and_requests_when_a_photo_is_priced() -> None:
    calls = {
        "s3:GetObject": 1,
        "s3:PutObject": 2,
        "s3:DeleteObject": 5,
        "dynamodb:UpdateItem": 1,
        "dynamodb:TransactWriteItems": 1,
    }
    units = {"write": 5, "index": 2, "read": 3}
    work = Work(
        "thumbnail", 1024, 1, 98, calls=calls, units=units, log_bytes=650, filtered_bytes=1000
    )
    # Eight round trips to S3, one for an update and one for a transaction.
    assert work.waiting_ms == 8 * 30 + 6 + 6
    assert MILLION * work.computing == pytest.approx(0.35 * 13.3334 + 0.20)
    # The log has 350 bytes of Lambda's own.
    requests = 0.40 + 10.0 + 7 * 0.625 + 3 * 0.125 + 3 * 0.40 + 0.50 + 0.09
    assert MILLION * work.requests == pytest.approx(requests)
    lines = cost_table([work, work])
    assert lines[-1].split("|")[1].strip() == "in all"
    assert f"{2 * (0.35 * 13.3334 + 0.20 + requests):.2f}" in lines[-1]
    assert max(len(line) for line in lines[2:]) <= 100
