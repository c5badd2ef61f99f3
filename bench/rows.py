"""What was measured, and what follows from it: medians, ratios with their spread, means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import geometric_mean, median
from typing import Any

DARKROOM = "darkroom"
FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Run:
    """One process: the job's processor and wall time, and the most memory the process ever had."""

    cpu_seconds: float
    wall_seconds: float
    peak_rss_bytes: int


@dataclass(slots=True)
class Row:
    """An engine's runs on a case; `note` says why there are none."""

    case: str
    engine: str
    threads: int
    runs: list[Run] = field(default_factory=list)
    output_bytes: int | None = None
    ssim: float | None = None
    note: str = ""

    def middle(self, figure: Callable[[Run], float]) -> float | None:
        """The median of a figure over the runs."""
        return median(figure(run) for run in self.runs) if self.runs else None

    @property
    def cpu_seconds(self) -> float | None:
        """The median processor time."""
        return self.middle(lambda run: run.cpu_seconds)

    def figures(self) -> dict[str, Any]:
        """The row as `BENCH_JSON` has it."""
        row = {
            "case": self.case,
            "engine": self.engine,
            "threads": self.threads,
            "cpu_seconds": self.cpu_seconds,
            "wall_seconds": self.middle(lambda run: run.wall_seconds),
            "peak_rss_bytes": self.middle(lambda run: run.peak_rss_bytes),
            "output_bytes": self.output_bytes,
            "ssim": self.ssim,
        }
        return row | ({"note": self.note} if self.note else {})


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median, and the least and the largest of the same ratio over the rounds."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f}–{self.high:.2f})"

    def to_dict(self) -> dict[str, float]:
        return asdict(self)


class Rows:
    """All rows of a run. Round n of every engine ran side by side, so ratios are taken by round."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {(row.case, row.engine, row.threads): row for row in rows}

    def __iter__(self) -> Any:
        return iter(self._rows.values())

    def get(self, case: str, engine: str, threads: int = 1) -> Row | None:
        """The row, if it has runs."""
        row = self._rows.get((case, engine, threads))
        return row if row is not None and row.runs else None

    def cases(self) -> list[str]:
        """The cases in the order in which they were measured."""
        return list(dict.fromkeys(case for case, _, _ in self._rows))

    def fastest_peer(self, case: str, peers: Sequence[str], threads: int = 1) -> str | None:
        """The peer with the least processor time on a case."""
        times = {
            peer: row.cpu_seconds
            for peer in peers
            if (row := self.get(case, peer, threads)) is not None and row.cpu_seconds is not None
        }
        return min(times, key=lambda peer: times[peer]) if times else None

    def against(self, case: str, peer: str, threads: int = 1) -> Ratio | None:
        """Darkroom's processor time over a peer's, round by round."""
        ratios = self._by_round(case, peer, threads)
        return Ratio(median(ratios), min(ratios), max(ratios)) if ratios else None

    def mean_against(
        self,
        groups: Iterable[Sequence[str]],
        peer_of: Callable[[str], str | None],
        threads: int = 1,
    ) -> Ratio | None:
        """The geometric mean of those ratios over groups of cases, round by round.

        A group counts as one, whatever the number of its cases.
        """
        means = _means(
            _means(
                self._by_round(case, peer, threads)
                for case in cases
                if (peer := peer_of(case)) is not None
            )
            for cases in groups
        )
        return Ratio(median(means), min(means), max(means)) if means else None

    def _by_round(self, case: str, peer: str, threads: int) -> list[float]:
        ours, theirs = self.get(case, DARKROOM, threads), self.get(case, peer, threads)
        if ours is None or theirs is None:
            return []
        pairs = zip(ours.runs, theirs.runs, strict=False)
        return [a.cpu_seconds / b.cpu_seconds for a, b in pairs]


def _means(columns: Iterable[list[float]]) -> list[float]:
    """The geometric mean of each round over the columns that have any."""
    rounds = zip(*filter(None, columns), strict=False)
    return [geometric_mean(ratios) for ratios in rounds]
