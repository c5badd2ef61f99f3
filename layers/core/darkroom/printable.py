"""Text that somebody else wrote, as it may be shown: no character of it does anything but show."""

from __future__ import annotations

# Zero-width joiners, which names in Persian or Hindi and some emoji are written with.
_HARMLESS = "\u200c\u200d"


def printable(text: str, *, instead: str) -> str:
    """The text, in one line, with `instead` for all that a terminal or a mail would act on.

    That is control characters (escape sequences begin with one), line breaks, and the marks that
    turn the direction of what follows around.
    """
    return "".join(
        character if character.isprintable() or character in _HARMLESS else instead
        for character in text
    )


def one_line(text: str) -> str:
    """The text as a name or a title: printable, in one line, with single spaces between words."""
    return " ".join(printable(text, instead=" ").split())
