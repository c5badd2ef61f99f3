"""The tally of a transaction: what it adds to a user's counters, and what may be there before it.

Uploads and deletions that are counted together change each counter once, by their sum. DynamoDB
compares, it does not add: so the condition on a counter says how much may be there before, for the
sum to stay within the limit at every upload that is let in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Condition, absent, compare, either
from darkroom.states import Admission, Charged

if TYPE_CHECKING:
    from darkroom.config import QuotaRules
    from darkroom.model import LedgerRow, UsageRow

Deltas = Mapping[str, int]  # by the name of a counter

_STORAGE = ("stored_bytes", "stored_objects", "held_bytes", "held_objects")
_COUNTERS = (*_STORAGE, "uploaded_bytes", "uploaded_objects")
_MET = {
    "stored_bytes": Admission.STORAGE_FULL,
    "uploaded_bytes": Admission.ALLOWANCE_USED,
    "uploaded_objects": Admission.UPLOADS_USED,
}


@dataclass(frozen=True)
class QuotaLimits:
    """What a user may have; None is no limit (usage is then only tracked).

    A user's own items override them: `limit_stored_bytes` on the total row,
    `limit_uploaded_bytes` and `limit_uploaded_objects` on the period's.
    """

    stored_bytes: int | None
    uploaded_bytes: int | None
    uploaded_objects: int | None

    @staticmethod
    def of(rules: QuotaRules) -> QuotaLimits:
        """The limits that are set, if the mode is to `enforce` them."""
        if rules.quota_mode != "enforce":
            return QuotaLimits(None, None, None)
        return QuotaLimits(
            rules.quota_stored_bytes, rules.quota_uploaded_bytes, rules.quota_uploaded_objects
        )

    @property
    def are_enforced(self) -> bool:
        """Whether there are limits at all."""
        return self.stored_bytes is not None

    def of_first(self, first_bytes: int) -> QuotaLimits:
        """The limits of an identity of which no login is known."""
        return QuotaLimits(
            None if self.stored_bytes is None else min(self.stored_bytes, first_bytes),
            None if self.uploaded_bytes is None else min(self.uploaded_bytes, first_bytes),
            self.uploaded_objects,
        )

    def own(self, total: UsageRow | None, period: UsageRow | None) -> QuotaLimits:
        """The limits of the user who has these usage rows: their own before the general ones."""
        in_period = usage_in(period)
        return QuotaLimits(
            _own(usage_in(total).get("limit_stored_bytes"), self.stored_bytes),
            _own(in_period.get("limit_uploaded_bytes"), self.uploaded_bytes),
            _own(in_period.get("limit_uploaded_objects"), self.uploaded_objects),
        )


@dataclass(frozen=True)
class Part:
    """What is added to one usage row, and on which conditions."""

    deltas: Deltas
    conditions: list[Condition]


class Tally:
    """The sums of one transaction, for a user whose usage rows are these.

    `elsewhere` are the counters of other identities, with which these share what they may have.
    """

    def __init__(
        self,
        total: UsageRow | None,
        period: UsageRow | None,
        limits: QuotaLimits,
        elsewhere: Deltas | None = None,
    ) -> None:
        self._elsewhere = elsewhere or {}
        self._used = sum_of([{**usage_in(total), **usage_in(period)}, self._elsewhere])
        own = vars(limits.own(total, period))
        self._limits: dict[str, int] = {name: own[name] for name in own if own[name] is not None}
        self._sums: dict[str, int] = {}
        self._before: dict[str, int] = {}

    def limit_met(self, added: Deltas) -> tuple[Admission, int] | None:
        """The limit that an upload which adds this would meet, after all that is in the tally."""
        for counter, limit in self._limits.items():
            counted = self._used.get(counter, 0) + self._sums.get(counter, 0)
            if counted + added.get(counter, 0) > limit:
                return _MET[counter], limit
        return None

    def is_beyond(self, size: int) -> bool:
        """Whether more than a whole storage is held, once this much is held besides.

        It is asked of an upload that has met a limit; where there is any, storage has one.
        """
        held = self._used.get("held_bytes", 0) + self._sums.get("held_bytes", 0)
        return held + size > self._limits["stored_bytes"]

    def add(self, added: Deltas) -> None:
        """Count this, whatever the limits say."""
        for counter, delta in added.items():
            self._sums[counter] = self._sums.get(counter, 0) + delta

    def admit(self, added: Deltas) -> None:
        """Count this, on the condition that those counters that have a limit stay within it."""
        self.add(added)
        for counter in added.keys() & self._limits.keys():
            before = self._limits[counter] - self._sums[counter] - self._elsewhere.get(counter, 0)
            self._before[counter] = min(before, self._before.get(counter, before))

    def of_storage(self) -> Part:
        """The part that is the total row's."""
        return self._part(self._sums.keys() & set(_STORAGE))

    def of_uploads(self) -> Part:
        """The part that is the period's row's."""
        return self._part(self._sums.keys() - set(_STORAGE))

    def _part(self, counters: Set[str]) -> Part:
        conditions = [
            either(absent(counter), compare(counter, "<=", self._before[counter]))
            for counter in sorted(counters & self._before.keys())
        ]
        return Part({counter: self._sums[counter] for counter in sorted(counters)}, conditions)


def usage_in(row: UsageRow | None) -> Mapping[str, Any]:
    """What a usage row says; nothing where there is none yet."""
    return row or {}


def sum_of(usages: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The sums of counters."""
    sums: Counter[str] = Counter()
    for usage in usages:
        sums.update({name: usage[name] for name in _COUNTERS if name in usage})
    return dict(sums)


def uploads(size: int, objects: int = 1) -> dict[str, int]:
    """The changes of a period's counters by an upload that is charged `size` bytes."""
    return {"uploaded_bytes": size, "uploaded_objects": objects}


def counter_deltas(
    row: LedgerRow | None, state: Charged | None = None, size: int = 0
) -> dict[str, int]:
    """The changes of a user's counters when an object replaces that of `row`.

    `size` are the bytes that the object is charged.
    """
    deltas = dict.fromkeys(_STORAGE, 0)
    if row is not None:
        deltas[f"{row['state']}_bytes"] -= row["bytes"]
        deltas[f"{row['state']}_objects"] -= 1
    if state is not None:
        deltas[f"{state}_bytes"] += size
        deltas[f"{state}_objects"] += 1
    return deltas


def _own(own: int | None, general: int | None) -> int | None:
    return general if own is None or general is None else own
