"""Two runs over one key, one in the middle of the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from tests.functional.conftest import STEPS, World, version
from tests.functional.test_join import finish, upload_of
from tests.functional.wire import Fault, meanwhile


def interrupt(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, meanwhile: Callable[[], object]
) -> None:
    """Let something happen right after the first call of a method that reads."""
    read, pending = getattr(owner, name), [meanwhile]

    def interrupted(*arguments: Any) -> Any:
        found = read(*arguments)
        if pending:
            pending.pop()()
        return found

    monkeypatch.setattr(owner, name, interrupted)


def take(app: ModuleType, record: dict[str, Any]) -> None:
    """Process an event as the function does, within the run of another."""
    app.process_message(json.dumps({"Records": [record]}))


def test_no_item_or_file_is_left_when_it_is_opened_in_the_middle_of_its_deletion(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, removal = world.put("ann", "a.jpg"), world.delete("ann", "a.jpg")
    cleanup, quota = world.load("cleanup"), world.load("quota")
    interrupt(monkeypatch, cleanup.records, "read", lambda: take(quota, upload))

    assert world.deliver(cleanup, removal) == []
    assert world.deliver(quota, removal) == []

    assert world.image("ann", "a.jpg") is None
    assert world.outputs() == set()
    assert world.ledger("ann", "a.jpg") is None


def test_no_file_is_left_when_a_step_ends_in_the_middle_of_the_deletion(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    finish(upload, "quota")
    removal, cleanup = world.delete("ann", "a.jpg"), world.load("cleanup")
    delete = cleanup.processed.delete_older_outputs

    def delete_and_go_on(image: Any) -> None:
        delete(image)
        finish(upload, "thumbnail")

    monkeypatch.setattr(cleanup.processed, "delete_older_outputs", delete_and_go_on)

    assert world.deliver(cleanup, removal) == []

    assert world.outputs() == set()


def test_no_charge_is_left_when_it_is_made_in_the_middle_of_its_release(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, removal = world.put("ann", "a.jpg"), world.delete("ann", "a.jpg")
    releasing, charging = world.load("quota"), world.load("quota")
    interrupt(monkeypatch, releasing.ledger, "row", lambda: take(charging, upload))

    assert world.deliver(releasing, removal) == []

    assert world.ledger("ann", "a.jpg") is None
    assert world.usage("ann")["stored_bytes"] == 0


def test_newer_version_is_counted_when_it_is_charged_in_the_middle_of_an_older_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = world.put("ann", "a.jpg", b"x" * 300), world.put("ann", "a.jpg", b"x" * 20)
    slow, fast = world.load("quota"), world.load("quota")
    interrupt(monkeypatch, slow.ledger, "_read", lambda: take(fast, newer))

    assert world.deliver(slow, older) == []

    row = world.ledger("ann", "a.jpg")
    assert row is not None
    assert (row["version"], row["bytes"]) == (version(newer), 20)
    assert (world.usage("ann")["stored_bytes"], world.usage("ann")["stored_objects"]) == (20, 1)


def test_limit_holds_when_two_photos_are_charged_at_the_same_time(world: World) -> None:
    first, second = world.put("ann", "a.jpg", b"x" * 600), world.put("ann", "b.jpg", b"x" * 600)
    slow = world.load("quota", QUOTA_MODE="enforce")
    fast = world.load("quota", QUOTA_MODE="enforce")

    with world.wire.watch(meanwhile("TransactWriteItems UsageTable", lambda: take(fast, second))):
        assert world.deliver(slow, first) == []

    usage = world.usage("ann")
    assert (usage["stored_bytes"], usage["held_bytes"]) == (600, 600)


def test_allowance_holds_when_two_photos_are_charged_at_the_same_time(world: World) -> None:
    first, second = world.put("ann", "a.jpg", b"x" * 300), world.put("ann", "b.jpg", b"x" * 300)
    rules = {"QUOTA_MODE": "enforce", "QUOTA_UPLOADED_BYTES": "500"}
    slow, fast = world.load("quota", **rules), world.load("quota", **rules)

    with world.wire.watch(meanwhile("TransactWriteItems UsageTable", lambda: take(fast, second))):
        assert world.deliver(slow, first) == []

    usage = world.usage("ann")
    assert (usage["stored_bytes"], usage["held_bytes"]) == (300, 300)


def test_number_of_uploads_holds_when_two_photos_are_charged_at_the_same_time(
    world: World,
) -> None:
    first, second = world.put("ann", "a.jpg", b"x"), world.put("ann", "b.jpg", b"x")
    rules = {"QUOTA_MODE": "enforce", "QUOTA_UPLOADED_OBJECTS": "1"}
    slow, fast = world.load("quota", **rules), world.load("quota", **rules)

    with world.wire.watch(meanwhile("TransactWriteItems UsageTable", lambda: take(fast, second))):
        assert world.deliver(slow, first) == []

    usage = world.usage("ann")
    assert (usage["stored_objects"], usage["held_objects"]) == (1, 1)


def test_limit_holds_when_a_batch_is_charged_while_another_photo_is(world: World) -> None:
    batch = [world.put("ann", f"{number}.jpg", b"x" * 300) for number in range(3)]
    other = world.put("ann", "other.jpg", b"x" * 300)
    slow = world.load("quota", QUOTA_MODE="enforce")
    fast = world.load("quota", QUOTA_MODE="enforce")

    with world.wire.watch(meanwhile("TransactWriteItems UsageTable", lambda: take(fast, other))):
        assert world.deliver(slow, *batch) == []

    usage = world.usage("ann")
    assert (usage["stored_bytes"], usage["held_bytes"]) == (900, 300)


def test_nothing_is_stored_when_the_photo_is_deleted_while_it_is_charged(world: World) -> None:
    upload, removal = world.put("ann", "a.jpg"), world.delete("ann", "a.jpg")
    charging, releasing = world.load("quota"), world.load("quota")

    with world.wire.watch(
        meanwhile("TransactWriteItems UsageTable", lambda: take(releasing, removal))
    ):
        assert world.deliver(charging, upload) == []

    assert world.ledger("ann", "a.jpg") is None
    assert world.usage("ann").get("stored_bytes", 0) == 0
    assert world.usage("ann", "2026-11")["uploaded_objects"] == 1


def test_good_photo_has_no_tag_when_it_overwrites_one_that_is_being_tagged(world: World) -> None:
    large, small = world.put("ann", "a.jpg", b"x" * 2000), world.put("ann", "a.jpg", b"x" * 10)
    slow = world.load("quota", QUOTA_MODE="enforce")
    fast = world.load("quota", QUOTA_MODE="enforce")

    with world.wire.watch(meanwhile("PutObjectTagging", lambda: take(fast, small))):
        assert world.deliver(slow, large) == []

    assert world.usage("ann")["stored_bytes"] == 10
    assert world.tags("ann", "a.jpg") == []


def test_nothing_of_a_version_is_left_when_it_is_overwritten_before_its_receipt(
    world: World,
) -> None:
    older, newer = world.put("ann", "a.jpg", b"1"), world.put("ann", "a.jpg", b"2")
    cleanup, upload = world.load("cleanup"), upload_of("ann", "a.jpg", older)
    for step in STEPS:
        if step != "thumbnail":
            finish(upload, step)

    with world.wire.watch(meanwhile("Publish ", lambda: take(cleanup, newer))):
        finish(upload, "thumbnail")

    assert world.outputs() == set()


@pytest.mark.parametrize("function", ["thumbnail", "quota", "cleanup"])
def test_photo_is_processed_at_once_when_transactions_have_its_items_for_a_moment(
    world: World, function: str
) -> None:
    world.deliver(world.load("metadata"), world.put("ann", "a.jpg", b"older"))
    app, newer = world.load(function), world.put("ann", "a.jpg")
    seen: dict[str, int] = {}

    def busy_twice(_: int, request: str) -> Fault:
        operation = request.partition(" ")[0]
        if operation not in ("TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem"):
            return "none"
        seen[request] = seen.get(request, 0) + 1
        return "busy" if seen[request] <= 2 else "none"

    with world.wire.watch(busy_twice):
        assert world.deliver(app, newer) == []

    assert seen["UpdateItem ImagesTable"] > 2
    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["version"] == version(newer)


def test_message_comes_again_when_a_transaction_has_its_item_all_the_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    quota, upload = world.load("quota"), world.put("ann", "a.jpg")

    with world.wire.watch(
        lambda _, request: "busy" if request == "UpdateItem ImagesTable" else "none"
    ):
        assert world.deliver(quota, upload) == [0]

    assert world.deliver(quota, upload) == []
    assert world.usage("ann")["stored_objects"] == 1
