"""How JSON lines begin: with an object that is all of the first line."""

from __future__ import annotations

import json
import re

from darkroom.delimited import text_of

_BEGINS = re.compile(r'\{\s*["}]')


def begins_as_json_lines(head: bytes, *, whole: bool) -> bool:
    """Whether a file begins as JSON lines do; `whole` if its head is all of it.

    A document of JSON that goes over several lines does not, nor does a list.
    """
    found = text_of(head, whole=whole)
    if found is None:
        return False
    text, whole = found
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip(" \t\n")
    first, newline, _ = text.partition("\n")
    if not _BEGINS.match(first):
        return False
    # Else the line is longer than what is at hand.
    return _is_object(first) if newline or whole else True


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line, parse_int=str), dict)
    except RecursionError:
        return True  # which is one at least by its first letter
    except ValueError:
        return False
