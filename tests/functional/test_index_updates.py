"""Updates of an index that meet each other: nothing is lost, and nothing comes back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any

import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.errors import TransientError
from darkroom.search.messages import Told, told_by
from darkroom.search.updates import Updates

from tests.archives import zipped
from tests.functional.conftest import World
from tests.functional.search import BUCKET, Search, on_each_engine, search
from tests.functional.wire import FAULTS, Fault, Killed
from tests.unit.search.records import record

__all__ = ["search"]  # a fixture
pytestmark = on_each_engine

KEY = "users/ann/a.jpg"


def write(world: World, item: Any) -> None:
    """A record as steps and notify leave it."""
    world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(item))


def delete(world: World, key: str = KEY) -> None:
    world.dynamodb.delete_item(
        TableName="ImagesTable", Key={"identity_id": {"S": "ann"}, "image": {"S": key}}
    )


def told(*keys: str) -> Told:
    return Told(dict.fromkeys(keys or [KEY]))


def removal(name: str, version: str = "0067") -> str:
    stored = {"key": f"users/ann/{name}", "sequencer": version}
    event = {
        "eventName": "ObjectRemoved:Delete",
        "eventTime": "2026-11-24T08:30:00.000Z",
        "s3": {"bucket": {"name": "uploads"}, "object": stored},
    }
    return json.dumps({"Records": [event]})


def receipt(name: str) -> str:
    return json.dumps({"identity_id": "ann", "image": f"users/ann/{name}"})


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, updates: Updates, act: Callable[[], None]
) -> list[int]:
    """Have something happen once, right after the next update has read the records."""
    read = updates._records
    attempts: list[int] = []

    def records(owner: str, keys: Any) -> Any:
        found = read(owner, keys)
        attempts.append(1)
        if len(attempts) == 1:
            monkeypatch.setattr(updates, "_records", read)
            act()
            monkeypatch.setattr(updates, "_records", records)
        return found

    monkeypatch.setattr(updates, "_records", records)
    return attempts


@pytest.mark.parametrize("there_is_an_index", [True, False])
def test_file_does_not_come_back_when_its_deletion_overtakes_its_receipt(
    there_is_an_index: bool, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deletion changes nothing in the index, and yet has to be seen by who has read before."""
    updates: Updates = search.index.updates
    if there_is_an_index:
        write(search.world, record("other.jpg"))
        updates.bring_up_to_date("ann", told("users/ann/other.jpg"))
    write(search.world, record())

    def deletion() -> None:
        delete(search.world)
        assert search.deliver(removal("a.jpg")) == []

    attempts = meanwhile(monkeypatch, updates, deletion)
    updates.bring_up_to_date("ann", told())
    assert len(attempts) > 1
    assert "a.jpg" not in search.find("ann")


def test_two_files_are_both_there_when_their_updates_meet(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates: Updates = search.index.updates
    for name in ("a.jpg", "b.jpg"):
        write(search.world, record(name))
    updates.bring_up_to_date("ann", told("users/ann/none.jpg"))  # so that it is made of records
    for name in ("c.jpg", "d.jpg"):
        write(search.world, record(name))

    def other() -> None:
        updates.bring_up_to_date("ann", told("users/ann/d.jpg"))

    meanwhile(monkeypatch, updates, other)
    updates.bring_up_to_date("ann", told("users/ann/c.jpg"))
    assert sorted(search.find("ann")) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]


def write_by_many(
    search: Search,
    monkeypatch: pytest.MonkeyPatch,
    names: Sequence[str],
    made: Callable[[random.Random, str], Any],
    *,
    changes: int,
) -> None:
    """Four at once write and delete records, as `made` makes them, and tell of each change.

    Whoever changes a record tells of it afterwards, as steps, notify and cleanup do.
    """
    handle, one_at_a_time = search.world.wire.handle, Lock()

    def handle_alone(event_name: str, request: Any, **rest: Any) -> Any:
        with one_at_a_time:  # moto closes an object that is replaced while another reads it
            return handle(event_name, request, **rest)

    monkeypatch.setattr(search.world.wire, "handle", handle_alone)
    updates: Updates = search.index.updates

    def tell(key: str) -> None:
        while True:  # where the others kept winning, its message comes again
            with suppress(TransientError):
                updates.bring_up_to_date("ann", told(key))
                return

    def work(seed: int) -> None:
        own = random.Random(seed)
        for _ in range(changes):
            name = own.choice(names)
            if own.random() < 0.4:
                delete(search.world, f"users/ann/{name}")
            else:
                write(search.world, made(own, name))
            tell(f"users/ann/{name}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))


def test_index_is_what_the_records_say_when_many_write_at_once(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def titled(own: random.Random, name: str) -> Any:
        return record(name, metadata={"title": f"title{own.getrandbits(64)}"})

    names = [f"{number}.jpg" for number in range(12)]
    write_by_many(search, monkeypatch, names, titled, changes=12)
    found = search.world.dynamodb.scan(TableName="ImagesTable")["Items"]
    recorded = {item["image"]["S"]: item["metadata"]["M"]["title"]["S"] for item in found}
    assert set(search.ask("ann")["hits"]) == set(recorded)
    for key, title in recorded.items():
        assert search.ask("ann", text=f"{title} ")["hits"] == [key]


def test_messages_of_one_owner_fail_alone_when_others_keep_winning(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("darkroom.search.updates.time.sleep", lambda _: None)
    write(search.world, record())
    write(search.world, record("b.jpg", owner="bob"))
    put = search.world.s3.put_object

    def win(**request: Any) -> Any:
        if "/ann/" in request["Key"]:
            put(Bucket=BUCKET, Key=request["Key"], Body=random.randbytes(9))
        return put(**request)

    client = search.writing_client
    monkeypatch.setattr(client, "put_object", win)
    message = json.dumps({"identity_id": "bob", "image": "users/bob/b.jpg"})
    assert search.deliver(receipt("a.jpg"), message, receipt("c.jpg")) == [0, 2]
    monkeypatch.undo()
    assert search.find("bob") == ["b.jpg"]


def test_message_comes_again_when_the_end_or_the_deletion_is_not_written_yet(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("darkroom.search.feed._WAITS_SECONDS", (0,))
    world = search.world
    write(world, record("ends.jpg", status="processing"))  # all steps are finished
    write(world, record("pending.jpg", steps={"metadata": {"state": "pending"}}))
    write(world, record("removed.jpg", version="0067"))
    write(world, record("newer.jpg", version="0068"))
    messages = [
        receipt("ends.jpg"), receipt("pending.jpg"), removal("removed.jpg"), removal("newer.jpg"),
    ]  # fmt: skip
    assert search.deliver(*messages) == [0, 2]
    assert search.find("ann") == ["newer.jpg"]
    write(world, record("ends.jpg"))
    delete(world, "users/ann/removed.jpg")
    assert search.deliver(messages[0], messages[2]) == []
    assert set(search.find("ann")) == {"newer.jpg", "ends.jpg"}


def test_document_stays_while_its_file_is_processed_again(search: Search) -> None:
    write(search.world, record("a.jpg"))
    assert search.deliver(receipt("a.jpg")) == []
    write(search.world, record("a.jpg", steps={"metadata": {"state": "pending"}}))
    assert search.deliver(receipt("a.jpg")) == []
    search.rebuild("ann")
    assert search.find("ann") == ["a.jpg"]


HALF_AN_INDEX = zipped({"meta.json": "{}"})  # which lies there, unpacked, when it is found out


@pytest.mark.parametrize("body", [b"", b"junk", b"PK\x05\x06" + bytes(18), HALF_AN_INDEX])
def test_index_is_made_anew_when_it_is_damaged(body: bytes, search: Search) -> None:
    for name in ("a.jpg", "b.jpg"):
        write(search.world, record(name))
    search.store("ann", body)
    assert search.ask("ann", text="a")["building"] is True
    [message] = search.asked()
    assert search.deliver(json.dumps(message)) == []
    assert search.find("ann") == ["a.jpg", "b.jpg"]
    assert "building" not in search.ask("ann")


def test_index_is_made_anew_by_any_message_when_its_owner_has_older_files(search: Search) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        write(search.world, record(name))
    assert search.deliver(receipt("c.jpg")) == []
    assert search.find("ann") == ["a.jpg", "b.jpg", "c.jpg"]


def test_rebuild_takes_out_what_has_no_record_and_puts_in_what_is_missing(search: Search) -> None:
    names = [f"{number:03d}.jpg" for number in range(250)]
    for name in names:
        write(search.world, record(name))
    search.rebuild("ann")
    for name in (names[0], names[120], names[-1]):
        delete(search.world, f"users/ann/{name}")
    write(search.world, record("new.jpg"))
    assert len(search.find("ann", limit=1000)) == 250
    search.rebuild("ann")
    left = {*names[1:120], *names[121:-1], "new.jpg"}
    assert set(search.find("ann", limit=1000)) == left


def test_long_rebuild_goes_on_in_other_runs_and_finds_all_that_changes_meanwhile(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search.index.updates, "_scan_seconds", -1)  # a page of records at a time
    names = [f"{number:03d}.jpg" for number in range(350)]
    for name in names:
        write(search.world, record(name))
    assert search.deliver(receipt(names[0])) == []
    answer = search.ask("ann", limit=1000)
    assert (answer["total"], answer["building"]) == (100, True)
    # Behind and before what it has reached.
    delete(search.world, f"users/ann/{names[10]}")
    delete(search.world, f"users/ann/{names[300]}")
    assert search.deliver(removal(names[10]), removal(names[300])) == []
    runs = 0
    while messages := search.asked():
        runs += 1
        assert search.deliver(json.dumps(messages[-1])) == []
    assert runs >= 2
    answer = search.ask("ann", limit=1000)
    assert "building" not in answer
    assert len(answer["hits"]) == 348


def test_all_is_found_while_a_long_rebuild_has_not_come_to_it(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(250):
        write(search.world, record(f"{number:03d}.jpg"))
    search.rebuild("ann")
    monkeypatch.setattr(search.index.updates, "_scan_seconds", -1)
    search.rebuild("ann")
    assert search.asked()  # to go on
    assert search.ask("ann", limit=1)["total"] == 250


def test_more_files_are_told_at_once_than_one_request_reads(search: Search) -> None:
    names = [f"{number:03d}.jpg" for number in range(101)]
    for name in names:
        write(search.world, record(name))
    told_of = told(*(f"users/ann/{name}" for name in names))
    search.index.updates.bring_up_to_date("ann", told_of)
    assert search.find("ann", limit=1000) == names


def test_copies_are_found_and_gone_again_as_their_files_are(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("darkroom.search.alike.families")  # the index has them

    def groups() -> list[int]:
        return [len(group) for group in search.ask("ann", duplicates=True)["groups"]]

    for name, bits in (("a.jpg", 0xF0), ("c.jpg", 0xF)):
        write(search.world, record(name, perceptual_hash=f"{bits | 0xABCD << 16:016x}"))
    assert search.deliver(receipt("a.jpg"), receipt("c.jpg")) == []
    assert groups() == []
    between = record("b.jpg", perceptual_hash=f"{0xFF | 0xABCD << 16:016x}")
    write(search.world, between)
    assert search.deliver(receipt("b.jpg")) == []
    assert groups() == [3]
    delete(search.world, "users/ann/b.jpg")
    assert search.deliver(removal("b.jpg")) == []
    assert groups() == []
    write(search.world, between)
    search.rebuild("ann")
    assert groups() == [3]


def test_owner_without_files_finds_nothing_and_has_no_words_left(search: Search) -> None:
    write(search.world, record("secretplace.jpg", metadata={"camera": "Rarecam"}))
    assert search.deliver(receipt("secretplace.jpg")) == []
    delete(search.world, "users/ann/secretplace.jpg")
    assert search.deliver(removal("secretplace.jpg")) == []
    assert search.ask("ann", text="s", facets=True)["facets"]["words"] == []
    assert b"secretplace" not in search.body("ann")
    assert search.ask("ann") == {"total": 0, "hits": []}


def test_message_about_another_owners_file_is_passed_over(search: Search) -> None:
    bad = json.dumps({"identity_id": "ann", "image": "users/bob/a.jpg"})
    assert told_by([bad, "junk", "[]", '{"Event": "s3:TestEvent"}', '{"identity_id": 3}']) == {}
    assert search.deliver(bad, "junk") == []


def at_request(number: int, fault: Fault, at: int, _: str) -> Fault:
    return fault if at == number else "none"


@pytest.mark.parametrize("fault", FAULTS)
def test_index_is_right_when_the_message_comes_again_after_any_request_failed(
    fault: Fault, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    world = search.world
    write(world, record("old.jpg"))
    assert search.deliver(receipt("old.jpg")) == []
    with world.wire.watch(lambda *_: "none"):
        assert search.deliver(receipt("old.jpg")) == []
        requests = len(world.wire.sent)
    assert requests >= 3
    for number in range(requests):
        write(world, record(f"{number}.jpg"))
        delete(world, f"users/ann/{number - 1}.jpg")
        messages = [receipt(f"{number}.jpg"), removal(f"{number - 1}.jpg")]
        with world.wire.watch(partial(at_request, number, fault)), suppress(Killed):
            search.deliver(*messages)
        assert search.deliver(*messages) == []
        assert set(search.find("ann")) == {"old.jpg", f"{number}.jpg"}
