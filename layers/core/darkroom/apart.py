"""Records handled apart: one that cannot be handled holds up no other owner's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from darkroom.observability import count, logger

Record = TypeVar("Record")
Found = TypeVar("Found")

# What is raised on a record that is not of the expected shape: another attempt would raise it, too.
_MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def each_apart(
    records: Iterable[Record], handle: Callable[[Record], Found], *, at_once: int = 1
) -> list[Found]:
    """What `handle` returns for the records, in their order, without those that are put aside.

    A record that is not of the expected shape is put aside for good: it is logged, and counted as
    `PutAside`. Any other error is raised once every record had its turn, so that whoever invoked
    the function brings all of them again: `handle` has to be safe to repeat.
    """

    def attempt(record: Record) -> Found | Exception:
        try:
            return handle(record)
        except Exception as error:  # noqa: BLE001  # logged and counted, or raised again, below
            return error

    with ThreadPoolExecutor(at_once) as pool:
        outcomes = list(pool.map(attempt, records))
    failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    aside: list[Exception] = [failure for failure in failures if isinstance(failure, _MALFORMED)]
    others = [failure for failure in failures if not isinstance(failure, _MALFORMED)]
    for failure in aside:
        logger.error("record put aside: it is not of the expected shape", exc_info=failure)
    for failure in others:
        logger.error("record failed: it comes again, with its neighbours", exc_info=failure)
    count("PutAside", len(aside))
    if others:
        raise others[0]
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
