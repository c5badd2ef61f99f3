"""Text that a file holds, made fit to be shown and stored."""

from __future__ import annotations

from typing import TypeVar

_T = TypeVar("_T")

_LONGEST = 500
# Bytes that are no UTF-8 come out of Python's decoder as these, one for each byte.
_STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def plain_text(value: str) -> str | None:
    """The text without control characters, at most 500 characters long; None if nothing is left."""
    # Cut before filtering: a megabyte of text is not walked to keep 500 characters of it.
    head = value[: 4 * _LONGEST]
    kept = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in head)
    return kept.strip()[:_LONGEST].rstrip() or None


def decoded(value: bytes) -> str:
    """The text of bytes that do not say how they are encoded.

    UTF-8, as phones and editors write; every byte that is no UTF-8 is read as Windows-1252, of
    which Latin-1 and ASCII are parts.
    """
    return value.decode("utf-8", "surrogateescape").translate(_STRAY)


def first_of(*values: _T | None) -> _T | None:
    """The first value that is known."""
    return next((value for value in values if value is not None), None)
