"""What is wrong with an upload, told from what was seen of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from darkroom.aws.s3 import StoredObject
from darkroom.moments import timestamp
from darkroom.pipeline.uploads import ImageVersion, Upload
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


# One moment is the last that is old enough, for whatever it is of.

EDGE, AFTER = NOW - GRACE, NOW - GRACE + timedelta(milliseconds=1)
NEWER = "0066AB12CD34EF5679"


@pytest.mark.parametrize(
    ("aged", "fault"),
    [
        (lambda at: sighting(object=stored(modified=at), record=None), "unseen"),
        (lambda at: sighting(record=record(**PENDING, opened_at=timestamp(at))), "unfinished"),
        (lambda at: sighting(record=record(**PENDING, retried_at=timestamp(at))), "unfinished"),
        (lambda at: sighting(object=None, outputs={FILE: stored(modified=at)}), "vanished"),
        (
            lambda at: sighting(outputs={FILE: stored(), OLDER: stored(modified=at)}),
            "orphaned",
        ),
    ],
)
def test_fault_is_told_when_the_grace_is_just_over(aged: Any, fault: str) -> None:
    finding = found(aged(EDGE))
    assert finding is not None
    assert finding.fault == fault
    assert found(aged(AFTER)) is None


def test_age_is_that_of_the_later_of_opening_and_retry_when_there_are_both() -> None:
    retried_before = {"opened_at": timestamp(YOUNG), "retried_at": timestamp(OLD)}
    assert found(sighting(record=record(**PENDING, **retried_before))) is None


# What is published is the object as it is stored, and what the item knows of it.

STORED = StoredObject(KEY, "e", 10, OLD)


def upload(version: str, sequencer: str, uploaded_at: datetime) -> Upload:
    return Upload(
        "ann", KEY, version, sequencer=sequencer, bucket="uploads", etag="e", bytes=10,
        uploaded_at=uploaded_at,
    )  # fmt: skip


def test_upload_is_as_the_item_knows_it_when_its_version_is_right() -> None:
    at = OLD - timedelta(days=1)
    item = record(sequencer="00FF", uploaded_at=timestamp(at))
    assert found(sighting(record=item, row=None)) == Diagnosis(
        "uncharged", upload(VERSION, "00FF", at)
    )


@pytest.mark.parametrize(
    ("item", "row", "version"),
    [
        (None, {"version": VERSION, "etag": "e"}, VERSION),
        (record(version="0001"), {"version": VERSION, "etag": "e"}, VERSION),
        (record(version="0001", etag="other"), {"version": VERSION, "etag": "e"}, VERSION),
        (None, None, synthetic_after("0")),
        (record(etag="other"), None, synthetic_after(VERSION)),
        (None, {"version": NEWER, "etag": "other"}, synthetic_after(NEWER)),
        (record(etag="other"), {"version": NEWER, "etag": "other"}, synthetic_after(NEWER)),
        (record(version=NEWER, etag="other"), {"version": VERSION}, synthetic_after(NEWER)),
        (record(version=NEWER, etag="other"), {"version": VERSION, "etag": "e"},
         synthetic_after(NEWER)),
    ],
)  # fmt: skip
def test_upload_is_as_it_is_stored_when_its_item_is_of_another_version(
    item: Any, row: Any, version: str
) -> None:
    assert found(sighting(record=item, row=row)) == Diagnosis(
        "unseen", upload(version, version, OLD)
    )


@pytest.mark.parametrize("row", [{"version": VERSION}, {"version": "0001", "etag": "other"}])
def test_upload_is_uncharged_when_its_row_is_of_another_object(row: Any) -> None:
    assert found(sighting(row=row)) == Diagnosis("uncharged", upload(VERSION, VERSION, OLD))


def test_upload_is_unseen_when_it_is_older_than_its_deletion_and_there() -> None:
    assert found(sighting(), VERSION) is None
    assert found(sighting(), NEWER) == Diagnosis(
        "unseen", upload(synthetic_after(NEWER), synthetic_after(NEWER), OLD)
    )


@pytest.mark.parametrize(
    ("seen", "tombstone", "after"),
    [
        (sighting(object=None, row=None, outputs={}), None, VERSION),
        (sighting(object=None, record=None, outputs={}), None, VERSION),
        (sighting(object=None, record=None, row=None), None, VERSION),
        (sighting(object=None), NEWER, NEWER),
        (sighting(object=None, row={"version": NEWER}), VERSION, NEWER),
        (sighting(object=None, record=record(version=NEWER)), VERSION, NEWER),
    ],
)
def test_deletion_is_of_all_that_is_known_when_an_object_is_gone(
    seen: Sighting, tombstone: str | None, after: str
) -> None:
    assert found(seen, tombstone) == Diagnosis(
        "vanished", ImageVersion("ann", KEY, synthetic_after(after))
    )


def test_nothing_is_to_delete_when_only_the_deletion_is_known() -> None:
    assert found(sighting(object=None, record=None, row=None, outputs={}), VERSION) is None


# Which files are too few, and which too many.

OWN = f"{KEY}/{VERSION}/other.jpg"
LATER = f"{KEY}/{NEWER}/other.jpg"
TWO_STEPS = {"quota": {"state": "done"}, "thumbnail": {"state": "pending"}}


@pytest.mark.parametrize("status", ["processed", "rejected", "failed"])
def test_step_is_to_do_when_it_is_pending_although_the_item_has_ended(status: str) -> None:
    finding = found(sighting(record=record(status=status, steps=TWO_STEPS)))
    assert finding == Diagnosis("unfinished", upload(VERSION, VERSION, OLD))


def test_nothing_more_is_to_do_when_an_upload_is_over_quota() -> None:
    item = record(status="over_quota", steps=TWO_STEPS)
    assert found(sighting(record=item, outputs={})) is None


@pytest.mark.parametrize(
    ("status", "orphans"), [("processed", (OLDER,)), ("over_quota", (OWN, OLDER, LATER))]
)
def test_files_that_no_item_shows_are_orphans_when_nothing_can_write_them(
    status: str, orphans: tuple[str, ...]
) -> None:
    outputs = {key: stored(key) for key in (OWN, OLDER, LATER, FILE)}
    finding = found(sighting(record=record(status=status), outputs=outputs))
    assert finding == Diagnosis("orphaned", upload(VERSION, VERSION, OLD), orphans)


def test_details_are_no_orphan_when_the_item_shows_them() -> None:
    item = record(status="over_quota", details={"key": DOCUMENT})
    outputs = {key: stored(key) for key in (FILE, DOCUMENT)}
    assert found(sighting(record=item, outputs=outputs)) is None
