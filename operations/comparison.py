"""Whether the catalogue is what the records say: row by row, both ways, a page at a time.

First every record is looked up in the database, then every row in the records. What differs is read
once more before it is told: either may have changed between two reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Key, Table
from darkroom.catalogue.rows import (
    COLUMNS,
    KEY,
    NOTIFICATION_COLUMNS,
    NOTIFICATION_KEY,
    Row,
    Unstorable,
    ended,
    notification,
)
from darkroom.pipeline.join import has_ended

from operations.records import PAGE, pages_of

if TYPE_CHECKING:
    from darkroom.catalogue.connections import Connection
    from darkroom.catalogue.store import Store
    from darkroom.model import ImageItem, NotificationItem
    from mypy_boto3_dynamodb import DynamoDBClient

RowKey = tuple[str, str]  # owner, and the id of an image or of a notification
Rows = dict[RowKey, Row]


@dataclass(frozen=True)
class Difference:
    """A row that is missing, differs, or is of no record."""

    table: str
    key: RowKey
    what: str


@dataclass
class Compared:
    """What was counted."""

    rows: Counter[str] = field(default_factory=Counter)
    in_progress: int = 0


class Comparison:
    """Compares a database with the records. What is younger than `grace` may be on its way."""

    def __init__(
        self,
        store: Store,
        client: DynamoDBClient,
        *,
        images_table: str,
        notifications_table: str,
        grace: timedelta,
    ) -> None:
        self._store = store
        self._images: Table[ImageItem] = Table(client, images_table)
        self._notifications: Table[NotificationItem] = Table(client, notifications_table)
        self._grace = grace
        self.result = Compared()

    def run(self) -> Iterator[Difference]:
        """All differences, as they are found."""
        yield from self._images_by_record()
        yield from self._surplus_images()
        yield from self._notifications_by_record()
        yield from self._surplus_notifications()

    def _surplus_images(self) -> Iterator[Difference]:
        """The rows of images of which there is no record, and those of no image."""
        for rows in self._pages("images", KEY, ("image",)):
            keys = {
                key: {"identity_id": row["owner"], "image": row["image"]}
                for key, row in rows.items()
            }
            for key in _without(self._images, keys):
                if self._rows("images", KEY, [key]):
                    yield Difference("images", key, "is of no record")
        for table in COLUMNS:
            if table != "images":
                for rows in self._pages(table, KEY, ()):
                    known = self._rows("images", KEY, list(rows))
                    for key in rows.keys() - known.keys():
                        if self._rows(table, KEY, [key]):
                            yield Difference(table, key, "is of no image")

    def _surplus_notifications(self) -> Iterator[Difference]:
        """The rows of notifications of which there is no record, though their time is not over."""
        for rows in self._pages("notifications", NOTIFICATION_KEY, ("expires_at",)):
            keys = {
                key: {"identity_id": key[0], "notification_id": key[1]}
                for key, row in rows.items()
                if row["expires_at"] > datetime.now(UTC)
            }
            for key in _without(self._notifications, keys):
                if self._rows("notifications", NOTIFICATION_KEY, [key]):
                    yield Difference("notifications", key, "is of no record")

    def _images_by_record(self) -> Iterator[Difference]:
        for items in pages_of(self._images):
            wanted = [self._wanted_of_image(item) for item in items]
            expected = dict(filter(None, wanted))
            found = {table: self._rows(table, KEY, list(expected)) for table in COLUMNS}
            for key, tables in expected.items():
                for table in COLUMNS:
                    self.result.rows[table] += table in tables
                    if tables.get(table) != found[table].get(key):
                        yield from self._image_again(tables["images"]["image"], key, table)

    def _image_again(self, image: str, key: RowKey, table: str) -> Iterator[Difference]:
        item = self._images.get({"identity_id": key[0], "image": image})
        wanted = self._wanted_of_image(item) if item is not None else None
        if wanted is not None:
            row = self._rows(table, KEY, [key]).get(key)
            yield from _difference(table, key, wanted[1].get(table), row)

    def _wanted_of_image(self, item: ImageItem) -> tuple[RowKey, dict[str, Row]] | None:
        """The rows that an item has to have; None where it has none yet, or never."""
        if not has_ended(item) or self._is_young(datetime.fromisoformat(item["finished_at"])):
            self.result.in_progress += 1
            return None
        with suppress(Unstorable):
            end = ended(item)
            return (end.owner, end.image_id), dict(end.rows)
        return None

    def _notifications_by_record(self) -> Iterator[Difference]:
        for items in pages_of(self._notifications):
            expected = dict(filter(None, map(self._wanted_of_notification, items)))
            found = self._rows("notifications", NOTIFICATION_KEY, list(expected))
            self.result.rows["notifications"] += len(expected)
            for key, row in expected.items():
                if row != found.get(key):
                    yield from self._notification_again(key)

    def _notification_again(self, key: RowKey) -> Iterator[Difference]:
        item = self._notifications.get({"identity_id": key[0], "notification_id": key[1]})
        wanted = self._wanted_of_notification(item) if item is not None else None
        if wanted is not None:
            row = self._rows("notifications", NOTIFICATION_KEY, [key]).get(key)
            yield from _difference("notifications", key, wanted[1], row)

    def _wanted_of_notification(self, item: NotificationItem) -> tuple[RowKey, Row] | None:
        """The row that a notification has to have; None where it has none, or need not."""
        if "kind" not in item:
            return None
        with suppress(Unstorable):
            row = notification(item)
            moments = filter(None, (row["sent_at"], row["seen_at"], row["responded_at"]))
            if row["expires_at"] > datetime.now(UTC) and not any(map(self._is_young, moments)):
                return (row["owner"], row["notification_id"]), row
        return None

    def _is_young(self, moment: datetime) -> bool:
        return moment > datetime.now(UTC) - self._grace

    def _rows(self, table: str, key: Sequence[str], keys: list[RowKey]) -> Rows:
        """The rows of a table at these keys."""
        if not keys:
            return {}
        columns = NOTIFICATION_COLUMNS if table == "notifications" else COLUMNS[table]
        found = self._select(
            f"SELECT {', '.join(columns)} FROM catalogue.{table} "  # noqa: S608  # of rows.py
            f"WHERE {key[0]} = ANY(%s) AND {key[1]} = ANY(%s)",
            ([owner for owner, _ in keys], [name for _, name in keys]),
        )
        rows = {values[:2]: dict(zip(columns, values, strict=True)) for values in found}
        return {at: rows[at] for at in keys if at in rows}

    def _pages(self, table: str, key: Sequence[str], more: Sequence[str]) -> Iterator[Rows]:
        """The rows of a table in the order of their key, with some of their columns."""
        columns, names = (*key, *more), ", ".join(key)
        last: RowKey = ("", "")
        while True:
            found = self._select(
                f"SELECT {', '.join(columns)} FROM catalogue.{table} "  # noqa: S608  # of rows.py
                f"WHERE ({names}) > (%s, %s) ORDER BY {names} LIMIT {PAGE}",
                last,
            )
            if not found:
                return
            yield {values[:2]: dict(zip(columns, values, strict=True)) for values in found}
            last = found[-1][:2]

    def _select(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        def read(connection: Connection) -> list[tuple[Any, ...]]:
            return connection.execute(sql, values).fetchall()

        return self._store.run(read)


def _without(table: Table[Any], keys: Mapping[RowKey, Key]) -> Iterable[RowKey]:
    """Those of the keys, up to 100, that have no item."""
    if not keys:
        return
    names = list(next(iter(keys.values())))
    found = {tuple(item[name] for name in names) for item in table.get_some(list(keys.values()))}
    for at, key in keys.items():
        # One that is busy may be left out of many.
        if tuple(key[name] for name in names) not in found and table.get(key) is None:
            yield at


def _difference(
    table: str, key: RowKey, wanted: Row | None, found: Row | None
) -> Iterator[Difference]:
    if wanted == found:
        return
    if wanted is None:
        yield Difference(table, key, "is one too many")
    elif found is None:
        yield Difference(table, key, "is missing")
    else:
        names = [name for name in wanted if wanted[name] != found[name]]
        yield Difference(table, key, f"differs in {', '.join(names)}")
