"""What is wrong with an upload, told from what was seen of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from darkroom.aws.s3 import StoredObject
from darkroom.moments import timestamp
from darkroom.pipeline.versions import synthetic_after
from darkroom.repair.reconcile.diagnosis import Diagnosis, diagnose
from darkroom.repair.reconcile.survey import Sighting

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GRACE = timedelta(hours=1)
OLD, YOUNG = NOW - 2 * GRACE, NOW - GRACE / 2
KEY, VERSION = "users/ann/a.jpg", "0066AB12CD34EF5678"
FILE = f"{KEY}/{VERSION}/thumbnail-240.jpg"


def stored(key: str = KEY, *, etag: str = "e", modified: datetime = OLD) -> StoredObject:
    return StoredObject(key, etag, 10, modified)


def record(**changes: Any) -> dict[str, Any]:
    return {
        "identity_id": "ann",
        "image": KEY,
        "version": VERSION,
        "sequencer": VERSION,
        "etag": "e",
        "status": "processed",
        "uploaded_at": timestamp(OLD),
        "opened_at": timestamp(OLD),
        "steps": {"quota": {"state": "done"}},
        "renditions": {"thumbnail-240-jpeg": {"key": FILE}},
        **changes,
    }


def sighting(**changes: Any) -> Sighting:
    whole = {
        "object": stored(),
        "record": record(),
        "row": {"version": VERSION, "etag": "e"},
        "outputs": {FILE: stored(FILE)},
    }
    return Sighting("ann", KEY, **{**whole, **changes})


def found(seen: Sighting, tombstone: str | None = None) -> Diagnosis | None:
    return diagnose(seen, bucket="uploads", now=NOW, grace=GRACE, tombstone=tombstone)


PENDING = {"status": "processing", "steps": {"quota": {"state": "pending"}}}
DOCUMENT = f"{KEY}/{VERSION}/details.json"
OLDER = f"{KEY}/0001/thumbnail-240.jpg"


@pytest.mark.parametrize(
    "seen",
    [
        sighting(),
        sighting(object=stored(modified=YOUNG), record=None, row=None, outputs={}),
        sighting(record=record(**PENDING, opened_at=timestamp(YOUNG))),
        sighting(record=record(**PENDING, retried_at=timestamp(YOUNG))),
        sighting(object=None, outputs={FILE: stored(FILE, modified=YOUNG)}),
        sighting(object=None, record=None, row=None, outputs={}),
        sighting(outputs={FILE: stored(FILE), OLDER: stored(OLDER, modified=YOUNG)}),
        sighting(
            record=record(details={"key": DOCUMENT}),
            outputs={FILE: stored(FILE), DOCUMENT: stored(DOCUMENT)},
        ),
    ],
)
def test_nothing_is_found_when_all_is_well_or_too_young(seen: Sighting) -> None:
    assert found(seen) is None


@pytest.mark.parametrize(
    ("seen", "fault", "version"),
    [
        (sighting(record=record(**PENDING)), "unfinished", VERSION),
        (sighting(record=record(status="processing")), "unfinished", VERSION),
        (sighting(row=None), "uncharged", VERSION),
        (sighting(outputs={}), "incomplete", VERSION),
        (sighting(record=record(details={"key": DOCUMENT})), "incomplete", VERSION),
        (sighting(record=None), "unseen", VERSION),
        (sighting(object=stored(etag="new")), "unseen", synthetic_after(VERSION)),
        (sighting(object=None), "vanished", synthetic_after(VERSION)),
    ],
)
def test_fault_is_found_under_the_right_version_when_there_is_one(
    seen: Sighting, fault: str, version: str
) -> None:
    finding = found(seen)
    assert finding is not None
    assert (finding.fault, finding.image.version) == (fault, version)


def test_synthetic_follows_the_deletion_when_a_photo_came_back_behind_it() -> None:
    finding = found(sighting(), tombstone="0066AB12CD34EF5679")
    assert finding is not None
    assert finding.image.version == synthetic_after("0066AB12CD34EF5679")


def test_charge_of_another_object_is_not_taken_for_this_one_s_when_it_is_newer() -> None:
    row = {"version": "0066AB12CD34EF5679", "etag": "other"}
    finding = found(sighting(row=row))
    assert finding is not None
    assert finding.image.version == synthetic_after("0066AB12CD34EF5679")


def test_only_older_files_are_orphans_when_a_record_shows_its_own() -> None:
    finding = found(sighting(outputs={FILE: stored(FILE), OLDER: stored(OLDER)}))
    assert finding is not None
    assert (finding.fault, finding.files) == ("orphaned", (OLDER,))
