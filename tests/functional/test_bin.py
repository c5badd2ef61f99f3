"""The bin is emptied of what is due: of exactly the objects that were put into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from darkroom.aws.attribute_values import to_item
from darkroom.moments import timestamp
from darkroom.repair.halt import Halt
from moto.s3.models import s3_backends

from tests.functional.conftest import UPLOADS, World, lambda_context

DAY = timedelta(days=1)
NOW = datetime.now(UTC) + 100 * DAY  # what is due now was put into the bin after its upload
DUE = NOW - DAY
INSTANT = timedelta(milliseconds=1)


@pytest.fixture
def empty(world: World, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    # moto cannot list a bucket while another thread deletes from it.
    monkeypatch.setattr("darkroom.people.bin._AT_ONCE", 1)
    return world.load("empty")


def in_bin(
    world: World, name: str, until: datetime = DUE, *, owner: str = "ann", **more: Any
) -> None:
    """Store a file that is in the bin until then."""
    body = f"{owner} {name}".encode()
    etag = world.put(owner, name, body)["s3"]["object"]["eTag"]
    item = {"identity_id": owner, "image": f"users/{owner}/{name}", "version": "0066", "etag": etag}
    text = timestamp(until)
    in_it = {"binned_at": timestamp(until - 30 * DAY), "bin_until": text, "bin_day": text[:10]}
    whole = {k: v for k, v in {**item, **in_it, **more}.items() if v is not None}
    world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(whole))


def stored(world: World) -> set[str]:
    """The keys below users/ that the uploads bucket has."""
    listed = world.s3.list_objects_v2(Bucket=UPLOADS).get("Contents", [])
    return {entry["Key"].removeprefix("users/") for entry in listed}


def never() -> bool:
    return False


def test_files_are_deleted_when_their_time_is_up_and_no_earlier(
    world: World, empty: ModuleType
) -> None:
    in_bin(world, "due")
    in_bin(world, "not-yet", DUE + INSTANT)
    in_bin(world, "almost", NOW - timedelta(minutes=5))
    in_bin(world, "yesterday", DUE - DAY)
    in_bin(world, "long-ago", DUE - 59 * DAY)
    in_bin(world, "tomorrow", DUE + DAY)
    in_bin(world, "due", owner="bob")
    world.put("ann", "never-binned")

    due = [key["image"].removeprefix("users/") for key in empty.bins.due(NOW)]
    assert due == ["ann/long-ago", "ann/yesterday", "ann/due", "bob/due"]
    assert empty.bins.empty(NOW, never) == 4

    kept = {"ann/not-yet", "ann/almost", "ann/tomorrow", "ann/never-binned"}
    assert stored(world) == kept
    assert world.image("ann", "due") is not None  # cleanup deletes it, as after any deletion


def test_file_stays_when_its_owner_took_it_out_and_the_index_is_behind(
    world: World, empty: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("out", "in-again", "unknown"):
        in_bin(world, name)
    due = list(empty.bins.due(NOW))
    out = {"binned_at": None, "bin_until": None, "bin_day": None}
    for name, said in (("out", out), ("in-again", {"bin_until": timestamp(NOW + DAY)})):
        item = {**(world.image("ann", name) or {}), **said}
        kept = {k: v for k, v in item.items() if v is not None}
        world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(kept))
    gone = {"identity_id": "ann", "image": "users/ann/unknown"}
    world.dynamodb.delete_item(TableName="ImagesTable", Key=to_item(gone))
    monkeypatch.setattr(empty.bins, "due", lambda _: iter(due))

    assert empty.bins.empty(NOW, never) == 0

    assert len(due) == 3
    assert stored(world) == {"ann/out", "ann/in-again", "ann/unknown"}


def test_newer_upload_stays_when_its_event_has_not_come_yet(
    world: World, empty: ModuleType
) -> None:
    in_bin(world, "other-bytes")
    world.put("ann", "other-bytes", b"a newer photo")
    two_minutes_ago = timestamp(datetime.now(UTC) - timedelta(minutes=2))
    in_bin(world, "same-bytes", binned_at=two_minutes_ago)
    in_bin(world, "put-there-at-once", binned_at=timestamp(datetime.now(UTC)))
    # The clock of its uploads is ahead of that of its owner's word.
    in_bin(world, "by-two-clocks", binned_at=timestamp(datetime.now(UTC) - timedelta(seconds=30)))

    assert empty.bins.empty(NOW, never) == 2
    assert stored(world) == {"ann/other-bytes", "ann/same-bytes"}

    assert empty.bins.empty(NOW + 59 * DAY, never) == 0  # however long its event does not come
    assert stored(world) == {"ann/other-bytes", "ann/same-bytes"}


def test_newer_upload_stays_when_it_comes_in_the_middle_of_emptying(
    world: World, empty: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_bin(world, "overwritten")
    in_bin(world, "deleted")
    find = empty.bins._uploads.find

    def meanwhile(key: str) -> Any:
        found = find(key)
        if key.endswith("/overwritten"):
            world.s3.put_object(Bucket=UPLOADS, Key=key, Body=b"a newer photo")
        else:
            world.s3.delete_object(Bucket=UPLOADS, Key=key)
        return found

    monkeypatch.setattr(empty.bins._uploads, "find", meanwhile)

    assert empty.bins.empty(NOW, never) == 0

    assert stored(world) == {"ann/overwritten"}


def test_nothing_is_asked_for_when_the_object_is_gone_already(
    world: World, empty: ModuleType
) -> None:
    in_bin(world, "gone")
    world.s3.delete_object(Bucket=UPLOADS, Key="users/ann/gone")

    with world.wire.watch(lambda *_: "none"):
        assert empty.bins.empty(NOW, never) == 0
        assert [sent for sent in world.wire.sent if sent.startswith("DeleteObject")] == []


def test_every_other_file_is_deleted_when_one_cannot_be(
    world: World, empty: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        in_bin(world, f"{number:02}", DUE - timedelta(seconds=50 - number))
    in_bin(world, "malformed", DUE - DAY, etag=None)
    delete = empty.bins._uploads.delete_exactly

    def delete_exactly(key: str, *, etag: str) -> None:
        if key.endswith("/00"):
            error = {"Error": {"Code": "AccessDenied", "Message": "no"}}
            raise ClientError(error, "DeleteObject")  # type: ignore[arg-type]
        delete(key, etag=etag)

    monkeypatch.setattr(empty.bins._uploads, "delete_exactly", delete_exactly)

    with pytest.raises((ClientError, KeyError)):  # of whichever comes first
        empty.bins.empty(NOW, never)

    assert stored(world) == {"ann/00", "ann/malformed"}


def test_rest_is_left_to_the_next_run_when_time_is_up(world: World, empty: ModuleType) -> None:
    for number in range(50):
        in_bin(world, f"{number:02}", DUE - timedelta(seconds=50 - number))

    def after(pieces: int) -> Callable[[], bool]:
        looks = iter(range(pieces))
        return lambda: next(looks, None) is None

    assert empty.bins.empty(NOW, after(1)) == 40
    assert stored(world) == {f"ann/{number}" for number in range(40, 50)}
    assert empty.bins.empty(NOW, after(2)) == 10
    assert stored(world) == set()


def test_bin_is_emptied_when_the_clock_says_so(world: World, empty: ModuleType) -> None:
    put_long_ago(world, {"due": -2 * DAY, "not-yet": DAY})

    empty.handler({"source": "aws.events"}, lambda_context())

    assert stored(world) == {"ann/not-yet"}


def put_long_ago(world: World, times: dict[str, timedelta]) -> None:
    """Files in the bin whose time there is up so long from now, uploaded before they were there."""
    for name, until in times.items():
        in_bin(world, name, datetime.now(UTC) + until)
        bucket = s3_backends["123456789012"]["aws"].buckets[UPLOADS]
        bucket.keys[f"users/ann/{name}"].last_modified -= 100 * DAY


def test_nothing_is_deleted_when_all_is_halted(world: World, empty: ModuleType) -> None:
    put_long_ago(world, {"due": -2 * DAY})
    halt = Halt(world.dynamodb, "IdempotencyTable")
    halt.set("a wrong clock")

    empty.handler({"source": "aws.events"}, lambda_context())
    assert stored(world) == {"ann/due"}

    halt.lift()
    empty.handler({"source": "aws.events"}, lambda_context())
    assert stored(world) == set()


def test_each_deletion_is_logged_and_counted_when_others_fail(
    world: World,
    empty: ModuleType,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("INFO")
    put_long_ago(world, {"due": -2 * DAY, "newer": -2 * DAY})
    in_bin(world, "malformed", datetime.now(UTC) - 3 * DAY, etag=None)
    in_bin(world, "newer", datetime.now(UTC) - 2 * DAY)
    due = world.image("ann", "due") or {}

    with pytest.raises(KeyError):
        empty.handler({"source": "aws.events"}, lambda_context())

    told = {record.getMessage(): vars(record) for record in caplog.records}
    of_it = {name: told["file deleted from the bin"][name] for name in ("key", "etag", "binned_at")}
    assert of_it == {
        "key": "users/ann/due", "etag": due["etag"], "binned_at": due["binned_at"],
    }  # fmt: skip
    assert told["file not deleted from the bin: uploaded since"]["key"] == "users/ann/newer"
    assert counted(capsys, "BinEmptied") == [[1.0]]


def counted(capsys: pytest.CaptureFixture[str], name: str) -> list[Any]:
    """What was counted by a name and printed, as CloudWatch reads it."""
    lines = [line for line in capsys.readouterr().out.splitlines() if f'"{name}":' in line]
    return [json.loads(line)[name] for line in lines]


def test_files_that_are_left_over_are_counted_once_a_day(
    world: World,
    empty: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    midnight = NOW.replace(hour=0)
    in_bin(world, "tried", midnight - 60 * DAY)
    in_bin(world, "left-over", midnight - 62 * DAY)
    in_bin(world, "longer", midnight - 365 * DAY)
    in_bin(world, "too-long", midnight - 366 * DAY)  # nobody looks further back than a year

    for hour in range(3):
        clock = SimpleNamespace(now=lambda _, hour=hour: midnight.replace(hour=hour))
        monkeypatch.setattr(empty, "datetime", clock)
        empty.handler({"source": "aws.events"}, lambda_context())

    assert counted(capsys, "BinLate") == [[2.0]]
    assert stored(world) == {"ann/left-over", "ann/longer", "ann/too-long"}
