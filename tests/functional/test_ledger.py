"""Every upload and every deletion changes usage once, and a limit is met at its last byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.aws.clients import dynamodb_client
from darkroom.config import LedgerConfig, load
from darkroom.errors import TransientError
from darkroom.marks import MARK_SECONDS
from darkroom.people.profiles import People
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.versions import synthetic_after
from darkroom.quota.ledger import Charge, Ledger, period_of
from darkroom.quota.tally import counter_deltas
from darkroom.states import Admission, Charged

from tests.functional.conftest import World
from tests.functional.test_records import lost
from tests.functional.wire import meanwhile

NOVEMBER = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
DECEMBER = NOVEMBER + timedelta(days=10)
LIMITS = {
    "QUOTA_MODE": "enforce",
    "QUOTA_STORED_BYTES": "1000",
    "QUOTA_UPLOADED_BYTES": "5000",
    "QUOTA_UPLOADED_OBJECTS": "20",
}


def upload(
    size: int, name: str = "a.jpg", *, version: str = "0066", etag: str = "", at: Any = NOVEMBER
) -> Upload:
    return Upload(
        "ann", f"users/ann/{name}", version, sequencer=version, bucket="uploads",
        etag=etag or f"{name}{version}", bytes=size, uploaded_at=at,
    )  # fmt: skip


def deletion(name: str = "a.jpg", *, version: str = "0067") -> ImageVersion:
    return ImageVersion("ann", f"users/ann/{name}", version)


@pytest.fixture
def ledger(world: World) -> Callable[..., Ledger]:
    """Makes a ledger with these limits, and others if they are said."""
    world.monkeypatch.setattr("time.sleep", lambda _: None)

    def make(**rules: Any) -> Ledger:
        for name, value in (LIMITS | rules).items():
            world.monkeypatch.setenv(name, str(value))
        return Ledger.of(dynamodb_client(), load(LedgerConfig))

    return make


def used(world: World, period: str = "2026-11") -> tuple[int, int, int, int, int, int]:
    """Bytes and objects that are stored, that are held, and that were uploaded."""
    total, uploaded = world.usage("ann"), world.usage("ann", period)
    return (
        total.get("stored_bytes", 0), total.get("stored_objects", 0),
        total.get("held_bytes", 0), total.get("held_objects", 0),
        uploaded.get("uploaded_bytes", 0), uploaded.get("uploaded_objects", 0),
    )  # fmt: skip


NEW = Charge(current=True)
KNOWN = Charge(current=True, recheck_tag=True)
LATE = Charge(current=False)
FULL = Charge(current=True, over_quota=Admission.STORAGE_FULL, limit=1000)


def test_upload_is_counted_once_when_it_comes_again(world: World, ledger: Any) -> None:
    assert ledger().charge(upload(300)) == NEW
    assert ledger().charge(upload(300)) == KNOWN
    assert used(world) == (300, 1, 0, 0, 300, 1)
    assert world.ledger("ann", "a.jpg") == {
        "identity_id": "ann",
        "image": "users/ann/a.jpg",
        "version": "0066",
        "bytes": 300,
        "etag": "a.jpg0066",
        "state": "stored",
    }


def test_mark_is_not_looked_for_when_nothing_is_known_of_a_key(world: World, ledger: Any) -> None:
    """Most uploads are such: a read that each of them costs."""
    with world.wire.watch(lambda *_: "none"):
        ledger().charge(upload(300))
        ledger().charge(upload(20, version="0067"))
        marks = [sent == "GetItem IdempotencyTable" for sent in world.wire.sent]
    assert sum(marks) == 3  # the tombstone each time, and the mark of the second


def test_mark_outlives_every_message_when_the_row_of_an_upload_goes(
    world: World, ledger: Any
) -> None:
    """As long as there is a row, it says that its upload was counted."""
    world.monkeypatch.setattr("time.time", lambda: 1_000.0)
    ledger().charge(upload(300))
    assert world.item("IdempotencyTable", id="charged#users/ann/a.jpg#0066") is None

    ledger().charge(upload(300, version="0067"))
    ledger().release(deletion(version="0067"))

    for version in ("0066", "0067"):
        mark = world.item("IdempotencyTable", id=f"charged#users/ann/a.jpg#{version}")
        assert mark is not None
        assert mark["expiration"] == 1_000 + MARK_SECONDS


def test_upload_is_counted_once_when_it_comes_again_after_it_was_overwritten_or_deleted(
    world: World, ledger: Any
) -> None:
    ledger().charge(upload(300))
    ledger().charge(upload(20, version="0067"))
    assert ledger().charge(upload(300)) == Charge(current=False, recheck_tag=True)

    ledger().release(deletion(version="0067"))
    for late in (upload(300), upload(20, version="0067")):
        assert ledger().charge(late) == Charge(current=False, recheck_tag=True)
    assert used(world) == (0, 0, 0, 0, 320, 2)


def test_upload_is_counted_once_when_its_row_is_older_than_every_mark(
    world: World, ledger: Any
) -> None:
    charge = ledger().charge(upload(2000))
    mark = to_item({"id": "charged#users/ann/a.jpg#0066"})
    world.dynamodb.delete_item(TableName="IdempotencyTable", Key=mark)
    assert ledger().charge(upload(2000)) == replace(charge, recheck_tag=True)
    assert used(world) == (0, 0, 2000, 1, 2000, 1)


def test_newest_version_alone_is_stored_when_a_photo_is_overwritten(
    world: World, ledger: Any
) -> None:
    ledger().charge(upload(900))
    assert ledger().charge(upload(1000, version="0067")) == NEW  # of which 900 are free again
    assert used(world) == (1000, 1, 0, 0, 1900, 2)


def test_older_version_is_bandwidth_alone_when_it_comes_late(world: World, ledger: Any) -> None:
    ledger().charge(upload(20, version="0067"))
    assert ledger().charge(upload(300)) == LATE
    assert used(world) == (20, 1, 0, 0, 320, 2)
    assert ledger().charge(upload(300)) == Charge(current=False, recheck_tag=True)
    assert used(world) == (20, 1, 0, 0, 320, 2)


@pytest.mark.parametrize("deleted", ["0066", "0067"])
def test_deleted_version_is_bandwidth_alone_when_it_comes_late(
    world: World, ledger: Any, deleted: str
) -> None:
    ledger().release(deletion(version=deleted))
    assert ledger().charge(upload(300)) == LATE
    assert world.ledger("ann", "a.jpg") is None
    assert used(world) == (0, 0, 0, 0, 300, 1)
    assert ledger().charge(upload(300)) == Charge(current=False, recheck_tag=True)


def test_upload_is_stored_when_an_older_one_was_deleted(world: World, ledger: Any) -> None:
    ledger().release(deletion(version="0065"))
    assert ledger().charge(upload(300)) == KNOWN  # whose tag may have come late
    assert used(world) == (300, 1, 0, 0, 300, 1)


def test_storage_is_free_again_when_an_object_is_deleted(world: World, ledger: Any) -> None:
    ledger().charge(upload(300))
    ledger().charge(upload(20, "b.jpg"))
    ledger().charge(upload(2000, "c.jpg"))
    for _ in range(2):
        ledger().release(deletion())
        ledger().release(deletion("c.jpg", version="0066"))
    assert world.ledger("ann", "a.jpg") is None
    assert used(world) == (20, 1, 0, 0, 2320, 3)


def test_newer_object_stays_when_an_older_one_is_deleted(world: World, ledger: Any) -> None:
    ledger().charge(upload(300, version="0068"))
    ledger().release(deletion(version="0067"))
    assert used(world) == (300, 1, 0, 0, 300, 1)
    assert ledger().charge(upload(10, version="0066")) == LATE


def tombstone(world: World) -> Any:
    found = world.item("IdempotencyTable", id="removed#users/ann/a.jpg")
    return found and found["version"]


def test_tombstone_is_of_the_latest_deletion_when_there_are_two(world: World, ledger: Any) -> None:
    ledger().charge(upload(300))
    ledger().release(deletion(version="0067"))
    assert tombstone(world) == "0067"
    ledger().release(deletion(version="0066"))
    assert tombstone(world) == "0067"
    ledger().release(deletion(version="0068"))
    assert tombstone(world) == "0068"


def test_nothing_is_written_when_a_deletion_comes_again(world: World, ledger: Any) -> None:
    ledger().release(deletion())  # of what was never counted
    assert world.usage("ann") == {}
    with world.wire.watch(lambda *_: "none"):
        ledger().release(deletion())
        assert not any("Transact" in sent for sent in world.wire.sent)


def test_object_is_released_when_a_later_deletion_left_its_tombstone_before(
    world: World, ledger: Any
) -> None:
    ledger().charge(upload(300))
    mark = {"id": "removed#users/ann/a.jpg", "version": "0068", "expiration": 2**31}
    world.dynamodb.put_item(TableName="IdempotencyTable", Item=to_item(mark))
    ledger().release(deletion(version="0067"))
    assert used(world)[:2] == (0, 0)
    assert tombstone(world) == "0068"


# Limits.


@pytest.mark.parametrize(
    ("rules", "sizes", "over"),
    [
        ({}, [600, 400], [None, None]),
        ({}, [600, 401], [None, (Admission.STORAGE_FULL, 1000)]),
        ({"QUOTA_UPLOADED_BYTES": 900}, [600, 300], [None, None]),
        ({"QUOTA_UPLOADED_BYTES": 900}, [600, 301], [None, (Admission.ALLOWANCE_USED, 900)]),
        ({"QUOTA_UPLOADED_OBJECTS": 2}, [1, 1], [None, None]),
        ({"QUOTA_UPLOADED_OBJECTS": 1}, [1, 1], [None, (Admission.UPLOADS_USED, 1)]),
        (
            {"QUOTA_UPLOADED_OBJECTS": 1, "QUOTA_UPLOADED_BYTES": 900},
            [600, 301],
            [None, (Admission.ALLOWANCE_USED, 900)],
        ),
        (
            {"QUOTA_UPLOADED_OBJECTS": 1, "QUOTA_UPLOADED_BYTES": 900},
            [600, 401],
            [None, (Admission.STORAGE_FULL, 1000)],
        ),
        ({"QUOTA_MODE": "track"}, [6000, 6000], [None, None]),
    ],
)
def test_upload_is_over_quota_when_it_passes_a_limit(
    world: World, ledger: Any, rules: Any, sizes: list[int], over: list[Any]
) -> None:
    charges = [ledger(**rules).charge(upload(size, f"{n}.jpg")) for n, size in enumerate(sizes)]

    assert charges == [Charge(True, *each) if each else NEW for each in over]
    held = [size for size, each in zip(sizes, over, strict=True) if each]
    stored = sum(sizes) - sum(held)
    counted = (stored, len(sizes) - len(held), sum(held), len(held), sum(sizes), len(sizes))
    assert used(world) == counted


@pytest.mark.parametrize(
    ("rules", "held"),
    [
        ({"QUOTA_STORED_BYTES": 10}, {"held": "storage-full", "limit_bytes": 10, "brief": True}),
        ({"QUOTA_UPLOADED_BYTES": 10}, {"held": "allowance-used", "limit_bytes": 10}),
        ({}, {"held": "uploads-used", "limit_objects": 0}),
    ],
)
def test_row_says_which_limit_was_met_when_an_upload_is_held(
    world: World, ledger: Any, rules: Any, held: dict[str, Any]
) -> None:
    if not rules:  # a user whose own limit is none at all
        world.set_usage("ann", "2026-11", limit_uploaded_objects=0)
    charge = ledger(**rules).charge(upload(11))
    row = world.ledger("ann", "a.jpg")
    assert row is not None
    assert {name: row[name] for name in row.keys() - upload_fields(row)} == held
    assert row["state"] == "held"
    repeated = ledger(**rules).charge(upload(11))
    assert (repeated.over_quota, repeated.limit) == (charge.over_quota, charge.limit)
    assert (repeated.current, repeated.recheck_tag) == (True, True)


def test_number_of_uploads_is_told_again_when_one_that_met_it_comes_again(
    world: World, ledger: Any
) -> None:
    for name in ("a.jpg", "b.jpg"):
        charge = ledger(QUOTA_UPLOADED_OBJECTS=1).charge(upload(1, name))
    assert charge == Charge(True, Admission.UPLOADS_USED, 1)
    assert ledger().charge(upload(1, "b.jpg")) == replace(charge, recheck_tag=True)


def upload_fields(row: dict[str, Any]) -> set[str]:
    return {"identity_id", "image", "version", "bytes", "etag", "state"} & row.keys()


@pytest.mark.parametrize(
    ("period", "own", "allowed", "refused"),
    [
        ("total", {"limit_stored_bytes": 2000}, 2000, 2001),
        ("total", {"limit_stored_bytes": 0}, 0, 1),
        ("2026-11", {"limit_uploaded_bytes": 600}, 600, 601),
    ],
)
def test_limit_is_the_user_s_own_when_there_is_one(
    world: World, ledger: Any, period: str, own: dict[str, int], allowed: int, refused: int
) -> None:
    for size, is_over in ((allowed, False), (refused, True)):
        world.set_usage("ann", period, **own)
        charge = ledger().charge(upload(size, f"{size}.jpg"))
        assert (charge.over_quota is not None) == is_over
        assert charge.limit == (next(iter(own.values())) if is_over else 0)
        world.dynamodb.delete_item(
            TableName="UsageTable", Key=to_item({"identity_id": "ann", "period": "total"})
        )


def test_number_of_uploads_is_the_user_s_own_when_there_is_one(world: World, ledger: Any) -> None:
    world.set_usage("ann", "2026-11", limit_uploaded_objects=1)
    charges = [ledger().charge(upload(1, name)) for name in ("a.jpg", "b.jpg")]
    assert charges == [NEW, Charge(True, Admission.UPLOADS_USED, 1)]


def test_own_limits_are_none_when_usage_is_only_tracked(world: World, ledger: Any) -> None:
    world.set_usage("ann", "total", limit_stored_bytes=1)
    world.set_usage("ann", "2026-11", limit_uploaded_bytes=1, limit_uploaded_objects=0)
    with world.wire.watch(lambda *_: "none"):
        assert ledger(QUOTA_MODE="track").charge(upload(300)) == NEW
        assert "GetItem PeopleTable" not in world.wire.sent  # no limit depends on who it is


def test_upload_is_charged_the_minimum_when_it_is_smaller(world: World, ledger: Any) -> None:
    for size, name in ((99, "a.jpg"), (100, "b.jpg")):
        assert ledger(QUOTA_MINIMUM_BYTES=100).charge(upload(size, name)) == NEW
    assert used(world) == (200, 2, 0, 0, 200, 2)
    small, whole = world.ledger("ann", "a.jpg"), world.ledger("ann", "b.jpg")
    assert small is not None
    assert whole is not None
    assert (small["bytes"], small["minimum_bytes"]) == (100, 100)
    assert "minimum_bytes" not in whole


def test_tag_is_compared_when_an_earlier_version_was_held(ledger: Any) -> None:
    assert ledger().charge(upload(2000)) == replace(FULL, brief=True)
    assert ledger().charge(upload(10, version="0067")) == KNOWN
    assert ledger().charge(upload(10, version="0068")) == NEW


def test_counters_are_those_of_the_states_when_an_object_replaces_another() -> None:
    none = {"stored_bytes": 0, "stored_objects": 0, "held_bytes": 0, "held_objects": 0}
    held: Any = {"state": "held", "bytes": 7}
    assert counter_deltas(None) == none
    assert counter_deltas(None, Charged.STORED, 5) == none | {
        "stored_bytes": 5, "stored_objects": 1,
    }  # fmt: skip
    assert counter_deltas(held) == none | {"held_bytes": -7, "held_objects": -1}
    assert counter_deltas(held, Charged.HELD, 5) == none | {"held_bytes": -2}


@pytest.mark.parametrize(("period", "name"), [("month", "2026-12"), ("day", "2026-12-01")])
def test_period_is_in_utc_when_a_moment_is_elsewhere(period: str, name: str) -> None:
    late = datetime(2026, 11, 30, 23, tzinfo=timezone(timedelta(hours=-5)))
    assert period_of(late, period) == name


# Readmission.


def test_held_photo_is_stored_when_there_is_room_by_now(world: World, ledger: Any) -> None:
    ledger().charge(upload(900, "b.jpg"))
    ledger().charge(upload(300))
    held = world.ledger("ann", "a.jpg")
    assert ledger().readmit_held(upload(300), NOVEMBER) == FULL
    assert world.ledger("ann", "a.jpg") == held
    ledger().release(deletion("b.jpg"))

    assert ledger().readmit_held(upload(300), NOVEMBER) == KNOWN

    assert used(world) == (300, 1, 0, 0, 1200, 2)
    row = world.ledger("ann", "a.jpg")
    assert row is not None
    assert row["state"] == "stored"
    assert row.keys() == upload_fields(row)
    assert ledger().readmit_held(upload(300), NOVEMBER) == KNOWN
    assert used(world) == (300, 1, 0, 0, 1200, 2)


@pytest.mark.parametrize(
    "rules",
    [{"QUOTA_STORED_BYTES": 1}, {"QUOTA_UPLOADED_BYTES": 1}, {"QUOTA_UPLOADED_OBJECTS": 1}],
)
def test_row_names_no_limit_when_its_photo_is_stored_at_last(
    world: World, ledger: Any, rules: Any
) -> None:
    ledger().charge(upload(1, "b.jpg"))
    assert ledger(**rules).charge(upload(2)).over_quota
    assert ledger(**LIMITS).readmit_held(upload(2), DECEMBER) == KNOWN
    row = world.ledger("ann", "a.jpg")
    assert row is not None
    assert row.keys() == upload_fields(row)


@pytest.mark.parametrize("room", [300, 299])
def test_held_photo_is_stored_when_it_just_fits(world: World, ledger: Any, room: int) -> None:
    ledger(QUOTA_STORED_BYTES=10).charge(upload(300))
    charge = ledger(QUOTA_STORED_BYTES=room).readmit_held(upload(300), NOVEMBER)
    refused = Charge(True, Admission.STORAGE_FULL, room, brief=True)
    assert charge == (KNOWN if room == 300 else refused)
    assert used(world)[:4] == ((300, 1, 0, 0) if room == 300 else (0, 0, 300, 1))


@pytest.mark.parametrize(
    ("rules", "over"),
    [
        ({"QUOTA_UPLOADED_BYTES": 300, "QUOTA_UPLOADED_OBJECTS": 1}, None),
        ({"QUOTA_UPLOADED_BYTES": 299}, (Admission.ALLOWANCE_USED, 299)),
        ({}, (Admission.UPLOADS_USED, 0)),
    ],
)
def test_allowance_of_the_later_period_is_used_too_when_a_photo_is_readmitted_in_it(
    world: World, ledger: Any, rules: Any, over: Any
) -> None:
    ledger(QUOTA_STORED_BYTES=10).charge(upload(300))
    if not rules:
        world.set_usage("ann", "2026-12", limit_uploaded_objects=0)
    charge = ledger(**rules).readmit_held(upload(300), DECEMBER)
    assert charge == (Charge(True, over[0], over[1], brief=True) if over else KNOWN)
    assert used(world, "2026-12")[4:] == ((0, 0) if over else (300, 1))
    assert used(world)[4:] == (300, 1)


def test_allowance_is_used_once_when_a_photo_is_readmitted_in_its_own_period(
    world: World, ledger: Any
) -> None:
    ledger(QUOTA_STORED_BYTES=10).charge(upload(300))
    rules = {"QUOTA_UPLOADED_BYTES": 300, "QUOTA_UPLOADED_OBJECTS": 1}
    assert ledger(**rules).readmit_held(upload(300), NOVEMBER) == KNOWN
    assert used(world) == (300, 1, 0, 0, 300, 1)


def test_nothing_is_readmitted_when_the_version_is_not_the_one_that_is_held(
    world: World, ledger: Any
) -> None:
    assert ledger().readmit_held(upload(300), NOVEMBER) == LATE
    ledger().charge(upload(2000, version="0067"))
    assert ledger().readmit_held(upload(300), NOVEMBER) == LATE
    assert used(world)[:4] == (0, 0, 2000, 1)


# The same object under a synthetic version.


def test_object_is_counted_once_when_its_own_event_comes_after_a_synthetic_version(
    world: World, ledger: Any
) -> None:
    made_up = upload(300, version=synthetic_after("0065"), etag="same")
    assert ledger().charge(made_up) == NEW
    assert ledger().charge(upload(300, etag="same")) == KNOWN
    assert used(world) == (300, 1, 0, 0, 300, 1)


def test_synthetic_version_counts_for_nothing_when_it_comes_too_late(
    world: World, ledger: Any
) -> None:
    ledger().charge(upload(10, version="0067"))
    late = upload(300, version=synthetic_after("0065"), etag="other")
    assert ledger().charge(late) == Charge(current=False, recheck_tag=True)
    assert used(world) == (10, 1, 0, 0, 10, 1)


# Races.


def charge_another(ledger: Ledger, other: Upload | None = None) -> Callable[[], None]:
    def charge() -> None:
        ledger.charge(other or upload(1, "b.jpg"))

    return charge


@pytest.mark.parametrize(
    "act",
    [
        lambda ledger: ledger.charge(upload(20, "b.jpg")),
        lambda ledger: ledger.release(deletion("b.jpg")),
        lambda ledger: ledger.readmit_held(upload(2000), NOVEMBER),
    ],
    ids=["charge", "release", "readmit_held"],
)
def test_message_comes_again_when_others_win_each_of_twenty_times(
    world: World, ledger: Any, act: Callable[[Ledger], object]
) -> None:
    ledger().charge(upload(2000))
    roomy = ledger(QUOTA_STORED_BYTES=9000)
    told = pytest.raises(TransientError, match=r"^The usage of ann is written by .*at once\.$")
    with told, world.wire.watch(lost(20)):
        act(roomy)
    with world.wire.watch(lost(19)):
        act(roomy)


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"QUOTA_STORED_BYTES": 1}, Admission.STORAGE_FULL),
        ({"QUOTA_UPLOADED_BYTES": 1}, Admission.ALLOWANCE_USED),
        ({"QUOTA_UPLOADED_OBJECTS": 1}, Admission.UPLOADS_USED),
    ],
)
def test_limit_holds_when_another_photo_is_charged_at_the_same_time(
    world: World, ledger: Any, rules: Any, reason: Admission
) -> None:
    slow = ledger(**rules)
    with world.wire.watch(meanwhile("TransactWriteItems", charge_another(slow))):
        assert slow.charge(upload(1)) == Charge(True, reason, 1)
    assert used(world) == (1, 1, 1, 1, 2, 2)


def test_limit_holds_when_a_photo_is_charged_while_one_is_readmitted(
    world: World, ledger: Any
) -> None:
    ledger(QUOTA_STORED_BYTES=10).charge(upload(300))
    slow = ledger(QUOTA_STORED_BYTES=300)
    with world.wire.watch(meanwhile("TransactWriteItems", charge_another(slow))):
        charge = slow.readmit_held(upload(300), NOVEMBER)
    assert charge == Charge(True, Admission.STORAGE_FULL, 300, brief=True)
    assert used(world)[:4] == (1, 1, 300, 1)


@pytest.mark.parametrize("happens", ["overwritten", "overwritten by more", "deleted", "readmitted"])
def test_photo_is_not_stored_twice_when_it_changes_while_it_is_readmitted(
    world: World, ledger: Any, happens: str
) -> None:
    ledger(QUOTA_STORED_BYTES=10).charge(upload(300))
    slow = ledger()

    def change() -> None:
        if happens == "overwritten":
            slow.charge(upload(20, version="0067"))
        elif happens == "overwritten by more":
            slow.charge(upload(2000, version="0067"))
        elif happens == "deleted":
            slow.release(deletion())
        else:
            slow.readmit_held(upload(300), NOVEMBER)

    with world.wire.watch(meanwhile("TransactWriteItems", change)):
        charge = slow.readmit_held(upload(300), NOVEMBER)

    assert charge == (KNOWN if happens == "readmitted" else LATE)
    counted = {
        "overwritten": (20, 1, 0, 0),
        "overwritten by more": (0, 0, 2000, 1),
        "deleted": (0, 0, 0, 0),
        "readmitted": (300, 1, 0, 0),
    }
    assert used(world)[:4] == counted[happens]


@pytest.mark.parametrize("first", [None, 50])
@pytest.mark.parametrize("happens", ["again", "overwritten", "deleted"])
def test_photo_counts_as_it_is_in_the_end_when_it_changes_while_it_is_charged(
    world: World, ledger: Any, first: int | None, happens: str
) -> None:
    if first:
        ledger().charge(upload(first, version="0060"))
    slow = ledger()

    def change() -> None:
        if happens == "overwritten":
            slow.charge(upload(20, version="0067"))
        elif happens == "deleted":
            slow.release(deletion())
        else:
            slow.charge(upload(300))

    with world.wire.watch(meanwhile("TransactWriteItems", change)):
        slow.charge(upload(300))

    before = first or 0
    uploads = (300 + before, 1 + bool(first))
    assert (
        used(world)
        == {
            "again": (300, 1, 0, 0, *uploads),
            "overwritten": (20, 1, 0, 0, uploads[0] + 20, uploads[1] + 1),
            "deleted": (0, 0, 0, 0, *uploads),
        }[happens]
    )


def test_late_upload_is_counted_once_when_two_runs_count_it_at_the_same_time(
    world: World, ledger: Any
) -> None:
    ledger().charge(upload(20, version="0067"))
    slow = ledger()
    with world.wire.watch(meanwhile("TransactWriteItems", charge_another(slow, upload(300)))):
        slow.charge(upload(300))
    assert used(world) == (20, 1, 0, 0, 320, 2)


@pytest.mark.parametrize("first", [None, 50])
def test_nothing_is_left_when_a_photo_is_charged_while_it_is_released(
    world: World, ledger: Any, first: int | None
) -> None:
    if first:
        ledger().charge(upload(first, version="0060"))
    slow = ledger()
    with world.wire.watch(meanwhile("TransactWriteItems", charge_another(slow, upload(300)))):
        slow.release(deletion())
    assert world.ledger("ann", "a.jpg") is None
    assert used(world)[:4] == (0, 0, 0, 0)


# What waits, and for how long.


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(("size", "brief"), [(400, False), (401, True)])
def test_upload_is_held_for_a_day_when_more_than_a_whole_storage_waits_with_it(
    world: World, ledger: Any, size: int, brief: bool, together: bool
) -> None:
    world.set_usage("ann", "total", stored_bytes=1000)
    waits, last = upload(600, "b.jpg"), upload(size, "c.jpg")

    batches = [[waits, last]] if together else [[waits], [last]]
    charges = [charge for batch in batches for charge in ledger().count(batch).values()]

    assert charges == [FULL, replace(FULL, brief=brief)]


def test_upload_is_held_for_a_day_when_it_takes_the_place_of_one_that_is_held(
    world: World, ledger: Any
) -> None:
    world.set_usage("ann", "total", stored_bytes=1000)
    assert ledger().charge(upload(1)) == FULL
    assert ledger().charge(upload(1, version="0067")) == replace(FULL, brief=True)


def test_days_are_those_of_the_grace_when_an_upload_is_not_held_for_a_day_only() -> None:
    assert [replace(FULL, brief=brief).kept_days(14) for brief in (False, True)] == [14, 1]


def test_upload_waits_for_its_whole_grace_when_it_alone_is_as_large_as_the_storage(
    world: World, ledger: Any
) -> None:
    world.set_usage("ann", "total", stored_bytes=1)
    assert ledger().charge(upload(1000)) == FULL


def test_first_allowance_is_the_limit_when_nobody_knows_whose_the_identity_is(
    world: World, ledger: Any
) -> None:
    assert ledger(QUOTA_FIRST_BYTES=100).charge(upload(100)) == NEW
    assert ledger().charge(upload(1, "b.jpg")) == Charge(True, Admission.STORAGE_FULL, 100)

    person = to_item({"identity_id": "ann", "subject": "login"})
    world.dynamodb.put_item(TableName="PeopleTable", Item=person)

    assert ledger().charge(upload(900, "c.jpg")) == NEW
    assert ledger().charge(upload(1, "d.jpg")) == FULL


def leave(world: World, *identities: str) -> None:
    """Let a login have had these identities, one after the other, of which "ann" is the last."""
    people = People(dynamodb_client(), table="PeopleTable")
    for identity in (*identities, "ann"):
        people.move(identity_id=identity, subject="login")


@pytest.mark.parametrize(
    ("period", "used_before", "met"),
    [
        ("total", {"stored_bytes": 700}, FULL),
        ("total", {"stored_bytes": 699}, NEW),
        ("2026-11", {"uploaded_bytes": 4700}, Charge(True, Admission.ALLOWANCE_USED, 5000)),
        ("2026-11", {"uploaded_objects": 20}, Charge(True, Admission.UPLOADS_USED, 20)),
        ("2026-10", {"uploaded_bytes": 5000}, NEW),
    ],
)
def test_what_a_login_used_before_counts_when_it_has_another_identity(
    world: World, ledger: Any, period: str, used_before: dict[str, int], met: Charge
) -> None:
    leave(world, "first")
    world.set_usage("first", period, **used_before)
    assert ledger().charge(upload(301)) == met


def test_what_all_identities_of_a_login_used_counts_when_one_is_used_that_it_has_left(
    world: World, ledger: Any
) -> None:
    leave(world, "first", "second")
    People(dynamodb_client(), table="PeopleTable").move(identity_id="third", subject="login")
    for identity in ("first", "second", "third"):
        world.set_usage(identity, "total", stored_bytes=100)
    assert ledger(QUOTA_FIRST_BYTES=400).charge(upload(100)) == NEW
    full = Charge(True, Admission.STORAGE_FULL, 400)  # it is nobody's now, so it gets little
    assert ledger().charge(upload(1, "b.jpg")) == full


def test_limit_of_a_login_holds_when_another_photo_is_charged_at_the_same_time(
    world: World, ledger: Any
) -> None:
    leave(world, "first")
    world.set_usage("first", "total", stored_bytes=400)
    slow = ledger()
    with world.wire.watch(
        meanwhile("TransactWriteItems", charge_another(slow, upload(500, "b.jpg")))
    ):
        assert slow.charge(upload(101)) == FULL
    assert used(world)[:4] == (500, 1, 101, 1)


def test_what_a_login_holds_elsewhere_counts_when_more_would_wait_than_a_whole_storage(
    world: World, ledger: Any
) -> None:
    leave(world, "first")
    world.set_usage("first", "total", stored_bytes=1000, held_bytes=600)
    assert ledger().charge(upload(400)) == FULL
    assert ledger().charge(upload(1, "b.jpg")) == replace(FULL, brief=True)


def test_held_photo_stays_held_when_what_its_login_used_before_leaves_no_room(
    world: World, ledger: Any
) -> None:
    leave(world, "first")
    world.set_usage("first", "total", stored_bytes=701)
    assert ledger().charge(upload(300)) == FULL
    assert ledger().readmit_held(upload(300), NOVEMBER) == FULL
    world.set_usage("first", "total", stored_bytes=700)
    assert ledger().readmit_held(upload(300), NOVEMBER) == KNOWN


# What is counted together.


def test_uploads_count_as_if_one_came_after_the_other_when_they_are_counted_together(
    world: World, ledger: Any
) -> None:
    ledger().charge(upload(500, "old.jpg"))
    fits, full, late = upload(500, "b.jpg"), upload(1, "c.jpg"), upload(400, "d.jpg")

    charges = ledger().count([fits, full, deletion("old.jpg"), late])

    assert charges == {fits: NEW, full: FULL, late: NEW}
    assert used(world) == (900, 2, 1, 1, 1401, 4)
    assert ledger().count([fits, full]).keys() == {fits, full}
    assert used(world) == (900, 2, 1, 1, 1401, 4)


def test_deletions_alone_are_counted_together_when_nothing_is_uploaded(
    world: World, ledger: Any
) -> None:
    ledger().count([upload(300), upload(2000, "b.jpg"), upload(20, "c.jpg")])
    world.set_usage("ann", "2026-11", limit_uploaded_objects=0)
    with world.wire.watch(lambda *_: "none"):
        assert ledger().count([deletion(), deletion("b.jpg")]) == {}
        assert "GetItem UsageTable" not in world.wire.sent  # as no limit can be met
    assert used(world)[:4] == (20, 1, 0, 0)


@pytest.mark.parametrize(("other", "is_held"), [(100, False), (101, True)])
def test_sum_stays_within_the_limit_when_another_is_charged_at_the_same_time(
    world: World, ledger: Any, other: int, is_held: bool
) -> None:
    slow, first, second = ledger(), upload(800, "b.jpg"), upload(100, "c.jpg")
    with world.wire.watch(
        meanwhile("TransactWriteItems", charge_another(slow, upload(other, "d.jpg")))
    ):
        charges = slow.count([first, second])
    assert charges == {first: NEW, second: FULL if is_held else NEW}


def test_largest_sum_decides_when_room_is_free_again_by_what_follows(
    world: World, ledger: Any
) -> None:
    ledger(QUOTA_STORED_BYTES=9000).charge(upload(900, "old.jpg"))
    slow = ledger(QUOTA_STORED_BYTES=1900)
    large, small = upload(900, "b.jpg"), upload(50, "c.jpg")
    with world.wire.watch(
        meanwhile("TransactWriteItems", charge_another(slow, upload(200, "d.jpg")))
    ):
        charges = slow.count([large, deletion("old.jpg"), small])
    assert charges == {large: Charge(True, Admission.STORAGE_FULL, 1900), small: NEW}
    assert used(world)[:4] == (250, 2, 900, 1)
