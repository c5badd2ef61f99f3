"""What `make bench-video` prints: seconds for a second of video, and which promises are kept."""

from __future__ import annotations

from bench.video import MARKS, Run, marks_report, report
from bench.videos import CLIPS


def test_promise_is_kept_or_missed_by_what_was_measured() -> None:
    ours = {clip: [Run(0.5 * clip.seconds, 130_000_000, 1_000_000)] * 3 for clip in CLIPS}
    theirs = {clip: [Run(0.4 * clip.seconds, 120_000_000, 900_000)] * 3 for clip in CLIPS}
    looked = {clip: Run(0.4, 80_000_000, 1000) for clip in CLIPS}

    lines = report(ours, theirs, looked)

    first = next(line for line in lines if line.startswith(f"| {CLIPS[0].name}"))
    assert [cell.strip() for cell in first.split("|")[2:8]] == [
        "0.50", "0.40", "1.25", "130", "120", "1.0",
    ]  # fmt: skip
    verdicts = [line.split("|")[1:4] for line in lines if "at most" in line]
    assert len(verdicts) == 9
    for promise, _, verdict in verdicts:
        assert verdict.strip() == ("missed" if "× ffmpeg" in promise else "kept")


def test_watermark_is_compared_with_none_of_its_own_round() -> None:
    none, corner, tiles = MARKS
    clip = CLIPS[0]
    runs = {
        none: [Run(2.0, 100_000_000, 1_000_000), Run(4.0, 100_000_000, 1_000_000)],
        corner: [Run(2.2, 110_000_000, 1_100_000), Run(4.4, 111_000_000, 1_100_000)],
        tiles: [Run(3.0, 120_000_000, 2_000_000), Run(6.0, 120_000_000, 2_000_000)],
    }

    _, _, *rows = marks_report(clip, runs)

    assert MARKS[none] is None
    assert [[cell.strip() for cell in row.split("|")[1:6]] for row in rows] == [
        [none, "0.38", "1.00", "100", "1.0"],
        [corner, "0.41", "1.10", "111", "1.1"],
        [tiles, "0.56", "1.50", "120", "2.0"],
    ]
