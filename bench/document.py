"""docs/performance.md: written by hand but for its marked sections, which the commands write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from local.paths import ROOT
from operations.command import CommandError

PAGE = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "performance.svg"


def with_section(page: str, name: str, lines: Sequence[str]) -> str:
    """The page with other lines between `<!-- name -->` and `<!-- /name -->`.

    Raises:
        CommandError: the page has no such section.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = page.partition(start)
    _, found_end, after = rest.partition(end)
    if not found or not found_end:
        raise CommandError(f"the page has no section between {start} and {end}")
    return "\n".join([before + start, "", *lines, "", end + after])


def write_section(name: str, lines: Sequence[str], *, page: Path = PAGE) -> None:
    """Put `lines` in the page's section of that name."""
    page.write_text(with_section(page.read_text(), name, lines))
