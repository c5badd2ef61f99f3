"""The ledger: every upload and every deletion changes its user's usage exactly once, in any order.

The ledger has a row for every live object: at which version it was charged, and how much. A row,
the counters that it changes and the mark that this upload was counted are written in one
transaction whose conditions say what was read; if another writer was faster, everything is read
again.

Bandwidth belongs to the upload: every version ever uploaded counts once, in the period of its
event, even if it was overwritten or deleted before it could be counted. Storage belongs to the
object: only the newest version of a key counts. What is over quota counts as held, apart from what
is stored. How much an upload counts for is in `charges`; an object's row keeps what it was charged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, Write, absent, compare, either, transact
from darkroom.aws.errors import ConditionFailed
from darkroom.errors import TransientError
from darkroom.marks import expiration
from darkroom.pipeline.tombstones import Tombstones
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import is_synthetic, same_object, unchanged
from darkroom.quota.charges import charged_bytes
from darkroom.states import Admission, Charged

if TYPE_CHECKING:
    from darkroom.config import LedgerConfig, QuotaRules
    from darkroom.model import LedgerRow, Mark, UsageRow
    from mypy_boto3_dynamodb import DynamoDBClient

TOTAL = "total"  # the sort key of a user's storage counters, beside those of the periods
_RACES = 20  # every upload of a user changes the same two counters: losing a race is ordinary


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

    def own(self, total: UsageRow, period: UsageRow) -> QuotaLimits:
        """The limits of the user who has these usage rows: their own before the general ones."""
        return QuotaLimits(
            _own(total.get("limit_stored_bytes"), self.stored_bytes),
            _own(period.get("limit_uploaded_bytes"), self.uploaded_bytes),
            _own(period.get("limit_uploaded_objects"), self.uploaded_objects),
        )


@dataclass(frozen=True)
class Charge:
    """What became of an upload in the ledger.

    `over_quota` is the limit that it met, if it met one, and `limit` how much that is: in bytes, or
    in uploads if it is the limit of these.
    `current` is False where a newer version or a deletion is already counted. `recheck_tag` is True
    where the original may carry an over-quota tag that the ledger does not ask for.
    """

    current: bool
    over_quota: Admission | None = None
    limit: int = 0
    recheck_tag: bool = False


@dataclass(frozen=True)
class QuotaUsed:
    """What a user has used of their limits, or what an upload adds to it."""

    stored_bytes: int
    uploaded_bytes: int
    uploaded_objects: int


@dataclass(frozen=True)
class _Usage:
    """What the tables say of a key and its user, and so what the next write asks for."""

    row: LedgerRow | None
    tombstone: str | None
    counted: bool
    used: QuotaUsed
    limits: QuotaLimits

    def is_newest(self, version: str) -> bool:
        if self.tombstone is not None and self.tombstone >= version:
            return False
        return self.row is None or self.row["version"] < version

    def may_be_tagged(self) -> bool:
        """Whether the tag of an earlier version may have come late, onto the newest object.

        It may where the earlier version is held, or was held and is deleted.
        """
        if self.tombstone is not None:
            return True
        return self.row is not None and self.row["state"] == Charged.HELD

    def is_counted(self, upload: Upload) -> bool:
        """Whether it was counted: as itself, or as the same object under another version.

        A synthetic version that came too late says nothing of an upload that anybody would miss.
        """
        if self.counted or (self.row is not None and _is_same(self.row, upload)):
            return True
        return is_synthetic(upload.version) and not self.is_newest(upload.version)

    def limit_met(self, added: QuotaUsed) -> Charge | None:
        """The charge of an upload that adds this much, if it is over quota: of current ones."""
        used, limits = self.used, self.limits
        for amount, limit, reason in (
            (used.stored_bytes + added.stored_bytes, limits.stored_bytes, Admission.STORAGE_FULL),
            (
                used.uploaded_bytes + added.uploaded_bytes,
                limits.uploaded_bytes,
                Admission.ALLOWANCE_USED,
            ),
            (
                used.uploaded_objects + added.uploaded_objects,
                limits.uploaded_objects,
                Admission.UPLOADS_USED,
            ),
        ):
            if limit is not None and amount > limit:
                return Charge(current=True, over_quota=reason, limit=limit)
        return None


class Ledger:
    """The ledger and the usage counters of all users."""

    def __init__(
        self,
        client: DynamoDBClient,
        *,
        usage_table: str,
        ledger_table: str,
        idempotency_table: str,
        period: str,
        limits: QuotaLimits,
        minimum_bytes: int,
    ) -> None:
        self._client = client
        self._usage: Table[UsageRow] = Table(client, usage_table)
        self._rows: Table[LedgerRow] = Table(client, ledger_table)
        self._marks: Table[Mark] = Table(client, idempotency_table)
        self._tombstones = Tombstones(client, idempotency_table)
        self._period = period
        self._limits = limits
        self._minimum_bytes = minimum_bytes

    @staticmethod
    def of(client: DynamoDBClient, config: LedgerConfig) -> Ledger:
        """The ledger that a function's environment describes."""
        return Ledger(
            client,
            usage_table=config.usage_table,
            ledger_table=config.ledger_table,
            idempotency_table=config.idempotency_table,
            period=config.quota_period,
            limits=QuotaLimits.of(config),
            minimum_bytes=config.quota_minimum_bytes,
        )

    def charge(self, upload: Upload) -> Charge:
        """The charge of an upload, counted: bandwidth once, storage if it is the newest of its key.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            usage = self._read(upload, self._period_of(upload.uploaded_at))
            if usage.is_counted(upload):
                return _charged_before(usage, upload)
            charge = self._decide(usage, upload)
            try:
                transact(self._client, self._charging(usage, upload, charge))
            except ConditionFailed:
                continue
            return charge
        raise _too_many_writers(upload)

    def readmit_held(self, upload: Upload, now: datetime) -> Charge:
        """The charge of an upload that was held: it is stored if there is room by now.

        One that is readmitted in a later period than it was uploaded in uses up that period's
        allowance as well: else what is held would be a way around it.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            row = self.row(upload)
            if row is None or row["version"] != upload.version:
                return Charge(current=False)
            if row["state"] != Charged.HELD:
                return Charge(current=True, recheck_tag=True)
            period = self._period_of(now)
            usage = self._read(upload, period)
            deltas = counter_deltas(row, Charged.STORED, row["bytes"])
            later = period != self._period_of(upload.uploaded_at)
            uploaded = _uploads(row["bytes"] if later else 0, 1 if later else 0)
            refused = usage.limit_met(_added(deltas, uploaded))
            if refused is not None:
                return refused
            writes = [
                self._store_held(upload),
                self._count(upload, TOTAL, deltas, usage.limits),
                self._count(upload, period, uploaded, usage.limits),
            ]
            try:
                transact(self._client, writes)
            except ConditionFailed:
                continue
            return Charge(current=True, recheck_tag=True)
        raise _too_many_writers(upload)

    def release(self, image: ImageVersion) -> None:
        """Count a deletion: the key's object, if it is older, is not stored any more.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            row = self.row(image)
            if row is not None and row["version"] > image.version:
                return
            has_tombstone = self._tombstones.cover(image)
            if row is None and has_tombstone:
                return
            writes = self._releasing(row, image)
            if not has_tombstone:  # that of a later deletion stays as it is
                writes.append(self._tombstones.tombstone(image))
            try:
                transact(self._client, writes)
            except ConditionFailed:
                continue
            return
        raise _too_many_writers(image)

    def row(self, image: ImageVersion) -> LedgerRow | None:
        """The ledger's row of the image's key."""
        return self._rows.get(_key(image))

    def _charging(self, usage: _Usage, upload: Upload, charge: Charge) -> list[Write]:
        # What is refused, or comes too late, is under no limit.
        limits = usage.limits if charge.current and not charge.over_quota else None
        size, period = self._charged_bytes(upload), self._period_of(upload.uploaded_at)
        writes = [
            self._count_once(upload),
            self._count(upload, period, _uploads(size, 1), limits),
        ]
        if charge.current:
            state = Charged.HELD if charge.over_quota else Charged.STORED
            writes += [
                self._rows.put(self._row(upload, charge)).when(unchanged(usage.row)),
                self._tombstones.require_no_tombstone(upload),
                self._count(upload, TOTAL, counter_deltas(usage.row, state, size), limits),
            ]
        return writes

    def _releasing(self, row: LedgerRow | None, image: ImageVersion) -> list[Write]:
        # Also where there is no row: the deletion then only asks that there still is none, so that
        # no charge comes between this and the tombstone.
        delete = self._rows.delete(_key(image)).when(unchanged(row))
        if row is None:
            return [delete]
        return [delete, self._count(image, TOTAL, counter_deltas(row))]

    def _store_held(self, upload: Upload) -> Write:
        return (
            self._rows.update(_key(upload))
            .set(state=Charged.STORED)
            .remove("held", "limit_bytes", "limit_objects")
            .when(version=upload.version, state=Charged.HELD)
        )

    def _count_once(self, upload: Upload) -> Write:
        mark: Mark = {"id": _counted_id(upload), "expiration": expiration()}
        return self._marks.put(mark).when(absent("id"))

    def _count(
        self,
        image: ImageVersion,
        period: str,
        deltas: Mapping[str, int],
        limits: QuotaLimits | None = None,
    ) -> Write:
        """Change a row's counters; with `limits`, only while those that have one stay within it."""
        update = self._usage.update({"identity_id": image.identity_id, "period": period})
        update.add(deltas)
        for counter, limit in vars(limits).items() if limits is not None else ():
            if limit is not None and counter in deltas:
                # DynamoDB compares, it does not add: what may be there before is worked out here.
                before = limit - deltas[counter]
                update.when(either(absent(counter), compare(counter, "<=", before)))
        return update

    def _read(self, upload: Upload, period: str) -> _Usage:
        total = self._usage_row(upload, TOTAL)
        current = self._usage_row(upload, period)
        return _Usage(
            row=self.row(upload),
            tombstone=self._tombstones.version(upload.key),
            counted=self._marks.get({"id": _counted_id(upload)}) is not None,
            used=QuotaUsed(
                total.get("stored_bytes", 0),
                current.get("uploaded_bytes", 0),
                current.get("uploaded_objects", 0),
            ),
            limits=self._limits.own(total, current),
        )

    def _usage_row(self, upload: Upload, period: str) -> UsageRow:
        key = {"identity_id": upload.identity_id, "period": period}
        return self._usage.get(key) or {"identity_id": upload.identity_id, "period": period}

    def _period_of(self, moment: datetime) -> str:
        return period_of(moment, self._period)

    def _charged_bytes(self, upload: Upload) -> int:
        return charged_bytes(upload.bytes, self._minimum_bytes)

    def _decide(self, usage: _Usage, upload: Upload) -> Charge:
        if not usage.is_newest(upload.version):
            return Charge(current=False)
        size = self._charged_bytes(upload)
        deltas = counter_deltas(usage.row, Charged.STORED, size)
        refused = usage.limit_met(_added(deltas, _uploads(size, 1)))
        return refused or Charge(current=True, recheck_tag=usage.may_be_tagged())

    def _row(self, upload: Upload, charge: Charge) -> LedgerRow:
        row: LedgerRow = {
            "identity_id": upload.identity_id,
            "image": upload.key,
            "version": upload.version,
            "bytes": self._charged_bytes(upload),
            "etag": upload.etag,
            "state": Charged.STORED,
        }
        if row["bytes"] != upload.bytes:
            row["minimum_bytes"] = self._minimum_bytes
        if charge.over_quota:
            row["state"] = Charged.HELD
            row["held"] = charge.over_quota
            if charge.over_quota == Admission.UPLOADS_USED:
                row["limit_objects"] = charge.limit
            else:
                row["limit_bytes"] = charge.limit
        return row


def period_of(moment: datetime, period: str) -> str:
    """The `day` or `month` (`period`) that a moment falls into in UTC: 2026-11-24, or 2026-11."""
    day = moment.astimezone(UTC).date().isoformat()
    return day if period == "day" else day[:7]


def _own(own: int | None, general: int | None) -> int | None:
    return general if own is None or general is None else own


def _uploads(size: int, objects: int) -> dict[str, int]:
    return {"uploaded_bytes": size, "uploaded_objects": objects}


def _added(stored: Mapping[str, int], uploaded: Mapping[str, int]) -> QuotaUsed:
    return QuotaUsed(stored_bytes=stored["stored_bytes"], **uploaded)


def counter_deltas(
    row: LedgerRow | None, state: Charged | None = None, size: int = 0
) -> dict[str, int]:
    """The changes of a user's counters when an object replaces that of `row`.

    `size` are the bytes that the object is charged.
    """
    deltas = {"stored_bytes": 0, "stored_objects": 0, "held_bytes": 0, "held_objects": 0}
    if row is not None:
        deltas[f"{row['state']}_bytes"] -= row["bytes"]
        deltas[f"{row['state']}_objects"] -= 1
    if state is not None:
        deltas[f"{state}_bytes"] += size
        deltas[f"{state}_objects"] += 1
    return deltas


def _charged_before(usage: _Usage, upload: Upload) -> Charge:
    # The run that counted it may have died between setting a tag and finding it came too late.
    row = usage.row
    if row is None or not (row["version"] == upload.version or _is_same(row, upload)):
        return Charge(current=False, recheck_tag=True)
    return Charge(
        current=True,
        over_quota=row.get("held"),
        limit=row.get("limit_bytes", row.get("limit_objects", 0)),
        recheck_tag=True,
    )


def _is_same(row: LedgerRow, upload: Upload) -> bool:
    return same_object(row["version"], row.get("etag"), upload.version, upload.etag)


def _key(image: ImageVersion) -> Key:
    return {"identity_id": image.identity_id, "image": image.key}


def _counted_id(image: ImageVersion) -> str:
    return f"charged#{image.key}#{image.version}"


def _too_many_writers(image: ImageVersion) -> TransientError:
    return TransientError(f"The usage of {image.identity_id} is written by too many at once.")
