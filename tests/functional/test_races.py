"""Two runs over one key, one in the middle of the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from darkroom.pipeline.worker import for_each_upload

from tests.functional.conftest import World, version


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
    for_each_upload(json.dumps({"Records": [record]}), app.process)


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
