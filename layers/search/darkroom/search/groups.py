"""Groups of pictures that look the same, as an answer tells them: bounded, with the best first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import Any

_MOST_GROUPS = 200
_MOST_FILES = 5_000  # in all groups together
File = dict[str, Any]


def told(
    groups: Iterable[list[int]],
    moments: Sequence[int],
    files_of: Callable[[list[int]], list[File]],
) -> list[list[File]]:
    """The largest groups, the newest of them first; of each, the file to keep comes first.

    A group has places in `moments`; `files_of` reads what is told of the files at some places.
    """
    largest = nsmallest(
        _MOST_GROUPS,
        groups,
        key=lambda group: (-len(group), -max(map(moments.__getitem__, group))),
    )
    found: list[list[File]] = []
    left = _MOST_FILES
    for group in largest:
        if left < 2:
            break
        found.append(sorted(files_of(sorted(group)[:left]), key=_from_the_best))
        left -= len(found[-1])
    return found


def _from_the_best(file: Mapping[str, Any]) -> tuple[int, int, str]:
    """Most pixels, then most bytes."""
    pixels = (file["width"] or 0) * (file["height"] or 0)
    return -pixels, -file["bytes"], file["image"]
