"""What is wrong with an upload, and what has to be done: a pure function of what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from darkroom.pipeline.records import OVER_QUOTA, PENDING
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import UNKNOWN, stand_in_after
from darkroom.repair.reconcile.survey import Sighting, StoredObject

Fault = Literal["unseen", "unfinished", "uncharged", "incomplete", "vanished", "orphaned"]


@dataclass(frozen=True)
class Finding:
    """A fault of one upload.

    `image` is what to publish: an upload as stored, or, where the fault is `vanished`, the version
    of a deletion. For `orphaned`, `files` are the keys of outputs to remove instead.
    """

    fault: Fault
    image: ImageVersion
    files: tuple[str, ...] = ()


def judge(
    seen: Sighting, *, bucket: str, now: datetime, grace: timedelta, removed_at: str | None = None
) -> Finding | None:
    """What is wrong with an upload, the first thing first; None where all is well or too young.

    `removed_at` is the version up to which the key is known to be deleted.
    """
    removed_at = removed_at or UNKNOWN
    if seen.object is None:
        return _judge_removed(seen, now - grace, removed_at)
    if seen.object.modified > now - grace:
        return None
    known = max(removed_at, _version(seen.record), _version(seen.row))
    current = _current(seen, seen.object, known)
    if current is None:
        return Finding("unseen", _upload(seen, seen.object, stand_in_after(known), None, bucket))
    upload = _upload(seen, seen.object, current["version"], seen.record, bucket)
    if seen.record is None or seen.record["version"] != current["version"]:
        return Finding("unseen", upload)
    if seen.row is None or seen.row.get("etag") != seen.object.etag:
        return Finding("uncharged", upload)
    return _judge_record(seen, seen.record, upload, now - grace)


def _judge_record(
    seen: Sighting, record: Mapping[str, Any], upload: Upload, before: datetime
) -> Finding | None:
    begun = max(record["opened_at"], record.get("retried_at", ""))  # the same form: text orders
    if datetime.fromisoformat(begun) > before:
        return None
    if record["status"] != OVER_QUOTA:
        pending = any(step["state"] == PENDING for step in record["steps"].values())
        if pending or record["status"] == "processing":
            return Finding("unfinished", upload)
        if any(made["key"] not in seen.outputs for made in record["renditions"].values()):
            return Finding("incomplete", upload)
    shown = {made["key"] for made in record["renditions"].values()}
    files = tuple(
        key
        for key, output in seen.outputs.items()
        if key not in shown
        and output.modified <= before
        and (_version_in(key) < record["version"] or record["status"] == OVER_QUOTA)
    )
    return Finding("orphaned", upload, files) if files else None


def _judge_removed(seen: Sighting, before: datetime, removed_at: str) -> Finding | None:
    if any(output.modified > before for output in seen.outputs.values()):
        return None  # somebody is at work: a writer that finds out takes its files back
    known = max([_version(seen.record), _version(seen.row), *map(_version_in, seen.outputs)])
    if known == UNKNOWN:
        return None
    version = stand_in_after(max(known, removed_at))
    return Finding("vanished", ImageVersion(seen.identity_id, seen.key, version))


def _current(seen: Sighting, found: StoredObject, known: str) -> Mapping[str, Any] | None:
    """The newest of what the tables say, if that is of the object that is there."""
    sources = [source for source in (seen.record, seen.row) if source is not None]
    fitting = [source for source in sources if source.get("etag") == found.etag]
    newest = max(fitting, key=_version, default=None)
    if newest is None:
        return None
    # A newer version of another object was seen: then this one came after that.
    others = [source for source in sources if source.get("etag") != found.etag]
    if any(_version(other) > _version(newest) for other in others):
        return None
    return newest if _version(newest) >= known else None


def _upload(
    seen: Sighting,
    found: StoredObject,
    version: str,
    record: Mapping[str, Any] | None,
    bucket: str,
) -> Upload:
    same = record is not None and record["version"] == version
    return Upload(
        seen.identity_id,
        seen.key,
        version,
        sequencer=record["sequencer"] if record is not None and same else version,
        bucket=bucket,
        etag=found.etag,
        bytes=found.bytes,
        uploaded_at=(
            datetime.fromisoformat(record["uploaded_at"])
            if record is not None and same
            else found.modified
        ),
    )


def _version(source: Mapping[str, Any] | None) -> str:
    return UNKNOWN if source is None else str(source["version"])


def _version_in(output_key: str) -> str:
    return output_key.rsplit("/", 2)[1]
