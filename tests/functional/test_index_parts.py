"""The index of an owner with many files: split by years, and found as one that is not."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
from darkroom.search import FORMAT
from darkroom.search.parts import Part, Parts
from darkroom.search.shelf import Shelf
from darkroom.search.store import key_of
from darkroom.search.updates import Updates

from operations.deployment import Deployment
from operations.reindex import remove_unnamed
from operations.search_stack import SearchStack
from tests.functional.search import BUCKET, Search, search
from tests.functional.test_index_comparison import found
from tests.functional.test_index_updates import (
    at_request,
    delete,
    meanwhile,
    receipt,
    removal,
    told,
    write,
    write_by_many,
)
from tests.functional.wire import FAULTS, Fault, Killed
from tests.functional.wire import meanwhile as while_it_reads
from tests.unit.search.records import record
from tests.unit.search.test_requests import WORLD

__all__ = ["search"]  # a fixture

MOST = 8
YEARS = range(2018, 2026)


@pytest.fixture(autouse=True)
def few(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    """So few files are many here."""
    monkeypatch.setattr(search.index.updates, "_most_files", MOST)


def taken(name: str, year: int | str, **more: Any) -> Any:
    metadata = {"taken_at": f"{year}-05-01T10:00:00", "camera": f"Camera {int(year) % 3}"}
    return record(name, metadata={**metadata, **more.pop("metadata", {})}, **more)


def finish(search: Search) -> None:
    """Go on with what is made of all records, as further runs do."""
    while messages := search.asked():
        assert search.deliver(json.dumps(messages[-1])) == []


def fill(search: Search, count: int = 24) -> list[str]:
    """Files of all years, in the index; their names."""
    names = [f"{number:02d}.jpg" for number in range(count)]
    for number, name in enumerate(names):
        more = {
            "perceptual_hash": f"{0xABCDEF << number % 12:016x}",  # each has a copy, of other years
            "metadata": {
                "title": "sunset" if number % 2 else "river",
                "latitude": 47 + number % 4,
                "longitude": 15,
            },
        }
        write(search.world, taken(name, YEARS[number % len(YEARS)], **more))
    assert search.deliver(receipt(names[0])) == []
    finish(search)
    return names


def objects(search: Search) -> dict[str, str]:
    """The objects of ann's index, by key, and their ETags."""
    listed = search.world.s3.list_objects_v2(Bucket=BUCKET, Prefix=key_of("ann")[:-9])
    return {each["Key"]: each["ETag"] for each in listed.get("Contents", [])}


def parts_of(search: Search) -> list[Part]:
    """The parts that ann's index has."""
    folder = search.search.desk._engine.open("ann").folder.path
    parts = Parts.open(search.index.updates._store, folder, "ann")
    assert parts is not None
    return parts.parts


def nothing_is_left_over(search: Search) -> bool:
    """Whether each object of ann's index is one that the index names."""
    named = {key_of("ann", part.name) for part in parts_of(search) if part.name}
    return objects(search).keys() == {key_of("ann"), *named}


QUESTIONS: list[dict[str, Any]] = [
    {"facets": True},
    {"text": "sunset", "facets": True},
    {"text": "sunsat ", "order": "relevance"},
    {"text": "s", "order": "relevance", "limit": 5},
    {"from": "2020", "to": "2021-06", "facets": True},
    {"like": "users/ann/03.jpg"},
    {"duplicates": True},
    {"map": WORLD, "limit": 1},
    {"near": {"latitude": 48, "longitude": 15, "kilometres": 10}},
    {"limit": 7},
    {"cameras": ["Camera 1"], "states": ["processed"]},
]


def answers(search: Search) -> list[Any]:
    found = []
    for question in QUESTIONS:
        answer = search.ask("ann", **question)
        if "next" in answer:
            answer["then"] = search.ask("ann", **question, after=answer["next"])
        for cell in answer.get("cells", []):
            cell |= {name: round(cell[name], 6) for name in ("latitude", "longitude")}
        for unordered in ("cells", "groups"):  # those of one size and moment
            answer.get(unordered, []).sort(key=json.dumps)
        found.append(answer)
    return found


def test_index_of_few_files_is_one_object(search: Search) -> None:
    fill(search, MOST)
    assert list(objects(search)) == [key_of("ann")]
    assert not any("building" in answer for answer in answers(search))


@pytest.mark.parametrize(("years", "parts"), [(1, 0), (2, 2)])
def test_many_files_are_split_by_their_years_and_those_of_one_year_are_not(
    years: int, parts: int, search: Search
) -> None:
    for number in range(MOST + 1):
        write(search.world, taken(f"{number}.jpg", YEARS[number % years]))
    assert search.deliver(receipt("0.jpg")) == []
    finish(search)
    assert len([key for key in objects(search) if key.endswith("part.zip")]) == parts
    assert len(search.find("ann")) == MOST + 1


def test_answers_are_those_of_one_index_when_it_is_split(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(search.index.updates, "_most_files", 1_000)
        fill(search)
        wanted = answers(search)
        assert len(objects(search)) == 1
    search.rebuild("ann")
    finish(search)
    assert len(objects(search)) > 4
    assert answers(search) == wanted
    search.rebuild("ann")  # which makes new parts of all records
    finish(search)
    assert answers(search) == wanted


def test_answers_are_the_same_when_there_is_room_for_one_part_alone(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(search)
    wanted = answers(search)
    shelf: Shelf = search.search.desk._engine
    shelf.drop("ann")
    monkeypatch.setattr(shelf, "_most_bytes", 1)
    for _ in range(2):
        assert answers(search) == wanted
        opened = shelf.open("ann")
        assert opened is not None
        assert len([each for each in opened.folder.path.iterdir() if each.is_dir()]) == 1


def test_question_about_some_years_reads_their_parts_alone(search: Search) -> None:
    fill(search)
    search.search.desk._engine.drop("ann")

    def parts_read(**question: Any) -> int:
        with search.world.wire.watch(lambda *_: "none"):
            search.ask("ann", **question)
            return search.world.wire.sent.count("GetObject part.zip")

    assert parts_read(**{"from": "2020", "to": "2020"}) == 1
    assert parts_read(**{"from": "2020", "to": "2020"}, facets=True) == 0
    rest = len(objects(search)) - 2
    assert rest > 2
    assert parts_read() == rest
    # Of what was written anew one is read.
    write(search.world, taken("new.jpg", 2020))
    assert search.deliver(receipt("new.jpg")) == []
    assert parts_read() == 1


def test_question_about_parts_is_about_its_owner_alone(search: Search) -> None:
    fill(search)
    search.search.desk._engine.drop("ann")
    heard: list[str] = []
    search.world.wire.heard = lambda operation, request: heard.append(request.url)
    for question in QUESTIONS:
        with search.world.wire.watch(lambda *_: "none"):
            search.ask("ann", **question)
    assert len(heard) > len(QUESTIONS)
    assert all(f"/{FORMAT}/ann/" in unquote(url) for url in heard)


def test_no_file_is_missing_while_an_index_is_split(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates: Updates = search.index.updates
    monkeypatch.setattr(updates, "_most_files", 1_000)
    fill(search)
    wanted = answers(search)
    monkeypatch.setattr(updates, "_most_files", MOST)
    monkeypatch.setattr(updates, "_scan_seconds", -1)
    monkeypatch.setattr("darkroom.search.records.PAGE", 5)
    turns = 1
    while updates.bring_up_to_date("ann", told("users/ann/none.jpg")).is_unfinished:
        turns += 1
        assert answers(search) == wanted
    assert answers(search) == wanted
    assert turns > 4


def test_update_writes_the_part_of_its_year_and_no_other(search: Search) -> None:
    fill(search)
    before = objects(search)
    write(search.world, taken("new.jpg", 2020))
    assert search.deliver(receipt("new.jpg")) == []
    after = objects(search)
    assert len(after) == len(before)
    assert len(set(after.items()) & set(before.items())) == len(before) - 2
    assert search.find("ann", **{"from": "2020", "to": "2020"})[0] == "02.jpg"
    assert search.ask("ann")["total"] == 25


def test_deletion_writes_no_part(search: Search) -> None:
    names = fill(search)
    before = objects(search)
    delete(search.world, f"users/ann/{names[3]}")
    assert search.deliver(removal(names[3])) == []
    assert objects(search).keys() == before.keys()
    assert sorted(search.find("ann")) == sorted({*names} - {names[3]})


def test_file_is_found_once_when_it_was_taken_in_another_year(search: Search) -> None:
    names = fill(search)
    for year in (2025, 2018, 2025, 2021):
        write(search.world, taken(names[0], year))
        assert search.deliver(receipt(names[0])) == []
        assert search.ask("ann")["total"] == len(names)
        assert search.find("ann", **{"from": str(year), "to": str(year)}).count(names[0]) == 1
        years = dict(search.ask("ann", facets=True)["facets"]["years"])
        assert sum(years.values()) == len(names)


def test_year_that_no_part_has_becomes_one(search: Search) -> None:
    fill(search)
    before = objects(search)
    for year in (1, 1999, 9999):
        write(search.world, taken(f"{year}.jpg", f"{year:04d}"))
    assert search.deliver(*(receipt(f"{year}.jpg") for year in (1, 1999, 9999))) == []
    assert len(objects(search)) == len(before) + 3
    assert len(set(objects(search).items()) & set(before.items())) == len(before) - 1
    assert search.find("ann", to="1999") == ["1999.jpg", "1.jpg"]
    assert search.find("ann", **{"from": "9999"}) == ["9999.jpg"]


def test_part_that_has_grown_is_split(search: Search) -> None:
    names = [f"{year}.jpg" for year in range(2001, 2013)]
    for name in names:
        write(search.world, taken(name, name[:4]))
    assert search.deliver(receipt(names[0])) == []
    finish(search)
    first = parts_of(search)[0]
    assert len(first.years) > 1
    more = [f"{year} {number}.jpg" for year in first.years for number in range(MOST - 2)]
    for name in more:
        write(search.world, taken(name, name[:4]))
    assert search.deliver(*map(receipt, more)) == []
    finish(search)
    assert set(search.find("ann")) == {*names, *more}
    assert "building" not in search.ask("ann")
    assert all(
        sum(part.years.values()) <= MOST or len(part.years) == 1 for part in parts_of(search)
    )
    assert nothing_is_left_over(search)


def test_index_is_made_anew_when_it_is_larger_than_one_may_be(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.jpg", "b.jpg"):
        write(search.world, record(name))
    assert search.deliver(receipt("a.jpg")) == []
    with monkeypatch.context() as patch:
        patch.setattr("darkroom.search.store.MOST_BYTES", len(search.body("ann")) - 1)
        assert search.ask("ann")["building"] is True
        [message] = search.asked()
        assert search.deliver(json.dumps(message)) == []
    finish(search)
    assert sorted(search.find("ann")) == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 no index", None])
def test_index_is_made_anew_when_a_part_is_damaged_or_lost(
    body: bytes | None, search: Search
) -> None:
    names = fill(search)
    for key in [key for key in objects(search) if key.endswith("part.zip")][:2]:
        if body is None:
            search.world.s3.delete_object(Bucket=BUCKET, Key=key)
        else:
            search.world.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    assert search.ask("ann")["building"] is True
    [message] = search.asked()
    assert search.deliver(json.dumps(message)) == []
    finish(search)
    assert sorted(search.find("ann")) == names
    # Of a part that is written.
    spoil_parts(search, body)
    write(search.world, taken("new.jpg", 2020))
    assert search.deliver(receipt("new.jpg")) == []
    finish(search)
    assert sorted(search.find("ann")) == [*names, "new.jpg"]
    assert "building" not in search.ask("ann")
    assert nothing_is_left_over(search)


def test_index_is_made_anew_in_many_runs_when_a_part_was_damaged(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = fill(search)
    spoil_parts(search, b"junk")
    updates: Updates = search.index.updates
    monkeypatch.setattr(updates, "_scan_seconds", -1)
    monkeypatch.setattr("darkroom.search.records.PAGE", 5)
    write(search.world, taken("00.jpg", 2020))
    runs = [updates.bring_up_to_date("ann", told("users/ann/00.jpg")) for _ in range(20)]
    assert runs[3].is_unfinished
    assert not runs[-1].is_unfinished
    assert sorted(search.find("ann")) == names
    assert nothing_is_left_over(search)


def test_nothing_is_left_over_when_an_index_is_split_by_two_at_once(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates: Updates = search.index.updates
    monkeypatch.setattr(updates, "_most_files", 1_000)
    names = fill(search)
    monkeypatch.setattr(updates, "_most_files", MOST)
    for name in ("x.jpg", "y.jpg"):
        write(search.world, taken(name, 2020))

    def other() -> None:
        assert search.deliver(receipt("y.jpg")) == []

    attempts = meanwhile(monkeypatch, updates, other)
    assert search.deliver(receipt("x.jpg")) == []
    assert len(attempts) > 1  # the first split lost, and was taken back
    finish(search)
    assert sorted(search.find("ann")) == [*names, "x.jpg", "y.jpg"]
    assert nothing_is_left_over(search)


def spoil_parts(search: Search, body: bytes | None) -> None:
    """Put something else in the place of all of ann's parts, or nothing."""
    for key in [key for key in objects(search) if key.endswith("part.zip")]:
        if body is None:
            search.world.s3.delete_object(Bucket=BUCKET, Key=key)
        else:
            search.world.s3.put_object(Bucket=BUCKET, Key=key, Body=body)


def test_parts_are_compared_with_the_records_as_one(search: Search) -> None:
    names = fill(search)
    assert found(search) == []
    moved = taken(names[0], 2025)
    write(search.world, moved)
    assert {path for path, _ in found(search)} == {names[0]}
    assert search.deliver(receipt(names[0])) == []
    assert found(search) == []
    part = next(key for key in objects(search) if key.endswith("part.zip"))
    search.world.s3.put_object(Bucket=BUCKET, Key=part, Body=b"junk")
    [(path, what)] = found(search)
    assert (path, what.partition(":")[0]) == ("", "cannot be read")


def test_reindex_removes_parts_that_no_index_has(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is killed between two requests leaves one."""
    fill(search)
    before = objects(search)
    left = key_of("ann", "0" * 32)
    search.world.s3.put_object(Bucket=BUCKET, Key=left, Body=b"left")
    main = Deployment("darkroom", "here", {}, lambda _: search.world.s3)
    stack = SearchStack("darkroom-search", main, {"IndexBucketName": BUCKET})
    assert remove_unnamed(stack) == 0  # it may be about to be named
    monkeypatch.setattr("operations.reindex._YOUNG", timedelta(seconds=-5))
    assert remove_unnamed(stack) == 1
    assert objects(search) == before


def test_notes_of_another_owner_are_not_read(search: Search) -> None:
    fill(search)
    search.store("bob", search.body("ann"))
    write(search.world, record("own.jpg", "bob"))
    assert search.ask("bob") == {"total": 0, "hits": [], "building": True}


def test_file_does_not_come_back_when_its_deletion_overtakes_its_receipt(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = fill(search)
    updates: Updates = search.index.updates
    write(search.world, taken("a.jpg", 2020))

    def deletion() -> None:
        delete(search.world)
        assert search.deliver(removal("a.jpg")) == []

    attempts = meanwhile(monkeypatch, updates, deletion)
    updates.bring_up_to_date("ann", told())
    assert len(attempts) > 1
    assert sorted(search.find("ann")) == names


def test_parts_that_are_replaced_while_they_are_read_are_read_again(search: Search) -> None:
    names = fill(search)
    search.search.desk._engine.drop("ann")
    wire = search.world.wire

    def other(name: str) -> Any:
        def act() -> None:
            write(search.world, taken(name, 2020))
            assert search.deliver(receipt(name)) == []

        return while_it_reads("GetObject part.zip", act)

    with wire.watch(other("b.jpg")):
        answer = search.ask("ann")
    assert sorted(answer["hits"]) == sorted(f"users/ann/{name}" for name in [*names, "b.jpg"])
    assert "building" not in answer
    write(search.world, taken("a.jpg", 2020))
    with wire.watch(other("c.jpg")):
        assert search.deliver(receipt("a.jpg")) == []
    answer = search.ask("ann")
    assert (answer["total"], answer.get("building")) == (len(names) + 3, None)
    assert search.asked() == []


def test_parts_are_what_the_records_say_when_many_write_at_once(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_some_year(own: random.Random, name: str) -> Any:
        return taken(name, own.choice(YEARS))

    updates: Updates = search.index.updates
    write_by_many(search, monkeypatch, fill(search), of_some_year, changes=8)
    while updates.bring_up_to_date("ann", told("users/ann/none.jpg")).is_unfinished:
        pass
    found = search.world.dynamodb.scan(TableName="ImagesTable")["Items"]
    recorded = {item["image"]["S"]: item["metadata"]["M"]["taken_at"]["S"][:4] for item in found}
    assert sorted(search.ask("ann")["hits"]) == sorted(recorded)
    for year in YEARS:
        hits = search.find("ann", **{"from": str(year), "to": str(year)})
        assert sorted(f"users/ann/{name}" for name in hits) == sorted(
            key for key, of in recorded.items() if of == str(year)
        )
    assert nothing_is_left_over(search)


@pytest.mark.parametrize("fault", FAULTS)
def test_parts_are_right_when_the_message_comes_again_after_any_request_failed(
    fault: Fault, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    world = search.world
    left = set(fill(search))
    write(world, taken("x.jpg", 2018))
    with world.wire.watch(lambda *_: "none"):
        assert search.deliver(receipt("x.jpg")) == []
        requests = len(world.wire.sent)
    assert requests >= 6
    for number in range(requests + 1):
        write(world, taken("x.jpg", YEARS[number % len(YEARS)]))
        gone = sorted(left)[0]
        delete(world, f"users/ann/{gone}")
        left.discard(gone)
        messages = [receipt("x.jpg"), removal(gone)]
        with world.wire.watch(partial(at_request, number, fault)), suppress(Killed):
            search.deliver(*messages)
        assert search.deliver(*messages) == []
        assert sorted(search.find("ann")) == sorted({*left, "x.jpg"})
        year = str(YEARS[number % len(YEARS)])
        assert "x.jpg" in search.find("ann", **{"from": year, "to": year})
