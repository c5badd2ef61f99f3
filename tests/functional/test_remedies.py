"""What is wrong is put right at once, then tried later and later, and at last left to people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.marks import MARK_SECONDS
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.repair.reconcile.diagnosis import Diagnosis
from darkroom.repair.reconcile.remedies import Remedies
from darkroom.repair.republish import Republisher

from tests.functional.conftest import PROCESSED, UPLOADS, World
from tests.functional.pipeline import drained, subscribed
from tests.functional.test_join import upload_of

BEGIN = datetime(2026, 11, 24, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


class Topics:
    """Remedies, and the topics that they publish to."""

    def __init__(self) -> None:
        (uploads, self._uploads), (removals, self._removals) = map(
            subscribed, ("uploads", "removals")
        )
        republisher = Republisher(
            sns_client(), uploads_bucket=UPLOADS, uploads_topic=uploads, removals_topic=removals
        )
        self.remedies = Remedies(
            s3_client(),
            dynamodb_client(),
            republisher,
            processed_bucket=PROCESSED,
            idempotency_table="IdempotencyTable",
            grace=timedelta(hours=1),
        )

    def told(self) -> tuple[list[Any], list[Any]]:
        """The S3 records that were published of uploads, and of removals, since the last call."""
        found = [drained(url) for url in (self._uploads, self._removals)]
        uploads, removals = ([json.loads(body)["Records"][0] for body in each] for each in found)
        return uploads, removals


@pytest.fixture
def topics(world: World) -> Topics:
    return Topics()


@pytest.fixture
def upload(world: World) -> Upload:
    return upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))


def test_upload_is_told_of_again_when_something_of_it_is_missing(
    world: World, topics: Topics, upload: Upload
) -> None:
    world.monkeypatch.setattr("time.time", lambda: 1_000.0)
    assert topics.remedies.apply(Diagnosis("unfinished", upload), BEGIN) == "republished"
    uploads, removals = topics.told()
    assert [record["s3"]["object"]["sequencer"] for record in uploads] == [upload.version]
    assert removals == []
    mark = world.item(
        "IdempotencyTable", id=f"reconcile#unfinished#users/ann/a.jpg#{upload.version}"
    )
    assert mark is not None
    assert {**mark, "id": ""} == {
        "id": "",
        "attempts": 1,
        "tried_at": BEGIN.isoformat(),
        "expiration": 1_000 + MARK_SECONDS,
    }


@pytest.mark.usefixtures("world")
def test_deletion_is_told_of_when_an_object_vanished(topics: Topics) -> None:
    gone = ImageVersion("ann", "users/ann/a.jpg", "00FF")
    assert topics.remedies.apply(Diagnosis("vanished", gone), BEGIN) == "republished"
    uploads, removals = topics.told()
    assert uploads == []
    assert [record["s3"]["object"]["sequencer"] for record in removals] == ["00FF"]


def test_pause_doubles_after_each_of_five_attempts_when_a_fault_stays(
    topics: Topics, upload: Upload
) -> None:
    fault = Diagnosis("unfinished", upload)
    at = BEGIN
    for hours in (1, 2, 4, 8):
        assert topics.remedies.apply(fault, at) == "republished"
        at += timedelta(hours=hours)
        assert topics.remedies.apply(fault, at - MOMENT) == "waiting"
    assert topics.remedies.apply(fault, at) == "republished"
    assert topics.remedies.apply(fault, at + timedelta(days=9)) == "stuck"
    assert len(topics.told()[0]) == 5


def test_other_faults_are_tried_at_once_when_one_waits(topics: Topics, upload: Upload) -> None:
    for fault in (
        Diagnosis("unfinished", upload),
        Diagnosis("uncharged", upload),
        Diagnosis("unfinished", replace(upload, version="00FF")),
        Diagnosis("unfinished", replace(upload, key="users/ann/b.jpg")),
    ):
        assert topics.remedies.apply(fault, BEGIN) == "republished"
        assert topics.remedies.apply(fault, BEGIN) == "waiting"


def test_files_are_deleted_each_time_when_they_are_orphans(
    world: World, topics: Topics, upload: Upload
) -> None:
    fault = Diagnosis("orphaned", upload, ("a", "b"))
    for _ in range(2):
        for key in ("a", "b", "c"):
            world.s3.put_object(Bucket=PROCESSED, Key=key, Body=b"")
        assert topics.remedies.apply(fault, BEGIN) == "removed"
        assert world.outputs() == {"c"}
    assert topics.told() == ([], [])
