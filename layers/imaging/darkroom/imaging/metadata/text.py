"""Text that a file holds, made fit to be shown and stored."""

from __future__ import annotations

_LONGEST = 500


def plain_text(value: str) -> str | None:
    """The text without control characters, at most 500 characters long; None if nothing is left."""
    # Cut before filtering: a megabyte of text is not walked to keep 500 characters of it.
    head = value[: 4 * _LONGEST]
    kept = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in head)
    return kept.strip()[:_LONGEST].rstrip() or None
