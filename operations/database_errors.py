"""What a database's errors mean for an operator: one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from darkroom.errors import TransientError

from operations.aws_errors import explained
from operations.command import CommandError


@contextmanager
def database_explained() -> Iterator[None]:
    """A block, or a decorated function, whose errors of AWS and the database are of one line."""
    try:
        with explained():
            yield
    except (psycopg.Error, TransientError) as error:
        raise CommandError(" ".join(str(error).split())) from error
