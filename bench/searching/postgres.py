"""PostgreSQL: one table for all owners, words in a GIN index. A server that somebody pays for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from darkroom.search.days import first_of, last_of
from darkroom.search.documents import Document
from darkroom.search.geography import box_around
from darkroom.search.requests import Near

from bench.searching.files import OWNER, Request
from local.postgres import DATABASE, USER, Postgres

_TABLES = """
CREATE TABLE files (
    owner text, path text COLLATE "C", moment bigint, camera text, colour text, places text[],
    latitude float8, longitude float8, words tsvector);
"""
_INDEXES = """
ALTER TABLE files ADD PRIMARY KEY (owner, path);
CREATE INDEX ON files (owner, moment DESC, path);
CREATE INDEX ON files (owner, camera, moment);
CREATE INDEX ON files (owner, colour, moment);
CREATE INDEX ON files (owner, latitude, longitude);
CREATE INDEX ON files USING gin (places);
CREATE INDEX ON files USING gin (words);
"""
_PUT = """
INSERT INTO files VALUES (%s, %s, %s, %s, %s, %s, %s, %s, array_to_tsvector(%s))
ON CONFLICT (owner, path) DO UPDATE SET words = excluded.words, moment = excluded.moment
"""
_KILOMETRES = """
2 * 6371.0088 * asin(least(1, sqrt(sin(radians(latitude - %s) / 2) ^ 2
    + cos(radians(latitude)) * cos(radians(%s)) * sin(radians(longitude - %s) / 2) ^ 2))) <= %s
"""


class Relational:
    """A server, and a database with one owner's files among another's as many."""

    label = "PostgreSQL, GIN"

    def __init__(self, folder: Path) -> None:
        self._server = Postgres(folder=folder)
        self._server.start()
        self._connection = psycopg.connect(
            host="127.0.0.1", port=self._server.port, user=USER, dbname=DATABASE, autocommit=True
        )
        self._connection.execute(_TABLES)

    def build(self, files: Sequence[Document]) -> None:
        """Put the files, of this owner and of another."""
        with self._connection.cursor().copy("COPY files FROM STDIN") as copy:
            for owner in (OWNER, "other"):
                for file in files:
                    *facts, words = _row(owner, file)
                    copy.write_row([*facts, " ".join(f"'{word}'" for word in words)])
        self._connection.execute(_INDEXES)
        self._connection.execute("VACUUM ANALYZE files")

    def sizes(self) -> tuple[int, int]:
        """Bytes of one owner, with the indexes; they are not packed."""
        [[size]] = self._connection.execute("SELECT pg_total_relation_size('files') / 2")
        return int(size), int(size)

    def update(self, files: Sequence[Document]) -> None:
        """Put files in one transaction."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(_PUT, [_row(OWNER, file) for file in files])

    def open(self) -> None:
        """Nothing has to be opened: the server runs all the time."""

    def ask(self, request: Request) -> tuple[int, list[str]]:
        """How many match, and the newest 200 of them."""
        where, values = ["owner = %s"], list[Any]([OWNER])
        if "text" in request:
            where.append("words @@ %s::tsquery")
            words = request["text"].lower().split()
            is_typed = not request["text"].endswith(" ")
            values.append(" & ".join(words) + (":*" if is_typed else ""))
        for name, column in (("cameras", "camera"), ("colours", "colour")):
            if name in request:
                where.append(f"{column} = %s")
                values += request[name]
        if "places" in request:
            where.append("places @> %s")
            values.append(request["places"])
        if "from" in request:
            where.append("moment BETWEEN %s AND %s")
            values += [first_of(request["from"]), last_of(request["to"])]
        if "near" in request:
            near = Near(**request["near"])
            box = box_around(near)
            [(west, east)] = box.longitudes
            where.append("latitude BETWEEN %s AND %s AND longitude BETWEEN %s AND %s")
            where.append(_KILOMETRES)
            values += [box.south, box.north, west, east]
            values += [near.latitude, near.latitude, near.longitude, near.kilometres]
        rest = f"FROM files WHERE {' AND '.join(where)}"  # all of this module
        counted = self._connection.execute(f"SELECT count(*) {rest}", values).fetchall()
        found = self._connection.execute(
            f"SELECT path {rest} ORDER BY moment DESC, path LIMIT 200",
            values,
        )
        return counted[0][0], [f"users/{OWNER}/{path}" for (path,) in found]

    def close(self) -> None:
        """End the server."""
        self._connection.close()
        self._server.stop()


def _row(owner: str, file: Document) -> tuple[Any, ...]:
    return (
        owner, file.path, file.moment, file.camera, file.colour, list(file.places), file.latitude,
        file.longitude, list(file.words),
    )  # fmt: skip
