"""Each user's usage, moved exactly once for every upload and deletion, in whatever order they come.

The ledger has a row for every live object: at which version it was charged, and how much. A row,
the counters it moves and the mark that this upload was counted are written in one transaction
whose conditions say what was read; if another writer was faster, everything is read again.

Bandwidth belongs to the upload: every version ever uploaded counts once, in the period of its
event, even if it was overwritten or deleted before it could be counted. Storage belongs to the
object: only the newest version of a key counts. What is over quota is held apart from what is
stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import ConditionFailed, Write, aws_errors, from_item, to_item, transact
from darkroom.errors import TransientError
from darkroom.pipeline.tombstones import (
    expiration,
    is_removed,
    mark_removed,
    removed_version,
    require_not_removed,
)
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import is_stand_in, same_object
from darkroom.units import size

if TYPE_CHECKING:
    from darkroom.config import LedgerConfig, QuotaRules
    from mypy_boto3_dynamodb import DynamoDBClient

TOTAL = "total"  # the sort key of a user's storage counters, beside those of the periods
STORED = "stored"
HELD = "held"
STORAGE_FULL = "storage-full"
ALLOWANCE_USED = "allowance-used"
_RACES = 20  # every photo of a user moves the same two counters: losing a race is ordinary


@dataclass(frozen=True)
class Limits:
    """What a user may have; None is no limit (usage is then only tracked).

    A user's own items override both: `limit_stored_bytes` on the total row, and
    `limit_uploaded_bytes` on the period's.
    """

    stored_bytes: int | None
    uploaded_bytes: int | None

    @staticmethod
    def of(rules: QuotaRules) -> Limits:
        """The limits that are set, if the mode is to `enforce` them."""
        if rules.quota_mode != "enforce":
            return Limits(None, None)
        return Limits(rules.quota_stored_bytes, rules.quota_uploaded_bytes)


@dataclass(frozen=True)
class Charge:
    """What became of an upload.

    `held` is the reason code when it is over quota, and `limit_bytes` the limit it met; `current`
    is False where a newer version or a deletion is already counted; `recheck` is True where the
    original may carry a tag that the ledger does not ask for.
    """

    current: bool
    held: str | None = None
    limit_bytes: int = 0
    recheck: bool = False

    def sentence(self) -> str:
        """What its owner can do about an upload that is over quota."""
        limit = size(self.limit_bytes)
        if self.held == STORAGE_FULL:
            return (
                f"Your storage of {limit} is full. "
                "Delete photos that you no longer need, then upload this one again."
            )
        return (
            f"You have used up this period's upload allowance of {limit}. "
            "Upload this photo again when the next period has begun."
        )


@dataclass(frozen=True)
class _Usage:
    """What the tables say of a key and its user, and so what the next write asks for."""

    row: Mapping[str, Any] | None
    removed: str | None
    counted: bool
    stored_bytes: int
    uploaded_bytes: int
    stored_limit: int | None
    uploaded_limit: int | None

    def is_newest(self, version: str) -> bool:
        if self.removed is not None and self.removed >= version:
            return False
        return self.row is None or self.row["version"] < version

    def may_be_tagged(self) -> bool:
        """Whether the tag of an earlier version may have come late, onto the newest object.

        Of one that is held, then, or of one that was held and is deleted.
        """
        return self.removed is not None or (self.row is not None and self.row["state"] == HELD)

    def is_counted(self, upload: Upload) -> bool:
        """Whether it was counted: as itself, or as the same object under another version.

        A stand-in that came too late says nothing of an upload that anybody would miss.
        """
        if self.counted:
            return True
        if self.row is not None and same_object(
            self.row["version"], self.row.get("etag"), upload.version, upload.etag
        ):
            return True
        return is_stand_in(upload.version) and not self.is_newest(upload.version)


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
        limits: Limits,
    ) -> None:
        self._client = client
        self._usage_table = usage_table
        self._ledger_table = ledger_table
        self._idempotency_table = idempotency_table
        self._period = period
        self._limits = limits

    @staticmethod
    def of(client: DynamoDBClient, config: LedgerConfig) -> Ledger:
        """The ledger that a function's environment describes."""
        return Ledger(
            client,
            usage_table=config.usage_table,
            ledger_table=config.ledger_table,
            idempotency_table=config.idempotency_table,
            period=config.quota_period,
            limits=Limits.of(config),
        )

    def charge(self, upload: Upload) -> Charge:
        """Count an upload: its bandwidth once, its storage if it is the newest of its key.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            usage = self._read(upload)
            if usage.is_counted(upload):
                return self._charged_before(usage, upload)
            charge = self._decide(usage, upload)
            try:
                transact(self._client, self._charging(usage, upload, charge))
            except ConditionFailed:
                continue
            return charge
        raise TransientError(f"The usage of {upload.identity_id} is written by too many at once.")

    def admit(self, upload: Upload, now: datetime) -> Charge:
        """Let in an upload that is held, if there is room by now; what it is charged then.

        One that is let in during a later period than it was uploaded in uses up that period's
        allowance as well: else what is held would be a way around it.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            row = self.row(upload)
            if row is None or row["version"] != upload.version:
                return Charge(current=False)
            if row["state"] != HELD:
                return Charge(current=True, recheck=True)
            period = self.period_of(now)
            later = period != self.period_of(upload.uploaded_at)
            usage = self._read(upload, period)
            moves = _moves(row, STORED, upload.bytes)
            again = {"uploaded_bytes": upload.bytes if later else 0}
            if usage.stored_limit is not None and (
                usage.stored_bytes + moves["stored_bytes"] > usage.stored_limit
            ):
                return Charge(current=True, held=STORAGE_FULL, limit_bytes=usage.stored_limit)
            if usage.uploaded_limit is not None and (
                usage.uploaded_bytes + again["uploaded_bytes"] > usage.uploaded_limit
            ):
                return Charge(current=True, held=ALLOWANCE_USED, limit_bytes=usage.uploaded_limit)
            try:
                transact(
                    self._client,
                    [
                        self._let_in(upload),
                        self._add(upload, TOTAL, moves, at_most=usage.stored_limit),
                        self._add(upload, period, again, at_most=usage.uploaded_limit),
                    ],
                )
            except ConditionFailed:
                continue
            return Charge(current=True, recheck=True)
        raise TransientError(f"The usage of {upload.identity_id} is written by too many at once.")

    def release(self, image: ImageVersion) -> None:
        """Count a deletion: the key's object, if it is older, is not stored any more.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            row = self.row(image)
            if row is not None and row["version"] > image.version:
                return
            is_removed = self._is_removed(image)
            if row is None and is_removed:
                return
            writes = self._releasing(row, image)
            if not is_removed:  # the mark of a later deletion stays as it is
                writes.append(mark_removed(self._idempotency_table, image.key, image.version))
            try:
                transact(self._client, writes)
            except ConditionFailed:
                continue
            return
        raise TransientError(f"The usage of {image.identity_id} is written by too many at once.")

    def row(self, image: ImageVersion) -> dict[str, Any] | None:
        """The ledger's row of the upload's key."""
        return self._get(self._ledger_table, _ledger_key(image))

    def period_of(self, moment: datetime) -> str:
        """The period a moment (UTC) falls into, as the usage table's sort key."""
        return period_of(moment, self._period)

    def _decide(self, usage: _Usage, upload: Upload) -> Charge:
        if not usage.is_newest(upload.version):
            return Charge(current=False)
        stored = usage.stored_bytes + _moves(usage.row, STORED, upload.bytes)["stored_bytes"]
        if usage.stored_limit is not None and stored > usage.stored_limit:
            return Charge(current=True, held=STORAGE_FULL, limit_bytes=usage.stored_limit)
        uploaded = usage.uploaded_bytes + upload.bytes
        if usage.uploaded_limit is not None and uploaded > usage.uploaded_limit:
            return Charge(current=True, held=ALLOWANCE_USED, limit_bytes=usage.uploaded_limit)
        return Charge(current=True, recheck=usage.may_be_tagged())

    def _charged_before(self, usage: _Usage, upload: Upload) -> Charge:
        # The run that counted it may have died between setting a tag and finding it came too late.
        row = usage.row
        if row is None or not (
            row["version"] == upload.version
            or same_object(row["version"], row.get("etag"), upload.version, upload.etag)
        ):
            return Charge(current=False, recheck=True)
        return Charge(
            current=True,
            held=row.get("held"),
            limit_bytes=int(row.get("limit_bytes", 0)),
            recheck=True,
        )

    def _charging(self, usage: _Usage, upload: Upload, charge: Charge) -> list[Write]:
        writes = [
            self._count_once(upload),
            self._add(
                upload,
                self.period_of(upload.uploaded_at),
                {"uploaded_bytes": upload.bytes, "uploaded_objects": 1},
                at_most=None if charge.held or not charge.current else usage.uploaded_limit,
            ),
        ]
        if charge.current:
            state = HELD if charge.held else STORED
            moves = _moves(usage.row, state, upload.bytes)
            limit = None if charge.held else usage.stored_limit
            writes += [
                self._put_row(usage, upload, charge),
                require_not_removed(self._idempotency_table, upload.key, upload.version),
                self._add(upload, TOTAL, moves, at_most=limit),
            ]
        return writes

    def _releasing(self, row: Mapping[str, Any] | None, image: ImageVersion) -> list[Write]:
        # Also where there is no row: the deletion then only asks that there still is none, so that
        # no charge comes between this and the mark.
        delete: Write = {
            "Delete": {
                "TableName": self._ledger_table,
                "Key": _ledger_key(image),
                **_unchanged(row),
            }
        }
        if row is None:
            return [delete]
        return [delete, self._add(image, TOTAL, _moves(row), at_most=None)]

    def _let_in(self, upload: Upload) -> Write:
        return {
            "Update": {
                "TableName": self._ledger_table,
                "Key": _ledger_key(upload),
                "UpdateExpression": "SET #state = :stored REMOVE held, limit_bytes",
                "ConditionExpression": "#version = :version AND #state = :held",
                "ExpressionAttributeNames": {"#version": "version", "#state": "state"},
                "ExpressionAttributeValues": to_item(
                    {":version": upload.version, ":stored": STORED, ":held": HELD}
                ),
            }
        }

    def _count_once(self, upload: Upload) -> Write:
        mark = {"id": _counted_id(upload), "expiration": expiration()}
        return {
            "Put": {
                "TableName": self._idempotency_table,
                "Item": to_item(mark),
                "ConditionExpression": "attribute_not_exists(id)",
            }
        }

    def _put_row(self, usage: _Usage, upload: Upload, charge: Charge) -> Write:
        row: dict[str, Any] = {
            "identity_id": upload.identity_id,
            "image": upload.key,
            "version": upload.version,
            "bytes": upload.bytes,
            "etag": upload.etag,
            "state": HELD if charge.held else STORED,
        }
        if charge.held:
            row |= {"held": charge.held, "limit_bytes": charge.limit_bytes}
        return {
            "Put": {
                "TableName": self._ledger_table,
                "Item": to_item(row),
                **_unchanged(usage.row),
            }
        }

    def _add(
        self, image: ImageVersion, period: str, moves: Mapping[str, int], *, at_most: int | None
    ) -> Write:
        """Move a row's counters; with `at_most`, only while the first of them stays within it."""
        names = {f"#c{index}": name for index, name in enumerate(moves)}
        values = {f":c{index}": amount for index, amount in enumerate(moves.values())}
        additions = ", ".join(f"#c{index} :c{index}" for index in range(len(moves)))
        update: dict[str, Any] = {
            "TableName": self._usage_table,
            "Key": to_item({"identity_id": image.identity_id, "period": period}),
            "UpdateExpression": f"ADD {additions}",
            "ExpressionAttributeNames": names,
        }
        if at_most is not None:
            # DynamoDB compares, it does not add: what may already be there is worked out here.
            values[":room"] = at_most - next(iter(moves.values()))
            update["ConditionExpression"] = "attribute_not_exists(#c0) OR #c0 <= :room"
        update["ExpressionAttributeValues"] = to_item(values)
        return {"Update": update}

    def _read(self, upload: Upload, period: str | None = None) -> _Usage:
        period = period or self.period_of(upload.uploaded_at)
        total = self._usage(upload, TOTAL)
        current = self._usage(upload, period)
        limits = self._limits
        mark = {"id": {"S": _counted_id(upload)}}
        return _Usage(
            row=self.row(upload),
            removed=removed_version(self._client, self._idempotency_table, upload.key),
            counted=self._get(self._idempotency_table, mark) is not None,
            stored_bytes=int(total.get("stored_bytes", 0)),
            uploaded_bytes=int(current.get("uploaded_bytes", 0)),
            stored_limit=own_limit(total.get("limit_stored_bytes"), limits.stored_bytes),
            uploaded_limit=own_limit(
                current.get("limit_uploaded_bytes"), self._limits.uploaded_bytes
            ),
        )

    def _is_removed(self, image: ImageVersion) -> bool:
        return is_removed(self._client, self._idempotency_table, image.key, image.version)

    def _usage(self, image: ImageVersion, period: str) -> dict[str, Any]:
        key = to_item({"identity_id": image.identity_id, "period": period})
        return self._get(self._usage_table, key) or {}

    def _get(self, table: str, key: Mapping[str, Any]) -> dict[str, Any] | None:
        with aws_errors():
            answer = self._client.get_item(TableName=table, Key=key, ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None


def period_of(moment: datetime, period: str) -> str:
    """The `day` or `month` (`period`) that a moment falls into in UTC: 2026-11-24, or 2026-11."""
    day = moment.astimezone(UTC).date().isoformat()
    return day if period == "day" else day[:7]


def own_limit(own: Any, general: int | None) -> int | None:
    """A user's own limit goes before the general one, if limits are enforced at all."""
    return general if own is None or general is None else int(own)


def _moves(
    row: Mapping[str, Any] | None, state: str | None = None, size: int = 0
) -> dict[str, int]:
    """How a user's storage counters move when `row` goes and an object of `size` bytes comes."""
    moves = {"stored_bytes": 0, "stored_objects": 0, "held_bytes": 0, "held_objects": 0}
    if row is not None:
        moves[f"{row['state']}_bytes"] -= int(row["bytes"])
        moves[f"{row['state']}_objects"] -= 1
    if state is not None:
        moves[f"{state}_bytes"] += size
        moves[f"{state}_objects"] += 1
    return moves


def _unchanged(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """The condition that the ledger's row of a key is still the one that was read."""
    if row is None:
        return {"ConditionExpression": "attribute_not_exists(identity_id)"}
    return {
        "ConditionExpression": "#version = :found",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": to_item({":found": row["version"]}),
    }


def _ledger_key(image: ImageVersion) -> dict[str, Any]:
    return to_item({"identity_id": image.identity_id, "image": image.key})


def _counted_id(image: ImageVersion) -> str:
    return f"charged#{image.key}#{image.version}"
