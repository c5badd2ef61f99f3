"""What `make bench-video` prints: seconds for a second of video, and which promises are kept."""

from __future__ import annotations

from bench.video import Run, report
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
