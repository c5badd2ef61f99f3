"""What only OpenSearch can get wrong: old documents over new ones, a new mapping, a lost index."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import boto3
import pytest
from darkroom.search.opensearch import mapping
from darkroom.search.opensearch.client import Client, RequestRefused
from darkroom.search.opensearch.mapping import newest
from darkroom.search.opensearch.part import OlderThanThere, Part
from darkroom.search.opensearch.queries import EVERYTHING

from operations.arguments import Arguments
from operations.command import CommandError
from operations.deployment import Deployment
from operations.owners import owners
from operations.reindex import remove_outdated
from operations.search_check import comparison_of
from operations.search_stack import SearchStack
from tests.functional.opensearch import needs_node
from tests.functional.search import BUCKET, Search, search
from tests.functional.test_index_updates import delete, meanwhile, receipt, removal, told, write
from tests.unit.search.records import document, record

__all__ = ["search"]  # a fixture
pytestmark = [needs_node, pytest.mark.parametrize("search", ["opensearch"], indirect=True)]


def index_of(search: Search) -> tuple[Client, str]:
    """Where documents are written to now."""
    updates = search.index.updates
    return updates._client, newest(updates._client, updates._name)


def test_document_and_deletion_give_way_to_no_earlier_one(search: Search) -> None:
    part = Part(*index_of(search), "ann")
    part.write([document("a.jpg")], [], version=5)
    with pytest.raises(OlderThanThere):
        part.write([document("a.jpg", bytes=1)], [], version=5)
    part.write([], ["a.jpg"], version=6)
    with pytest.raises(OlderThanThere):
        part.write([document("a.jpg")], [], version=5)
    part.refresh()
    assert part.count(EVERYTHING) == 0


def test_deleted_file_is_found_at_no_moment_when_somebody_has_read_it_before(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(search.world, record("other.jpg"))
    assert search.deliver(receipt("other.jpg")) == []
    write(search.world, record())
    deleted: list[bool] = []

    def deletion() -> None:
        delete(search.world)
        assert search.deliver(removal("a.jpg")) == []
        deleted.append(True)

    written = Part.write
    found: list[list[str]] = []

    def write_and_look(part: Part, *changes: Iterable[Any], version: int) -> None:
        try:
            written(part, *changes, version=version)
        finally:
            part.refresh()
            if deleted:
                found.append(search.find("ann"))

    monkeypatch.setattr(Part, "write", write_and_look)
    meanwhile(monkeypatch, search.index.updates, deletion)
    search.index.updates.bring_up_to_date("ann", told())
    assert len(found) >= 2
    assert found == [["other.jpg"]] * len(found)


def test_everything_is_found_all_the_time_while_documents_move_to_a_new_mapping(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number:03d}.jpg" for number in range(130)]
    for name in names:
        write(search.world, record(name))
    write(search.world, record("own.jpg", owner="bob"))
    search.rebuild("ann")
    search.rebuild("bob")
    client, old = index_of(search)
    monkeypatch.setattr(mapping, "MAPPING", 2)
    monkeypatch.setattr(search.index.updates, "_scan_seconds", -1)  # a page of records at a time
    write(search.world, record("new.jpg"))
    runs = [receipt("new.jpg")]
    for name in (names[10], names[120]):  # before and behind what it has reached
        delete(search.world, f"users/ann/{name}")
        runs.append(removal(name))
    while runs:
        assert search.deliver(runs.pop(0)) == []
        hits = search.ask("ann", limit=1000)
        assert "building" not in hits
        assert hits["total"] in (130, 131, 129)
        runs += [json.dumps(message) for message in search.asked()[-1:]]
    assert set(search.find("ann", limit=1000)) == {*names, "new.jpg"} - {names[10], names[120]}
    _, new = index_of(search)
    assert Part(client, new, "ann").count(EVERYTHING) == 129
    assert Part(client, old, "ann").count(EVERYTHING) == 0
    assert search.find("bob") == ["own.jpg"]
    search.rebuild("bob")  # the last one there
    assert not mapping.exists(client, old)
    assert search.find("bob") == ["own.jpg"]


def test_nothing_is_missing_when_a_new_mapping_meets_documents_that_are_being_made(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number:03d}.jpg" for number in range(130)]
    for name in names:
        write(search.world, record(name))
    updates = search.index.updates
    monkeypatch.setattr(updates, "_scan_seconds", -1)  # a page of records at a time
    assert updates.bring_up_to_date("ann", told()).is_unfinished
    monkeypatch.setattr(mapping, "MAPPING", 2)
    while updates.bring_up_to_date("ann", told()).is_unfinished:
        assert search.ask("ann")["building"] is True
    assert set(search.find("ann", limit=1000)) == set(names)


def test_all_is_made_anew_when_the_index_is_lost(search: Search) -> None:
    for name in ("a.jpg", "b.jpg"):
        write(search.world, record(name))
    search.rebuild("ann")
    client, index = index_of(search)
    client.send("DELETE", index)
    assert search.ask("ann") == {"total": 0, "hits": [], "building": True}
    [message] = search.asked()
    assert search.deliver(json.dumps(message)) == []
    assert search.find("ann") == ["a.jpg", "b.jpg"]


def test_two_who_make_the_first_index_agree_on_one(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, first = index_of(search)
    name = search.index.updates._name
    behind = mapping._behind
    blind = iter([None])

    def once_blind(client: Client, alias: str) -> str | None:
        return next(blind, behind(client, alias))

    monkeypatch.setattr(mapping, "_behind", once_blind)
    chosen = newest(client, name)
    there = sorted(client.send("GET", "_alias", f"{name}-{mapping.MAPPING}"))
    assert chosen in there
    # The one who came first may have written already: one whose name is smaller takes its place.
    assert newest(client, name) == chosen == min(first, *there)


def stack_of(search: Search) -> SearchStack:
    """The search as an operator's commands find it."""
    world = search.world
    clients = {"s3": world.s3, "dynamodb": world.dynamodb, "sqs": boto3.client("sqs")}
    names = {"ImagesTableName": "ImagesTable", "ProcessedBucketName": "processed"}
    main = Deployment("darkroom", "here", names, lambda name: clients[name])
    outputs = {
        "IndexQueueUrl": search.queue_url,
        "IndexBucketName": BUCKET,
        "SearchEngine": "opensearch",
        "SearchEndpoint": search.index.updates._client._endpoint,
    }
    return SearchStack("darkroom-search", main, outputs)


def test_whatever_differs_from_the_records_is_told_and_nothing_else(search: Search) -> None:
    for name in ("same.jpg", "differs.jpg", "missing.jpg"):
        write(search.world, record(name, metadata={"camera": "Pentax"}))
    write(search.world, record("own.jpg", owner="bob"))
    search.rebuild("ann")
    search.rebuild("bob")
    comparison = comparison_of(stack_of(search))
    assert [comparison.differences(owner) for owner in ("ann", "bob", "nobody")] == [set()] * 3
    assert comparison.documents == 4

    part = Part(*index_of(search), "ann")
    changed = document("differs.jpg", metadata={"camera": "Brownie"})
    part.write([changed, document("odd.jpg")], ["missing.jpg"], version=1 << 50)
    part.refresh()
    assert {(each.path, each.what) for each in comparison.differences("ann")} == {
        ("differs.jpg", "differs in camera"),
        ("differs.jpg", "differs in words"),
        ("missing.jpg", "is missing"),
        ("odd.jpg", "is of no record"),
    }
    assert comparison.differences("bob") == set()
    by_hand = {"identity_id": "bob", "image": "users/bob/by hand.jpg"}
    write(search.world, by_hand)
    [unreadable] = comparison.differences("bob")
    assert unreadable.what == "has a record that cannot be read (KeyError: 'status')"
    client, index = index_of(search)
    client.send("DELETE", index)
    assert [each.what for each in comparison.differences("ann")] == ["there is no index"]


def test_reindex_asks_for_whoever_has_documents_and_removes_what_the_other_engine_left(
    search: Search,
) -> None:
    write(search.world, record("own.jpg", owner="bob"))
    search.rebuild("bob")
    search.rebuild("ann")  # who has no records
    search.world.s3.put_object(Bucket=BUCKET, Key="1-0.27/old/index.zip", Body=b"left")
    stack = stack_of(search)
    assert sorted(owners(stack, Arguments({}))) == ["ann", "bob"]
    assert remove_outdated(stack) == 1
    assert search.find("bob") == ["own.jpg"]


def test_operator_whom_opensearch_does_not_let_read_is_told_so(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(search.world, record())
    search.rebuild("ann")

    def refused(*_: Any, **__: Any) -> Any:
        raise RequestRefused("OpenSearch answers with HTTP 403")

    monkeypatch.setattr(Client, "send", refused)
    with pytest.raises(CommandError, match=r"has to let you read.*403"):
        comparison_of(stack_of(search)).differences("ann")
    monkeypatch.undo()
