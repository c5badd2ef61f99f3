"""A stretch has every key that a bucket or a table knows, and all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.aws.s3 import Bucket, StoredObject
from darkroom.pipeline.uploads import outputs_prefix
from darkroom.repair.reconcile.survey import Sighting, Stretch, Survey

from tests.functional.conftest import PROCESSED, UPLOADS, World

IMAGES, LEDGER = "ImagesTable", "LedgerTable"


class Stack:
    """What there is of uploads, put there without any function."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.survey = Survey(
            s3_client(),
            dynamodb_client(),
            uploads_bucket=UPLOADS,
            processed_bucket=PROCESSED,
            images_table=IMAGES,
            ledger_table=LEDGER,
        )

    def store(self, *names: str, user: str = "ann", bucket: str = UPLOADS) -> None:
        for name in names:
            self._world.s3.put_object(Bucket=bucket, Key=f"users/{user}/{name}", Body=b"12")

    def output(self, *names: str, user: str = "ann") -> None:
        self.store(*names, user=user, bucket=PROCESSED)

    def row(self, table: str, *names: str, user: str = "ann") -> None:
        for name in names:
            item = {"identity_id": user, "image": f"users/{user}/{name}", "version": "00AB"}
            self._world.dynamodb.put_item(TableName=table, Item=to_item(item))

    def everything(self, *names: str) -> None:
        self.store(*names)
        self.row(IMAGES, *names)
        self.row(LEDGER, *names)
        self.output(*(f"{name}/00AB/f" for name in names))


@pytest.fixture
def stack(world: World) -> Stack:
    return Stack(world)


def names(found: Stretch) -> list[str]:
    return [seen.key.removeprefix("users/ann/") for seen in found.sightings]


def sources(seen: Sighting) -> tuple[bool, bool, bool, list[str]]:
    """What there is: an upload, an item, a charge, and which outputs."""
    files = sorted(key.removeprefix("users/ann/") for key in seen.outputs)
    return seen.object is not None, seen.record is not None, seen.row is not None, files


def test_users_come_in_the_order_of_a_listing_when_some_have_only_outputs(stack: Stack) -> None:
    for name in ("-zoe", "ann", "ann0", "cat"):
        stack.store("a.jpg", user=name)
    stack.output("a.jpg/00AB/f", user="ann-b")
    stack.output("a.jpg/00AB/f", user="bob")

    users: list[str] = []
    while (user := stack.survey.next_user(users[-1] if users else "")) is not None:
        users.append(user)

    assert users == ["-zoe", "ann-b", "ann", "ann0", "bob", "cat"]
    assert all(stack.survey.has_objects(user) for user in users)
    assert not any(stack.survey.has_objects(user) for user in ("an", "dan"))


def test_everything_of_a_key_is_seen_when_all_is_read_at_once(stack: Stack) -> None:
    stack.store("both", "stored")
    stack.row(IMAGES, "both", "item")
    stack.row(LEDGER, "both", "charge")
    stack.output("both/00AB/f", "both/00AC/g", "left/over/00AB/f")
    stack.store("z", user="bob")
    stack.row(IMAGES, "z", user="bob")

    found = stack.survey.stretch("ann")

    assert found.last is None
    seen = dict(zip(names(found), map(sources, found.sightings), strict=True))
    assert seen == {
        "both": (True, True, True, ["both/00AB/f", "both/00AC/g"]),
        "charge": (False, False, True, []),
        "item": (False, True, False, []),
        "stored": (True, False, False, []),
        "left/over": (False, False, False, ["left/over/00AB/f"]),
    }
    assert {each.identity_id for each in found.sightings} == {"ann"}
    whole = found.sightings[0]
    assert whole.object is not None
    assert (whole.object.key, whole.object.bytes) == ("users/ann/both", 2)
    row: Any = {"identity_id": "ann", "image": "users/ann/both", "version": "00AB"}
    assert [whole.record, whole.row] == [row, row]


@pytest.mark.parametrize("longest", ["uploads", IMAGES, LEDGER])
def test_stretch_ends_where_the_first_page_does_when_there_is_more(
    stack: Stack, longest: str
) -> None:
    """That of which there is most reaches least far."""
    many, few = ["a", "b", "c", "d", "e"], ["b", "e"]
    stack.store(*(many if longest == "uploads" else few))
    for table in (IMAGES, LEDGER):
        stack.row(table, *(many if longest == table else few))
    stack.output("b/00AB/f", "b1/00AB/f", "b2/00AB/f", "c/00AB/f")

    first = stack.survey.stretch("ann", page=2)
    second = stack.survey.stretch("ann", "users/ann/b", page=2)
    third = stack.survey.stretch("ann", "users/ann/d", page=2)

    assert (names(first), first.last) == (["a", "b"], "users/ann/b")
    assert sources(first.sightings[1]) == (True, True, True, ["b/00AB/f"])
    assert (names(second), second.last) == (["c", "d", "b1", "b2"], "users/ann/d")
    assert (names(third), third.last) == (["e"], None)


@pytest.mark.parametrize("page", [1, 2, 3, 7])
def test_every_key_is_seen_once_with_its_files_when_keys_lie_within_one_another(
    stack: Stack, page: int
) -> None:
    all_names = ["a", "a-1.jpg", "a.jpg", "a/0/c.jpg", "a/b.jpg", "ab", "ä.jpg"]
    stack.everything(*all_names)

    seen: list[Sighting] = []
    after: str | None = ""
    while after is not None:
        found = stack.survey.stretch("ann", after, page=page)
        seen += found.sightings
        after = found.last

    assert [sighting.key for sighting in seen] == [f"users/ann/{name}" for name in all_names]
    for name, sighting in zip(all_names, seen, strict=True):
        assert sources(sighting) == (True, True, True, [f"{name}/00AB/f"])


@pytest.mark.parametrize(
    ("after", "page", "read"),
    [
        ("", 2, ["a", "b", "c", "alone: b"]),
        ("", 9, ["a", "b", "c", "d"]),
        ("users/ann/b", 2, ["b", "c", "d"]),
    ],
    ids=["more behind", "all", "the rest"],
)
def test_no_more_outputs_are_read_than_those_that_are_asked_for(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, after: str, page: int, read: list[str]
) -> None:
    """One behind the horizon tells that it is reached; its own key is asked for by itself. What is
    made of a key comes behind the key itself."""
    stack.everything("a", "b", "c", "d")
    found, listed = list[str](), Bucket.objects

    def objects(bucket: Bucket, prefix: str, **options: Any) -> Iterator[StoredObject]:
        for stored in listed(bucket, prefix, **options):
            name = stored.key.split("/")[2]
            found.append(name if prefix == "users/ann/" else f"alone: {name}")
            yield stored

    monkeypatch.setattr(Bucket, "objects", objects)
    stack.survey.stretch("ann", after, page=page)

    assert found == read


def test_files_of_keys_that_were_cut_are_found_when_they_lie_behind_the_horizon(
    stack: Stack,
) -> None:
    long = "a" * 999
    for name in (f"{long}a", f"{long}b"):
        stack.store(name)
        stack.output(f"{outputs_prefix(f'users/ann/{name}').removeprefix('users/ann/')}00AB/f")
    stack.store("z")

    found = stack.survey.stretch("ann", page=2)

    assert found.last == f"users/ann/{long}b"
    assert [len(seen.outputs) for seen in found.sightings] == [1, 1]


def test_files_are_seen_once_when_their_folder_is_where_a_stretch_ends(stack: Stack) -> None:
    """There a stretch can end without a key: at a folder marker, which is no upload."""
    stack._world.s3.put_object(Bucket=UPLOADS, Key="users/ann/a/", Body=b"")
    stack.output("a//00AB/f")
    stack.store("b")

    first = stack.survey.stretch("ann", page=1)
    second = stack.survey.stretch("ann", "users/ann/a/", page=1)

    assert (names(first), first.last) == (["a/"], "users/ann/a/")
    assert names(second) == ["b"]


def test_only_files_of_versions_are_outputs_when_others_lie_there_too(stack: Stack) -> None:
    stack.store("a")
    stack.output("a/00AB/f", "a/00ab/f", "a/f", "a/00AB/")
    assert [sources(seen) for seen in stack.survey.stretch("ann").sightings] == [
        (True, False, False, ["a/00AB/f"])
    ]


def test_folder_markers_are_no_uploads_when_a_console_made_them(stack: Stack) -> None:
    stack._world.s3.put_object(Bucket=UPLOADS, Key="users/ann/a/", Body=b"")
    stack._world.s3.put_object(Bucket=UPLOADS, Key="users/ann/b/", Body=b"1")
    found = stack.survey.stretch("ann", page=1)
    assert (names(found), found.last) == ([], "users/ann/a/")
    assert names(stack.survey.stretch("ann", "users/ann/a/")) == ["b/"]
    looked_again = [
        stack.survey.again(Sighting("ann", f"users/ann/{name}/")).object is not None
        for name in ("a", "b")
    ]
    assert looked_again == [False, True]


def test_nobody_is_blamed_for_files_when_their_key_was_cut(stack: Stack) -> None:
    name = "a" * 1000
    prefix = outputs_prefix(f"users/ann/{name}").removeprefix("users/ann/")
    stack.output(f"{prefix}00AB/f")
    assert stack.survey.stretch("ann").sightings == []

    stack.store(name)
    (seen,) = stack.survey.stretch("ann").sightings
    assert len(seen.outputs) == 1


def test_key_is_looked_at_alone_when_it_is_once_more(stack: Stack) -> None:
    stack.everything("a", "a/b", "a.jpg")
    again = stack.survey.again(Sighting("ann", "users/ann/a"))
    assert (again.identity_id, again.key) == ("ann", "users/ann/a")
    assert sources(again) == (True, True, True, ["a/00AB/f"])
    assert stack.survey.again(Sighting("ann", "users/ann/b")) == Sighting("ann", "users/ann/b")


def test_nothing_is_seen_when_a_user_has_nothing(stack: Stack) -> None:
    stack.everything("a")
    nothing: Any = Stretch([], None)
    assert stack.survey.stretch("bob") == nothing
