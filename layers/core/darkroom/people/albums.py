"""The albums table: what albums an owner has. Which files are in one, the files' items say."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, absent, compare, either, present, transact
from darkroom.aws.errors import ConditionFailed
from darkroom.moments import timestamp
from darkroom.people.answers import InvalidAnswer

if TYPE_CHECKING:
    from darkroom.model import AlbumItem, PersonItem
    from mypy_boto3_dynamodb import DynamoDBClient

_MOST = 500  # of one owner


class Albums:
    """Albums of all owners. How many one has is in the people table, and moves with them."""

    def __init__(self, client: DynamoDBClient, *, table: str, people_table: str) -> None:
        self._client = client
        self._albums: Table[AlbumItem] = Table(client, table)
        self._people: Table[PersonItem] = Table(client, people_table)

    def ids(self, identity_id: str) -> set[str]:
        """The ids of an owner's albums."""
        return {found["album_id"] for found in self._albums.query(identity_id=identity_id)}

    def change(
        self, identity_id: str, album_id: str, *, name: str | None, cover: str | None
    ) -> bool:
        """Whether there is such an album: it has this name and cover now, if they are told.

        `cover` is a key, or "" for none.
        """
        album = self._albums.update(_key(identity_id, album_id)).when(present("identity_id"))
        if name is not None:
            album.set(name=name)
        if cover:
            album.set(cover=cover)
        elif cover is not None:
            album.remove("cover")
        try:
            album.write()
        except ConditionFailed:
            return False
        return True

    def make(
        self, identity_id: str, album_id: str, *, name: str, cover: str | None, at: datetime
    ) -> None:
        """Make an album that is not there.

        Raises:
            InvalidAnswer: its owner has as many as there may be.
        """
        album: AlbumItem = {
            "identity_id": identity_id,
            "album_id": album_id,
            "name": name,
            "made_at": timestamp(at),
        }
        if cover:
            album["cover"] = cover
        counter = self._people.update({"identity_id": identity_id}).add({"albums": 1})
        counter.when(either(absent("albums"), compare("albums", "<", _MOST)))
        try:
            transact(self._client, [self._albums.put(album).when(absent("identity_id")), counter])
        except ConditionFailed:
            # Another run may have made it meanwhile.
            if not self.change(identity_id, album_id, name=name, cover=cover):
                raise InvalidAnswer(f"an owner has {_MOST} albums at most") from None

    def delete(self, identity_id: str, album_id: str) -> None:
        """Delete an album, and no file; one that is not there does no harm."""
        album = self._albums.delete(_key(identity_id, album_id)).when(present("identity_id"))
        counter = self._people.update({"identity_id": identity_id}).add({"albums": -1})
        with suppress(ConditionFailed):
            transact(self._client, [album, counter])


def _key(identity_id: str, album_id: str) -> Key:
    return {"identity_id": identity_id, "album_id": album_id}
