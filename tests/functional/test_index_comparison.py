"""Whatever differs between an index and the records is told, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from darkroom.search.archive import pack, unpack
from darkroom.search.documents import Document, document_of
from darkroom.search.index import Index
from darkroom.search.looks import packed
from darkroom.search.store import Store, key_of

from operations.arguments import Arguments
from operations.deployment import Deployment
from operations.index_comparison import Difference, IndexComparison
from operations.owners import owners
from operations.reindex import ask, remove_outdated
from operations.search_check import checked
from operations.search_stack import SearchStack
from tests.functional.pipeline import Pipeline
from tests.functional.search import BUCKET, Search, search
from tests.functional.test_catalogue import photo

__all__ = ["search"]  # a fixture
IMAGES, PROCESSED = "ImagesTable", "processed"
IDENTITY = "eu-central-1:68a4fec8-c098-48e4-830d-92d9f40fbdd5"


@pytest.fixture
def filled(pipeline: Pipeline, search: Search) -> Search:
    """A search of two owners, up to date."""
    world = pipeline.world
    pipeline.deliver(
        world.put("ann", "Sunset in Graz.jpg", photo()),
        world.put("ann", "broken.jpg"),
        world.put("bob", "own.jpg", photo()),
    )
    search.catch_up()
    return search


def comparison(search: Search) -> IndexComparison:
    world = search.world
    return IndexComparison(
        Store(world.s3, BUCKET),
        world.dynamodb,
        world.s3,
        images_table=IMAGES,
        processed_bucket=PROCESSED,
    )


def found(search: Search, owner: str = "ann") -> list[tuple[str, str]]:
    return [(each.path, each.what) for each in checked(comparison(search), owner)]


@contextmanager
def changing(search: Search, folder: Path) -> Iterator[Index]:
    """The index of ann's, which is stored again with what is done to it."""
    folder.mkdir()
    unpack(search.body("ann"), folder)
    yield Index.open(folder, "ann")
    archive = folder.with_suffix(".zip")
    pack(folder, archive)
    search.store("ann", archive.read_bytes())


def document(search: Search) -> Document:
    """The document of a sound photo of ann's."""
    item: Any = search.world.image("ann", "Sunset in Graz.jpg")
    body = search.world.s3.get_object(Bucket=PROCESSED, Key=item["details"]["key"])["Body"].read()
    return document_of(item, json.loads(body))


def test_nothing_differs_when_index_has_caught_up(filled: Search) -> None:
    assert [found(filled, owner) for owner in ("ann", "bob", "nobody")] == [[], [], []]


def test_record_is_named_when_it_has_no_status(filled: Search) -> None:
    key = {"identity_id": {"S": "ann"}, "image": {"S": "users/ann/by hand.jpg"}}
    filled.world.dynamodb.put_item(TableName=IMAGES, Item=key)
    assert found(filled) == [
        ("by hand.jpg", "has a record that cannot be read (KeyError: 'status')")
    ]
    assert found(filled, "bob") == []


CHANGES: dict[str, Any] = {
    "names": ("sunset",),
    "words": ("sunset", "graz", "somewhere"),
    "kind": "video",
    "state": "failed",
    "camera": "Brownie",
    "lens": "Petzval",
    "places": ("Graz",),
    "colour": "pink",
    "year": "1839",
    "moment": -1,
    "bytes": 7,
    "width": 7,
    "height": 7,
    "latitude": 47.5,
    "longitude": 15.5,
    "fingerprint": 7,
}


def test_field_that_differs_is_told(filled: Search, tmp_path: Path) -> None:
    sound, body = document(filled), filled.body("ann")
    for name, value in CHANGES.items():
        other = replace(sound, **{name: value})
        assert other != sound
        filled.store("ann", body)
        with changing(filled, tmp_path / name) as index, index.writing() as writer:
            writer.put(other)

        told = found(filled)
        field = "place" if name == "places" else name
        assert (sound.path, f"differs in {field}") in told
        assert {path for path, _ in told} == {sound.path}


def test_document_that_is_missing_or_of_no_record_is_told(filled: Search, tmp_path: Path) -> None:
    sound = document(filled)

    with changing(filled, tmp_path / "index") as index, index.writing() as writer:
        writer.delete("broken.jpg")
        writer.put(replace(sound, path="ghost.jpg"))
    assert found(filled) == [("broken.jpg", "is missing"), ("ghost.jpg", "is of no record")]


def test_index_that_cannot_be_read_or_is_of_another_owner_is_told(filled: Search) -> None:
    for body in (b"", b"PK\x03\x04", b"no index", filled.body("bob")):
        filled.store("ann", body)
        [(path, what)] = found(filled)
        assert (path, what.partition(":")[0]) == ("", "cannot be read")


def test_families_that_are_not_those_of_the_records_are_told(
    filled: Search, tmp_path: Path
) -> None:
    with changing(filled, tmp_path / "index") as index:
        assert index.families() == []
        noted = tmp_path / "index" / "families.bin"
        noted.write_bytes(noted.read_bytes() + packed([[1, 2]]))
        assert index.families() == [[1, 2]]
    assert found(filled) == [("", "differs in what looks the same")]
    assert found(filled, "bob") == []


def test_index_that_is_missing_or_being_made_is_told(filled: Search, tmp_path: Path) -> None:
    with changing(filled, tmp_path / "index") as index:
        index.begin_again()
    assert found(filled) == [("", "it is being made")]
    filled.world.s3.delete_object(Bucket=BUCKET, Key=key_of("ann"))
    assert found(filled) == [("", "there is no index")]


def test_difference_of_a_moment_is_not_told(filled: Search) -> None:
    """Either side may change between two reads, so what differs once is looked at again."""

    lasting = Difference("ann", "a.jpg", "is missing")
    fleeting = iter([Difference("ann", "b.jpg", "is missing"), Difference("ann", "c.jpg", "is")])

    class Fleeting(IndexComparison):
        def differences(self, owner: str) -> set[Difference]:
            return {next(fleeting), lasting}

    once = Fleeting(Store(filled.world.s3, BUCKET), filled.world.dynamodb, filled.world.s3,
                    images_table=IMAGES, processed_bucket=PROCESSED)  # fmt: skip
    assert checked(once, "ann") == [lasting]


def test_reindex_asks_for_everybody_who_has_a_record_or_an_index(filled: Search) -> None:
    clients = {"s3": filled.world.s3, "dynamodb": filled.world.dynamodb, "sqs": boto3.client("sqs")}
    clients["cognito-idp"] = boto3.client("cognito-idp")
    names = {"ImagesTableName": IMAGES, "PeopleTableName": "PeopleTable", "UserPoolId": "none"}
    main = Deployment("darkroom", "here", names, lambda name: clients[name])
    outputs = {"IndexQueueUrl": filled.queue_url, "IndexBucketName": BUCKET}
    stack = SearchStack("darkroom-search", main, outputs)
    filled.store("gone", b"an index without records")
    for number in range(12):
        filled.store(f"gone {number}", b"as well")
    filled.world.s3.put_object(Bucket=BUCKET, Key="0-0.1/old/index.zip", Body=b"another format")

    everybody = {"ann", "bob", "gone", *(f"gone {number}" for number in range(12))}
    found_owners = list(owners(stack, Arguments({})))
    assert sorted(found_owners) == sorted(everybody)
    assert list(owners(stack, Arguments({"OWNER": IDENTITY}))) == [IDENTITY]
    assert ask(stack, iter(found_owners)) == len(everybody)
    asked = filled.asked()
    assert {each["identity_id"] for each in asked} == everybody
    assert all(each["rebuild"] is True for each in asked)

    assert filled.deliver(*(json.dumps(each) for each in asked)) == []
    assert found(filled, "gone") == found(filled) == []
    assert remove_outdated(stack) == 1
    assert filled.find("bob") == ["own.jpg"]
