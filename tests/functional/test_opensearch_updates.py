"""What only OpenSearch can get wrong: old documents over new ones, a new mapping, a lost index."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from darkroom.search.opensearch import mapping
from darkroom.search.opensearch.client import Client
from darkroom.search.opensearch.mapping import newest
from darkroom.search.opensearch.part import OlderThanThere, Part
from darkroom.search.opensearch.queries import EVERYTHING

from tests.functional.opensearch import needs_node, node
from tests.functional.search import Search, search
from tests.functional.test_index_updates import delete, meanwhile, receipt, removal, told, write
from tests.unit.search.records import document, record

__all__ = ["node", "search"]  # fixtures
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
    names = [f"{number:03d}.jpg" for number in range(250)]
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
    for name in (names[10], names[240]):  # before and behind what it has reached
        delete(search.world, f"users/ann/{name}")
        runs.append(removal(name))
    while runs:
        assert search.deliver(runs.pop(0)) == []
        hits = search.ask("ann", limit=1000)
        assert "building" not in hits
        assert hits["total"] in (250, 251, 249)
        runs += [json.dumps(message) for message in search.asked()[-1:]]
    assert set(search.find("ann", limit=1000)) == {*names, "new.jpg"} - {names[10], names[240]}
    _, new = index_of(search)
    assert Part(client, new, "ann").count(EVERYTHING) == 249
    assert Part(client, old, "ann").count(EVERYTHING) == 0
    assert search.find("bob") == ["own.jpg"]
    search.rebuild("bob")  # the last one there
    assert not mapping.exists(client, old)
    assert search.find("bob") == ["own.jpg"]


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
