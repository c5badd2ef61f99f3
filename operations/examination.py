"""Whether the guarantees hold for everything stored: uploads, statuses, usage, notifications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from darkroom.aws.dynamodb import Key, Table
from darkroom.model import ImageItem, NotificationItem, UsageRow
from darkroom.pipeline.join import is_pending
from darkroom.pipeline.records import kind_in
from darkroom.pipeline.tombstones import Tombstones
from darkroom.quota.charges import is_charged_right
from darkroom.quota.ledger import TOTAL
from darkroom.repair.reconcile.diagnosis import Diagnosis, diagnose
from darkroom.repair.reconcile.survey import Sighting, Survey
from darkroom.repair.reconcile.usage import COUNTERS, UsageRepair, counters

from operations.deployment import Deployment
from operations.queues import depth, work_queues

ENDS = frozenset({"processed", "rejected", "over_quota", "failed"})
ONCE = frozenset({"processed", "rejected", "failed"})
Announced = Counter[tuple[str, str, str]]  # notifications by image, version and kind
_TOLD = ("image", "version", "kind")  # what every notification of a function's has
_SCANNED = 500  # rows of the usage table at a time
_FAULTS = {
    "unseen": "was uploaded, but no function has opened a record for it",
    "unfinished": "has steps that never finished",
    "uncharged": "differs between ledger and bucket",
    "incomplete": "lacks outputs that its record lists",
    "vanished": "is gone from the uploads bucket, but not",
    "orphaned": "has outputs that its record does not show",
}


@dataclass
class Examination:
    """What was counted, and a sentence for everything that is wrong."""

    uploads: int = 0
    uploaded_bytes: int = 0
    users: int = 0
    in_progress: int = 0
    notifications: int = 0
    outputs: int = 0
    output_bytes: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    dead_letters: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """The examination as plain values, for JSON."""
        return {**vars(self), "ends": dict(self.ends), "kinds": dict(self.kinds)}


class Examiner:
    """Examines a deployment, changing nothing. Uploads younger than `grace` may be in progress."""

    def __init__(self, deployment: Deployment, *, grace: timedelta) -> None:
        self._deployment = deployment
        self._grace = grace
        self._dynamodb = deployment.client("dynamodb")
        self._survey = Survey(
            deployment.client("s3"),
            self._dynamodb,
            uploads_bucket=deployment.output("UploadsBucketName"),
            processed_bucket=deployment.output("ProcessedBucketName"),
            images_table=deployment.output("ImagesTableName"),
            ledger_table=deployment.output("LedgerTableName"),
        )
        self._usage = UsageRepair(
            self._dynamodb,
            usage_table=deployment.output("UsageTableName"),
            ledger_table=deployment.output("LedgerTableName"),
        )
        self._usage_rows: Table[UsageRow] = Table(
            self._dynamodb, deployment.output("UsageTableName")
        )
        self._notification_rows: Table[NotificationItem] = Table(
            self._dynamodb, deployment.output("NotificationsTableName")
        )
        self._tombstones = Tombstones(self._dynamodb, deployment.output("IdempotencyTableName"))
        self._retention = self._notification_retention()
        self.result = Examination()

    def run(self) -> Iterator[Examination]:
        """Examine everything; yields the result so far after each user."""
        for user in self._users():
            self._examine_user(user)
            yield self.result
        for queue in work_queues(self._deployment):
            if count := depth(self._deployment, queue.dead_letters_url):
                self.result.dead_letters[queue.function] = count
                self._find(f"{count} dead letters of {queue.function}: see `make dlq`")
        yield self.result

    def _users(self) -> Iterator[str]:
        user = self._survey.next_user("")
        while user is not None:
            yield user
            user = self._survey.next_user(user)
        after: Key | None = None
        while True:
            rows, after = self._usage_rows.scan(_SCANNED, after)
            for row in rows:
                if row["period"] == TOTAL and not self._survey.has_objects(row["identity_id"]):
                    yield row["identity_id"]
            if after is None:
                return

    def _examine_user(self, user: str) -> None:
        announced: Announced = Counter(
            (n["image"], n["version"], n["kind"]) for n in self._notifications(user)
        )
        self.result.users += 1
        self.result.notifications += sum(announced.values())
        charged_bytes = listed = young = 0
        after: str | None = ""
        while after is not None:
            stretch = self._survey.stretch(user, after)
            after = stretch.last
            for seen in stretch.sightings:
                if seen.object is not None:
                    listed += 1
                    charged_bytes += seen.row["bytes"] if seen.row is not None else 0
                    self.result.uploaded_bytes += seen.object.bytes
                young += self._examine(seen, announced)
        self.result.uploads += listed
        self._examine_usage(user, listed, charged_bytes, settled=not young)

    def _examine(self, seen: Sighting, announced: Announced) -> bool:
        """Examine one upload; True if it is in progress or wrong, so that usage may differ."""
        self.result.outputs += len(seen.outputs)
        self.result.output_bytes += sum(output.bytes for output in seen.outputs.values())
        for (image, _, kind), times in announced.items():
            # An over-quota notification is repeated whenever the owner asks for a retry.
            if image == seen.key and times > 1 and kind in ONCE:
                self._find(f"{seen.key}: its owner was notified {times} times that it is {kind}")
        diagnosis = self._diagnose(seen)
        if diagnosis is not None:
            left = f" {_left(seen)}" if diagnosis.fault == "vanished" else ""
            self._find(f"{seen.key}: {_FAULTS[diagnosis.fault]}{left}")
            return True
        if seen.object is None:
            return seen.record is not None or seen.row is not None
        if seen.record is None or seen.record["status"] not in ENDS or is_pending(seen.record):
            self.result.in_progress += 1
            return True
        self.result.ends[seen.record["status"]] += 1
        self.result.kinds[kind_in(seen.record)] += 1
        if seen.row is not None and not is_charged_right(seen.row, seen.object.bytes):
            self._find(
                f"{seen.key}: was charged {seen.row['bytes']} bytes and has {seen.object.bytes}"
            )
        self._examine_notification(seen.key, seen.record, announced)
        return False

    def _diagnose(self, seen: Sighting) -> Diagnosis | None:
        bucket = self._deployment.output("UploadsBucketName")
        now = datetime.now(UTC)
        if diagnose(seen, bucket=bucket, now=now, grace=self._grace) is None:
            return None
        tombstone = self._tombstones.version(seen.key)
        again = self._survey.again(seen)  # it may have changed while it was read
        return diagnose(again, bucket=bucket, now=now, grace=self._grace, tombstone=tombstone)

    def _examine_notification(self, key: str, record: ImageItem, announced: Announced) -> None:
        finished = datetime.fromisoformat(record["finished_at"])
        if finished < datetime.now(UTC) - self._retention:
            return  # its notification has expired
        if finished > datetime.now(UTC) - self._grace:
            return  # its notification may still be in a queue
        if record.get("quiet"):
            if not any(image == key for image, _, _ in announced):
                self._find(f"{key}: its owner was never notified")
        elif not announced[(key, record["version"], record["status"])]:
            self._find(f"{key}: its owner was not notified that it is {record['status']}")

    def _examine_usage(self, user: str, listed: int, charged_bytes: int, *, settled: bool) -> None:
        drift = self._usage.drift(user)
        if drift:
            amounts = ", ".join(f"{name} {off:+}" for name, off in drift.items())
            self._find(f"{user}: counters differ from the ledger: {amounts}")
        if not settled or drift is None:
            return
        total = self._total(user)
        counted = tuple(
            total["stored_" + what] + total["held_" + what] for what in ("objects", "bytes")
        )
        if counted != (listed, charged_bytes):
            self._find(
                f"{user}: usage says {counted[0]} objects and {counted[1]} bytes, "
                f"the bucket holds {listed} objects, which were charged {charged_bytes} bytes"
            )

    def _total(self, user: str) -> dict[str, int]:
        total = self._usage_rows.get({"identity_id": user, "period": TOTAL})
        return dict.fromkeys(COUNTERS, 0) | counters(total)

    def _notifications(self, user: str) -> Iterator[NotificationItem]:
        for notification in self._notification_rows.query(identity_id=user):
            if all(isinstance(notification.get(name), str) for name in _TOLD):
                yield notification
            else:  # its owner could make it, before there was a table for answers
                name = notification["notification_id"]
                self._find(f"{user}: the notification {name} is none that a function wrote")

    def _notification_retention(self) -> timedelta:
        answer = self._deployment.client("cloudformation").describe_stacks(
            StackName=self._deployment.stack
        )
        parameters = {
            p["ParameterKey"]: p["ParameterValue"] for p in answer["Stacks"][0]["Parameters"]
        }
        return timedelta(days=int(parameters["NotificationRetentionDays"]))

    def _find(self, what: str) -> None:
        self.result.findings.append(what)


def _left(seen: Sighting) -> str:
    """What is left of an upload that is gone: record, charge, outputs."""
    things = [
        f"its record ({seen.record['status']}, {seen.record['version']})" if seen.record else "",
        f"its charge ({seen.row['state']}, {seen.row['version']})" if seen.row else "",
        f"{len(seen.outputs)} of its outputs" if seen.outputs else "",
    ]
    return ", ".join(thing for thing in things if thing)
