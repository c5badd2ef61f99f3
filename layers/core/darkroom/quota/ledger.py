"""The ledger: every upload and every deletion changes its user's usage exactly once, in any order.

The ledger has a row for every live object: at which version it was charged, and how much. A row and
the counters that it changes are written in one transaction whose conditions say what was read; if
another writer was faster, everything is read again. That an upload was counted, its row says as
long as there is one of its version. Whatever replaces or deletes that leaves a mark in the same
transaction, and so does an upload that comes too late to have a row.

All that a user does changes the same two counters, and a transaction has them to itself: so what
comes together is counted together, in one transaction that changes each counter once.

Bandwidth belongs to the upload: every version ever uploaded counts once, in the period of its
event, even if it was overwritten or deleted before it could be counted. Storage belongs to the
object: only the newest version of a key counts. What is over quota counts as held, apart from what
is stored. How much an upload counts for is in `charges`; an object's row keeps what it was charged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, Write, absent, transact
from darkroom.aws.errors import ConditionFailed
from darkroom.errors import TransientError
from darkroom.marks import expiration
from darkroom.people.profiles import People, Standing
from darkroom.pipeline.tombstones import Tombstones
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import is_synthetic, same_object, unchanged
from darkroom.quota.charges import charged_bytes
from darkroom.quota.tally import QuotaLimits, Tally, counter_deltas, sum_of, uploads, usage_in
from darkroom.states import Admission, Charged

if TYPE_CHECKING:
    from darkroom.config import LedgerConfig
    from darkroom.model import LedgerRow, Mark, UsageRow
    from mypy_boto3_dynamodb import DynamoDBClient

TOTAL = "total"  # the sort key of a user's storage counters, beside those of the periods
TOGETHER = 30  # of what is counted in one transaction: three actions each, and it may have 100
_RACES = 20  # every upload of a user changes the same two counters: losing a race is ordinary


@dataclass(frozen=True)
class Charge:
    """What became of an upload in the ledger.

    `over_quota` is the limit that it met, if it met one, and `limit` how much that is: in bytes, or
    in uploads if it is the limit of these. It is `brief` where the upload is held for a day only.
    `current` is False where a newer version or a deletion is already counted. `recheck_tag` is True
    where the original may carry an over-quota tag that the ledger does not ask for.
    """

    current: bool
    over_quota: Admission | None = None
    limit: int = 0
    recheck_tag: bool = False
    brief: bool = False

    def kept_days(self, grace_days: int) -> int:
        """How long the upload is kept where it is over quota."""
        return 1 if self.brief else grace_days


@dataclass(frozen=True)
class _Known:
    """What the tables say of a key, and so what the next write asks for."""

    row: LedgerRow | None
    tombstone: str | None
    counted: bool

    def is_newest(self, version: str) -> bool:
        known = (self.tombstone, None if self.row is None else self.row["version"])
        return all(each is None or each < version for each in known)

    def may_be_tagged(self) -> bool:
        """Whether the tag of an earlier version may have come late, onto the newest object.

        It may where the earlier version is held, or was held and is deleted.
        """
        return self.tombstone is not None or self.is_held()

    def is_held(self) -> bool:
        """Whether what is at the key until now is held."""
        return self.row is not None and self.row["state"] == Charged.HELD

    def is_counted(self, upload: Upload) -> bool:
        """Whether it was counted: as itself, or as the same object under another version.

        A synthetic version that came too late says nothing of an upload that anybody would miss.
        """
        if self.counted or self.row_of(upload) is not None:
            return True
        return is_synthetic(upload.version) and not self.is_newest(upload.version)

    def row_of(self, upload: Upload) -> LedgerRow | None:
        """The row, if it is of this upload, under whichever version."""
        row = self.row
        if row is None or row["version"] == upload.version:
            return row
        is_same = same_object(row["version"], row.get("etag"), upload.version, upload.etag)
        return row if is_same else None


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
        first_bytes: int,
        people: People,
    ) -> None:
        self._client = client
        self._usage: Table[UsageRow] = Table(client, usage_table)
        self._rows: Table[LedgerRow] = Table(client, ledger_table)
        self._marks: Table[Mark] = Table(client, idempotency_table)
        self._tombstones = Tombstones(client, idempotency_table)
        self._period = period
        self._limits = limits
        self._minimum_bytes = minimum_bytes
        self._first_limits = limits.of_first(first_bytes)
        self._people = people

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
            first_bytes=config.quota_first_bytes,
            people=People(client, table=config.people_table),
        )

    def charge(self, upload: Upload) -> Charge:
        """The charge of an upload, counted: bandwidth once, storage if it is the newest of its key.

        Raises:
            TransientError: other writers kept winning.
        """
        return self.count([upload])[upload]

    def release(self, image: ImageVersion) -> None:
        """Count a deletion: the key's object, if it is older, is not stored any more.

        Raises:
            TransientError: other writers kept winning.
        """
        self.count([image])

    def count(self, images: Sequence[ImageVersion]) -> dict[ImageVersion, Charge]:
        """The charges of the uploads among `images`, counted with the others, which are deletions.

        At most TOGETHER, all of one user, each of another key, and all uploads of one period: they
        are counted in one transaction, and as if they came one after the other.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            charges, writes = self._plan(images)
            try:
                if writes:
                    transact(self._client, writes)
            except ConditionFailed:
                continue
            return charges
        raise _too_many_writers(images[0])

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
            period = self.period_of(now)
            tally = self._tally(upload, period)
            added = counter_deltas(row, Charged.STORED, row["bytes"])
            if period != self.period_of(upload.uploaded_at):
                added |= uploads(row["bytes"])
            if met := tally.limit_met(added):
                return Charge(True, *met, brief=row.get("brief", False))
            tally.admit(added)
            writes = [self._store_held(upload), *self._counting(upload, period, tally)]
            try:
                transact(self._client, writes)
            except ConditionFailed:
                continue
            return Charge(current=True, recheck_tag=True)
        raise _too_many_writers(upload)

    def row(self, image: ImageVersion) -> LedgerRow | None:
        """The ledger's row of the image's key."""
        return self._rows.get(_key(image))

    def period_of(self, moment: datetime) -> str:
        """The period that a moment falls into."""
        return period_of(moment, self._period)

    def _plan(
        self, images: Sequence[ImageVersion]
    ) -> tuple[dict[ImageVersion, Charge], list[Write]]:
        """The charges as they will be, once these writes are done."""
        first = next((image for image in images if isinstance(image, Upload)), None)
        period = TOTAL if first is None else self.period_of(first.uploaded_at)
        # A deletion is under no limit: where there are but deletions, usage need not be read.
        tally = Tally(None, None, self._limits) if first is None else self._tally(first, period)
        charges: dict[ImageVersion, Charge] = {}
        writes: list[Write] = []
        for image in images:
            if not isinstance(image, Upload):
                writes += self._releasing(image, tally)
                continue
            known = self._read(image)
            if known.is_counted(image):
                charges[image] = _charged_before(known, image)
            else:
                charges[image] = self._decide(known, image, tally)
                writes += self._charging(known, image, charges[image], tally)
        return charges, [*self._counting(images[0], period, tally), *writes]

    def _decide(self, known: _Known, upload: Upload, tally: Tally) -> Charge:
        if not known.is_newest(upload.version):
            return Charge(current=False)
        size = self._charged_bytes(upload)
        met = tally.limit_met(counter_deltas(known.row, Charged.STORED, size) | uploads(size))
        if met is None:
            return Charge(True, recheck_tag=known.may_be_tagged())
        # One that takes the place of one that is held would begin its grace period anew.
        return Charge(True, *met, brief=known.is_held() or tally.is_beyond(size))

    def _charging(self, known: _Known, upload: Upload, charge: Charge, tally: Tally) -> list[Write]:
        size = self._charged_bytes(upload)
        if not charge.current:  # what comes too late is under no limit, as is what is refused
            tally.add(uploads(size))
            return [self._count_once(upload)]
        if charge.over_quota:
            tally.add(counter_deltas(known.row, Charged.HELD, size) | uploads(size))
        else:
            tally.admit(counter_deltas(known.row, Charged.STORED, size) | uploads(size))
        return [
            self._rows.put(self._row(upload, charge)).when(unchanged(known.row)),
            self._tombstones.require_no_tombstone(upload),
            *self._remembering(upload, known.row),
        ]

    def _releasing(self, image: ImageVersion, tally: Tally) -> list[Write]:
        row = self.row(image)
        if row is not None and row["version"] > image.version:
            return []
        has_tombstone = self._tombstones.cover(image)
        if row is None and has_tombstone:
            return []
        if row is not None:
            tally.add(counter_deltas(row))
        # Also where there is no row: the deletion then only asks that there still is none, so that
        # no charge comes between this and the tombstone.
        writes = [
            self._rows.delete(_key(image)).when(unchanged(row)),
            *self._remembering(image, row),
        ]
        if not has_tombstone:  # that of a later deletion stays as it is
            writes.append(self._tombstones.tombstone(image))
        return writes

    def _counting(self, image: ImageVersion, period: str, tally: Tally) -> list[Write]:
        """Change the counters of a user's rows, as far as the tally has any of them."""
        writes: list[Write] = []
        for row, part in ((TOTAL, tally.of_storage()), (period, tally.of_uploads())):
            if part.deltas:
                update = self._usage.update(_usage_key(image, row)).add(part.deltas)
                writes.append(update.when(*part.conditions))
        return writes

    def _store_held(self, upload: Upload) -> Write:
        return (
            self._rows.update(_key(upload))
            .set(state=Charged.STORED)
            .remove("held", "limit_bytes", "limit_objects", "brief")
            .when(version=upload.version, state=Charged.HELD)
        )

    def _remembering(self, image: ImageVersion, row: LedgerRow | None) -> list[Write]:
        """Remember that what the row of an image's key was about was counted, before it goes."""
        if row is None:
            return []
        return [self._mark(image.key, row["version"])]

    def _count_once(self, upload: Upload) -> Write:
        return self._mark(upload.key, upload.version).when(absent("id"))

    def _mark(self, key: str, version: str) -> Write:
        mark: Mark = {"id": _counted_id(key, version), "expiration": expiration()}
        return self._marks.put(mark)

    def _read(self, upload: Upload) -> _Known:
        row, tombstone = self.row(upload), self._tombstones.version(upload.key)
        if row is None and tombstone is None:  # of this key nothing was ever counted
            return _Known(row=None, tombstone=None, counted=False)
        mark = self._marks.get({"id": _counted_id(upload.key, upload.version)})
        return _Known(row=row, tombstone=tombstone, counted=mark is not None)

    def _tally(self, upload: Upload, period: str) -> Tally:
        total, uploaded = self._usage_rows(upload.identity_id, period)
        if not self._limits.are_enforced:
            return Tally(total, uploaded, self._limits)
        standing = self._people.standing(upload.identity_id)
        # Who can be told nothing in their token gets little: guests, and a login that is so new
        # that its identity is not known.
        limits = self._limits if standing.is_known else self._first_limits
        return Tally(total, uploaded, limits, self._elsewhere(standing, period))

    def _elsewhere(self, standing: Standing, period: str) -> dict[str, int]:
        """What counts besides: two that are counted at once may each leave the other out."""
        rows = (row for other in standing.others for row in self._usage_rows(other, period))
        return sum_of(usage_in(row) for row in rows)

    def _usage_rows(self, identity_id: str, period: str) -> tuple[UsageRow | None, UsageRow | None]:
        keys = [{"identity_id": identity_id, "period": name} for name in (TOTAL, period)]
        return self._usage.get(keys[0]), self._usage.get(keys[1])

    def _charged_bytes(self, upload: Upload) -> int:
        return charged_bytes(upload.bytes, self._minimum_bytes)

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
            if charge.brief:
                row["brief"] = True
        return row


def period_of(moment: datetime, period: str) -> str:
    """The `day` or `month` (`period`) that a moment falls into in UTC: 2026-11-24, or 2026-11."""
    day = moment.astimezone(UTC).date().isoformat()
    return day if period == "day" else day[:7]


def _charged_before(known: _Known, upload: Upload) -> Charge:
    # The run that counted it may have died between setting a tag and finding it came too late.
    row = known.row_of(upload)
    if row is None:
        return Charge(current=False, recheck_tag=True)
    return Charge(
        current=True,
        over_quota=row.get("held"),
        limit=row.get("limit_bytes", row.get("limit_objects", 0)),
        brief=row.get("brief", False),
        recheck_tag=True,
    )


def _key(image: ImageVersion) -> Key:
    return {"identity_id": image.identity_id, "image": image.key}


def _usage_key(image: ImageVersion, period: str) -> Key:
    return {"identity_id": image.identity_id, "period": period}


def _counted_id(key: str, version: str) -> str:
    return f"charged#{key}#{version}"


def _too_many_writers(image: ImageVersion) -> TransientError:
    return TransientError(f"The usage of {image.identity_id} is written by too many at once.")
