"""`make sql`: ask the catalogue. It opens psql where that is installed, and else a prompt here.

What is asked changes nothing, unless WRITE=1.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from typing import Any

import psycopg
from darkroom.catalogue.connections import Connection, credentials
from rich.table import Table

from operations.arguments import Arguments
from operations.catalogue_stack import CatalogueStack
from operations.command import run_command
from operations.database_errors import database_explained
from operations.deployment import find_deployment
from operations.screen import console, shorten

_SHOWN = 1000


@database_explained()
def main() -> int:
    """Answer QUERY, or what is typed until the end of the input."""
    arguments = Arguments.of_environment()
    catalogue = CatalogueStack.find(find_deployment(), arguments)
    query, writes = arguments.text("QUERY"), arguments.flag("WRITE")
    psql = shutil.which("psql")
    if not query and psql is not None:
        os.execve(psql, [psql], {**os.environ, **environment(catalogue, writes=writes)})  # noqa: S606
    with closing(open_for(catalogue, writes=writes)) as connection:
        if query:
            show(connection, query)
        else:
            console.print(f"{catalogue.where}; end a statement with ; and the prompt with Ctrl-D")
            answer(connection)
    return 0


def environment(catalogue: CatalogueStack, *, writes: bool) -> dict[str, str]:
    """How psql gets in: the same way, by its variables."""
    address = catalogue.address
    user, password = credentials(address, catalogue.deployment.client)
    variables = {
        "PGHOST": address.host,
        "PGPORT": str(address.port),
        "PGDATABASE": address.database,
        "PGUSER": user,
        "PGPASSWORD": password,
        "PGSSLMODE": address.tls,
        "PGOPTIONS": "-c search_path=catalogue"
        + ("" if writes else " -c default_transaction_read_only=on"),
    }
    authorities = address.authorities
    return variables | ({"PGSSLROOTCERT": authorities} if authorities else {})


def open_for(catalogue: CatalogueStack, *, writes: bool) -> Connection:
    """A connection in which tables need no schema before their name."""
    connection = catalogue.connect()
    connection.execute("SET search_path TO catalogue")
    connection.read_only = not writes
    return connection


def answer(connection: Connection) -> None:
    """Read statements from the terminal, and show what each of them finds."""
    typed = ""
    while True:
        try:
            typed += input("       " if typed else "sql> ") + "\n"
        except EOFError:
            return
        if typed.rstrip().endswith(";"):
            try:
                show(connection, typed.rstrip().rstrip(";"))
            except psycopg.Error as error:
                console.print(f"[red]{shorten(str(error), 500)}[/]")
            typed = ""


def show(connection: Connection, query: str) -> None:
    """Print what a statement finds.

    Raises:
        psycopg.Error: it is none, or may not be done.
    """
    names, rows = ask(connection, query)
    if names:
        table = Table(*(shorten(name, 60) for name in names))
        for row in rows[:_SHOWN]:
            table.add_row(*("" if value is None else shorten(str(value), 80) for value in row))
        console.print(table)
    console.print(f"{len(rows)} rows" + (f", the first {_SHOWN} shown" * (len(rows) > _SHOWN)))


def ask(connection: Connection, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and rows of a statement; none where it finds nothing by its nature."""
    with connection.transaction():
        cursor = connection.execute(query)
        if cursor.description is None:
            return [], []
        return [column.name for column in cursor.description], cursor.fetchall()


if __name__ == "__main__":
    run_command(main)
