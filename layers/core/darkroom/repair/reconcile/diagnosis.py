"""What is wrong with an upload, and what has to be done: a pure function of what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from darkroom.aws.s3 import StoredObject
from darkroom.pipeline.join import is_pending
from darkroom.pipeline.processed import files_shown
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import NO_VERSION, synthetic_after
from darkroom.repair.reconcile.survey import Sighting
from darkroom.states import Status

if TYPE_CHECKING:
    from darkroom.model import ImageItem, LedgerRow

Fault = Literal["unseen", "unfinished", "uncharged", "incomplete", "vanished", "orphaned"]


@dataclass(frozen=True)
class Diagnosis:
    """A fault of one upload.

    `image` is what to publish: an upload as stored, or, where the fault is `vanished`, the version
    of a deletion. For `orphaned`, `files` are the keys of outputs to delete instead.
    """

    fault: Fault
    image: ImageVersion
    files: tuple[str, ...] = ()


def diagnose(
    seen: Sighting, *, bucket: str, now: datetime, grace: timedelta, tombstone: str | None = None
) -> Diagnosis | None:
    """What is wrong with an upload, the first thing first; None where all is well or too young.

    `tombstone` is the version up to which the key is known to be deleted.
    """
    deleted = tombstone or NO_VERSION
    if seen.object is None:
        return _diagnose_deleted(seen, now - grace, deleted)
    if seen.object.modified > now - grace:
        return None
    known = max(deleted, _version(seen.record), _version(seen.row))
    current = _current_version(seen, seen.object, known)
    if current is None:
        return Diagnosis("unseen", _upload(seen, seen.object, synthetic_after(known), bucket))
    upload = _upload(seen, seen.object, current, bucket)
    if seen.record is None or seen.record["version"] != current:
        return Diagnosis("unseen", upload)
    if seen.row is None or seen.row.get("etag") != seen.object.etag:
        return Diagnosis("uncharged", upload)
    return _diagnose_item(seen, seen.record, upload, now - grace)


def _diagnose_item(
    seen: Sighting, item: ImageItem, upload: Upload, before: datetime
) -> Diagnosis | None:
    begun = max(item["opened_at"], item.get("retried_at", ""))  # the same form: text orders
    if datetime.fromisoformat(begun) > before:
        return None
    shown = set(files_shown(item).values())
    if item["status"] != Status.OVER_QUOTA:
        if is_pending(item) or item["status"] == Status.PROCESSING:
            return Diagnosis("unfinished", upload)
        if not shown <= seen.outputs.keys():
            return Diagnosis("incomplete", upload)
    files = tuple(
        key
        for key, output in seen.outputs.items()
        if key not in shown
        and output.modified <= before
        and (_version_in(key) < item["version"] or item["status"] == Status.OVER_QUOTA)
    )
    return Diagnosis("orphaned", upload, files) if files else None


def _diagnose_deleted(seen: Sighting, before: datetime, deleted: str) -> Diagnosis | None:
    if any(output.modified > before for output in seen.outputs.values()):
        return None  # somebody is at work: a writer that finds out deletes its files again
    known = max([_version(seen.record), _version(seen.row), *map(_version_in, seen.outputs)])
    if known == NO_VERSION:
        return None
    version = synthetic_after(max(known, deleted))
    return Diagnosis("vanished", ImageVersion(seen.identity_id, seen.key, version))


def _current_version(seen: Sighting, found: StoredObject, known: str) -> str | None:
    """The newest version that the tables say, if that is of the object that is there."""
    sources = [source for source in (seen.record, seen.row) if source is not None]
    fitting = [source["version"] for source in sources if source.get("etag") == found.etag]
    newest = max(fitting, default=None)
    # Of another object a newer version was seen, or a deletion: then this one came after that.
    return None if newest is None or newest < known else newest


def _upload(seen: Sighting, found: StoredObject, version: str, bucket: str) -> Upload:
    item = seen.record
    recorded = item if item is not None and item["version"] == version else None
    return Upload(
        seen.identity_id,
        seen.key,
        version,
        sequencer=recorded["sequencer"] if recorded else version,
        bucket=bucket,
        etag=found.etag,
        bytes=found.bytes,
        uploaded_at=datetime.fromisoformat(recorded["uploaded_at"]) if recorded else found.modified,
    )


def _version(source: ImageItem | LedgerRow | None) -> str:
    return NO_VERSION if source is None else source["version"]


def _version_in(output_key: str) -> str:
    return output_key.rsplit("/", 2)[1]
