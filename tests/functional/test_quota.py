"""Usage is exact whatever is repeated, reordered, overwritten or deleted."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from tests.functional.conftest import World


@pytest.mark.parametrize("times", [1, 3])
def test_usage_counts_an_upload_once_when_it_is_delivered(world: World, times: int) -> None:
    quota = world.load("quota")
    created = world.put("ann", "a.jpg", b"x" * 100)

    for _ in range(times):
        assert world.deliver(quota, created) == []

    assert world.usage("ann") == {
        "stored_bytes": 100, "stored_objects": 1, "held_bytes": 0, "held_objects": 0,
    }  # fmt: skip
    assert world.usage("ann", "2026-11") == {"uploaded_bytes": 100, "uploaded_objects": 1}


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_usage_is_of_what_is_left_when_events_of_a_key_come_in_any_order(
    world: World, order: tuple[int, ...]
) -> None:
    quota = world.load("quota")
    events = [
        world.put("ann", "a.jpg", b"x" * 100),
        world.put("ann", "a.jpg", b"y" * 70),
        world.delete("ann", "a.jpg"),
        world.put("ann", "a.jpg", b"z" * 30),
    ]

    for index in order:
        assert world.deliver(quota, events[index], events[index]) == []

    total = world.usage("ann")
    assert (total["stored_bytes"], total["stored_objects"]) == (30, 1)
    assert world.usage("ann", "2026-11") == {"uploaded_bytes": 200, "uploaded_objects": 3}


def test_usage_is_exact_when_a_long_history_of_many_users_is_shuffled(world: World) -> None:
    quota = world.load("quota")
    chance = random.Random(7)
    events: list[dict[str, Any]] = []
    stored: dict[tuple[str, str], int] = {}
    uploaded = {"ann": 0, "bob": 0}
    for _ in range(60):
        user, name = chance.choice(["ann", "bob"]), chance.choice(["a.jpg", "b.jpg", "c.jpg"])
        if chance.random() < 0.3:
            events.append(world.delete(user, name))
            stored.pop((user, name), None)
        else:
            size = chance.randrange(1, 500)
            events.append(world.put(user, name, b"x" * size))
            stored[user, name] = size
            uploaded[user] += size
    events += chance.sample(events, 20)
    chance.shuffle(events)

    assert world.deliver(quota, *events) == []

    for user in ("ann", "bob"):
        sizes = [size for (owner, _), size in stored.items() if owner == user]
        total = world.usage(user)
        assert (total["stored_bytes"], total["stored_objects"]) == (sum(sizes), len(sizes))
        assert world.usage(user, "2026-11")["uploaded_bytes"] == uploaded[user]


def test_counters_are_written_once_when_a_batch_is_of_one_user(world: World) -> None:
    quota = world.load("quota")
    events = [world.put("ann", f"{number}.jpg", b"x" * 10) for number in range(10)]
    deletions = [world.delete("ann", f"{number}.jpg") for number in range(9)]

    for batch in (events, deletions):
        with world.wire.watch(lambda *_: "none"):
            assert world.deliver(quota, *batch) == []
            assert world.wire.sent.count("TransactWriteItems UsageTable") == 1

    total = world.usage("ann")
    assert (total["stored_bytes"], total["stored_objects"]) == (10, 1)
    assert world.usage("ann", "2026-11") == {"uploaded_bytes": 100, "uploaded_objects": 10}


def test_upload_is_held_when_those_before_it_in_its_batch_leave_no_room(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")
    sizes = (600, 500, 400, 1)

    world.deliver(quota, *(world.put("ann", f"{size}.jpg", b"x" * size) for size in sizes))

    states = [row["state"] for size in sizes if (row := world.ledger("ann", f"{size}.jpg"))]
    assert states == ["stored", "held", "stored", "held"]
    usage = world.usage("ann")
    assert (usage["stored_bytes"], usage["held_bytes"]) == (1000, 501)


def test_each_message_is_counted_alone_when_they_cannot_be_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = world.load("quota")
    count, poison = quota.ledger.count, world.put("ann", "poison.jpg")

    def fails(images: list[Any]) -> Any:
        if any(image.path == "poison.jpg" for image in images):
            raise ValueError("no transaction that has this one can be sent")
        return count(images)

    monkeypatch.setattr(quota.ledger, "count", fails)

    good = [world.put("ann", "a.jpg", b"x" * 10), world.put("ann", "b.jpg", b"x" * 20)]
    assert world.deliver(quota, good[0], poison, good[1]) == [1]

    total = world.usage("ann")
    assert (total["stored_bytes"], total["stored_objects"]) == (30, 2)


def test_ledger_row_goes_when_its_object_is_deleted(world: World) -> None:
    quota = world.load("quota")
    world.deliver(quota, world.put("ann", "a.jpg"))
    assert world.ledger("ann", "a.jpg") is not None

    world.deliver(quota, world.delete("ann", "a.jpg"))

    assert world.ledger("ann", "a.jpg") is None
    assert world.usage("ann")["stored_bytes"] == 0


def test_upload_is_held_when_storage_would_pass_its_limit(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")
    world.deliver(quota, world.put("ann", "fits.jpg", b"x" * 900))

    world.deliver(quota, world.put("ann", "too-much.jpg", b"x" * 101))

    assert world.usage("ann") == {
        "stored_bytes": 900, "stored_objects": 1, "held_bytes": 101, "held_objects": 1,
    }  # fmt: skip
    image = world.image("ann", "too-much.jpg")
    assert image is not None
    assert image["steps"]["quota"]["state"] == "over_quota"
    assert image["steps"]["quota"]["reason"] == "storage-full"
    assert image["steps"]["quota"]["message"].startswith("Your storage of 1 kB is full.")
    tags = world.s3.get_object_tagging(Bucket="uploads", Key="users/ann/too-much.jpg")["TagSet"]
    assert tags == [{"Key": "darkroom", "Value": "over-quota"}]


def test_upload_is_stored_when_it_fills_storage_to_the_byte(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")

    world.deliver(quota, world.put("ann", "a.jpg", b"x" * 1000))

    assert world.usage("ann")["stored_bytes"] == 1000
    assert world.usage("ann")["held_bytes"] == 0


def test_upload_is_held_when_the_period_s_allowance_is_used(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce", QUOTA_UPLOADED_BYTES="500")
    world.deliver(quota, world.put("ann", "a.jpg", b"x" * 400), world.delete("ann", "a.jpg"))

    world.deliver(quota, world.put("ann", "b.jpg", b"x" * 200))

    image = world.image("ann", "b.jpg")
    assert image is not None
    assert image["steps"]["quota"]["reason"] == "allowance-used"
    assert world.usage("ann")["held_bytes"] == 200


def test_upload_is_stored_when_it_uses_the_period_s_allowance_to_the_byte(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce", QUOTA_UPLOADED_BYTES="500")
    world.deliver(quota, world.put("ann", "a.jpg", b"x" * 400))

    world.deliver(quota, world.put("ann", "b.jpg", b"x" * 100))
    world.deliver(quota, world.put("ann", "c.jpg", b"x"))

    usage = world.usage("ann")
    assert (usage["stored_bytes"], usage["held_bytes"]) == (500, 1)


def test_hold_ends_when_the_object_is_overwritten_by_one_that_fits(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")
    world.deliver(quota, world.put("ann", "a.jpg", b"x" * 2000))

    small = world.put("ann", "a.jpg", b"x" * 10)
    world.s3.put_object_tagging(  # the tag of the first, arriving late
        Bucket="uploads",
        Key="users/ann/a.jpg",
        Tagging={"TagSet": [{"Key": "darkroom", "Value": "over-quota"}]},
    )
    world.deliver(quota, small)

    assert world.usage("ann") == {
        "stored_bytes": 10, "stored_objects": 1, "held_bytes": 0, "held_objects": 0,
    }  # fmt: skip
    tags = world.s3.get_object_tagging(Bucket="uploads", Key="users/ann/a.jpg")["TagSet"]
    assert tags == []


def test_own_limit_decides_when_the_user_has_one(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")
    world.dynamodb.put_item(
        TableName="UsageTable",
        Item={
            "identity_id": {"S": "ann"},
            "period": {"S": "total"},
            "limit_stored_bytes": {"N": "5000"},
        },
    )

    world.deliver(quota, world.put("ann", "a.jpg", b"x" * 4000))

    assert world.usage("ann")["stored_bytes"] == 4000


def test_upload_is_charged_the_smallest_charge_when_it_is_smaller(world: World) -> None:
    quota = world.load("quota", QUOTA_MINIMUM_BYTES="100")

    world.deliver(quota, world.put("ann", "tiny.jpg", b"x"), world.put("ann", "b.jpg", b"x" * 101))

    assert world.usage("ann")["stored_bytes"] == 100 + 101
    assert world.usage("ann", "2026-11") == {"uploaded_bytes": 201, "uploaded_objects": 2}


def test_row_keeps_what_it_was_charged_when_the_smallest_charge_is_another(world: World) -> None:
    before = world.load("quota", QUOTA_MINIMUM_BYTES="0")
    world.deliver(before, world.put("ann", "old.jpg", b"x"), world.put("ann", "b.jpg", b"x"))
    now = world.load("quota", QUOTA_MINIMUM_BYTES="100")

    world.deliver(now, world.delete("ann", "old.jpg"))
    assert world.usage("ann")["stored_bytes"] == 1

    world.deliver(now, world.put("ann", "b.jpg", b"xy"))
    assert world.usage("ann")["stored_bytes"] == 100


def test_tiny_uploads_are_held_when_their_smallest_charges_fill_the_storage(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce", QUOTA_MINIMUM_BYTES="400")

    world.deliver(quota, *(world.put("ann", f"{number}.jpg", b"x") for number in range(3)))

    usage = world.usage("ann")
    assert (usage["stored_objects"], usage["held_objects"]) == (2, 1)
    assert (usage["stored_bytes"], usage["held_bytes"]) == (800, 400)


def test_upload_is_held_when_the_period_s_number_of_uploads_is_used(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce", QUOTA_UPLOADED_OBJECTS="2")
    first = world.put("ann", "a.jpg", b"x")
    world.deliver(quota, first, world.delete("ann", "a.jpg"), world.put("ann", "b.jpg", b"x"))

    third = world.put("ann", "c.jpg", b"x")
    world.deliver(quota, third, third)

    image, usage = world.image("ann", "c.jpg"), world.usage("ann")
    assert image is not None
    assert image["steps"]["quota"]["reason"] == "uploads-used"
    assert "allowance of 2 uploads" in image["steps"]["quota"]["message"]
    assert (usage["stored_objects"], usage["held_objects"]) == (1, 1)


def test_own_number_of_uploads_decides_when_the_user_has_one(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce", QUOTA_UPLOADED_OBJECTS="1")
    world.dynamodb.put_item(
        TableName="UsageTable",
        Item={
            "identity_id": {"S": "ann"},
            "period": {"S": "2026-11"},
            "limit_uploaded_objects": {"N": "2"},
        },
    )

    world.deliver(quota, *(world.put("ann", f"{number}.jpg", b"x") for number in range(3)))

    usage = world.usage("ann")
    assert (usage["stored_objects"], usage["held_objects"]) == (2, 1)


def test_upload_is_held_for_a_day_when_as_much_as_the_whole_storage_waits_already(
    world: World,
) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")  # 1,000 bytes

    for name in ("kept.jpg", "waits.jpg", "beyond.jpg"):
        world.deliver(quota, world.put("ann", name, b"x" * 600))

    assert world.tags("ann", "waits.jpg") == [{"Key": "darkroom", "Value": "over-quota"}]
    assert world.tags("ann", "beyond.jpg") == [{"Key": "darkroom", "Value": "over-quota-brief"}]
    for name, kept in (("waits.jpg", "for 14 days."), ("beyond.jpg", "for a day.")):
        image = world.image("ann", name)
        assert image is not None
        assert image["steps"]["quota"]["message"].endswith(kept)


def test_grace_does_not_begin_anew_when_a_held_photo_is_copied_onto_itself(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")
    world.deliver(quota, world.put("ann", "kept.jpg", b"x" * 900))
    world.deliver(quota, world.put("ann", "held.jpg", b"x" * 200))
    assert world.tags("ann", "held.jpg") == [{"Key": "darkroom", "Value": "over-quota"}]

    again = world.put("ann", "held.jpg", b"x" * 200)  # S3's event of a copy is one of a new object
    world.deliver(quota, again, again)

    assert world.tags("ann", "held.jpg") == [{"Key": "darkroom", "Value": "over-quota-brief"}]
    assert world.usage("ann")["held_objects"] == 1


def know(world: World, user: str) -> None:
    """Let it be known that an identity has a login, as introduce and connect note it."""
    item = {"identity_id": {"S": user}, "subject": {"S": f"login of {user}"}}
    world.dynamodb.put_item(TableName="PeopleTable", Item=item)


def test_first_allowance_decides_when_no_login_is_known(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce", QUOTA_FIRST_BYTES="300")
    world.dynamodb.put_item(  # what a guest can write of themselves does not make them known
        TableName="PeopleTable", Item={"identity_id": {"S": "guest"}, "muted": {"SS": ["failed"]}}
    )
    know(world, "ann")

    for user in ("guest", "ann"):
        for name in ("a.jpg", "b.jpg"):
            world.deliver(quota, world.put(user, name, b"x" * 200))

    assert (world.usage("guest")["stored_bytes"], world.usage("guest")["held_bytes"]) == (200, 200)
    assert (world.usage("ann")["stored_bytes"], world.usage("ann")["held_bytes"]) == (400, 0)
    image = world.image("guest", "b.jpg")
    assert image is not None
    assert image["steps"]["quota"]["message"].startswith("Your storage of 300 bytes is full.")


def test_own_limit_decides_when_no_login_is_known(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce", QUOTA_FIRST_BYTES="300")
    own = {"limit_stored_bytes": {"N": "500"}}
    total = {"identity_id": {"S": "guest"}, "period": {"S": "total"}, **own}
    month = {
        "identity_id": {"S": "guest"},
        "period": {"S": "2026-11"},
        "limit_uploaded_bytes": {"N": "500"},
    }
    for row in (total, month):
        world.dynamodb.put_item(TableName="UsageTable", Item=row)

    world.deliver(quota, world.put("guest", "a.jpg", b"x" * 400))

    assert world.usage("guest")["stored_bytes"] == 400


def test_no_allowance_decides_when_usage_is_only_counted(world: World) -> None:
    quota = world.load("quota", QUOTA_MODE="track", QUOTA_FIRST_BYTES="1")

    world.deliver(quota, world.put("guest", "a.jpg", b"x" * 400))

    assert world.usage("guest")["stored_bytes"] == 400


def test_usage_is_the_day_s_when_the_period_is_a_day(world: World) -> None:
    quota = world.load("quota", QUOTA_PERIOD="day")

    world.deliver(quota, world.put("ann", "a.jpg", b"x" * 5))

    assert world.usage("ann", "2026-11-24")["uploaded_bytes"] == 5
