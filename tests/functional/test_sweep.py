"""A sweep goes through all users and all usage, a bounded amount at a time, and begins again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.config import ReconcileConfig, load
from darkroom.people.profiles import People
from darkroom.pipeline.versions import synthetic_after
from darkroom.repair.halt import Halt
from darkroom.repair.reconcile import sweep as sweeping
from darkroom.repair.reconcile.progress import Progress
from darkroom.repair.reconcile.survey import Sighting, Survey

from tests.functional.conftest import PROCESSED, UPLOADS, World
from tests.functional.pipeline import BROKEN, UserPool, drained, subscribed
from tests.functional.wire import Killed

Run = Callable[..., dict[str, int]]


class Topics:
    """What a sweep publishes, by topic."""

    def __init__(self, world: World) -> None:
        self._queues = {}
        for name in ("uploads", "removals"):
            arn, self._queues[name] = subscribed(name)
            world.monkeypatch.setenv(f"{name.upper()}_TOPIC_ARN", arn)

    def told(self, name: str = "uploads") -> list[str]:
        """The keys and versions of the events that were published since the last call."""
        bodies = drained(self._queues[name])
        objects = [json.loads(body)["Records"][0]["s3"]["object"] for body in bodies]
        return sorted(
            f"{each['key'].removeprefix('users/')} {each['sequencer']}" for each in objects
        )


class Logins(UserPool):
    """A user pool that is asked about these two alone."""

    def has(self, user: str) -> bool:
        return {"there": True, "deleted": False}[user]


@pytest.fixture
def topics(world: World) -> Topics:
    return Topics(world)


@pytest.fixture
def run(world: World, topics: Topics) -> Run:
    """One run of reconcile, of uploads of any age."""
    for name, value in (
        ("USER_POOL_ID", "eu-central-1_people"),
        ("UPLOADS_BUCKET", UPLOADS),
        ("RECONCILE_GRACE_SECONDS", "3600"),
        ("RECONCILE_MAX_IMAGES", "1000"),
    ):
        world.monkeypatch.setenv(name, value)
    sweep = sweeping.sweep_of(
        load(ReconcileConfig),
        s3=s3_client(),
        dynamodb=dynamodb_client(),
        sns=sns_client(),
        accounts=Logins(),
        halt=Halt(dynamodb_client(), "IdempotencyTable"),
        grace=timedelta(0),
    )

    def run_once(name: str = "run", at_most: int = 1000, **options: Any) -> dict[str, int]:
        return sweep.run(
            name, at_most=at_most, seconds=60, **{"time_is_up": lambda: False} | options
        )

    return run_once


def row(world: World, table: str, **values: Any) -> None:
    world.dynamodb.put_item(TableName=table, Item=to_item(values))


LOST = synthetic_after("0")


def test_lost_uploads_are_told_of_once_when_a_sweep_meets_them(
    world: World, topics: Topics, run: Run
) -> None:
    for user, name in (("ann", "a.jpg"), ("ann", "b.jpg"), ("bob", "a.jpg")):
        world.put(user, name, BROKEN)
    assert run() == {"Examined": 3, "Unseen": 3, "Republished": 3, "Sweeps": 1}
    assert topics.told() == [f"ann/a.jpg {LOST}", f"ann/b.jpg {LOST}", f"bob/a.jpg {LOST}"]
    assert topics.told("removals") == []


def test_sweep_goes_on_with_the_next_user_when_a_run_has_looked_at_enough(
    world: World, topics: Topics, run: Run
) -> None:
    for user in ("ann", "bob", "cat"):
        world.put(user, "a.jpg", BROKEN)
        world.put(user, "b.jpg", BROKEN)
    first = run("one", at_most=2)
    assert first == {"Examined": 2, "Unseen": 2, "Republished": 2}
    assert topics.told() == [f"ann/a.jpg {LOST}", f"ann/b.jpg {LOST}"]
    second = run("two", at_most=3)
    assert second == {"Examined": 4, "Unseen": 4, "Republished": 4}
    assert run("three", at_most=3) == {"Examined": 0, "Sweeps": 1}
    assert run("four")["Examined"] == 6  # from the beginning


def test_position_is_written_twice_when_a_sweep_needs_one_run(world: World, run: Run) -> None:
    with world.wire.watch(lambda *_: "none"):
        assert run() == {"Examined": 0, "Sweeps": 1}
        writes = [sent for sent in world.wire.sent if sent == "UpdateItem IdempotencyTable"]
    assert len(writes) == 2  # it is taken, and given back


def test_run_ends_when_its_time_is_up(world: World, run: Run) -> None:
    for user in ("ann", "bob"):
        world.put(user, "a.jpg", BROKEN)
    assert run(time_is_up=lambda: True)["Examined"] == 1
    assert run()["Examined"] == 1


def test_nothing_is_looked_at_when_all_is_halted_or_another_run_is_on_its_way(
    world: World, topics: Topics, run: Run
) -> None:
    world.put("ann", "a.jpg", BROKEN)
    halt = Halt(dynamodb_client(), "IdempotencyTable")
    halt.set("maintenance")
    assert run() == {"Halted": 1}
    halt.lift()
    Progress(dynamodb_client(), "IdempotencyTable").take("other", 60)
    assert run() == {"Overlapped": 1}
    assert topics.told() == []


def test_next_run_goes_on_behind_what_was_looked_at_when_one_dies(
    world: World, topics: Topics, run: Run
) -> None:
    for user in ("ann", "bob", "cat"):
        world.put(user, "a.jpg", BROKEN)
    stretch = Survey.stretch

    def die_at_cat(self: Survey, user: str, *arguments: Any) -> Any:
        if user == "cat":
            raise Killed
        return stretch(self, user, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Survey, "stretch", die_at_cat)
        with pytest.raises(Killed):
            run("one")
    assert run("two") == {"Overlapped": 1}
    topics.told()
    assert run("one") == {"Examined": 1, "Unseen": 1, "Republished": 1, "Sweeps": 1}
    assert topics.told() == [f"cat/a.jpg {LOST}"]


def test_sweep_goes_on_with_the_next_key_when_a_user_has_many(
    world: World, topics: Topics, run: Run
) -> None:
    world.monkeypatch.setattr(Survey.stretch, "__kwdefaults__", {"page": 2})
    for name in ("a", "b", "c"):
        world.put("ann", name, BROKEN)
    row(world, "UsageTable", identity_id="ann", period="total", stored_bytes=5)
    assert run(at_most=1) == {"Examined": 2, "Unseen": 2, "Republished": 2}
    topics.told()
    found = run(at_most=1)  # by which all of this user was seen, and so the counters are
    assert found == {"Examined": 1, "Unseen": 1, "Republished": 1, "UsageMended": 1}
    assert topics.told() == [f"ann/c {LOST}"]
    assert world.usage("ann")["stored_bytes"] == 0


def test_nothing_is_looked_at_again_when_it_is_sound(world: World, run: Run) -> None:
    world.put("ann", "a.jpg", BROKEN)

    def again(_: Survey, seen: Sighting) -> Sighting:
        raise AssertionError(f"{seen.key} was looked at again")

    world.monkeypatch.setattr(Survey, "again", again)
    world.monkeypatch.setattr(sweeping, "diagnose", lambda *_, **__: None)

    assert run() == {"Examined": 1, "Sweeps": 1}


def test_nothing_is_done_when_an_upload_got_well_before_it_is_looked_at_again(
    world: World, topics: Topics, run: Run
) -> None:
    world.put("ann", "a.jpg", BROKEN)
    again = Survey.again

    def delete_first(self: Survey, seen: Sighting) -> Sighting:
        world.delete("ann", "a.jpg")
        return again(self, seen)

    world.monkeypatch.setattr(Survey, "again", delete_first)
    assert run() == {"Examined": 1, "Sweeps": 1}
    assert topics.told() == []


def test_photos_are_unreachable_when_their_owner_s_login_is_deleted(
    world: World, topics: Topics, run: Run
) -> None:
    for user, person in (("ann", {"subject": "there"}), ("bob", {"subject": "deleted"})):
        world.put(user, "a.jpg", BROKEN)
        row(world, "PeopleTable", identity_id=user, **person)
    world.put("cat", "a.jpg", BROKEN)  # of whom no login is known
    assert run()["Unreachable"] == 1


def test_photos_are_unreachable_when_their_login_has_another_identity(
    world: World, topics: Topics, run: Run
) -> None:
    people = People(dynamodb_client(), table="PeopleTable")
    for user in ("ann", "bob"):
        world.put(user, "a.jpg", BROKEN)
        people.move(identity_id=user, subject="there")
    assert run()["Unreachable"] == 1


def test_version_is_behind_the_deletion_when_a_lost_upload_was_deleted_before(
    world: World, topics: Topics, run: Run
) -> None:
    world.put("ann", "a.jpg", BROKEN)
    row(world, "IdempotencyTable", id="removed#users/ann/a.jpg", version="0066", expiration=2**31)
    run()
    assert topics.told() == [f"ann/a.jpg {synthetic_after('0066')}"]


def test_bucket_and_topic_are_the_stack_s_when_a_deletion_was_lost(
    world: World, topics: Topics, run: Run
) -> None:
    world.s3.put_object(Bucket=PROCESSED, Key="users/ann/a.jpg/0066/f", Body=b"")
    assert run() == {"Examined": 1, "Vanished": 1, "Republished": 1, "Sweeps": 1}
    assert topics.told("removals") == [f"ann/a.jpg {synthetic_after('0066')}"]


@pytest.mark.parametrize("scanned", [1, 100])
def test_users_who_have_usage_alone_are_looked_at_too_when_all_others_were(
    world: World, topics: Topics, run: Run, scanned: int
) -> None:
    world.monkeypatch.setattr(sweeping, "_SCANNED", scanned)
    world.put("ann", "a.jpg", BROKEN)
    row(world, "UsageTable", identity_id="ann", period="total", stored_bytes=0)
    for user in ("bob", "cat"):
        row(world, "UsageTable", identity_id=user, period="total", stored_bytes=7)
        row(world, "UsageTable", identity_id=user, period="2026-11", uploaded_bytes=7)
    charge = {"version": "0066", "state": "stored", "bytes": 3, "etag": "e"}
    for name in ("a", "b", "c"):
        row(world, "LedgerTable", identity_id="bob", image=f"users/bob/{name}", **charge)
    world.monkeypatch.setattr(Survey.stretch, "__kwdefaults__", {"page": 2})

    found = run()

    # One upload, five rows of usage, three charges.
    assert found == {
        "Examined": 9, "Unseen": 1, "Vanished": 3, "Republished": 4, "UsageMended": 2, "Sweeps": 1,
    }  # fmt: skip
    after = synthetic_after("0066")
    assert topics.told("removals") == [f"bob/{name} {after}" for name in ("a", "b", "c")]
    assert [world.usage(user)["stored_bytes"] for user in ("bob", "cat")] == [9, 0]


def test_usage_is_read_on_when_a_run_has_looked_at_enough_of_it(
    world: World, run: Run, topics: Topics
) -> None:
    world.monkeypatch.setattr(sweeping, "_SCANNED", 1)
    world.put("zoe", "a.jpg", BROKEN)  # who is not looked at again
    for user in ("ann", "bob"):
        row(world, "UsageTable", identity_id=user, period="total", stored_bytes=7)
    first = {"Examined": 2, "Unseen": 1, "Republished": 1, "UsageMended": 1}
    assert run("one", at_most=2) == first
    assert run("two", at_most=1) == {"Examined": 1, "UsageMended": 1, "Sweeps": 1}
    assert [world.usage(user)["stored_bytes"] for user in ("ann", "bob")] == [0, 0]
