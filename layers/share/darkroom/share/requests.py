"""Requests for a link: which files, under which title and for how long, checked field by field.

Whose files they are is no field. That each one is there, and can be shown, its record says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from darkroom.http_api import BadRequest, fields_of
from darkroom.pipeline.uploads import MAX_KEY_BYTES, upload_key
from darkroom.printable import one_line

MOST_BYTES = 512 << 10  # 200 of the longest keys, and what JSON adds
MOST_FILES = 200
MOST_DAYS, USUAL_DAYS = 30, 7
_MOST_CHARACTERS = 100


@dataclass(frozen=True)
class Request:
    """What a link is to show: keys of uploads, in the order in which they are shown."""

    files: tuple[str, ...]
    title: str = ""
    days: int = USUAL_DAYS


def read_request(owner: str, body: bytes) -> Request:
    """The request in a body, in which every key is below the owner's prefix.

    Raises:
        BadRequest: it is malformed, or names a file of somebody else's.
    """
    given = fields_of(body, MOST_BYTES, known=_FIELDS.keys())
    if "files" not in given:
        raise BadRequest("'files' is missing.")
    request = Request(**{name: _FIELDS[name](value) for name, value in given.items()})
    if any(not is_of(owner, key) for key in request.files):
        raise BadRequest("'files' names a file that is not one of yours.")
    return request


def is_of(owner: str, key: str) -> bool:
    """Whether a key is one of an upload of this owner's."""
    prefix = upload_key(owner, "")
    return key.startswith(prefix) and len(key) > len(prefix)


def _files(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_FILES:
        raise BadRequest(f"'files' is not a list of 1 to {MOST_FILES} keys.")
    if not all(isinstance(key, str) and len(key.encode()) <= MAX_KEY_BYTES for key in value):
        raise BadRequest("'files' holds something that is no key.")
    return tuple(dict.fromkeys(value))


def _title(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST_CHARACTERS:
        raise BadRequest(f"'title' is not a text of at most {_MOST_CHARACTERS} characters.")
    return one_line(value)


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
        raise BadRequest(f"'days' is not a whole number from 1 to {MOST_DAYS}.")
    return value


_FIELDS: dict[str, Callable[[Any], Any]] = {"files": _files, "title": _title, "days": _days}
