"""The images table: one item for an image, always of its newest version.

Three rules keep it right whatever arrives late, twice or out of order:

* A version's first writer opens the item; an older version never replaces a newer one.
* Every later write asks for its own version and fails when the item has moved on.
* A deletion leaves a tombstone that outlives every message, so an upload that was deleted can
  never be opened again. The item itself is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import (
    Condition,
    Key,
    Table,
    Update,
    absent,
    compare,
    either,
    transact,
)
from darkroom.aws.errors import ConditionFailed
from darkroom.config import ConfigError
from darkroom.errors import (
    DarkroomError,
    PermanentError,
    TransientError,
    UnreadableUpload,
    UnsupportedFormat,
)
from darkroom.kinds import Kind, kind_of, refusal_of
from darkroom.moments import timestamp
from darkroom.pipeline.processed import FILE_ATTRIBUTES
from darkroom.pipeline.tombstones import Tombstones
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import is_synthetic, same_object, unchanged
from darkroom.states import Status, StepState

if TYPE_CHECKING:
    from darkroom.config import RecordsConfig, StepKinds
    from darkroom.model import ImageItem, RenditionEntry, StepEntry
    from darkroom.pipeline.originals import Originals
    from mypy_boto3_dynamodb import DynamoDBClient

# What its owner says of an image; being in the bin has further attributes, which go with this one.
_OWNER_SAYS = ("favourite", "albums", "binned_at")
_OF_BIN = ("binned_at", "bin_until", "bin_day")
_SECOND = timedelta(seconds=1)  # `binned_at` is rounded down to one
_RACES = 5
_Told = tuple[Kind, PermanentError | None]  # a file's kind, and why it is refused if it is


class Superseded(DarkroomError):
    """This version's outputs are not to be kept: it was overwritten, deleted or is over quota."""


class SameObject(Superseded):
    """This very object is recorded already, under a synthetic version."""


@dataclass(frozen=True)
class StepOutcome:
    """How a step of a version ended, and what it adds to the image's item.

    `reason` is a code and `message` a sentence for the owner, where the step is not done.
    `renditions` are by name; `attributes` are top-level ones of the item.
    """

    state: StepState = StepState.DONE
    reason: str | None = None
    message: str | None = None
    renditions: Mapping[str, RenditionEntry] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def entry(self) -> StepEntry:
        """What the item's `steps` and the receipt say of this step, finished now."""
        entry: StepEntry = {"state": self.state, "finished_at": timestamp()}
        if self.reason is not None:
            entry["reason"] = self.reason
        if self.message is not None:
            entry["message"] = self.message
        return entry


def kind_in(item: ImageItem) -> Kind:
    """The kind of an item's file. Items of releases before kinds have none: all were pictures."""
    return item.get("kind", Kind.PICTURE)


class ImageRecords:
    """Reads and writes of image items.

    `steps` are the steps that a new version may wait for, with the kind of files that each is for.
    A version waits for those of its own kind, and keeps the list it was opened with: one in flight
    is not held up by a step that was added later. `keeps_other_files` is whether a file of no known
    kind is kept as it is; else it is refused.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        *,
        images_table: str,
        idempotency_table: str,
        steps: StepKinds,
        keeps_other_files: bool,
    ) -> None:
        self._client = client
        self._images: Table[ImageItem] = Table(client, images_table)
        self._tombstones = Tombstones(client, idempotency_table)
        self._steps = steps
        self._keeps_other_files = keeps_other_files

    @staticmethod
    def of(client: DynamoDBClient, config: RecordsConfig) -> ImageRecords:
        """The records that a function's environment describes."""
        return ImageRecords(
            client,
            images_table=config.images_table,
            idempotency_table=config.idempotency_table,
            steps=config.steps,
            keeps_other_files=config.keep_other_files == "true",
        )

    def kind_of_step(self, step: str) -> Kind | None:
        """The kind of files that a step is for; None where it is for all of them.

        Raises:
            ConfigError: no file would wait for this step.
        """
        if step not in self._steps:
            raise ConfigError(f"STEPS has no {step}: no file would wait for it")
        return self._steps[step]

    def read(self, image: ImageVersion) -> ImageItem | None:
        """The image's item as it stands now, whatever its version."""
        return self._images.get(_key(image))

    def is_deleted(self, image: ImageVersion) -> bool:
        """Whether this version, or a newer one, is deleted."""
        return self._tombstones.cover(image)

    def open(self, upload: Upload, originals: Originals) -> ImageItem:
        """The item of this version, made if it is the first to arrive.

        Only then its first bytes are read, which tell its kind once, for all steps. What cannot be
        read is of no known kind.

        Raises:
            Superseded: a newer version is there, this one was deleted, or its files were
                withdrawn because it is over quota.
            TransientError: other writers kept winning.
        """
        told: _Told | None = None
        for _ in range(_RACES):
            found = self.read(upload)
            if found is not None and (
                found["version"] >= upload.version or _is_recorded(found, upload)
            ):
                if _is_uploaded_since_binned(found, upload):
                    self._take_out_of_bin(found)
                return _current(found, upload)
            told = told or self._told(upload, originals)
            opened = self._new_item(upload, told, replaces=found)
            try:
                transact(
                    self._client,
                    [
                        self._tombstones.require_no_tombstone(upload),
                        self._images.put(opened).when(unchanged(found), *_unsaid_since(found)),
                    ],
                )
            except ConditionFailed as error:
                if self._tombstones.cover(upload):
                    raise Superseded(f"{upload.key} was deleted") from error
                continue
            return opened
        raise TransientError(f"The item of {upload.key} is written by too many at once.")

    def finish_step(self, upload: Upload, step: str, outcome: StepOutcome) -> ImageItem:
        """The item with how a step ended, and all that ended before it.

        Raises:
            Superseded: the item is of another version, gone, or its files were withdrawn.
            TransientError: the write was refused for none of these.
        """
        changes = self.changes(upload).when(absent("withdrawn"))
        changes.set_at(("steps", step), outcome.entry())
        for name, rendition in outcome.renditions.items():
            changes.set_at(("renditions", name), rendition)
        changes.set(**outcome.attributes)
        try:
            return self.write(upload, changes)
        except Superseded as refusal:
            self.confirm(upload)  # a step is given up only for a reason that can be read
            raise TransientError(f"{upload.key} was refused, but is wanted.") from refusal

    def report_progress(self, upload: Upload, step: str, percent: int) -> None:
        """Note how far a step is, for its owner's pages. One that is finished stays as it is.

        Raises:
            Superseded: the item is of another version, gone, or its files were withdrawn.
        """
        changes = self.changes(upload).when(absent("withdrawn"))
        changes.when(compare(("steps", step, "state"), "=", StepState.PENDING))
        try:
            self.write(upload, changes.set_at(("steps", step, "percent"), percent))
        except Superseded:
            self.confirm(upload)

    def changes(self, image: ImageVersion) -> Update[ImageItem]:
        """An update of the item while it is of this version, for `write`."""
        return self._images.update(_key(image)).when(version=image.version)

    def write(self, image: ImageVersion, changes: Update[ImageItem]) -> ImageItem:
        """The item after these changes.

        Raises:
            Superseded: the item is of another version, gone, or not as the changes ask.
        """
        try:
            return changes.read()
        except ConditionFailed as error:
            raise Superseded(f"{image.key} has moved on from {image.version}") from error

    def confirm(self, upload: Upload) -> None:
        """Make sure that what was just written for this version is to be kept.

        Raises:
            Superseded: it is not, and has to be undone.
        """
        found = self.read(upload)
        if found is None:
            raise Superseded(f"{upload.key} was deleted")
        _current(found, upload)

    def forget_replaced(self, image: ImageVersion) -> None:
        """Note that no file of the versions before this one is left.

        Raises:
            Superseded: the item is of another version, or gone.
        """
        self.write(image, self.changes(image).remove("replaces"))

    def mark_files_withdrawn(self, image: ImageVersion) -> None:
        """Note that the files of a version over quota are deleted now: no step may write more.

        Raises:
            Superseded: the item is of another version, gone, or not over quota any more.
        """
        changes = self.changes(image).when(status=Status.OVER_QUOTA)
        self.write(image, changes.set(withdrawn=True, renditions={}).remove(*FILE_ATTRIBUTES))

    def reopen(self, image: ImageVersion, at: str, *, kind: Kind) -> None:
        """Let a version that is over quota or failed go through all steps of its kind again.

        Raises:
            Superseded: the item is of another version, gone, or ended in another way.
        """
        ended = (compare("status", "=", end) for end in (Status.OVER_QUOTA, Status.FAILED))
        changes = self.changes(image).when(either(*ended))
        changes.set(status=Status.PROCESSING, steps=self._steps_of(kind), renditions={})
        changes.set(retried_at=at)
        changes.remove(*FILE_ATTRIBUTES, "withdrawn", "finished_at", "reason", "message")
        self.write(image, changes)

    def refuse_again(self, image: ImageVersion, at: str, *, reason: str, message: str) -> ImageItem:
        """The item of a version that is still over quota when its owner asked again.

        Raises:
            Superseded: the item is of another version, gone, or not over quota any more.
        """
        changes = self.changes(image).when(status=Status.OVER_QUOTA)
        changes.set(finished_at=at, retried_at=at, reason=reason, message=message)
        return self.write(image, changes)

    def delete_permanently(self, image: ImageVersion) -> None:
        """Delete the item of this version or an older one: it can never be opened again.

        Raises:
            TransientError: other writers kept winning.
        """
        for _ in range(_RACES):
            found = self.read(image)
            if found is not None and found["version"] > image.version:
                return
            has_tombstone = self._tombstones.cover(image)
            if found is None and has_tombstone:
                return
            # Also where there is no item: the deletion then asks that there still is none. Else
            # one that is opened between this and the tombstone would stay.
            writes = [self._images.delete(_key(image)).when(unchanged(found))]
            if not has_tombstone:  # that of a later deletion stays as it is
                writes.append(self._tombstones.tombstone(image))
            try:
                transact(self._client, writes)
            except ConditionFailed:
                continue
            return
        raise TransientError(f"The item of {image.key} is written by too many at once.")

    def _take_out_of_bin(self, found: ImageItem) -> None:
        """Whoever uploads the same file again wants to see it."""
        key = {"identity_id": found["identity_id"], "image": found["image"]}
        item = self._images.update(key).remove(*_OF_BIN)
        # Another run may have, and its owner may have said something else meanwhile.
        with suppress(ConditionFailed):
            item.when(version=found["version"], binned_at=found["binned_at"]).write()

    def _told(self, upload: Upload, originals: Originals) -> _Told:
        """What a file is: one of a kind that has no step here is of no known kind.

        One that is empty, or that S3 does not give out, is refused in any case: nobody could
        download what they uploaded.
        """
        try:
            head = originals.head(upload)
        except UnreadableUpload as refusal:
            return Kind.OTHER, refusal
        on = {kind for kind in self._steps.values() if kind is not None}
        reason = refusal_of(head, on)
        is_kept = self._keeps_other_files and isinstance(reason, UnsupportedFormat)
        return kind_of(head, on), None if is_kept else reason

    def _steps_of(self, kind: Kind) -> dict[str, StepEntry]:
        return {
            step: {"state": StepState.PENDING}
            for step, only_kind in self._steps.items()
            if only_kind in (None, kind)
        }

    def _new_item(self, upload: Upload, told: _Told, *, replaces: ImageItem | None) -> ImageItem:
        kind, refusal = told
        item: ImageItem = {
            "identity_id": upload.identity_id,
            "image": upload.key,
            "version": upload.version,
            "sequencer": upload.sequencer,
            "kind": kind,
            "status": Status.PROCESSING,
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
            return _processed_again(item, replaces, upload)
        if replaces is not None:
            item["replaces"] = replaces["version"]
            # Not that it is in the bin: whoever uploads a file again wants to see it.
            if "favourite" in replaces:
                item["favourite"] = replaces["favourite"]
            if "albums" in replaces:
                item["albums"] = replaces["albums"]
        return item


def _unsaid_since(found: ImageItem | None) -> list[Condition]:
    """The conditions that its owner has said nothing else of an image since it was read."""
    return [
        absent(name) if found is None or name not in found else compare(name, "=", found.get(name))
        for name in _OWNER_SAYS
    ]


def _is_same(found: ImageItem, upload: Upload) -> bool:
    return same_object(found["version"], found.get("etag"), upload.version, upload.etag)


def _is_recorded(found: ImageItem, upload: Upload) -> bool:
    """Whether the item is of this very object, under a synthetic version."""
    return not is_synthetic(upload.version) and _is_same(found, upload)


def _is_uploaded_since_binned(found: ImageItem, upload: Upload) -> bool:
    """Whether these bytes were put into the bin, and were uploaded once more after that."""
    if "binned_at" not in found or not _is_same(found, upload):
        return False
    return upload.uploaded_at > datetime.fromisoformat(found["binned_at"]) + _SECOND


def _processed_again(item: ImageItem, before: ImageItem, upload: Upload) -> ImageItem:
    """The item of an object that is processed once more.

    It keeps what there is to show until each step has made its own anew, and its owner, who was
    told of it, is not told again. The older files go later: pages that are open still show them.
    """
    again: ImageItem = {
        **before,
        "version": item["version"],
        "sequencer": item["sequencer"],
        "opened_at": item["opened_at"],
        "kind": item["kind"],
        "steps": item["steps"],
    }
    outdated = _OF_BIN if _is_uploaded_since_binned(before, upload) else ()
    for name in ("replaces", "refusal", *outdated):
        again.pop(name, None)  # type: ignore[misc]  # each is one of the item's optional keys
    if "refusal" in item:
        again["refusal"] = item["refusal"]
    if before["status"] != Status.PROCESSING:
        again["quiet"] = True  # one that was quiet before stays so
    return again


def _current(found: ImageItem, upload: Upload) -> ImageItem:
    """The item, if it is of this very version and its files are to be kept."""
    if _is_same(found, upload):
        raise SameObject(f"{upload.key} is recorded as {found['version']}")
    if found["version"] != upload.version:
        raise Superseded(f"{upload.key} is at {found['version']}, past {upload.version}")
    if "withdrawn" in found:
        raise Superseded(f"{upload.key} is over quota")
    return found


def _key(image: ImageVersion) -> Key:
    return {"identity_id": image.identity_id, "image": image.key}
