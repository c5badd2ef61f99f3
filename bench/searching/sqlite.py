"""SQLite with FTS5: one database for each owner, replaced whole as the index is."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from darkroom.search.days import first_of, last_of
from darkroom.search.documents import Document
from darkroom.search.geography import box_around, kilometres_between
from darkroom.search.requests import Near

from bench.searching.files import OWNER, Request

_TABLES = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT UNIQUE, moment INTEGER, camera TEXT, colour TEXT,
    latitude REAL, longitude REAL);
CREATE TABLE places (place TEXT, id INTEGER, PRIMARY KEY (place, id)) WITHOUT ROWID;
CREATE INDEX by_moment ON files (moment, path);
CREATE INDEX by_camera ON files (camera, moment);
CREATE INDEX by_colour ON files (colour, moment);
CREATE INDEX by_place ON files (latitude, longitude);
CREATE VIRTUAL TABLE texts USING fts5 (
    words, content='', detail=none, prefix='2 3', tokenize='ascii');
"""
_LEVEL = 1


class Sqlite:
    """A database in a file."""

    label = f"SQLite {sqlite3.sqlite_version}, FTS5"

    def __init__(self, folder: Path) -> None:
        self._file, self._packed = folder / "files.sqlite", folder / "files.zlib"

    def build(self, files: Sequence[Document]) -> None:
        """Make the database of these files."""
        self._connection = _connected(self._file)
        self._connection.executescript(_TABLES)
        for at, file in enumerate(files):
            self._put(self._connection, at, file)
        self._connection.commit()
        self._packed.write_bytes(zlib.compress(self._file.read_bytes(), _LEVEL))

    def sizes(self) -> tuple[int, int]:
        """Bytes as they lie there, and packed."""
        return self._file.stat().st_size, self._packed.stat().st_size

    def update(self, files: Sequence[Document]) -> None:
        """Put files: unpack, write, pack."""
        file = self._file.with_name("updated.sqlite")
        file.write_bytes(zlib.decompress(self._packed.read_bytes()))
        connection = _connected(file)
        [[last]] = connection.execute("SELECT max(id) FROM files")
        for at, each in enumerate(files, last + 1):
            connection.execute("DELETE FROM files WHERE path = ?", (each.path,))
            self._put(connection, at, each)
        connection.commit()
        connection.close()
        zlib.compress(file.read_bytes(), _LEVEL)

    def open(self) -> None:
        """Unpack and open it."""
        file = self._file.with_name("opened.sqlite")
        file.write_bytes(zlib.decompress(self._packed.read_bytes()))
        self._connection.close()
        self._connection = _connected(file)
        self.ask({})

    def ask(self, request: Request) -> tuple[int, list[str]]:
        """How many match, and the newest 200 of them."""
        source, where, values = "files", ["1"], list[Any]()
        if "text" in request:
            source += " JOIN texts ON texts.rowid = files.id"
            where.append("texts MATCH ?")
            words = request["text"].lower().split()
            is_typed = not request["text"].endswith(" ")
            values.append(" ".join(words) + ("*" if is_typed else ""))
        if "places" in request:
            source += " JOIN places USING (id)"
            where.append("place = ?")
            values += request["places"]
        for name, column in (("cameras", "camera"), ("colours", "colour")):
            if name in request:
                where.append(f"{column} = ?")
                values += request[name]
        if "from" in request:
            where.append("moment BETWEEN ? AND ?")
            values += [first_of(request["from"]), last_of(request["to"])]
        if "near" in request:
            near = Near(**request["near"])
            box = box_around(near)
            [(west, east)] = box.longitudes
            where.append("latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?")
            where.append("kilometres(?, ?, latitude, longitude) <= ?")
            values += [box.south, box.north, west, east]
            values += [near.latitude, near.longitude, near.kilometres]
        rest = f"FROM {source} WHERE {' AND '.join(where)}"  # all of this module
        [[total]] = self._connection.execute(f"SELECT count(*) {rest}", values)
        found = self._connection.execute(
            f"SELECT path {rest} ORDER BY moment DESC, path LIMIT 200", values
        )
        return total, [f"users/{OWNER}/{path}" for (path,) in found]

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _put(self, connection: sqlite3.Connection, at: int, file: Document) -> None:
        connection.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
            (at, file.path, file.moment, file.camera, file.colour, file.latitude, file.longitude),
        )
        connection.executemany(
            "INSERT INTO places VALUES (?, ?)", [(place, at) for place in file.places]
        )
        connection.execute(
            "INSERT INTO texts (rowid, words) VALUES (?, ?)", (at, " ".join(file.words))
        )


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.create_function("kilometres", 4, kilometres_between, deterministic=True)
    return connection
