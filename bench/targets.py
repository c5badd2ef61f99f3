"""What Darkroom has promised of its speed, and whether it keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.rows import DARKROOM, FLOOR, Ratio, Rows

JPEG_OF_FASTEST, EACH_OF_FASTEST, ALL_OF_FASTEST, JPEG_OF_FLOOR = 0.8, 1.0, 0.85, 1.3
MEAN_OF_SHARP, MEAN_OF_TUTORIAL = 0.35, 0.2
SSIM_MARGIN = 0.002
BASELINE_PEAK_MB, ANY_PEAK_MB = 200, 550


@dataclass(frozen=True, slots=True)
class Target:
    """A promise as a sentence, what was measured, and whether that keeps it; None: not measured."""

    promise: str
    measured: str
    kept: bool | None


def targets(
    rows: Rows,
    *,
    peers: Sequence[str],
    formats: Mapping[str, Sequence[str]],
    baseline: Sequence[str],
    every: Sequence[str],
) -> list[Target]:
    """Every promise. The arguments after `rows` are names: of peers, of the cases of each format
    that peers are measured on, and of kinds of cases."""
    jpegs = formats.get("JPEG", [])

    def of_fastest(*groups: Sequence[str]) -> Ratio | None:
        return rows.mean_against(groups, lambda case: rows.fastest_peer(case, peers))

    behind = _behind(rows, peers, [case for cases in formats.values() for case in cases])
    return [
        _at_most("CPU, JPEG, of the fastest peer's", of_fastest(jpegs), JPEG_OF_FASTEST),
        *(
            _at_most(f"CPU, {name}, of the fastest peer's", of_fastest(cases), EACH_OF_FASTEST)
            for name, cases in formats.items()
            if name != "JPEG"
        ),
        _at_most(
            "CPU, mean of all formats, of the fastest peer's",
            of_fastest(*formats.values()),
            ALL_OF_FASTEST,
        ),
        _at_most(
            "CPU, JPEG, of the floor's", rows.mean_against([jpegs], lambda _: FLOOR), JPEG_OF_FLOOR
        ),
        _at_most(
            "CPU, JPEG, of sharp's per rendition",
            rows.mean_against([jpegs], lambda _: "sharp"),
            MEAN_OF_SHARP,
        ),
        _at_most(
            "CPU, JPEG, of tutorial Pillow's",
            rows.mean_against([jpegs], lambda _: "pillow-tutorial"),
            MEAN_OF_TUTORIAL,
        ),
        Target(
            f"SSIM below the best peer's ≤ {SSIM_MARGIN}",
            "not measured" if behind is None else f"{max(behind, 0.0):.4f}",
            None if behind is None else behind <= SSIM_MARGIN,
        ),
        _peak("peak of a baseline JPEG", rows, baseline, BASELINE_PEAK_MB),
        _peak("peak of any picture", rows, every, ANY_PEAK_MB),
    ]


def _at_most(what: str, ratio: Ratio | None, bound: float) -> Target:
    promise = f"{what} ≤ {bound}"
    if ratio is None:
        return Target(promise, "not measured", None)
    return Target(promise, str(ratio), ratio.middle <= bound)


def _behind(rows: Rows, peers: Sequence[str], cases: Sequence[str]) -> float | None:
    """How far Darkroom's SSIM is below the best peer's, where it is furthest."""
    gaps = []
    for case in cases:
        ours = rows.get(case, DARKROOM)
        theirs = [row.ssim for peer in peers if (row := rows.get(case, peer)) and row.ssim]
        if ours is not None and ours.ssim is not None and theirs:
            gaps.append(max(theirs) - ours.ssim)
    return max(gaps, default=None)


def _peak(what: str, rows: Rows, cases: Sequence[str], bound: int) -> Target:
    promise = f"{what} ≤ {bound} MB"
    peaks = {
        case: max(run.peak_rss_bytes for run in row.runs) / 1e6
        for case in cases
        if (row := rows.get(case, DARKROOM)) is not None
    }
    if not peaks:
        return Target(promise, "not measured", None)
    worst = max(peaks, key=lambda case: peaks[case])
    return Target(promise, f"{peaks[worst]:.0f} MB, {worst}", peaks[worst] <= bound)
