"""The rows as tables that fit a terminal of 100 columns and a Markdown page alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bench.rows import DARKROOM, Row, Rows
from bench.targets import Target

_HEAD = ("engine", "CPU ms", "wall ms", "peak MB", "out kB", "SSIM", "Darkroom's CPU")


def grid(lines: Sequence[Sequence[str]], *, left: int = 1) -> list[str]:
    """Lines of a Markdown table, columns padded; the first `left` columns are text."""
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]

    def row(cells: Iterable[str]) -> str:
        padded = (
            cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join(
        "-" * (width + 2) if at < left else "-" * (width + 1) + ":"
        for at, width in enumerate(widths)
    )
    return [row(lines[0]), rule + "|", *(row(line) for line in lines[1:])]


def case_tables(rows: Rows, labels: Mapping[str, str], alone: Sequence[str]) -> list[str]:
    """For each case and number of threads a heading and a table of its engines."""
    out: list[str] = []
    for case in rows.cases():
        if case in alone:
            continue
        for threads in sorted({row.threads for row in rows if row.case == case}):
            lines = [
                _line(rows, row, labels)
                for row in rows
                if row.case == case and row.threads == threads
            ]
            out += ["", f"**{case}**, {_threads(threads)}", "", *grid([_HEAD, *lines])]
    return out


def peak_table(rows: Rows, alone: Sequence[str]) -> list[str]:
    """The most memory that Darkroom had for the largest and the most awkward pictures."""
    lines = [("picture", "peak MB", "CPU ms")]
    for row in rows:
        if row.case not in alone or row.threads != 1:
            continue
        peak = f"{max(run.peak_rss_bytes for run in row.runs) / 1e6:.0f}" if row.runs else ""
        lines.append((row.case, peak, row.note or _milliseconds(row.cpu_seconds)))
    return grid(lines)


def target_table(targets: Sequence[Target]) -> list[str]:
    """Each promise, what was measured, and the verdict."""
    verdicts = {True: "kept", False: "missed", None: ""}
    lines = [("promise", "measured", "")]
    lines += [(target.promise, target.measured, verdicts[target.kept]) for target in targets]
    return grid(lines, left=3)


def _line(rows: Rows, row: Row, labels: Mapping[str, str]) -> tuple[str, ...]:
    label = labels[row.engine]
    if row.note:
        return (label, "", "", "", "", "", row.note)
    figures = row.figures()
    ratio = rows.against(row.case, row.engine, row.threads)
    return (
        label,
        _milliseconds(figures["cpu_seconds"]),
        _milliseconds(figures["wall_seconds"]),
        f"{figures['peak_rss_bytes'] / 1e6:.0f}",
        f"{row.output_bytes / 1e3:.0f}" if row.output_bytes is not None else "",
        f"{row.ssim:.4f}" if row.ssim is not None else "",
        f"{ratio} of its" if ratio is not None and row.engine != DARKROOM else "",
    )


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.0f}"
