"""The store: writes what ended, in transactions that may be repeated.

A transaction that meets another one fails with 40001 on Aurora DSQL, and is done again here a few
times; then the message goes back to its queue, which has more patience.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import psycopg
from darkroom.catalogue import statements
from darkroom.catalogue.rows import COLUMNS, Ended, Row, image_id
from darkroom.errors import TransientError
from darkroom.marks import MARK_SECONDS

if TYPE_CHECKING:
    from darkroom.catalogue.connections import Connection
    from darkroom.pipeline.uploads import ImageVersion

_ATTEMPTS = 4
_SESSION_SECONDS = 50 * 60  # DSQL ends a session after an hour
_FORGET_SECONDS = 60 * 60

Answer = TypeVar("Answer")


class Store:
    """The catalogue in its database. One connection, which is made when it is needed first."""

    def __init__(
        self, connect: Callable[[], Connection], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._connection: Connection | None = None
        self._renew_at = 0.0
        self._forget_at = clock()

    def write(self, ends: Sequence[Ended]) -> int:
        """How many of these ends were written: those of versions that are not known, or are older.

        All of them are one transaction: 400 have at most 2,400 rows.

        Raises:
            TransientError: the database cannot be reached, or others kept winning.
        """

        def write_all(connection: Connection) -> int:
            return sum(_write_end(connection, end) for end in ends)

        return self.run(write_all)

    def bury(self, image: ImageVersion) -> bool:
        """Whether a version and all before it are deleted now, and were not: never to come again.

        Raises:
            Unstorable: the key holds a NUL.
            TransientError: as above.
        """
        key = {"owner": image.identity_id, "image_id": image_id(image.key)}
        row = {**key, "version": image.version, "deleted_at": datetime.now(UTC)}

        def write_deletion(connection: Connection) -> bool:
            if connection.execute(statements.NEWER_DELETION, row).fetchone() is None:
                return False
            for table in COLUMNS:
                connection.execute(statements.delete(table), key)
            return True

        return self.run(write_deletion)

    def tell(self, notifications: Iterable[Row]) -> None:
        """Write notifications, and what their owners said of them.

        Raises:
            TransientError: as above.
        """
        rows = list(notifications)

        def write_all(connection: Connection) -> None:
            for row in rows:
                connection.execute(statements.NOTIFICATION, row)

        self.run(write_all)

    def forget(self) -> None:
        """Once an hour, delete notifications and memories of deletions whose time is over.

        A piece of them at a time: while there are more, the next call goes on.

        Raises:
            TransientError: as above.
        """
        if self._clock() < self._forget_at:
            return
        self._forget_at = self._clock() + _FORGET_SECONDS
        now = datetime.now(UTC)
        times = {"now": now, "forgotten": now - timedelta(seconds=MARK_SECONDS)}
        deleted = [self.run(partial(_execute, statement, times)) for statement in statements.FORGET]
        if statements.PIECE in deleted:
            self._forget_at = self._clock()

    def empty(self) -> None:
        """Delete all rows, memories of deletions too.

        Raises:
            TransientError: as above.
        """
        for statement in statements.empty():
            while self.run(partial(_execute, statement, {})) == statements.PIECE:
                pass

    def run(self, work: Callable[[Connection], Answer]) -> Answer:
        """What `work` returns, done in one transaction, and again where that met another one.

        Raises:
            TransientError: the database cannot be reached, or others kept winning.
        """
        for attempt in range(_ATTEMPTS):
            is_new = self._renewed()
            try:
                connection = self._open()
                with connection.transaction():
                    return work(connection)
            except psycopg.errors.SerializationFailure:
                # Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
                time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311  # not a secret
            except psycopg.OperationalError as error:
                self.close()
                if is_new:
                    raise TransientError(f"The catalogue's database: {error}") from error
                # The connection was used before, and may have been closed meanwhile.
        raise TransientError("The catalogue's database is written by too many at once.")

    def close(self) -> None:
        """End the session; the next use makes another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _renewed(self) -> bool:
        """Whether the next use makes a connection: there is none, or its time is nearly over."""
        if self._connection is not None and self._clock() >= self._renew_at:
            self.close()
        return self._connection is None

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._connect()
            self._renew_at = self._clock() + _SESSION_SECONDS
        return self._connection


def _execute(statement: str, values: Row, connection: Connection) -> int:
    return connection.execute(statement, values).rowcount


def _write_end(connection: Connection, end: Ended) -> bool:
    key = {"owner": end.owner, "image_id": end.image_id}
    row = {**key, "version": end.version, "ended_at": end.ended_at}
    if connection.execute(statements.NEWER_END, row).fetchone() is None:
        return False
    for table in COLUMNS:
        if table in end.rows:
            connection.execute(statements.insert(table), end.rows[table])
        else:
            connection.execute(statements.delete(table), key)
    return True
