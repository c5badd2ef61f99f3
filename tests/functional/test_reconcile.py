"""Whatever was lost on the way, a sweep finds it, and the functions do their work once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from darkroom.aws.attribute_values import from_item, to_item
from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.pipeline.versions import is_synthetic
from darkroom.repair.halt import Halt
from darkroom.repair.reconcile.diagnosis import Diagnosis
from darkroom.repair.reconcile.remedies import MOST_ATTEMPTS, Remedies
from darkroom.repair.reconcile.survey import Survey
from darkroom.repair.republish import Republisher

from tests.functional.conftest import PROCESSED, UPLOADS, World, lambda_context, version
from tests.functional.pipeline import BROKEN, Pipeline, photo, topic
from tests.functional.test_join import finish_all, upload_of


@pytest.mark.parametrize("lost", ["thumbnail", "quota"])
def test_photo_is_finished_and_told_once_when_one_subscription_was_off(
    pipeline: Pipeline, lost: str
) -> None:
    world = pipeline.world
    event = world.put("ann", "a.jpg", photo())
    pipeline.deliver(event, without=lost)
    before = world.image("ann", "a.jpg")
    assert before is not None
    assert before["status"] == "processing"

    pipeline.heal()

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["status"], image["version"]) == ("processed", version(event))
    assert len(world.notifications("ann")) == 1
    assert world.usage("ann")["stored_bytes"] == len(photo())
    assert world.usage("ann", "2026-11")["uploaded_objects"] == 1
    assert pipeline.sweep().keys() == {"Examined", "Sweeps"}


def test_photo_is_processed_when_no_function_has_ever_heard_of_it(pipeline: Pipeline) -> None:
    world = pipeline.world
    world.put("ann", "a.jpg", photo())

    found = pipeline.heal()

    assert (found["Unseen"], found["Republished"]) == (1, 1)
    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["status"] == "processed"
    assert is_synthetic(image["version"])
    assert world.usage("ann")["stored_bytes"] == len(photo())
    assert len(world.notifications("ann")) == 1
    assert pipeline.sweep().keys() == {"Examined", "Sweeps"}


def test_nothing_happens_twice_when_the_lost_event_comes_after_all(pipeline: Pipeline) -> None:
    world = pipeline.world
    event = world.put("ann", "a.jpg", photo())
    pipeline.heal()
    before, outputs = world.image("ann", "a.jpg"), world.outputs()

    pipeline.deliver(event, event)

    assert world.image("ann", "a.jpg") == before
    assert world.outputs() == outputs
    assert len(world.notifications("ann")) == 1
    assert len(world.published()) == 1
    assert world.usage("ann")["stored_bytes"] == len(photo())
    uploaded = [row for row in _usage_rows(world) if row["period"] != "total"]
    assert [int(row["uploaded_objects"]) for row in uploaded] == [1]


def test_nothing_happens_twice_when_the_lost_event_overtakes_its_synthetic(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    event = world.put("ann", "a.jpg", photo())
    pipeline.sweep()
    synthetic = pipeline.republished()

    pipeline.deliver(event)
    pipeline.deliver(*synthetic)

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["version"], image["status"]) == (version(event), "processed")
    assert len(world.notifications("ann")) == 1
    uploaded = [row for row in _usage_rows(world) if row["period"] != "total"]
    assert [int(row["uploaded_objects"]) for row in uploaded] == [1]


def test_overwrite_wins_when_it_follows_a_synthetic_version(pipeline: Pipeline) -> None:
    world = pipeline.world
    world.put("ann", "a.jpg", photo("red"))
    pipeline.heal()

    event = world.put("ann", "a.jpg", photo("blue"))
    pipeline.deliver(event)

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["version"], image["status"]) == (version(event), "processed")
    assert all(f"/{version(event)}/" in key for key in world.outputs())
    assert world.usage("ann")["stored_objects"] == 1


def test_newer_photo_is_processed_when_the_event_of_an_overwrite_was_lost(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    first = world.put("ann", "a.jpg", photo("red"))
    pipeline.deliver(first)
    world.put("ann", "a.jpg", photo("blue") + b"trailer")

    found = pipeline.heal()

    assert found["Unseen"] == 1
    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["version"].startswith(version(first))
    assert is_synthetic(image["version"])
    assert image["status"] == "processed"
    assert world.usage("ann")["stored_bytes"] == len(photo("blue")) + 7
    assert all(f"/{image['version']}/" in key for key in world.outputs())


@pytest.mark.parametrize("lost", ["quota", "cleanup", "both"])
def test_nothing_is_left_when_the_event_of_a_deletion_was_lost(
    pipeline: Pipeline, lost: str
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    removal = world.delete("ann", "a.jpg")
    if lost != "both":
        pipeline.remove(removal, without=lost)

    pipeline.heal()

    assert world.image("ann", "a.jpg") is None
    assert world.ledger("ann", "a.jpg") is None
    assert world.outputs() == set()
    assert world.usage("ann")["stored_bytes"] == 0
    assert pipeline.sweep().keys() <= {"Examined", "Sweeps"}
    pipeline.remove(removal)  # should it come after all
    assert world.usage("ann")["stored_objects"] == 0


def test_photo_uploaded_again_is_processed_when_its_deletion_was_made_up(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    world.delete("ann", "a.jpg")
    pipeline.sweep()
    made_up = pipeline.republished("removals")

    again = world.put("ann", "a.jpg", photo("blue"))
    pipeline.deliver(again)
    pipeline.remove(*made_up)

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["version"], image["status"]) == (version(again), "processed")
    assert world.usage("ann")["stored_bytes"] == len(photo("blue"))


def test_lost_output_is_made_again_when_a_record_still_lists_it(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    before = world.outputs()
    lost = next(key for key in before if key.endswith(".webp"))
    world.s3.delete_object(Bucket=PROCESSED, Key=lost)

    found = pipeline.heal()

    assert found["Incomplete"] == 1
    assert world.outputs() == before
    assert len(world.notifications("ann")) == 1


def test_old_files_are_removed_when_no_record_shows_them(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    before = world.outputs()
    world.s3.put_object(Bucket=PROCESSED, Key="users/ann/a.jpg/0001/thumbnail-240.jpg", Body=b"x")
    world.s3.put_object(Bucket=PROCESSED, Key="users/bob/b.jpg/0001/thumbnail-240.jpg", Body=b"x")

    found = pipeline.heal()

    assert (found["Orphaned"], found["Vanished"]) == (1, 1)
    assert world.outputs() == before


def test_usage_is_exact_again_when_it_has_drifted_from_the_ledger(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    right = world.usage("ann")
    world.dynamodb.update_item(
        TableName="UsageTable",
        Key=to_item({"identity_id": "ann", "period": "total"}),
        UpdateExpression="ADD stored_bytes :b, stored_objects :o, held_bytes :b",
        ExpressionAttributeValues=to_item({":b": 77, ":o": -2}),
    )

    found = pipeline.sweep()

    assert found["UsageMended"] == 1
    assert world.usage("ann") == right
    assert pipeline.sweep().keys() == {"Examined", "Sweeps"}


def test_every_upload_is_seen_once_when_a_sweep_takes_many_runs(pipeline: Pipeline) -> None:
    world = pipeline.world
    names = ["a", "a-1.jpg", "a.jpg", "a/b.jpg", "ä.jpg", "z.jpg"]
    for user in ("ann", "ann-marie", "bob"):
        for name in names:
            world.put(user, name, BROKEN)

    runs = [pipeline.sweep(at_most=1)]
    while not runs[-1].get("Sweeps"):
        runs.append(pipeline.sweep(at_most=1))

    keys = [
        json.loads(body)["Records"][0]["s3"]["object"]["key"] for body in pipeline.republished()
    ]
    assert len(keys) == len(set(keys)) == 18
    assert len(runs) >= 3


def test_outputs_are_found_when_keys_lie_within_one_another(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = pipeline.world
    names = ["a", "a-1.jpg", "a.jpg", "a/b.jpg", "a/0/c.jpg"]
    pipeline.deliver(*(world.put("ann", name, photo()) for name in names))
    monkeypatch.setattr(Survey.stretch, "__kwdefaults__", {"page": 2})
    before = world.outputs()

    runs = [pipeline.sweep(at_most=1)]
    while not runs[-1].get("Sweeps"):
        runs.append(pipeline.sweep(at_most=1))

    assert {name for run in runs for name in run} == {"Examined", "Sweeps"}
    assert len(runs) >= 3
    assert world.outputs() == before
    assert sum(run["Examined"] for run in runs) >= len(names)


def test_upload_is_left_alone_when_its_events_may_still_be_on_their_way(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    world.put("ann", "new.jpg", BROKEN)
    pipeline.deliver(world.put("ann", "half.jpg", BROKEN), without="quota")

    found = pipeline.sweep(grace=timedelta(hours=1))

    assert found == {"Examined": 2, "Sweeps": 1}
    assert pipeline.republished() == []


def test_nothing_is_published_when_everything_is_halted(pipeline: Pipeline) -> None:
    pipeline.world.put("ann", "a.jpg", BROKEN)
    halt = Halt(dynamodb_client(), "IdempotencyTable")

    halt.set("maintenance")
    assert pipeline.sweep() == {"Halted": 1}
    halt.lift()
    assert pipeline.sweep()["Unseen"] == 1


def test_hopeless_upload_is_given_up_and_counted_when_it_never_gets_well(
    pipeline: Pipeline,
) -> None:
    pipeline.world.put("ann", "a.jpg", BROKEN)

    runs = [pipeline.sweep() for _ in range(MOST_ATTEMPTS + 2)]

    assert [run.get("Republished", 0) for run in runs] == [1] * MOST_ATTEMPTS + [0, 0]
    assert [run.get("Stuck", 0) for run in runs] == [0] * MOST_ATTEMPTS + [1, 1]
    versions = {_stored(body)["sequencer"] for body in pipeline.republished()}
    assert len(versions) == 1  # each time the same, so that the effects are


def test_pause_doubles_between_attempts_when_a_fault_stays(pipeline: Pipeline) -> None:
    remedies = Remedies(
        s3_client(),
        dynamodb_client(),
        Republisher(
            sns_client(),
            uploads_bucket=UPLOADS,
            uploads_topic=topic("uploads"),
            removals_topic=topic("removals"),
        ),
        processed_bucket=PROCESSED,
        idempotency_table="IdempotencyTable",
        grace=timedelta(hours=1),
    )
    upload = upload_of("ann", "a.jpg", pipeline.world.put("ann", "a.jpg"))
    diagnosis = Diagnosis("unfinished", upload)
    begin = datetime(2026, 11, 24, tzinfo=UTC)

    done = {
        minutes: remedies.apply(diagnosis, begin + timedelta(minutes=minutes))
        for minutes in range(0, 24 * 60, 30)
    }

    hours = [minutes / 60 for minutes, what in done.items() if what == "republished"]
    assert hours == [0, 1, 3, 7, 15]
    assert len(pipeline.republished()) == MOST_ATTEMPTS
    assert [what for minutes, what in done.items() if minutes > 15 * 60] == ["stuck"] * 17


def test_all_outputs_are_seen_when_a_stretch_ends_at_a_key_that_begins_with_another(
    world: World,
) -> None:
    for name in ("a", "a.jpg", "b"):
        finish_all(upload_of("ann", name, world.put("ann", name)))
    survey = Survey(
        s3_client(),
        dynamodb_client(),
        uploads_bucket=UPLOADS,
        processed_bucket=PROCESSED,
        images_table="ImagesTable",
        ledger_table="LedgerTable",
    )

    stretch = survey.stretch("ann", page=2)

    seen = {sighting.key: len(sighting.outputs) for sighting in stretch.sightings}
    assert seen == {"users/ann/a": 5, "users/ann/a.jpg": 5}  # a file of each step


def test_handler_counts_what_it_found_when_it_is_scheduled(
    pipeline: Pipeline, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    pipeline.world.put("ann", "a.jpg", BROKEN)
    person = to_item({"identity_id": "ann", "former_subject": "login"})
    pipeline.world.dynamodb.put_item(TableName="PeopleTable", Item=person)
    app = pipeline.world.load("reconcile")
    context = lambda_context()
    context.get_remaining_time_in_millis = lambda: 120_000

    found = app.handler({}, context)

    assert found == {"Examined": 1, "Sweeps": 1, "Unreachable": 1}
    (finished,) = [each for each in caplog.records if each.message == "run finished"]
    assert vars(finished)["found"] == found
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (emitted,) = [line for line in lines if "_aws" in line]
    assert emitted["Unreachable"] == [1.0]
    # A metric costs by the hour in which it is reported: none of these is.
    assert emitted.keys().isdisjoint({"Stuck", "Examined", "Sweeps"})


def _stored(body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)["Records"][0]["s3"]["object"]
    return found


def _usage_rows(world: World) -> list[dict[str, Any]]:
    return [from_item(row) for row in world.dynamodb.scan(TableName="UsageTable")["Items"]]


def test_photos_are_found_when_their_owner_s_login_is_deleted(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()), world.put("guest", "b.jpg", photo()))
    item = to_item({"identity_id": "ann", "subject": "login-of-ann"})
    world.dynamodb.put_item(TableName="PeopleTable", Item=item)
    assert pipeline.sweep().keys() == {"Examined", "Sweeps"}

    pipeline.accounts.deleted.add("login-of-ann")

    assert pipeline.sweep()["Unreachable"] == 1
    assert world.image("ann", "a.jpg") is not None  # it is for an operator to decide
