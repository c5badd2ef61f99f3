"""The images table: one item for an image, always of its newest version.

Three rules keep it right whatever arrives late, twice or out of order:

* A version's first writer opens the item; an older version never replaces a newer one.
* Every later write asks for its own version and fails when the item has moved on.
* A deletion leaves a mark in the idempotency table that outlives every message, so an upload
  that was deleted can never be opened again. The item itself is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import ConditionFailed, Write, aws_errors, from_item, to_item, transact
from darkroom.config import ConfigError
from darkroom.errors import DarkroomError, TransientError
from darkroom.kinds import Kind, kind_of, refusal_of
from darkroom.pipeline.tombstones import is_removed, mark_removed, require_not_removed
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import is_stand_in, same_object

if TYPE_CHECKING:
    from darkroom.config import RecordsConfig, StepKinds
    from darkroom.pipeline.originals import Originals
    from mypy_boto3_dynamodb import DynamoDBClient

_RACES = 5

DONE = "done"
SKIPPED = "skipped"
REJECTED = "rejected"
OVER_QUOTA = "over_quota"
FAILED = "failed"
PROCESSED = "processed"
PENDING = "pending"
PROCESSING = "processing"  # the status of an image that has not ended yet


class Superseded(DarkroomError):
    """This version is not wanted any more: overwritten, deleted or over quota."""


class SameObject(Superseded):
    """This very object is recorded already, under a stand-in for its version."""


@dataclass(frozen=True)
class StepOutcome:
    """How a step of a version ended, and what it adds to the image's item.

    `state` is one of done, skipped, rejected or over_quota; `reason` a code and `message` a
    sentence for the owner where it is not done. `renditions` maps a rendition's name to its key,
    size and bytes; `attributes` are top-level ones.
    """

    state: str
    reason: str | None = None
    message: str | None = None
    renditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def summary(self) -> dict[str, str]:
        """What the item's `steps` and the receipt say of it."""
        values = {
            "state": self.state,
            "reason": self.reason,
            "message": self.message,
            "finished_at": timestamp(),
        }
        return {name: value for name, value in values.items() if value is not None}


def timestamp(moment: datetime | None = None) -> str:
    """A moment (default: now) in UTC as `2026-11-24T08:30:00.123Z`, which sorts as text."""
    moment = moment or datetime.now(UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def kind_in(item: Mapping[str, Any]) -> str:
    """The kind of an item's file. Items of releases before kinds have none: all were pictures."""
    return str(item.get("kind", Kind.PICTURE))


class ImageRecords:
    """Reads and writes of image items.

    `steps` are the steps that a new version may wait for, with the kind of files that each is for.
    A version waits for those of its own kind, and keeps the list it was opened with: one in flight
    is not held up by a step that was added later.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        *,
        images_table: str,
        idempotency_table: str,
        steps: StepKinds,
    ) -> None:
        self._client = client
        self._images_table = images_table
        self._idempotency_table = idempotency_table
        self._steps = steps

    @staticmethod
    def of(client: DynamoDBClient, config: RecordsConfig) -> ImageRecords:
        """The records that a function's environment describes."""
        return ImageRecords(
            client,
            images_table=config.images_table,
            idempotency_table=config.idempotency_table,
            steps=config.steps,
        )

    def kind_of_step(self, step: str) -> Kind | None:
        """The kind of files that a step is for; None where it is for all of them.

        Raises:
            ConfigError: no file would wait for this step.
        """
        if step not in self._steps:
            raise ConfigError(f"STEPS has no {step}: no file would wait for it")
        return self._steps[step]

    def read(self, image: ImageVersion) -> dict[str, Any] | None:
        """The image's item as it stands now (strongly consistent), whatever its version."""
        with aws_errors():
            answer = self._client.get_item(
                TableName=self._images_table, Key=_image_key(image), ConsistentRead=True
            )
        return from_item(answer["Item"]) if "Item" in answer else None

    def open(self, upload: Upload, originals: Originals) -> dict[str, Any]:
        """The item of this version, made if it is the first to arrive.

        Only then its first bytes are read, which tell its kind once, for all steps.

        Raises:
            Superseded: a newer version is there, this one was deleted, or its files were
                withdrawn because it is over quota.
            TransientError: other writers kept winning.
        """
        head: bytes | None = None
        for _ in range(_RACES):
            found = self.read(upload)
            if found is not None and (
                found["version"] >= upload.version or _stands_in_for(found, upload)
            ):
                return _wanted(found, upload)
            head = originals.head(upload) if head is None else head
            opened = self._new_item(upload, head, replaces=found)
            try:
                transact(
                    self._client,
                    [
                        require_not_removed(self._idempotency_table, upload.key, upload.version),
                        self._put(opened, found),
                    ],
                )
            except ConditionFailed as error:
                if self._is_removed(upload):
                    raise Superseded(f"{upload.key} was deleted") from error
                continue
            return opened
        raise TransientError(f"The item of {upload.key} is written by too many at once.")

    def finish_step(self, upload: Upload, step: str, outcome: StepOutcome) -> None:
        """Write how a step ended.

        Raises:
            Superseded: the item is of another version, gone, or its files were withdrawn.
            TransientError: the write was refused for none of these.
        """
        names = {"#version": "version", "#steps": "steps", "#step": step}
        values: dict[str, Any] = {":version": upload.version, ":outcome": outcome.summary()}
        changes = ["#steps.#step = :outcome"]
        for index, (name, rendition) in enumerate(outcome.renditions.items()):
            names |= {"#renditions": "renditions", f"#r{index}": name}
            values[f":r{index}"] = rendition
            changes.append(f"#renditions.#r{index} = :r{index}")
        for index, (name, value) in enumerate(outcome.attributes.items()):
            names[f"#a{index}"] = name
            values[f":a{index}"] = value
            changes.append(f"#a{index} = :a{index}")
        try:
            self.update(
                upload,
                f"SET {', '.join(changes)}",
                only_if="attribute_not_exists(withdrawn)",
                names=names,
                values=values,
            )
        except Superseded as refusal:
            self.confirm(upload)  # a step is given up only for a reason that can be read
            raise TransientError(f"{upload.key} was refused, but is wanted.") from refusal

    def update(
        self,
        image: ImageVersion,
        change: str,
        *,
        only_if: str | None = None,
        names: Mapping[str, str],
        values: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Apply an update expression to the item of this version, and only this; the new item.

        `names` and `values` hold `#version` and `:version`; `only_if` is a condition besides.

        Raises:
            Superseded: the item is of another version, or gone, or not as `only_if` asks.
        """
        condition = "#version = :version" + (f" AND {only_if}" if only_if else "")
        try:
            with aws_errors():
                answer = self._client.update_item(
                    TableName=self._images_table,
                    Key=_image_key(image),
                    UpdateExpression=change,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=to_item(_numbers(values)),
                    ReturnValues="ALL_NEW",
                )
        except ConditionFailed as error:
            raise Superseded(f"{image.key} has moved on from {image.version}") from error
        return from_item(answer["Attributes"])

    def confirm(self, upload: Upload) -> None:
        """Make sure that what was just written for this version is still wanted.

        Raises:
            Superseded: it is not, and has to be taken back.
        """
        found = self.read(upload)
        if found is None:
            raise Superseded(f"{upload.key} was deleted")
        _wanted(found, upload)

    def forget_replaced(self, image: ImageVersion) -> None:
        """Note that nothing of the versions before this one is left.

        Raises:
            Superseded: the item is of another version, or gone.
        """
        self.update(
            image,
            "REMOVE replaces",
            names={"#version": "version"},
            values={":version": image.version},
        )

    def withdraw(self, image: ImageVersion) -> None:
        """Say of a version over quota that its files go: what is written from now on goes too.

        Raises:
            Superseded: the item is of another version, gone, or not over quota any more.
        """
        self.update(
            image,
            "SET withdrawn = :yes, renditions = :none",
            only_if="#status = :over_quota",
            names={"#version": "version", "#status": "status"},
            values={
                ":version": image.version,
                ":over_quota": OVER_QUOTA,
                ":yes": True,
                ":none": {},
            },
        )

    def reopen(self, image: ImageVersion, at: str, *, kind: str) -> None:
        """Let a version that is over quota or failed go through all steps of its kind again.

        Raises:
            Superseded: the item is of another version, gone, or ended in another way.
        """
        self.update(
            image,
            "SET #status = :processing, steps = :steps, renditions = :none, retried_at = :at "
            "REMOVE withdrawn, finished_at, reason, message",
            only_if="#status IN (:over_quota, :failed)",
            names={"#version": "version", "#status": "status"},
            values={
                ":version": image.version,
                ":processing": PROCESSING,
                ":steps": self._steps_of(kind),
                ":none": {},
                ":at": at,
                ":over_quota": OVER_QUOTA,
                ":failed": FAILED,
            },
        )

    def refuse_again(
        self, image: ImageVersion, at: str, *, reason: str, message: str
    ) -> dict[str, Any]:
        """Note that a version is still over quota when its owner asked again; the new item.

        Raises:
            Superseded: the item is of another version, gone, or not over quota any more.
        """
        return self.update(
            image,
            "SET finished_at = :at, retried_at = :at, reason = :reason, message = :message",
            only_if="#status = :over_quota",
            names={"#version": "version", "#status": "status"},
            values={
                ":version": image.version,
                ":over_quota": OVER_QUOTA,
                ":at": at,
                ":reason": reason,
                ":message": message,
            },
        )

    def bury(self, image: ImageVersion) -> None:
        """Remove the item of this version or an older one, for good: it cannot be opened again.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            found = self.read(image)
            if found is not None and found["version"] > image.version:
                return
            is_removed = self._is_removed(image)
            if found is None and is_removed:
                return
            writes = [self._delete(found, image)]
            if not is_removed:  # the mark of a later deletion stays as it is
                writes.append(mark_removed(self._idempotency_table, image.key, image.version))
            try:
                transact(self._client, writes)
            except ConditionFailed:
                continue
            return
        raise TransientError(f"The item of {image.key} is written by too many at once.")

    def _steps_of(self, kind: str) -> dict[str, dict[str, str]]:
        return {
            step: {"state": PENDING}
            for step, only_kind in self._steps.items()
            if only_kind in (None, kind)
        }

    def _new_item(
        self, upload: Upload, head: bytes, *, replaces: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        kind, refusal = kind_of(head), refusal_of(head)
        item = {
            "identity_id": upload.identity_id,
            "image": upload.key,
            "version": upload.version,
            "sequencer": upload.sequencer,
            "kind": kind,
            "status": PROCESSING,
            "bytes": upload.bytes,
            "etag": upload.etag,
            "uploaded_at": timestamp(upload.uploaded_at),
            "opened_at": timestamp(),
            "steps": self._steps_of(kind),
            "renditions": {},
        }
        if refusal is not None:
            item["refusal"] = {"reason": refusal.code, "message": refusal.sentence}
        if replaces is not None and _is_same(replaces, upload):
            return _again(item, replaces)
        if replaces is not None:
            # Tells cleanup that older outputs may exist; it removes this once they are gone.
            item["replaces"] = replaces["version"]
        return item

    def _put(self, item: Mapping[str, Any], found: Mapping[str, Any] | None) -> Write:
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(identity_id)"}
        if found is not None:
            condition = _version_is(found["version"])
        return {
            "Put": {"TableName": self._images_table, "Item": to_item(_numbers(item)), **condition}
        }

    def _delete(self, found: Mapping[str, Any] | None, image: ImageVersion) -> Write:
        # Where there is no item it only asks that there still is none: else one that is opened
        # between this and the mark would stay.
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(identity_id)"}
        if found is not None:
            condition = _version_is(found["version"])
        return {"Delete": {"TableName": self._images_table, "Key": _image_key(image), **condition}}

    def _is_removed(self, image: ImageVersion) -> bool:
        return is_removed(self._client, self._idempotency_table, image.key, image.version)


def _is_same(found: Mapping[str, Any], upload: Upload) -> bool:
    return same_object(found["version"], found.get("etag"), upload.version, upload.etag)


def _stands_in_for(found: Mapping[str, Any], upload: Upload) -> bool:
    return not is_stand_in(upload.version) and _is_same(found, upload)


def _again(item: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The item of an object that is processed once more.

    It keeps what there is to show until each step has made its own anew, and its owner, who was
    told of it, is not told again. The older files go later: pages that are open still show them.
    """
    told = before["status"] != "processing" or bool(before.get("quiet"))
    dropped = ("replaces", "quiet", "refusal")
    kept = {name: value for name, value in before.items() if name not in dropped}
    renewed = ("version", "sequencer", "opened_at", "kind", "refusal", "steps")
    return {
        **kept,
        **{name: item[name] for name in renewed if name in item},
        **({"quiet": True} if told else {}),
    }


def _wanted(found: dict[str, Any], upload: Upload) -> dict[str, Any]:
    if _is_same(found, upload):
        raise SameObject(f"{upload.key} is recorded as {found['version']}")
    if found["version"] != upload.version:
        raise Superseded(f"{upload.key} is at {found['version']}, past {upload.version}")
    if "withdrawn" in found:
        raise Superseded(f"{upload.key} is over quota")
    return found


def _version_is(version: str) -> dict[str, Any]:
    return {
        "ConditionExpression": "#version = :found",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":found": {"S": version}},
    }


def _image_key(image: ImageVersion) -> dict[str, Any]:
    return to_item({"identity_id": image.identity_id, "image": image.key})


def _numbers(value: Any) -> Any:
    """The same value with every float as the Decimal that DynamoDB takes."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {name: _numbers(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers(part) for part in value]
    return value
