"""Migrations: numbered files of SQL that are applied in order, each once.

What was applied is in `catalogue.migrations`, with a hash. A file that was applied is never
changed: a further one changes what it made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom.errors import DarkroomError

if TYPE_CHECKING:
    from darkroom.catalogue.connections import Connection

FOLDER = Path(__file__).with_name("migrations")
_COMMENT = re.compile(r"^--.*$", re.MULTILINE)
_APPLIED = """
CREATE TABLE IF NOT EXISTS catalogue.migrations (
    number bigint PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL
)
"""


class MigrationChanged(DarkroomError):
    """A file that was applied is not what it was then."""


@dataclass(frozen=True)
class Migration:
    """A file: its number, and its statements."""

    number: int
    name: str
    statements: tuple[str, ...]
    sha256: str

    @staticmethod
    def of(path: Path) -> Migration:
        text = path.read_text(encoding="utf-8")
        statements = (part.strip() for part in _COMMENT.sub("", text).split(";"))
        return Migration(
            int(path.name.partition("_")[0]),
            path.stem,
            tuple(statement for statement in statements if statement),
            hashlib.sha256(text.encode()).hexdigest(),
        )


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All migrations, in order."""
    return sorted(map(Migration.of, folder.glob("*.sql")), key=lambda each: each.number)


def migrate(
    connection: Connection, *, dsql: bool, wanted: Sequence[Migration] | None = None
) -> list[str]:
    """The names of the migrations that were applied now; those that were before are left out.

    Each statement is a transaction of its own and can be repeated, so a run that is cut off is
    continued by the next, and two at a time do no harm.

    Raises:
        MigrationChanged: a file that was applied has changed.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS catalogue")
    connection.execute(_APPLIED)
    found = connection.execute("SELECT number, sha256 FROM catalogue.migrations").fetchall()
    applied: dict[int, str] = dict(found)
    done = []
    for migration in migrations() if wanted is None else wanted:
        known = applied.get(migration.number)
        if known not in (None, migration.sha256):
            raise MigrationChanged(f"{migration.name} was applied, and has changed since")
        if known is not None:
            continue
        for statement in migration.statements:
            connection.execute(_for(statement, dsql=dsql))
        connection.execute(
            "INSERT INTO catalogue.migrations VALUES (%s, %s, now()) ON CONFLICT DO NOTHING",
            (migration.number, migration.sha256),
        )
        done.append(migration.name)
    return done


def _for(statement: str, *, dsql: bool) -> str:
    """A statement for this database: only DSQL makes its indexes in the background, by a word."""
    return statement if dsql else statement.replace("CREATE INDEX ASYNC", "CREATE INDEX", 1)


def grant(connection: Connection, role: str, *, may: str, arns: Collection[str]) -> None:
    """Make a role of DSQL's that may do this with the catalogue, for these principals of IAM's."""
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        connection.execute(f"CREATE ROLE {role} WITH LOGIN")
    connection.execute(f"GRANT USAGE ON SCHEMA catalogue TO {role}")
    connection.execute(f"GRANT {may} ON ALL TABLES IN SCHEMA catalogue TO {role}")
    for arn in arns:
        quoted = arn.replace("'", "''")
        connection.execute(f"AWS IAM GRANT {role} TO '{quoted}'")
