"""Search on real functions: what ended is found by its owner, and by nobody else."""

from __future__ import annotations

import base64
import hashlib
import json

from darkroom.aws.attribute_values import to_item

from tests.functional.pipeline import Pipeline
from tests.functional.search import Search, on_each_engine, search
from tests.functional.test_catalogue import photo
from tests.unit.search.records import record
from tests.unit.search.test_requests import WORLD

__all__ = ["search"]  # a fixture


def test_file_is_found_by_name_and_camera_when_it_has_ended(
    pipeline: Pipeline, search: Search
) -> None:
    world = pipeline.world
    pipeline.deliver(
        world.put("ann", "Sunset in Graz.jpg", photo()), world.put("ann", "broken.jpg")
    )
    search.catch_up()

    assert search.find("ann", text="sunset gra") == ["Sunset in Graz.jpg"]
    assert search.find("ann", cameras=["Pentax K-70"]) == ["Sunset in Graz.jpg"]
    assert search.find("ann", states=["rejected"]) == ["broken.jpg"]
    assert search.find("ann", near={"latitude": 47, "longitude": 15.4, "kilometres": 10}) == [
        "Sunset in Graz.jpg"
    ]


@on_each_engine
def test_nobody_finds_what_is_of_others(pipeline: Pipeline, search: Search) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "secret.jpg", photo()), world.put("bob", "own.jpg", photo()))
    search.catch_up()

    assert search.find("bob") == ["own.jpg"]
    assert search.ask("bob", text="secret", facets=True)["total"] == 0
    assert search.ask("bob", like="users/ann/secret.jpg")["hits"] == []
    status, _ = search.respond(None, {})
    assert status == 403


def numbers(*paths: str) -> str:
    """What a client says of these files, as docs/search.md has it."""
    digests = (hashlib.sha256(path.encode()).digest()[:8] for path in paths)
    return base64.b64encode(b"".join(digests)).decode()


def test_some_files_are_looked_through_alone_and_some_are_left_out(
    pipeline: Pipeline, search: Search
) -> None:
    """So that an album, the favourites or all but the bin can be searched, whoever knows them."""
    world = pipeline.world
    names = ("a/Größe.jpg", "b.jpg", "c.jpg")
    pipeline.deliver(*(world.put("ann", name, photo()) for name in names))
    pipeline.deliver(world.put("bob", "b.jpg", photo()), world.put("bob", "d.jpg", photo()))
    search.catch_up()

    album = search.ask("ann", among=numbers("a/Größe.jpg", "c.jpg", "gone.jpg"), facets=True)
    assert sorted(album["hits"]) == ["users/ann/a/Größe.jpg", "users/ann/c.jpg"]
    assert (album["total"], album["facets"]["cameras"]) == (2, [["Pentax K-70", 2]])
    assert search.find("ann", among=numbers("a/Größe.jpg", "c.jpg"), text="c") == ["c.jpg"]
    assert search.ask("ann", among="", facets=True)["total"] == 0
    rest = search.ask("ann", without=numbers("a/Größe.jpg", "c.jpg"), facets=True)
    assert (rest["hits"], rest["facets"]["cameras"]) == (["users/ann/b.jpg"], [["Pentax K-70", 1]])
    both = {"among": numbers("b.jpg", "c.jpg"), "without": numbers("c.jpg")}
    assert search.find("ann", **both) == ["b.jpg"]
    # Numbers of another's files are of nothing, or of what has the same path in one's own.
    assert search.find("ann", among=numbers("d.jpg")) == []
    assert search.find("bob", among=numbers(*names)) == ["b.jpg"]


def test_map_counts_what_is_of_its_owner_and_nothing_else(
    pipeline: Pipeline, search: Search
) -> None:
    world = pipeline.world
    pipeline.deliver(
        world.put("ann", "a.jpg", photo()),
        world.put("ann", "b.jpg", photo()),
        world.put("bob", "own.jpg", photo()),
    )
    search.catch_up()

    assert search.ask("ann", map=WORLD)["cells"][0]["files"] == 2
    [cell] = search.ask("bob", map=WORLD)["cells"]
    assert (cell["files"], cell["images"]) == (1, ["users/bob/own.jpg"])
    assert round(cell["latitude"]) == 47
    assert search.ask("nobody", map=WORLD) == {"total": 0, "hits": [], "cells": []}
    removal = world.delete("ann", "a.jpg")
    pipeline.remove(removal)
    assert search.deliver(removal) == []
    assert search.ask("ann", map=WORLD)["cells"][0]["images"] == ["users/ann/b.jpg"]


@on_each_engine
def test_file_is_not_found_any_more_when_it_is_deleted(pipeline: Pipeline, search: Search) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()), world.put("ann", "b.jpg", photo()))
    search.catch_up()
    removal = world.delete("ann", "a.jpg")
    pipeline.remove(removal)
    assert search.deliver(removal) == []

    assert search.find("ann") == ["b.jpg"]


@on_each_engine
def test_index_is_made_of_all_records_when_it_is_missing(
    pipeline: Pipeline, search: Search
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    assert search.ask("ann") == {"total": 0, "hits": [], "building": True}
    assert search.asked() == [{"identity_id": "ann", "rebuild": True}]
    assert search.ask("nobody") == {"total": 0, "hits": []}
    assert search.deliver(json.dumps({"identity_id": "ann", "rebuild": True})) == []
    assert search.find("ann") == ["a.jpg"]


@on_each_engine
def test_file_that_failed_is_found_although_no_step_sent_its_receipt(search: Search) -> None:
    """Its dead letter is told by a notification alone."""
    failed = record("lost.jpg", status="failed", steps={"metadata": {"state": "pending"}})
    search.world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(failed))
    message = {"identity_id": "ann", "notification_id": "n", "image": failed["image"]}
    assert search.deliver(json.dumps(message)) == []
    assert search.find("ann", states=["failed"]) == ["lost.jpg"]
