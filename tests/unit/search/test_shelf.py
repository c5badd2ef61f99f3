"""The shelf: always what is stored now, and never more than it has room for."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from darkroom.aws.errors import ObjectUnchanged
from darkroom.search.archive import pack
from darkroom.search.engine import IndexUnreadable
from darkroom.search.index import Index
from darkroom.search.requests import read_request
from darkroom.search.shelf import Shelf
from darkroom.search.store import Stored

from tests.unit.search.records import document

ALL = read_request(b"{}")


class Shop:
    """A store of what was put in it; counts what is taken out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.bodies: dict[str, bytes | None] = {}
        self.taken = 0

    def put(self, owner: str, *names: str) -> None:
        folder = self._folder / f"{owner}-{len(list(self._folder.iterdir()))}"
        folder.mkdir()
        index = Index.create(folder, owner)
        with index.writing() as writer:
            for name in names:
                writer.put(document(name))
        archive = folder.with_suffix(".zip")
        pack(folder, archive)
        self.bodies[owner] = archive.read_bytes()

    def read(self, owner: str, *, other_than: str | None = None) -> Stored | None:
        if owner not in self.bodies:
            return None
        body = self.bodies[owner]
        etag = hashlib.sha256(body or b"").hexdigest()
        if etag == other_than:
            raise ObjectUnchanged
        self.taken += 1
        return Stored(etag, datetime.now(UTC), body)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    (tmp_path / "shop").mkdir()
    return Shop(tmp_path / "shop")


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what is unpacked."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def hits(shelf: Shelf, owner: str) -> list[str]:
    opened = shelf.open(owner)
    assert opened is not None
    found: list[str] = opened.answers.answer(ALL)["hits"]
    return found


def made(shop: Shop, **options: Any) -> Shelf:
    stands_in: Any = shop
    return Shelf(stands_in, **options)


def test_index_is_unpacked_once_and_again_when_it_was_replaced(shop: Shop, unpacked: Path) -> None:
    shelf = made(shop)
    shop.put("ann", "a.jpg")
    assert hits(shelf, "ann") == hits(shelf, "ann") == ["users/ann/a.jpg"]
    assert shop.taken == 1
    shop.put("ann", "b.jpg")
    assert hits(shelf, "ann") == ["users/ann/b.jpg"]
    assert len(list(unpacked.iterdir())) == 1


def test_owners_have_each_their_own(shop: Shop, unpacked: Path) -> None:
    shelf = made(shop)
    for owner in ("ann", "bob"):
        shop.put(owner, f"{owner}.jpg")
    for _ in range(2):
        assert hits(shelf, "ann") == ["users/ann/ann.jpg"]
        assert hits(shelf, "bob") == ["users/bob/bob.jpg"]
    assert len(list(unpacked.iterdir())) == 2


def test_index_that_is_gone_is_not_answered_from(shop: Shop, unpacked: Path) -> None:
    shelf = made(shop)
    shop.put("ann", "a.jpg")
    hits(shelf, "ann")
    del shop.bodies["ann"]
    assert shelf.open("ann") is None
    assert list(unpacked.iterdir()) == []


def test_what_was_not_asked_for_the_longest_goes_first(shop: Shop, unpacked: Path) -> None:
    owners = ["ann", "bob", "cy"]
    for owner in owners:
        shop.put(owner, "a.jpg")
    shelf = made(shop)
    one = shelf.open("ann")
    assert one is not None
    shelf = made(shop, most_bytes=round(one.bytes * 2.5))
    for owner in ("ann", "bob", "ann", "cy"):  # for which bob's has to go
        hits(shelf, owner)
    before = shop.taken
    hits(shelf, "ann")
    assert shop.taken == before
    hits(shelf, "bob")
    assert shop.taken == before + 1


def test_only_index_stays_however_large_it_is(shop: Shop, unpacked: Path) -> None:
    shelf = made(shop, most_bytes=1)
    for owner in ("ann", "bob"):
        shop.put(owner, "a.jpg")
        assert hits(shelf, owner) == [f"users/{owner}/a.jpg"]
        assert len(list(unpacked.iterdir())) == 1


@pytest.mark.parametrize("body", [b"", b"junk", None])
def test_nothing_is_left_of_an_index_that_cannot_be_read(
    body: bytes | None, shop: Shop, unpacked: Path
) -> None:
    shop.bodies["ann"] = body
    with pytest.raises(IndexUnreadable):
        made(shop).open("ann")
    assert list(unpacked.iterdir()) == []


def test_index_of_another_owner_is_not_answered_from(shop: Shop, unpacked: Path) -> None:
    shop.put("bob", "secret.jpg")
    shop.bodies["ann"] = shop.bodies["bob"]
    with pytest.raises(IndexUnreadable, match="another owner's"):
        made(shop).open("ann")
