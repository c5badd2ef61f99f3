"""The SQL that writes the catalogue: the same on Aurora DSQL and on any PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from darkroom.catalogue.rows import COLUMNS, KEY, NOTIFICATION_COLUMNS, NOTIFICATION_KEY

# Each of these moves `versions` on, or does nothing and returns no row. What follows in the same
# transaction is then about the newest version: whoever comes at the same time waits for the row, or
# is told to repeat. What is deleted has no end, so no end of the same version comes after it.
NEWER_END = """
INSERT INTO catalogue.versions AS known (owner, image_id, version, ended_at)
VALUES (%(owner)s, %(image_id)s, %(version)s, %(ended_at)s)
ON CONFLICT (owner, image_id) DO UPDATE
SET version = excluded.version, ended_at = excluded.ended_at, deleted_at = NULL
WHERE known.version < excluded.version
    OR (known.version = excluded.version AND known.ended_at < excluded.ended_at)
RETURNING version
"""
NEWER_DELETION = """
INSERT INTO catalogue.versions AS known (owner, image_id, version, deleted_at)
VALUES (%(owner)s, %(image_id)s, %(version)s, %(deleted_at)s)
ON CONFLICT (owner, image_id) DO UPDATE
SET version = excluded.version, ended_at = NULL, deleted_at = excluded.deleted_at
WHERE known.version < excluded.version
    OR (known.version = excluded.version AND known.deleted_at IS NULL)
RETURNING version
"""

# Of two states of a notification the later one has a later reply, or was seen; all else of it stays
# as it is. An older state, which comes late, changes nothing.
NOTIFICATION = f"""
INSERT INTO catalogue.notifications AS known ({", ".join(NOTIFICATION_COLUMNS)})
VALUES ({", ".join(f"%({name})s" for name in NOTIFICATION_COLUMNS)})
ON CONFLICT (owner, notification_id) DO UPDATE
SET seen_at = excluded.seen_at, response = excluded.response,
    responded_at = excluded.responded_at
WHERE (known.seen_at IS NULL AND excluded.seen_at IS NOT NULL)
    OR excluded.responded_at > coalesce(known.responded_at, '-infinity')
"""

PIECE = 1000  # rows that are deleted at a time: a transaction of DSQL's changes 3,000 at most
FORGET = (
    f"""
    DELETE FROM catalogue.notifications WHERE (owner, notification_id) IN (
        SELECT owner, notification_id FROM catalogue.notifications
        WHERE expires_at < %(now)s ORDER BY expires_at LIMIT {PIECE})
    """,
    f"""
    DELETE FROM catalogue.versions WHERE (owner, image_id) IN (
        SELECT owner, image_id FROM catalogue.versions
        WHERE deleted_at < %(forgotten)s ORDER BY deleted_at LIMIT {PIECE})
    """,
)


def insert(table: str) -> str:
    """The statement that writes the one row that an image has in a table, instead of any before."""
    return _upsert(f"catalogue.{table}", COLUMNS[table], KEY)


def delete(table: str) -> str:
    """The statement that deletes the row that an image has in a table."""
    return f"DELETE FROM catalogue.{table} WHERE owner = %(owner)s AND image_id = %(image_id)s"


def empty() -> list[str]:
    """The statements that delete a piece of each table; that of versions, which guards, is last."""
    keys = {**dict.fromkeys(COLUMNS, KEY), "notifications": NOTIFICATION_KEY, "versions": KEY}
    return [
        f"DELETE FROM catalogue.{table} WHERE ({', '.join(key)}) IN "
        f"(SELECT {', '.join(key)} FROM catalogue.{table} LIMIT {PIECE})"
        for table, key in keys.items()
    ]


def _upsert(table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    values = ", ".join(f"%({name})s" for name in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
    )
