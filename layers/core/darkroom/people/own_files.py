"""What owners decide about their files: favourites, the bin, and which albums they are in.

It is kept on the image's own item, so it comes with every reading of it, shows live, and goes with
the file. Only `accept` writes it, and only where there is an item: nothing is made of a path.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import (
    Key,
    Table,
    Update,
    absent,
    compare,
    either,
    every,
    fewer,
    present,
)
from darkroom.aws.errors import ConditionFailed
from darkroom.errors import TransientError
from darkroom.moments import timestamp
from darkroom.people.albums import Albums
from darkroom.people.answers import InvalidAnswer
from darkroom.pipeline.uploads import upload_key

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_dynamodb import DynamoDBClient

# How long a file stays in the bin after its time is up. What its owner has said until then counts,
# also where `accept` hears of it late; it stops to listen some minutes before `empty` looks.
STAYS_AFTER = timedelta(days=1)
_LAST_MINUTES = timedelta(minutes=5)
# `empty` looks no further back than so many days: what could not be deleted for so long, with an
# alarm every hour, stays until its owner takes it out or deletes it.
LATEST_DAYS = 60
_TOO_LATE = timedelta(days=LATEST_DAYS + 2)
# The stream tells the second in which something was said, rounded down.
_SECOND = timedelta(seconds=1)
_MOST_ALBUMS = 50  # of one file
_RACES = 5
_THERE = present("identity_id")


class OwnFiles:
    """The items of files, for what their owners say of them."""

    def __init__(self, client: DynamoDBClient, albums: Albums, *, images_table: str) -> None:
        self._images: Table[ImageItem] = Table(client, images_table)
        self._albums = albums

    def mark_favourite(self, identity_id: str, path: str, favourite: bool) -> None:
        """Note that a file is a favourite, or no more."""
        item = self._item(identity_id, path)
        if favourite:
            _written(item.set(favourite=True).when(_THERE, absent("favourite")))
        else:
            _written(item.remove("favourite").when(present("favourite")))

    def bin(self, identity_id: str, path: str, at: datetime, *, since: datetime, days: int) -> None:
        """Put a file into the bin for this many days; one that is in it stays as long as it was.

        What was uploaded after it was said, which may be as early as `since`, is not meant.
        """
        until = timestamp(at + timedelta(days=days))
        item = self._item(identity_id, path).when(absent("binned_at"))
        # Which no item has that is not there.
        item.when(compare("uploaded_at", "<=", timestamp(since + _SECOND)))
        _written(item.set(binned_at=timestamp(at), bin_until=until, bin_day=day_of(until)))

    def take_out_of_bin(self, identity_id: str, path: str, *, since: datetime) -> None:
        """Take a file out of the bin, if that was said before its time there was up.

        It may have been said as early as `since`. Who hears of it too late leaves the file, which
        may be being deleted; but not one that `empty` has given up.
        """
        now = datetime.now(UTC)
        in_time = max(since, now - STAYS_AFTER + _LAST_MINUTES)
        item = self._item(identity_id, path).remove("binned_at", "bin_until", "bin_day")
        _written(
            item.when(
                either(
                    compare("bin_until", ">", timestamp(in_time)),
                    compare("bin_until", "<", timestamp(now - _TOO_LATE)),
                )
            )
        )

    def put_into_album(self, identity_id: str, path: str, album_id: str, rank: str) -> None:
        """Give a file its place in an album, which nobody looks for: pages pass over unknown ones.

        Raises:
            InvalidAnswer: it is in as many albums as a file may be in.
            TransientError: other writers kept winning.
        """
        is_in_it, has_room = present(("albums", album_id)), fewer("albums", _MOST_ALBUMS)
        may = every(present("albums"), either(is_in_it, has_room))
        for _ in range(_RACES):
            item = self._item(identity_id, path)
            if _written(item.set_at(("albums", album_id), rank).when(may)):
                return
            found = self._images.get(_key(identity_id, path))
            if found is None:
                return
            if "albums" not in found:
                first = self._item(identity_id, path).when(_THERE, absent("albums"))
                if _written(first.set(albums={album_id: rank})):
                    return
            elif len(found["albums"]) >= _MOST_ALBUMS:
                self._leave_deleted_albums(found)
        raise TransientError(f"The item of {path} is written by too many at once.")

    def take_from_album(self, identity_id: str, path: str, album_id: str) -> None:
        """Take a file out of an album."""
        place = ("albums", album_id)
        _written(self._item(identity_id, path).remove(place).when(present(place)))

    def _leave_deleted_albums(self, found: ImageItem) -> None:
        known = self._albums.ids(found["identity_id"])
        deleted = [("albums", each) for each in found["albums"] if each not in known]
        if not deleted:
            raise InvalidAnswer(f"a file is in {_MOST_ALBUMS} albums at most")
        key = {"identity_id": found["identity_id"], "image": found["image"]}
        _written(self._images.update(key).remove(*deleted).when(present("albums")))

    def _item(self, identity_id: str, path: str) -> Update[ImageItem]:
        return self._images.update(_key(identity_id, path))


def _written(write: Update[ImageItem]) -> bool:
    """Whether an item was as a write asks, and is written."""
    try:
        write.write()
    except ConditionFailed:
        return False
    return True


def day_of(moment: str) -> str:
    """The day of a stored moment, by which the index of what is due is kept."""
    return moment[:10]


def _key(identity_id: str, path: str) -> Key:
    return {"identity_id": identity_id, "image": upload_key(identity_id, path)}
